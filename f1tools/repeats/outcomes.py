"""The outcome of each strategy on the test rows of every repeat, for several ways to choose its threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import Optimum, best
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.repeats.corrected import nanmean
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions, Split

ChoiceName: TypeAlias = Literal["half", "tuned", "in_sample", "in_sample_middle"]
"""How a threshold is chosen.

``"half"`` is 0.5. ``"tuned"`` is the best threshold of the tuning rows, which the model was not trained on.
``"in_sample"`` is the best threshold of the rows that the model was trained on, and ``"in_sample_middle"`` is the
middle of all thresholds that decide those rows like it: they may be far apart, since nearly every threshold separates
rows that the model has memorized. Where one end of that interval is infinite, it is the in-sample threshold itself.
"""


@dataclass(frozen=True, eq=False)
class ThresholdChoice:
    """One way to choose a threshold, over the J repeats.

    Parameters
    ----------
    threshold : ndarray of shape (J,)
        The threshold in each repeat; +inf where flagging nothing was best.
    counts : ConfusionCounts
        Arrays of shape (J,): the counts on the test rows.
    selection_value : ndarray of shape (J,)
        The objective on the rows that the threshold was chosen on; nan for 0.5, which is not chosen.
    interval : (ndarray, ndarray)
        Low and high in each repeat: all thresholds above low, up to high, decide alike on the rows that the threshold
        was chosen on. Low is -inf where every score is flagged there, high is +inf where nothing is. nan for 0.5.
    """

    threshold: FloatArray
    counts: ConfusionCounts
    selection_value: FloatArray
    interval: tuple[FloatArray, FloatArray]

    @property
    def interval_width(self) -> FloatArray:
        """Width of the interval in each repeat; 0 where one of its ends is not finite."""
        low, high = self.interval
        with np.errstate(over="ignore"):
            return np.where(np.isfinite(low) & np.isfinite(high), high - low, 0.0)

    def value(self, objective: Metric) -> FloatArray:
        """Return a metric on the test rows of each repeat; nan where it is undefined."""
        return defined_values(objective, self.counts)


@dataclass(frozen=True, eq=False)
class ModelOutcomes:
    """The outcomes of one strategy on the test rows.

    Parameters
    ----------
    choices : mapping from ChoiceName to ThresholdChoice
        ``"tuned"`` is always present. ``"half"`` is absent if some scores are not probabilities, so that 0.5 has no
        meaning; the in-sample choices are absent if there are no train rows.
    roc_auc, average_precision : ndarray of shape (J,)
    """

    choices: Mapping[ChoiceName, ThresholdChoice]
    roc_auc: FloatArray
    average_precision: FloatArray


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The outcomes of several strategies over the same repeats, as computed by :func:`outcomes`.

    Parameters
    ----------
    objective : Metric
        The metric that chooses each threshold.
    results : mapping from model name to ModelOutcomes
        In the order of the scores.
    repeats : int
        The number of repeats, J.
    n_train, n_test : float
        Training rows and test rows of a repeat: means over the repeats. Where the numbers of train rows and tuning
        rows differ, ``n_train`` is the larger one.
    n_tune : float
        Tuning rows of a repeat.
    n_pos_test : float
        Positive test rows of a repeat.
    flag_all : float
        The mean of the objective if all test rows are flagged.
    """

    objective: Metric
    results: Mapping[str, ModelOutcomes]
    repeats: int
    n_train: float
    n_test: float
    n_tune: float
    n_pos_test: float
    flag_all: float

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the scores."""
        return tuple(self.results)

    def values(self, model: str, choice: ChoiceName = "tuned") -> FloatArray:
        """Return the objective of a strategy in each repeat; nan throughout if the strategy lacks the threshold choice.

        Raises
        ------
        KeyError
            For an unknown model.
        """
        chosen = self.results[model].choices.get(choice)
        return np.full(self.repeats, np.nan) if chosen is None else chosen.value(self.objective)

    def value_text(self, value: float) -> str:
        """Return the objective's name and a value of it, such as "F1 0.602"."""
        return f"{formatting.lowercase_label(self.objective.label)} {formatting.metric_value(value)}"


class _Choice(NamedTuple):
    """A threshold choice in one repeat."""

    point: OperatingPoint
    selection_value: float = math.nan
    interval: tuple[float, float] = (math.nan, math.nan)


def outcomes(
    repeated: RepeatedPredictions,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Outcomes:
    """Choose each strategy's threshold in each repeat and measure it on the test rows.

    Thresholds are chosen by :func:`f1tools.best`: exactly, and of equally good ones the lowest.

    Parameters
    ----------
    repeated : RepeatedPredictions
    objective, beta
        As for :func:`f1tools.best`.
    on_progress : callable
        Called with the finished share, up to 1. Its exceptions stop the computation and are passed on.

    Raises
    ------
    ValueError
        For an unknown metric or a beta that does not fit it.

    Examples
    --------
    >>> repeated = RepeatedPredictions.from_arrays(
    ...     [1, 0, 1, 0, 0] * 2,
    ...     {"plain": [0.4, 0.3, 0.6, 0.3, 0.35, 0.4, 0.2, 0.45, 0.1, 0.6]},
    ...     repeat=[1] * 5 + [2] * 5,
    ...     part=["tune", "tune", "test", "test", "test"] * 2,
    ... )
    >>> tuned = outcomes(repeated).results["plain"].choices["tuned"]
    >>> tuned.threshold, tuned.counts.tp, tuned.counts.fp
    (array([0.4, 0.4]), array([1, 1]), array([0, 1]))
    """
    objective = metric(objective, beta)
    choices: dict[str, list[dict[ChoiceName, _Choice]]] = {model: [] for model in repeated.models}
    areas: dict[str, list[tuple[float, float]]] = {model: [] for model in repeated.models}
    for j in range(repeated.n_repeats):
        split = repeated.split(j)
        for model in repeated.models:
            test = split.test.curve(model)
            choices[model].append(_choose(split, model, test, objective))
            areas[model].append((test.roc_auc(), test.average_precision()))
        on_progress((j + 1) / repeated.n_repeats)
    n_test, n_pos = repeated.n_rows(TEST), repeated.n_pos(TEST)
    zeros = np.zeros_like(n_pos)
    all_flagged = ConfusionCounts(tn=zeros, fp=n_test - n_pos, fn=zeros, tp=n_pos)
    return Outcomes(
        objective=objective,
        results={model: ModelOutcomes(_stack(choices[model]), *np.array(areas[model]).T) for model in repeated.models},
        repeats=repeated.n_repeats,
        n_train=float(max(repeated.n_rows(TRAIN).mean(), repeated.n_rows(TUNE).mean())),
        n_test=float(n_test.mean()),
        n_tune=float(repeated.n_rows(TUNE).mean()),
        n_pos_test=float(n_pos.mean()),
        flag_all=nanmean(defined_values(objective, all_flagged)).item(),
    )


def _choose(split: Split, model: str, test: ThresholdCurve, objective: Metric) -> dict[ChoiceName, _Choice]:
    """Choose the thresholds of a model in one repeat, and evaluate them on the test rows."""
    tune, train = split.tune.curve(model), None if split.train is None else split.train.curve(model)
    choices: dict[ChoiceName, _Choice] = {}
    if all(curve.is_probability for curve in (test, tune, train) if curve is not None):
        choices["half"] = _Choice(test.at(0.5))
    tuned = best(tune, objective)
    choices["tuned"] = _Choice(test.at(tuned.point.threshold), tuned.value, tuned.interval)
    if train is not None:
        highest = best(train, objective)
        choices["in_sample"] = _Choice(test.at(highest.point.threshold), highest.value, highest.interval)
        choices["in_sample_middle"] = _Choice(test.at(_middle_threshold(highest)), highest.value, highest.interval)
    return choices


def _middle_threshold(optimum: Optimum) -> float:
    """Return the middle of the thresholds that decide like the optimum, or its own if they are unbounded."""
    low, high = optimum.interval
    middle = low / 2 + high / 2
    # Between two adjacent floats the middle is rounded to one of them, and the lower one decides differently.
    return middle if math.isfinite(middle) and low < middle else optimum.point.threshold


def _stack(by_repeat: Sequence[Mapping[ChoiceName, _Choice]]) -> dict[ChoiceName, ThresholdChoice]:
    """Combine the repeats, for the choices that every one of them has."""
    stacked: dict[ChoiceName, ThresholdChoice] = {}
    for name in by_repeat[0]:
        choices = [choices[name] for choices in by_repeat if name in choices]
        if len(choices) == len(by_repeat):
            points, selection_values, intervals = zip(*choices, strict=True)
            cells = {c: np.array([getattr(point.counts, c) for point in points]) for c in ("tn", "fp", "fn", "tp")}
            low, high = np.array(intervals).T
            thresholds = np.array([point.threshold for point in points])
            stacked[name] = ThresholdChoice(
                thresholds, ConfusionCounts(**cells), np.array(selection_values), (low, high)
            )
    return stacked
