"""A decision as it can be shown without the data: settings, an aggregated table and what is said about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Table:
    """Cells of plain text; the first column names the rows, the others hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the memo, in plain text.

    Parameters
    ----------
    kind : str
        What it is about, for code.
    title : str
    sentences : tuple of str
        Paragraphs, before the table.
    table : Table or None
    notes : tuple of str
        What the numbers assume, small, after the table.
    warning : bool
        Whether it puts the result itself in doubt.
    """

    kind: Literal["sure", "supposed", "compared", "careful", "rests"]
    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()
    warning: bool = False


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that a memo shows, and nothing else: no row, no path, no session. Every part is ready for JSON.

    Parameters
    ----------
    title : str
        What the data are called.
    created : str
        ISO 8601, UTC, to the second.
    version : str
        Of f1tools.
    model, pos_label : str
    written : str
        The threshold that was decided on.
    headline : str
        The decision in one sentence.
    card : mapping or None
        What the live card shows, from :func:`f1tools.card.card_payload`, which is the aggregated table; None where too
        few of its counts may be shown.
    sections : tuple of Section
    settings : mapping of str to str
        The parameters of the address that shows the same.
    link : str
        The root address of the dashboard, which shows the same with the settings; empty where that is nobody's
        business.
    suppress_below : int
        Counts from 1 to one less than this were kept out; 0 where all may be shown.
    chosen : str
        How the threshold was chosen, in one sentence.
    phrases : tuple of (str, str)
        The headline in pieces, each with what it speaks of: see :func:`f1tools.formatting.sentence.phrases`.
    glossary : tuple of (str, str)
        The words that a reader may not know, each with a plain sentence.
    """

    title: str
    created: str
    version: str
    model: str
    pos_label: str
    written: str
    headline: str
    card: Mapping[str, Any] | None
    sections: tuple[Section, ...]
    settings: Mapping[str, str]
    link: str = ""
    suppress_below: int = 0
    chosen: str = ""
    phrases: tuple[tuple[str, str], ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
