"""The trap: a threshold that is chosen on the very rows that the model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.formatting import lowercase_label
from f1tools.repeats.comparing import FEWEST_SPLITS, Difference, common_means, gains
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.cuts import CutName
from f1tools.repeats.naming import listed, training, verb
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.telling import gap, mean_of, measured, signed_text

_WIDE = 0.1  # of the scores, between thresholds that look equally good on the rows that chose
_MUCH = 0.1  # of the objective, that is promised and not kept
_BY_HEART = 0.99  # of the objective, on the rows that a model was trained on
_CUTS: tuple[CutName, CutName] = ("in_sample", "in_sample_middle")


class _Trapped(NamedTuple):
    """What a threshold chosen in sample does to one strategy: by the kinder of both choices, where it is about one."""

    loss: Difference
    cut: CutName
    loses: bool
    promised: float
    kept: float
    wide: bool
    ends: tuple[float, float]

    @property
    def broken(self) -> float:
        """How much of the promise is not kept."""
        return self.promised - self.kept

    @property
    def guessed(self) -> bool:
        """Whether many thresholds promise the same, and much more than the test rows give."""
        return self.wide and self.broken > _MUCH


def trap_text(outcomes: Outcomes) -> str:
    """Say what it does to choose thresholds on the rows that the models were trained on, and what these promise.

    Many thresholds may decide alike on those rows and differently on others. No claim rests on which of them is taken:
    a strategy loses detectably only where it does both at the highest of them and in their middle, and a number that
    stands alone is that of the kinder one.
    """
    found = _trapped(outcomes)
    if not found:
        return ""
    told = max(found, key=lambda each: (each.guessed, each.broken))
    if told.wide:
        return f"{_wide_text(outcomes, told)} {_losing_both_text(found)}"
    model = told.loss.model
    return (
        f"With the threshold chosen on the very rows that a model was trained on, {_losing_text(outcomes, found)}. On "
        f"those rows {training(model)} {verb(model, 'seems', 'seem')} to reach {_figure(outcomes, told.promised)}; on "
        f"test rows it is {formatting.metric_value(told.kept)}."
    )


def trap_bites(outcomes: Outcomes) -> bool:
    """Tell whether thresholds chosen in sample detectably cost something, or are no more than a guess."""
    return any(each.loses or each.guessed for each in _trapped(outcomes))


def _trapped(outcomes: Outcomes) -> list[_Trapped]:
    if outcomes.repeats < FEWEST_SPLITS:
        return []
    top, middle = ({each.model: each for each in measured(gains(outcomes, cut, "tuned"))} for cut in _CUTS)
    return [_judged(outcomes, top[model], middle[model]) for model in top if model in middle]


def _judged(outcomes: Outcomes, top: Difference, middle: Difference) -> _Trapped:
    """Judge one strategy by both of its thresholds."""
    kinder = int(middle.interval.mean > top.interval.mean)
    cut = outcomes.of(top.model).in_sample
    assert cut is not None  # noqa: S101 - or there would be no differences
    assert cut.promised is not None  # noqa: S101 - it was chosen
    return _Trapped(
        loss=(top, middle)[kinder],
        cut=_CUTS[kinder],
        loses=all(each.detectable and each.interval.mean < 0 for each in (top, middle)),
        promised=mean_known(cut.promised).item(),
        kept=max(mean_of(outcomes, top.model, name) for name in _CUTS),
        wide=float(cut.width.mean()) > _WIDE,
        ends=(0.0, 0.0) if cut.alike is None else (_finite_mean(cut.alike[0]), _finite_mean(cut.alike[1])),
    )


def _finite_mean(ends: FloatArray) -> float:
    return mean_known(np.where(np.isfinite(ends), ends, np.nan)).item()


def _figure(outcomes: Outcomes, value: float) -> str:
    return f"{lowercase_label(outcomes.objective.label)} {formatting.metric_value(value)}"


def _wide_text(outcomes: Outcomes, told: _Trapped) -> str:
    """Say how many thresholds look equally good, and what two of them and one chosen on other rows reach."""
    model, (low, high) = told.loss.model, map(formatting.metric_value, told.ends)
    top, middle, tuned = (formatting.metric_value(mean_of(outcomes, model, name)) for name in (*_CUTS, "tuned"))
    start = "On the very rows that a model was trained on, many thresholds look equally good"
    if told.guessed:
        why = "once these are learned by heart" if told.promised >= _BY_HEART else "where many look equally good"
        start = f"Chosen on the very rows that the model was trained on, a threshold is a guess {why}"
    return (
        f"{start}: they promise {_figure(outcomes, told.promised)} for {training(model)} at every threshold from about "
        f"{low} to {high}; on test rows the highest of these reaches {top}, the middle one {middle}, and one chosen on "
        f"rows held back {tuned}."
    )


def _losing_both_text(found: Sequence[_Trapped]) -> str:
    """Say how many lose detectably, whichever of two choices is made."""
    losing = _losing(found)
    both = "detectably with both of these choices"
    if len(found) == 1:
        return f"It {'loses' if losing else 'does not lose'} {both}."
    if not losing:
        return f"None of the {len(found)} strategies loses {both}."
    named = listed([training(each.loss.model) for each in losing])
    return f"{len(losing)} of the {len(found)} strategies {'lose' if len(losing) > 1 else 'loses'} {both}: {named}."


def _losing_text(outcomes: Outcomes, found: Sequence[_Trapped]) -> str:
    """Say how many lose detectably, and what that costs where it costs most."""
    losing = _losing(found)
    against = "detectably against one chosen on rows held back"
    if not losing:
        one = f"{training(found[0].loss.model)} {verb(found[0].loss.model, 'does', 'do')} not lose {against}"
        return one if len(found) == 1 else f"none of the {len(found)} strategies loses {against}"
    worst = losing[0]
    model = worst.loss.model
    before, after = common_means(outcomes, worst.loss, worst.cut, "tuned")
    cost = (
        f"{_figure(outcomes, before)} instead of {formatting.metric_value(after)} "
        f"({gap(outcomes, worst.loss, worst.cut, 'tuned')}, interval {signed_text(worst.loss.interval)})"
    )
    if len(found) == 1:
        return f"{training(model)} {verb(model, 'loses', 'lose')} {against}: {cost}"
    number = f"{len(losing)} of the {len(found)} strategies {'lose' if len(losing) > 1 else 'loses'}"
    return f"{number} {against}; the worst, {training(model)}, {verb(model, 'reaches', 'reach')} {cost}"


def _losing(found: Sequence[_Trapped]) -> list[_Trapped]:
    return sorted((each for each in found if each.loses), key=lambda each: each.loss.interval.mean)
