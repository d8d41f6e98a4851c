"""What memos have in common: templates, the style sheet, the content security policy, the link and the date."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode, urlsplit, urlunsplit

from f1tools import palette
from f1tools.card import style, variables
from f1tools.memo.snapshot import ClassSnapshot, Section, Snapshot

if TYPE_CHECKING:
    from jinja2 import Environment

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NARROW, _WIDE = 3, 5  # most columns that fit on a phone, and on any screen without wrapping


def render_page(template: str, snapshot: Snapshot | ClassSnapshot, *, program: str = "", **content: Any) -> str:
    """Render a memo as one document that loads nothing.

    Parameters
    ----------
    template : str
        A file of this package that extends base.html.
    snapshot : Snapshot or ClassSnapshot
        All its warnings share a part of the page, every other section has its own.
    program : str
        The script that the content security policy allows.
    **content
        What only this template uses. Everything is escaped.
    """
    values = {
        "snapshot": snapshot,
        "day": day(snapshot.created),
        "link": address(snapshot.link, snapshot.settings),
        "parts": [(kind, list(sections)) for kind, sections in groupby(snapshot.sections, key=_part)],
        "warnings": [section.title for section in snapshot.sections if section.warning],
        "style": _style(),
        "program": program,
        "policy": _policy(_style(), program),
    }
    return _environment().get_template(template).render(values | content)


def address(link: str, settings: Mapping[str, str]) -> str:
    """Return a dashboard's address with settings as URL parameters; empty unless it is a web address.

    Examples
    --------
    >>> address("https://example.org/", {"model": "a & b", "t": "0.4"})
    'https://example.org/?model=a+%26+b&t=0.4'
    """
    if not link.startswith(("https://", "http://")):
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    query = "&".join(part for part in (parts.query, urlencode(settings)) if part)
    return urlunsplit(parts._replace(query=query))


def day(created: str) -> str:
    """Return the day of an ISO 8601 time as text.

    Examples
    --------
    >>> day("2025-11-05T16:10:00Z")
    '5 November 2025'
    """
    year, month, date = created.partition("T")[0].split("-")
    return f"{int(date)} {_MONTHS[int(month) - 1]} {year}"


def _part(section: Section) -> str:
    """Return the part of the page that a section belongs to: all warnings share one, every other has its own."""
    return section.kind if section.kind == "warnings" else f"{section.kind} {section.title}"


def _policy(sheet: str, program: str) -> str:
    """Return the content security policy: nothing is loaded, and only this script runs."""
    scripts = f"'{_digest(program)}'" if program else "'none'"
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {scripts}; style-src '{_digest(sheet)}'; {rest}"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _style() -> str:
    roles = get_args(palette.Role)
    light, dark = f":root{{{variables(palette.LIGHT, roles)}}}", f":root{{{variables(palette.DARK, roles)}}}"
    return f"{light}\n@media (prefers-color-scheme: dark){{@media not print{{{dark}}}}}\n{style()}{_read('memo.css')}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # slow to load, and only memos need it

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_read)
    )
    environment.tests["group"] = _is_group
    environment.tests["wide"] = lambda table: len(table.head) > _WIDE
    environment.tests["narrow"] = lambda table: len(table.head) <= _NARROW
    return environment


def _is_group(row: tuple[str, ...]) -> bool:
    """Return whether a row of a table is only a heading for the rows after it."""
    return len(row) > 1 and not any(row[1:])


def _read(name: str) -> str:
    return files("f1tools.memo").joinpath(name).read_text(encoding="utf-8")
