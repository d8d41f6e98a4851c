"""Differences of models: exact values, resamples against brute force, and laws of their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_curve

from f1tools.comparison import ModelDifference, ModelDifferences, model_differences
from f1tools.comparison import resampling as resampling_module
from f1tools.comparison.sentences import same_workload_text
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions
from f1tools.decision import compare, decide
from f1tools.predictions import Predictions

SHIFTS = {"a": 1.0, "b": 1.5, "c": 1.5}


def rows(n: int = 120, seed: int = 0, shifts: dict[str, float] | None = None, **options: Any) -> Predictions:
    """Return scores of some models that share half of their noise, with ties; positives score higher by the shift."""
    generator = np.random.default_rng(seed)
    y_true = generator.random(n) < 0.3
    shared = generator.normal(size=n)
    scores = {
        name: np.round(shift * y_true + shared + generator.normal(size=n), 1)
        for name, shift in (shifts or SHIFTS).items()
    }
    return Predictions.from_arrays(y_true, scores, **options)


def compared(predictions: Predictions, constraints: Sequence[Constraint] = (), **options: Any) -> ModelDifferences:
    """Compare all models, with few resamples."""
    decisions = compare(predictions, constraints=constraints).decisions
    return model_differences(predictions, decisions, **{"n_resamples": 40, **options})


def best_f1(y_true: BoolArray, y_score: FloatArray) -> float:
    """Return the highest F1 of all thresholds by scikit-learn."""
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    total = precision + recall
    return float(np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0).max())


def drawn_rows(n: int, n_resamples: int, seed: int, which: int) -> list[Any]:
    """Return the rows of each resample, by the documented use of the seed: one generator per set."""
    generator = np.random.default_rng(np.random.SeedSequence(seed).spawn(3)[1 + which])
    return list(generator.integers(n, size=(n_resamples, n)))


def test_values_are_those_of_scikit_learn() -> None:
    """Differences are exact: the best F1 of each model by scikit-learn, one minus the other."""
    predictions = rows()
    for difference in compared(predictions, reference="b").differences:
        model, reference = (
            best_f1(predictions.y_true, predictions.scores[name]) for name in (difference.model, difference.reference)
        )
        assert difference.reference == "b"
        assert difference.model_value == pytest.approx(model, abs=1e-14)
        assert difference.value == pytest.approx(model - reference, abs=1e-14)


def test_resamples_equal_tuning_again_on_the_drawn_rows() -> None:
    """In each resample every model has the best F1 that scikit-learn finds on the rows drawn."""
    predictions = rows(80)
    result = compared(predictions, random_state=3)
    for place, drawn in enumerate(drawn_rows(80, 40, 3, 0)):
        expected = [best_f1(predictions.y_true[drawn], score[drawn]) for score in predictions.scores.values()]
        np.testing.assert_allclose(result.replicates[place], expected, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("bound", [None, 0.75, 0.99])
def test_resamples_with_roles_weights_and_constraints(weighted: bool, bound: float | None) -> None:
    """Thresholds are tuned on drawn tuning rows and evaluated on drawn evaluation rows; nan without any that meets."""
    n, generator = 160, np.random.default_rng(5)
    tuning = np.arange(n) % 2 == 0
    weight = generator.integers(1, 4, n).astype(float) if weighted else None
    predictions = rows(n, tuning=tuning, sample_weight=weight)
    predictions.scores["a"][::7] = -np.inf
    constraints = [] if bound is None else [Constraint.at_least("precision", bound)]
    result = compared(predictions, constraints)
    sets = [predictions.tuning_set, predictions.evaluation_set]
    places = [drawn_rows(80, 40, 0, which) for which in (0, 1)]
    for place in range(40):
        for column, model in enumerate(predictions.models):
            curves = [
                ThresholdCurve.from_predictions(
                    each.y_true[drawn],
                    each.scores[model][drawn],
                    sample_weight=None if each.sample_weight is None else each.sample_weight[drawn],
                )
                for each, drawn in zip(sets, (places[0][place], places[1][place]), strict=True)
            ]
            optimum = best(curves[0], "f1", constraints=constraints, on_unmet="relax")
            if optimum.not_met:
                assert np.isnan(result.replicates[place, column])
                continue
            each, drawn = sets[1], places[1][place]
            expected = f1_score(
                each.y_true[drawn],
                each.scores[model][drawn] >= optimum.point.threshold,
                sample_weight=None if each.sample_weight is None else each.sample_weight[drawn],
            )
            assert result.replicates[place, column] == pytest.approx(expected, abs=1e-12)


def test_same_workload() -> None:
    """A model flags as many rows as the reference: its highest scores, by brute force, on all rows and in resamples."""
    generator = np.random.default_rng(1)
    y_true = generator.random(90) < 0.3
    scores = {name: generator.normal(size=90) + y_true for name in "ab"}
    predictions = Predictions.from_arrays(y_true, scores)
    result = compared(predictions)
    workload = result.difference("b").same_workload
    n_flagged = int(decide(predictions.curves("a")).point.counts.flagged())
    flagged = np.argsort(-scores["b"])[:n_flagged]
    assert (workload.flagged, workload.reference_flagged) == (n_flagged, n_flagged)
    assert workload.threshold == scores["b"][flagged[-1]]
    more = y_true[flagged].sum() - decide(predictions.curves("a")).point.counts.tp
    assert workload.in_sample == pytest.approx(1000 * more / 90)
    for place, drawn in enumerate(drawn_rows(90, 40, 0, 0)):
        threshold = best(ThresholdCurve.from_predictions(y_true[drawn], scores["a"][drawn])).point.threshold
        excess = []
        for each in (drawn, np.arange(90)):
            by_reference = scores["a"][each] >= threshold
            order = each[np.argsort(-scores["b"][each], kind="stable")]
            tp = np.append(0, np.cumsum(y_true[order]))
            ends = np.append(0, np.flatnonzero(np.diff(scores["b"][order], append=-np.inf)) + 1)
            excess.append(np.interp(by_reference.sum(), ends, tp[ends]) - y_true[each][by_reference].sum())
        assert result.caught_excess[place, 0, 1] == pytest.approx(1000 * (excess[0] - excess[1]) / 90, abs=1e-9)
    excesses = result.caught_excess[:, 0, 1]
    assert workload.more_caught == pytest.approx(workload.in_sample - excesses.mean())
    half_width = (workload.interval.high - workload.interval.low) / 2
    smaller = min(y_true.sum(), 90 - y_true.sum())
    assert half_width == pytest.approx(NormalDist().inv_cdf(0.975) * excesses.std() * np.sqrt(smaller / (smaller - 1)))


@pytest.mark.parametrize("reference", ["a", "tied"])
def test_the_workload_is_always_that_of_the_reference(reference: str) -> None:
    """Whichever model is named first, both flag as many rows as the reference; the numbers are mirrored."""
    drawn = rows(300, shifts={"a": 1.0, "b": 1.3})
    scores = {"a": drawn.scores["a"], "tied": np.round(drawn.scores["b"])}
    predictions = Predictions.from_arrays(drawn.y_true, scores)
    result, other = compared(predictions, reference=reference), "tied" if reference == "a" else "a"
    expected = int(decide(predictions.curves(reference)).point.counts.flagged())
    forth, back = result.difference(other), result.difference(reference, other)
    for each in (forth, back):
        assert each.same_workload.reference_flagged == expected
        assert each.same_workload.share == pytest.approx(expected / 300)
        assert each.same_workload.threshold in predictions.scores[other]
    assert back.reversed().interval.low == pytest.approx(forth.interval.low)
    assert (back.value, back.model_value) == (-forth.value, forth.reference_value)
    assert (back.model, back.reference, back.at_workload_of_model) == (reference, other, True)
    assert back.same_workload.more_caught == -forth.same_workload.more_caught
    assert back.same_workload.interval.low == -forth.same_workload.interval.high


def test_the_workload_of_two_other_models() -> None:
    """Between models of which none is the reference, it is that of the model that the other is compared with."""
    predictions = rows()
    found = compared(predictions, reference="a").difference("b", "c")
    assert found.same_workload.reference_flagged == decide(predictions.curves("c")).point.counts.flagged()


@pytest.mark.parametrize(("n_positives", "known"), [(9, False), (10, True), (191, False), (190, True)])
def test_few_rows_of_a_class_give_no_interval(n_positives: int, known: bool) -> None:
    """Models that separate nine positives differ in no resample, which does not show that they are equal."""
    y_true = np.arange(200) < n_positives
    generator = np.random.default_rng(0)
    scores = {name: y_true + 0.5 * generator.random(200) for name in "ab"}
    found = compared(Predictions.from_arrays(y_true, scores)).difference("b")
    assert bool(np.isfinite(found.interval.low)) == known
    assert bool(np.isfinite(found.same_workload.interval.low)) == known
    assert found.verdict() == ("same" if known else "undecided")
    if not known:
        assert same_workload_text(found) == []


def test_tied_scores_at_the_workload() -> None:
    """Where a score is shared by more rows than fit, the flagged rows are counted below the limit."""
    y_true = np.array([1, 0, 1, 0, 1, 0, 0, 0])
    scores = {"a": [8, 7, 6, 5, 4, 3, 2, 1], "tied": [2, 1, 1, 1, 1, 1, 0, 0]}
    result = compared(Predictions.from_arrays(y_true, scores))
    workload = result.difference("tied").same_workload
    # The best threshold of "a" flags 5 rows with all 3 positives; "tied" flags 1, or 6 with all 3.
    assert (workload.reference_flagged, workload.flagged, workload.threshold) == (5, 1, 2)
    assert workload.in_sample == pytest.approx(1000 / 8 * (1 + 4 / 5 * 2 - 3))


def test_clusters_of_one_row_are_rows() -> None:
    """Drawing clusters of size one is drawing rows."""
    predictions = rows()
    plain, clustered = compared(predictions), compared(predictions, clusters=np.arange(predictions.n))
    np.testing.assert_array_equal(plain.replicates, clustered.replicates)
    assert clustered.clustered
    assert not plain.clustered


def test_clusters_are_drawn_whole() -> None:
    """A resample of clusters has all rows of each drawn cluster, whatever the names of the clusters are."""
    predictions = rows(90)
    names = np.array([f"patient {number % 30}" for number in range(90)], dtype=object)
    result = compared(predictions, clusters=names)
    members = [np.flatnonzero(names == name) for name in sorted(set(names.tolist()))]
    for place, drawn in enumerate(drawn_rows(30, 40, 0, 0)):
        chosen = np.concatenate([members[cluster] for cluster in drawn])
        expected = [best_f1(predictions.y_true[chosen], score[chosen]) for score in predictions.scores.values()]
        np.testing.assert_allclose(result.replicates[place], expected, atol=1e-12)


def test_blocks_have_the_variance_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows dealt into blocks give differences as variable as rows drawn one by one."""
    predictions = rows(4000, shifts={"a": 1.0, "b": 1.3})
    exact = compared(predictions, n_resamples=400)
    monkeypatch.setattr(resampling_module, "FEW_ROWS", 1000)
    monkeypatch.setattr(resampling_module, "N_BLOCKS", 400)
    monkeypatch.setattr(resampling_module, "CELLS_OF_BLOCKS", 64)
    blocks = compared(predictions, n_resamples=400)
    # Each deviation has a relative error of 1 in sqrt(2 * 400), blocks as much again.
    changes = [np.diff(each.replicates, axis=1)[:, 0] for each in (exact, blocks)]
    assert changes[1].std() == pytest.approx(changes[0].std(), rel=4 * np.sqrt(3 / 800))
    assert changes[1].mean() == pytest.approx(changes[0].mean(), abs=5 * changes[0].std() / np.sqrt(400))
    assert exact.difference("b").value == blocks.difference("b").value


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), reference=st.sampled_from("abc"))
def test_laws_of_differences(seed: int, reference: str) -> None:
    """Differences are antisymmetric, do not depend on the order of models, and hold together in wider intervals."""
    predictions = rows(120, seed)
    decisions = compare(predictions).decisions
    result = model_differences(predictions, decisions, n_resamples=30, reference=reference)
    turned = model_differences(predictions, decisions[::-1], n_resamples=30, reference=reference)
    for difference in result.differences:
        low, high = difference.interval.low, difference.interval.high
        assert difference.simultaneous.low <= low <= high <= difference.simultaneous.high
        back = result.difference(reference, difference.model)
        assert back.value == -difference.value
        np.testing.assert_allclose([back.interval.low, back.interval.high], [-high, -low], atol=1e-12)
        assert back.detectable >= 0
        same: ModelDifference = turned.difference(difference.model)
        assert same.value == difference.value
        np.testing.assert_allclose([same.interval.low, same.interval.high], [low, high], atol=1e-12)
        assert same.simultaneous.low == pytest.approx(difference.simultaneous.low, abs=1e-12)


@pytest.mark.parametrize("n_clusters", [None, 40])
def test_intervals_are_normal(n_clusters: int | None) -> None:
    """The difference ± z standard errors: the deviation of the resamples, corrected like that of a sample's mean."""
    predictions = rows()
    clusters = None if n_clusters is None else np.arange(predictions.n) % n_clusters
    result = compared(predictions, clusters=clusters, confidence_level=0.9)
    smaller = int(min(predictions.y_true.sum(), (~predictions.y_true).sum()))
    n = smaller if n_clusters is None else min(smaller, n_clusters)
    changes = result.replicates[:, 1:] - result.replicates[:, [0]]
    standard_error = changes.std(axis=0) * np.sqrt(n / (n - 1))
    statistic = np.abs(changes - changes.mean(axis=0)) / changes.std(axis=0)
    # Simultaneous: wider by the quantile of the larger statistic, as a multiple of that of the one.
    stretch = np.quantile(statistic.max(axis=1), 0.9) / np.quantile(statistic, 0.9, axis=0)
    for place, difference in enumerate(result.differences):
        half_width = NormalDist().inv_cdf(0.95) * standard_error[place]
        single, together = difference.interval, difference.simultaneous
        assert [single.low, single.high] == pytest.approx(difference.value + half_width * np.array([-1, 1]))
        assert [together.low, together.high] == pytest.approx(
            difference.value + stretch[place] * half_width * np.array([-1, 1])
        )
        detectable = stretch[place] * half_width + NormalDist().inv_cdf(0.8) * standard_error[place]
        assert difference.detectable == pytest.approx(detectable)


@pytest.mark.parametrize(("n_clusters", "known"), [(9, False), (10, True)])
def test_few_clusters_give_no_interval(n_clusters: int, known: bool) -> None:
    """Resamples of few clusters are too much alike; of a single one they are all the same."""
    [difference] = compared(rows(shifts={"a": 1.0, "b": 1.5}), clusters=np.arange(120) % n_clusters).differences
    assert bool(np.isfinite(difference.interval.low)) == known


def test_one_difference_has_one_interval() -> None:
    """Where there is nothing else to hold, the simultaneous interval is the pointwise one."""
    [difference] = compared(rows(shifts={"a": 1.0, "b": 1.5})).differences
    assert (difference.simultaneous.low, difference.simultaneous.high) == pytest.approx(
        (difference.interval.low, difference.interval.high)
    )


def test_equal_models_do_not_differ() -> None:
    """Scores in the same order give no difference, in no resample."""
    predictions = rows(shifts={"a": 1.0})
    twice = Predictions.from_arrays(
        predictions.y_true, {"a": predictions.scores["a"], "again": 2 * predictions.scores["a"]}
    )
    [difference] = compared(twice).differences
    assert (difference.value, difference.interval.low, difference.interval.high) == (0, 0, 0)
    assert difference.detectable == 0
    assert difference.verdict() == difference.verdict(0.01) == "same"
    assert same_workload_text(difference) == []
    assert (difference.same_workload.in_sample, difference.same_workload.more_caught) == (0, 0)


def test_resamples_without_a_class_are_left_out() -> None:
    """With one positive row many resamples have none."""
    y_true = np.arange(30) == 3
    generator = np.random.default_rng(0)
    scores = {name: generator.normal(size=30) for name in "ab"}
    result = compared(Predictions.from_arrays(y_true, scores), n_resamples=200)
    missing = np.isnan(result.replicates).any(axis=1).mean()
    assert missing == pytest.approx((29 / 30) ** 30, abs=4 * np.sqrt(0.25 / 200))


def test_invalid_input() -> None:
    """Errors say what was found."""
    predictions = rows()
    decisions = compare(predictions).decisions
    with pytest.raises(ValueError, match="At least two models are needed for a comparison, got 1"):
        model_differences(predictions, decisions[:1])
    with pytest.raises(ValueError, match="several decisions about the model 'a'"):
        model_differences(predictions, [*decisions, decisions[0]])
    with pytest.raises(ValueError, match="must be by the same metric, got F1, Recall"):
        model_differences(predictions, [decisions[0], decide(predictions.curves("b"), "recall")])
    with pytest.raises(ValueError, match="There is no model 'd' to compare; there are 'a', 'b', 'c'"):
        model_differences(predictions, decisions, reference="d")
    with pytest.raises(InvalidPredictions, match="y_true has 120 rows and clusters has 3"):
        model_differences(predictions, decisions, clusters=[1, 2, 3])
    with pytest.raises(ValueError, match="n_resamples must be an integer of at least 1, got 0"):
        model_differences(predictions, decisions, n_resamples=0)
    with pytest.raises(ValueError, match="margin must be a number from 0 up, got -1"):
        compared(predictions).differences[0].verdict(-1)
