"""How labels of metrics, constraints and names from files are displayed."""

from __future__ import annotations

import re

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.formatting.numbers import count, metric_value

_PROPER_NAMES = ("Matthews", "Cohen", "Youden", "Jaccard")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they can reverse the rest of a line


def lowercase_label(label: str) -> str:
    """Return the label of a metric for use inside a sentence: in lower case, except names and abbreviations.

    Examples
    --------
    >>> [lowercase_label(label) for label in ("Balanced accuracy", "Cohen's kappa", "F0.5", "G-mean")]
    ['balanced accuracy', "Cohen's kappa", 'F0.5', 'G-mean']
    """
    if label.startswith(_PROPER_NAMES) or not label[1:2].islower():
        return label
    return label[0].lower() + label[1:]


def with_article(label: str) -> str:
    """Return the label of a metric for use inside a sentence, with "a" or "an".

    Examples
    --------
    >>> with_article("F1"), with_article("Accuracy"), with_article("Matthews correlation")
    ('an F1', 'an accuracy', 'a Matthews correlation')
    """
    spoken = lowercase_label(label)
    vowel = spoken[:1] in tuple("aeioAEIO") or (spoken[:1] == "F" and spoken[1:2].isdigit())
    return f"{'an' if vowel else 'a'} {spoken}"


def best_label(label: str, *, limited: bool, chosen_on: str = "") -> str:
    """Return the name of the best threshold by a metric; under constraints a better one may exist.

    Examples
    --------
    >>> best_label("F1", limited=True), best_label("F1", limited=False, chosen_on="valid")
    ('Best F1 within limits', 'Best F1 on valid')
    """
    return f"Best {label}{' within limits' if limited else ''}{f' on {truncate(chosen_on)}' if chosen_on else ''}"


def constrained_value(constraint: Constraint, counts: ConfusionCounts) -> str:
    """Format the value that a constraint bounds, at one point.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=5, fp=1, fn=3, tp=7)
    >>> [constrained_value(Constraint.at_least(name, 0.8), counts) for name in ("recall", "flagged")]
    ['0.700', '8']
    """
    value = float(constraint.measure(counts))
    return count(value) if constraint.counts_rows else metric_value(value)


def truncate(name: str, longest: int = 24) -> str:
    """Shorten a name from a file to one line of limited length.

    Examples
    --------
    >>> truncate("valid"), truncate("a" * 30, longest=5)
    ('valid', 'aaaa…')
    """
    short = single_line(name)
    return short if len(short) <= longest else short[: longest - 1] + "…"


def single_line(name: str) -> str:
    r"""Return a name from a file on one line, without control characters and marks of the writing direction.

    Examples
    --------
    >>> single_line("two\n lines"), single_line("\u202eevil"), single_line("red\x1b[31m"), single_line("\udcff")
    ('two lines', 'evil', 'red[31m', '?')
    """
    return utf8_safe(_CONTROLS.sub("", " ".join(_DIRECTIONS.sub("", name).split())))


def utf8_safe(text: str) -> str:
    r"""Replace lone surrogates, which file names may contain and UTF-8 cannot encode.

    Examples
    --------
    >>> utf8_safe("scores\udcff.csv")
    'scores?.csv'
    """
    return text.encode("utf-8", "replace").decode("utf-8")
