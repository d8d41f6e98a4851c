"""The network that all strategies train, as a scikit-learn classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import check_random_state, compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.lab.binary_classifier import BinaryClassifier, DivergedError
from f1tools.lab.compiled import Architecture, compiled
from f1tools.lab.losses import get_loss
from f1tools.lab.task import check_ranges


def _has_probabilities(classifier: NetworkClassifier) -> bool:
    return classifier.loss != "ranknet"


class NetworkClassifier(BinaryClassifier):
    """A small network for two classes: dense layers, after two convolutions if the rows are images.

    The number of updates does not depend on the number of rows, so that no strategy is trained longer because it has
    more rows. The initial output is the log-odds of the training rows. AdamW's decoupled weight decay has the same
    effect at any scale of the loss, so that one setting fits all losses. Features should have about unit scale.

    Parameters
    ----------
    loss : "cross_entropy", "soft_fbeta" or "ranknet"
        See :mod:`f1tools.lab.losses`.
    beta : float
        For ``"soft_fbeta"``: weight of recall relative to precision.
    cross_entropy_first : float
        For ``"soft_fbeta"``: the share of the updates at the beginning that use cross-entropy instead. Where the
        classes are hard to separate, soft F-beta alone soon predicts everything positive, where its gradient is 0.
    hidden : sequence of int
        Units of each dense layer; with none, the network is a logistic regression.
    image_shape : (int, int), optional
        Height and width, if the features are the pixels of an image, row by row.
    dropout : float
        Dropout rate.
    weight_decay : float
        Share of the weights, times the learning rate, that is subtracted at each update.
    n_updates, batch_size : int
        Number of updates, and of rows in each of their batches.
    learning_rate : float
    balanced_batches : bool
        Whether half of each batch is positive; otherwise batches are drawn from all rows.
    class_weight : None, "balanced", mapping or float, optional
        For ``"cross_entropy"``: class weights as in scikit-learn, or one number for the positive class. Only their
        ratio matters, since row weights are scaled to a mean of 1.
    random_state : int, RandomState instance or None
        Determines initial weights, batches and dropout.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    weights_ : list of ndarray
    center_, scale_ : float
        For ``"ranknet"``: mean and standard deviation of the logits of the training rows, which standardize them;
        logits of different RankNet trainings are not comparable otherwise. For other losses 0 and 1.
    """

    def __init__(  # noqa: PLR0913 (keywords with defaults, as scikit-learn requires)
        self,
        loss: str = "cross_entropy",
        *,
        beta: float = 1.0,
        cross_entropy_first: float = 0.0,
        hidden: Sequence[int] = (32,),
        image_shape: tuple[int, int] | None = None,
        dropout: float = 0.2,
        weight_decay: float = 1.0,
        n_updates: int = 300,
        batch_size: int = 64,
        learning_rate: float = 3e-3,
        balanced_batches: bool = False,
        class_weight: str | float | Mapping[Any, float] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.loss = loss
        self.beta = beta
        self.cross_entropy_first = cross_entropy_first
        self.hidden = hidden
        self.image_shape = image_shape
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.n_updates = n_updates
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.balanced_batches = balanced_batches
        self.class_weight = class_weight
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> NetworkClassifier:  # noqa: N803 (scikit-learn's names)
        """Train the network.

        Parameters
        ----------
        X : array of shape (n, n_features)
        y : array of shape (n,)
            Two labels.

        Raises
        ------
        DivergedError
            If the training diverges.
        ValueError
            For invalid data or parameters.
        """
        features, labels = self._validate(X, y=y)
        positive = self._encode(labels)
        self._architecture = self._check_parameters(features.shape[1])
        weight = self._row_weight(positive)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        batches = self._draw_batches(positive, rng)
        columns = [features, positive[:, np.newaxis].astype(np.float32), weight[:, np.newaxis].astype(np.float32)]
        weights = compiled(self._architecture).initial_weights(rng, self._initial_bias(positive, weight))
        warm_up = round(self.cross_entropy_first * len(batches)) if self.loss == "soft_fbeta" else 0
        for loss, part in (("cross_entropy", batches[:warm_up]), (self.loss, batches[warm_up:])):
            if len(part):
                used = columns if loss == "cross_entropy" else columns[:2]
                network = compiled(replace(self._architecture, loss=loss))
                weights = network.train(weights, used, part, learning_rate=self.learning_rate, rng=rng)
        self.weights_ = weights
        self.center_, self.scale_ = 0.0, 1.0
        logits = compiled(self._architecture).logits(weights, features)
        if not np.isfinite(logits).all():
            raise DivergedError("The training diverged. Scale the features to about unit scale or lower learning_rate.")
        if self.loss == "ranknet":
            constant = logits.min() == logits.max()  # the standard deviation would be a rounding error
            self.center_, self.scale_ = (logits[0], 1.0) if constant else (logits.mean(), logits.std())
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:  # noqa: N803
        """Return the logit of the positive class; for RankNet, standardized by the training rows."""
        check_is_fitted(self, "weights_")
        features = self._validate(X, reset=False)
        return (compiled(self._architecture).logits(self.weights_, features) - self.center_) / self.scale_

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: ArrayLike) -> FloatArray:  # noqa: N803
        """Return the probabilities of both classes; not available for RankNet, which only learns an order."""
        logits = self.decision_function(X)
        small = np.exp(-np.abs(logits))  # never overflows
        positive = np.where(logits >= 0, 1.0, small) / (1 + small)
        return np.column_stack([np.where(logits >= 0, small, 1.0) / (1 + small), positive])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the more likely label; for RankNet, positive from the mean of the training rows up."""
        return self._decode(self.decision_function(X) >= 0)

    def _validate(self, X: ArrayLike, **options: Any) -> Any:  # noqa: N803
        with np.errstate(over="ignore", invalid="ignore"):  # values beyond float32 raise an error instead of a warning
            return validate_data(self, X, dtype=np.float32, **options)

    def _check_parameters(self, n_features: int) -> Architecture:
        get_loss(self.loss)  # raises for an unknown name
        check_ranges(vars(self))
        if self.image_shape is not None and int(np.prod(self.image_shape)) != n_features:
            raise ValueError(f"image_shape {self.image_shape} does not fit {n_features} features per row.")
        return Architecture(
            n_features=n_features,
            image_shape=None if self.image_shape is None else (self.image_shape[0], self.image_shape[1]),
            hidden=tuple(self.hidden),
            dropout=self.dropout,
            weight_decay=self.weight_decay,
            loss=self.loss,
            beta=self.beta if self.loss == "soft_fbeta" else 1.0,
        )

    def _row_weight(self, positive: BoolArray) -> FloatArray:
        """Return the weight of each row by its class, scaled to a mean of 1."""
        if self.loss != "cross_entropy" and self.class_weight is not None:
            raise ValueError(f"Only the loss cross_entropy can be weighted, not {self.loss}.")
        class_weight = self.class_weight
        if isinstance(class_weight, int | float):
            if not 0 < class_weight < np.inf:
                raise ValueError(f"class_weight must be above 0, got {class_weight}.")
            class_weight = {self.classes_[0]: 1.0, self.classes_[1]: float(class_weight)}
        weight = compute_sample_weight(class_weight, self._decode(positive))
        if not (weight[positive].any() and weight[~positive].any()):
            raise ValueError("Two classes are needed, but the weights leave one class at most.")
        return np.asarray(weight / weight.mean(), dtype=np.float64)

    def _initial_bias(self, positive: BoolArray, weight: FloatArray) -> float:
        """Return the log-odds that the training rows have in the batches."""
        if self.loss == "ranknet":
            return 0.0
        total = np.mean if self.balanced_batches else np.sum
        return float(np.log(total(weight[positive]) / total(weight[~positive])))

    def _draw_batches(self, positive: BoolArray, rng: np.random.Generator) -> NDArray[np.intp]:
        if not self.balanced_batches:
            return _shuffled_batches(np.arange(len(positive)), self.n_updates, self.batch_size, rng)
        half = self.batch_size // 2
        sizes = [(np.flatnonzero(positive), half), (np.flatnonzero(~positive), self.batch_size - half)]
        return np.hstack([_shuffled_batches(rows, self.n_updates, size, rng) for rows, size in sizes])


def _shuffled_batches(rows: NDArray[np.intp], n_updates: int, size: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Divide repeated shuffles of the rows into batches: all rows are used equally often, up to one."""
    epochs = -(-n_updates * size // len(rows))
    shuffled = np.concatenate([rng.permutation(rows) for _ in range(epochs)])
    return shuffled[: n_updates * size].reshape(n_updates, size)
