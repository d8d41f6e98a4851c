"""Names and numbers in code: what is written as it is, and what is left for people to fill in."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Container
from itertools import chain, count

from f1tools import formatting

_SAFE_PUNCTUATION = " _-."
_MODIFIER_LETTERS = range(0x2B0, 0x300)  # some databases map these to quotation marks


def literal(threshold: float) -> str:
    """Return a threshold as Python and SQL read it, written as everywhere else."""
    return repr(threshold).replace("e+", "e") if math.isfinite(threshold) else 'float("inf")'


def is_portable(name: str) -> bool:
    """Return whether a quoted name means the same to every database and driver."""
    return bool(name) and formatting.single_line(name) == name and "--" not in name and all(map(_is_safe, name))


def _is_safe(char: str) -> bool:
    category = unicodedata.category(char)
    is_letter_or_digit = category[0] in "LM" or category == "Nd"
    return char in _SAFE_PUNCTUATION or (is_letter_or_digit and ord(char) not in _MODIFIER_LETTERS)


def quoted(name: str, mark: str, *, placeholder: str) -> str:
    """Return a name in quotation marks, or the placeholder where it is not portable."""
    return f"{mark}{name}{mark}" if is_portable(name) else f"<{placeholder}>"


def unused(name: str, taken: Container[str]) -> str:
    """Return a name, with a number where names that are taken, in casefold, have it in any case.

    Databases may ignore case, even in quotation marks.

    Examples
    --------
    >>> unused("Score", ["p_cat"]), unused("Score", ["score", "score_2"])
    ('Score', 'Score_3')
    """
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(each for each in names if each.casefold() not in taken)
