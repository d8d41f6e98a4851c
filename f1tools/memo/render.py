"""Render a snapshot as one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlencode, urlsplit, urlunsplit

import numpy as np

from f1tools import formatting, palette
from f1tools.card import json_for_script, script, style, variables
from f1tools.card.payload import counts_at
from f1tools.core.metrics import metric
from f1tools.memo.context import metric_text
from f1tools.memo.snapshot import Section, Snapshot, Table

if TYPE_CHECKING:
    from jinja2 import Template

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ROWS = 9  # other thresholds in the text of the card
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
    card, program = snapshot.card, "" if snapshot.card is None else _program()
    return _template().render(
        snapshot=snapshot,
        day=day(snapshot.created),
        link=address(snapshot.link, snapshot.settings),
        instruction=(instruction := _instruction(snapshot.threshold)),
        long=len(instruction[1]) > _SHORT_THRESHOLD,
        parts=[(kind, list(sections)) for kind, sections in groupby(snapshot.sections, key=_part)],
        warnings=[section.title for section in snapshot.sections if section.warning],
        payload="" if card is None else json_for_script(card),
        card=None if card is None else _static_card(card),
        style=_style(),
        program=program,
        policy=_policy(_style(), program),
    )


def _instruction(threshold: str) -> tuple[str, str, str]:
    """Return what to do in three lines, the second one in large print.

    Examples
    --------
    >>> _instruction("0.4"), _instruction("above all scores")
    (('Flag scores of', '0.4', 'or more'), ('Flag', 'nothing', ''))
    """
    if threshold == formatting.ABOVE_ALL_SCORES:
        return "Flag", "nothing", ""
    return "Flag scores of", formatting.displayed_threshold(threshold), "or more"


def _static_card(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a card as text, for readers without scripts.

    Each figure has a kind, which the style sheet uses, a name, a value and the counts behind it.
    """
    current = payload["current"]
    counts, everything = counts_at(payload, current), counts_at(payload, 0)
    tp, flagged = formatting.count(counts.tp), formatting.count(counts.flagged())
    threshold, precision, recall, drawn, share = _row(payload, current)
    baseline = metric_text(metric(payload["drawn"]["name"], payload["drawn"]["beta"]), everything)
    cases = (
        ("Caught: positive and flagged", tp),
        ("Missed: positive, not flagged", formatting.count(counts.fn)),
        ("False alarms: flagged, not positive", formatting.count(counts.fp)),
        ("Correctly not flagged: not positive", formatting.count(counts.tn)),
    )
    return {
        "at": formatting.at_threshold(threshold),
        "figures": (
            ("precision", "Precision", precision, f"{tp} of {flagged} flagged"),
            ("recall", "Recall", recall, f"{tp} of {formatting.count(counts.positives())} positives"),
            ("drawn", payload["drawn"]["label"], drawn, f"{payload['lowest']}: {baseline}"),
            ("share", "Flagged", share, f"{flagged} of {formatting.count(counts.total())} cases"),
        ),
        "cases": Table(("Cases", "Exact count"), cases),
        "others": _other_thresholds(payload),
    }


def _row(payload: Mapping[str, Any], place: int) -> tuple[str, ...]:
    """Return threshold, precision, recall, the drawn metric and the share flagged at a stop."""
    counts, drawn = counts_at(payload, place), metric(payload["drawn"]["name"], payload["drawn"]["beta"])
    figures = (metric_text(one, counts) for one in (metric("precision"), metric("recall"), drawn))
    share = formatting.percent(float(counts.predicted_positive_rate()))
    return formatting.displayed_threshold(payload["stops"][place]), *figures, share


def _other_thresholds(payload: Mapping[str, Any]) -> Table:
    """Return the metrics at evenly spaced stops that flag something, and at the marked ones."""
    last = max(len(payload["stops"]) - 2, 0)
    places = {*np.linspace(0, last, _ROWS).round().astype(int).tolist(), payload["current"]}
    places |= {payload[name] for name in ("best", "half") if payload[name] is not None}
    head = ("Threshold", "Precision", "Recall", payload["drawn"]["label"], "Flagged")
    return Table(head, tuple(_row(payload, place) for place in sorted(places)))


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
addEventListener("beforeprint", () => card.fit(680));
addEventListener("afterprint", () => card.fit());
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
