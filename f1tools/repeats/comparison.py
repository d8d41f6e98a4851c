"""Strategies compared split by split: means, gains, differences and ranks of the objective."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.metrics import metric
from f1tools.repeats.corrected import CorrectedInterval, corrected_interval, nanmean
from f1tools.repeats.outcomes import ChoiceName, Outcomes
from f1tools.repeats.strategy_names import PLAIN, strategy_key

if TYPE_CHECKING:
    import pandas as pd

MIN_SPLITS = 5
"""Fewer splits give no intervals and no detectable differences: they say too little about the variance."""

_LEVEL = 0.95
_DIGITS = 12  # of a metric; smaller differences are rounding errors
_RANGES = dict.fromkeys(("mcc", "kappa", "youden_j"), (-1.0, 1.0)) | {"lift": (0.0, math.inf)}  # all others: 0 to 1
_COLUMNS: dict[ChoiceName, str] = {
    "half": "at_0_5",
    "tuned": "tuned",
    "in_sample": "in_sample",
    "in_sample_middle": "in_sample_middle",
}


@dataclass(frozen=True)
class Difference:
    """The difference of a strategy from a reference.

    Parameters
    ----------
    model, reference : str
        The two strategies; the same one if two of its threshold choices are compared.
    interval : CorrectedInterval
        Of the mean difference over the splits where both have a value; above 0 where ``model`` is better. Intervals
        that are returned together hold simultaneously. Undefined if fewer than :data:`MIN_SPLITS` splits have a value.
    """

    model: str
    reference: str
    interval: CorrectedInterval

    @property
    def resolution(self) -> float:
        """Half the width of the interval: smaller mean differences are not detectable; nan if it is undefined."""
        return self.interval.half_width

    @property
    def detectable(self) -> bool:
        """Whether the interval excludes 0; an undefined interval excludes nothing."""
        return not self.interval.contains_zero


def default_reference(models: Sequence[str]) -> str:
    """Return the default reference strategy: the one named plain, else the first.

    Examples
    --------
    >>> default_reference(["score_smote", "score_plain"]), default_reference(["forest", "linear"])
    ('score_plain', 'forest')
    """
    return next((model for model in models if strategy_key(model).casefold() == PLAIN), models[0])


def mean_objective(outcomes: Outcomes, model: str, choice: ChoiceName = "tuned") -> CorrectedInterval | None:
    """Return the mean objective of a strategy with its interval; None if the strategy lacks the threshold choice.

    The interval is clipped to the range of the metric: no F1 is below 0 or above 1. It is undefined if fewer than
    :data:`MIN_SPLITS` splits have a value.

    Raises
    ------
    KeyError
        For an unknown model.
    """
    values = _values(outcomes, model, choice)
    if values is None:
        return None
    interval = _interval(outcomes, values)
    bounds = _RANGES.get(outcomes.objective.name, (0.0, 1.0))
    low, high = np.clip([interval.low, interval.high], *bounds).tolist()
    return replace(interval, low=low, high=high)


def gain(
    outcomes: Outcomes, model: str, choice: ChoiceName = "tuned", baseline: ChoiceName = "half"
) -> CorrectedInterval | None:
    """Return the mean gain of one threshold choice of a strategy over another one of the same strategy.

    Returns
    -------
    CorrectedInterval or None
        Of this single comparison, over the splits where both have a value; None if the strategy lacks a choice.

    Raises
    ------
    KeyError
        For an unknown model.
    """
    values, baseline_values = _values(outcomes, model, choice), _values(outcomes, model, baseline)
    return None if values is None or baseline_values is None else _interval(outcomes, values - baseline_values)


def gains(outcomes: Outcomes, choice: ChoiceName = "tuned", baseline: ChoiceName = "half") -> tuple[Difference, ...]:
    """Return :func:`gain` of every strategy that has both choices, with simultaneous intervals."""
    return _differences(outcomes, [(model, model) for model in outcomes.models], choice, baseline)


def differences(
    outcomes: Outcomes,
    reference: str | None = None,
    choice: ChoiceName = "tuned",
    reference_choice: ChoiceName = "tuned",
) -> tuple[Difference, ...]:
    """Compare every other strategy with the reference, split by split.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        See :func:`default_reference`.
    choice : ChoiceName
        The threshold choice of the other strategies; those that lack it are left out.
    reference_choice : ChoiceName
        The threshold choice of the reference.

    Returns
    -------
    tuple of Difference
        The objective of each strategy minus that of the reference. The intervals hold simultaneously (Bonferroni):
        each of k has the confidence level 1 - 0.05 / k. Empty if the reference lacks its choice.

    Raises
    ------
    KeyError
        For an unknown reference.
    """
    reference = default_reference(outcomes.models) if reference is None else reference
    outcomes.results[reference]
    pairs = [(model, reference) for model in outcomes.models if model != reference]
    return _differences(outcomes, pairs, choice, reference_choice)


def mean_ranks(outcomes: Outcomes, choice: ChoiceName = "tuned") -> dict[str, float]:
    """Return each strategy's mean rank by the objective: 1 is the best of a split, and ties share the mean rank.

    Strategies that lack the threshold choice are left out. An undefined value ranks last in its split.
    """
    by_model = {model: _values(outcomes, model, choice) for model in outcomes.models}
    values = {model: np.round(each, _DIGITS) for model, each in by_model.items() if each is not None}
    if not values:
        return {}
    table = np.nan_to_num(np.array(list(values.values())), nan=-np.inf, neginf=-np.inf)
    better = (table[None] > table[:, None]).sum(axis=1)
    equal = (table[None] == table[:, None]).sum(axis=1)
    mean = (better + (equal + 1) / 2).mean(axis=1)
    return dict(zip(values, mean.tolist(), strict=True))


def common_means(
    outcomes: Outcomes, difference: Difference, choice: ChoiceName = "tuned", reference_choice: ChoiceName = "tuned"
) -> tuple[float, float]:
    """Return the means of both sides of a difference over the splits where both have a value; nan if there are none.

    Their difference is the mean of the interval. Where a metric is undefined in some splits, such as precision where
    nothing is flagged, these means differ from those of :func:`mean_objective`.
    """
    values = _values(outcomes, difference.model, choice)
    reference_values = _values(outcomes, difference.reference, reference_choice)
    if values is None or reference_values is None:
        return math.nan, math.nan
    both = ~np.isnan(values - reference_values)
    return nanmean(np.where(both, values, np.nan)).item(), nanmean(np.where(both, reference_values, np.nan)).item()


def results_frame(outcomes: Outcomes, reference: str | None = None) -> pd.DataFrame:
    """Return a table with one row per strategy: its means, ranks and difference from the reference.

    All numbers are means over the repeats. nan marks what does not apply: 0.5 for scores that are not probabilities,
    in-sample thresholds without train rows, the difference of the reference from itself, intervals of fewer than five
    repeats.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        See :func:`default_reference`.

    Raises
    ------
    KeyError
        For an unknown reference.
    """
    import pandas as pd  # slow to import, and only this function needs it

    compared = {each.model: each for each in differences(outcomes, reference)}
    ranks = {choice: mean_ranks(outcomes, choice) for choice in _COLUMNS}
    rows: list[dict[str, object]] = []
    for model, result in outcomes.results.items():
        row: dict[str, object] = {"model": model}
        for choice, name in _COLUMNS.items():
            row |= _interval_cells(f"{outcomes.objective.name}_{name}", mean_objective(outcomes, model, choice))
        tuned = result.choices["tuned"]
        row |= {name: nanmean(tuned.value(metric(name))).item() for name in ("precision", "recall", "g_mean")}
        row |= {"roc_auc": float(result.roc_auc.mean()), "average_precision": float(result.average_precision.mean())}
        row["threshold"] = float(tuned.threshold.mean())
        row |= {f"rank_{name}": ranks[choice].get(model, math.nan) for choice, name in _COLUMNS.items()}
        difference = compared.get(model)
        row |= _interval_cells("difference", None if difference is None else difference.interval)
        rows.append(row | {"detectable": difference is not None and difference.detectable})
    return pd.DataFrame(rows)


def _interval_cells(name: str, interval: CorrectedInterval | None) -> dict[str, object]:
    cells = (math.nan,) * 3 if interval is None else (interval.mean, interval.low, interval.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), cells, strict=True))


def _differences(
    outcomes: Outcomes, pairs: Sequence[tuple[str, str]], choice: ChoiceName, reference_choice: ChoiceName
) -> tuple[Difference, ...]:
    compared: list[tuple[str, str, FloatArray]] = []
    for model, reference in pairs:
        values, reference_values = _values(outcomes, model, choice), _values(outcomes, reference, reference_choice)
        if values is not None and reference_values is not None:
            compared.append((model, reference, values - reference_values))
    level = 1 - (1 - _LEVEL) / max(len(compared), 1)
    return tuple(
        Difference(model, reference, _interval(outcomes, values, level)) for model, reference, values in compared
    )


def _values(outcomes: Outcomes, model: str, choice: ChoiceName) -> FloatArray | None:
    chosen = outcomes.results[model].choices.get(choice)
    return None if chosen is None else chosen.value(outcomes.objective)


def _interval(outcomes: Outcomes, values: FloatArray, level: float = _LEVEL) -> CorrectedInterval:
    interval = corrected_interval(values, n_train=outcomes.n_train, n_test=outcomes.n_test, confidence_level=level)
    if np.count_nonzero(~np.isnan(values)) < MIN_SPLITS:
        return replace(interval, low=math.nan, high=math.nan)
    return interval
