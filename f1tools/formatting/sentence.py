"""What acting on a threshold means, in one sentence without technical terms.

``card/format.js`` mirrors this file and is tested against it, word for word.
"""

from __future__ import annotations

from typing import NamedTuple

from f1tools.core.counts import ConfusionCounts
from f1tools.formatting import natural_frequency


class Phrase(NamedTuple):
    """A part of a sentence and what it is about: "", "threshold", "precision" or "recall"."""

    text: str
    role: str = ""


def sentence(counts: ConfusionCounts, threshold: str) -> str:
    """Return one sentence about what acting on a threshold means.

    Parameters
    ----------
    counts : ConfusionCounts
        At the threshold; numbers, not arrays.
    threshold : str
        As displayed, see :func:`f1tools.formatting.shortest_decimal`.

    Examples
    --------
    >>> sentence(ConfusionCounts(tn=50, fp=12, fn=0, tp=28), "0.562")
    'If we act on scores of 0.562 or more, about 7 in 10 flagged cases are real, and we catch all real cases.'
    """
    return "".join(phrase.text for phrase in phrases(counts, threshold))


def phrases(counts: ConfusionCounts, threshold: str) -> list[Phrase]:
    """Return the parts of :func:`sentence` with what each is about, so that a page can highlight them."""
    flagged, total = float(counts.flagged()), float(counts.total())
    if flagged == 0:
        return [
            Phrase("If we act on no case at all, "),
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
    base = 100 if any(_share(each, 10).endswith(" in 100") for each in (precision, recall)) else 10
    return [
        *act,
        Phrase(_share(precision, base), "precision"),
        Phrase(" flagged cases are real" if precision else " of the flagged cases is real"),
        Phrase(", and we catch "),
        Phrase(_share(recall, base), "recall"),
        Phrase({0.0: " of the real cases.", 1.0: " real cases."}.get(recall, " of all real cases.")),
    ]


def _share(share: float, base: int) -> str:
    if share in (0, 1):
        return "all" if share else "none"
    return natural_frequency(share, base)
