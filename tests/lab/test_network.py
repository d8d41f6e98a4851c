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

from f1tools.lab import compiled as compiled_module
from f1tools.lab.compiled import CompiledNetwork, Design, compiled
from f1tools.lab.network import NetworkClassifier

PROJECT = Path(__file__).parents[2]


def problem(n: int = 90, width: int = 3, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draw features and a truth of which a third is positive."""
    y = np.arange(n) % 3 == 0
    return np.random.default_rng(seed).normal(y[:, np.newaxis] * 1.2, 1.0, (n, width)), y


def small(**settings: Any) -> NetworkClassifier:
    """Make a network that trains in no time."""
    return NetworkClassifier(
        **{"hidden": (4,), "n_updates": 20, "batch_size": 16, "dropout": 0, "random_state": 1, **settings}
    )


def decided(**settings: Any) -> list[float]:
    """Train on the problem and give what it says of its rows."""
    rows, y = problem()
    return [float(value) for value in small(**settings).fit(rows, y).decision_function(rows)]


def test_it_is_a_scikit_learn_classifier() -> None:
    """As scikit-learn checks it, but that a weight of 2 is no row twice: batches are drawn from rows."""
    network = small(hidden=(), learning_rate=0.05, weight_decay=0.1, n_updates=40, batch_size=32)
    reason = {"check_sample_weight_equivalence_on_dense_data": "batches are drawn from rows, whatever their weights"}
    found = check_estimator(network, expected_failed_checks=reason, on_skip=None)
    assert [each["check_name"] for each in found if each["status"] == "xfail"] == list(reason)


def test_it_learns_what_a_logistic_regression_learns() -> None:
    """Without a hidden layer and left free, its chances are those of scikit-learn's regression."""
    rows, y = problem(1200, seed=3)
    network = small(hidden=(), weight_decay=0, n_updates=500, batch_size=400, learning_rate=0.02)
    theirs = LogisticRegression(C=np.inf).fit(rows, y).predict_proba(rows)
    assert network.fit(rows, y).predict_proba(rows) == pytest.approx(theirs, abs=0.02)
    assert network.predict_proba(rows).sum(axis=1) == pytest.approx(1)


def test_a_network_that_is_used_again_is_as_good_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was trained before, on other rows or from other seeds, changes no bit, dropout included."""
    before = decided(dropout=0.3)
    other, truth = problem(40, seed=9)
    small(dropout=0.3, random_state=7).fit(other, truth)
    again = decided(dropout=0.3)
    assert decided(dropout=0.3, random_state=2) != before != decided()
    monkeypatch.setattr("f1tools.lab.network.compiled", lru_cache(CompiledNetwork))
    assert decided(dropout=0.3) == again == before


def test_first_weights_are_glorots() -> None:
    """Uniform, as far as sqrt(6 / (what comes in + what goes out)); biases are 0 but for the last."""
    design = Design(20, (4, 5), (8,), 0.0, 1.0, "cross_entropy", 1.0)
    drawn = compiled(design).first_weights(np.random.default_rng(0), -1.5)
    # Windows of 3 by 3 over 1, then 8 maps; 16 maps of 1 by 2 are left for the dense layers.
    ends = {(3, 3, 1, 8): 9 + 72, (3, 3, 8, 16): 72 + 144, (32, 8): 32 + 8, (8, 1): 8 + 1}
    assert [kernel.shape for kernel in drawn[::2]] == list(ends)
    for kernel in drawn[::2]:
        reach = np.sqrt(6 / ends[kernel.shape])
        assert 0.8 * reach < np.abs(kernel).max() <= reach
        assert kernel.min() < 0 < kernel.max()
    assert [set(bias.tolist()) for bias in drawn[1::2]] == [{0.0}, {0.0}, {0.0}, {-1.5}]


def test_another_process_gives_the_same_scores() -> None:
    """To the last bit."""
    program = "from tests.lab.test_network import decided\nprint(*(value.hex() for value in decided()))"
    run = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [value.hex() for value in decided()]
    assert run.stderr == ""


def test_a_fitted_network_can_be_kept() -> None:
    """It is its weights: others can be trained meanwhile, and it can be pickled."""
    rows, y = problem()
    first = small().fit(rows, y)
    said = first.decision_function(rows).tolist()
    second = small(random_state=5).fit(rows, ~y)
    assert second.decision_function(rows).tolist() != said
    assert pickle.loads(pickle.dumps(first)).decision_function(rows).tolist() == said  # noqa: S301 - our own
    assert first.decision_function(rows[:5]) == pytest.approx(np.array(said[:5]), rel=1e-5)


def test_many_rows_are_scored_block_by_block() -> None:
    """Each gets the score that it gets alone, in the order of the rows."""
    rows, y = problem(600)
    network = small().fit(rows, y)
    apart = np.concatenate([network.decision_function(rows[start : start + 100]) for start in range(0, 600, 100)])
    assert network.decision_function(rows) == pytest.approx(apart, rel=1e-5, abs=1e-6)


def spied(monkeypatch: pytest.MonkeyPatch, n: int, **settings: Any) -> list[NDArray[np.intp]]:
    """Fit on n rows and give the batches of each training."""
    seen: list[NDArray[np.intp]] = []

    def train(self: CompiledNetwork, weights: Any, columns: Any, batches: Any, **settings: Any) -> Any:
        seen.append(batches)
        return weights

    monkeypatch.setattr(CompiledNetwork, "train", train)
    small(**settings).fit(*problem(n))
    return seen


@pytest.mark.parametrize("n", [10, 50, 500])
def test_the_budget_is_the_same_whatever_the_rows(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """So many batches of so many rows; each row is used as often as any other, or once more or less."""
    (batches,) = spied(monkeypatch, n)
    assert batches.shape == (20, 16)
    used = np.bincount(batches.ravel(), minlength=n)
    assert used.max() - used.min() <= 1


@pytest.mark.parametrize("n", [10, 500])
def test_batches_can_be_balanced(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """Half of each is positive, though a third of the rows is."""
    (batches,) = spied(monkeypatch, n, balanced_batches=True, batch_size=17)
    assert batches.shape == (20, 17)
    assert (problem(n)[1][batches].sum(axis=1) == 8).all()


def test_soft_fbeta_begins_with_a_share_of_cross_entropy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the same budget; all of it makes it plain training, and it has no place elsewhere."""
    parts = spied(monkeypatch, 90, loss="soft_fbeta", cross_entropy_first=0.25)
    assert [len(part) for part in parts] == [5, 15]
    assert len(spied(monkeypatch, 90, loss="ranknet", cross_entropy_first=0.25)) == 1
    monkeypatch.undo()
    assert decided(loss="soft_fbeta", beta=2, cross_entropy_first=1) == decided()


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
def test_training_begins_at_the_odds_that_it_is_shown(settings: dict[str, Any], odds: float) -> None:
    """Where the features say nothing and nothing is learned, these odds are the chances."""
    rows, y = problem()
    network = small(hidden=(), n_updates=1, learning_rate=0, **settings).fit(0 * rows, y)
    assert network.predict_proba(0 * rows)[:, 1] == pytest.approx(odds / (1 + odds), rel=1e-6)


def test_decay_leaves_the_odds_alone() -> None:
    """Where the weights are held at nothing, the chance of every row is still the share of positives, not a half."""
    rng = np.random.default_rng(0)
    rows, y = rng.normal(size=(200, 3)), np.arange(200) % 10 == 0
    network = small(weight_decay=100, n_updates=100, batch_size=200).fit(rows, y)
    assert network.predict_proba(rows)[:, 1] == pytest.approx(0.1, abs=0.01)


def test_weights_are_what_they_are_to_each_other() -> None:
    """By label, by class, by row or by number, at any scale: the same training."""
    rows, y = problem()
    row_weight = np.where(y, 4.0, 1.0)
    said = decided(class_weight=4)
    assert said == decided(class_weight={True: 4, False: 1}) == decided(class_weight={True: 8, False: 2})
    for scale in (1, 0.5):
        assert small().fit(rows, y, sample_weight=scale * row_weight).decision_function(rows).tolist() == said
    assert decided(class_weight=1) == decided()
    assert decided(class_weight="balanced") == decided(class_weight=2)
    assert np.mean(said) > np.mean(decided())


def test_ranknet_gives_an_order_in_standard_deviations() -> None:
    """Mean 0 and standard deviation 1 on the training rows; no chances; the mean divides the labels."""
    rows, y = problem()
    network = small(loss="ranknet", n_updates=60, learning_rate=0.02).fit(rows, y)
    ranked = network.decision_function(rows)
    assert [ranked.mean(), ranked.std()] == pytest.approx([0, 1])
    assert roc_auc_score(y, ranked) > 0.8
    assert not hasattr(network, "predict_proba")
    assert network.predict(rows).tolist() == (ranked >= 0).tolist()
    flat = small(loss="ranknet").fit(0 * rows, y)
    assert flat.decision_function(0 * rows).tolist() == [0] * 90  # no differences are made of rounding


def test_images_are_seen_as_such() -> None:
    """A bar that lies or stands, anywhere: pixels one by one say nothing about it, convolutions find it."""
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
    ("settings", "said"),
    [
        ({"loss": "hinge"}, "There is no loss 'hinge'"),
        ({"n_updates": 0}, "n_updates must be from 1 to 1,000,000, got 0"),
        ({"dropout": 1.0}, "dropout must be from 0 to 0.99, got 1.0"),
        ({"hidden": (4, 0)}, "hidden must hold numbers of units"),
        ({"hidden": (10**9,)}, "hidden must hold numbers of units, from 1 to 10,000 a layer"),
        ({"image_shape": (2, 2)}, r"image_shape \(2, 2\) does not fit 3 features"),
        ({"loss": "ranknet", "class_weight": "balanced"}, "Only the loss cross_entropy can be weighted, not ranknet"),
        ({"class_weight": 0}, "class_weight must be above 0, got 0"),
        ({"class_weight": {True: 0, False: 1}}, "the weights leave one class"),
        ({"learning_rate": 10.0, "weight_decay": 1000, "n_updates": 30}, "The training diverged"),
    ],
    ids=["loss", "updates", "dropout", "hidden", "huge", "image", "weighted", "weight", "no_class", "diverged"],
)
def test_what_cannot_be_trained_is_said(settings: dict[str, Any], said: str) -> None:
    """Before any training but for what only shows there."""
    with pytest.raises(ValueError, match=said):
        decided(**settings)


@pytest.mark.parametrize(("huge", "said"), [(1e39, "too large for dtype"), (3e38, "The training diverged")])
def test_features_out_of_range_are_said(huge: float, said: str) -> None:
    """In words; no warning of numpy's escapes."""
    rows, y = problem()
    rows[:, 0] *= huge / np.abs(rows[:, 0]).max()
    with pytest.raises(ValueError, match=said):
        small(learning_rate=1.0).fit(rows, y)


def test_few_compiled_networks_are_kept() -> None:
    """The least used of them goes."""
    assert compiled.cache_info().maxsize == compiled_module._KEPT
