"""The network that all strategies train."""

from __future__ import annotations

import pickle
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import check_estimator

from f1tools.lab.compiled import CACHE_SIZE, Architecture, CompiledNetwork, compiled
from f1tools.lab.network import NetworkClassifier

PROJECT = Path(__file__).parents[2]


def problem(n: int = 90, width: int = 3, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draw features and classes, a third of them positive."""
    y = np.arange(n) % 3 == 0
    return np.random.default_rng(seed).normal(y[:, np.newaxis] * 1.2, 1.0, (n, width)), y


def small(**settings: Any) -> NetworkClassifier:
    """Make a network that trains quickly."""
    return NetworkClassifier(
        **{"hidden": (4,), "n_updates": 20, "batch_size": 16, "dropout": 0, "random_state": 1, **settings}
    )


def fitted_logits(**settings: Any) -> list[float]:
    """Train on the problem and return the logits of its rows."""
    rows, y = problem()
    return [float(value) for value in small(**settings).fit(rows, y).decision_function(rows)]


def test_it_is_a_scikit_learn_classifier() -> None:
    """It passes scikit-learn's checks."""
    check_estimator(small(hidden=(), learning_rate=0.05, weight_decay=0.1, n_updates=40, batch_size=32), on_skip=None)


def test_without_hidden_layers_it_is_a_logistic_regression() -> None:
    """Without regularization the probabilities are those of scikit-learn."""
    rows, y = problem(1200, seed=3)
    network = small(hidden=(), weight_decay=0, n_updates=500, batch_size=400, learning_rate=0.02)
    expected = LogisticRegression(C=np.inf).fit(rows, y).predict_proba(rows)
    assert network.fit(rows, y).predict_proba(rows) == pytest.approx(expected, abs=0.02)
    assert network.predict_proba(rows).sum(axis=1) == pytest.approx(1)


def test_a_reused_network_gives_the_same_bits_as_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result does not depend on earlier trainings, even with dropout; the cache of compiled networks is bounded."""
    assert compiled.cache_info().maxsize == CACHE_SIZE
    before = fitted_logits(dropout=0.3)
    small(dropout=0.3, random_state=7).fit(*problem(40, seed=9))
    again = fitted_logits(dropout=0.3)
    assert fitted_logits(dropout=0.3, random_state=2) != before != fitted_logits()
    monkeypatch.setattr("f1tools.lab.network.compiled", lru_cache(CompiledNetwork))
    assert fitted_logits(dropout=0.3) == again == before


def test_initial_weights_are_glorot_uniform() -> None:
    """They are uniform up to sqrt(6 / (fan_in + fan_out)); all biases but the last are 0."""
    architecture = Architecture(20, (4, 5), (8,), 0.0, 1.0, "cross_entropy", 1.0)
    drawn = compiled(architecture).initial_weights(np.random.default_rng(0), -1.5)
    # Windows of 3 by 3 over 1, then 8 channels; 16 channels of 1 by 2 remain for the dense layers.
    fans = {(3, 3, 1, 8): 9 + 72, (3, 3, 8, 16): 72 + 144, (32, 8): 32 + 8, (8, 1): 8 + 1}
    assert [kernel.shape for kernel in drawn[::2]] == list(fans)
    for kernel in drawn[::2]:
        limit = np.sqrt(6 / fans[kernel.shape])
        assert 0.8 * limit < np.abs(kernel).max() <= limit
        assert kernel.min() < 0 < kernel.max()
    assert [set(bias.tolist()) for bias in drawn[1::2]] == [{0.0}, {0.0}, {0.0}, {-1.5}]


def test_another_process_gives_the_same_scores() -> None:
    """The scores agree to the last bit."""
    program = "from tests.lab.test_network import fitted_logits\nprint(*(value.hex() for value in fitted_logits()))"
    run = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [value.hex() for value in fitted_logits()]
    assert run.stderr == ""


def test_a_fitted_network_is_independent_of_others() -> None:
    """Training another network does not change it, and it can be pickled."""
    rows, y = problem()
    first = small().fit(rows, y)
    logits = first.decision_function(rows).tolist()
    assert small(random_state=5).fit(rows, ~y).decision_function(rows).tolist() != logits
    assert pickle.loads(pickle.dumps(first)).decision_function(rows).tolist() == logits  # noqa: S301 - our own


@pytest.mark.parametrize("size", [5, 100])
def test_rows_are_scored_in_blocks(size: int) -> None:
    """The number of rows that are scored together changes neither the scores nor their order."""
    rows, y = problem(600)
    network = small().fit(rows, y)
    apart = np.concatenate([network.decision_function(rows[start : start + size]) for start in range(0, 600, size)])
    assert network.decision_function(rows) == pytest.approx(apart, rel=1e-5, abs=1e-6)


def recorded_batches(monkeypatch: pytest.MonkeyPatch, n: int, **settings: Any) -> list[NDArray[np.intp]]:
    """Fit on n rows and return the batches of each training."""
    recorded: list[NDArray[np.intp]] = []

    def train(self: CompiledNetwork, weights: Any, columns: Any, batches: Any, **settings: Any) -> Any:
        recorded.append(batches)
        return weights

    monkeypatch.setattr(CompiledNetwork, "train", train)
    small(**settings).fit(*problem(n))
    return recorded


@pytest.mark.parametrize("n", [10, 50, 500])
def test_the_number_of_updates_does_not_depend_on_the_rows(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """All rows are used equally often up to one; in balanced batches half of the rows is positive, not a third."""
    (batches,) = recorded_batches(monkeypatch, n)
    assert batches.shape == (20, 16)
    assert np.ptp(np.bincount(batches.ravel(), minlength=n)) <= 1
    (batches,) = recorded_batches(monkeypatch, n, balanced_batches=True, batch_size=17)
    assert batches.shape == (20, 17)
    assert (problem(n)[1][batches].sum(axis=1) == 8).all()


def test_soft_fbeta_can_start_with_cross_entropy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of updates stays the same; a share of 1 is plain training, and other losses ignore the share."""
    parts = recorded_batches(monkeypatch, 90, loss="soft_fbeta", cross_entropy_first=0.25)
    assert [len(part) for part in parts] == [5, 15]
    assert len(recorded_batches(monkeypatch, 90, loss="ranknet", cross_entropy_first=0.25)) == 1
    monkeypatch.undo()
    assert fitted_logits(loss="soft_fbeta", beta=2, cross_entropy_first=1) == fitted_logits()


@pytest.mark.parametrize(
    ("settings", "odds"),
    [
        ({}, 30 / 60),
        ({"class_weight": "balanced"}, 1),
        ({"class_weight": 5.0}, 5 * 30 / 60),
        ({"balanced_batches": True}, 1),
        ({"balanced_batches": True, "class_weight": 3}, 3),
    ],
    ids=["plain", "balanced_weights", "weight", "balanced_batches", "both"],
)
def test_the_initial_output_is_the_log_odds(settings: dict[str, Any], odds: float) -> None:
    """Without informative features and with learning rate 0, the predicted odds are those of the weighted classes."""
    rows, y = problem()
    network = small(hidden=(), n_updates=1, learning_rate=0, **settings).fit(0 * rows, y)
    assert network.predict_proba(0 * rows)[:, 1] == pytest.approx(odds / (1 + odds), rel=1e-6)


def test_weight_decay_excludes_biases() -> None:
    """With extreme decay the probability of every row is the share of positives, not 0.5."""
    rng = np.random.default_rng(0)
    rows, y = rng.normal(size=(200, 3)), np.arange(200) % 10 == 0
    network = small(weight_decay=100, n_updates=100, batch_size=200).fit(rows, y)
    assert network.predict_proba(rows)[:, 1] == pytest.approx(0.1, abs=0.01)


def test_only_the_ratio_of_weights_matters() -> None:
    """Class weights given by label or as a number lead to the same training."""
    logits = fitted_logits(class_weight=4)
    assert logits == fitted_logits(class_weight={True: 4, False: 1}) == fitted_logits(class_weight={True: 8, False: 2})
    assert fitted_logits(class_weight=1) == fitted_logits()
    assert fitted_logits(class_weight="balanced") == fitted_logits(class_weight=2)
    assert np.mean(logits) > np.mean(fitted_logits())


def test_ranknet_scores_are_standardized() -> None:
    """The training rows have mean 0 and standard deviation 1, the threshold is 0, and there are no probabilities."""
    rows, y = problem()
    network = small(loss="ranknet", n_updates=60, learning_rate=0.02).fit(rows, y)
    ranked = network.decision_function(rows)
    assert [ranked.mean(), ranked.std()] == pytest.approx([0, 1])
    assert roc_auc_score(y, ranked) > 0.8
    assert not hasattr(network, "predict_proba")
    assert network.predict(rows).tolist() == (ranked >= 0).tolist()
    flat = small(loss="ranknet").fit(0 * rows, y)
    assert flat.decision_function(0 * rows).tolist() == [0] * 90  # rounding errors are not scaled up


def test_convolutions_detect_shapes() -> None:
    """Horizontal and vertical bars at random positions are told apart, although no single pixel distinguishes them."""
    rng = np.random.default_rng(4)
    images, upright = 0.3 * rng.random((240, 4, 5)), np.arange(240) % 2 == 0
    for image, stands in zip(images, upright, strict=True):
        row, column = rng.integers(0, 4 - 2 * stands), rng.integers(0, 5 - 2 * (not stands))
        image[row : row + 1 + 2 * stands, column : column + 1 + 2 * (not stands)] += 1
    rows = images.reshape(240, 20)
    network = small(image_shape=(4, 5), hidden=(8,), n_updates=150, learning_rate=0.02, batch_size=32)
    network.fit(rows[:160], upright[:160])
    assert roc_auc_score(upright[160:], network.decision_function(rows[160:])) > 0.9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "hinge"}, "There is no loss 'hinge'"),
        ({"n_updates": 0}, "n_updates must be from 1 to 1,000,000, got 0"),
        ({"dropout": 1.0}, "dropout must be from 0 to 0.99, got 1.0"),
        ({"hidden": (4, 0)}, "hidden must be from 1 to 10,000, got 0"),
        ({"hidden": (10**9,)}, "hidden must be from 1 to 10,000, got 1000000000"),
        ({"image_shape": (2, 2)}, r"image_shape \(2, 2\) does not fit 3 features per row"),
        ({"loss": "ranknet", "class_weight": "balanced"}, "Only the loss cross_entropy can be weighted, not ranknet"),
        ({"class_weight": 0}, "class_weight must be above 0, got 0"),
        ({"class_weight": {True: 0, False: 1}}, "the weights leave one class"),
        ({"learning_rate": 10.0, "weight_decay": 1000, "n_updates": 30}, "The training diverged"),
        ({"huge": 1e39}, "too large for dtype"),
        ({"huge": 3e38, "learning_rate": 1.0}, "The training diverged"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_invalid_parameters_and_features_raise(settings: dict[str, Any], message: str) -> None:
    """The message names the parameter and its range; huge features raise without a warning from numpy."""
    rows, y = problem()
    if huge := settings.get("huge"):
        rows[:, 0] *= huge / np.abs(rows[:, 0]).max()
    with pytest.raises(ValueError, match=message):
        small(**{name: value for name, value in settings.items() if name != "huge"}).fit(rows, y)
