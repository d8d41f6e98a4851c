"""What the figures of several classes draw."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.classes import ClassCurves, class_confusion, decide_classes
from f1tools.classes.confusion import outcome_shares
from f1tools.classes.sweeps import common_sweep
from f1tools.plots import alt_text, plot_averages, plot_confusion, plot_outcomes

RNG = np.random.default_rng(5)
Y_TRUE = RNG.random((200, 3)) < [0.5, 0.3, 0.1]
Y_SCORE = np.round(1 / (1 + np.exp(-RNG.normal(2 * Y_TRUE - 1))), 2)
LABELS = ClassCurves.from_predictions(Y_TRUE.astype(int), Y_SCORE, classes=("cat", "dog", "owl"))


def test_averages_are_steps_that_hold_down_to_the_next_lower_threshold() -> None:
    """At a drawn threshold the line has scikit-learn's value, and the best threshold is named with it."""
    best = decide_classes(LABELS).rules["common"].thresholds
    assert best is not None
    sweep = common_sweep(LABELS, keep=(float(best[0]),))
    figure = plot_averages(sweep.thresholds, sweep.values, "F1", lines=[(float(best[0]), "best")])
    macro = next(trace for trace in figure.data if trace.name == "macro F1")
    assert macro.line.shape == "vh"
    expected = f1_score(Y_TRUE, best[0] <= Y_SCORE, average="macro")
    assert macro.y[np.argmin(np.abs(macro.x - best[0]))] == pytest.approx(expected, abs=1e-6)
    assert f"macro F1 {expected:.3f}" in alt_text(figure)
    assert figure.layout.shapes[0].x0 == best[0]


def test_outcomes_fill_the_bar() -> None:
    """Caught, missed and false alarms of a label add up to 1; their counts are those of the decisions."""
    rule = decide_classes(LABELS, rule="default").rule
    shares = outcome_shares(rule)
    counts = {cell: np.asarray(getattr(rule.counts, cell)) for cell in ("tp", "fn", "fp", "tn")}
    figure = plot_outcomes(LABELS.classes, shares, counts)
    assert np.sum([trace.x for trace in figure.data], axis=0) == pytest.approx(np.ones(3))
    flagged = Y_SCORE >= 0.5
    caught = np.sum(flagged & Y_TRUE, axis=0) / np.sum(flagged | Y_TRUE, axis=0)
    assert figure.data[0].x == pytest.approx(caught)
    assert "owl" in alt_text(figure)


def test_a_confusion_matrix_has_its_counts_on_cells_shaded_by_row() -> None:
    """Correct cells are one trace, errors another; a class without rows divides nothing."""
    curves = ClassCurves.from_predictions([0, 0, 0, 1, 1, 2], np.eye(3)[[0, 0, 1, 1, 0, 2]], classes=(0, 1, 2))
    matrix = class_confusion(curves, decide_classes(curves).rules["default"])
    correct, confused = plot_confusion(matrix, curves.classes, "By the highest score").data
    assert [correct.text[place][place] for place in range(3)] == ["2", "1", "1"]
    assert [correct.z[place][place] for place in range(3)] == pytest.approx([2 / 3, 1 / 2, 1], abs=1e-4)
    assert (confused.text[0][1], confused.text[0][2]) == ("1", "")
    assert confused.z[1][0] == 0.5
    assert confused.z[1][1] is None
