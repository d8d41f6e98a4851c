"""The operating points as a file to take away."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.curve import ThresholdCurve
from f1tools.optimum import best
from f1tools.ui.tables import csv_file, selection

rows = st.lists(st.tuples(st.booleans(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=30)


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def long_curve(n: int, *, weighted: bool = False) -> ThresholdCurve:
    rng = np.random.default_rng(7)
    y_true = rng.uniform(size=n) < 0.2
    y_score = 1 / (1 + np.exp(-rng.normal(size=n) - y_true))
    return ThresholdCurve.from_predictions(y_true, y_score, sample_weight=rng.uniform(size=n) if weighted else None)


@given(rows)
def test_numbers_come_back_exactly(rows: list[tuple[bool, float]]) -> None:
    """Every threshold is there, in full precision, with its counts."""
    y_true, y_score = [True, False, *(label for label, _ in rows)], [0.1, 0.3, *(score for _, score in rows)]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    table = read(csv_file(curve, "m"))
    assert [float(row["threshold"]) for row in table] == curve.thresholds.tolist()
    assert [int(row["tp"]) for row in table] == curve.tp.tolist()
    assert [int(row["fp"]) for row in table] == curve.fp.tolist()


def test_a_model_is_never_a_formula() -> None:
    """A name that a spreadsheet would calculate is written as text."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    table = read(csv_file(curve, "=HYPERLINK(0)"))
    assert {row["model"] for row in table} == {"'=HYPERLINK(0)"}


def test_all_means_all() -> None:
    """The file has every distinct score, however many there are; precision is empty where nothing is flagged."""
    curve = long_curve(150_000)
    table = read(csv_file(curve, 'a,\n"b'))
    assert [float(row["threshold"]) for row in table] == curve.thresholds.tolist()
    assert [float(row["f1"]) for row in table] == curve.counts.f1().tolist()
    assert [row["precision"] for row in table[:2]] == ["", repr(float(curve.counts.precision()[1]))]
    assert table[0]["model"] == 'a,\n"b'


@pytest.mark.parametrize("weighted", [False, True])
def test_each_threshold_on_the_page_gives_its_own_counts(weighted: bool) -> None:
    """Who types in a threshold of the table gets the row's counts; the best and the current one are there."""
    curve = long_curve(30_000, weighted=weighted)
    optimum, now = best(curve), 0.4321987
    table = selection(curve, optimum, now)
    thresholds = [float(text) for text in table["threshold"]]
    counts = curve.at_each(thresholds)
    assert thresholds == sorted(thresholds, reverse=True)
    assert table["fp"] == pytest.approx(counts.fp.tolist(), rel=0.01)
    assert table["recall"] == counts.recall().tolist()
    assert table["f1"] == counts.f1().tolist()
    for point in (optimum.point, curve.at(now)):
        assert float(point.counts.f1()) in table["f1"]
    assert 20 < len(thresholds) < 60
