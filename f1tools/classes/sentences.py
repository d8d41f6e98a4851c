"""Sentences about several classes: what the problem is, which rule to take, and what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from f1tools.classes.averages import CELLS, Average
from f1tools.classes.curves import FEW_POSITIVES, ClassCurves
from f1tools.classes.decision import ClassDecision, Rule
from f1tools.classes.estimates import RuleEstimates
from f1tools.classes.vectors import ThresholdVector
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import metric
from f1tools.formatting import (
    capitalized,
    counted,
    displayed_threshold,
    exact_threshold,
    join_names,
    metric_value,
    percent,
    truncate,
)

_LABEL_RULES: dict[Rule, str] = {
    "default": "0.5 for every label",
    "common": "one threshold for all labels",
    "own": "one threshold for each label",
}


def rule_name(decision: ClassDecision, rule: Rule) -> str:
    """Return what a rule is called.

    Examples
    --------
    >>> from f1tools.classes import ClassCurves, decide_classes
    >>> curves = ClassCurves.from_predictions(["a", "b", "b"], [[0.8, 0.2], [0.6, 0.4], [0.3, 0.7]])
    >>> [rule_name(decide_classes(curves), rule) for rule in ("default", "own")]
    ['the highest score', 'the highest score times a weight']
    """
    if not decision.curves.one_per_row:
        return _LABEL_RULES[rule]
    change = "times a weight" if decision.curves.is_probability else "plus an offset"
    return "the highest score" if rule == "default" else f"the highest score {change}"


def way_name(curves: ClassCurves) -> str:
    """Return what each class has that decides: a threshold, a weight of its probability, or an offset of its score."""
    if not curves.one_per_row:
        return "threshold"
    return "weight" if curves.is_probability else "offset"


def by_hand_text(decision: ClassDecision) -> str:
    """Return how many thresholds were set by hand: "1 threshold set by hand"."""
    n = len(decision.by_hand)
    return f"{n:,} threshold{'s' * (n > 1)} set by hand"


def by_hand_sentences(decision: ClassDecision, rows: str = "rows") -> str:
    """Say what thresholds that were set by hand achieve, and why nothing is expected of them; empty without any."""
    if not decision.by_hand:
        return ""
    now = metric_value(decision.rule.value(decision.average))
    return (
        f"With {by_hand_text(decision)}: {average_name(decision)} {now} on these {rows}. What to expect on new {rows} "
        "is not estimated then: resampling can repeat the search for a threshold, not a choice by hand."
    )


def average_name(decision: ClassDecision, average: Average | None = None) -> str:
    """Return what an average of F-beta is called, by default the one that is maximized: "macro F1"."""
    return f"{decision.average if average is None else average} {metric('fbeta', decision.beta).label}"


def problem_text(curves: ClassCurves) -> str:
    """Say in words which of the two problems it is: several labels a row, or one class a row."""
    k = len(curves.classes)
    if not curves.one_per_row:
        return (
            f"A row can have any of {k:,} labels, and each decides by itself: a row gets a label if its score for it "
            "reaches the label's threshold."
        )
    if curves.is_probability:
        shift = "Weights can shift that: a class with weight 2 wins over any score that is less than twice its own"
    else:
        shift = "Offsets can shift that: a class with offset 1 wins over any score that is less than 1 above its own"
    return f"Each row has one of {k:,} classes: the highest score decides. {shift}."


def recommendation_text(estimates: RuleEstimates, rows: str = "rows") -> tuple[str, str]:
    """Say what to expect of the rule to take and of the one it is compared with, and why it is taken.

    Parameters
    ----------
    estimates : RuleEstimates
    rows : str
        What rows are called.

    Returns
    -------
    answer, support : str
        The recommendation with its number, and how sure that is.
    """
    decision, taken = estimates.decision, estimates.recommended()
    others = [rule for rule in estimates.rules if rule != taken]
    rival = max(others, key=lambda rule: estimates.rules[rule].values[decision.average])
    value, against = (estimates.rules[rule].values[decision.average] for rule in (taken, rival))
    interval = estimates.rules[taken].intervals[decision.average]
    with_rival = rule_name(decision, rival)
    verb, metric_name = "Keep" if taken == "default" else "Use", average_name(decision)
    answer = f"{verb} {rule_name(decision, taken)}: {metric_name} {metric_value(value)} expected on new {rows}"
    if value < against:
        but = _limits_text(decision, rival) or f"with this many {rows} the difference may be chance"
        answer += f". {capitalized(with_rival)} gives {metric_value(against)}, but {but}."
    else:
        answer += f", against {metric_value(against)} with {with_rival}."
    support = f"{interval.level_text} interval {interval.text}. {_difference_text(estimates, taken, rival)}"
    return answer, support


def _difference_text(estimates: RuleEstimates, taken: Rule, rival: Rule) -> str:
    """Say by how much the rule to take is better, or that the two make the same decisions in all resamples."""
    difference, with_rival = estimates.difference(taken, rival), rule_name(estimates.decision, rival)
    if difference.interval.low == difference.interval.high == 0:
        return f"{capitalized(with_rival)} decides the same on these rows."
    sure = ", beyond chance" if difference.is_gain else ""
    return f"The difference to {with_rival} is {difference.interval.signed_text}{sure}."


def _limits_text(decision: ClassDecision, rule: Rule) -> str:
    """Say how a rule stands to the limits of labels, which only own thresholds are tuned to; empty without limits."""
    own, counts = decision.rules["own"].by, decision.rules[rule].counts
    if not isinstance(own, ThresholdVector) or not own.constraints:
        return ""
    broken = []
    for place, name in enumerate(decision.classes):
        of_label = ConfusionCounts(*(np.asarray(getattr(counts, cell))[place] for cell in CELLS))
        if not all(limit.is_satisfied_by(of_label) for limit in own.constraints.get(name, ())):
            broken.append(name)
    if not broken:
        return "it is not tuned to the limits of labels"
    return f"it breaks the limit{'s' * (len(broken) > 1)} of {_listed(broken)}"


def caution_sentences(decision: ClassDecision) -> list[str]:
    """Return what to keep in mind about the chosen rule: its search or limits, labels without flags, and few rows."""
    sentences = []
    if decision.curves.one_per_row:
        change = f"{way_name(decision.curves)}s"
        if decision.average == "micro":
            accuracy = f"{capitalized(average_name(decision))} is the accuracy here."
            if decision.curves.is_probability:
                accuracy += (
                    " If the probabilities are calibrated, the highest one already has the best accuracy that is "
                    f"possible: {change} can only fit these rows."
                )
            sentences.append(accuracy)
        if decision.chosen == "own":
            sentences.append(f"The {change} are the best found by a search from several starts, not the best there is.")
    own = decision.rules["own"].by
    if decision.chosen == "own" and isinstance(own, ThresholdVector) and set(own.constraints) - set(decision.by_hand):
        sentences.append("Limits of labels are met on these rows. A threshold at its limit may miss it on new ones.")
    sentences += _about_absent(decision)
    has_rows = decision.curves.has_rows
    silent = _named(decision, (np.asarray(decision.rule.counts.flagged()) == 0) & has_rows)
    if silent and decision.average == "micro" and decision.chosen != "default":
        sentences.append(
            f"{capitalized(average_name(decision))} counts every decision alike, so rare labels matter little. Never "
            f"flagged here: {silent}. Macro counts every label alike."
        )
    elif silent:
        sentences.append(f"Never flagged here: {silent}.")
    absent = decision.curves.absent
    kept = [name for name in decision.rules["own"].by.kept if name not in decision.by_hand and name not in absent]
    if tuned := [name for name in decision.few if name not in kept and name not in decision.by_hand]:
        sentences.append(
            f"Fewer than {FEW_POSITIVES} positives: {_listed(tuned)}. What is tuned to so few may fit noise."
        )
    if kept:
        few = f"Fewer than {decision.min_positives:,} positives: {_listed(kept)}."
        sentences.append(f"{few} {_kept_text(decision, len(kept))}")
    return sentences


def absent_text(curves: ClassCurves) -> str:
    """Say that no row is of some classes, as the beginning of a sentence; empty where all have rows."""
    if not curves.absent:
        return ""
    rows = "No row with a weight" if curves.supports[~curves.has_rows].any() else "No row"
    return f"{rows} is of the {'class' if len(curves.absent) == 1 else 'classes'} {_listed(curves.absent)}"


def _about_absent(decision: ClassDecision) -> list[str]:
    """Say that no row is of some classes, and how many rows are decided to be of them all the same."""
    absent, counts = decision.curves.absent, decision.rule.counts
    if not absent:
        return []
    n = float(np.asarray(counts.flagged())[~decision.curves.has_rows].sum())
    if decision.curves.sample_weight is None:
        rows, verb = counted(int(n), "row"), "gets" if n == 1 else "get"
    else:
        rows, verb = f"{percent(n / float(np.asarray(counts.total())[0]))} of the rows, by weight,", "get"
    they_have, it = ("it has", "it") if len(absent) == 1 else ("they have", "one of them")
    label = metric("fbeta", decision.beta).label
    then = f"{rows} {verb} {it}, wrongly" if n else f"no row gets {it}, either"
    change = "" if decision.chosen == "default" else " Where new rows can be, tune on rows that have some."
    return [f"{absent_text(decision.curves)}, so {they_have} no {label} to average; {then}.{change}"]


def _kept_text(decision: ClassDecision, n_kept: int) -> str:
    """Say why classes with few positive rows are not tuned, and what they have instead."""
    if decision.curves.one_per_row:
        way = "a weight" if decision.curves.is_probability else "an offset"
        return f"There are too few to tune {way}: it would mostly fit noise."
    keep = "it keeps" if n_kept == 1 else "they keep"
    return (
        f"Where each label has its own threshold, {keep} the common one, since there are too few to tune another: it "
        "would mostly fit noise."
    )


def threshold_texts(decision: ClassDecision) -> list[str]:
    """Return the thresholds of the chosen rule, of rows with several labels, as Decide writes them: with all digits."""
    thresholds = np.asarray(decision.rule.thresholds, dtype=np.float64).tolist()
    return [displayed_threshold(exact_threshold(each)) for each in thresholds]


def averages_text(decision: ClassDecision) -> str:
    """State all averages of the chosen rule on these rows."""
    averages: tuple[Average, ...] = ("macro", "micro", "weighted")
    values = (f"{average_name(decision, each)} {metric_value(decision.rule.value(each))}" for each in averages)
    return f"On these rows: {', '.join(values)}."


def _named(decision: ClassDecision, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    return _listed(decision.classes[place] for place in np.flatnonzero(chosen).tolist())


def _listed(names: Iterable[str]) -> str:
    """Return a few of some names, shortened, and how many more there are; empty without any."""
    shortened = list(map(truncate, names))
    return join_names(shortened) if shortened else ""
