"""What a memo displays: settings, an aggregated table and text. No row, no path, no session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Table:
    """A table of plain text; the first column names the rows, the others hold values."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of the memo, in plain text.

    Parameters
    ----------
    kind : str
        The topic, for code.
    title : str
    sentences : tuple of str
        Paragraphs before the table.
    table : Table or None
    notes : tuple of str
        Remarks after the table, such as the assumptions behind the numbers.
    warning : bool
        Whether the section puts the result itself in doubt.
    """

    kind: Literal["uncertainty", "scenario", "comparison", "groups", "warnings", "provenance"]
    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()
    warning: bool = False


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The content of a memo; every part is ready for JSON.

    Parameters
    ----------
    title : str
        The name of the data.
    created : str
        ISO 8601, UTC, to the second.
    version : str
        The version of f1tools.
    model, pos_label : str
    threshold : str
        The decided threshold, as text.
    phrases : tuple of (str, str)
        The decision in one sentence, in pieces with their roles; see :func:`f1tools.formatting.sentence.phrases`.
    card : mapping or None
        The payload of the card, from :func:`f1tools.card.card_payload`; None where it would reveal small counts.
    sections : tuple of Section
    settings : mapping of str to str
        The URL parameters that open the same view.
    link : str
        The root address of the dashboard; empty for no link.
    suppress_below : int
        Counts from 1 to one less than this are suppressed; 0 when all counts may be displayed.
    selection : str
        How the threshold was chosen.
    glossary : tuple of (str, str)
        Terms that a reader may not know, each with an explanation.
    noun : str
        What the positive cases are called; empty where nobody named them.
    """

    title: str
    created: str
    version: str
    model: str
    pos_label: str
    threshold: str
    phrases: tuple[tuple[str, str], ...]
    card: Mapping[str, Any] | None
    sections: tuple[Section, ...]
    settings: Mapping[str, str]
    link: str = ""
    suppress_below: int = 0
    selection: str = ""
    glossary: tuple[tuple[str, str], ...] = ()
    noun: str = ""

    @property
    def headline(self) -> str:
        """The decision in one sentence."""
        return "".join(text for text, _ in self.phrases)
