"""What each strategy reaches on the test rows of every repeat, at the thresholds that could have been chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import OperatingPoint, ThresholdCurve, is_probability
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.core.optimum import Optimum, best, transfer
from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.cuts import Cut, ModelOutcomes
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions, Split


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Several strategies over the same repeats.

    Make them with :func:`outcomes`.

    Parameters
    ----------
    objective : Metric
        What each threshold is best by.
    results : tuple of ModelOutcomes
        In the order of the scores.
    repeats : int
        How many there are, J.
    n_train, n_test : float
        Rows of a repeat that a strategy learns from, and test rows: means over the repeats. Where the rows to train
        and the rows to tune on differ in number, the larger one.
    n_tune : float
        Rows of a repeat that a threshold is tuned on.
    n_pos_test : float
        How many of the test rows are positive.
    flag_all : float
        The mean of the objective if all test rows are flagged.
    """

    objective: Metric
    results: tuple[ModelOutcomes, ...]
    repeats: int
    n_train: float
    n_test: float
    n_tune: float
    n_pos_test: float
    flag_all: float

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the scores."""
        return tuple(each.model for each in self.results)

    def of(self, model: str) -> ModelOutcomes:
        """Give the outcomes of one strategy.

        Raises
        ------
        KeyError
            When there is none of that name.
        """
        return {each.model: each for each in self.results}[model]


class _Chosen(NamedTuple):
    """A threshold chosen in one repeat: what it does on the test rows, what it promised, and what decides alike."""

    point: OperatingPoint
    promised: float
    alike: tuple[float, float]


class _Judged(NamedTuple):
    """One model in one repeat."""

    half: OperatingPoint
    probabilities: bool
    tuned: _Chosen
    in_sample: tuple[_Chosen, _Chosen] | None
    roc_auc: float
    average_precision: float


def outcomes(
    repeated: RepeatedPredictions,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Outcomes:
    """Choose each strategy's threshold in each repeat, and measure it on the test rows there.

    Thresholds are chosen as everywhere, by :func:`f1tools.best`: exactly, and of equally good ones the lowest.

    Parameters
    ----------
    repeated : RepeatedPredictions
    objective, beta
        As for :func:`f1tools.best`.
    on_progress : callable
        Called with the share that is done, up to 1. What it raises ends the work and goes through.

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
    >>> plain = outcomes(repeated).of("plain")
    >>> plain.tuned.threshold, plain.tuned.counts.tp, plain.tuned.counts.fp
    (array([0.4, 0.4]), array([1, 1]), array([0, 1]))
    """
    wanted = metric(objective, beta)
    judged: dict[str, list[_Judged]] = {model: [] for model in repeated.models}
    for j in range(repeated.n_repeats):
        split = repeated.split(j)
        for model, found in judged.items():
            found.append(_judged(split, model, wanted))
        on_progress((j + 1) / repeated.n_repeats)
    n_test, n_pos = repeated.n_rows(TEST), repeated.n_pos(TEST)
    nothing = np.zeros_like(n_pos)
    return Outcomes(
        objective=wanted,
        results=tuple(_together(model, found) for model, found in judged.items()),
        repeats=repeated.n_repeats,
        n_train=float(max(repeated.n_rows(TRAIN).mean(), repeated.n_rows(TUNE).mean())),
        n_test=float(n_test.mean()),
        n_tune=float(repeated.n_rows(TUNE).mean()),
        n_pos_test=float(n_pos.mean()),
        flag_all=mean_known(
            defined_values(wanted, ConfusionCounts(tn=nothing, fp=n_test - n_pos, fn=nothing, tp=n_pos))
        ).item(),
    )


def _judged(split: Split, model: str, wanted: Metric) -> _Judged:
    test, tune = split.test.curve(model), split.tune.curve(model)
    train = None if split.train is None else split.train.curve(model)
    in_sample = None if train is None else best(train, wanted)
    return _Judged(
        half=test.at(0.5),
        probabilities=all(is_probability(curve) for curve in (test, tune, train) if curve is not None),
        tuned=_chosen(best(tune, wanted), test),
        in_sample=None if in_sample is None else (_chosen(in_sample, test), _in_the_middle(in_sample, test)),
        roc_auc=test.roc_auc(),
        average_precision=test.average_precision(),
    )


def _chosen(optimum: Optimum, test: ThresholdCurve) -> _Chosen:
    return _Chosen(transfer(optimum, test).point, optimum.value, optimum.interval)


def _in_the_middle(optimum: Optimum, test: ThresholdCurve) -> _Chosen:
    """Take the middle of the thresholds that decide alike on the rows that chose, or the score itself."""
    low, high = optimum.interval
    middle = low / 2 + high / 2
    # Between two neighbouring numbers the middle is rounded to one of them, and the lower one decides otherwise.
    threshold = middle if math.isfinite(middle) and low < middle else optimum.point.threshold
    return _Chosen(test.at(threshold), optimum.value, optimum.interval)


def _together(model: str, judged: Sequence[_Judged]) -> ModelOutcomes:
    in_sample = [each.in_sample for each in judged if each.in_sample is not None]
    at_scores, in_middles = zip(*in_sample, strict=True) if in_sample else ((), ())
    return ModelOutcomes(
        model=model,
        half=_cut([each.half for each in judged]) if all(each.probabilities for each in judged) else None,
        tuned=_chosen_cut([each.tuned for each in judged]),
        in_sample=_chosen_cut(at_scores) if at_scores else None,
        in_sample_middle=_chosen_cut(in_middles) if in_middles else None,
        roc_auc=np.array([each.roc_auc for each in judged]),
        average_precision=np.array([each.average_precision for each in judged]),
    )


def _chosen_cut(chosen: Sequence[_Chosen]) -> Cut:
    low, high = (np.array(ends) for ends in zip(*(each.alike for each in chosen), strict=True))
    promised = np.array([each.promised for each in chosen])
    return replace(_cut([each.point for each in chosen]), promised=promised, alike=(low, high))


def _cut(points: Sequence[OperatingPoint]) -> Cut:
    cells = {name: np.array([getattr(point.counts, name) for point in points]) for name in ("tn", "fp", "fn", "tp")}
    return Cut(np.array([point.threshold for point in points]), ConfusionCounts(**cells))
