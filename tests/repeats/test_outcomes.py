"""The outcome of each strategy in each repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    f1_score,
    fbeta_score,
    precision_score,
    roc_auc_score,
)

from f1tools.core.metrics import metric
from f1tools.decision import compare
from f1tools.predictions import Predictions
from f1tools.repeats import TRAIN, TUNE, ChoiceName, RepeatedPredictions, outcomes
from tests.repeats.builders import repeated

REPEATED = repeated(3, train=True)
OUTCOMES = outcomes(REPEATED)
TESTS = [REPEATED.split(j).test for j in range(3)]
F1 = metric("f1")


def best_by_hand(rows: Predictions, model: str) -> tuple[float, float]:
    """Return the best F1 and the lowest threshold that reaches it by trying every score."""
    score = rows.scores[model]
    tried = [(f1_score(rows.y_true, score >= threshold), threshold) for threshold in np.unique(score)]
    top = max(value for value, _ in tried)
    return top, min(threshold for value, threshold in tried if value == pytest.approx(top, rel=1e-12))


@pytest.mark.parametrize("model", REPEATED.models)
@pytest.mark.parametrize(("part", "name"), [("tune", "tuned"), ("train", "in_sample")])
def test_thresholds_are_the_best_of_the_rows_that_choose(model: str, part: str, name: ChoiceName) -> None:
    """Brute force with scikit-learn gives the threshold; its counts are those of the test rows."""
    choice = OUTCOMES.results[model].choices[name]
    for j in range(3):
        split = REPEATED.split(j)
        rows = getattr(split, part)
        value, threshold = best_by_hand(rows, model)
        assert choice.selection_value[j] == pytest.approx(value)
        assert choice.threshold[j] == threshold
        below = [score for score in np.unique(rows.scores[model]).tolist() if score < threshold]
        low, high = (end[j] for end in choice.interval)
        assert (low, high) == (max(below, default=-np.inf), threshold)
        assert choice.interval_width[j] == (high - low if below else 0)
        decided = split.test.scores[model] >= threshold
        (tn, fp), (fn, tp) = confusion_matrix(split.test.y_true, decided)
        counts = choice.counts
        assert [counts.tn[j], counts.fp[j], counts.fn[j], counts.tp[j]] == [tn, fp, fn, tp]
        assert choice.value(F1)[j] == pytest.approx(f1_score(split.test.y_true, decided))


@pytest.mark.parametrize("model", REPEATED.models)
def test_the_middle_of_equivalent_thresholds(model: str) -> None:
    """The middle has the same in-sample value and is evaluated on the test rows."""
    choices = OUTCOMES.results[model].choices
    middle, highest = choices["in_sample_middle"], choices["in_sample"]
    assert (middle.selection_value == highest.selection_value).all()
    assert np.array_equal(middle.interval, highest.interval)
    closed = np.isfinite(middle.interval[0])
    assert middle.threshold == pytest.approx(np.where(closed, np.mean(middle.interval, axis=0), highest.threshold))
    for j, test in enumerate(TESTS):
        expected = f1_score(test.y_true, test.scores[model] >= middle.threshold[j])
        assert middle.value(F1)[j] == pytest.approx(expected)


def test_the_middle_for_memorized_and_constant_scores() -> None:
    """Separated training rows give the middle between the classes; an infinite end gives the score itself."""
    train, score = REPEATED.part == TRAIN, REPEATED.scores["score_plain"]
    memorized = np.where(train, np.where(REPEATED.y_true, 0.98, 0.02), score)
    constant = np.where(train, 0.5, score)
    results = outcomes(replace(REPEATED, scores={"memorized": memorized, "constant": constant})).results
    middle, open_ended = (results[name].choices["in_sample_middle"] for name in ("memorized", "constant"))
    assert middle.threshold.tolist() == open_ended.threshold.tolist() == [0.5] * 3
    assert middle.interval_width == pytest.approx([0.96] * 3)
    assert open_ended.interval[0].tolist() == [-np.inf] * 3
    assert open_ended.interval_width.tolist() == [0] * 3
    useless = outcomes(replace(REPEATED, scores={"a": np.where(REPEATED.y_true, 0.2, 0.3)}), "accuracy").results["a"]
    assert useless.choices["in_sample_middle"].threshold.tolist() == [np.inf] * 3


@pytest.mark.parametrize(("low", "high"), [(0.5, np.nextafter(0.5, 1)), (1.7e308, 1.75e308), (-1.7e308, 1.7e308)])
def test_the_middle_decides_like_the_score(low: float, high: float) -> None:
    """Adjacent floats and huge ones have a middle that separates them."""
    scores = {"a": np.where(REPEATED.y_true, high, low)}
    middle = outcomes(replace(REPEATED, scores=scores)).results["a"].choices["in_sample_middle"]
    assert middle.value(F1).tolist() == [1.0] * 3
    assert (middle.interval_width > 0).all()


def test_half_needs_probabilities() -> None:
    """A single score outside of [0, 1], in any part of any repeat, removes the threshold 0.5 of that model."""
    half = OUTCOMES.results["score_plain"].choices["half"]
    for j, test in enumerate(TESTS):
        assert half.value(F1)[j] == pytest.approx(f1_score(test.y_true, test.scores["score_plain"] >= 0.5))
    assert half.threshold.tolist() == [0.5] * 3
    assert np.isnan(half.selection_value).all()
    assert half.interval_width.tolist() == [0] * 3
    assert "half" not in OUTCOMES.results["score_ranknet"].choices
    score = REPEATED.scores["score_plain"].copy()
    score[np.flatnonzero((REPEATED.repeat == 1) & (REPEATED.part == TUNE))[0]] = 1.5
    results = outcomes(replace(REPEATED, scores={"a": score, "b": REPEATED.scores["score_plain"]})).results
    assert ["half" in each.choices for each in results.values()] == [False, True]


def test_areas_and_sizes() -> None:
    """Areas are scikit-learn's on the test rows; sizes are means over the repeats."""
    for model, each in OUTCOMES.results.items():
        for areas, area in ((each.roc_auc, roc_auc_score), (each.average_precision, average_precision_score)):
            assert areas == pytest.approx([area(test.y_true, test.scores[model]) for test in TESTS])
    sizes = (OUTCOMES.repeats, OUTCOMES.n_train, OUTCOMES.n_tune, OUTCOMES.n_test, OUTCOMES.n_pos_test)
    assert sizes == (3, 40, 40, 24, 8)
    assert OUTCOMES.flag_all == pytest.approx(np.mean([f1_score(test.y_true, np.ones(test.n)) for test in TESTS]))
    assert OUTCOMES.models == REPEATED.models


def test_the_training_size_is_the_larger_part() -> None:
    """Fewer rows may tune the threshold than train the model; without training rows there is no in-sample choice."""
    keep = (REPEATED.part != TUNE) | (np.arange(REPEATED.part.size) % 3 > 0)
    scores = {name: score[keep] for name, score in REPEATED.scores.items()}
    fewer = RepeatedPredictions(REPEATED.y_true[keep], scores, REPEATED.repeat[keep], REPEATED.part[keep])
    assert fewer.n_rows(TUNE).mean() < 40
    assert outcomes(fewer).n_train == 40
    assert outcomes(fewer).n_tune == np.mean([fewer.split(j).tune.n for j in range(3)])
    assert list(outcomes(repeated(2)).results["score_plain"].choices) == ["half", "tuned"]


def test_any_objective() -> None:
    """F-beta is scikit-learn's; precision is undefined, not 0, where nothing is flagged; an unknown metric raises."""
    actual = outcomes(REPEATED, "fbeta", beta=2)
    assert actual.objective.beta == 2
    tuned = actual.results["score_noise"].choices["tuned"]
    for j, test in enumerate(TESTS):
        decided = test.scores["score_noise"] >= tuned.threshold[j]
        assert tuned.value(actual.objective)[j] == pytest.approx(fbeta_score(test.y_true, decided, beta=2))
    never = replace(REPEATED, scores={"never": np.full(REPEATED.y_true.size, 0.25)})
    half = outcomes(never, "precision").results["never"].choices["half"]
    assert np.isnan(half.value(metric("precision"))).all()
    expected = [precision_score(test.y_true, np.ones(test.n)) for test in TESTS]
    assert outcomes(REPEATED, "precision").flag_all == pytest.approx(np.mean(expected))
    with pytest.raises(ValueError, match="There is no metric"):
        outcomes(REPEATED, "f3")


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_a_repeat_equals_the_comparison_of_its_rows(seed: int) -> None:
    """Tuning rows choose and test rows evaluate, exactly as in a comparison of one split."""
    drawn = repeated(2, seed=seed)
    actual = outcomes(drawn)
    for j in range(2):
        split = drawn.split(j)
        y_true = np.concatenate([split.tune.y_true, split.test.y_true])
        scores = {name: np.concatenate([split.tune.scores[name], split.test.scores[name]]) for name in drawn.models}
        rows = Predictions(y_true, scores, tuning=np.arange(y_true.size) < split.tune.n)
        for one in compare(rows).decisions:
            result = actual.results[one.curves.model]
            assert one.point.counts.f1() == result.choices["tuned"].value(F1)[j]
            assert one.curves.roc_auc == result.roc_auc[j]


def test_progress_is_reported_and_can_stop_the_computation() -> None:
    """It is reported once per repeat, up to 1; exceptions of the callback are passed on."""
    done: list[float] = []
    outcomes(REPEATED, on_progress=done.append)
    assert done == pytest.approx([1 / 3, 2 / 3, 1])

    def stop(_: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        outcomes(REPEATED, on_progress=stop)
