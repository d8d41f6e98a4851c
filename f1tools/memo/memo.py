"""A snapshot becomes one HTML file that needs nothing else."""

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
from f1tools.memo.snapshot import Section, Snapshot
from f1tools.memo.still import still
from f1tools.memo.taken import printed

if TYPE_CHECKING:
    from jinja2 import Template

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT = 8  # characters of a threshold that can stand large
_SLIM, _WIDE = 3, 5  # columns that have room on a phone, and that fit at all


def memo_html(snapshot: Snapshot) -> str:
    """Write a memo: a whole HTML document in one file.

    Parameters
    ----------
    snapshot : Snapshot
        From :func:`~f1tools.memo.take.take_snapshot`.

    Returns
    -------
    str
        It makes no request, and its policy forbids every one. All numbers can be read without its script, which makes
        the card live. Names are text, whatever stands in them.

    Examples
    --------
    >>> page = memo_html(Snapshot("<b>", "2025-11-25T16:10:00Z", "0.1.0", "m", "1", "0.4", "Act.", None, (), {}))
    >>> "<title>&lt;b&gt; – threshold decision</title>" in page, "<script" in page
    (True, False)
    """
    sheet, program = _style(), _program()
    return _template().render(
        snapshot=snapshot,
        phrases=snapshot.phrases or ((snapshot.headline, ""),),
        day=day(snapshot.created),
        link=address(snapshot.link, snapshot.settings),
        number=printed(snapshot.written),
        long=len(snapshot.written) > _SHORT,
        parts=[(kind, list(some)) for kind, some in groupby(snapshot.sections, key=_part_of)],
        warnings=[section.title for section in snapshot.sections if section.warning],
        payload="" if snapshot.card is None else json_for_script(snapshot.card),
        still=None if snapshot.card is None else still(snapshot.card),
        style=sheet,
        program=program,
        moved=snapshot.suppress_below > 1 and snapshot.card is not None and not snapshot.card["at_rest"],
        policy=_policy(sheet, program if snapshot.card is not None else ""),
    )


def address(link: str, settings: Mapping[str, str]) -> str:
    """Join the address of a dashboard and settings into the one that shows the same; empty where it is no web address.

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
    """Write the day of a time in ISO 8601.

    Examples
    --------
    >>> day("2025-11-05T16:10:00Z")
    '5 November 2025'
    """
    year, month, date = created.partition("T")[0].split("-")
    return f"{int(date)} {_MONTHS[int(month) - 1]} {year}"


def _part_of(section: Section) -> str:
    """Tell what a section stands in: all that one should be careful with is one part, every other is its own."""
    return section.kind if section.kind == "careful" else f"{section.kind} {section.title}"


def _policy(sheet: str, program: str) -> str:
    """Write the content security policy: nothing is loaded, and nothing runs but this script."""
    scripts = f"'{_digest(program)}'" if program else "'none'"
    rest = "base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {scripts}; style-src '{_digest(sheet)}'; {rest}"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _style() -> str:
    roles = get_args(palette.Role)
    light, dark = f":root{{{variables(palette.LIGHT, roles)}}}", f":root{{{variables(palette.DARK, roles)}}}"
    own = _read("memo.css")
    return f"{light}\n@media (prefers-color-scheme: dark){{@media not print{{{dark}}}}}\n{style()}{own}"


@cache
def _program() -> str:
    return script() + _MOUNT


# What stands still makes room for the card once that is there. On paper the card is drawn as wide as the paper leaves
# room, because its texts keep their size.
_MOUNT = """const root = document.getElementById("card");
const card = mount(root, JSON.parse(document.getElementById("payload").textContent), () => {});
document.getElementById("still").remove();
const drawn = (width) => { root.style.width = width; card.fit(); };
addEventListener("beforeprint", () => drawn("680px"));
addEventListener("afterprint", () => drawn(""));
"""


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # slow to load, and only memos need it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.tests["group"] = _is_group
    environment.tests["wide"] = lambda table: len(table.head) > _WIDE
    environment.tests["slim"] = lambda table: len(table.head) <= _SLIM
    return environment.from_string(_read("memo.html"))


def _is_group(row: tuple[str, ...]) -> bool:
    """Tell whether a row of a table only names those after it."""
    return len(row) > 1 and not any(row[1:])


def _read(name: str) -> str:
    return files("f1tools.memo").joinpath(name).read_text(encoding="utf-8")
