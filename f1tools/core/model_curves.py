"""The threshold curves of one model: where its threshold is chosen, and where it is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import ScoreHistogram, score_histogram


@dataclass(frozen=True, eq=False)
class ModelCurves:
    """Everything about one model that a threshold is decided on.

    Make it with :meth:`f1tools.Predictions.curves`, or with :meth:`from_curve` where only counts are known.

    Parameters
    ----------
    tuning, evaluation : ThresholdCurve
        Of the rows that thresholds are chosen on, and of the rows that all numbers describe. Without roles both are
        the same object.
    n_rows : (int, int)
        Number of rows in the tuning set and in the evaluation set; weights do not change it.
    model, pos_label, neg_label : str
        Names, as in the file.
    role_names : (str, str) or None
        Names of the tuning set and of the evaluation set; None without roles.
    """

    tuning: ThresholdCurve
    evaluation: ThresholdCurve
    n_rows: tuple[int, int]
    model: str = "score"
    pos_label: str = "1"
    neg_label: str = "0"
    role_names: tuple[str, str] | None = None

    @classmethod
    def from_curve(cls, curve: ThresholdCurve, *, n_rows: int | None = None, model: str = "score") -> ModelCurves:
        """Wrap one curve: its rows both choose the threshold and evaluate it.

        Parameters
        ----------
        curve : ThresholdCurve
        n_rows : int, optional
            Number of rows. A weighted curve does not tell it; an unweighted one does.
        model : str

        Raises
        ------
        ValueError
            When the curve is weighted and ``n_rows`` is left out.

        Examples
        --------
        >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
        >>> ModelCurves.from_curve(curve).n_rows
        (4, 4)
        """
        if n_rows is None:
            if curve.weighted:
                raise ValueError("A weighted curve holds sums of weights, not numbers of rows. Pass n_rows.")
            n_rows = int(curve.positives + curve.negatives)
        return cls(curve, curve, (n_rows, n_rows), model)

    @property
    def has_roles(self) -> bool:
        """Whether thresholds are chosen on other rows than those of the evaluation set."""
        return self.tuning is not self.evaluation

    @property
    def n_total(self) -> int:
        """Number of rows in both sets together."""
        return sum(self.n_rows) if self.has_roles else self.n_rows[1]

    @cached_property
    def is_probability(self) -> bool:
        """Whether all scores lie in [0, 1], in both sets."""
        return self.tuning.is_probability and self.evaluation.is_probability

    @cached_property
    def roc_auc(self) -> float:
        """Area under the ROC curve on the evaluation set."""
        return self.evaluation.roc_auc()

    @cached_property
    def average_precision(self) -> float:
        """Average precision on the evaluation set."""
        return self.evaluation.average_precision()

    @cached_property
    def roc_auc_bounds(self) -> tuple[float, float]:
        """Between which values the area under the ROC curve lies: twice the same unless rows were counted in bins."""
        return (self.roc_auc, self.roc_auc) if self.evaluation.is_exact else roc_auc_bounds(self.evaluation)

    @cached_property
    def average_precision_bounds(self) -> tuple[float, float]:
        """Between which values the average precision lies: twice the same unless rows were counted in bins."""
        value = self.average_precision
        return (value, value) if self.evaluation.is_exact else average_precision_bounds(self.evaluation)

    @cached_property
    def histogram(self) -> ScoreHistogram:
        """Scores of the evaluation set, by class."""
        return score_histogram(self.evaluation)

    @cached_property
    def counts_at_half(self) -> ConfusionCounts | None:
        """Counts at the threshold 0.5 on the evaluation set.

        None where the scores are not probabilities, and where rows were counted in bins and 0.5 lies inside of one.
        """
        is_known = self.is_probability and not self.evaluation.is_inside_bin(0.5)
        return self.evaluation.at(0.5).counts if is_known else None

    def map(self, change: Callable[[ThresholdCurve], ThresholdCurve]) -> ModelCurves:
        """Return the curves after a change of each, such as :meth:`f1tools.WhatIf.apply`.

        Examples
        --------
        >>> curves = ModelCurves.from_curve(ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]))
        >>> curves.map(lambda curve: curve.reweighted(3, 1)).evaluation.positives
        6.0
        """
        evaluation = change(self.evaluation)
        return replace(self, tuning=change(self.tuning) if self.has_roles else evaluation, evaluation=evaluation)
