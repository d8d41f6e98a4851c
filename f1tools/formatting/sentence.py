"""What acting on a threshold means, in one sentence for everybody.

As with the numbers in it, ``card/format.js`` is the twin of this file and is tested against it, word for word.
"""

from __future__ import annotations

from typing import NamedTuple

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts


class Phrase(NamedTuple):
    """A piece of a sentence and what it speaks of: "", "threshold", "precision" or "recall"."""

    text: str
    role: str = ""


def sentence(counts: ConfusionCounts, threshold: str) -> str:
    """Say in one sentence what acting on a threshold means.

    Parameters
    ----------
    counts : ConfusionCounts
        At the threshold; numbers, not arrays.
    threshold : str
        As it shall be printed, see :func:`f1tools.formatting.shortest_decimal`.

    Examples
    --------
    >>> sentence(ConfusionCounts(tn=50, fp=12, fn=0, tp=28), "0.562")
    'If we act on scores of 0.562 or more, about 7 in 10 flagged cases are real, and we catch all real cases.'
    """
    return "".join(phrase.text for phrase in phrases(counts, threshold))


def phrases(counts: ConfusionCounts, threshold: str) -> list[Phrase]:
    """Give :func:`sentence` in pieces, each with what it speaks of, so that a page can set them off."""
    flagged, total = float(counts.flagged()), float(counts.total())
    if flagged == 0:
        return [
            Phrase("If we act on no case at all, nothing is flagged: "),
            Phrase("precision is undefined", "precision"),
            Phrase(", and we catch "),
            Phrase("none", "recall"),
            Phrase(" of the real cases."),
        ]
    start, end = "If we act on scores of ", " or more, "
    if flagged == total:
        start, end = "If we act on every case (scores of ", " or more), "
    act = [Phrase(start), Phrase(threshold, "threshold"), Phrase(end)]
    precision, recall = float(counts.precision()), float(counts.recall())
    among = _common_start(precision, recall)
    return [*act, *_flagged_are_real(precision, among), Phrase(", and we catch "), *_real_are_caught(recall, among)]


def _common_start(*shares: float) -> int:
    said = [formatting.natural_frequency(share) for share in shares if 0 < share < 1]
    return 100 if any(share.endswith(" in 100") for share in said) else 10


def _flagged_are_real(precision: float, start: int) -> list[Phrase]:
    if precision == 0:
        return [Phrase("none", "precision"), Phrase(" of the flagged cases is real")]
    share = "all" if precision == 1 else formatting.natural_frequency(precision, start)
    return [Phrase(share, "precision"), Phrase(" flagged cases are real")]


def _real_are_caught(recall: float, start: int) -> list[Phrase]:
    if recall == 0:
        return [Phrase("none", "recall"), Phrase(" of the real cases.")]
    if recall == 1:
        return [Phrase("all", "recall"), Phrase(" real cases.")]
    return [Phrase(formatting.natural_frequency(recall, start), "recall"), Phrase(" of all real cases.")]
