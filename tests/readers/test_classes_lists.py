"""Lists in cells: scores of all classes, indicators of labels, and the names of the labels that a row has."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from f1tools import read_predictions
from f1tools.readers.formats.cells import POINT
from f1tools.readers.formats.vectors import VectorCells, parse_vector
from f1tools.readers.inference.label_sets import items
from tests.readers.test_classes_wide import KINDS, LABELS, MEMBERS, NAMES, N, P, S, Y, read, require, softmax

ORDER = np.argsort(NAMES)  # lists are in the order of the sorted classes
SETS = [[NAMES[at] for at in np.flatnonzero(row)] for row in LABELS]


def as_csv(columns: dict[str, Any]) -> bytes:
    """Return columns as CSV; lists as Python prints them."""
    return pd.DataFrame({name: list(cells) for name, cells in columns.items()}).to_csv(index=False).encode()


def as_json(columns: dict[str, Any]) -> bytes:
    """Return columns as an array of records."""
    return json.dumps([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]).encode()


def as_parquet(columns: dict[str, Any]) -> bytes:
    """Return columns as Parquet, with lists of doubles."""
    content = io.BytesIO()
    parquet.write_table(pa.table({name: pa.array(list(cells)) for name, cells in columns.items()}), content)
    return content.getvalue()


WRITERS = pytest.mark.parametrize("write", [as_csv, as_json, as_parquet])


@WRITERS
@pytest.mark.parametrize("truth", [KINDS[Y].tolist(), Y.tolist()], ids=["names", "numbers"])
def test_a_list_of_scores_and_one_class(write: Callable[[dict[str, Any]], bytes], truth: list[Any]) -> None:
    reading = read_predictions(write({"label": truth, "probs": P.tolist()}))
    require(reading, MEMBERS, P, sorted(map(str, set(truth))), one_per_row=True)


@WRITERS
def test_a_list_of_scores_and_indicators(write: Callable[[dict[str, Any]], bytes]) -> None:
    reading = read_predictions(write({"y": LABELS.tolist(), "scores": S.tolist()}))
    require(reading, LABELS, S, "0123", one_per_row=False)


@WRITERS
@pytest.mark.parametrize("is_wide", [True, False])
def test_names_of_the_labels_of_a_row(write: Callable[[dict[str, Any]], bytes], *, is_wide: bool) -> None:
    """The scores may be columns named after the labels, or a list in their order; an empty list is not a label."""
    scores = {f"pred_{name}": S[:, at].tolist() for at, name in enumerate(NAMES)}
    reading = read_predictions(write({"labels": SETS, **(scores if is_wide else {"scores": S[:, ORDER].tolist()})}))
    require(reading, LABELS[:, ORDER], S[:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)


@pytest.mark.parametrize("separator", ["|", ";", ", "])
def test_names_between_separators(separator: str) -> None:
    """An empty cell is a row without labels, which is said; a name that is not a class is left out by name."""
    cells = [separator.join(each) for each in SETS]
    frame = pd.DataFrame({"labels": cells, **{f"pred_{name}": S[:, at] for at, name in enumerate(NAMES)}})
    reading = read(frame)
    require(reading, LABELS[:, ORDER], S[:, ORDER], np.array(NAMES)[ORDER], one_per_row=False)
    n_empty = cells.count("")
    assert f"{n_empty} rows have an empty cell in labels" in " ".join(each.sentence for each in reading.warnings)
    frame.loc[0, "labels"] = "rude"
    asked = read(frame)
    assert (asked.outcome, "labels has rude, without a column" in asked.reason) == ("ask", True)
    assert read(frame, asked.candidates[0].choices).dropped == {"truth is rude": 1}


@pytest.mark.parametrize("k", [31, 200])
def test_long_lists_are_read_whole(k: int) -> None:
    """Lists of scores are as long as there are classes: nothing is cut off."""
    y, logits, probability = softmax(1_500, k)
    for name, scores in (("logits", logits), ("v", probability)):
        reading = read_predictions(as_parquet({"label": y.tolist(), name: scores.tolist()}))
        require(reading, np.eye(k, dtype=bool)[y], scores, map(str, range(k)), one_per_row=True)


def test_embeddings_stay_text() -> None:
    rng = np.random.default_rng(1)
    columns = {
        "embedding": rng.normal(size=(N, 40)).round(3).tolist(),
        "y": LABELS[:, 0].tolist(),
        "p": S[:, 0].tolist(),
    }
    reading = read_predictions(as_csv(columns))
    assert reading.predictions is not None
    assert [each.name for each in reading.columns] == ["embedding", "y", "p"]


def test_rows_with_a_list_that_is_too_short_are_left_out() -> None:
    probs: list[Any] = P.tolist()
    probs[N - 1] = probs[N - 1][:3]
    probs[N - 2] = None
    for write in (as_csv, as_json, as_parquet):
        reading = read_predictions(write({"label": KINDS[Y].tolist(), "probs": probs}))
        require(reading, MEMBERS[:-2], P[:-2], KINDS, one_per_row=True)
        assert reading.dropped == {"missing score": 2}


def test_rows_with_a_list_that_is_too_long_are_left_out() -> None:
    """Which of its numbers belongs to which class is unknown, in scores and in the truth."""
    probs, truth = P.tolist(), MEMBERS.astype(int).tolist()
    probs[N - 1], truth[N - 2] = [*probs[N - 1], 0.5], [0, *truth[N - 2]]
    for write in (as_csv, as_json, as_parquet):
        reading = read_predictions(write({"truth": truth, "probs": probs}))
        assert reading.dropped == {"missing score": 1, "missing truth": 1}
        assert reading.classes is not None
        np.testing.assert_array_equal(reading.classes.y_score, P[:-2])
        np.testing.assert_array_equal(reading.classes.y_true, MEMBERS[:-2])


def test_a_list_of_names_beside_the_scores_has_their_order() -> None:
    """A vector of class names says which class each number belongs to, whatever the order of the alphabet."""
    order = [2, 0, 3, 1]
    names = [KINDS[order].tolist()] * N
    reading = read_predictions(as_json({"label": KINDS[Y].tolist(), "classes": names, "probs": P[:, order].tolist()}))
    require(reading, MEMBERS, P, KINDS, one_per_row=True)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=6), st.integers(1, 4))
@settings(max_examples=30)
def test_parsing_all_components_at_once_is_parsing_each_cell(values: list[float], n: int) -> None:
    cells = [str(values[at % 2 :] + values[: at % 2]) for at in range(n)]
    vectors = VectorCells([*cells, ""])
    for name in parse_vector(cells[0]):
        expected = [float(parse_vector(cell)[name]) for cell in cells]
        numbers, is_unparsable = vectors.numbers(name, POINT)
        np.testing.assert_array_equal(numbers, [*expected, np.nan])
        assert not is_unparsable.any()


@given(st.lists(st.text("ab cd|;,'\"", min_size=1).map(str.strip).filter(bool), unique=True, max_size=4))
def test_lists_of_names_as_python_and_json_print_them(names: list[str]) -> None:
    assert items(json.dumps(names)) == tuple(names) or any("\\" in json.dumps(name) for name in names)
