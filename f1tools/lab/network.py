"""The network that all strategies train, as a scikit-learn classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state, compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from f1tools.lab.classes import two_classes
from f1tools.lab.compiled import Design, Rows, compiled
from f1tools.lab.losses import LOSSES
from f1tools.lab.settings import MOST_UNITS, NETWORK_BOUNDS


class DivergedError(ValueError):
    """A training came apart: its weights are no finite numbers any more."""


def _gives_chances(classifier: NetworkClassifier) -> bool:
    return classifier.loss != "ranknet"


class NetworkClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A small network for two classes: dense layers, or two convolutions before them where rows are images.

    The number of updates is the same whatever the number of rows, so that no strategy gets more training for having
    more of them. Training begins at the odds of the training rows, and AdamW keeps the weights small: its decay weighs
    the same whatever the loss, so that one setting serves all of them. The features should be of about unit scale.

    Parameters
    ----------
    loss : "cross_entropy", "soft_fbeta" or "ranknet"
        See :mod:`f1tools.lab.losses`.
    beta : float
        For ``"soft_fbeta"``: how many times more recall counts than precision.
    cross_entropy_first : float
        For ``"soft_fbeta"``: the share of the updates, the first ones, that are made with cross-entropy instead. Where
        the classes are hard to tell apart, soft F-beta from the start soon calls everything positive, and there it
        has no gradient.
    hidden : sequence of int
        Units of each dense layer; none makes it a logistic regression.
    image_shape : (int, int), optional
        Height and width, where the features of a row are the pixels of an image, line by line.
    dropout : float
        The share of signals left out in training.
    weight_decay : float
        How strongly the weights are kept small: by this share, times the learning rate, at each update.
    n_updates, batch_size : int
        How many batches of how many rows the network is trained on.
    learning_rate : float
    balanced_batches : bool
        Whether half of each batch is positive; else batches are as the rows are.
    class_weight : None, "balanced", mapping or float, optional
        For ``"cross_entropy"``: weights by label, as anywhere in scikit-learn, or one number, for the positives. Only
        their ratio matters, for all weights of rows are brought to a mean of 1.
    random_state : int, RandomState instance or None
        Draws the first weights, the batches and dropout. The same seed gives the same scores.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    weights_ : list of ndarray
    center_, scale_ : float
        For ``"ranknet"``: mean and standard deviation of the training rows' logits, which are 0 and 1 else. Its logits
        have no zero and no unit: those of two trainings can be compared only after this.
    """

    def __init__(  # noqa: PLR0913 (keywords, as scikit-learn needs them, each with a default)
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

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> NetworkClassifier:  # noqa: N803
        """Train the network.

        Parameters
        ----------
        X : array of shape (n, n_features)
        y : array of shape (n,)
            Two labels.
        sample_weight : array of shape (n,), optional
            For ``"cross_entropy"`` only.

        Raises
        ------
        DivergedError
            When the training came apart.
        ValueError
            For data or parameters that can't be trained with.
        """
        features, positive = self._checked(X, y)
        self._design = self._designed(features.shape[1])
        weight = self._weight(features, positive, sample_weight)
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        batches = self._batches(positive, rng)
        columns = [features, positive[:, np.newaxis].astype(np.float32), weight[:, np.newaxis].astype(np.float32)]
        weights = compiled(self._design).first_weights(rng, self._first_bias(positive, weight))
        warm = round(self.cross_entropy_first * len(batches)) if self.loss == "soft_fbeta" else 0
        for loss, part in (("cross_entropy", batches[:warm]), (self.loss, batches[warm:])):
            if len(part):
                used = columns if loss == "cross_entropy" else columns[:2]
                network = compiled(replace(self._design, loss=loss))
                weights = network.train(weights, used, part, learning_rate=self.learning_rate, rng=rng)
        self.weights_ = weights
        self.center_, self.scale_ = 0.0, 1.0
        logits = compiled(self._design).logits(weights, features)
        if not np.isfinite(logits).all():
            raise DivergedError("The training diverged. Bring the features to about unit scale or lower learning_rate.")
        if self.loss == "ranknet":
            flat = logits.min() == logits.max()  # else rounding would be taken for differences
            self.center_, self.scale_ = (logits[0], 1.0) if flat else (logits.mean(), logits.std())
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Give the logit of the positive class; for RankNet how many standard deviations a row is above the mean."""
        check_is_fitted(self, "weights_")
        features = self._validated(X, reset=False)
        return (compiled(self._design).logits(self.weights_, features) - self.center_) / self.scale_

    @available_if(_gives_chances)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Give the chances of both classes; there are none after RankNet, which only learns an order."""
        logits = self.decision_function(X)
        small = np.exp(-np.abs(logits))  # never overflows
        chance = np.where(logits >= 0, 1.0, small) / (1 + small)
        return np.column_stack([np.where(logits >= 0, small, 1.0) / (1 + small), chance])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Give the more likely label; after RankNet the positive one from the mean of the training rows up."""
        called = self.decision_function(X) >= 0
        labels: NDArray[Any] = self.classes_[called.astype(np.intp)]
        return labels

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _validated(self, X: ArrayLike, **how: Any) -> Any:  # noqa: N803
        with np.errstate(over="ignore", invalid="ignore"):  # what a float32 can't hold is refused, in words
            return validate_data(self, X, dtype=np.float32, **how)

    def _checked(self, X: ArrayLike, y: ArrayLike) -> tuple[Rows, NDArray[np.bool_]]:  # noqa: N803
        features, labels = self._validated(X, y=y)
        self.classes_, positive = two_classes(labels)
        if self.image_shape is not None and int(np.prod(self.image_shape)) != features.shape[1]:
            raise ValueError(f"image_shape {self.image_shape} does not fit {features.shape[1]} features a row.")
        return features, positive

    def _weight(
        self, features: Rows, positive: NDArray[np.bool_], sample_weight: ArrayLike | None
    ) -> NDArray[np.float64]:
        if self.loss != "cross_entropy" and not (sample_weight is None and self.class_weight is None):
            raise ValueError(f"Only the loss cross_entropy can be weighted, not {self.loss}.")
        weight = _check_sample_weight(sample_weight, features, dtype=np.float64, ensure_non_negative=True)
        by_class = self.class_weight
        if isinstance(by_class, int | float):
            if not 0 < by_class < np.inf:
                raise ValueError(f"class_weight must be above 0, got {by_class}.")
            by_class = {self.classes_[0]: 1.0, self.classes_[1]: float(by_class)}
        weight = weight * compute_sample_weight(by_class, self.classes_[positive.astype(np.intp)])
        if not (weight[positive].any() and weight[~positive].any()):
            raise ValueError("Two classes are needed, but the weights leave one class at most.")
        return np.asarray(weight / weight.mean(), dtype=np.float64)

    def _first_bias(self, positive: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
        sides = [weight[positive], weight[~positive]]
        of_positive, of_negative = (side.mean() if self.balanced_batches else side.sum() for side in sides)
        return 0.0 if self.loss == "ranknet" else float(np.log(of_positive / of_negative))

    def _batches(self, positive: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.intp]:
        if not self.balanced_batches:
            return _in_turn(np.arange(len(positive)), self.n_updates, self.batch_size, rng)
        half = self.batch_size // 2
        sizes = [(np.flatnonzero(positive), half), (np.flatnonzero(~positive), self.batch_size - half)]
        return np.hstack([_in_turn(rows, self.n_updates, size, rng) for rows, size in sizes])

    def _designed(self, n_features: int) -> Design:
        if self.loss not in LOSSES:
            raise ValueError(f"There is no loss {self.loss!r}. Choose one of: {', '.join(LOSSES)}.")
        for name, (low, high) in NETWORK_BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be from {low} to {high:,}, got {getattr(self, name)}.")
        if not all(1 <= units <= MOST_UNITS for units in self.hidden):
            raise ValueError(f"hidden must hold numbers of units, from 1 to {MOST_UNITS:,} a layer, got {self.hidden}.")
        return Design(
            n_features=n_features,
            image_shape=None if self.image_shape is None else (self.image_shape[0], self.image_shape[1]),
            hidden=tuple(self.hidden),
            dropout=self.dropout,
            weight_decay=self.weight_decay,
            loss=self.loss,
            beta=self.beta if self.loss == "soft_fbeta" else 1.0,
        )


def _in_turn(rows: NDArray[np.intp], n_updates: int, size: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Shuffle the rows again and again, and cut that into batches: no row is used twice more than another."""
    rounds = -(-n_updates * size // len(rows))
    shuffled = np.concatenate([rng.permutation(rows) for _ in range(rounds)])
    return shuffled[: n_updates * size].reshape(n_updates, size)
