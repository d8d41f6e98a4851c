"""What the lab compares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC

from f1tools.lab.network import NetworkClassifier
from f1tools.lab.strategies import STRATEGIES, SmallSMOTE, scores, seeded
from f1tools.repeats import STRATEGY_INFO

NETWORK = NetworkClassifier(hidden=(4,), n_updates=60, batch_size=32, learning_rate=0.02, dropout=0)


class Witness(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A stub that remembers what it was trained on."""

    def fit(self, X: Any, y: Any) -> Witness:  # noqa: N803 (scikit-learn's name)
        self.rows_, self.labels_, self.classes_ = X, y, np.unique(y)
        return self

    def decision_function(self, X: Any) -> Any:  # noqa: N803
        return X[:, 0]


def problem(n: int = 200, positives: int = 40, shift: float = 1.5) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw two features and a truth of 80/20."""
    y = np.arange(n) % n < positives
    rows = np.random.default_rng(2).normal(y[:, np.newaxis] * shift, 1.0, (n, 2))
    return rows.astype(np.float32), y.astype(np.int64)


def trained_on(name: str, **of_rows: int) -> tuple[NDArray[np.float32], NDArray[np.int64], Any]:
    """Give the rows that a sampling strategy was handed, its labels, and what its network saw."""
    rows, y = problem(**of_rows)
    pipeline = seeded(STRATEGIES[name](NETWORK, "balanced").set_params(network=Witness()), 3)
    return rows, y, pipeline.fit(rows, y)


def as_set(rows: Any) -> set[tuple[float, ...]]:
    """Give rows as a set."""
    return {tuple(row) for row in rows.tolist()}


def test_they_are_these() -> None:
    """Those that people are told about, in the same order."""
    assert list(STRATEGIES) == list(STRATEGY_INFO)


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_strategy_learns(name: str) -> None:
    """It tells the classes apart on new rows, gives the same from the same seed, and leaves all that it is given."""
    rows, y = problem()
    kept_rows, kept_y, before = rows.copy(), y.copy(), str(NETWORK.get_params())
    estimator = STRATEGIES[name](NETWORK, "balanced")
    found = [scores(seeded(estimator, seed).fit(rows[::2], y[::2]), rows[1::2]) for seed in (5, 5, 6)]
    assert found[0].dtype == np.float64
    assert found[0].shape == (100,)
    assert np.isfinite(found[0]).all()
    assert roc_auc_score(y[1::2], found[0]) > 0.8  # the best possible is 0.93; chance is 0.5, give or take 0.07
    assert found[0].tolist() == found[1].tolist() != found[2].tolist()
    assert (rows == kept_rows).all()
    assert (y == kept_y).all()
    assert str(NETWORK.get_params()) == before
    if name != "ranknet":
        assert found[0].min() >= 0
        assert found[0].max() <= 1


def test_undersampling_leaves_out_negatives() -> None:
    """As many of both are left: all positives, and negatives that were there."""
    rows, y, pipeline = trained_on("undersample")
    seen = pipeline[-1]
    assert np.bincount(seen.labels_).tolist() == [40, 40]
    assert as_set(seen.rows_[seen.labels_ == 1]) == as_set(rows[y == 1])
    assert len(as_set(seen.rows_[seen.labels_ == 0])) == 40
    assert as_set(seen.rows_[seen.labels_ == 0]) < as_set(rows[y == 0])


def test_oversampling_repeats_positives() -> None:
    """As many of both are there then: no row is new, none is left out, no negative is there twice."""
    rows, y, pipeline = trained_on("oversample")
    seen = pipeline[-1]
    assert np.bincount(seen.labels_).tolist() == [160, 160]
    assert as_set(seen.rows_[seen.labels_ == 1]) == as_set(rows[y == 1])
    assert as_set(seen.rows_[seen.labels_ == 0]) == as_set(rows[y == 0])


@pytest.mark.parametrize("positives", [40, 4, 2, 1])
def test_smote_puts_positives_between_positives(positives: int) -> None:
    """Each new row lies between two old positives, however few there are; a single one is repeated."""
    rows, y, pipeline = trained_on("smote", positives=positives)
    seen = pipeline[-1]
    assert np.bincount(seen.labels_).tolist() == [200 - positives] * 2
    assert as_set(rows) <= as_set(seen.rows_)
    new = seen.rows_[len(rows) :].astype(np.float64)
    ends = rows[y == 1].astype(np.float64)
    detours = np.linalg.norm(new[:, np.newaxis, np.newaxis] - ends[:, np.newaxis], axis=-1) + np.linalg.norm(
        new[:, np.newaxis, np.newaxis] - ends, axis=-1
    )
    straight = np.linalg.norm(ends[:, np.newaxis] - ends, axis=-1)
    assert (detours - straight).min(axis=(1, 2)).max() < 1e-3


@pytest.mark.parametrize("name", ["undersample", "oversample", "smote"])
def test_sampling_is_for_training_only(name: str) -> None:
    """Rows to score are neither dropped nor added to."""
    rows, _, pipeline = trained_on(name)
    assert scores(pipeline, rows[:70]).tolist() == rows[:70, 0].tolist()


def test_smote_keeps_its_settings() -> None:
    """Where there are rows enough it is imbalanced-learn's own."""
    rows, y = problem()
    sampler = clone(SmallSMOTE(k_neighbors=1, random_state=0))
    theirs = super(SmallSMOTE, sampler).fit_resample(rows, y)
    assert [part.tolist() for part in sampler.fit_resample(rows, y)] == [part.tolist() for part in theirs]


@pytest.mark.parametrize("cost", ["balanced", 3.0])
def test_the_cost_of_a_miss_reaches_those_that_weigh(cost: str | float) -> None:
    """Class weights and MetaCost take it; the network of all others is not weighted."""
    made = {name: strategy(NETWORK, cost).get_params() for name, strategy in STRATEGIES.items()}
    assert made["class_weight"]["class_weight"] == cost
    assert made["metacost"]["positive_cost"] == cost
    for name, params in made.items():
        weights = [value for key, value in params.items() if key.rpartition("__")[2] == "class_weight"]
        assert weights == ([cost] if name == "class_weight" else [None])


def test_all_train_the_same_network() -> None:
    """Whatever else they do: same layers, same regularisation, same budget."""
    shared = ("hidden", "image_shape", "dropout", "weight_decay", "n_updates", "batch_size", "learning_rate")
    for strategy in STRATEGIES.values():
        made = strategy(NETWORK, "balanced").get_params()
        inside = {key.rpartition("__")[2]: value for key, value in made.items() if key.rpartition("__")[2] in shared}
        assert inside == {key: getattr(NETWORK, key) for key in shared}


CHANGES: dict[str, dict[str, Any]] = {
    "plain": {},
    "undersample": {},
    "oversample": {},
    "class_weight": {"class_weight": 3.0},
    "smote": {},
    "metacost": {},
    "ranknet": {"loss": "ranknet"},
    "soft_f1": {"loss": "soft_fbeta"},
    "soft_f1_warm": {"loss": "soft_fbeta", "cross_entropy_first": 0.5},
    "soft_f2": {"loss": "soft_fbeta", "beta": 2.0},
    "balanced_batches": {"balanced_batches": True},
}


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_strategy_changes_what_its_name_says(name: str) -> None:
    """Its loss, with the beta of its name, its weights or its batches; all else is the network's, as it was."""
    made = STRATEGIES[name](NETWORK, 3.0)
    inside = {"metacost": "estimator"}.get(name, "network")
    network = made if isinstance(made, NetworkClassifier) else made.get_params()[inside]
    assert network.get_params() == {**NETWORK.get_params(), **CHANGES[name]}
    sampler = {"undersample": RandomUnderSampler, "oversample": RandomOverSampler, "smote": SMOTE}.get(name)
    if sampler is not None:
        assert isinstance(made[0], sampler)
        ours, theirs = made[0].get_params(), sampler().get_params()
        assert ours == theirs  # five neighbours and both classes equal, as in their papers


@pytest.mark.parametrize("weight", [3.0, 0.5])
def test_class_weights_multiply_the_odds(weight: float) -> None:
    """Weights of w for the positives shift the logits of a right model by ln w, and leave the order.

    The model is right: both classes are normal with one covariance. With 4,000 rows the two intercepts differ from
    what they estimate by about 0.05 together; the last steps of the training move them by about as much.
    """
    rows, y = problem(4000, positives=1200, shift=1.0)
    network = clone(NETWORK).set_params(hidden=(), weight_decay=0, n_updates=300, batch_size=512)
    plain, weighted = (
        scores(seeded(STRATEGIES[name](network, weight), 1).fit(rows, y), rows) for name in ("plain", "class_weight")
    )
    shift = np.log(weighted / (1 - weighted)) - np.log(plain / (1 - plain))
    assert shift.mean() == pytest.approx(np.log(weight), abs=0.15)
    expected = weight * plain / (weight * plain + 1 - plain)
    assert spearmanr(weighted, expected).statistic > 0.99
    assert weighted == pytest.approx(expected, abs=0.06)


def test_scores_are_chances_where_there_are_any() -> None:
    """Of the second class; else the distance from the boundary."""
    rows, y = problem()
    regression, machine = LogisticRegression().fit(rows, y), LinearSVC().fit(rows, y)
    assert scores(regression, rows).tolist() == regression.predict_proba(rows)[:, 1].tolist()
    assert scores(machine, rows).tolist() == machine.decision_function(rows).tolist()
