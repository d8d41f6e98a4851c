"""What the data support, in words: the same on the page and where the lab prints it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from f1tools import formatting
from f1tools.formatting import lowercase_label
from f1tools.repeats.comparing import FEWEST_SPLITS, Difference, common_means, default_reference, differences, reached
from f1tools.repeats.details import (
    collapse_text,
    no_probabilities_text,
    tuning_text,
    undefined_text,
    unseen_text,
    untuned_text,
)
from f1tools.repeats.naming import label, training, verb
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.telling import (
    better_and_worse,
    ends_text,
    gap,
    has_ends,
    known,
    measured,
    signed_text,
    value_text,
    with_gaps,
)
from f1tools.repeats.trap import trap_bites, trap_text


@dataclass(frozen=True)
class Findings:
    """What may be said about the strategies.

    Parameters
    ----------
    headline : str
        Whether any strategy differs from the reference, each at its own tuned threshold.
    details : tuple of str
        A sentence or two each. Where thresholds chosen on the rows that a model was trained on cost something, that
        comes first.
    """

    headline: str
    details: tuple[str, ...]


def findings(outcomes: Outcomes, reference: str | None = None) -> Findings:
    """Say what the data support, whatever it is, and no more.

    A difference counts as detectable when its interval, one of those that hold together, leaves out 0. What is not
    detectable is never called equal: the sentence says how large it would have had to be.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        What the others are compared with; see :func:`f1tools.repeats.default_reference`.

    Raises
    ------
    KeyError
        For a reference that is not there.
    """
    chosen = default_reference(outcomes.models) if reference is None else reference
    trap, first = trap_text(outcomes), trap_bites(outcomes)
    details = [
        trap if first else "",
        unseen_text(outcomes, chosen),
        tuning_text(outcomes, chosen),
        untuned_text(outcomes, chosen),
        "" if first else trap,
        collapse_text(outcomes),
        no_probabilities_text(outcomes),
        undefined_text(outcomes),
    ]
    return Findings(_headline(outcomes, chosen), tuple(filter(None, details)))


def method(outcomes: Outcomes) -> str:
    """Say how the numbers came about, and what their intervals allow for."""
    tune, test, positive = (
        formatting.count(round(number)) for number in (outcomes.n_tune, outcomes.n_test, outcomes.n_pos_test)
    )
    rows = f"{tune} rows to tune on, {test} to test on ({positive} positive)"
    start = "One split" if outcomes.repeats == 1 else f"Means over {outcomes.repeats:,} splits"
    text = f"{start}: {rows}. Thresholds are tuned on rows that had no part in the test."
    if outcomes.repeats < FEWEST_SPLITS:
        return text
    together = ", and differences hold together at 95% (Bonferroni)" if len(outcomes.results) > 2 else ""
    return f"{text} Intervals allow for what the splits share (Nadeau and Bengio 2003){together}."


def _headline(outcomes: Outcomes, reference: str) -> str:
    found = differences(outcomes, reference)
    if not found:
        sure = reached(outcomes, reference)
        interval = f" (95% interval {ends_text(sure)})" if sure is not None and has_ends(sure) else ""
        reaches = verb(reference, "reaches", "reach")
        return (
            f"At its tuned threshold {training(reference)} {reaches} {value_text(outcomes, reference)}{interval}; "
            "there is no other strategy to compare it with."
        )
    ours = f"{training(reference)} ({_beside(outcomes, reference, found)})"
    if not measured(found):
        return _by_chance(outcomes, found, ours)
    better, worse = better_and_worse(found)
    if not better and not worse:
        one = f"{label(found[0].model)} {verb(found[0].model, 'does', 'do')} not differ"
        text = f"{one if len(found) == 1 else f'none of the {len(found)} others differs'} detectably from {ours}"
    elif len(found) == 1:
        interval = f"{gap(outcomes, found[0])} (95% interval {signed_text(found[0].interval)})"
        does = f"{verb(found[0].model, 'is', 'are')} detectably {'better' if better else 'worse'}"
        text = f"{label(found[0].model)} {does} than {ours}: {interval}"
    else:
        text = _some(outcomes, found, ours)
    return f"With every strategy at its own tuned threshold, {text}."


def _beside(outcomes: Outcomes, reference: str, found: Sequence[Difference]) -> str:
    """Write what the reference reaches: beside a single difference, over the splits that this comes from."""
    both = math.nan if len(found) > 1 else common_means(outcomes, found[0])[1]
    if math.isnan(both):
        return value_text(outcomes, reference)
    return f"{lowercase_label(outcomes.objective.label)} {formatting.metric_value(both)}"


def _by_chance(outcomes: Outcomes, found: Sequence[Difference], ours: str) -> str:
    """Say how a few splits came out: nothing more can be said about them."""
    top = sorted(known(found), key=lambda each: -each.interval.mean)[:1]
    result = f"{training(found[0].against)} reaches {value_text(outcomes, found[0].against)}"
    if top and len(found) == 1:
        name = label(top[0].model)
        result = f"{name} {verb(top[0].model, 'differs', 'differ')} by {gap(outcomes, top[0])} from {ours}"
    elif top:
        result = f"the best of the {len(found)} others is {with_gaps(outcomes, top)} against {ours}"
    few = "There is one split" if outcomes.repeats == 1 else f"There are only {outcomes.repeats} splits"
    if outcomes.repeats >= FEWEST_SPLITS:
        few = f"Fewer than {FEWEST_SPLITS} of {outcomes.repeats} splits give both a value"
    few = f"{few}, too few to tell a difference from chance"
    return f"{few}: at tuned thresholds {result}. Take more splits to learn more."


def _some(outcomes: Outcomes, found: Sequence[Difference], ours: str) -> str:
    """Say which of several others are better and which are worse."""
    better, worse = better_and_worse(found)
    parts: list[str] = []
    for group, word in ((better, "better"), (worse, "worse")):
        if group:
            of, than = ("", "") if parts else (f" of the {len(found)} others", f" than {ours}")
            verb = "is" if len(group) == 1 else "are"
            parts.append(f"{len(group)}{of} {verb} detectably {word}{than}, {with_gaps(outcomes, group)}")
    rest = len(found) - len(better) - len(worse)
    if rest:
        parts.append(
            f"the other{'' if rest == 1 else f' {rest}'} {'does' if rest == 1 else 'do'} not differ detectably"
        )
    return "; ".join(parts)
