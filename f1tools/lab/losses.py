"""Training losses of the network, as functions of the classes and the logits of one batch.

The lab imports Keras from here, because its backend must be chosen before the import.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeAlias

os.environ["KERAS_BACKEND"] = "jax"  # networks are trained by JAX; Keras would choose TensorFlow

import keras
from keras import ops

__all__ = ["Loss", "get_loss", "keras", "pairwise_logistic", "soft_fbeta"]

Loss: TypeAlias = Callable[..., Any]
"""From classes, 0 or 1, and logits, both of shape (b, 1), to a scalar; cross-entropy also takes sample weights."""

_EPSILON = 1e-7  # Keras adds the same to a divisor that can be 0


def soft_fbeta(beta: float = 1.0) -> Loss:
    """Return the loss 1 - F-beta of a batch, with probabilities in place of decisions so that it has a gradient.

    A row of probability p counts as p of a positive prediction: TP is the sum of p over the positives, FP over the
    negatives, and FN the sum of 1 - p over the positives. A batch without positives has loss 1 and gradient 0.

    Parameters
    ----------
    beta : float
        Weight of recall relative to precision.

    Notes
    -----
    For beta = 1 this is ``keras.losses.Dice``. For other betas ``keras.losses.Tversky`` would do, but in Keras 3.15.1
    its ``alpha`` weights the false negatives and its ``beta`` the false positives, contrary to its documentation.

    Examples
    --------
    >>> import numpy as np
    >>> y_true, p = np.array([[1.0], [1.0], [0.0]]), np.array([[0.8], [0.6], [0.5]])
    >>> round(float(soft_fbeta(1.0)(y_true, np.log(p / (1 - p)))), 4)  # 1 - 2 * 1.4 / (2 + 1.9)
    0.2821
    """

    def loss(y_true: Any, logits: Any) -> Any:
        p = ops.sigmoid(logits)
        tp, fn = ops.sum(y_true * p), ops.sum(y_true * (1 - p))
        fp = ops.sum((1 - y_true) * p)
        weighted_tp = (1 + beta**2) * tp
        return 1 - weighted_tp / (weighted_tp + beta**2 * fn + fp + _EPSILON)

    return loss


def pairwise_logistic(y_true: Any, logits: Any) -> Any:
    """Compute RankNet's loss: the mean negative log-likelihood that a positive ranks above a negative of the batch.

    The probability that row i ranks above row j is modeled as sigmoid(s_i - s_j). A batch without a pair has loss 0.

    References
    ----------
    C. Burges et al., Learning to rank using gradient descent. Proceedings of the 22nd International Conference on
    Machine Learning (2005), 89-96.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(pairwise_logistic(np.array([[1.0], [0.0]]), np.array([[2.0], [0.5]]))), 4)  # ln(1 + exp(-1.5))
    0.2014
    """
    is_pair = y_true * ops.transpose(1 - y_true)
    margin = logits - ops.transpose(logits)
    return ops.sum(is_pair * ops.softplus(-margin)) / ops.maximum(ops.sum(is_pair), 1)


def get_loss(name: str, beta: float = 1.0) -> Loss:
    """Return a loss by its name.

    Parameters
    ----------
    name : str
        "cross_entropy", "soft_fbeta" or "ranknet".
    beta : float
        For ``"soft_fbeta"``.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    losses: dict[str, Loss] = {
        "cross_entropy": keras.losses.BinaryCrossentropy(from_logits=True),
        "soft_fbeta": soft_fbeta(beta),
        "ranknet": pairwise_logistic,
    }
    if name not in losses:
        raise ValueError(f"There is no loss {name!r}. Choose one of: {', '.join(losses)}.")
    return losses[name]
