"""The strategies that the lab compares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC

from f1tools.lab.network import NetworkClassifier
from f1tools.lab.strategies import STRATEGIES, SmallSampleSMOTE, positive_scores, seeded
from f1tools.repeats import STRATEGY_INFO
from tests.lab.tables import FirstFeature

NETWORK = NetworkClassifier(hidden=(4,), n_updates=60, batch_size=32, learning_rate=0.02, dropout=0)


def problem(n: int = 200, positives: int = 40, shift: float = 1.5) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw two features and classes of 80 to 20."""
    y = np.arange(n) % n < positives
    rows = np.random.default_rng(2).normal(y[:, np.newaxis] * shift, 1.0, (n, 2))
    return rows.astype(np.float32), y.astype(np.int64)


def fit_recorder(name: str, **of_rows: int) -> tuple[NDArray[np.float32], NDArray[np.int64], Any]:
    """Return the original rows and labels, and the pipeline of a sampling strategy fitted around a stub."""
    rows, y = problem(**of_rows)
    pipeline = seeded(STRATEGIES[name](NETWORK, "balanced").set_params(network=FirstFeature()), 3)
    return rows, y, pipeline.fit(rows, y)


def as_set(rows: Any) -> set[tuple[float, ...]]:
    """Return the rows as a set."""
    return {tuple(row) for row in rows.tolist()}


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_strategy_learns(name: str) -> None:
    """It separates the classes on new rows, is reproducible, and changes neither its data nor the network."""
    rows, y = problem()
    rows_before, y_before, before = rows.copy(), y.copy(), str(NETWORK.get_params())
    estimator = STRATEGIES[name](NETWORK, "balanced")
    actual = [positive_scores(seeded(estimator, seed).fit(rows[::2], y[::2]), rows[1::2]) for seed in (5, 5, 6)]
    assert actual[0].dtype == np.float64
    assert actual[0].shape == (100,)
    assert np.isfinite(actual[0]).all()
    assert roc_auc_score(y[1::2], actual[0]) > 0.8  # the best is 0.93; chance is 0.5 ± 0.07
    assert actual[0].tolist() == actual[1].tolist() != actual[2].tolist()
    assert (rows == rows_before).all()
    assert (y == y_before).all()
    assert str(NETWORK.get_params()) == before
    if name != "ranknet":
        assert actual[0].min() >= 0
        assert actual[0].max() <= 1


@pytest.mark.parametrize("positives", [40, 4, 2, 1])
def test_smote_interpolates_between_positives(positives: int) -> None:
    """Each new row lies between two positives, however few there are; a single one is repeated."""
    rows, y, pipeline = fit_recorder("smote", positives=positives)
    recorder = pipeline[-1]
    assert np.bincount(recorder.labels_).tolist() == [200 - positives] * 2
    assert as_set(rows) <= as_set(recorder.rows_)
    new = recorder.rows_[len(rows) :].astype(np.float64)
    ends = rows[y == 1].astype(np.float64)
    detours = np.linalg.norm(new[:, np.newaxis, np.newaxis] - ends[:, np.newaxis], axis=-1) + np.linalg.norm(
        new[:, np.newaxis, np.newaxis] - ends, axis=-1
    )
    straight = np.linalg.norm(ends[:, np.newaxis] - ends, axis=-1)
    assert (detours - straight).min(axis=(1, 2)).max() < 1e-3


@pytest.mark.parametrize("name", ["undersample", "oversample", "smote"])
def test_sampling_is_for_training_only(name: str) -> None:
    """Rows to score are neither dropped nor repeated."""
    rows, _, pipeline = fit_recorder(name)
    assert positive_scores(pipeline, rows[:70]).tolist() == rows[:70, 0].tolist()


@pytest.mark.parametrize(("name", "size", "negatives"), [("undersample", 40, 40), ("oversample", 160, 160)])
def test_resampling_balances_the_classes(name: str, size: int, negatives: int) -> None:
    """Undersampling drops negatives, oversampling repeats positives, and no row is new."""
    rows, y, pipeline = fit_recorder(name)
    recorder = pipeline[-1]
    assert np.bincount(recorder.labels_).tolist() == [size, size]
    assert as_set(recorder.rows_[recorder.labels_ == 1]) == as_set(rows[y == 1])
    kept = as_set(recorder.rows_[recorder.labels_ == 0])
    assert len(kept) == negatives
    assert kept <= as_set(rows[y == 0])


def test_smote_keeps_its_parameters() -> None:
    """With enough rows the result is imbalanced-learn's."""
    rows, y = problem()
    sampler = clone(SmallSampleSMOTE(k_neighbors=1, random_state=0))
    expected = super(SmallSampleSMOTE, sampler).fit_resample(rows, y)
    assert [part.tolist() for part in sampler.fit_resample(rows, y)] == [part.tolist() for part in expected]


CHANGES: dict[str, dict[str, Any]] = {
    "ranknet": {"loss": "ranknet"},
    "soft_f1": {"loss": "soft_fbeta"},
    "soft_f1_warm": {"loss": "soft_fbeta", "cross_entropy_first": 0.5},
    "soft_f2": {"loss": "soft_fbeta", "beta": 2.0},
    "balanced_batches": {"balanced_batches": True},
}


@pytest.mark.parametrize("cost", ["balanced", 3.0])
@pytest.mark.parametrize("name", STRATEGY_INFO)
def test_each_strategy_changes_only_its_own_parameters(name: str, cost: str | float) -> None:
    """The loss, the weights or the batches differ; everything else is the same network for all strategies."""
    estimator = STRATEGIES[name](NETWORK, cost)
    step = "estimator" if name == "metacost" else "network"
    network = estimator if isinstance(estimator, NetworkClassifier) else estimator.get_params()[step]
    changes = {"class_weight": cost} if name == "class_weight" else CHANGES.get(name, {})
    assert network.get_params() == {**NETWORK.get_params(), **changes}
    if name == "metacost":
        assert estimator.positive_cost == cost
    sampler = {"undersample": RandomUnderSampler, "oversample": RandomOverSampler, "smote": SMOTE}.get(name)
    if sampler is not None:
        assert isinstance(estimator[0], sampler)
        assert estimator[0].get_params() == sampler().get_params()  # the defaults of the papers


def test_all_strategies_are_described() -> None:
    """The descriptions have the order of the strategies."""
    assert list(STRATEGIES) == list(STRATEGY_INFO)


@pytest.mark.parametrize("weight", [3.0, 0.5])
def test_class_weights_multiply_the_odds(weight: float) -> None:
    """A weight w of the positives shifts the logits of a correct model by ln w and keeps the order.

    The model is correct since both classes are normal with one covariance. With 4,000 rows the two intercepts have an
    error of about 0.05 together, and the last updates move them by about as much.
    """
    rows, y = problem(4000, positives=1200, shift=1.0)
    network = clone(NETWORK).set_params(hidden=(), weight_decay=0, n_updates=300, batch_size=512)
    plain, weighted = (
        positive_scores(seeded(STRATEGIES[name](network, weight), 1).fit(rows, y), rows)
        for name in ("plain", "class_weight")
    )
    shift = np.log(weighted / (1 - weighted)) - np.log(plain / (1 - plain))
    assert shift.mean() == pytest.approx(np.log(weight), abs=0.15)
    expected = weight * plain / (weight * plain + 1 - plain)
    assert spearmanr(weighted, expected).statistic > 0.99
    assert weighted == pytest.approx(expected, abs=0.06)


def test_scores_are_probabilities_if_there_are_any() -> None:
    """Classifiers without probabilities give the values of their decision function."""
    rows, y = problem()
    regression, machine = LogisticRegression().fit(rows, y), LinearSVC().fit(rows, y)
    assert positive_scores(regression, rows).tolist() == regression.predict_proba(rows)[:, 1].tolist()
    assert positive_scores(machine, rows).tolist() == machine.decision_function(rows).tolist()
