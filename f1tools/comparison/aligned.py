"""Differences of models at aligned thresholds, from a paired bootstrap that aligns them again in every resample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.comparison.alignment import AlignBy, aligned_point, compared_metric
from f1tools.comparison.differences import ModelDifferences, check_options, n_independent
from f1tools.comparison.resampling import Draws, at_positions, best_positions, both_classes
from f1tools.core.clusters import cluster_codes
from f1tools.core.counts import ConfusionCounts, FloatArray, ratio
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, defined_values, rounding_tolerance
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.decision import Decision
from f1tools.predictions import Predictions
from f1tools.uncertainty.cells import candidate_thresholds
from f1tools.uncertainty.tables import Table

_TOLERANCE = rounding_tolerance(weighted=True)


class AlignedDifferences(NamedTuple):
    """Models at thresholds that have something in common with the reference, by two metrics.

    Attributes
    ----------
    by : {"recall", "precision", "flagged", "threshold"}
        What they have in common.
    objective : ModelDifferences
        By the metric of the decisions.
    compared : ModelDifferences
        By the metric that such an alignment compares: precision at the same recall, recall at the same precision or
        number flagged, else the metric of the decisions.
    counts : tuple of ConfusionCounts
        Of each model on these rows. The values of both comparisons are the metrics of these counts without their
        optimism: what to expect on new rows.
    """

    by: AlignBy
    objective: ModelDifferences
    compared: ModelDifferences
    counts: tuple[ConfusionCounts, ...]


@dataclass(frozen=True, eq=False)
class _Reference:
    """The reference in resamples: its threshold is tuned again where it is the best one, else it stays."""

    decision: Decision
    thresholds: FloatArray
    tables: list[Table]
    all_rows: ConfusionCounts
    weighted: bool

    @classmethod
    def prepare(cls, predictions: Predictions, decision: Decision, draws: Draws) -> _Reference:
        thresholds = np.array([decision.point.threshold])
        if decision.is_best:
            thresholds = candidate_thresholds(decision.curves.tuning, decision.tuning, draws.max_cells)
        tables = draws.tables(predictions.scores[decision.curves.model], thresholds)
        weighted = predictions.sample_weight is not None
        return cls(decision, thresholds, tables, tables[-1].counts(draws.once()[-1]), weighted)

    def positions(self, drawn: Sequence[NDArray[np.int32]]) -> NDArray[np.intp]:
        """Return the position of its threshold among the candidates in each resample; -1 where a class has no row."""
        counts = self.tables[0].counts(drawn[0])
        optimum = self.decision.tuning
        found = best_positions(counts, optimum.metric, optimum.constraints, weighted=self.weighted)
        return np.where(both_classes(counts), found, -1)


def aligned_differences(  # noqa: PLR0913 (keywords, each with a default)
    predictions: Predictions,
    decisions: Sequence[Decision],
    by: AlignBy,
    *,
    reference: str | None = None,
    clusters: ArrayLike | None = None,
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> AlignedDifferences:
    """Compare models at the same recall, precision, number flagged or threshold as a reference.

    Parameters
    ----------
    predictions, decisions
        As for :func:`model_differences`. The reference counts with the threshold of its decision.
    by : {"recall", "precision", "flagged", "threshold"}
        As for :func:`aligned_threshold`.
    reference, clusters, n_resamples, confidence_level, random_state, on_progress
        As for :func:`model_differences`.

    Returns
    -------
    AlignedDifferences
        Without the models that no threshold makes comparable. The positives caught at the same workload are not
        computed.

    Raises
    ------
    InvalidPredictions, ValueError
        As for :func:`model_differences`.

    Notes
    -----
    Counts are those at exactly the same recall, precision or number flagged. Where tied scores leave no threshold for
    that, they lie between two thresholds: of the rows that share a score as many as fit are flagged, with their mean
    share of positives. (:func:`aligned_point` then has more of it, or flags fewer.) In each resample the threshold of
    the reference is tuned again where it is the best one, and the others are aligned with it in the resample; where no
    threshold reaches it, at the closest. The same is done on all rows for the threshold tuned in the resample. The
    difference in the resample minus that on all rows estimates the optimism of a threshold that is the best one for
    these rows: its mean is subtracted, and its standard deviation gives the interval, as in :func:`model_differences`.

    References
    ----------
    Efron, *Estimating the error rate of a prediction rule*, JASA 1983.

    Examples
    --------
    >>> from f1tools.decision import compare
    >>> rng = np.random.default_rng(0)
    >>> y_true = rng.random(300) < 0.3
    >>> scores = {name: rng.normal(size=300) + shift * y_true for name, shift in {"linear": 0.5, "forest": 2}.items()}
    >>> rows = Predictions.from_arrays(y_true, scores)
    >>> found = aligned_differences(rows, compare(rows).decisions, "recall", n_resamples=200)
    >>> found.compared.metric.name, found.compared.difference("forest").verdict()
    ('precision', 'better')
    """
    models, reference = check_options(decisions, reference, n_resamples, random_state, confidence_level)
    codes = predictions.cluster_codes if clusters is None else cluster_codes(clusters, predictions.n, "clusters")
    base = decisions[models.index(reference)]
    points = _points(decisions, base, by)
    metrics = base.objective, compared_metric(by, base.objective)
    draws = Draws.prepare(predictions, codes, np.random.SeedSequence(random_state))
    leader = _Reference.prepare(predictions, base, draws)
    tables = {
        decision.curves.model: draws.tables(
            predictions.scores[decision.curves.model],
            leader.thresholds
            if by == "threshold"
            else _thresholds_around(decision.curves.evaluation, points[decision.curves.model], draws.max_cells),
        )[-1]
        for decision in decisions
        if decision is not base and decision.curves.model in points
    }
    all_rows = {model: table.counts(draws.once()[-1]) for model, table in tables.items()}
    exact = _exact_counts(decisions, points, base, by)
    batches = [
        _excess(leader, tables, all_rows, list(points), drawn, by, metrics)
        for drawn in draws.batches(n_resamples, on_progress)
    ]
    n_fewest = n_independent(predictions, codes)
    found = []
    for metric, own in zip(metrics, np.concatenate(batches, axis=1), strict=True):
        values, replicates = _expected(np.array([float(defined_values(metric, each)) for each in exact]), own)
        found.append(
            ModelDifferences(
                metric=metric,
                models=tuple(points),
                values=tuple(values.tolist()),
                reference=reference,
                replicates=replicates,
                caught_excess=np.empty((n_resamples, 0, 0)),
                at_same_workload={},
                n_independent=n_fewest,
                clustered=codes is not None,
                confidence_level=confidence_level,
                random_state=random_state,
            )
        )
    return AlignedDifferences(by, found[0], found[1], tuple(exact))


def _points(decisions: Sequence[Decision], base: Decision, by: AlignBy) -> dict[str, OperatingPoint]:
    """Return the operating points of the models that are comparable, by model."""
    points = {}
    for decision in decisions:
        if decision is base:
            points[decision.curves.model] = base.point
        elif (aligned := aligned_point(decision.curves.evaluation, base.point, by)) is not None:
            points[decision.curves.model] = aligned[0]
    return points


def _exact_counts(
    decisions: Sequence[Decision], points: dict[str, OperatingPoint], base: Decision, by: AlignBy
) -> list[ConfusionCounts]:
    """Return the counts of the models on all rows at exactly as much as the reference has."""
    cells = ("tn", "fp", "fn", "tp")
    reference = ConfusionCounts(*(np.array([getattr(base.point.counts, cell)], np.float64) for cell in cells))
    found = []
    for decision in decisions:
        if decision.curves.model not in points:
            continue
        counts = points[decision.curves.model].counts
        if decision is not base and by != "threshold":
            every = decision.curves.evaluation.counts_of(slice(None))
            rows = ConfusionCounts(*(getattr(every, cell)[np.newaxis].astype(np.float64) for cell in cells))
            one = _align(rows, reference, by, np.zeros(1, np.intp))
            counts = ConfusionCounts(*(float(getattr(one, cell)[0]) for cell in cells))
        found.append(counts)
    return found


def _thresholds_around(curve: ThresholdCurve, point: OperatingPoint, max_cells: int) -> FloatArray:
    """Return all thresholds of a curve, or as many evenly over its rows and around a point."""
    if len(curve) <= max_cells:
        return curve.thresholds
    flagged, near = curve.tp + 1.0 * curve.fp, float(point.counts.flagged())
    n = max_cells // 2 - 1
    targets = np.concatenate([np.linspace(0, flagged[-1], n), np.linspace(near / 2, min(2 * near, flagged[-1]), n)])
    last = len(curve) - 1
    positions = np.union1d(np.minimum(np.searchsorted(flagged, targets), last), [0, last])
    thresholds: FloatArray = curve.thresholds[positions]
    return thresholds


def _excess(
    leader: _Reference,
    tables: dict[str, Table],
    all_rows: dict[str, ConfusionCounts],
    models: Sequence[str],
    drawn: Sequence[NDArray[np.int32]],
    by: AlignBy,
    metrics: Sequence[Metric],
) -> FloatArray:
    """Return by how much each metric is higher in the resamples of a batch than on all rows, at the same threshold.

    Returns
    -------
    ndarray of shape (n_metrics, b, n_models)
        nan where a class has no row.
    """
    chosen = leader.positions(drawn)
    counts = leader.tables[-1].counts(drawn[-1])
    defined = (chosen >= 0) & both_classes(counts)
    chosen = np.maximum(chosen, 0)
    here, there = at_positions(counts, chosen), at_positions(leader.all_rows, chosen)
    excess = np.empty((len(metrics), chosen.size, len(models)))
    for column, model in enumerate(models):
        pair = here, there
        if model in tables:
            pair = (
                _align(tables[model].counts(drawn[-1]), here, by, chosen),
                _align(all_rows[model], there, by, chosen),
            )
        for place, metric in enumerate(metrics):
            excess[place, :, column] = metric.evaluate(pair[0]) - metric.evaluate(pair[1])
    return np.where(defined[:, np.newaxis], excess, np.nan)


def _align(
    counts: ConfusionCounts, reference: ConfusionCounts, by: AlignBy, chosen: NDArray[np.intp]
) -> ConfusionCounts:
    """Return the counts at which a model has as much as the reference, between two thresholds where none has.

    Parameters
    ----------
    counts : ConfusionCounts
        Arrays of shape (b, k), or (1, k) for the same rows in all resamples; the first threshold flags nothing.
    reference : ConfusionCounts
        Arrays of shape (b,).
    chosen : ndarray of shape (b,)
        The position of the reference's threshold, which the model has as well if ``by`` is ``"threshold"``.
    """
    if by == "threshold":
        return at_positions(counts, chosen)
    flagged, tp = counts.flagged(), counts.tp
    nothing = reference.flagged() == 0
    if by == "flagged":
        limit = reference.flagged()
        upper = np.count_nonzero(flagged <= (limit * (1 + _TOLERANCE))[:, np.newaxis], axis=1) - 1
        missing, step = _steps(flagged, upper, limit)
    elif by == "recall":
        needed = reference.tp
        upper = np.maximum(np.count_nonzero(tp < (needed * (1 - _TOLERANCE))[:, np.newaxis], axis=1) - 1, 0)
        missing, step = _steps(tp, upper, needed)
    else:
        precision = reference.precision()
        surplus = tp - precision[:, np.newaxis] * flagged
        reaching = (surplus >= -_TOLERANCE * np.maximum(flagged, 1)) & (flagged > 0)
        last = tp.shape[1] - 1 - np.argmax(reaching[:, ::-1], axis=1)
        best = np.argmax(ratio(tp, flagged), axis=1)  # the closest where none reaches it
        upper = np.where(reaching.any(axis=1), last, best)
        missing, step = _steps(-surplus, upper, 0.0)
    share = np.clip(ratio(missing, step), 0, 1)
    return _between(counts, np.where(nothing, 0, upper), np.where(nothing, 0, share))


def _steps(values: FloatArray, upper: NDArray[np.intp], target: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """Return how far values at some positions are from a target, and from the next values."""
    rows = np.arange(upper.size) if values.shape[0] > 1 else np.zeros(upper.size, np.intp)
    here, beyond = (values[rows, np.minimum(upper + more, values.shape[1] - 1)] for more in (0, 1))
    return target - here, beyond - here


def _between(counts: ConfusionCounts, upper: NDArray[np.intp], share: FloatArray) -> ConfusionCounts:
    """Return the counts between a threshold and the next one."""
    beyond = np.minimum(upper + 1, counts.tp.shape[1] - 1)
    ends = at_positions(counts, upper), at_positions(counts, beyond)
    return ConfusionCounts(
        *(getattr(ends[0], cell) * (1 - share) + getattr(ends[1], cell) * share for cell in ("tn", "fp", "fn", "tp"))
    )


def _expected(values: FloatArray, excess: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return values without their optimism, the mean of the excess, and resamples around them."""
    defined = ~np.isnan(excess).any(axis=1)
    optimism = excess[defined].mean(axis=0) if defined.any() else np.zeros(values.size)
    return values - optimism, values + excess - 2 * optimism
