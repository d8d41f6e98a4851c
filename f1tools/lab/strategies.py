"""The strategies that the lab compares: what people do about few positives, each with the same network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from numpy.typing import NDArray
from sklearn.base import clone

from f1tools.core.counts import FloatArray
from f1tools.lab.metacost import MetaCostClassifier, seeded
from f1tools.lab.network import NetworkClassifier

__all__ = ["STRATEGIES", "SmallSMOTE", "Strategy", "scores", "seeded"]

PositiveCost: TypeAlias = str | float
"""What a missed positive costs where a false alarm costs 1; "balanced" is the negatives a positive."""


Strategy: TypeAlias = Callable[[NetworkClassifier, PositiveCost], Any]
"""One way to train: from a network, which it leaves as it is, and the cost of a missed positive to an unfitted
classifier."""


class SmallSMOTE(SMOTE):  # type: ignore[misc]
    """SMOTE between as many neighbours as there are: fewer where a class has too few rows.

    Where it has a single one, which has no neighbour, that row is repeated.
    """

    def fit_resample(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803 (imbalanced-learn's names)
        """Give the rows, and new ones of the class that has fewer."""
        fewest = int(np.unique(y, return_counts=True)[1].min())
        if fewest == 1:
            return RandomOverSampler(random_state=self.random_state).fit_resample(X, y, **params)
        settings = {**self.get_params(), "k_neighbors": min(self.k_neighbors, fewest - 1)}
        return SMOTE(**settings).fit_resample(X, y, **params)


def _with(**settings: Any) -> Strategy:
    return lambda network, positive_cost: clone(network).set_params(**settings)


def _after(sampler: Any) -> Strategy:
    return lambda network, positive_cost: Pipeline([("sampler", clone(sampler)), ("network", clone(network))])


def _weighted(network: NetworkClassifier, positive_cost: PositiveCost) -> Any:
    return clone(network).set_params(class_weight=positive_cost)


def _metacost(network: NetworkClassifier, positive_cost: PositiveCost) -> Any:
    return MetaCostClassifier(clone(network), positive_cost=positive_cost)


STRATEGIES: dict[str, Strategy] = {
    "plain": _with(),
    "undersample": _after(RandomUnderSampler()),
    "oversample": _after(RandomOverSampler()),
    "class_weight": _weighted,
    "smote": _after(SmallSMOTE()),
    "metacost": _metacost,
    "ranknet": _with(loss="ranknet"),
    "soft_f1": _with(loss="soft_fbeta", beta=1.0),
    "soft_f1_warm": _with(loss="soft_fbeta", beta=1.0, cross_entropy_first=0.5),
    "soft_f2": _with(loss="soft_fbeta", beta=2.0),
    "balanced_batches": _with(balanced_batches=True),
}
"""By the name in code, commands and columns; `f1tools.repeats.STRATEGY_INFO` says what each is called and does.

All train for the same number of updates but MetaCost, which trains a network for each of its ten bags and one more:
eleven times as many. SMOTE takes every feature for a number: between two rows of different levels it makes a row that
has a part of both.
"""


def scores(estimator: Any, X: Any) -> FloatArray:  # noqa: N803 (scikit-learn's name)
    """Give the scores of the positive class: chances where a fitted estimator has them, else its decision function.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = [[0.0], [1.0], [2.0], [3.0]]
    >>> fitted = LogisticRegression().fit(X, [0, 0, 1, 1])
    >>> bool((scores(fitted, X) == fitted.predict_proba(X)[:, 1]).all())
    True
    """
    if hasattr(estimator, "predict_proba"):
        found: NDArray[Any] = estimator.predict_proba(X)[:, 1]
    else:
        found = estimator.decision_function(X)
    return np.asarray(found, dtype=np.float64)
