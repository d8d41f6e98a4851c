"""Write names from files into CSV files and file names: never a formula, never a path."""

from __future__ import annotations

import re
import unicodedata

from f1tools.formatting import utf8_safe

_FORMULA_STARTS = frozenset("=+-@")  # in Excel, LibreOffice and Google Sheets (OWASP, CSV injection)
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_PLAIN = re.compile(r"[\w .-]*")  # other fields are quoted
_SPLITS = re.compile("([;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")  # other separators than the comma


def cell(text: str) -> str:
    r"""Return a text that no spreadsheet evaluates as a formula: an apostrophe precedes what could start one.

    Programs skip blanks, quotes and invisible characters before a formula, and some accept full-width signs. When they
    split lines at ``;`` or tabs, a formula could also start within a name. Plain numbers do not change.

    Examples
    --------
    >>> cell("=1+1"), cell("a;=1+1"), cell("-5"), cell("score")
    ("'=1+1", "a;'=1+1", '-5', 'score')
    """
    if (text.isascii() and text.isalnum()) or _NUMBER.fullmatch(text):
        return text
    pieces = _SPLITS.split(text)  # every other piece is a separator
    pieces[::2] = [f"'{piece}" if _starts_formula(piece) else piece for piece in pieces[::2]]
    safe = "".join(pieces)
    unsafe = text[:1] in ("\t", "\r", "\n") or (_starts_formula(text) and not safe.startswith("'"))
    return f"'{safe}" if unsafe else safe


def _starts_formula(text: str) -> bool:
    """Return whether a spreadsheet could evaluate a text as a formula."""
    start = next((char for char in text if char not in "\"'" and not _invisible(char)), "")
    return bool(_FORMULA_STARTS.intersection(unicodedata.normalize("NFKC", start)))


def _invisible(char: str) -> bool:
    """Return whether a character is a blank, a control or a mark without width, which a program may skip."""
    return unicodedata.category(char)[0] in "ZCM"


def field(text: str) -> str:
    r"""Return a text as a field of a CSV file: never a formula, and one cell whatever the separator.

    Lone surrogates, which UTF-8 can't encode, are replaced.

    Examples
    --------
    >>> field("score"), field("a,b"), field("=1")
    ('score', '"a,b"', '"\'=1"')
    """
    return _quoted(cell(utf8_safe(text)))


def first_field(text: str) -> str:
    r"""Return a text as the first field of a line, unchanged but where it starts a formula: tables are joined by it.

    Quotes at the start of a line keep the text one cell at any separator, so that nothing within it can start one.

    Examples
    --------
    >>> first_field("O'Brien; --"), first_field("=1"), field("O'Brien; --")
    ('"O\'Brien; --"', '"\'=1"', '"O\'Brien;\' --"')
    """
    safe = utf8_safe(text)
    if not _NUMBER.fullmatch(safe) and (safe[:1] in ("\t", "\r", "\n") or _starts_formula(safe)):
        safe = f"'{safe}"
    return _quoted(safe)


def _quoted(safe: str) -> str:
    if _PLAIN.fullmatch(safe):
        return safe
    doubled = safe.replace('"', '""')
    return f'"{doubled}"'


def file_name(model: str) -> str:
    """Return a part of a file name for a model.

    Examples
    --------
    >>> file_name("p(fraud) v2"), file_name("...")
    ('p-fraud-v2', 'model')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", model).strip("-")[:40].rstrip("-") or "model"
