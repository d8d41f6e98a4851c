"""The training losses of the network."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import fbeta_score, log_loss

from f1tools.lab.losses import Loss, get_loss, keras, pairwise_logistic, soft_fbeta

BETAS = [0.5, 1.0, 2.0]
Reference = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


def batch(seed: int, n: int = 24) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw classes and logits of a batch, both of shape (n, 1)."""
    rng = np.random.default_rng(seed)
    return (np.arange(n) % 3 == 0).astype(float)[:, np.newaxis], rng.normal(0, 2, (n, 1))


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the sigmoid in double precision."""
    return 1 / (1 + np.exp(-logits))


def reference_fbeta(beta: float) -> Reference:
    """Return 1 - F-beta of expected counts, computed from precision and recall in double precision."""

    def loss(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
        hits = float((y_true * sigmoid(logits)).sum())
        precision, recall = hits / float(sigmoid(logits).sum()), hits / float(y_true.sum())
        return 1 - (1 + beta**2) * precision * recall / (beta**2 * precision + recall)

    return loss


def reference_pairs(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
    """Compute RankNet's loss by a loop over all pairs."""
    rows = list(zip(y_true[:, 0].tolist(), logits[:, 0].tolist(), strict=True))
    pairs = [math.log1p(math.exp(-(i - j))) for yes, i in rows if yes == 1 for no, j in rows if no == 0]
    return sum(pairs) / len(pairs)


def reference_cross_entropy(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
    """Compute scikit-learn's log loss."""
    return float(log_loss(y_true[:, 0], sigmoid(logits)[:, 0]))


EACH: dict[str, tuple[Loss, Reference]] = {
    **{f"f{beta:g}": (get_loss("soft_fbeta", beta), reference_fbeta(beta)) for beta in BETAS},
    "pairs": (get_loss("ranknet"), reference_pairs),
    "cross_entropy": (get_loss("cross_entropy"), reference_cross_entropy),
}


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("seed", [0, 1])
def test_values_match_the_definition(name: str, seed: int) -> None:
    """F-beta by precision and recall, RankNet pair by pair, cross-entropy by scikit-learn."""
    loss, reference = EACH[name]
    y_true, logits = batch(seed)
    assert float(loss(y_true, logits)) == pytest.approx(reference(y_true, logits), rel=2e-6)


@pytest.mark.parametrize("name", EACH)
def test_gradients_match_central_differences(name: str) -> None:
    """Of the definition in double precision, one logit at a time."""
    loss, reference = EACH[name]
    y_true, logits = batch(2)
    slopes = []
    for row in range(len(logits)):
        step = np.zeros_like(logits)
        step[row] = 1e-5
        slopes.append((reference(y_true, logits + step) - reference(y_true, logits - step)) / 2e-5)
    actual = np.asarray(jax.grad(lambda z: loss(np.float32(y_true), z))(np.float32(logits)))[:, 0]
    assert actual == pytest.approx(np.array(slopes), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("beta", BETAS)
def test_certain_probabilities_give_fbeta(beta: float) -> None:
    """If each probability is 0 or 1, the surrogate is scikit-learn's F-beta of the decisions."""
    y_true, logits = batch(3)
    expected = fbeta_score(y_true[:, 0], logits[:, 0] > 0, beta=beta)
    assert 1 - float(soft_fbeta(beta)(y_true, 1000 * logits)) == pytest.approx(expected, rel=1e-5)


def test_soft_f1_is_keras_dice() -> None:
    """For beta = 1 Keras has the same loss."""
    y_true, logits = batch(4)
    dice = keras.losses.Dice()(y_true, keras.ops.sigmoid(logits))
    assert float(soft_fbeta(1.0)(y_true, logits)) == pytest.approx(float(dice), rel=1e-6)


@pytest.mark.parametrize("beta", [0.5, 2.0])
def test_soft_fbeta_is_tversky_with_swapped_coefficients(beta: float) -> None:
    """Keras documents that alpha weights false positives and beta false negatives; Keras 3.15.1 does the opposite."""
    y_true, logits = batch(5)
    misses, alarms = beta**2 / (1 + beta**2), 1 / (1 + beta**2)
    documented, swapped = (
        float(keras.losses.Tversky(alpha=alpha, beta=other)(y_true, keras.ops.sigmoid(logits)))
        for alpha, other in ((alarms, misses), (misses, alarms))
    )
    loss = float(soft_fbeta(beta)(y_true, logits))
    if keras.__version__ == "3.15.1":
        assert loss == pytest.approx(swapped, rel=1e-6)
        assert loss != pytest.approx(documented, rel=1e-2)
    else:
        assert min(abs(loss - documented), abs(loss - swapped)) < 1e-6


def test_pairwise_loss_of_extreme_margins() -> None:
    """Equal logits give ln 2, a positive far below its distance, one far above 0; a shift changes nothing."""
    y_true = np.array([[1.0], [0.0], [0.0]])
    for few, expected in [([5.0, 5.0, 5.0], math.log(2)), ([-400.0, 100.0, 100.0], 500), ([400.0, -100.0, -100.0], 0)]:
        assert float(pairwise_logistic(y_true, np.array([few]).T)) == pytest.approx(expected)
    y_true, logits = batch(6)
    shifted = float(pairwise_logistic(y_true, logits + 8))
    assert shifted == pytest.approx(float(pairwise_logistic(y_true, logits)), rel=1e-5)


@pytest.mark.parametrize(("name", "positive", "expected"), [("f1", 0.0, 1.0), ("pairs", 0.0, 0.0), ("pairs", 1.0, 0.0)])
def test_a_batch_of_one_class_has_no_gradient(name: str, positive: float, expected: float) -> None:
    """Without a positive for F-beta, without a pair for RankNet."""
    loss, _ = EACH[name]
    y_true, logits = np.full((4, 1), positive), np.array([[3.0], [-1.0], [0.5], [0.0]])
    value, slope = jax.value_and_grad(lambda z: loss(np.float32(y_true), z))(np.float32(logits))
    assert float(value) == expected
    assert not np.asarray(slope).any()


@pytest.mark.parametrize("name", EACH)
def test_extreme_logits_give_finite_losses(name: str) -> None:
    """Values and gradients, for right and wrong predictions."""
    loss: Any = EACH[name][0]
    y_true = np.array([[1], [1], [0], [0]], dtype=np.float32)
    logits = np.array([[1e6], [-1e6], [1e6], [-1e6]], dtype=np.float32)
    value, slope = jax.value_and_grad(lambda z: loss(y_true, z))(logits)
    assert np.isfinite(float(value))
    assert np.isfinite(np.asarray(slope)).all()


def test_unknown_losses_raise() -> None:
    """With the names of all losses."""
    with pytest.raises(ValueError, match=r"^There is no loss 'hinge'\. Choose one of: cross_entropy, soft_fbeta, ran"):
        get_loss("hinge")
