"""Cells of text mean what people mean by them."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from f1tools.core.types import InvalidPredictions
from f1tools.decision import decide
from f1tools.readers import Choices, read_predictions
from f1tools.readers.formats import delimited
from f1tools.readers.formats.cells import POINT, NumberFormat, number_formats, parse_numbers
from f1tools.readers.formats.table import label_to_number, normalize_label, number_to_label
from f1tools.readers.formats.vectors import parse_vector
from tests.readers.helpers import kinds, read_top, scores, table

SEPARATORS = [(".", ","), (",", "."), (".", "'"), (",", "’"), (".", " "), (",", "\u00a0"), (",", "\u202f")]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), (" .00025 ", 0.00025), ("1.25E-32", 1.25e-32), ("87 %", 0.87), ("12.3%", 0.123), ("1e-2%", 1e-4),
        ("[0.93]", 0.93), ("[[0.93]]", 0.93), ("tensor(0.5, device='cuda:0')", 0.5), ("(1,)", None), ("5.", 5.0),
        ("-inf", -math.inf), ("", None), ("NA", None), ("abc", None), ("1.2.3", None), ("0x1", None), ("1_0", None),
        ("12,5", None), ("1,234", None), ("np.float64(0.3)", 0.3), ("\u22123.5", -3.5), ("f(0.3)", None),
    ],
)  # fmt: skip
def test_number(cell: str, value: float | None) -> None:
    """Plain numbers, percentages and brackets are numbers; text that only resembles a number is not."""
    assert POINT.parse(cell) == value


@pytest.mark.parametrize(
    ("decimal", "thousands", "cell", "value"),
    [
        (",", "", "12,5", 12.5), (",", "", "12.5", None), (".", ",", "1,234,567.8", 1234567.8), (".", ",", ".5", 0.5),
        (".", ",", "12,34,567", 1234567.0), (".", ",", "1,23", None), (".", ",", "0,123", None),
        (".", ",", "1,2345", None), (",", ".", "-1.234", -1234.0), (",", ".", "1.234,5 %", 12.345),
        (".", "'", "1’234.5", 1234.5), ("", "", "12", 12.0), ("", "", "1.5", None), (",", " ", "1 23", None),
    ],
)  # fmt: skip
def test_number_format(decimal: str, thousands: str, cell: str, value: float | None) -> None:
    """Separators stand between groups of three digits, or of two where they are grouped as in India."""
    assert NumberFormat(decimal, thousands).parse(cell) == value


@settings(deadline=None)
@given(st.floats(allow_nan=False))
def test_every_float_survives(value: float) -> None:
    """A float64 printed with all digits is read back exactly, as a number and as a label."""
    assert POINT.parse(repr(value)) == value
    label = number_to_label(value)
    assert label_to_number(label) == (value if math.isfinite(value) else None)


@pytest.mark.parametrize(
    ("cell", "label"), [("1.0", "1"), (" yes ", "yes"), ("0.50", "0.5"), ("-1", "-1"), ("1e20", "1e+20")]
)
def test_label(cell: str, label: str) -> None:
    """Numbers of one value are one label, however they are written."""
    assert normalize_label(cell) == label


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=20),
    st.sampled_from([0, 1, 2, 4, 6]),
    st.sampled_from(SEPARATORS),
    st.sampled_from([";", "\t", "|"]),
)
def test_numbers_of_every_locale_are_read_back(
    amounts: list[int], decimals: int, separators: tuple[str, str], delimiter: str
) -> None:
    """Numbers are written as a locale does, and read as Python reads their digits."""
    values = [0, 1, 999, 12_345_678, *amounts]  # the third and fourth show the grouping
    decimal, thousands = separators
    plain = [f"{Decimal(value).scaleb(-decimals):,.{decimals}f}" for value in values]
    cells = [each.replace(",", "T").replace(".", decimal).replace("T", thousands) for each in plain]
    data = table({"y": [row % 2 for row in range(len(cells))], "score": cells}, delimiter=delimiter)
    reading = read_predictions(data, choices=Choices("y", ("score",)))
    assert scores(reading) == [float(each.replace(",", "")) for each in plain]
    assert not reading.dropped


@pytest.mark.parametrize("cells_of", [float.__repr__, "{:.3f}".format, "{:.6g}".format, "{:.3e}".format])
@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_decimal_points_are_never_taken_for_separators(cells_of: object, values: list[float]) -> None:
    """Whatever a program prints with a decimal point is read as Python reads it."""
    assert callable(cells_of)
    cells = [cells_of(value) for value in values]
    number_format = number_formats({"score": cells}, decimal="")["score"]
    assert parse_numbers(cells, number_format)[0].tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "decimal", "expected", "is_assumed"),
    [
        (["400", "4.400", "1.250"], "", (",", "."), False),
        (["400", "4,400", "1,250"], ".", (".", ","), False),
        (["0.400", "4.400", "1.250", "7"], "", (".", ""), False),
        (["1.234", "2.345", "0", "1"], "", (".", ""), True),
        (["1,234", "2,345"], ".", (".", ","), True),
        (["1,234", "2,345"], "", (",", ""), True),
        (["1.234", "2.345", "12345"], "", (".", ""), True),
        (["1.234", "2.345", "5"], "", (".", ""), True),
        (["1.234", "2.345", "5", "7", "11"], "", (",", "."), False),
        (["1.234", "1.234.567"], "", (",", "."), False),
        (["1.234", "3,5"], "", (",", "."), False),
        (["12", "7", "NA"], "", ("", ""), False),
        (["a", "1.5", "b", "c"], "", (".", ""), False),
    ],
)
def test_format_of_a_column(cells: list[str], decimal: str, expected: tuple[str, str], is_assumed: bool) -> None:
    """Cells like 1.234 are settled by the others: integers without separators, zeros, other fractions."""
    number_format = number_formats({"score": cells}, decimal=decimal)["score"]
    assert (number_format.decimal, number_format.thousands) == expected
    assert number_format.is_assumed == is_assumed


@pytest.mark.parametrize(("other", "value"), [("0,5", 1234.0), ("0.5", 1.234)])
def test_another_column_settles_the_decimal_mark(other: str, value: float) -> None:
    """In one file the decimal mark is one; without any evidence, how numbers are read is told."""
    choices = Choices("y", ("score",))
    cells = ["1.234", "2.345"]
    reading = read_predictions(
        table({"y": [0, 1], "score": cells, "rate": [other] * 2}, delimiter=";"), choices=choices
    )
    assert scores(reading)[0] == value
    assert "number_format" not in kinds(reading)
    alone = read_predictions(table({"y": [0, 1], "score": cells}, delimiter=";"), choices=choices)
    assert scores(alone) == [1.234, 2.345]
    assert "number_format" in kinds(alone)


@pytest.mark.parametrize(
    "cell",
    [
        "[0.25 0.75]", "[0.25\n 0.75]", "(0.25, 0.75)", "[[0.25, 0.75]]", "array([0.25, 0.75], dtype=float32)",
        "[np.float64(0.25), np.float64(0.75)]", "tensor([0.25, 0.75], device='cuda:0', dtype=torch.float64)",
        "tensor([[0.25, 0.75]], grad_fn=<SoftmaxBackward0>)", "tf.Tensor([0.25 0.75], shape=(2,), dtype=float32)",
        "{0: 0.25, 1: 0.75}", "[0.25,0.75,]",
    ],
)  # fmt: skip
def test_vector(cell: str) -> None:
    """A vector is read as Python, NumPy, PyTorch and TensorFlow print it."""
    assert parse_vector(cell) == {"0": "0.25", "1": "0.75"}


@pytest.mark.parametrize(
    "cell", ["", "[]", "[0.5]", "{}", "{a}", "f(1, 2)", "[1 2] [3 4]", "no (yes, no)", "[1,2" * 9999]
)
def test_not_a_vector(cell: str) -> None:
    """Text that only resembles a vector is text."""
    assert parse_vector(cell) == {}


@pytest.mark.parametrize(
    "cell_of",
    [
        lambda p: f"{{'ham': {1 - p}, 'spam': {p}}}",
        lambda p: f"{{'spam': np.float64({p}), 'ham': np.float64({1 - p})}}",
        lambda p: str({np.str_("ham"): np.float64(1 - p), np.str_("spam"): np.float64(p)}),  # with classes_ of numpy 2
        lambda p: f"[{{'label': 'spam', 'score': {p}}}, {{'label': 'ham', 'score': {1 - p}}}]",
    ],
)
def test_named_components_are_columns(cell_of: object) -> None:
    """The component of the positive class is the score, in whatever order each row has its components."""
    assert callable(cell_of)
    p = np.round(np.random.default_rng(3).random(80), 3)
    y = ["spam" if each else "ham" for each in np.random.default_rng(4).random(80) < p]
    reading = read_predictions(table({"label": y, "scores": [f'"{cell_of(each)}"' for each in p.tolist()]}))
    assert reading.outcome == "sure", reading.reason
    assert scores(reading, name="scores[spam]") == p.tolist()


@pytest.mark.parametrize("cells", [[1.234, 982.0, 981.0, 980.0, 2.382], [1.234, 2.345, 1.5, 3.0, 2.0]])
def test_columns_of_numbers_have_no_notation(cells: list[float]) -> None:
    """Numbers of a data frame are not written, so nothing about them is assumed; its texts are read like a file."""
    y = [0, 1, 0, 1, 1]
    for frame in (
        pd.DataFrame({"y": y, "score": cells}),
        pd.DataFrame({"y": y, "score": [[each, 1] for each in cells]}),
    ):
        choices = Choices("y", (frame.columns[1] + "[0]" * (frame["score"].dtype == object),))
        reading = read_predictions(frame, choices=choices)
        assert scores(reading) == cells
        assert "number_format" not in kinds(reading)
    texts = [f"{each:.3f}".replace(".", ",") for each in cells]
    assert (
        scores(
            read_predictions(pd.DataFrame({"y": y, "score": [*texts[:4], "0,5"]}), choices=Choices("y", ("score",)))
        )[:4]
        == cells[:4]
    )


def test_components_change_from_integers_to_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    """One-hot vectors at the beginning of a file do not make the components integers."""
    monkeypatch.setattr(delimited, "COMPLETE_BYTES", 1000)
    monkeypatch.setattr(delimited, "SAMPLE_ROWS", 10)
    monkeypatch.setattr(delimited, "MAX_PIECES", 1)
    p = np.array([0.0, 1.0] * 2000)
    p[3000] = 0.25
    reading = read_predictions(
        table({"y": [1, 0] * 2000, "probs": [f"[{1 - each:g} {each:g}]" for each in p]}),
        choices=Choices("y", ("probs[1]",)),
    )
    assert scores(reading) == p.tolist()
    assert not reading.dropped


def test_a_column_with_too_much_text_is_refused_with_that_text() -> None:
    """The message shows the cells that are not numbers, not the numbers."""
    data = table({"y": [0, 1] * 3, "score": [0.1, 0.2, "oops", "unknown", 0.3, 0.4]})
    with pytest.raises(InvalidPredictions, match="holds oops, unknown, not"):
        read_predictions(data, choices=Choices("y", ("score",)))


SCORES = [
    40,
    440,
    125,
    330,
    290,
    485,
    455,
    225,
    415,
    275,
    50,
    310,
    200,
    60,
    75,
    100,
    150,
    25,
    165,
    175,
    360,
    350,
    110,
    390,
]
LABELS = [0, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("write", "divisor"),
    [
        (lambda score: f"{10 * score:,}".replace(",", "."), 0.1),
        (lambda score: f'"{10 * score:,}"', 0.1),
        (lambda score: f"{10 * score:,}".replace(",", " "), 0.1),
        (lambda score: f'"{score / 500:.3f}"'.replace(".", ","), 500),
        (lambda score: f"{score / 5:.1f} %", 500),
        (lambda score: f'"[np.float64({1 - score / 500}), np.float64({score / 500})]"', 500),
        (lambda score: f"{score / 5:.0f}", 5),
    ],
    ids=["German integers", "US integers", "spaces", "decimal comma", "percent", "vectors", "points"],
)
def test_best_f1_is_the_same_in_every_notation(write: Callable[[int], str], divisor: float) -> None:
    """The best F1 and its threshold agree with scikit-learn's, tried at every score."""
    data = table({"y_true": LABELS, "y_score": [write(score) for score in SCORES]})
    reading = read_top(data)
    assert reading.predictions is not None
    (model,) = reading.predictions.scores
    optimum = decide(reading.predictions.curves(model)).tuning
    f1, threshold = max((f1_score(LABELS, np.array(SCORES) >= score), score) for score in SCORES)
    assert optimum.value == pytest.approx(f1, abs=1e-15)
    assert optimum.point.threshold == pytest.approx(threshold / divisor, rel=1e-12)
