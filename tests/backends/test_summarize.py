"""A table from an engine has the optimum of the rows, to the last count and with the same next lower score."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix_at_thresholds, roc_auc_score

from f1tools import ConstraintsNotMet, ThresholdCurve, best, metric, summarize
from f1tools.backends.summary import DEFAULT_OBJECTIVES
from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.bins import bracket, several_scores
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import Metric
from f1tools.threshold_table import ThresholdTable
from tests.backends.engine_rows import FRAMES, GOOD, require_true_counts, simulated, summary, table_of
from tests.strategies import Rows, weighted_or_not

KINDS = [
    *("uniform", "ties", "logits", "squashed to 0", "squashed to 1", "an outlier", "of 1e-300", "subnormal"),
    *("with zeros", "negative", "extreme", "weighted"),
]


def require_same_optimum(
    curve: ThresholdCurve, reference: ThresholdCurve, objective: Metric, constraints: tuple[Constraint, ...] = ()
) -> None:
    """Require that two curves have one best threshold, with one value, counts and interval."""
    ours, theirs = (best(each, objective, constraints=constraints) for each in (curve, reference))
    assert (ours.point.threshold, ours.interval, ours.value) == (theirs.point.threshold, theirs.interval, theirs.value)
    assert vars(ours.point.counts) == vars(theirs.point.counts)
    assert ours.is_certain


@settings(max_examples=40)
@given(weighted_or_not(), st.sampled_from(DEFAULT_OBJECTIVES), st.sampled_from([2, 4, 64]))
def test_the_optimum_is_that_of_the_rows(p: Rows, objective: Metric, n_bins: int) -> None:
    """Whatever the scores are, the optimum of a table is exact, and so are the counts at all its thresholds."""
    curve = summary(p, objectives=[objective], n_bins=n_bins).curve()
    reference = p.curve()
    require_true_counts(curve, reference)
    require_same_optimum(curve, reference, objective)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_of_every_shape_are_followed(kind: str) -> None:
    """All default objectives are exact after a few passes, no cell is too coarse to be drawn, and cells are few."""
    p = simulated(3000, kind)
    curve = summary(p, n_bins=16).curve()
    reference = p.curve()
    require_true_counts(curve, reference)
    for objective in DEFAULT_OBJECTIVES:
        require_same_optimum(curve, reference, objective)
    several = several_scores(curve)
    for cumulative in (curve.tp, curve.fp):
        assert (np.diff(cumulative.astype(float), prepend=0.0)[several] <= cumulative[-1] / 16).all()


@pytest.mark.parametrize("engine", FRAMES)
@pytest.mark.parametrize("kind", ["ties", "weighted", "with zeros"])
def test_all_engines_count_the_same_table(engine: str, kind: str) -> None:
    """Thresholds, counts and sums of squares are equal."""
    p = simulated(400, kind)
    ours, theirs = summary(p, engine).curve(), summary(p, "pyarrow").curve()
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares", "highest"):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert (one is None and other is None) or np.array_equal(one, other)


def test_scikit_learn_counts_the_same() -> None:
    """Where every score is a threshold, the counts are those of scikit-learn at each."""
    p = simulated(500, "ties")
    curve = summary(p, n_bins=1024).curve()
    tn, fp, fn, tp, thresholds = confusion_matrix_at_thresholds(p.y_true, p.y_score)
    assert curve.is_exact
    assert np.array_equal(curve.thresholds[1:], thresholds[-len(curve) + 1 :])
    for name, expected in {"tn": tn, "fp": fp, "fn": fn, "tp": tp}.items():
        assert np.array_equal(getattr(curve.counts, name)[1:], expected[-len(curve) + 1 :])


@pytest.mark.parametrize("kind", ["uniform", "weighted"])
def test_the_areas_of_scikit_learn_lie_within_the_bounds(kind: str) -> None:
    """Bounds are narrow, and hold the areas of the rows."""
    p = simulated(3000, kind)
    curve = summary(p, n_bins=256, objectives=["f1"]).curve()
    for (low, high), area in (
        (roc_auc_bounds(curve), roc_auc_score(p.y_true, p.y_score, sample_weight=p.sample_weight)),
        (average_precision_bounds(curve), average_precision_score(p.y_true, p.y_score, sample_weight=p.sample_weight)),
    ):
        assert low <= area <= high
        assert 0 < high - low < 0.02


CONSTRAINTS = [
    (Constraint.at_least("precision", 0.6),),
    (Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 1500)),
    (Constraint.at_most("predicted_positive_rate", 0.05),),
    (Constraint.at_most("recall", 0.5), Constraint.at_least("specificity", 0.7)),
]


@pytest.mark.parametrize("constraints", CONSTRAINTS, ids=str)
def test_constrained_optima_are_exact(constraints: tuple[Constraint, ...]) -> None:
    """With constraints, and without them, the best thresholds are those of the rows."""
    p = simulated(3000)
    objectives = [metric("f1"), metric("mcc"), metric("recall"), metric("precision")]
    curve = summary(p, n_bins=16, objectives=objectives, constraints=constraints).curve()
    for objective in objectives:
        require_same_optimum(curve, p.curve(), objective)
        require_same_optimum(curve, p.curve(), objective, constraints)


def test_constraints_that_no_threshold_meets_are_not_met_by_the_table() -> None:
    """A boundary inside a cell is looked for, and where there is none the table says so as the rows do."""
    p = Rows(np.array([False, True] * 50), np.arange(100) / 100, None)
    constraints = (Constraint.at_least("precision", 0.9), Constraint.at_least("recall", 0.9))
    curve = summary(p, constraints=constraints).curve()
    for each in (curve, p.curve()):
        with pytest.raises(ConstraintsNotMet):
            best(each, constraints=constraints)


def test_the_counts_inside_a_cell_are_bounded() -> None:
    """At any threshold the counts of the rows lie in the bracket of the table."""
    p = simulated(3000)
    curve, reference = summary(p, n_bins=16, objectives=[metric("f1")]).curve(), p.curve()
    for threshold in np.linspace(0, 1, 101).tolist():
        fewer, more = bracket(curve, threshold)
        counts = reference.at(threshold).counts
        assert fewer.tp <= counts.tp <= more.tp
        assert fewer.fp <= counts.fp <= more.fp


def test_a_table_is_written_and_read() -> None:
    """With weights, groups, bins and rows left out, what is read is what was counted."""
    p = simulated(400, "weighted")
    frame = table_of(p).append_column("g", pa.array(["a", "b", None, "c"] * 100))
    table = summarize(frame, y_true="y", y_score="s", sample_weight="w", group="g", n_bins=2, name="scores")
    again = ThresholdTable.from_arrow(table.to_arrow())
    assert (again.source, again.models, again.group_column) == (table.source, ("s",), "g")
    assert again.source.objectives[:2] == ("F1", "F0.5")
    assert (again.source.name, again.source.engine, again.source.sample_weight) == ("scores", "pyarrow", "w")
    for one, other in ((table.curve(), again.curve()), (table.groups["s"]["b"].curve, again.groups["s"]["b"].curve)):
        for name in ("thresholds", "highest", "tp", "fp", "tp_squares", "fp_squares"):
            assert np.array_equal(getattr(one, name), getattr(other, name))


def test_several_models_are_counted() -> None:
    """Each score has its own curve, of the rows that have it."""
    columns = {"y": [1, 0, 1, 0], "one": [0.9, 0.4, 0.3, 0.1], "two": [0.1, 0.2, None, 0.4]}
    table = summarize(pa.table(columns), y_true="y", y_score=["one", "two"])
    assert table.models == ("one", "two")
    assert [table.by_model[model].n for model in table.models] == [4, 3]
    assert table.curve("two").thresholds.tolist() == [np.inf, 0.4, 0.2, 0.1]


def test_the_number_of_bins_is_a_power_of_two() -> None:
    for n_bins in (0, 1, 3, 2**21):
        with pytest.raises(ValueError, match="n_bins must be a power of two"):
            summarize(pa.table(GOOD), y_true="y", y_score="s", n_bins=n_bins)
