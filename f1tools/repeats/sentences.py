"""The findings about the strategies as sentences: the same on the page and in the output of the lab."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.formatting import join_names
from f1tools.repeats.comparison import MIN_SPLITS, Difference, default_reference, differences, gains, mean_objective
from f1tools.repeats.in_sample_bias import in_sample_bias
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.strategy_names import label, name_in_sentence, verb

_NEARLY_ALL = 0.95  # share of the rows flagged that counts as a collapse
_COMMON = 0.8  # share of positives from which flagging nearly every row is no collapse
_OFTEN = 0.1  # share of the repeats with a collapse from which it is reported


@dataclass(frozen=True)
class Findings:
    """The findings about the strategies.

    Parameters
    ----------
    headline : str
        Whether any strategy differs from the reference, each at its own tuned threshold.
    details : tuple of str
        One or two sentences each. The in-sample bias comes first where it matters.
    """

    headline: str
    details: tuple[str, ...]


def findings(outcomes: Outcomes, reference: str | None = None) -> Findings:
    """Describe what the data support, and no more.

    A difference is detectable if its simultaneous interval excludes 0. Strategies without a detectable difference are
    never called equal: the sentence gives the resolution of the comparison instead.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        The strategy that the others are compared with; see :func:`f1tools.repeats.default_reference`.

    Raises
    ------
    KeyError
        For an unknown reference.
    """
    reference = default_reference(outcomes.models) if reference is None else reference
    compared, bias = differences(outcomes, reference), in_sample_bias(outcomes)
    details = (
        bias.text if bias.matters else "",
        _resolution_text(compared),
        _tuning_text(outcomes, reference),
        _default_threshold_text(outcomes, reference),
        "" if bias.matters else bias.text,
        _collapse_text(outcomes),
        _no_probabilities_text(outcomes),
        _undefined_text(outcomes),
    )
    return Findings(_headline(outcomes, reference, compared), tuple(filter(None, details)))


def method(outcomes: Outcomes) -> str:
    """Describe how the numbers are computed and what their intervals account for."""
    tune, test, positive = (
        formatting.count(round(number)) for number in (outcomes.n_tune, outcomes.n_test, outcomes.n_pos_test)
    )
    start = "One split" if outcomes.repeats == 1 else f"Means over {outcomes.repeats:,} splits"
    text = (
        f"{start}: {tune} tuning rows, {test} test rows ({positive} positive). Thresholds are tuned on rows outside of "
        "the test set."
    )
    if outcomes.repeats < MIN_SPLITS:
        return text
    simultaneous = ""
    if len(outcomes.models) > 2:
        simultaneous = "; intervals of differences hold simultaneously at 95% (Bonferroni)"
    return f"{text} Intervals account for the overlap of the splits (Nadeau and Bengio 2003){simultaneous}."


def _headline(outcomes: Outcomes, reference: str, compared: Sequence[Difference]) -> str:
    name, value = name_in_sentence(reference), mean_objective(outcomes, reference)
    if not compared:
        interval = f" (95% interval {value.text})" if value.defined else ""
        return (
            f"At its tuned threshold {name} {verb(reference, 'reaches', 'reach')} "
            f"{outcomes.value_text(value.mean)}{interval}; there is no other strategy to compare it with."
        )
    only, n_others = compared[0], len(compared)
    # The value of the reference beside a single difference is that over the splits of the difference.
    common = only.reference_value if n_others == 1 else math.nan
    baseline = f"{name} ({outcomes.value_text(value.mean if math.isnan(common) else common)})"
    if not any(each.interval.defined for each in compared):
        return _few_splits_text(outcomes, compared, baseline)
    if n_others > 1 and any(each.detectable for each in compared):
        text = _detectable_text(compared, baseline)
    elif n_others > 1:
        text = f"none of the {n_others} others differs detectably from {baseline}"
    elif only.detectable:
        direction = "better" if only.interval.mean > 0 else "worse"
        text = (
            f"{label(only.model)} {verb(only.model, 'is', 'are')} detectably {direction} than {baseline}: "
            f"{only.text} (95% interval {only.interval.signed_text})"
        )
    else:
        text = f"{label(only.model)} {verb(only.model, 'does', 'do')} not differ detectably from {baseline}"
    return f"With every strategy at its own tuned threshold, {text}."


def _few_splits_text(outcomes: Outcomes, compared: Sequence[Difference], baseline: str) -> str:
    """Describe the result of too few splits, without any claim."""
    defined = [each for each in compared if not math.isnan(each.interval.mean)]
    best = max(defined, key=lambda each: each.interval.mean, default=None)
    if best is None:
        reference = compared[0].reference
        value = outcomes.value_text(mean_objective(outcomes, reference).mean)
        result = f"{name_in_sentence(reference)} {verb(reference, 'reaches', 'reach')} {value}"
    elif len(compared) == 1:
        result = f"{label(best.model)} {verb(best.model, 'differs', 'differ')} by {best.text} from {baseline}"
    else:
        result = f"the best of the {len(compared)} others is {_join_differences([best])} against {baseline}"
    if outcomes.repeats >= MIN_SPLITS:
        start = f"Fewer than {MIN_SPLITS} of {outcomes.repeats} splits give a value for both"
    else:
        start = "There is one split" if outcomes.repeats == 1 else f"There are only {outcomes.repeats} splits"
    return (
        f"{start}, too few to distinguish a difference from chance: at tuned thresholds {result}. Use more splits to "
        "learn more."
    )


def _detectable_text(compared: Sequence[Difference], baseline: str) -> str:
    """List which of several strategies are better and which are worse."""
    better, worse = _better_and_worse(compared)
    parts: list[str] = []
    for group, direction in ((better, "better"), (worse, "worse")):
        if group:
            of, than = ("", "") if parts else (f" of the {len(compared)} others", f" than {baseline}")
            number = f"{len(group)}{of} {'is' if len(group) == 1 else 'are'}"
            parts.append(f"{number} detectably {direction}{than}, {_join_differences(group)}")
    rest = len(compared) - len(better) - len(worse)
    if rest:
        others = "the other does" if rest == 1 else f"the other {rest} do"
        parts.append(f"{others} not differ detectably")
    return "; ".join(parts)


def _resolution_text(compared: Sequence[Difference]) -> str:
    """Return the largest difference and the resolution of the comparison, if no difference is detectable."""
    compared = [each for each in compared if each.interval.defined]
    if not compared or any(each.detectable for each in compared):
        return ""
    largest = max(compared, key=lambda each: abs(each.interval.mean))
    if largest.interval.mean == 0 == largest.resolution:  # all decide alike
        return ""
    start = f"The largest difference is that of {label(largest.model)}," if len(compared) > 1 else "The difference is"
    interval = "" if largest.resolution == 0 else f" ({largest.interval.signed_text})"
    typical = statistics.median(each.resolution for each in compared)
    resolution = f"; a difference below about {formatting.metric_value(typical)} would mostly go undetected here"
    if abs(largest.interval.mean) >= typical:  # its own interval is wider than most
        resolution = ", but its results vary too much between splits to distinguish it from chance"
    elif formatting.metric_value(typical) == "0.000":
        resolution = ""
    return f"{start} {largest.text}{interval}{resolution}."


def _tuning_text(outcomes: Outcomes, reference: str) -> str:
    """Describe the effect of tuning the threshold of the reference."""
    tuning = next(iter(gains(outcomes, models=[reference])), None)
    if tuning is None or math.isnan(tuning.interval.mean):
        return ""
    at_half, tuned = map(formatting.metric_value, (tuning.reference_value, tuning.value))
    start, subject = outcomes.value_text(tuning.reference_value), name_in_sentence(reference)
    effect = f"changes {subject} from {start} at 0.5 to {tuned}, {tuning.text}"
    if not tuning.interval.defined:
        return f"Tuning the threshold {effect}; with so few splits this may be chance."
    interval = f"(95% interval {tuning.interval.signed_text})"
    if tuning.detectable:
        verb_form = "improves" if tuning.interval.mean > 0 else "worsens"
        effect = f"detectably {verb_form} {subject}: from {start} at 0.5 to {tuned}, {tuning.text} {interval}"
    elif at_half == tuned:
        effect = f"leaves {subject} at {start}, as at 0.5: {tuning.text} {interval}"
    else:
        effect = f"{effect} {interval}: not detectably"
    return f"Tuning the threshold {effect}."


def _default_threshold_text(outcomes: Outcomes, reference: str) -> str:
    """List which strategies at 0.5 are worse than the reference at its tuned threshold."""
    compared = [each for each in differences(outcomes, reference, "half", "tuned") if each.interval.defined]
    if not compared:
        return ""
    above, below = _better_and_worse(compared)
    baseline = f"{name_in_sentence(reference)} at its tuned threshold"
    if len(compared) == 1:
        model = compared[0].model
        relation = f"{verb(model, 'does', 'do')} not differ detectably from"
        if above:
            relation = f"{verb(model, 'is', 'are')} detectably above"
        elif below:
            relation = f"{verb(model, 'falls', 'fall')} detectably short of"
        return f"Left at 0.5, {label(model)} {relation} {baseline} ({compared[0].text})."
    number, falls = f"{len(below)}" if below else "none", "fall" if len(below) > 1 else "falls"
    names = f": {_join_differences(below)}" if below else ""
    better = f"; detectably above it: {_join_differences(above)}" if above else ""
    which = "others" if len(compared) == len(outcomes.models) - 1 else "others that have results there"
    return (
        f"Left at 0.5, {number} of the {len(compared)} {which} {falls} detectably short of {baseline}{names}{better}."
    )


def _collapse_text(outcomes: Outcomes) -> str:
    """List the strategies whose tuned threshold flags nearly every row."""
    if outcomes.n_pos_test > _COMMON * outcomes.n_test:
        return ""
    names: list[str] = []
    for model, result in outcomes.results.items():
        flagged = result.choices["tuned"].value(metric("predicted_positive_rate"))
        times = int(np.count_nonzero(flagged >= _NEARLY_ALL))
        if times >= max(1, _OFTEN * outcomes.repeats):
            splits = f" (in {times} of {outcomes.repeats} splits)" if outcomes.repeats > 1 else ""
            names.append(f"{name_in_sentence(model)}{splits}")
    if not names:
        return ""
    if len(names) == 1:
        start, flags, hardly = "At its tuned threshold", "flags", "it hardly separates"
    else:
        start, flags, hardly = "At their tuned thresholds", "flag", "they hardly separate"
    return (
        f"{start} {join_names(names)} {flags} {_NEARLY_ALL:.0%} of the rows or more: {hardly} the classes there. "
        f"Flagging every row gives {outcomes.value_text(outcomes.flag_all)}."
    )


def _no_probabilities_text(outcomes: Outcomes) -> str:
    """List the strategies for which 0.5 has no meaning."""
    names = [name_in_sentence(model) for model, result in outcomes.results.items() if "half" not in result.choices]
    if not names:
        return ""
    scores = "its scores are" if len(names) == 1 else "their scores are"
    return (
        f"There is no result at 0.5 for {join_names(names)}: {scores} not probabilities, so 0.5 has no meaning there."
    )


def _undefined_text(outcomes: Outcomes) -> str:
    """List the strategies with splits where the objective is undefined, such as precision if nothing is flagged."""
    names = [
        name_in_sentence(model)
        for model, result in outcomes.results.items()
        if any(np.isnan(outcomes.values(model, choice)).any() for choice in result.choices.keys() & {"half", "tuned"})
    ]
    if not names or outcomes.repeats == 1:
        return ""
    return (
        f"{outcomes.objective.label} is undefined in some splits of {join_names(names)}: differences are computed over "
        "the splits where both have a value."
    )


def _join_differences(compared: Sequence[Difference]) -> str:
    """Join several strategies, each with its difference: "SMOTE (+0.021) and RankNet (+0.019)"."""
    return join_names([f"{label(each.model)} ({each.text})" for each in compared])


def _better_and_worse(compared: Sequence[Difference]) -> tuple[list[Difference], list[Difference]]:
    """Return the detectably better and the detectably worse strategies, each by descending distance."""
    detectable = sorted((each for each in compared if each.detectable), key=lambda each: -abs(each.interval.mean))
    better = [each for each in detectable if each.interval.mean > 0]
    return better, [each for each in detectable if each.interval.mean < 0]
