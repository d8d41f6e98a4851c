"""The table in few cells: sums kept, little lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import ConstraintsNotMet, best
from f1tools.uncertainty.cells import Cells, bin_curve
from tests.strategies import ANY_WEIGHT, EXACT_WEIGHT, Rows, rows, weighted_or_not

MOST = st.integers(4, 30)
CONSTRAINT = st.one_of(
    st.builds(Constraint.at_least, st.sampled_from(["recall", "precision"]), st.sampled_from([0.0, 0.3, 0.7, 1.0])),
    st.builds(Constraint.at_most, st.just("flagged"), st.integers(0, 10)),
)


def many(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make rows with scores that nearly all differ, a quarter of them positive."""
    rng = np.random.default_rng(seed)
    y_score = rng.random(n)
    return rng.random(n) < y_score**3, y_score


def sums(table: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Give the weight of positives and negatives at or above each threshold."""
    return np.cumsum(table.positives * table.positive_weight), np.cumsum(table.negatives * table.negative_weight)


@pytest.mark.parametrize("name", METRICS)
@given(drawn=rows(weight=ANY_WEIGHT, most=40), constraints=st.lists(CONSTRAINT, max_size=2), most=MOST)
@settings(max_examples=30, deadline=None)
def test_sums_are_kept(name: str, drawn: Rows, constraints: list[Constraint], most: int) -> None:
    """Whatever is joined: thresholds and sums are the curve's, both ends are there, and there are few enough."""
    curve = drawn.curve()
    try:
        optimum = best(curve, name, constraints=constraints)
    except ConstraintsNotMet:
        return
    table = bin_curve(curve, optimum, most)
    assert len(table) <= most
    assert (table.thresholds[0], table.thresholds[-1]) == (np.inf, curve.thresholds[-1])
    assert (table.thresholds[1:] < table.thresholds[:-1]).all()
    expected = curve.at_each(table.thresholds)
    assert np.isin(table.thresholds, curve.thresholds).all()
    for found, wanted in zip(sums(table), (expected.tp, expected.fp), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * float(wanted[-1]))
    for count, weight in ((table.positives, table.positive_weight), (table.negatives, table.negative_weight)):
        assert ((count >= 1) == (weight > 0)).all()


@given(drawn=rows(most=40), most=MOST)
@settings(deadline=None)
def test_rows_are_counted_exactly(drawn: Rows, most: int) -> None:
    """Rows without weights are counted, and each weighs exactly 1."""
    curve = drawn.curve()
    table = bin_curve(curve, best(curve), most)
    expected = curve.at_each(table.thresholds)
    assert np.cumsum(table.positives).tolist() == expected.tp.tolist()
    assert np.cumsum(table.negatives).tolist() == expected.fp.tolist()
    assert set(table.positive_weight.tolist()) == set(table.negative_weight.tolist()) == {1.0}


@given(drawn=weighted_or_not(most=40))
@settings(deadline=None)
def test_the_scores_of_positives_are_enough(drawn: Rows) -> None:
    """Where they fit the cuts are the scores that positives have, +inf and the lowest score: all that can be best."""
    curve = drawn.curve()
    counted = np.ones(drawn.y_true.size, bool) if drawn.sample_weight is None else drawn.sample_weight > 0
    scores = drawn.y_score.astype(np.float64) + 0.0
    expected = {np.inf, *scores[drawn.y_true & counted].tolist(), float(scores[counted].min())}
    assert bin_curve(curve, best(curve)).thresholds.tolist() == sorted(expected, reverse=True)


@given(drawn=weighted_or_not(most=40), constraints=st.lists(CONSTRAINT, min_size=1, max_size=2))
@settings(deadline=None)
def test_every_score_is_there_where_it_may_matter(drawn: Rows, constraints: list[Constraint]) -> None:
    """With constraints, and for metrics that do not reward catching, every distinct score is a cut where they fit."""
    curve = drawn.curve()
    table = bin_curve(curve, best(curve, "npv"))
    assert table.thresholds.tolist() == curve.thresholds.tolist()
    try:
        optimum = best(curve, constraints=constraints)
    except ConstraintsNotMet:
        return
    assert bin_curve(curve, optimum).thresholds.tolist() == curve.thresholds.tolist()


@given(drawn=rows(most=40, weight=EXACT_WEIGHT), class_weights=st.tuples(st.floats(0.01, 50), st.floats(0.01, 50)))
@settings(deadline=None)
def test_one_weight_for_a_class_is_exact(drawn: Rows, class_weights: tuple[float, float]) -> None:
    """Where all rows of a class weigh the same the cells hold just these rows, with this weight."""
    plain = Rows(drawn.y_true, drawn.y_score, None).curve()
    table, weighted = (bin_curve(curve, best(curve), 12) for curve in (plain, plain.reweighted(*class_weights)))
    if table.thresholds.tolist() == weighted.thresholds.tolist():  # another weight can have another best threshold
        assert table.positives.tolist() == weighted.positives.tolist()
        assert table.negatives.tolist() == weighted.negatives.tolist()
    for count, weight, expected in (
        (weighted.positives, weighted.positive_weight, class_weights[0]),
        (weighted.negatives, weighted.negative_weight, class_weights[1]),
    ):
        assert weight[count > 0] == pytest.approx(expected, rel=1e-9)
    assert weighted.positives.sum() == plain.positives
    assert weighted.negatives.sum() == plain.negatives


def test_weights_count_as_rows_that_are_as_sure() -> None:
    """A cell of unequal weights has (sum)² / sum of squares rows, to the next whole number: 1, 1 and 2 make 2.67."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 0], [0.9, 0.5, 0.4, 0.3], sample_weight=[3, 1, 1, 2])
    table = bin_curve(curve, best(curve))
    assert table.thresholds.tolist() == [np.inf, 0.9, 0.3]
    assert table.negatives.tolist() == [0, 0, 3]
    assert table.negative_weight[2] == pytest.approx(4 / 3)
    assert (table.positives[1], table.positive_weight[1]) == (1, 3)


@pytest.mark.parametrize("name", ["f1", "mcc", "accuracy", "balanced_accuracy"])
@pytest.mark.parametrize("most", [16, 200])
def test_the_best_is_kept(name: str, most: int) -> None:
    """However few the cells are, the best threshold of all rows is one of their cuts."""
    curve = ThresholdCurve.from_predictions(*many(20_000))
    optimum = best(curve, name)
    table = bin_curve(curve, optimum, most)
    assert most / 2 < len(table) <= most
    assert optimum.point.threshold in table.thresholds


def test_a_constraint_draws_the_cuts() -> None:
    """With a constraint most cuts lie where it begins to hold, not where the metric alone would be best."""
    curve = ThresholdCurve.from_predictions(*many(50_000))
    optimum = best(curve, constraints=[Constraint.at_least("precision", 0.9)])
    table = bin_curve(curve, optimum, 200)
    assert best(curve).point.threshold < optimum.point.threshold - 0.1
    assert np.mean(np.abs(table.thresholds[1:] - optimum.point.threshold) < 0.05) > 0.7


def test_joining_hardly_changes_the_best_of_other_rows() -> None:
    """With the same rows drawn, 300 cells find a best F1 within .05 standard deviations of that of all 20,000 rows."""
    y_true, y_score = many(20_000)
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    order = np.argsort(-y_score)
    ends = np.searchsorted(-y_score[order], -bin_curve(curve, best(curve), 300).thresholds, side="right")
    rng = np.random.default_rng(0)
    found = []
    for _ in range(100):
        times = rng.poisson(1.0, y_true.size)[order]
        tp, fp = (np.append(0, np.cumsum(times * kind[order])) for kind in (y_true, ~y_true))
        f1 = 2 * tp / (tp[-1] + tp + fp)
        found.append((f1.max(), f1[ends].max()))
    exact, joined = np.array(found).T
    assert (joined <= exact).all()
    assert np.mean(exact - joined) < 0.05 * exact.std()
