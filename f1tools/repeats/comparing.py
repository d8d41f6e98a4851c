"""Strategies compared, split by split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from f1tools.counts import FloatArray
from f1tools.repeats.corrected import CorrectedInterval, corrected_interval
from f1tools.repeats.naming import PLAIN, stripped
from f1tools.repeats.outcomes import CutName, Outcomes

FEWEST_SPLITS = 5
"""With fewer, nothing is called detectable: they say too little about how much the results vary."""

_LEVEL = 0.95
_DIGITS = 12  # of a metric; what differs beyond them is rounding


@dataclass(frozen=True)
class Difference:
    """How far one strategy is from another.

    Parameters
    ----------
    model, against : str
        The two strategies; the same one where two of its thresholds are compared.
    interval : CorrectedInterval
        Of the mean difference; above 0 where ``model`` is better. Those that are given together hold together.
    repeats : int
        How many splits it comes from.
    """

    model: str
    against: str
    interval: CorrectedInterval
    repeats: int

    @property
    def resolution(self) -> float:
        """Half the width of the interval: a smaller mean difference would not have been seen."""
        return self.interval.half_width

    @property
    def detectable(self) -> bool:
        """Whether the interval, of enough splits, rules out that there is no difference."""
        return self.repeats >= FEWEST_SPLITS and not self.interval.holds_zero


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

    Raises
    ------
    KeyError
        For a model that is not there.
    """
    values = _values(outcomes, model, cut)
    return None if values is None else _interval(outcomes, values)


def gain(outcomes: Outcomes, model: str, cut: CutName = "tuned", over: CutName = "half") -> CorrectedInterval | None:
    """Give what one threshold of a strategy gains over another one of the same, split by split.

    Returns
    -------
    CorrectedInterval or None
        For this one comparison; None where the strategy lacks one of the two cuts.

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
    cut : {"tuned", "half", "in_sample"}
        The threshold of the others; those that have no such cut are left out.
    against : {"tuned", "half", "in_sample"}
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


def _differences(
    outcomes: Outcomes, pairs: Sequence[tuple[str, str]], cut: CutName, against: CutName
) -> tuple[Difference, ...]:
    found: list[tuple[str, str, FloatArray]] = []
    for model, other in pairs:
        ours, theirs = _values(outcomes, model, cut), _values(outcomes, other, against)
        if ours is not None and theirs is not None:
            found.append((model, other, ours - theirs))
    level = 1 - (1 - _LEVEL) / max(len(found), 1)
    return tuple(
        Difference(model, other, _interval(outcomes, values, level), outcomes.repeats) for model, other, values in found
    )


def _values(outcomes: Outcomes, model: str, cut: CutName) -> FloatArray | None:
    found = outcomes.of(model).cut(cut)
    return None if found is None else found.value(outcomes.objective)


def _interval(outcomes: Outcomes, values: FloatArray, level: float = _LEVEL) -> CorrectedInterval:
    return corrected_interval(values, n_train=outcomes.n_train, n_test=outcomes.n_test, confidence_level=level)
