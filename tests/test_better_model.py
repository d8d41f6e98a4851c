"""Another model that does better, and whether the difference could be chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_curve

from f1tools.better_model import BetterModel, better_model
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.decision import compare
from f1tools.predictions import Predictions


def rows(n: int, shifts: dict[str, float], seed: int = 0, **options: Any) -> Predictions:
    """Return scores of some models that share half of their noise; positives score higher by the shift."""
    generator = np.random.default_rng(seed)
    y_true = generator.random(n) < 0.3
    shared = generator.normal(size=n)
    scores = {name: shift * y_true + shared + generator.normal(size=n) for name, shift in shifts.items()}
    return Predictions.from_arrays(y_true, scores, **options)


def better(predictions: Predictions, model: str, **options: Any) -> BetterModel | None:
    """Return the model that is better than this one."""
    own, *others = sorted(compare(predictions, **options).decisions, key=lambda each: each.curves.model != model)
    assert own.curves.model == model
    return better_model(predictions, own, others)


def best_f1(y_true: BoolArray, y_score: FloatArray) -> float:
    """Return the highest F1 of all thresholds by scikit-learn."""
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    return float(np.nan_to_num(2 * precision * recall / (precision + recall)).max())


def test_the_model_with_the_highest_value() -> None:
    """Of three models the best is named with both values; the best itself has no better one."""
    predictions = rows(2000, {"bad": 0.5, "good": 2.0, "better": 3.0})
    result = better(predictions, "good")
    assert result is not None
    assert result.name == "better"
    assert result.value == pytest.approx(best_f1(predictions.y_true, predictions.scores["better"]))
    assert result.reference == pytest.approx(best_f1(predictions.y_true, predictions.scores["good"]))
    assert not result.could_be_chance
    gap = round(result.value, 3) - round(result.reference, 3)
    assert result.sentence == (
        f"better reaches F1 {result.value:.3f} at its own best threshold and is better than this model at these fixed "
        f"thresholds: {gap:.3f} above its {result.reference:.3f}."
    )
    assert better(predictions, "better") is None


def test_equal_values_are_not_better() -> None:
    """A model with the same scores, or with a difference that is not displayed, is not named."""
    predictions = rows(300, {"one": 1.0})
    score = predictions.scores["one"]
    assert better(Predictions.from_arrays(predictions.y_true, {"one": score, "two": 2 * score}), "one") is None


def test_roles() -> None:
    """Each model has the threshold of the tuning set and its value on the evaluation set."""
    tuning = np.arange(1000) % 2 == 0
    predictions = rows(1000, {"bad": 0.5, "good": 2.0}, tuning=tuning)
    result = better(predictions, "bad")
    assert result is not None
    y_score, y_true = predictions.scores["good"], predictions.y_true
    precision, recall, thresholds = precision_recall_curve(y_true[tuning], y_score[tuning])
    chosen = thresholds[np.argmax(precision * recall / (precision + recall))]
    assert result.value == pytest.approx(f1_score(y_true[~tuning], y_score[~tuning] >= chosen))


@pytest.mark.parametrize("weighted", [False, True])
def test_equally_good_models(weighted: bool) -> None:
    """Of two models that are equally good, the one that happens to be ahead is seldom called clearly better."""
    clear = 0
    for seed in range(200):
        weight = np.random.default_rng(seed).exponential(size=300) + 0.1 if weighted else None
        predictions = rows(300, {"a": 1.5, "b": 1.5}, seed, sample_weight=weight)
        found = [each for each in map(lambda name: better(predictions, name), "ab") if each is not None]  # noqa: C417
        clear += any(not each.could_be_chance for each in found)
    assert clear <= 20  # 10 of 200 are expected; more than 20 have a probability below 0.002


def test_the_difference_agrees_with_a_bootstrap_of_the_rows() -> None:
    """Weights of 2 stand for two rows that are drawn together: as certain as half of the rows, not as all of them."""
    shifts = {"a": 1.0, "b": 1.35}
    verdicts = {}
    for name, n, weight in (("few", 450, None), ("doubled", 450, np.full(450, 2.0)), ("many", 9000, None)):
        result = better(rows(n, shifts, sample_weight=weight), "a")
        assert result is not None
        verdicts[name] = result.could_be_chance
    assert verdicts["few"] == verdicts["doubled"]
    assert not verdicts["many"]


def test_models_that_drop_constraints_are_left_out() -> None:
    """A model that cannot meet the constraints is no alternative to one that can."""
    predictions = rows(400, {"a": 2.0})
    coarse = np.where(predictions.y_true, 1.0, 0.0)
    coarse[~predictions.y_true] = np.where(np.arange((~predictions.y_true).sum()) < 3, 1.0, 0.0)  # perfect but for 3
    both = Predictions.from_arrays(predictions.y_true, {"a": predictions.scores["a"], "coarse": coarse})
    result = better(both, "a")
    assert result is not None
    assert result.name == "coarse"
    assert better(both, "a", constraints=[Constraint.at_most("flagged", 5)]) is None


@pytest.mark.parametrize("n_errors", [1, 2])
def test_few_errors_are_no_evidence(n_errors: int) -> None:
    """A model without an error on a dozen rows is not clearly better than one with one or two."""
    y_true = np.arange(12) % 3 == 0
    y_score = np.where(y_true, 0.8, 0.2)
    y_score[np.flatnonzero(~y_true)[:n_errors]] = 0.9
    result = better(Predictions.from_arrays(y_true, {"a": y_score, "b": y_true.astype(float)}), "a")
    assert result is not None
    assert result.could_be_chance


def test_without_rows_nothing_tells_chance() -> None:
    """Of counts alone the values are compared, and the sentence says what is missing."""
    predictions = rows(400, {"weak": 0.2, "strong": 3.0})
    weak, strong = compare(predictions).decisions
    found = better_model(None, weak, [strong])
    assert found is not None
    assert (found.name, found.value, found.could_be_chance) == ("strong", strong.evaluation.value, True)
    assert found.sentence.endswith("only rows tell whether this could be chance.")
    assert better_model(None, strong, [weak]) is None
