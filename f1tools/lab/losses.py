"""What a network can be trained to make small. All losses take the truth and the logits of one batch.

Keras is imported here, for the whole lab: which of its backends computes has to be said before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeAlias

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras would take TensorFlow, which requirements-lab.txt leaves out

import keras
from keras import ops

__all__ = ["LOSSES", "Loss", "keras", "loss_named", "pairwise_logistic", "soft_fbeta"]

Loss: TypeAlias = Callable[[Any, Any], Any]
"""From the truth, 0 or 1, and the logits, both of shape (b, 1), to a number."""

LOSSES = ("cross_entropy", "soft_fbeta", "ranknet")
"""The names :func:`loss_named` knows."""

_TINY = 1e-7  # what Keras adds to a divisor that can be 0; lost beside any other


def soft_fbeta(beta: float = 1.0) -> Loss:
    """Give 1 - F-beta of a batch with chances in the place of calls, so that it has a gradient.

    A row of chance p counts as p of a call: TP is the sum of p over the positives, FP over the negatives, FN the sum
    of 1 - p over the positives. A batch without positives teaches nothing: its loss is 1, its gradient 0.

    Parameters
    ----------
    beta : float
        How many times more recall counts than precision.

    Notes
    -----
    For beta = 1 this is ``keras.losses.Dice``. ``keras.losses.Tversky`` would be the other betas, but in Keras 3.15.1
    its ``alpha`` weighs the missed positives and its ``beta`` the false alarms, against its documentation: whoever
    relies on either gets the wrong loss with the next version or with this one. Hence one formula for all betas.

    Examples
    --------
    >>> import numpy as np
    >>> y_true, chance = np.array([[1.0], [1.0], [0.0]]), np.array([[0.8], [0.6], [0.5]])
    >>> round(float(soft_fbeta(1.0)(y_true, np.log(chance / (1 - chance)))), 4)  # 1 - 2 * 1.4 / (2 + 1.9)
    0.2821
    """

    def loss(y_true: Any, logits: Any) -> Any:
        chance = ops.sigmoid(logits)
        tp, fn = ops.sum(y_true * chance), ops.sum(y_true * (1 - chance))
        fp = ops.sum((1 - y_true) * chance)
        hits = (1 + beta**2) * tp
        return 1 - hits / (hits + beta**2 * fn + fp + _TINY)

    return loss


def pairwise_logistic(y_true: Any, logits: Any) -> Any:
    """Give RankNet's loss: how unlikely it is, on average, that a positive of the batch is above a negative.

    The chance that row i is above row j is taken as sigmoid(s_i - s_j). A batch without a pair has the loss 0.

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
    lead = logits - ops.transpose(logits)
    return ops.sum(is_pair * ops.softplus(-lead)) / ops.maximum(ops.sum(is_pair), 1)


def loss_named(name: str, beta: float = 1.0) -> Loss:
    """Find a loss by its name.

    Parameters
    ----------
    name : str
        One of :data:`LOSSES`.
    beta : float
        For ``"soft_fbeta"``.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    if name not in LOSSES:
        raise ValueError(f"There is no loss {name!r}. Choose one of: {', '.join(LOSSES)}.")
    if name == "cross_entropy":
        found: Loss = keras.losses.BinaryCrossentropy(from_logits=True)
        return found
    return soft_fbeta(beta) if name == "soft_fbeta" else pairwise_logistic
