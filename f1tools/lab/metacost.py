"""MetaCost: makes any classifier cost-sensitive by training it on the labels of least expected cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.lab.binary_classifier import BinaryClassifier
from f1tools.lab.sampling import unique_row_ids

_MAX_SEED = 2**31 - 1


class MetaCostClassifier(BinaryClassifier):
    """Bag an estimator, relabel each training row with the class of least expected cost, and train once more.

    Parameters
    ----------
    estimator : classifier
        It needs ``predict_proba``.
    positive_cost : "balanced" or float
        Cost of a missed positive relative to a false alarm; "balanced" is the ratio of negatives to positives.
    n_estimators : int
        Number of bags.
    random_state : int, RandomState instance or None
        Determines the bags and the seeds of their estimators; the final training keeps the estimator's own seed.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second is the positive one.
    positive_cost_ : float
    estimators_ : list
        The estimators of the bags.
    probabilities_ : ndarray of shape (n,)
        Probability of the positive class for each training row, as the mean over the bags without it; over all bags if
        every bag contains it.
    relabeled_ : ndarray of bool of shape (n,)
        The new labels: positive if the expected cost of missing the row is at least that of a false alarm, which is
        from a probability of 1 / (1 + positive_cost) up.
    estimator_ : classifier
        Trained on the new labels. If they are all of one class, it predicts this class for every row.

    Notes
    -----
    scikit-learn's bagging passes a bag to the estimator as sample weights, and most updates of a network would be spent
    on rows outside of the bag; here a bag is a selection of rows. Rows with equal features are drawn together, since
    copies in the bag would leak their labels. A bag with one class can't be trained on and is drawn again.

    The estimator is trained ``n_estimators + 1`` times.

    References
    ----------
    P. Domingos, MetaCost: a general method for making classifiers cost-sensitive. Proceedings of the Fifth
    International Conference on Knowledge Discovery and Data Mining (1999), 155-164.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]] * 4, [0, 0, 0, 1, 0, 1] * 4
    >>> low = MetaCostClassifier(LogisticRegression(), positive_cost=1, random_state=0).fit(X, y)
    >>> high = MetaCostClassifier(LogisticRegression(), positive_cost=9, random_state=0).fit(X, y)
    >>> int(low.relabeled_.sum()) < int(high.relabeled_.sum())
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
            For more or fewer than two labels, or a cost that is not a number above 0.
        """
        features, labels = validate_data(self, X, y)
        positive = self._encode(labels)
        self.positive_cost_ = self._cost(positive)
        self.probabilities_ = self._out_of_bag(features, positive)
        # Not by comparison with 1 / (1 + cost), whose rounding would break ties of whole-number costs.
        self.relabeled_ = self.probabilities_ * self.positive_cost_ >= 1 - self.probabilities_
        both = len(np.unique(self.relabeled_)) == 2
        final = clone(self.estimator) if both else DummyClassifier(strategy="prior")
        self.estimator_ = final.fit(features, self.relabeled_)
        return self

    def predict_proba(self, X: ArrayLike) -> FloatArray:  # noqa: N803
        """Return the probabilities of both classes by the final estimator."""
        check_is_fitted(self, "estimator_")
        positive = _positive_probability(self.estimator_, validate_data(self, X, reset=False))
        return np.column_stack([1 - positive, positive])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Return the label of least expected cost, as learned by the final estimator."""
        return self._decode(self.predict_proba(X)[:, 1] >= 0.5)

    def _cost(self, positive: BoolArray) -> float:
        if self.positive_cost == "balanced":
            return float(np.count_nonzero(~positive) / np.count_nonzero(positive))
        if isinstance(self.positive_cost, str) or not 0 < self.positive_cost < np.inf:
            raise ValueError(f'positive_cost must be "balanced" or a number above 0, got {self.positive_cost!r}.')
        return float(self.positive_cost)

    def _out_of_bag(self, features: FloatArray, positive: BoolArray) -> FloatArray:
        """Train the bags; return the mean probability over the bags that do not contain a row."""
        rng = check_random_state(self.random_state)
        n = len(positive)
        duplicates = unique_row_ids(features + 0.0)  # -0.0 becomes 0.0
        copies = np.split(np.argsort(duplicates, kind="stable"), np.cumsum(np.bincount(duplicates))[:-1])
        self.estimators_ = []
        probabilities = np.empty((self.n_estimators, n))
        outside = np.empty((self.n_estimators, n), dtype=bool)
        for member in range(self.n_estimators):
            rows = _draw_bag(positive, copies, rng)
            fitted = seeded(self.estimator, int(rng.randint(_MAX_SEED))).fit(features[rows], positive[rows])
            self.estimators_.append(fitted)
            probabilities[member] = _positive_probability(fitted, features)
            outside[member] = ~np.isin(np.arange(n), rows)
        used = outside | ~outside.any(axis=0)
        return np.asarray(np.average(probabilities, axis=0, weights=used), dtype=np.float64)


def seeded(estimator: Any, seed: int) -> Any:
    """Return a clone in which every ``random_state``, however nested, has its own seed derived from one seed.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> seeded(RandomForestClassifier(), 1).random_state == seeded(RandomForestClassifier(), 1).random_state
    True
    """
    copy = clone(estimator)
    names = sorted(name for name in copy.get_params() if name.rpartition("__")[2] == "random_state")
    states = np.random.SeedSequence(seed).generate_state(len(names)) % _MAX_SEED
    return copy.set_params(**dict(zip(names, states.tolist(), strict=True)))


def _draw_bag(positive: BoolArray, copies: list[NDArray[np.intp]], rng: np.random.RandomState) -> NDArray[np.intp]:
    while True:
        rows = np.concatenate([copies[row] for row in rng.randint(len(copies), size=len(copies))])
        if len(np.unique(positive[rows])) == 2:
            return rows


def _positive_probability(fitted: Any, features: FloatArray) -> FloatArray:
    """Return the probability of True, which may be the only class or missing."""
    classes = list(fitted.classes_)
    probabilities: FloatArray = np.asarray(fitted.predict_proba(features), dtype=np.float64)
    return probabilities[:, classes.index(True)] if True in classes else np.zeros(len(features))
