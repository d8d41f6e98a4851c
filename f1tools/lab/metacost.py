"""MetaCost: any classifier made to mind costs, by teaching it the labels that would have been cheapest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.lab.classes import two_classes
from f1tools.lab.equal import numbered

_MOST_SEED = 2**31 - 1


class MetaCostClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Bag, relabel each training row by its least expected cost, train once more on the new labels.

    Parameters
    ----------
    estimator : classifier
        It must give ``predict_proba``.
    positive_cost : "balanced" or float
        What it costs to miss a positive where a false alarm costs 1; "balanced" is the negatives a positive.
    n_estimators : int
        How many bags.
    random_state : int, RandomState instance or None
        Draws the bags and the seeds of what is trained on them; the last training keeps the estimator's own.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    positive_cost_ : float
    estimators_ : list
        What was trained on the bags.
    chances_ : ndarray of shape (n,)
        Of the positive class, for each training row, by the bags that it is not in; by all where it is in each.
    relabelled_ : ndarray of bool of shape (n,)
        Whether a training row became, or stayed, positive: where missing it would cost at least as much, expected,
        as a false alarm. That is from a chance of 1 / (1 + positive_cost) up.
    estimator_ : classifier
        Trained on the new labels. Where all of them are one class there is nothing to tell apart: then every row is
        given a chance of 0 or 1, the same for all.

    Notes
    -----
    scikit-learn's bagging hands its bags to a network as weights, and most updates would then be spent on rows that
    are not in the bag; here a bag is rows. Rows that are equal feature for feature are drawn together, or a row would
    be asked of members that learned its label from its copies. A bag of one class can't be learned from and is drawn
    again.

    The estimator is trained ``n_estimators + 1`` times: with ten bags that is eleven times the updates that it makes
    alone.

    References
    ----------
    P. Domingos, MetaCost: a general method for making classifiers cost-sensitive. Proceedings of the Fifth
    International Conference on Knowledge Discovery and Data Mining (1999), 155-164.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]] * 4, [0, 0, 0, 1, 0, 1] * 4
    >>> mild = MetaCostClassifier(LogisticRegression(), positive_cost=1, random_state=0).fit(X, y)
    >>> strict = MetaCostClassifier(LogisticRegression(), positive_cost=9, random_state=0).fit(X, y)
    >>> int(mild.relabelled_.sum()) < int(strict.relabelled_.sum())
    True
    """

    def __init__(
        self,
        estimator: Any,
        *,
        positive_cost: str | float = "balanced",
        n_estimators: int = 10,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.positive_cost = positive_cost
        self.n_estimators = n_estimators
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> MetaCostClassifier:  # noqa: N803 (scikit-learn's names)
        """Bag, relabel, train.

        Parameters
        ----------
        X : array of shape (n, n_features)
        y : array of shape (n,)
            Two labels.

        Raises
        ------
        ValueError
            For other than two labels, or a cost that is no number above 0.
        """
        features, labels = validate_data(self, X, y)
        self.classes_, positive = two_classes(labels)
        self.positive_cost_ = self._cost(positive)
        self.chances_ = self._bagged(features, positive)
        # Not with the threshold of the chance: costs that are whole numbers then decide ties as they should.
        self.relabelled_ = self.chances_ * self.positive_cost_ >= 1 - self.chances_
        last = clone(self.estimator) if len(np.unique(self.relabelled_)) == 2 else DummyClassifier(strategy="prior")
        self.estimator_ = last.fit(features, self.relabelled_)
        return self

    def predict_proba(self, X: ArrayLike) -> FloatArray:  # noqa: N803
        """Give the chances of both classes, as the training rows were labelled anew."""
        check_is_fitted(self, "estimator_")
        chance = _positive_chance(self.estimator_, validate_data(self, X, reset=False))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Give the label that is cheaper, as far as the last training learned it."""
        called = self.predict_proba(X)[:, 1] >= 0.5
        labels: NDArray[Any] = self.classes_[called.astype(np.intp)]
        return labels

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _cost(self, positive: BoolArray) -> float:
        if self.positive_cost == "balanced":
            return float(np.count_nonzero(~positive) / np.count_nonzero(positive))
        if isinstance(self.positive_cost, str) or not 0 < self.positive_cost < np.inf:
            raise ValueError(f'positive_cost must be "balanced" or a number above 0, got {self.positive_cost!r}.')
        return float(self.positive_cost)

    def _bagged(self, features: FloatArray, positive: BoolArray) -> FloatArray:
        rng = check_random_state(self.random_state)
        n = len(positive)
        copies = _copies(features)
        self.estimators_ = []
        chances, outside = np.empty((self.n_estimators, n)), np.empty((self.n_estimators, n), dtype=bool)
        for member in range(self.n_estimators):
            rows = _bag(positive, copies, rng)
            seed = int(rng.randint(_MOST_SEED))
            fitted = seeded(self.estimator, seed).fit(features[rows], positive[rows])
            self.estimators_.append(fitted)
            chances[member] = _positive_chance(fitted, features)
            outside[member] = ~np.isin(np.arange(n), rows)
        asked = outside | ~outside.any(axis=0)
        return np.asarray(np.average(chances, axis=0, weights=asked), dtype=np.float64)


def seeded(estimator: Any, seed: int) -> Any:
    """Give a copy of an estimator in which everything that draws at random has a seed of its own, from one seed.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> seeded(RandomForestClassifier(), 1).random_state == seeded(RandomForestClassifier(), 1).random_state
    True
    """
    copy = clone(estimator)
    drawing = sorted(name for name in copy.get_params() if name.rpartition("__")[2] == "random_state")
    states = np.random.SeedSequence(seed).generate_state(len(drawing)) % _MOST_SEED
    return copy.set_params(**dict(zip(drawing, states.tolist(), strict=True)))


def _copies(features: FloatArray) -> list[NDArray[np.intp]]:
    """Give the places of each row that is different, in the order of the rows."""
    equal = numbered(features + 0.0)  # there is one zero
    ends = np.cumsum(np.bincount(equal))[:-1]
    return np.split(np.argsort(equal, kind="stable"), ends)


def _bag(positive: BoolArray, copies: list[NDArray[np.intp]], rng: np.random.RandomState) -> NDArray[np.intp]:
    while True:
        rows = np.concatenate([copies[at] for at in rng.randint(len(copies), size=len(copies))])
        if len(np.unique(positive[rows])) == 2:
            return rows


def _positive_chance(fitted: Any, features: FloatArray) -> FloatArray:
    """Give the chance of True, which may be the only class or none of them."""
    of = list(fitted.classes_)
    chances: FloatArray = np.asarray(fitted.predict_proba(features), dtype=np.float64)
    return chances[:, of.index(True)] if True in of else np.zeros(len(features))
