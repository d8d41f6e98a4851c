"""Describe several classes for the browser: a table with a small curve of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from f1tools import formatting
from f1tools.card.comparison import Cell


@dataclass(frozen=True, eq=False)
class ClassRow:
    """One row of the table.

    Parameters
    ----------
    name : str
    cells : sequence of Cell
        One a column, without that of the curve.
    curve : sequence of (float, float)
        Points from left to right, both coordinates in [0, 1]; empty where no row is of the class, which cannot be
        opened then.
    mark : (float, float)
        The current point of the curve.
    note : str
        What is special about the class.
    by_hand : bool
        Whether its threshold can be reset.
    """

    name: str
    cells: Sequence[Cell]
    curve: Sequence[tuple[float, float]]
    mark: tuple[float, float]
    note: str = ""
    by_hand: bool = False


def classes_payload(
    rows: Sequence[ClassRow],
    columns: Sequence[str],
    *,
    heading: str,
    curve: str,
    label: str,
    only_wide: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what the table shows, in the order of the classes until a heading sorts it.

    Parameters
    ----------
    rows : sequence of ClassRow
    columns : sequence of str
        Headings of the cells.
    heading, curve : str
        Headings of the names and of the curves; a table is sorted by the height of the mark on the curve.
    label : str
        What the table is, for screen readers.
    only_wide : sequence of str
        Headings of columns that a narrow screen has no room for; nor has it for the curve.

    Returns
    -------
    dict
        Ready for ``json.dumps(payload, allow_nan=False)``.
    """
    return {
        "rows": [_row(each) for each in rows],
        "columns": [curve, *columns],
        "only_wide": [0, *(place for place, each in enumerate(columns, 1) if each in only_wide)],
        "heading": heading,
        "label": label,
    }


def _row(each: ClassRow) -> dict[str, Any]:
    points = sorted({*each.curve, each.mark}) if each.curve else []
    return {
        "name": formatting.single_line(each.name),
        "label": formatting.truncate(each.name, 40),
        "texts": ["", *(cell.text for cell in each.cells)],
        "values": [None if math.isnan(value) else value for value in (each.mark[1], *(c.value for c in each.cells))],
        "curve": [[round(x, 3), round(y, 3)] for x, y in points],
        "mark": [round(each.mark[0], 3), round(each.mark[1], 3)] if each.curve else None,
        "note": each.note,
        "by_hand": each.by_hand,
    }
