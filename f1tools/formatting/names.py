"""How names from files are formatted: short, on one line, and safe to encode."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_MAX_NAMES = 5  # in a sentence
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they can reverse the rest of a line


def truncate(name: str, longest: int = 24) -> str:
    """Shorten a name from a file to one line of limited length; its end remains, where similar names differ.

    Examples
    --------
    >>> truncate("valid"), truncate("random_forest_with_weights_2", longest=20)
    ('valid', 'random_fores…ights_2')
    """
    short = single_line(name)
    if len(short) <= longest:
        return short
    n_last = (longest - 1) * 2 // 5
    return f"{short[: longest - 1 - n_last]}…{short[len(short) - n_last :]}"


def single_line(name: str) -> str:
    r"""Return a name from a file on one line, without control characters and marks of the writing direction.

    Examples
    --------
    >>> single_line("two\n lines"), single_line("\u202eevil"), single_line("red\x1b[31m"), single_line("\udcff")
    ('two lines', 'evil', 'red[31m', '?')
    """
    spaced = " ".join(_DIRECTIONS.sub("", name).split())
    return utf8_safe(" ".join(_CONTROLS.sub("", spaced).split()))


def utf8_safe(text: str) -> str:
    r"""Replace lone surrogates, which file names may contain and UTF-8 cannot encode.

    Examples
    --------
    >>> utf8_safe("scores\udcff.csv")
    'scores?.csv'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def with_kind(kind: str, name: str) -> str:
    """Return a name after what it is the name of, unless it says that itself.

    Examples
    --------
    >>> with_kind("truth", "outcome"), with_kind("truth", "Truth")
    ('truth outcome', 'Truth')
    """
    return name if name.casefold() == kind.casefold() else f"{kind} {name}"


def join_names(names: Iterable[str]) -> str:
    """Join names with commas and "and"; of many, name the first and count the rest.

    Examples
    --------
    >>> join_names(["one"]), join_names(["one", "two", "three"]), join_names(list("abcdefg"))
    ('one', 'one, two and three', 'a, b, c, d and 3 more')
    """
    parts = list(names)
    if len(parts) > _MAX_NAMES:
        parts = [*parts[: _MAX_NAMES - 1], f"{len(parts) - _MAX_NAMES + 1:,} more"]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
