"""Strategies compared, split by split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.repeats.corrected import CorrectedInterval, corrected_interval, mean_known
from f1tools.repeats.cuts import CutName
from f1tools.repeats.naming import PLAIN, stripped
from f1tools.repeats.outcomes import Outcomes

FEWEST_SPLITS = 5
"""With fewer there are no intervals and nothing is detectable: they say too little about how much results vary."""

_LEVEL = 0.95
_DIGITS = 12  # of a metric; what differs beyond them is rounding
_RANGES = dict.fromkeys(("mcc", "kappa", "youden_j"), (-1.0, 1.0)) | {"lift": (0.0, math.inf)}  # all others: 0 to 1


@dataclass(frozen=True)
class Difference:
    """How far one strategy is from another.

    Parameters
    ----------
    model, against : str
        The two strategies; the same one where two of its thresholds are compared.
    interval : CorrectedInterval
        Of the mean difference, over the splits where both have a value; above 0 where ``model`` is better. Those that
        are given together hold together. Its ends are nan where fewer than :data:`FEWEST_SPLITS` splits tell it.
    """

    model: str
    against: str
    interval: CorrectedInterval

    @property
    def resolution(self) -> float:
        """Half the width of the interval: a smaller mean difference would not have been seen; nan with its ends."""
        return self.interval.half_width

    @property
    def detectable(self) -> bool:
        """Whether the interval rules out that there is no difference; unknown ends rule nothing out."""
        return not self.interval.holds_zero


def default_reference(models: Sequence[str]) -> str:
    """Name the strategy that others are compared with: the one called plain, else the first.

    Examples
    --------
    >>> default_reference(["score_smote", "score_plain"]), default_reference(["forest", "linear"])
    ('score_plain', 'forest')
    """
    return next((model for model in models if stripped(model).casefold() == PLAIN), models[0])


def reached(outcomes: Outcomes, model: str, cut: CutName = "tuned") -> CorrectedInterval | None:
    """Give what a strategy reaches by the objective, with its interval; None where it has no such cut.

    The interval ends where the metric does: no F1 is below 0 or above 1. Where fewer than :data:`FEWEST_SPLITS` splits
    have a value its ends are nan.

    Raises
    ------
    KeyError
        For a model that is not there.
    """
    values = _values(outcomes, model, cut)
    if values is None:
        return None
    found = _interval(outcomes, values)
    low, high = np.clip([found.low, found.high], *_RANGES.get(outcomes.objective.name, (0.0, 1.0))).tolist()
    return replace(found, low=low, high=high)


def gain(outcomes: Outcomes, model: str, cut: CutName = "tuned", over: CutName = "half") -> CorrectedInterval | None:
    """Give what one threshold of a strategy gains over another one of the same, split by split.

    Returns
    -------
    CorrectedInterval or None
        For this one comparison, over the splits where both have a value; None where the strategy lacks one of the two
        cuts.

    Raises
    ------
    KeyError
        For a model that is not there.
    """
    ours, theirs = _values(outcomes, model, cut), _values(outcomes, model, over)
    return None if ours is None or theirs is None else _interval(outcomes, ours - theirs)


def gains(outcomes: Outcomes, cut: CutName = "tuned", over: CutName = "half") -> tuple[Difference, ...]:
    """Give :func:`gain` of every strategy that has both cuts, with intervals that hold together."""
    pairs = [(model, model) for model in outcomes.models]
    return _differences(outcomes, pairs, cut, over)


def differences(
    outcomes: Outcomes, reference: str | None = None, cut: CutName = "tuned", against: CutName = "tuned"
) -> tuple[Difference, ...]:
    """Compare every other strategy with the reference, split by split.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        What the others are compared with, see :func:`default_reference`.
    cut : {"tuned", "half", "in_sample", "in_sample_middle"}
        The threshold of the others; those that have no such cut are left out.
    against : {"tuned", "half", "in_sample", "in_sample_middle"}
        The threshold of the reference.

    Returns
    -------
    tuple of Difference
        The objective of each minus that of the reference. The intervals hold together, by Bonferroni: each of k has
        the level 1 - 0.05 / k, so that with 95 % confidence none of them misses. Empty where the reference has no such
        cut.

    Raises
    ------
    KeyError
        For a reference that is not there.
    """
    chosen = default_reference(outcomes.models) if reference is None else reference
    outcomes.of(chosen)
    pairs = [(model, chosen) for model in outcomes.models if model != chosen]
    return _differences(outcomes, pairs, cut, against)


def ranks(outcomes: Outcomes, cut: CutName = "tuned") -> dict[str, float]:
    """Give each strategy's mean rank by the objective: in every split the best has 1, and equals share theirs.

    Strategies that have no such cut are left out. What is undefined in a split comes last there.
    """
    found = {model: _values(outcomes, model, cut) for model in outcomes.models}
    values = {model: np.round(each, _DIGITS) for model, each in found.items() if each is not None}
    if not values:
        return {}
    table = np.nan_to_num(np.array(list(values.values())), nan=-np.inf, neginf=-np.inf)
    better = (table[None] > table[:, None]).sum(axis=1)
    equal = (table[None] == table[:, None]).sum(axis=1)
    mean = (better + (equal + 1) / 2).mean(axis=1)
    return dict(zip(values, mean.tolist(), strict=True))


def common_means(
    outcomes: Outcomes, each: Difference, cut: CutName = "tuned", against: CutName = "tuned"
) -> tuple[float, float]:
    """Give what both sides of a difference reach, over the splits where both have a value; nan where none has.

    The difference of the two is the mean of its interval. Where a metric is undefined in some splits, as precision
    where nothing is flagged, they are other means than those of :func:`reached`.
    """
    ours, theirs = _values(outcomes, each.model, cut), _values(outcomes, each.against, against)
    if ours is None or theirs is None:
        return math.nan, math.nan
    both = ~np.isnan(ours - theirs)
    return mean_known(np.where(both, ours, np.nan)).item(), mean_known(np.where(both, theirs, np.nan)).item()


def _differences(
    outcomes: Outcomes, pairs: Sequence[tuple[str, str]], cut: CutName, against: CutName
) -> tuple[Difference, ...]:
    found: list[tuple[str, str, FloatArray]] = []
    for model, other in pairs:
        ours, theirs = _values(outcomes, model, cut), _values(outcomes, other, against)
        if ours is not None and theirs is not None:
            found.append((model, other, ours - theirs))
    level = 1 - (1 - _LEVEL) / max(len(found), 1)
    return tuple(Difference(model, other, _interval(outcomes, values, level)) for model, other, values in found)


def _values(outcomes: Outcomes, model: str, cut: CutName) -> FloatArray | None:
    found = outcomes.of(model).cut(cut)
    return None if found is None else found.value(outcomes.objective)


def _interval(outcomes: Outcomes, values: FloatArray, level: float = _LEVEL) -> CorrectedInterval:
    found = corrected_interval(values, n_train=outcomes.n_train, n_test=outcomes.n_test, confidence_level=level)
    if np.count_nonzero(~np.isnan(values)) < FEWEST_SPLITS:
        return replace(found, low=math.nan, high=math.nan)
    return found
