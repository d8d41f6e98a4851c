"""Tests of the binned curve: sums are preserved, and hardly any information is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, Optimum, best
from f1tools.uncertainty.cells import bin_curve
from tests.strategies import ANY_WEIGHT, EXACT_WEIGHT, Rows, rows, weighted_or_not

MAX_CELLS = st.integers(4, 30)
CONSTRAINT = st.one_of(
    st.builds(Constraint.at_least, st.sampled_from(["recall", "precision"]), st.sampled_from([0.0, 0.3, 0.7, 1.0])),
    st.builds(Constraint.at_most, st.just("flagged"), st.integers(0, 10)),
)


def draw_rows(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows with nearly distinct scores, a quarter of them positive."""
    rng = np.random.default_rng(0)
    y_score = rng.random(n)
    return rng.random(n) < y_score**3, y_score


def feasible_optimum(curve: ThresholdCurve, name: str, constraints: list[Constraint]) -> Optimum | None:
    """Return the optimum, or None where no threshold satisfies the constraints."""
    try:
        return best(curve, name, constraints=constraints)
    except ConstraintsNotMet:
        return None


@pytest.mark.parametrize("name", METRICS)
@given(sample=rows(weight=ANY_WEIGHT, most=40), constraints=st.lists(CONSTRAINT, max_size=2), max_cells=MAX_CELLS)
@settings(max_examples=30, deadline=None)
def test_sums_are_preserved(name: str, sample: Rows, constraints: list[Constraint], max_cells: int) -> None:
    """Thresholds and cumulative sums are the curve's, both ends are kept, and the number of cells is limited."""
    curve = sample.curve()
    optimum = feasible_optimum(curve, name, constraints)
    if optimum is None:
        return
    table = bin_curve(curve, [optimum], max_cells)
    assert len(table) <= max_cells
    assert (table.thresholds[0], table.thresholds[-1]) == (np.inf, curve.thresholds[-1])
    assert (table.thresholds[1:] < table.thresholds[:-1]).all()
    assert np.isin(table.thresholds, curve.thresholds).all()
    expected = curve.at_each(table.thresholds)
    for count, weight, sums in (
        (table.positives, table.positive_weight, expected.tp),
        (table.negatives, table.negative_weight, expected.fp),
    ):
        np.testing.assert_allclose(np.cumsum(count * weight), sums, rtol=1e-9, atol=1e-9 * float(sums[-1]))
        assert ((count >= 1) == (weight > 0)).all()


@given(sample=rows(most=40), max_cells=MAX_CELLS)
@settings(deadline=None)
def test_unweighted_rows_are_counted_exactly(sample: Rows, max_cells: int) -> None:
    """Counts are the curve's, and each row has a weight of exactly 1."""
    curve = sample.curve()
    table = bin_curve(curve, [best(curve)], max_cells)
    expected = curve.at_each(table.thresholds)
    assert np.cumsum(table.positives).tolist() == expected.tp.tolist()
    assert np.cumsum(table.negatives).tolist() == expected.fp.tolist()
    assert set(table.positive_weight.tolist()) == set(table.negative_weight.tolist()) == {1.0}


@given(sample=weighted_or_not(most=40))
@settings(deadline=None)
def test_edges_of_a_monotone_metric(sample: Rows) -> None:
    """Only the scores of positives can be optimal; where they fit, they are the edges, with +inf and the lowest."""
    curve = sample.curve()
    in_use = np.ones(sample.y_true.size, bool) if sample.sample_weight is None else sample.sample_weight > 0
    scores = sample.y_score.astype(np.float64) + 0.0
    expected = {np.inf, *scores[sample.y_true & in_use].tolist(), float(scores[in_use].min())}
    assert bin_curve(curve, [best(curve)]).thresholds.tolist() == sorted(expected, reverse=True)


@given(sample=weighted_or_not(most=40), constraints=st.lists(CONSTRAINT, min_size=1, max_size=2))
@settings(deadline=None)
def test_edges_of_other_metrics_and_under_constraints(sample: Rows, constraints: list[Constraint]) -> None:
    """Every distinct score is an edge where they fit, for a metric that is not monotone and under constraints."""
    curve = sample.curve()
    for optimum in (best(curve, "npv"), feasible_optimum(curve, "f1", constraints)):
        if optimum is not None:
            assert bin_curve(curve, [optimum]).thresholds.tolist() == curve.thresholds.tolist()


@given(sample=rows(most=40, weight=EXACT_WEIGHT), class_weights=st.tuples(st.floats(0.01, 50), st.floats(0.01, 50)))
@settings(deadline=None)
def test_class_weights_are_exact(sample: Rows, class_weights: tuple[float, float]) -> None:
    """Where all rows of a class have one weight, the cells hold exactly these rows with that weight."""
    plain = Rows(sample.y_true, sample.y_score, None).curve()
    table, weighted = (bin_curve(curve, [best(curve)], 12) for curve in (plain, plain.reweighted(*class_weights)))
    if table.thresholds.tolist() == weighted.thresholds.tolist():  # weights can change the optimum, and so the edges
        assert table.positives.tolist() == weighted.positives.tolist()
        assert table.negatives.tolist() == weighted.negatives.tolist()
    for count, weight, expected, total in (
        (weighted.positives, weighted.positive_weight, class_weights[0], plain.positives),
        (weighted.negatives, weighted.negative_weight, class_weights[1], plain.negatives),
    ):
        assert weight[count > 0] == pytest.approx(expected, rel=1e-9)
        assert count.sum() == total


def test_unequal_weights_count_as_the_effective_number_of_rows() -> None:
    """Weights 1, 1 and 2 count as (sum)² / (sum of squares) = 2.67 rows, rounded to 3."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 0], [0.9, 0.5, 0.4, 0.3], sample_weight=[3, 1, 1, 2])
    table = bin_curve(curve, [best(curve)])
    assert table.thresholds.tolist() == [np.inf, 0.9, 0.3]
    assert table.negatives.tolist() == [0, 0, 3]
    assert table.negative_weight[2] == pytest.approx(4 / 3)
    assert (table.positives[1], table.positive_weight[1]) == (1, 3)


@pytest.mark.parametrize("name", ["f1", "mcc", "accuracy", "balanced_accuracy"])
@pytest.mark.parametrize("max_cells", [16, 200])
def test_the_optimum_is_an_edge(name: str, max_cells: int) -> None:
    """However few the cells are, the best threshold of all rows is one of their edges."""
    curve = ThresholdCurve.from_predictions(*draw_rows(20_000))
    optimum = best(curve, name)
    table = bin_curve(curve, [optimum], max_cells)
    assert max_cells / 2 < len(table) <= max_cells
    assert optimum.point.threshold in table.thresholds


def test_edges_concentrate_at_a_binding_constraint() -> None:
    """Under a constraint most edges lie where it starts to hold, not near the unconstrained optimum."""
    curve = ThresholdCurve.from_predictions(*draw_rows(50_000))
    optimum = best(curve, constraints=[Constraint.at_least("precision", 0.9)])
    table = bin_curve(curve, [optimum], 200)
    assert best(curve).point.threshold < optimum.point.threshold - 0.1
    assert np.mean(np.abs(table.thresholds[1:] - optimum.point.threshold) < 0.05) > 0.7


def test_binning_hardly_changes_the_best_f1_of_resamples() -> None:
    """In the same resamples, the best F1 of 300 cells is within .05 standard deviations of that of all 20,000 rows."""
    y_true, y_score = draw_rows(20_000)
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    order = np.argsort(-y_score)
    edges = np.searchsorted(-y_score[order], -bin_curve(curve, [best(curve)], 300).thresholds, side="right")
    rng = np.random.default_rng(0)
    pairs = []
    for _ in range(100):
        times = rng.poisson(1.0, y_true.size)[order]
        tp, fp = (np.append(0, np.cumsum(times * kind[order])) for kind in (y_true, ~y_true))
        f1 = 2 * tp / (tp[-1] + tp + fp)
        pairs.append((f1.max(), f1[edges].max()))
    exact, binned = np.array(pairs).T
    assert (binned <= exact).all()
    assert np.mean(exact - binned) < 0.05 * exact.std()
