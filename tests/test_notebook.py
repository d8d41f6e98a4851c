"""Curves and comparisons in a notebook: safe, self-contained, and with the right numbers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score

from f1tools.core.bins import several_scores
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.decision import compare
from f1tools.notebook import comparison_html, curve_html, threshold_table_html
from f1tools.predictions import Predictions
from f1tools.threshold_table import CountedRows, TableSource, ThresholdTable
from tests.strategies import Rows, weighted_or_not
from tests.tables import binned

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    'a" onclick="x',
    "&lt;",
    "\u202eab\ud800",
]
TAGS = {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}


def parsed(html: str) -> ElementTree.Element:
    """Parse as XML, which is strict, and check that there are only known elements and attributes."""
    html.encode()
    root = ElementTree.fromstring(html)  # noqa: S314 - our own text
    for element in root.iter():
        assert element.tag in TAGS
        assert set(element.attrib) <= {"class", "scope"}
    assert not re.search(r"url\(|@import|https?:", html)
    return root


def table(html: str) -> dict[str, list[str]]:
    """Return the cells of each row by its name."""
    rows = parsed(html).iter("tr")
    return {name: cells for name, *cells in ([("".join(cell.itertext())) for cell in row] for row in rows)}


def test_numbers_of_a_curve() -> None:
    """The best threshold, 0.5 and all flagged, with scikit-learn's values; notebooks call the same method."""
    rng = np.random.default_rng(2)
    y_true = rng.random(300) < 0.4
    score = np.round(1 / (1 + np.exp(-rng.normal(2 * y_true - 2))), 3)
    curve = ThresholdCurve.from_predictions(y_true, score)
    html = curve_html(curve)
    assert getattr(curve, "_repr_html_")() == html  # noqa: B009 (the type has no such attribute)
    head, best_row, half_row, all_row = table(html).values()
    assert head == ["Threshold", "F1", "Precision", "Recall", "TP", "FP", "FN", "TN"]
    assert best_row[1] == f"{max(f1_score(y_true, score >= t) for t in np.unique(score)):.3f}"
    for threshold, *figures in (best_row, half_row):
        called = score >= float(threshold)
        values = [measure(y_true, called) for measure in (f1_score, precision_score, recall_score)]
        cells = (called & y_true, called & ~y_true, ~called & y_true, ~called & ~y_true)
        assert figures == [*(f"{value:.3f}" for value in values), *(str(int(cell.sum())) for cell in cells)]
    assert all_row[3:] == ["1.000", str(int(y_true.sum())), str(int((~y_true).sum())), "0", "0"]


@given(drawn=weighted_or_not(both=False))
def test_any_curve_is_valid_html(drawn: Rows) -> None:
    """Whatever the scores are; a curve without rows included."""
    assert len(list(parsed(curve_html(drawn.curve())).iter("tr"))) in (3, 4)
    parsed(curve_html(ThresholdCurve(np.array([np.inf]), np.array([0]), np.array([0]))))


def test_a_curve_in_bins() -> None:
    """A curve in bins says how many are bins, how good a threshold could be, and from where to where the areas lie."""
    rng = np.random.default_rng(2)
    y_true = rng.random(600) < 0.4
    curve = ThresholdCurve.from_predictions(y_true, 1 / (1 + np.exp(-rng.normal(2 * y_true - 2))))
    coarse = binned(curve, 12, certain=False)
    text = "".join(parsed(curve_html(coarse)).itertext())
    n = len(coarse) - 1
    assert f"{n} thresholds, {int(several_scores(coarse).sum())} of them bins of several scores; positive rows" in text
    assert "Between the table's thresholds F1 could reach 0." in text
    assert re.search(r"ROC AUC 0\.\d{3} to 0\.\d{3}, average precision 0\.\d{3} to 0\.\d{3}", text)
    assert "Default 0.5" not in table(curve_html(coarse))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_threshold_table(name: str) -> None:
    """A row for each model with its highest F1, what counted the rows, and what is not known; names are text."""
    rng = np.random.default_rng(2)
    y_true = rng.random(600) < 0.4
    curve = ThresholdCurve.from_predictions(y_true, rng.normal(2 * y_true - 2))
    counted = {
        "exact": CountedRows(curve, 600, {"missing truth": 7}),
        name: CountedRows(binned(curve, 12, certain=False), 600),
    }
    source = TableSource(name, "duckdb", "2026-11-29T12:00:00Z")
    found = ThresholdTable(counted, name, "no", source, name, {name: counted})
    html = threshold_table_html(found)
    assert getattr(found, "_repr_html_")() == html  # noqa: B009
    shown, rows = name.replace("\u202e", "").replace("\ud800", "?"), table(html)
    threshold, f1, precision, recall = rows["exact"][2:6]
    called = curve.at(float(threshold.replace("−", "-"))).counts
    assert [f1, precision, recall] == [
        f"{float(each):.3f}" for each in (called.f1(), called.precision(), called.recall())
    ]
    assert rows["exact"][:2] == ["600", "600 distinct scores"]
    assert rows["exact"][-1] == "7"
    text = "".join(parsed(html).itertext())
    assert f"counted by duckdb from {shown} on 2026-11-29: {shown} is positive, no negative. Groups: {shown}." in text
    assert f"{shown}: Between the table's thresholds F1 could reach" in text


def compared(*names: str, constraints: tuple[Constraint, ...] = ()) -> str:
    """Return the comparison of some models, each better than the one before."""
    rng = np.random.default_rng(3)
    y_true = rng.random(200) < 0.4
    scores = {name: np.round(rng.normal(y_true * (1.0 + place)), 2) for place, name in enumerate(names)}
    comparison = compare(Predictions.from_arrays(y_true, scores), "mcc", constraints=constraints)
    assert getattr(comparison, "_repr_html_")() == comparison_html(comparison)  # noqa: B009
    return comparison_html(comparison)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    """A hostile name is no markup, neither in the table nor in the reason why constraints were dropped."""
    limits = (Constraint.at_least("precision", 0.99), Constraint.at_least("recall", 0.99))
    html = compared(name, "other", constraints=limits)
    shown = name.replace("\u202e", "").replace("\ud800", "?")
    assert shown in table(html)
    assert f"{shown}: No threshold" in "".join(parsed(html).itertext())


def test_the_highest_values_are_bold() -> None:
    """Of several models the best by the metric and by either area stand out; a single one does not."""
    html = compared("weak", "strong")
    rows = table(html)
    assert rows["Model"][1:3] == ["Matthews correlation", "Precision"]
    strong = [cell for row in parsed(html).iter("tr") if row[0].text == "strong" for cell in row]
    assert [column for column, cell in enumerate(strong) if cell.find("b") is not None] == [2, 7, 8]
    assert float(rows["strong"][1]) > float(rows["weak"][1])
    assert "<td><b>" not in compared("alone")


def test_a_comparison_with_roles() -> None:
    """The values are scikit-learn's on the evaluation set, and both sets are named; 0.5 is empty for margins."""
    rng = np.random.default_rng(8)
    y_true, tuning = rng.random(300) < 0.4, np.arange(300) < 200
    score = np.round(rng.normal(y_true * 2.0), 2)
    predictions = Predictions.from_arrays(y_true, {"m": score}).with_roles(tuning, ("<i>valid", "test"))
    html = comparison_html(compare(predictions, "mcc"))
    (threshold, value, *_, at_half, _, _) = table(html)["m"]
    called = score >= float(threshold)
    assert value == f"{matthews_corrcoef(y_true[~tuning], called[~tuning]):.3f}"
    assert at_half == ""
    assert all(name in "".join(parsed(html).itertext()) for name in ("<i>valid", "test"))


def test_texts_outside_of_notebooks() -> None:
    """Curves, predictions, decisions and comparisons print in one line, without the rows."""
    rng = np.random.default_rng(0)
    predictions = Predictions.from_arrays(np.arange(2000) % 2, {"a": rng.random(2000), "b": rng.random(2000)})
    comparison = compare(predictions)
    for each in (predictions, predictions.curve(), predictions.curves(), comparison, comparison.decisions[0]):
        assert len(repr(each)) < 300
        assert "\n" not in repr(each)
