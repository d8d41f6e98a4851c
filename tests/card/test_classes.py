"""What the browser gets of several classes."""

from __future__ import annotations

import json
import math

import pytest

from f1tools.card import Cell, ClassRow, classes_payload


def test_a_row_for_each_class() -> None:
    """The curve has its mark among its points and is sorted by its height; a value that does not exist is null."""
    cells = [Cell("7", 7), Cell("n/a", math.nan)]
    row = ClassRow("<b>cat</b>\n", cells, [(1.0, 0.25), (0.0, 0.5)], (0.3, 0.75), "few positives", by_hand=True)
    payload = classes_payload(
        [row],
        ["Positives", "Precision"],
        heading="Label",
        curve="F1 curve",
        label="All labels",
        only_wide=["Precision", "F1 common"],
    )
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    assert payload["columns"] == ["F1 curve", "Positives", "Precision"]
    assert payload["only_wide"] == [0, 2]
    (shown,) = payload["rows"]
    assert shown["values"] == [0.75, 7, None]
    assert shown["texts"] == ["", "7", "n/a"]
    assert shown["curve"] == [[0, 0.5], [0.3, 0.75], [1, 0.25]]
    assert shown["mark"] == [0.3, 0.75]
    assert (shown["name"], shown["note"], shown["by_hand"]) == ("<b>cat</b>", "few positives", True)


@pytest.mark.parametrize(("name", "length"), [("short", 5), ("x" * 300, 40)])
def test_long_names_are_shortened_but_known_in_full(name: str, length: int) -> None:
    """The table shows the start and the end of a long name; searching finds all of it."""
    row = ClassRow(name, [], [(0.0, 0.0)], (0.0, 0.0))
    (shown,) = classes_payload([row], [], heading="Label", curve="F1 curve", label="All labels")["rows"]
    assert (shown["name"], len(shown["label"])) == (name, length)
