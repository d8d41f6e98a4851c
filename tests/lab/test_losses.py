"""Tests of the network's training losses against their definitions in double precision, scikit-learn and Keras."""

from __future__ import annotations

import math
from collections.abc import Callable

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
    """Return 1 - F-beta of expected counts, computed from precision and recall."""

    def loss(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
        tp = float((y_true * sigmoid(logits)).sum())
        precision, recall = tp / float(sigmoid(logits).sum()), tp / float(y_true.sum())
        return 1 - (1 + beta**2) * precision * recall / (beta**2 * precision + recall)

    return loss


def reference_ranknet(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
    """Compute RankNet's loss by a loop over all pairs."""
    rows = list(zip(y_true[:, 0].tolist(), logits[:, 0].tolist(), strict=True))
    pairs = [math.log1p(math.exp(-(i - j))) for yes, i in rows if yes == 1 for no, j in rows if no == 0]
    return sum(pairs) / len(pairs)


def reference_cross_entropy(y_true: NDArray[np.float64], logits: NDArray[np.float64]) -> float:
    """Compute scikit-learn's log loss."""
    return float(log_loss(y_true[:, 0], sigmoid(logits)[:, 0]))


LOSSES: dict[str, tuple[Loss, Reference]] = {
    **{f"f{beta:g}": (get_loss("soft_fbeta", beta), reference_fbeta(beta)) for beta in BETAS},
    "ranknet": (get_loss("ranknet"), reference_ranknet),
    "cross_entropy": (get_loss("cross_entropy"), reference_cross_entropy),
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("seed", [0, 1])
def test_values_equal_the_definition(name: str, seed: int) -> None:
    """Each loss has the value of its definition."""
    loss, reference = LOSSES[name]
    y_true, logits = batch(seed)
    assert float(loss(y_true, logits)) == pytest.approx(reference(y_true, logits), rel=2e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_equal_central_differences(name: str) -> None:
    """The gradient is that of the definition, one logit at a time."""
    loss, reference = LOSSES[name]
    y_true, logits = batch(2)
    steps = 1e-5 * np.eye(len(logits))[:, :, np.newaxis]
    slopes = [(reference(y_true, logits + step) - reference(y_true, logits - step)) / 2e-5 for step in steps]
    gradient = np.asarray(jax.grad(lambda z: loss(np.float32(y_true), z))(np.float32(logits)))[:, 0]
    assert gradient == pytest.approx(np.array(slopes), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("beta", BETAS)
def test_soft_fbeta_of_certain_probabilities_equals_scikit_learn(beta: float) -> None:
    """If each probability is 0 or 1, the surrogate is the F-beta of the decisions."""
    y_true, logits = batch(3)
    expected = fbeta_score(y_true[:, 0], logits[:, 0] > 0, beta=beta)
    assert 1 - float(soft_fbeta(beta)(y_true, 1000 * logits)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("beta", BETAS)
def test_soft_fbeta_equals_keras(beta: float) -> None:
    """The loss is Tversky's, and for beta = 1 Dice's.

    Keras documents that alpha weights false positives and beta false negatives, but Keras 3.15.1 does the opposite.
    """
    y_true, logits = batch(5)
    misses, false_alarms = beta**2 / (1 + beta**2), 1 / (1 + beta**2)
    losses = [keras.losses.Tversky(alpha=misses, beta=false_alarms)]
    if keras.__version__ != "3.15.1":
        losses.append(keras.losses.Tversky(alpha=false_alarms, beta=misses))
    actual = float(soft_fbeta(beta)(y_true, logits))
    probabilities = keras.ops.sigmoid(logits)
    assert any(actual == pytest.approx(float(loss(y_true, probabilities)), rel=1e-6) for loss in losses)
    if beta == 1:
        assert actual == pytest.approx(float(keras.losses.Dice()(y_true, probabilities)), rel=1e-6)


@pytest.mark.parametrize(
    ("logits", "expected"),
    [([5.0, 5.0, 5.0], math.log(2)), ([-400.0, 100.0, 100.0], 500), ([400.0, -100.0, -100.0], 0)],
)
def test_ranknet_loss_of_extreme_margins(logits: list[float], expected: float) -> None:
    """Equal logits give ln 2, a positive far below gives its distance, one far above gives 0; a shift has no effect."""
    for shift in (0, 8):
        loss = pairwise_logistic(np.array([[1.0], [0.0], [0.0]]), np.array([logits]).T + shift)
        assert float(loss) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "label", "expected"), [("f1", 0.0, 1.0), ("ranknet", 0.0, 0.0), ("ranknet", 1.0, 0.0)]
)
def test_a_batch_of_one_class_has_no_gradient(name: str, label: float, expected: float) -> None:
    """F-beta needs a positive row, and RankNet a pair of rows."""
    loss, _ = LOSSES[name]
    y_true, logits = np.full((4, 1), label), np.array([[3.0], [-1.0], [0.5], [0.0]])
    value, gradient = jax.value_and_grad(lambda z: loss(np.float32(y_true), z))(np.float32(logits))
    assert float(value) == expected
    assert not np.asarray(gradient).any()


@pytest.mark.parametrize("name", LOSSES)
def test_extreme_logits_have_finite_losses_and_gradients(name: str) -> None:
    """Both correct and wrong predictions may be certain."""
    loss, _ = LOSSES[name]
    y_true = np.array([[1], [1], [0], [0]], dtype=np.float32)
    logits = np.array([[1e6], [-1e6], [1e6], [-1e6]], dtype=np.float32)
    value, gradient = jax.value_and_grad(lambda z: loss(y_true, z))(logits)
    assert np.isfinite(float(value))
    assert np.isfinite(np.asarray(gradient)).all()


def test_unknown_loss_raises() -> None:
    """The message lists the losses."""
    with pytest.raises(ValueError, match=r"^There is no loss 'hinge'\. Choose one of: cross_entropy, soft_fbeta, ran"):
        get_loss("hinge")
