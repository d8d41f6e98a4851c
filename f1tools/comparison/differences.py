"""Differences of several models from a reference, with simultaneous intervals from one paired bootstrap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.comparison.difference import ModelDifference
from f1tools.comparison.resampling import resample
from f1tools.comparison.simultaneous import spread_of
from f1tools.comparison.workload import CASES, NO_WORKLOAD, SameWorkload, expected_on_new_rows, same_workloads
from f1tools.core.clusters import cluster_codes
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.metrics import Metric
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.decision import Decision
from f1tools.predictions import Predictions
from f1tools.uncertainty.bootstrap import check_resampling
from f1tools.uncertainty.intervals import Interval, normal_quantile

_MIN_SHARE_USED = 0.5  # of the resamples must have rows of both classes, or there is no interval
_MAX_SHARE_UNMET = 0.05  # of the resamples in which a model may miss the constraints and still be compared
MIN_ROWS = 10  # of each class, or clusters, or there is no interval: resamples of fewer are too much alike


@dataclass(frozen=True, eq=False)
class ModelDifferences:
    """Several models by one metric, with their values in resamples of the rows.

    Make one with :func:`model_differences`. Differences from any reference follow from it by arithmetic.

    Parameters
    ----------
    metric : Metric
    models : tuple of str
    values : tuple of float
        The metric of each model at its own best threshold on the evaluation set.
    reference : str
        The model that the others are compared with.
    replicates : ndarray of shape (n_resamples, n_models)
        The metric of each model in each resample, at the threshold tuned in it; nan where a class has no row.
    caught_excess : ndarray of shape (n_resamples, n_models, n_models)
        Of the positives that a model (last axis) catches beyond those of a reference (second axis) at the same
        workload, per 1,000 cases: how many more these are in each resample, where the threshold of the reference was
        tuned, than on all rows at the same threshold.
    at_same_workload : mapping of (reference, model) to SameWorkload
        The same on all rows, without intervals; only of models on the same rows.
    n_independent : int
        Rows of the smaller class of the evaluation set, or clusters where there are fewer: how many the differences
        mainly depend on. With fewer than 10 there are no intervals.
    clustered : bool
        Whether clusters of rows were resampled.
    confidence_level : float
    random_state : int
    paired : bool
        Whether all models have the same rows; see :func:`unpaired_differences`.
    unmet : mapping of str to float
        By model, the share of the resamples in which no threshold satisfies the constraints; 1 where none does on all
        rows. Only of models that are not compared because it is more than 5%; empty where no model satisfies them on
        all rows: all are then compared without constraints.
    """

    metric: Metric
    models: tuple[str, ...]
    values: tuple[float, ...]
    reference: str
    replicates: FloatArray
    caught_excess: FloatArray
    at_same_workload: dict[tuple[str, str], SameWorkload]
    n_independent: int
    clustered: bool
    confidence_level: float
    random_state: int
    paired: bool = True
    unmet: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the metric and the values of the models, not the resamples."""
        values = dict(zip(self.models, self.values, strict=True))
        return f"ModelDifferences(metric={self.metric.name!r}, reference={self.reference!r}, values={values!r})"

    @property
    def n_resamples(self) -> int:
        """The number of resamples."""
        return len(self.replicates)

    @property
    def comparable_values(self) -> dict[str, float]:
        """The values by model; nan for those that are not compared because they miss the constraints."""
        values = zip(self.models, self.values, strict=True)
        return {model: math.nan if model in self.unmet else value for model, value in values}

    @property
    def enough_rows(self) -> bool:
        """Whether the evaluation set has 10 rows of each class, and 10 clusters, so that there are intervals."""
        return self.n_independent >= MIN_ROWS

    @cached_property
    def differences(self) -> tuple[ModelDifference, ...]:
        """The difference of every other model from the reference, in the order of the models."""
        place = self.models.index(self.reference)
        others = [column for column in range(len(self.models)) if column != place]
        values = np.array([*self.comparable_values.values()])
        changes = self.replicates[:, others] - self.replicates[:, [place]]
        compared = ~np.isnan(values[others] - values[place])
        # What is not compared must not widen the simultaneous intervals of the others, nor take them away.
        used = np.flatnonzero(~np.isnan(changes[:, compared]).any(axis=1))
        if not self.enough_rows or used.size < _MIN_SHARE_USED * changes.shape[0]:
            used = used[:0]
        changes = np.where(compared, changes, 0.0)[used]
        spread = spread_of(values[others] - values[place], changes, self.n_independent, self.confidence_level)
        found = []
        for column, other in enumerate(others):
            model, value, reference_value = self.models[other], self.values[other], self.values[place]
            is_compared = bool(compared[column])
            found.append(
                ModelDifference(
                    model=model,
                    reference=self.reference,
                    metric=self.metric,
                    value=float(values[other] - values[place]),
                    model_value=value,
                    reference_value=reference_value,
                    interval=self._interval(spread.low[column], spread.high[column]),
                    simultaneous=self._interval(spread.simultaneous_low[column], spread.simultaneous_high[column]),
                    detectable=float(spread.detectable[column]) if is_compared else math.nan,
                    same_workload=self._same_workload(place, other, used) if is_compared else NO_WORKLOAD,
                )
            )
        return tuple(found)

    def only(self, models: Sequence[str], reference: str) -> ModelDifferences:
        """Return some of the models, compared with one of them in the same resamples."""
        columns = [self.models.index(model) for model in models]
        return replace(
            self,
            models=tuple(models),
            values=tuple(self.values[column] for column in columns),
            reference=reference,
            replicates=self.replicates[:, columns],
            caught_excess=self.caught_excess[:, columns][:, :, columns],
            unmet={model: share for model, share in self.unmet.items() if model in models},
        )

    def against(self, reference: str) -> ModelDifferences:
        """Return the same models compared with another reference, from the same resamples.

        Raises
        ------
        ValueError
            For an unknown model.
        """
        _require_model(reference, self.models)
        return replace(self, reference=reference)

    def difference(self, model: str, reference: str | None = None) -> ModelDifference:
        """Return the difference of one model from a reference; by default from that of this comparison.

        Both models flag as many rows as the reference of this comparison, also where that is the model; where it is
        neither of them, as many as ``reference``.

        Raises
        ------
        ValueError
            For an unknown model, or one that is its own reference.
        """
        if model == self.reference and reference not in (None, model):
            return self.difference(str(reference)).reversed()
        compared = self if reference in (None, self.reference) else self.against(str(reference))
        others = [each for each in self.models if each != compared.reference]
        return compared.differences[_require_model(model, others)]

    def _same_workload(self, place: int, other: int, used: NDArray[np.intp]) -> SameWorkload:
        """Return what a model catches at the workload of the reference, in the resamples to use."""
        found = self.at_same_workload.get((self.models[place], self.models[other]))
        if found is None:
            return NO_WORKLOAD
        return expected_on_new_rows(
            found, self.caught_excess[used, place, other], self.n_independent, self.confidence_level
        )

    def _interval(self, low: float, high: float) -> Interval:
        return Interval(float(low), float(high), self.confidence_level)


def model_differences(  # noqa: PLR0913 (keywords, each with a default)
    predictions: Predictions,
    decisions: Sequence[Decision],
    *,
    reference: str | None = None,
    clusters: ArrayLike | None = None,
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> ModelDifferences:
    r"""Compare models by a paired bootstrap of the rows in which every threshold is tuned again.

    Parameters
    ----------
    predictions : Predictions
        The rows of all decisions.
    decisions : sequence of Decision
        One a model, by the same metric, such as those of :func:`f1tools.compare`. Each counts with its best threshold.
    reference : str, optional
        The model that the others are compared with; by default that of the first decision.
    clusters : array-like of shape (n,), optional
        The cluster of each row, such as a patient or a shop; by default that of the predictions. Rows of a cluster are
        drawn together, which is right where they are alike: treated as independent they would make the intervals too
        narrow.
    n_resamples : int
        1 or more.
    confidence_level : float
        Between 0 and 1.
    random_state : int
        0 or more. The same seed gives the same result.
    on_progress : callable
        Called with the completed share, up to 1. An exception it raises stops the computation and propagates.

    Raises
    ------
    InvalidPredictions
        When ``clusters`` has another number of rows.
    ValueError
        For fewer than two models, a model that occurs twice, decisions by several metrics, an unknown reference, or
        numbers that are out of range.

    Notes
    -----
    Values are exact and those of the decisions. In each resample all models see the same rows, drawn with replacement;
    with roles, rows of the tuning set and of the evaluation set are drawn apart. Every threshold is tuned again by the
    metric and the constraints of the decisions. Where no threshold of a model satisfies the constraints on all rows,
    while those of others do, or in more than 5% of the resamples, it has no difference and no interval; up to 5% of the
    resamples without such a threshold are left out.
    A model's value in a resample is shifted by what the counting below changes on all rows.

    Intervals are normal: the difference ± z times its standard deviation over the resamples, times sqrt(n / (n - 1)),
    with n the rows of the smaller class, or the clusters where these are fewer. In simulations
    (``benchmarks/comparison.py``) they exclude 0 in 2.7 to 6.0% of samples when models are equally good, where 5% are
    allowed, and cover the true differences in 91 to 97%. Percentiles of the resamples are as wide, but where a
    difference is large by chance their middle is nearer to 0: they exclude 0 in 0.3 to 4.7%.

    With fewer than 10 rows of a class in the evaluation set, or 10 clusters, there are no intervals: resamples of so
    few are too much alike, and two models that separate them would differ by exactly 0.

    At the workload of the reference, its threshold is the best one on these rows and too good for them. Each resample
    therefore shows by how much the number of positives caught beyond it is different from that of all rows at the
    threshold tuned in the resample; the mean corrects the number, and the standard deviation gives its interval in the
    same way.

    Simultaneous intervals are wider: with D the differences of a resample, by the quantile of max \|D - mean\| / SD
    over all differences, as a multiple of its quantile for the one difference (max-T).

    Up to 20,000 rows are counted one by one. More are dealt at random into 2,000 blocks, clusters whole, and blocks are
    drawn; this leaves the expected variance as it is. Thresholds are chosen from all scores where a model has at most
    2,048 (for blocks 512), else from so many that are densest where the optimum of a resample is likely to be.

    References
    ----------
    Davison and Hinkley, *Bootstrap methods and their application*, 1997. Westfall and Young, *Resampling-based multiple
    testing*, 1993.

    Examples
    --------
    >>> from f1tools.decision import compare
    >>> rng = np.random.default_rng(0)
    >>> y_true = rng.random(300) < 0.3
    >>> scores = {name: rng.normal(size=300) + shift * y_true for name, shift in {"linear": 0.5, "forest": 2}.items()}
    >>> rows = Predictions.from_arrays(y_true, scores)
    >>> compared = model_differences(rows, compare(rows).decisions, n_resamples=200)
    >>> [difference] = compared.differences
    >>> difference.model, difference.reference, difference.verdict()
    ('forest', 'linear', 'better')
    """
    models, reference = check_options(decisions, reference, n_resamples, random_state, confidence_level)
    codes = predictions.cluster_codes if clusters is None else cluster_codes(clusters, predictions.n, "clusters")
    seed = np.random.SeedSequence(random_state)
    replicates, caught_excess, unmet = draw_differences(predictions, decisions, codes, n_resamples, seed, on_progress)
    return ModelDifferences(
        metric=decisions[0].objective,
        models=models,
        values=tuple(float(decision.evaluation.value) for decision in decisions),
        reference=reference,
        replicates=replicates,
        caught_excess=caught_excess,
        at_same_workload=same_workloads(decisions),
        n_independent=n_independent(predictions, codes),
        clustered=codes is not None,
        confidence_level=confidence_level,
        random_state=random_state,
        unmet=unmet_shares(decisions, unmet),
    )


def unmet_shares(decisions: Sequence[Decision], unmet: FloatArray) -> dict[str, float]:
    """Return the models that are not compared, because they miss the constraints on all rows or in many resamples.

    Parameters
    ----------
    decisions : sequence of Decision
    unmet : ndarray of shape (n_models,)
        In which share of the resamples each model misses the constraints.
    """
    never = [bool(decision.tuning.not_met) for decision in decisions]
    if all(never):  # the constraints were dropped for all, which are as comparable as without any
        return {}
    missed = np.where(never, 1.0, unmet)
    models = (decision.curves.model for decision in decisions)
    return {model: float(share) for model, share in zip(models, missed, strict=True) if share > _MAX_SHARE_UNMET}


def draw_differences(
    predictions: Predictions,
    decisions: Sequence[Decision],
    clusters: NDArray[np.intp] | None,
    n_resamples: int,
    seed: np.random.SeedSequence,
    on_progress: OnProgress,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the ``replicates`` and the ``caught_excess`` of :class:`ModelDifferences` for models on the same rows.

    The third is of shape (n_models,): in which share of the resamples each model misses the constraints.
    """
    drawn, observed = resample(predictions, decisions, clusters, n_resamples, seed, on_progress)
    values = np.array([decision.evaluation.value for decision in decisions], dtype=np.float64)
    replicates = np.where(drawn.unmet, np.nan, drawn.values + (values - observed.values))
    return replicates, CASES * drawn.caught_excess, drawn.unmet.mean(axis=0)


def check_options(
    decisions: Sequence[Decision],
    reference: str | None,
    n_resamples: int,
    random_state: int,
    confidence_level: float,
) -> tuple[tuple[str, ...], str]:
    """Return the models and the reference; raise as :func:`model_differences` before anything is computed."""
    check_resampling(n_resamples, random_state)
    normal_quantile(confidence_level)
    models = _check_decisions(decisions)
    return models, models[0] if reference is None else models[_require_model(reference, models)]


def class_sizes(predictions: Predictions) -> tuple[int, int]:
    """Return how many rows of the evaluation set are positive and negative; those of weight 0 are not counted."""
    used = counted_rows(predictions)
    n_positives = int(np.count_nonzero(used & predictions.y_true))
    return n_positives, int(np.count_nonzero(used)) - n_positives


def n_independent(predictions: Predictions, clusters: NDArray[np.intp] | None) -> int:
    """Return how many rows the smaller class of the evaluation set has, or how many clusters it has if fewer."""
    smaller = min(class_sizes(predictions))
    return smaller if clusters is None else min(smaller, np.unique(clusters[counted_rows(predictions)]).size)


def counted_rows(predictions: Predictions) -> BoolArray:
    """Return which rows of the predictions are in the evaluation set and have weight."""
    used = np.ones(predictions.n, np.bool_) if predictions.tuning is None else ~predictions.tuning
    return used if predictions.sample_weight is None else used & (predictions.sample_weight > 0)


def _check_decisions(decisions: Sequence[Decision]) -> tuple[str, ...]:
    models = tuple(decision.curves.model for decision in decisions)
    if len(models) < 2:
        raise ValueError(f"At least two models are needed for a comparison, got {len(models)}.")
    for model in models:
        if models.count(model) > 1:
            raise ValueError(f"There are several decisions about the model {model!r}. Pass one per model.")
    metrics = {(decision.objective.name, decision.objective.beta) for decision in decisions}
    if len(metrics) > 1:
        labels = ", ".join(sorted({decision.objective.label for decision in decisions}))
        raise ValueError(f"All decisions must be by the same metric, got {labels}.")
    return models


def _require_model(model: str, models: Sequence[str]) -> int:
    if model not in models:
        raise ValueError(f"There is no model {model!r} to compare; there are {', '.join(map(repr, models))}.")
    return list(models).index(str(model))
