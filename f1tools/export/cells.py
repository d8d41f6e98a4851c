"""Names from outside on their way into files: never a formula, never a path."""

from __future__ import annotations

import re
import unicodedata

from f1tools.formatting import utf8_safe

_STARTS = frozenset("=+-@")  # what starts a formula in Excel, LibreOffice, Sheets (OWASP, CSV injection)
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[\w .-]*")  # all else is quoted
_SPLITS = re.compile("([;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")  # what programs split files at, but the comma


def cell(text: str) -> str:
    r"""Keep a spreadsheet from taking a text for a formula: what could start one gets an apostrophe in front.

    Programs skip blanks, quotes and invisible characters before a formula, and some take full-width signs for the
    usual ones. Where they split lines at a ``;`` or a tab, a formula could also start within a name. A plain number
    stays what it is: its sign makes no formula of it.

    Examples
    --------
    >>> cell("=1+1"), cell("a;=1+1"), cell("-5"), cell("score")
    ("'=1+1", "a;'=1+1", '-5', 'score')
    """
    if (text.isascii() and text.isalnum()) or _NUMBER.fullmatch(text):
        return text
    pieces = _SPLITS.split(text)  # every other one is what it was split at
    pieces[::2] = [f"'{piece}" if _opens(piece) else piece for piece in pieces[::2]]
    safe = "".join(pieces)
    begins = text[:1] in ("\t", "\r", "\n") or (_opens(text) and not safe.startswith("'"))
    return f"'{safe}" if begins else safe


def _opens(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula."""
    start = next((char for char in text if char not in "\"'" and not _invisible(char)), "")
    return bool(_STARTS.intersection(unicodedata.normalize("NFKC", start)))


def _invisible(char: str) -> bool:
    """Tell blanks, controls and marks without a width of their own, which a program may skip."""
    return unicodedata.category(char)[0] in "ZCM"


def field(text: str) -> str:
    r"""Write a text as a field of a CSV file: no formula, and one cell wherever a program splits lines.

    What UTF-8 can't write, halves of a pair of surrogates, is replaced.

    Examples
    --------
    >>> field("score"), field("a,b"), field("=1")
    ('score', '"a,b"', '"\'=1"')
    """
    safe = cell(utf8_safe(text))
    if _PLAIN.fullmatch(safe):
        return safe
    doubled = safe.replace('"', '""')
    return f'"{doubled}"'


def file_name(model: str) -> str:
    """Make a part of a file name from a model's name.

    Examples
    --------
    >>> file_name("p(fraud) v2"), file_name("...")
    ('p-fraud-v2', 'model')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", model).strip("-")[:40].rstrip("-") or "model"
