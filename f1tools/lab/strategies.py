"""The strategies for imbalanced classes that the lab compares, each with the same network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone

from f1tools.core.counts import FloatArray
from f1tools.lab.metacost import MetaCostClassifier, seeded
from f1tools.lab.network import NetworkClassifier

__all__ = ["STRATEGIES", "SmallSampleSMOTE", "Strategy", "positive_scores", "seeded"]

PositiveCost: TypeAlias = str | float
"""Cost of a missed positive relative to a false alarm; "balanced" is the ratio of negatives to positives."""

Strategy: TypeAlias = Callable[[NetworkClassifier, PositiveCost], Any]
"""Takes a network, which it does not change, and the cost of a missed positive; returns an unfitted classifier."""


class SmallSampleSMOTE(SMOTE):  # type: ignore[misc]
    """SMOTE that uses fewer neighbors if a class has too few rows, and repeats a single row."""

    def fit_resample(self, X: Any, y: Any, **params: Any) -> Any:  # noqa: N803 (imbalanced-learn's names)
        """Return the rows, and synthetic rows of the rare class."""
        rare = int(np.unique(y, return_counts=True)[1].min())
        if rare == 1:
            return RandomOverSampler(random_state=self.random_state).fit_resample(X, y, **params)
        settings = {**self.get_params(), "k_neighbors": min(self.k_neighbors, rare - 1)}
        return SMOTE(**settings).fit_resample(X, y, **params)


def _network_with(**parameters: Any) -> Strategy:
    return lambda network, positive_cost: clone(network).set_params(**parameters)


def _resampled_by(sampler: Any) -> Strategy:
    return lambda network, positive_cost: Pipeline([("sampler", clone(sampler)), ("network", clone(network))])


STRATEGIES: dict[str, Strategy] = {
    "plain": _network_with(),
    "undersample": _resampled_by(RandomUnderSampler()),
    "oversample": _resampled_by(RandomOverSampler()),
    "class_weight": lambda network, positive_cost: clone(network).set_params(class_weight=positive_cost),
    "smote": _resampled_by(SmallSampleSMOTE()),
    "metacost": lambda network, positive_cost: MetaCostClassifier(clone(network), positive_cost=positive_cost),
    "ranknet": _network_with(loss="ranknet"),
    "soft_f1": _network_with(loss="soft_fbeta", beta=1.0),
    "soft_f1_warm": _network_with(loss="soft_fbeta", beta=1.0, cross_entropy_first=0.5),
    "soft_f2": _network_with(loss="soft_fbeta", beta=2.0),
    "balanced_batches": _network_with(balanced_batches=True),
}
"""By the name in code, commands and columns; `f1tools.repeats.STRATEGY_INFO` describes them.

All have the same number of updates except MetaCost, which trains ten bagged networks and a final one. SMOTE treats
every feature as a number: between two rows of different levels it creates rows that mix both.
"""


def positive_scores(estimator: Any, X: Any) -> FloatArray:  # noqa: N803 (scikit-learn's name)
    """Return the scores of the positive class: probabilities if the estimator has them, else its decision function.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = [[0.0], [1.0], [2.0], [3.0]]
    >>> fitted = LogisticRegression().fit(X, [0, 0, 1, 1])
    >>> bool((positive_scores(fitted, X) == fitted.predict_proba(X)[:, 1]).all())
    True
    """
    has_probabilities = hasattr(estimator, "predict_proba")
    scores = estimator.predict_proba(X)[:, 1] if has_probabilities else estimator.decision_function(X)
    return np.asarray(scores, dtype=np.float64)
