"""Networks that are compiled once and trained many times, since compiling takes ten times as long as a training.

A training leaves no trace: weights, optimizer state and dropout seeds are reset, so that a reused network gives bitwise
the same results as a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from f1tools.lab.losses import get_loss, keras

Weights: TypeAlias = list[NDArray[np.float32]]
Rows: TypeAlias = NDArray[np.float32]

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
        optimizer = keras.optimizers.AdamW(weight_decay=architecture.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        self._model.compile(optimizer=optimizer, loss=get_loss(architecture.loss, architecture.beta))
        optimizer.build(self._model.trainable_variables)
        self._initial_optimizer = [_to_numpy(variable.value) for variable in optimizer.variables]

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
        self._set_weights(weights)
        for variable, value in zip(self._model.optimizer.variables, self._initial_optimizer, strict=True):
            variable.assign(value)
        self._model.optimizer.learning_rate = learning_rate
        for layer in self._model.layers:
            if isinstance(layer, keras.layers.Dropout):
                seed = int(rng.integers(2**31))
                layer.seed_generator.state.assign(np.array([seed, 0], dtype=np.uint32))
        features, *others = columns
        self._model.fit(_Batches([self._reshape(features), *others], batches), shuffle=False, verbose=0)
        return [_to_numpy(variable.value) for variable in self._model.trainable_variables]

    def logits(self, weights: Weights, features: Rows) -> NDArray[np.float64]:
        """Return the logit of each row for given weights."""
        n = len(features)
        padded = np.pad(features, ((0, -n % _SCORE_BLOCK), (0, 0)))
        self._set_weights(weights)
        blocks = [
            self._model.predict_on_batch(self._reshape(padded[start : start + _SCORE_BLOCK]))
            for start in range(0, n, _SCORE_BLOCK)
        ]
        logits: NDArray[np.float64] = np.concatenate(blocks)[:n, 0].astype(np.float64)
        return logits

    def _set_weights(self, weights: Weights) -> None:
        for variable, value in zip(self._model.trainable_variables, weights, strict=True):
            variable.assign(value)

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


def _to_numpy(tensor: Any) -> NDArray[Any]:
    """Return a copy, which Keras can't change."""
    return np.array(keras.ops.convert_to_numpy(tensor))


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """The rows of each update; all batches have the same size, so that nothing is compiled twice."""

    def __init__(self, columns: Sequence[Rows], batches: NDArray[np.intp]) -> None:
        super().__init__()
        self._columns, self._batches = columns, batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, update: int) -> tuple[Rows, ...]:
        return tuple(column[self._batches[update]] for column in self._columns)
