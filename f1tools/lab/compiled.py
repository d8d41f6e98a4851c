"""Networks that are compiled once and trained many times: compiling takes ten times as long as a training.

Whatever was trained before leaves no trace: weights, the state of the optimizer and the seeds of dropout are all set
anew, so that a network that is used again gives to the last bit what a fresh one gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from f1tools.lab.losses import keras, loss_named

Weights: TypeAlias = list[NDArray[np.float32]]
Rows: TypeAlias = NDArray[np.float32]

_FILTERS = (8, 16)  # of the two convolutions
_TOGETHER = 256  # rows that are scored at a time: always as many, or every size would be compiled for
_KEPT = 8  # compiled networks


@dataclass(frozen=True)
class Design:
    """What makes two networks the same one to compile; see :class:`~f1tools.lab.network.NetworkClassifier`."""

    n_features: int
    image_shape: tuple[int, int] | None
    hidden: tuple[int, ...]
    dropout: float
    weight_decay: float
    loss: str
    beta: float


class CompiledNetwork:
    """A network ready to be trained, from any weights, as often as one likes.

    Parameters
    ----------
    design : Design
    """

    def __init__(self, design: Design) -> None:
        self._design = design
        self._model = _model(design)
        # Decay that is decoupled from the loss weighs the same whatever the scale of the loss: see the class of the
        # estimator. Biases are left out, or a rare class would be pulled to even odds.
        optimizer = keras.optimizers.AdamW(weight_decay=design.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        self._model.compile(optimizer=optimizer, loss=loss_named(design.loss, design.beta))
        optimizer.build(self._model.trainable_variables)
        self._fresh_optimizer = [_numbers(variable.value) for variable in optimizer.variables]
        self._in_use = RLock()  # a network holds one training at a time

    def first_weights(self, rng: np.random.Generator, bias: float) -> Weights:
        """Draw weights to begin with (Glorot's, all biases 0) but for the last bias, which is given."""
        drawn = [_glorot(tuple(variable.shape), rng) for variable in self._model.trainable_variables]
        drawn[-1][:] = bias
        return drawn

    def train(
        self,
        weights: Weights,
        columns: Sequence[Rows],
        batches: NDArray[np.intp],
        *,
        learning_rate: float,
        rng: np.random.Generator,
    ) -> Weights:
        """Train from some weights on and give those that come out.

        Parameters
        ----------
        weights : list of ndarray
        columns : sequence of ndarray of n rows
            The features, the truth of shape (n, 1) and, for cross-entropy, the weights of shape (n, 1).
        batches : ndarray of int of shape (n_updates, batch_size)
            Which rows each update sees.
        learning_rate : float
        rng : numpy.random.Generator
            For dropout.
        """
        with self._in_use:
            self._set(weights)
            for variable, fresh in zip(self._model.optimizer.variables, self._fresh_optimizer, strict=True):
                variable.assign(fresh)
            self._model.optimizer.learning_rate = learning_rate
            for layer in self._model.layers:
                if isinstance(layer, keras.layers.Dropout):
                    layer.seed_generator.state.assign(np.array([_seed(rng), 0], dtype=np.uint32))
            features, *others = columns
            self._model.fit(_Batches([self._shaped(features), *others], batches), shuffle=False, verbose=0)
            return [_numbers(variable.value) for variable in self._model.trainable_variables]

    def logits(self, weights: Weights, features: Rows) -> NDArray[np.float64]:
        """Give the logit of each row by some weights."""
        n = len(features)
        blocks = np.pad(features, ((0, -n % _TOGETHER), (0, 0)))
        with self._in_use:
            self._set(weights)
            found = [
                self._model.predict_on_batch(self._shaped(blocks[start : start + _TOGETHER]))
                for start in range(0, n, _TOGETHER)
            ]
        logits: NDArray[np.float64] = np.concatenate(found)[:n, 0].astype(np.float64)
        return logits

    def _set(self, weights: Weights) -> None:
        for variable, value in zip(self._model.trainable_variables, weights, strict=True):
            variable.assign(value)

    def _shaped(self, features: Rows) -> Rows:
        shape = self._design.image_shape
        return features if shape is None else features.reshape(len(features), *shape, 1)


@lru_cache(maxsize=_KEPT)
def compiled(design: Design) -> CompiledNetwork:
    """Give the network of a design: the one that is there already, or a new one."""
    return CompiledNetwork(design)


def _model(design: Design) -> Any:
    layers = keras.layers
    undrawn = {"kernel_initializer": "zeros"}  # every training brings its first weights
    shape = (design.n_features,) if design.image_shape is None else (*design.image_shape, 1)
    inputs = signal = keras.Input(shape)
    if design.image_shape is not None:
        for filters in _FILTERS:
            signal = layers.Conv2D(filters, 3, padding="same", activation="relu", **undrawn)(signal)
            signal = layers.MaxPooling2D(padding="same")(signal)
        signal = layers.Flatten()(signal)
        signal = layers.Dropout(design.dropout)(signal) if design.dropout else signal
    for units in design.hidden:
        signal = layers.Dense(units, activation="relu", **undrawn)(signal)
        signal = layers.Dropout(design.dropout)(signal) if design.dropout else signal
    return keras.Model(inputs, layers.Dense(1, **undrawn)(signal))


def _glorot(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw as Keras does by default; here, since drawing would be compiled for every shape there."""
    if len(shape) == 1:
        return np.zeros(shape, dtype=np.float32)
    window = int(np.prod(shape[:-2]))
    reach = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
    return rng.uniform(-reach, reach, shape).astype(np.float32)


def _numbers(tensor: Any) -> NDArray[Any]:
    """Give a copy that is ours, whatever Keras does with its own."""
    return np.array(keras.ops.convert_to_numpy(tensor))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """The rows of each update, all of one number, so that nothing is compiled twice."""

    def __init__(self, columns: Sequence[Rows], batches: NDArray[np.intp]) -> None:
        super().__init__()
        self._columns, self._batches = columns, batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, update: int) -> tuple[Rows, ...]:
        return tuple(column[self._batches[update]] for column in self._columns)
