"""Strategies compared split by split: means, gains, differences and ranks of the objective."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.extras import needs_extra
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
    value, reference_value : float
        Their mean objectives over the splits where both have a value; nan if there are none. Where a metric is
        undefined in some splits, such as precision where nothing is flagged, they differ from :func:`mean_objective`.
    interval : CorrectedInterval
        Of the mean difference over these splits; above 0 where ``model`` is better. Intervals that are returned
        together hold simultaneously. Undefined if fewer than :data:`MIN_SPLITS` splits have a value.
    """

    model: str
    reference: str
    value: float
    reference_value: float
    interval: CorrectedInterval

    @property
    def resolution(self) -> float:
        """Half the width of the interval: smaller mean differences are not detectable; nan if it is undefined."""
        return self.interval.half_width

    @property
    def detectable(self) -> bool:
        """Whether the interval excludes 0; an undefined interval excludes nothing."""
        return not self.interval.contains_zero

    @property
    def text(self) -> str:
        """The mean difference, rounded so that it agrees with the two rounded means, or with a very narrow interval."""
        interval = self.interval
        low, high = (interval.low, interval.high) if interval.defined else (math.nan, math.nan)
        return formatting.difference_within(self.value, self.reference_value, interval.mean, low, high)


def default_reference(models: Sequence[str]) -> str:
    """Return the default reference strategy: the one named plain, else the first.

    Examples
    --------
    >>> default_reference(["score_smote", "score_plain"]), default_reference(["forest", "linear"])
    ('score_plain', 'forest')
    """
    return next((model for model in models if strategy_key(model).casefold() == PLAIN), models[0])


def mean_objective(outcomes: Outcomes, model: str, choice: ChoiceName = "tuned") -> CorrectedInterval:
    """Return the mean objective of a strategy with its interval; nan if the strategy lacks the threshold choice.

    The interval is clipped to the range of the metric: no F1 is below 0 or above 1. It is undefined if fewer than
    :data:`MIN_SPLITS` splits have a value.

    Raises
    ------
    KeyError
        For an unknown model.
    """
    interval = _interval(outcomes, outcomes.values(model, choice))
    bounds = _RANGES.get(outcomes.objective.name, (0.0, 1.0))
    low, high = np.clip([interval.low, interval.high], *bounds).tolist()
    return replace(interval, low=low, high=high)


def gains(
    outcomes: Outcomes,
    choice: ChoiceName = "tuned",
    baseline: ChoiceName = "half",
    *,
    models: Sequence[str] | None = None,
) -> tuple[Difference, ...]:
    """Return the gain of one threshold choice over another, for every strategy that has both.

    Parameters
    ----------
    outcomes : Outcomes
    choice, baseline : ChoiceName
    models : sequence of str, optional
        The strategies; all by default. The intervals of those returned hold simultaneously.

    Raises
    ------
    KeyError
        For an unknown model.
    """
    models = outcomes.models if models is None else models
    return _differences(outcomes, [(model, model) for model in models], choice, baseline)


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
    models = [model for model, result in outcomes.results.items() if choice in result.choices]
    values = np.array([outcomes.values(model, choice) for model in models]).reshape(len(models), outcomes.repeats)
    table = np.nan_to_num(np.round(values, _DIGITS), nan=-np.inf, neginf=-np.inf)
    better = (table[None] > table[:, None]).sum(axis=1)
    equal = (table[None] == table[:, None]).sum(axis=1)
    return dict(zip(models, (better + (equal + 1) / 2).mean(axis=1).tolist(), strict=True))


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
    with needs_extra("app"):
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
    """Compare the pairs where both strategies have their threshold choice."""
    results = outcomes.results
    pairs = [
        (model, reference)
        for model, reference in pairs
        if choice in results[model].choices and reference_choice in results[reference].choices
    ]
    level = 1 - (1 - _LEVEL) / max(len(pairs), 1)
    compared = []
    for model, reference in pairs:
        values, reference_values = outcomes.values(model, choice), outcomes.values(reference, reference_choice)
        change = values - reference_values
        value, reference_value = (
            nanmean(np.where(np.isnan(change), np.nan, side)).item() for side in (values, reference_values)
        )
        compared.append(Difference(model, reference, value, reference_value, _interval(outcomes, change, level)))
    return tuple(compared)


def _interval(outcomes: Outcomes, values: FloatArray, level: float = _LEVEL) -> CorrectedInterval:
    interval = corrected_interval(values, n_train=outcomes.n_train, n_test=outcomes.n_test, confidence_level=level)
    if np.count_nonzero(~np.isnan(values)) < MIN_SPLITS:
        return replace(interval, low=math.nan, high=math.nan)
    return interval
