"""What the data support, in words: the same on the page and where the lab prints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from f1tools import words
from f1tools.repeats.comparing import FEWEST_SPLITS, Difference, default_reference, differences, reached
from f1tools.repeats.details import collapse_texts, no_chances_text, trap_text, tuning_text, unseen_text, untuned_text
from f1tools.repeats.naming import label, training
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.telling import better_and_worse, ends_text, gap, known, signed_text, value_text, with_gaps


@dataclass(frozen=True)
class Findings:
    """What may be said about the strategies.

    Parameters
    ----------
    headline : str
        Whether any strategy differs from the reference, each at its own tuned threshold.
    details : tuple of str
        A sentence or two each.
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
    details = [
        unseen_text(outcomes, chosen),
        tuning_text(outcomes, chosen),
        untuned_text(outcomes, chosen),
        trap_text(outcomes),
        *collapse_texts(outcomes),
        no_chances_text(outcomes),
    ]
    return Findings(_headline(outcomes, chosen), tuple(filter(None, details)))


def method(outcomes: Outcomes) -> str:
    """Say how the numbers came about, and what their intervals allow for."""
    learn, test, positive = (
        words.count(round(number)) for number in (outcomes.n_train, outcomes.n_test, outcomes.n_pos_test)
    )
    rows = f"{learn} rows to learn from and {test} to test on, {positive} of them positive"
    chosen = "Tuned thresholds were chosen on rows that had no part in the test."
    if outcomes.repeats == 1:
        return f"One split with {rows}. {chosen}"
    several = len(outcomes.results) > 2
    together = ", and those of several differences hold together (Bonferroni)" if several else ""
    return (
        f"Means over {outcomes.repeats:,} splits with {rows}. {chosen} The 95% intervals allow for the overlap of the "
        f"splits, which share most of their rows (Nadeau and Bengio 2003){together}."
    )


def _headline(outcomes: Outcomes, reference: str) -> str:
    found = differences(outcomes, reference)
    if not found:
        sure = reached(outcomes, reference)
        interval = f" (95% interval {ends_text(sure)})" if sure is not None and outcomes.repeats > 1 else ""
        return (
            f"At its tuned threshold {training(reference)} reaches {value_text(outcomes, reference)}{interval}; there "
            "is no other strategy to compare it with."
        )
    ours = f"{training(reference)} ({value_text(outcomes, reference)})"
    if outcomes.repeats < FEWEST_SPLITS:
        return _by_chance(outcomes, found, ours)
    better, worse = better_and_worse(found)
    if not better and not worse:
        who = (
            f"none of the {len(found)} others differs" if len(found) > 1 else f"{label(found[0].model)} does not differ"
        )
        text = f"{who} detectably from {ours}"
    elif len(found) == 1:
        interval = f"{gap(outcomes, found[0])} (95% interval {signed_text(found[0].interval)})"
        text = f"{label(found[0].model)} is detectably {'better' if better else 'worse'} than {ours}: {interval}"
    else:
        text = _some(outcomes, found, ours)
    return f"With every strategy at its own tuned threshold, {text}."


def _by_chance(outcomes: Outcomes, found: Sequence[Difference], ours: str) -> str:
    """Say how a few splits came out: nothing more can be said about them."""
    top = sorted(known(found), key=lambda each: -each.interval.mean)[:1]
    others = "the other strategy" if len(found) == 1 else f"the best of the {len(found)} others"
    result = f"at tuned thresholds {others} is {with_gaps(outcomes, top)} against {ours}" if top else f"with {ours}"
    few = "There is one split" if outcomes.repeats == 1 else f"There are only {outcomes.repeats} splits"
    return f"{few}, too few to tell a difference from chance: {result}. Take more splits to learn more."


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
