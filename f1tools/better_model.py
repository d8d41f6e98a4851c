"""Whether another model reaches a higher value than this one, and whether the difference could be chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric, defined_values
from f1tools.decision import Decision
from f1tools.predictions import Predictions

_N_RESAMPLES = 4000
_MAX_UNITS = 2000  # that are drawn; more clusters are dealt into this number
_PRIOR = 0.5  # rows in each cell before any is seen
_ERROR_RATE = 0.05  # for all other models together
_WITHOUT_ROWS = "only rows tell whether this could be chance"


@dataclass(frozen=True)
class BetterModel:
    """The model with the highest value, where that is not the model at hand.

    Parameters
    ----------
    name : str
    metric : Metric
    value, reference : float
        The metric of this model and of the model at hand, each at its own best threshold, on the evaluation set.
    could_be_chance : bool
        Whether the two models may be equally good; see :func:`better_model`.
    verdict : str
        What a comparison that tunes the thresholds again says of the difference; empty without one.
    """

    name: str
    metric: Metric
    value: float
    reference: float
    could_be_chance: bool
    verdict: str = ""

    def judged(self, verdict: str, text: str) -> BetterModel:
        """Return the same model with the verdict of a comparison from the model at hand, and what that means."""
        return replace(self, could_be_chance=verdict != "better", verdict=text)

    @property
    def title(self) -> str:
        """A few words."""
        return "Another model may do better" if self.could_be_chance else "Another model does better"

    @property
    def sentence(self) -> str:
        """Both values, and whether the difference could be chance."""
        label = formatting.lowercase_label(self.metric.label)
        value, reference = map(formatting.metric_value, (self.value, self.reference))
        reached = f"{formatting.truncate(self.name)} reaches {label} {value} at its own best threshold"
        if self.verdict:
            return f"{reached}, this model {reference}: {self.verdict}."
        if self.could_be_chance:
            return f"{reached}, this model {reference}: this could be chance."
        gap = formatting.difference(self.value, self.reference)[1:]
        return f"{reached} and is better than this model at these fixed thresholds: {gap} above its {reference}."


def better_model(
    predictions: Predictions | None, decision: Decision, others: Iterable[Decision], *, random_state: int = 0
) -> BetterModel | None:
    """Find the model with the highest value, each model at its own best threshold.

    Parameters
    ----------
    predictions : Predictions or None
        The rows of all decisions. Values are those of the evaluation set. Without rows nothing tells whether the
        difference could be chance, and the verdict says so.
    decision : Decision
        About the model at hand.
    others : iterable of Decision
        About the other models, by the same metric. They are used one after the other, so that a generator needs the
        memory of one. Those that had to drop constraints are left out where the model at hand meets them.
    random_state : int

    Returns
    -------
    BetterModel or None
        None where no other model displays a higher value.

    Notes
    -----
    The difference could be chance where 0 lies within the interval of a paired bootstrap of the rows at both
    thresholds, with Bonferroni's correction for the number of other models. Both models see the same rows, so only the
    eight sums of weights by label and both decisions are drawn: gamma variates with the mean and variance of a Poisson
    bootstrap of the rows, which for equal weights is the Bayesian bootstrap. Half a row is added to each of the eight
    (Jeffreys' prior), because an error that few rows do not show is not impossible. The thresholds are fixed, which
    leaves out that each was tuned. Where rows are in clusters, each cluster has one gamma variate with the mean and the
    variance 1 instead, so that its rows are drawn together.

    :func:`f1tools.model_differences` tunes them again and has intervals. It is no substitute here: it takes 1.6 to 2.1
    seconds for two models and 2 million rows on a busy machine, this function 0.03, and this one is shown together with
    a decision; and it has no prior for errors that few rows do not show.

    References
    ----------
    Rubin, *The Bayesian bootstrap*, Annals of Statistics 1981.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> scores = {"forest": [0.93, 0.41, 0.41, 0.12], "linear": [0.8, 0.3, 0.6, 0.5]}
    >>> rows = Predictions.from_arrays([1, 0, 1, 0], scores)
    >>> better_model(rows, decide(rows.curves("forest")), [decide(rows.curves("linear"))]).sentence
    'linear reaches F1 1.000 at its own best threshold, this model 0.800: this could be chance.'
    """
    reference, n_others = float(decision.evaluation.value), 0
    best: tuple[float, str, float] | None = None  # value, name and threshold
    for other in others:
        n_others += 1
        optimum = other.evaluation
        if other.tuning.not_met and not decision.tuning.not_met:
            continue
        if optimum.value > (reference if best is None else best[0]):
            best = float(optimum.value), other.curves.model, optimum.point.threshold
    if best is None or formatting.metric_value(best[0]) == formatting.metric_value(reference):
        return None
    value, name, threshold = best
    if predictions is None:
        return BetterModel(name, decision.objective, value, reference, could_be_chance=True, verdict=_WITHOUT_ROWS)
    rows = slice(None) if predictions.tuning is None else ~predictions.tuning
    weight = None if predictions.sample_weight is None else predictions.sample_weight[rows]
    flagged = (
        predictions.scores[decision.curves.model][rows] >= decision.evaluation.point.threshold,
        predictions.scores[name][rows] >= threshold,
    )
    codes = predictions.cluster_codes
    clusters = None if codes is None else np.unique(codes[rows], return_inverse=True)[1]
    columns = predictions.y_true[rows], flagged, weight, clusters
    differences = _paired_differences(decision.objective, *columns, random_state)
    low = np.nanquantile(differences, _ERROR_RATE / n_others / 2)
    return BetterModel(name, decision.objective, value, reference, could_be_chance=not low > 0)


def _paired_differences(
    metric: Metric,
    y_true: BoolArray,
    flagged: tuple[BoolArray, BoolArray],
    weight: FloatArray | None,
    clusters: NDArray[np.intp] | None,
    random_state: int,
) -> FloatArray:
    """Return the differences of a metric between the second and the first model in resamples of the rows."""
    cell = (4 * y_true + 2 * flagged[0] + flagged[1]).astype(np.intp)
    sums = np.bincount(cell, weight, minlength=8).astype(np.float64)
    squares = sums if weight is None else np.bincount(cell, weight**2, minlength=8)
    scale = np.full(8, squares.sum() / sums.sum())
    np.divide(squares, sums, out=scale, where=sums > 0)
    shape = sums / scale + _PRIOR
    rng = np.random.default_rng(random_state)
    if clusters is None or int(clusters.max()) + 1 == clusters.size:
        drawn = rng.gamma(shape, scale, (_N_RESAMPLES, 8))
    else:
        units = _unit_sums(cell, weight, clusters, rng)
        drawn = rng.gamma(_PRIOR, scale, (_N_RESAMPLES, 8)) + rng.exponential(size=(_N_RESAMPLES, len(units))) @ units
    by_decision = drawn.reshape(-1, 2, 2, 2)  # resample, label, flagged by the first, by the second model
    first, second = (defined_values(metric, _counts(by_decision.sum(axis=axis))) for axis in (3, 2))
    return second - first


def _unit_sums(
    cell: NDArray[np.intp], weight: FloatArray | None, clusters: NDArray[np.intp], rng: np.random.Generator
) -> FloatArray:
    """Return the eight sums of weights of each cluster, or of clusters dealt into blocks; shape (n_units, 8)."""
    n_units = int(clusters.max()) + 1
    if n_units > _MAX_UNITS:
        clusters, n_units = (rng.permutation(n_units) % _MAX_UNITS)[clusters], _MAX_UNITS
    return np.bincount(8 * clusters + cell, weight, 8 * n_units).reshape(n_units, 8).astype(np.float64)


def _counts(sums: NDArray[np.float64]) -> ConfusionCounts:
    """Return counts from sums of weights by resample, label and decision."""
    return ConfusionCounts(tn=sums[:, 0, 0], fp=sums[:, 0, 1], fn=sums[:, 1, 0], tp=sums[:, 1, 1])
