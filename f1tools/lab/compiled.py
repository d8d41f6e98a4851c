"""Networks that are compiled once and trained many times, since compiling takes far longer than a training.

A training leaves no trace: weights, optimizer state and dropout seeds are values that go in and come out, so that a
reused network gives bitwise the same results as a new one. JAX runs the updates one by one: ``Model.fit`` of Keras does
the same to the last bit, but spends most of a small network's training on what surrounds an update, and ``lax.scan``
over the updates makes convolutions slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import jax
import numpy as np
from numpy.typing import NDArray

from f1tools.lab.losses import get_loss, keras

Weights: TypeAlias = list[NDArray[np.float32]]
Rows: TypeAlias = NDArray[np.float32]
_State: TypeAlias = tuple[Any, Any, Any]  # weights, dropout seeds, state of the optimizer

CACHE_SIZE = 8
"""Compiled networks that are cached."""

_FILTERS = (8, 16)  # of the two convolutions
_SCORE_BLOCK = 256  # rows that are scored together; a constant size, since every other size would be compiled


@dataclass(frozen=True)
class Architecture:
    """Everything that requires a network to be compiled; see :class:`~f1tools.lab.network.NetworkClassifier`."""

    n_features: int
    image_shape: tuple[int, int] | None
    hidden: tuple[int, ...]
    dropout: float
    weight_decay: float
    loss: str
    beta: float


class CompiledNetwork:
    """A compiled network that can be trained repeatedly, from any weights.

    Parameters
    ----------
    architecture : Architecture
    """

    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture
        self._model = _build_model(architecture)
        # Decoupled weight decay has the same effect at any scale of the loss. Biases are excluded, or the predictions
        # for a rare class would be pulled to even odds.
        self._optimizer = keras.optimizers.AdamW(weight_decay=architecture.weight_decay)
        self._optimizer.exclude_from_weight_decay(var_names=["bias"])
        self._optimizer.build(self._model.trainable_variables)
        self._loss = get_loss(architecture.loss, architecture.beta)
        self._compiled_update = jax.jit(self._update)
        self._compiled_logits = jax.jit(lambda *values: self._model.stateless_call(*values, training=False)[0])

    def initial_weights(self, rng: np.random.Generator, bias: float) -> Weights:
        """Draw initial weights (Glorot uniform, biases 0) with a given last bias."""
        weights = [_glorot_uniform(tuple(variable.shape), rng) for variable in self._model.trainable_variables]
        weights[-1][:] = bias
        return weights

    def train(
        self,
        weights: Weights,
        columns: Sequence[Rows],
        batches: NDArray[np.intp],
        *,
        learning_rate: float,
        rng: np.random.Generator,
    ) -> Weights:
        """Train from given weights and return the trained ones.

        Parameters
        ----------
        weights : list of ndarray
        columns : sequence of ndarray of n rows
            The features, the classes of shape (n, 1) and, for cross-entropy, the sample weights of shape (n, 1).
        batches : ndarray of int of shape (n_updates, batch_size)
            The rows of each update.
        learning_rate : float
        rng : numpy.random.Generator
            For dropout.
        """
        self._optimizer.learning_rate = learning_rate
        state = (weights, self._dropout_seeds(rng), [variable.value for variable in self._optimizer.variables])
        features, *others = columns
        columns = [self._reshape(features), *others]
        for rows in batches:
            state = self._compiled_update(state, [column[rows] for column in columns])
        return [np.array(weight) for weight in state[0]]

    def _update(self, state: _State, batch: Sequence[Any]) -> _State:
        """Return the weights, dropout seeds and optimizer state after the update of a batch."""

        def loss(weights: Any, seeds: Any) -> tuple[Any, Any]:
            logits, seeds = self._model.stateless_call(weights, seeds, features, training=True)
            return self._loss(classes, logits, *sample_weight), seeds

        features, classes, *sample_weight = batch
        weights, seeds, moments = state
        gradient, seeds = jax.grad(loss, has_aux=True)(weights, seeds)
        weights, moments = self._optimizer.stateless_apply(moments, gradient, weights)
        return weights, seeds, moments

    def _dropout_seeds(self, rng: np.random.Generator) -> list[NDArray[np.uint32]]:
        """Draw a seed for each dropout layer: nothing else of the network changes but the weights."""
        return [np.array([rng.integers(2**31), 0], dtype=np.uint32) for _ in self._model.non_trainable_variables]

    def logits(self, weights: Weights, features: Rows) -> NDArray[np.float64]:
        """Return the logit of each row for given weights."""
        n = len(features)
        padded = np.pad(features, ((0, -n % _SCORE_BLOCK), (0, 0)))
        seeds = [variable.value for variable in self._model.non_trainable_variables]  # without effect when scoring
        blocks = [
            self._compiled_logits(weights, seeds, self._reshape(padded[start : start + _SCORE_BLOCK]))
            for start in range(0, n, _SCORE_BLOCK)
        ]
        logits: NDArray[np.float64] = np.concatenate(blocks)[:n, 0].astype(np.float64)
        return logits

    def _reshape(self, features: Rows) -> Rows:
        shape = self._architecture.image_shape
        return features if shape is None else features.reshape(len(features), *shape, 1)


@lru_cache(maxsize=CACHE_SIZE)
def compiled(architecture: Architecture) -> CompiledNetwork:
    """Return the compiled network of an architecture, from the cache if possible."""
    return CompiledNetwork(architecture)


def _build_model(architecture: Architecture) -> Any:
    layers = keras.layers
    zeros = {"kernel_initializer": "zeros"}  # every training sets its own initial weights
    image_shape = architecture.image_shape
    inputs = x = keras.Input((architecture.n_features,) if image_shape is None else (*image_shape, 1))
    if image_shape is not None:
        for filters in _FILTERS:
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", **zeros)(x)
            x = layers.MaxPooling2D(padding="same")(x)
        x = layers.Flatten()(x)
        x = layers.Dropout(architecture.dropout)(x) if architecture.dropout else x
    for units in architecture.hidden:
        x = layers.Dense(units, activation="relu", **zeros)(x)
        x = layers.Dropout(architecture.dropout)(x) if architecture.dropout else x
    return keras.Model(inputs, layers.Dense(1, **zeros)(x))


def _glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw as Keras does by default; Keras itself would compile the drawing for every shape."""
    if len(shape) == 1:
        return np.zeros(shape, dtype=np.float32)
    window = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape).astype(np.float32)
