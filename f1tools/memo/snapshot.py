"""What memos display: settings, aggregated tables and text. No row, no path, no session."""

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

    kind: Literal["uncertainty", "scenario", "comparison", "groups", "rules", "confusion", "warnings", "provenance"]
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


@dataclass(frozen=True)
class Bar:
    """A value between 0 and 1 that is drawn beside its number, and a mark to compare it with."""

    value: float
    mark: float | None = None


@dataclass(frozen=True)
class ClassTable:
    """All classes of a memo, one in a row.

    Parameters
    ----------
    table : Table
    bars : tuple of Bar or None
        One for each row; None where the number is withheld.
    legend : str
        What bars and marks are.
    notes : tuple of str
    narrow : tuple of int
        Positions of the columns that a narrow screen has room for.
    """

    table: Table
    bars: tuple[Bar | None, ...]
    legend: str
    notes: tuple[str, ...] = ()
    narrow: tuple[int, ...] = ()

    @property
    def only_wide(self) -> tuple[str, ...]:
        """The headings of the other columns."""
        return tuple(head for place, head in enumerate(self.table.head) if place not in self.narrow)


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix: true classes in the rows, decided ones in the columns.

    Parameters
    ----------
    title : str
        By which rule classes were decided.
    names : tuple of str
    counts : tuple of tuple of str
    levels : tuple of tuple of int
        How strong the color of a cell is, 0 to 8: by its share of the true class.
    """

    title: str
    names: tuple[str, ...]
    counts: tuple[tuple[str, ...], ...]
    levels: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class ClassSnapshot:
    """The content of a memo about several classes; every part is ready for JSON.

    Parameters
    ----------
    title, created, version
        As in :class:`Snapshot`.
    figure : (str, str, str)
        What is printed large: a label, a number and a note.
    sentences : tuple of str
        The decision, and what to expect of it.
    facts : tuple of (str, str)
    classes : ClassTable
    matrices : tuple of Matrix
    sections : tuple of Section
    settings, link, suppress_below, glossary
        As in :class:`Snapshot`.
    """

    title: str
    created: str
    version: str
    figure: tuple[str, str, str]
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    classes: ClassTable
    matrices: tuple[Matrix, ...]
    sections: tuple[Section, ...]
    settings: Mapping[str, str]
    link: str = ""
    suppress_below: int = 0
    glossary: tuple[tuple[str, str], ...] = ()
