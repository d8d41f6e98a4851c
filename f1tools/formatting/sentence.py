"""What flagging from a threshold on means, in one sentence without technical terms.

``card/format.js`` mirrors this file and is tested against it, word for word.

A share is a natural frequency. Its base, from :func:`precision_base`, is the same for precision and recall and at every
threshold of a curve, so that sentences compare. Of fewer cases than the base the exact counts are given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.formatting import count, natural_frequency
from f1tools.formatting.positives import Positives

_TYPICAL_RECALL = 0.8
_LARGEST_BASE = 1_000_000


class Phrase(NamedTuple):
    """A part of a sentence and what it is about: "", "threshold", "precision" or "recall"."""

    text: str
    role: str = ""


def precision_base(curve: ThresholdCurve) -> int:
    """Return the base of precision as a natural frequency: 10, 100 ..., the same at every threshold of a curve.

    It is the smallest base in which precision is not "fewer than 1" where 8 in 10 of the scored positives are flagged.

    Examples
    --------
    >>> curve = ThresholdCurve.from_counts([0.9, 0.1], tp=[1, 2], fp=[0, 80])
    >>> precision_base(curve)
    100
    """
    position = int(np.searchsorted(curve.tp, _TYPICAL_RECALL * curve.tp[-1]))
    tp, fp = float(curve.tp[position]), float(curve.fp[position])
    base = 10
    while tp * base < tp + fp and base < _LARGEST_BASE:
        base *= 10
    return base


def sentence(counts: ConfusionCounts, threshold: str, positives: Positives, base: int) -> str:
    """Return one sentence about what flagging from a threshold on means.

    Parameters
    ----------
    counts : ConfusionCounts
        At the threshold; numbers, not arrays.
    threshold : str
        As displayed, see :func:`f1tools.formatting.shortest_decimal`.
    positives : Positives
        From :func:`f1tools.formatting.positives.name_positives`.
    base : int
        From :func:`precision_base`.

    Examples
    --------
    >>> from f1tools.formatting.positives import name_positives
    >>> sentence(ConfusionCounts(tn=50, fp=12, fn=0, tp=28), "0.562", name_positives("1", "fraud"), 10)
    'If we flag scores of 0.562 or more, about 7 in 10 flagged cases are fraud, and we catch all 28 cases of fraud.'
    >>> sentence(ConfusionCounts(tn=50, fp=0, fn=98, tp=2), "0.9", name_positives("fast"), 10)
    'If we flag scores of 0.9 or more, both of the 2 flagged cases are “fast”, and we catch fewer than 1 in 10 of all \
“fast” cases.'
    """
    return "".join(phrase.text for phrase in phrases(counts, threshold, positives, base))


def phrases(counts: ConfusionCounts, threshold: str, positives: Positives, base: int) -> list[Phrase]:
    """Return the parts of :func:`sentence` with what each is about, so that a page can highlight them."""
    tp, flagged, total = float(counts.tp), float(counts.flagged()), float(counts.total())
    recall = _recall(tp, float(counts.positives()), positives, base)
    if flagged == 0:
        return [Phrase("If we flag no case at all, "), Phrase("precision is undefined", "precision"), *recall]
    start, end = "If we flag scores of ", " or more, "
    if flagged == total:
        start, end = "If we flag every case (scores of ", " or more), "
    act = [Phrase(start), Phrase(threshold, "threshold"), Phrase(end)]
    return [*act, *_precision(tp, flagged, positives, base), *recall]


def _precision(tp: float, flagged: float, positives: Positives, base: int) -> list[Phrase]:
    share = _share(tp, flagged, base)
    exact = flagged < base and tp.is_integer() and flagged.is_integer()
    verb = "is" if tp == 0 or (exact and tp == 1) else "are"
    negation = "not " if (tp, flagged) == (0, 1) else ""
    noun = "case" if flagged == 1 else "cases"
    return [Phrase(share, "precision"), Phrase(f" flagged {noun} {verb} {negation}{positives.name}")]


def _recall(tp: float, n: float, positives: Positives, base: int) -> list[Phrase]:
    verb = "miss" if (tp, n) == (0, 1) else "catch"
    share = _share(tp, n, base)
    of_all = " of all" if " in " in share else ""
    cases = positives.case if n == 1 else positives.cases
    return [Phrase(f", and we {verb} "), Phrase(share, "recall"), Phrase(f"{of_all} {cases}.")]


def _share(part: float, whole: float, base: int) -> str:
    """Return a part of some cases: in exact counts where it is all, none or of few cases."""
    counted = part.is_integer() and whole.is_integer()
    if part == whole:
        of_few = {1: "the only", 2: "both of the 2"}
        return of_few.get(int(whole), f"all {count(whole)}") if counted else "all"
    if part == 0:
        return "the only" if whole == 1 else f"none of the {count(whole)}" if counted else "none of the"
    if counted and whole < base:
        return f"{count(part)} of the {count(whole)}"
    return natural_frequency(part / whole, base)
