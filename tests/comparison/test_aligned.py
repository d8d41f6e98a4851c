"""Intervals at aligned thresholds: resamples against alignment by brute force on the drawn rows, and laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools.comparison import ALIGN_BY, AlignBy, AlignedDifferences, aligned_differences, aligned_point
from f1tools.comparison import resampling as resampling_module
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.decision import compare, decide
from f1tools.predictions import Predictions
from tests.comparison.test_differences import drawn_rows, rows

SCORERS = {"f1": f1_score, "precision": precision_score, "recall": recall_score}


def untied(n: int = 80, seed: int = 0, **options: Any) -> Predictions:
    """Return three models without ties, so that a threshold flags any number of distinct rows."""
    drawn = rows(n, seed, **options)
    noise = np.random.default_rng(seed + 1).normal(scale=1e-6, size=(3, n))
    scores = {name: score + own for (name, score), own in zip(drawn.scores.items(), noise, strict=True)}
    return Predictions.from_arrays(drawn.y_true, scores, **options)


def aligned(data: Predictions, by: AlignBy, threshold: float | None = None, **options: Any) -> AlignedDifferences:
    """Compare all models with the first one, at its best threshold or another one, with few resamples."""
    decisions = list(compare(data).decisions)
    decisions[0] = decide(data.curves(data.models[0]), threshold=threshold)
    return aligned_differences(data, decisions, by, **{"n_resamples": 30, **options})


def flagged_alike(by: AlignBy, y_true: BoolArray, score: FloatArray, base: BoolArray, threshold: float) -> BoolArray:
    """Return the rows that a model flags at its aligned threshold, by trying all of them."""
    every = [score >= each for each in [*np.unique(score)[::-1]]]
    if by == "threshold":
        return score >= threshold
    if by == "recall":
        return next(each for each in every if (each & y_true).sum() >= (base & y_true).sum())
    if by == "flagged":
        return next(each for each in every[::-1] if each.sum() <= base.sum())
    reached = precision_score(y_true, base)
    return next(each for each in every[::-1] if precision_score(y_true, each) >= reached - 1e-12)


@pytest.mark.parametrize("threshold", [None, 0.8])
@pytest.mark.parametrize("by", ["recall", "threshold"])
def test_resamples_equal_aligning_again_on_the_drawn_rows(by: AlignBy, threshold: float | None) -> None:
    """The reference is tuned on the drawn rows, or stays; each model is aligned there and on all rows."""
    predictions = untied()
    found, y_true = aligned(predictions, by, threshold, random_state=3, n_resamples=12), predictions.y_true
    first, *others = predictions.models
    for result in (found.objective, found.compared):
        scorer = SCORERS[result.metric.name]
        excess = np.empty((12, 3))
        for place, drawn in enumerate(drawn_rows(80, 12, 3, 0)):
            score = predictions.scores[first]
            tuned = best(ThresholdCurve.from_predictions(y_true[drawn], score[drawn])).point.threshold
            at = tuned if threshold is None else threshold
            for column, model in enumerate([first, *others]):
                values = []
                for each in (drawn, np.arange(80)):
                    base = score[each] >= at
                    flagged = base
                    if model != first:
                        flagged = flagged_alike(by, y_true[each], predictions.scores[model][each], base, at)
                    values.append(scorer(y_true[each], flagged))
                excess[place, column] = values[0] - values[1]
        # A row that is drawn twice is flagged once by another model where the reference needs one more: in between,
        # a share of it. By threshold there is nothing in between.
        drawn_excess = result.replicates - np.array(result.values)
        expected = excess - excess.mean(axis=0)
        tolerance = 1e-9 if by == "threshold" else 0.02
        columns = slice(None) if by == "threshold" else slice(0, 1)
        np.testing.assert_allclose(drawn_excess[:, columns], expected[:, columns], atol=1e-9)
        assert np.abs(drawn_excess - expected).mean() < tolerance
        in_sample = np.array([float(result.metric.evaluate(counts)) for counts in found.counts])
        optimism = excess.mean(axis=0)
        np.testing.assert_allclose(result.values[columns], (in_sample - optimism)[columns], atol=1e-9)


@pytest.mark.parametrize("by", ALIGN_BY)
def test_counts_are_those_of_the_page(by: AlignBy) -> None:
    """At the thresholds of `aligned_point`, by scikit-learn; the compared metric is that which may differ."""
    predictions = untied(200)
    found = aligned(predictions, by, 0.8)
    names = {"recall": "precision", "precision": "recall", "flagged": "recall", "threshold": "f1"}
    assert (found.by, found.objective.metric.name, found.compared.metric.name) == (by, "f1", names[by])
    reference = predictions.curves("a").evaluation.at(0.8)
    for place, model in enumerate(found.objective.models):
        point = reference
        if model != "a":
            other = aligned_point(predictions.curves(model).evaluation, reference, by)
            assert other is not None
            point = other[0]
        flagged = predictions.scores[model] >= point.threshold
        for result in (found.objective, found.compared):
            expected = SCORERS[result.metric.name](predictions.y_true, flagged)
            # Exactly the same precision may lie within the next row.
            row = 1 / predictions.n_pos if by == "precision" and model != "a" else 1e-12
            assert result.metric.evaluate(found.counts[place]) == pytest.approx(expected, abs=row)


def test_tied_scores_are_counted_in_part() -> None:
    """Of five rows with one score as many as fit: the reference flags three rows, the other model one or six."""
    y_true = np.array([1, 0, 1, 0, 1, 0, 0, 0])
    predictions = Predictions.from_arrays(y_true, {"a": [8, 7, 6, 5, 4, 3, 2, 1], "tied": [2, 1, 1, 1, 1, 1, 0, 0]})
    flagged, recall = (aligned(predictions, by, 6.0).counts for by in ("flagged", "recall"))
    assert [each.recall() for each in flagged] == pytest.approx([2 / 3, (1 + 2 / 5 * 2) / 3])
    assert [each.precision() for each in recall] == pytest.approx([2 / 3, 2 / (1 + 5 / 2)])


@pytest.mark.parametrize("by", ["recall", "flagged", "threshold"])
def test_equal_models_are_the_same(by: AlignBy) -> None:
    """Scores in the same order are aligned alike in every resample; by threshold they have to be equal.

    Precision rises and falls along the scores: a model may reach that of its twin at a lower threshold as well.
    """
    drawn = rows(shifts={"a": 1.0}).scores["a"]
    copied = drawn if by == "threshold" else 2 * drawn
    predictions = Predictions.from_arrays(rows().y_true, {"a": drawn, "again": copied})
    found = aligned(predictions, by)
    for result in (found.objective, found.compared):
        [difference] = result.differences
        assert difference.is_same, (difference.simultaneous, result.metric)


def test_weights_are_copies_of_rows() -> None:
    """The observed values are those of repeated rows; a model that nothing aligns is left out."""
    predictions = untied()
    weighted = Predictions.from_arrays(predictions.y_true, predictions.scores, sample_weight=np.full(80, 2.0))
    for by in ALIGN_BY:
        one, two = aligned(predictions, by), aligned(weighted, by)
        np.testing.assert_allclose(one.compared.replicates, two.compared.replicates, atol=1e-9)
    hopeless = Predictions.from_arrays(
        predictions.y_true, {"a": predictions.scores["a"], "none": -1.0 * predictions.y_true}
    )
    assert aligned(hopeless, "precision").compared.models == ("a",)
    assert aligned(hopeless, "precision").compared.differences == ()


def test_roles_tune_on_one_set_and_align_on_the_other() -> None:
    """With a fixed threshold the tuning rows change nothing; tuned, there is hardly any optimism to subtract."""
    tuning = np.arange(400) % 2 == 0
    predictions = rows(400, tuning=tuning)
    alone = Predictions.from_arrays(
        predictions.y_true[~tuning], {name: score[~tuning] for name, score in predictions.scores.items()}
    )
    one, two = aligned(predictions, "recall", 0.8), aligned(alone, "recall", 0.8)
    assert [vars(each) for each in one.counts] == [vars(each) for each in two.counts]
    tuned = aligned(predictions, "flagged", n_resamples=300)
    optimism = np.array([float(each.f1()) for each in tuned.counts]) - np.array(tuned.objective.values)
    assert np.all(np.abs(optimism) < tuned.objective.replicates.std(axis=0))


@pytest.mark.parametrize("by", ["recall", "precision", "flagged"])
def test_blocks_have_the_variance_of_rows(by: AlignBy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows in blocks, at few candidate thresholds, give differences as variable as rows drawn one by one."""
    predictions = untied(4000)
    exact = aligned(predictions, by, 1.0, n_resamples=300).compared
    monkeypatch.setattr(resampling_module, "FEW_ROWS", 1000)
    monkeypatch.setattr(resampling_module, "N_BLOCKS", 400)
    monkeypatch.setattr(resampling_module, "CELLS_OF_BLOCKS", 128)
    blocks = aligned(predictions, by, 1.0, n_resamples=300).compared
    deviations = [(each.replicates[:, 1] - each.replicates[:, 0]).std() for each in (exact, blocks)]
    assert deviations[1] == pytest.approx(deviations[0], rel=4 * math.sqrt(3 / 600))


def test_few_rows_have_no_interval() -> None:
    """With nine positives bounds would look certain."""
    y_true = np.arange(100) < 9
    generator = np.random.default_rng(0)
    predictions = Predictions.from_arrays(y_true, {name: y_true + generator.normal(size=100) for name in "ab"})
    assert math.isnan(aligned(predictions, "recall").compared.difference("b").simultaneous.low)
