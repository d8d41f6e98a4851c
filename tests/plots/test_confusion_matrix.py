"""The figure of the confusion matrix, tested as data."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.core.counts import ConfusionCounts
from f1tools.plots import alt_text, plot_confusion_matrix
from tests.plots.data import CASES, curve_of, texts


@pytest.mark.parametrize("name", CASES)
def test_cells_lie_where_scikit_learn_puts_them(name: str) -> None:
    """Row 0 has the negatives, column 0 what is not flagged; the first row is at the top."""
    y_true, y_score = CASES[name]
    threshold = float(np.median(y_score))
    figure = plot_confusion_matrix(curve_of(name).at(threshold).counts)
    expected = confusion_matrix(y_true, y_score >= threshold)
    for note in figure.layout.annotations:
        assert f"<b>{expected[note.y, note.x]:,}</b>" in note.text
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.layout.xaxis.ticktext == ("not flagged", "flagged")
    assert figure.layout.yaxis.ticktext == ("negative ", "positive ")
    shares = expected / expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.abs(np.array(figure.data[0].z)), shares)


def test_cells_have_count_meaning_and_share() -> None:
    """Counts have separators, shares are of the class."""
    figure = plot_confusion_matrix(ConfusionCounts(tn=12_345, fp=1, fn=3, tp=9), labels=("fraud", "fine"))
    assert [text.split("</span><br>")[1] for text in texts(figure)] == [
        "correctly not flagged<br>>99.9% of fine",
        "false alarm<br>0.0081% of fine",
        "missed<br>25.0% of fraud",
        "caught<br>75.0% of fraud",
    ]
    for part in ("fraud: 9 of 12 flagged, 3 missed", "fine: 1 of 12,346 flagged, 12,345"):
        assert part in alt_text(figure)


def test_a_class_without_rows_has_empty_cells() -> None:
    """There is no division by zero."""
    figure = plot_confusion_matrix(ConfusionCounts(tn=5, fp=2, fn=0, tp=0))
    assert "false alarms" in texts(figure)[1]
    assert np.abs(np.array(figure.data[0].z))[1].tolist() == [0, 0]


def test_tints_leave_the_text_readable() -> None:
    """A full cell has less than half of its color."""
    heat = plot_confusion_matrix(ConfusionCounts(tn=5, fp=0, fn=0, tp=5)).data[0]
    assert np.abs(np.array(heat.z)).max() <= 0.4 * heat.zmax
    assert heat.zmin == -heat.zmax


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("customer_churned", "customer_stayed"), ("cust…tayed ", "cust…urned ")),
        (("malignant", "benign"), ("benign ", "malignant ")),
        (("a long label, one, of many", "a long label, two, of many"), ("a lo… ma…0 ", "a lo… ma…1 ")),
    ],
)
def test_different_labels_stay_different(labels: tuple[str, str], expected: tuple[str, str]) -> None:
    """Long names lose their middle; names that become equal get numbers."""
    assert (
        plot_confusion_matrix(ConfusionCounts(tn=5, fp=1, fn=1, tp=5), labels=labels).layout.yaxis.ticktext == expected
    )


def test_labels_that_are_numbers_are_called_classes() -> None:
    """Nobody reads "97.9% of 0" as a share of a class."""
    figure = plot_confusion_matrix(ConfusionCounts(tn=3, fp=1, fn=1, tp=1), labels=("1", "0"))
    assert texts(figure)[0].endswith("75.0% of class 0")
    assert texts(figure)[3].endswith("50.0% of class 1")
