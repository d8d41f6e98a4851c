"""Render a snapshot as one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlencode, urlsplit, urlunsplit

from f1tools import palette
from f1tools.card import json_for_script, script, style, variables
from f1tools.memo.context import display
from f1tools.memo.snapshot import Section, Snapshot
from f1tools.memo.static_card import static_card

if TYPE_CHECKING:
    from jinja2 import Template

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_THRESHOLD = 8  # characters of a threshold in large print
_NARROW, _WIDE = 3, 5  # most columns that fit on a phone, and on any screen without wrapping


def memo_html(snapshot: Snapshot) -> str:
    """Render a memo as one HTML document.

    Parameters
    ----------
    snapshot : Snapshot
        From :func:`~f1tools.memo.build.build_snapshot`.

    Returns
    -------
    str
        The document loads nothing, and its content security policy forbids every request. All numbers can be read
        without its script, which makes the card interactive. Names are always escaped.

    Examples
    --------
    >>> page = memo_html(Snapshot("<b>", "2025-11-25T16:10:00Z", "0.1.0", "m", "1", "0.4", (), None, (), {}))
    >>> "<title>&lt;b&gt; – threshold decision</title>" in page, "<script" in page
    (True, False)
    """
    card = snapshot.card
    return _template().render(
        snapshot=snapshot,
        day=day(snapshot.created),
        link=address(snapshot.link, snapshot.settings),
        threshold=display(snapshot.threshold),
        long=len(snapshot.threshold) > _SHORT_THRESHOLD,
        parts=[(kind, list(sections)) for kind, sections in groupby(snapshot.sections, key=_part)],
        warnings=[section.title for section in snapshot.sections if section.warning],
        payload="" if card is None else json_for_script(card),
        card=None if card is None else static_card(card),
        style=_style(),
        program=_program(),
        policy=_policy(_style(), "" if card is None else _program()),
    )


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
def _program() -> str:
    return script() + _MOUNT


# The card replaces its static text. For print it is drawn as wide as the paper, because its labels keep their size.
_MOUNT = """const root = document.getElementById("card");
const card = mount(root, JSON.parse(document.getElementById("payload").textContent), () => {});
document.getElementById("static-card").remove();
const resize = (width) => { root.style.width = width; card.fit(); };
addEventListener("beforeprint", () => resize("680px"));
addEventListener("afterprint", () => resize(""));
"""


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # slow to load, and only memos need it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["group"] = _is_group
    environment.tests["wide"] = lambda table: len(table.head) > _WIDE
    environment.tests["narrow"] = lambda table: len(table.head) <= _NARROW
    return environment.from_string(_read("memo.html"))


def _is_group(row: tuple[str, ...]) -> bool:
    """Return whether a row of a table is only a heading for the rows after it."""
    return len(row) > 1 and not any(row[1:])


def _read(name: str) -> str:
    return files("f1tools.memo").joinpath(name).read_text(encoding="utf-8")
