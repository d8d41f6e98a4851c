"""What each strategy reaches on the test rows of every repeat, at the thresholds that could have been chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from f1tools.counts import ConfusionCounts, FloatArray
from f1tools.curve import ThresholdCurve
from f1tools.metrics import Metric, known_values, metric
from f1tools.operating_point import OperatingPoint
from f1tools.optimum import best, transferred
from f1tools.probability import is_probability
from f1tools.progress import OnProgress, silent
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.repeated import TEST, TRAIN, TUNE, RepeatedPredictions, Split

CutName: TypeAlias = Literal["half", "tuned", "in_sample"]


@dataclass(frozen=True, eq=False)
class Cut:
    """One way to choose a threshold, over the J repeats.

    Parameters
    ----------
    threshold : ndarray of shape (J,)
        The one of each repeat; +inf where flagging nothing was best.
    counts : ConfusionCounts
        Arrays of shape (J,): what it does on the test rows.
    promised : ndarray of shape (J,) or None
        The objective on the rows that the threshold was chosen on; None for 0.5, which is not chosen.
    """

    threshold: FloatArray
    counts: ConfusionCounts
    promised: FloatArray | None = None

    def value(self, wanted: Metric) -> FloatArray:
        """Give a metric on the test rows of each repeat; nan where it asks of rows that are not there."""
        return known_values(wanted, self.counts)


@dataclass(frozen=True, eq=False)
class ModelOutcomes:
    """What one strategy reaches on the test rows.

    Parameters
    ----------
    model : str
        The name of its score.
    half : Cut or None
        At 0.5; None where the scores of any part are no chances, so that 0.5 means nothing.
    tuned : Cut
        At the best threshold of the rows to tune on, which the model was not trained on.
    in_sample : Cut or None
        At the best threshold of the rows that the model was trained on; None where these are not there.
    roc_auc, average_precision : ndarray of shape (J,)
        Of the test rows.
    """

    model: str
    half: Cut | None
    tuned: Cut
    in_sample: Cut | None
    roc_auc: FloatArray
    average_precision: FloatArray

    def cut(self, name: CutName) -> Cut | None:
        """Give a cut by its name."""
        return {"half": self.half, "tuned": self.tuned, "in_sample": self.in_sample}[name]


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


class _Judged(NamedTuple):
    """One model in one repeat: each threshold with what it does on the test rows and what it promised."""

    half: OperatingPoint
    chances: bool
    tuned: tuple[OperatingPoint, float]
    in_sample: tuple[OperatingPoint, float] | None
    roc_auc: float
    average_precision: float


def outcomes(
    repeated: RepeatedPredictions,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    on_progress: OnProgress = silent,
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
        n_pos_test=float(n_pos.mean()),
        flag_all=mean_known(
            known_values(wanted, ConfusionCounts(tn=nothing, fp=n_test - n_pos, fn=nothing, tp=n_pos))
        ).item(),
    )


def _judged(split: Split, model: str, wanted: Metric) -> _Judged:
    test, tune = split.test.curve(model), split.tune.curve(model)
    train = None if split.train is None else split.train.curve(model)
    return _Judged(
        half=test.at(0.5),
        chances=all(is_probability(curve) for curve in (test, tune, train) if curve is not None),
        tuned=_chosen(tune, test, wanted),
        in_sample=None if train is None else _chosen(train, test, wanted),
        roc_auc=test.roc_auc(),
        average_precision=test.average_precision(),
    )


def _chosen(tuning: ThresholdCurve, test: ThresholdCurve, wanted: Metric) -> tuple[OperatingPoint, float]:
    optimum = best(tuning, wanted)
    return transferred(optimum, test).point, optimum.value


def _together(model: str, judged: Sequence[_Judged]) -> ModelOutcomes:
    in_sample = [each.in_sample for each in judged if each.in_sample is not None]
    return ModelOutcomes(
        model=model,
        half=_cut([each.half for each in judged]) if all(each.chances for each in judged) else None,
        tuned=_cut(*zip(*(each.tuned for each in judged), strict=True)),
        in_sample=_cut(*zip(*in_sample, strict=True)) if in_sample else None,
        roc_auc=np.array([each.roc_auc for each in judged]),
        average_precision=np.array([each.average_precision for each in judged]),
    )


def _cut(points: Sequence[OperatingPoint], promised: Sequence[float] | None = None) -> Cut:
    cells = {name: np.array([getattr(point.counts, name) for point in points]) for name in ("tn", "fp", "fn", "tp")}
    threshold = np.array([point.threshold for point in points])
    return Cut(threshold, ConfusionCounts(**cells), None if promised is None else np.array(promised))
