"""Threshold curves of groups."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from f1tools.core.curve import ThresholdCurve
from f1tools.groups.grouping import ScoredRows, grouping
from f1tools.groups.in_table import groups_in
from f1tools.predictions import Predictions
from f1tools.threshold_table import ThresholdTable


def group_curves(
    predictions: Predictions | ThresholdTable, model: str, names: Iterable[str], group: ArrayLike | None = None
) -> dict[str, ThresholdCurve]:
    """Count at every threshold on the rows of some groups, of the evaluation set where rows have roles.

    Parameters
    ----------
    predictions : Predictions or ThresholdTable
    model : str
    names : iterable of str
        As in the report of :func:`by_group`. A group without a score on any row is left out.
    group : array-like of shape (n,), optional
        The group of each row, by default that of the predictions.

    Raises
    ------
    InvalidPredictions
        When there are no groups, not one per row, or more than 100 different ones.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1], group=["a", "a", "b", "b"])
    >>> group_curves(predictions, "score", ["b"])["b"].thresholds
    array([inf, 0.4, 0.1])
    """
    if isinstance(predictions, ThresholdTable):
        counted = groups_in(predictions, model)
        return {name: counted[name].curve for name in names}
    groups = grouping(predictions, group)
    rows = ScoredRows.of(predictions, model, groups, None if predictions.tuning is None else ~predictions.tuning)
    parts = dict(zip(groups.names, rows.split(), strict=True))
    return {name: parts[name].curve() for name in names if (parts[name].y_score != -np.inf).any()}
