"""Wide tables of several classes with odd names: each has its own column."""

import numpy as np
import pandas as pd
import pytest

from tests.readers.test_classes_wide import LABELS, S, labels_a_row, read, require, softmax


@pytest.mark.parametrize("names", [["C", "C++", "C#", "Java"], ["a", "A", "b", "B"]])
def test_labels_that_differ_in_marks_or_case_have_their_own_columns(names: list[str]) -> None:
    """C is not scored by the column of C#."""
    truths = {name: LABELS[:, at] for at, name in enumerate(names)}
    frame = pd.DataFrame({**truths, **{f"pred_{name}": S[:, at] for at, name in reversed(list(enumerate(names)))}})
    found = read(frame)
    assert found.outcome != "refuse"
    assert found.proposal is not None
    reading = read(frame, found.proposal)
    assert reading.classes is not None
    assert sorted(reading.classes.classes) == sorted(names)
    assert dict(zip(found.proposal.classes, found.proposal.scores, strict=True)) == {x: f"pred_{x}" for x in names}


ODD_NAMES = [
    ["line\nbreak", "<b>bold</b> & co", "a", "A", "a'b", 'a"b', "New York"],
    ["C", "C++", "C#"],
    ["😀", "😁", "x"],
    ["+", "-", "0"],
    ["a-b", "a_b", "c"],
    ["dog (big)", "dog (small)", "cat"],
    ["a, b", "a", "b"],
    ["a|b", "c", "d"],
    ["one\r\ntwo", "x", "y"],
]


@pytest.mark.parametrize("pattern", ["prob_{}", "{}_score", "{}"])
@pytest.mark.parametrize("names", ODD_NAMES, ids=lambda names: names[0])
def test_classes_with_odd_names_have_their_own_columns(names: list[str], pattern: str) -> None:
    """Markup, quotes, separators, line breaks (spaces in headers), and names that differ in case or marks only."""
    y, _, p = softmax(k=len(names))
    columns = {pattern.format(name): p[:, at] for at, name in enumerate(names)}
    frame = pd.DataFrame({"kind": np.array(names, dtype=object)[y], **dict(reversed(columns.items()))})
    reading = read(frame)
    assert (reading.outcome, reading.classes is not None) == ("sure", True), reading.reason
    assert reading.classes is not None
    assert sorted(reading.classes.classes) == sorted(names)
    for at, name in enumerate(reading.classes.classes):
        np.testing.assert_array_equal(reading.classes.y_score[:, at], p[:, names.index(name)])


@pytest.mark.parametrize("names", ODD_NAMES, ids=lambda names: names[0])
def test_labels_with_odd_names_have_their_own_columns(names: list[str]) -> None:
    labels, scores = labels_a_row(k=len(names))
    truths = {name: labels[:, at] for at, name in enumerate(names)}
    frame = pd.DataFrame({**truths, **{f"prob_{name}": scores[:, at] for at, name in enumerate(names)}})
    reading = read(frame)
    require(reading, labels, scores, [" ".join(name.split()) for name in names], one_per_row=False)
