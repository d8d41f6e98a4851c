"""What is stated of several models where none can be recommended: few rows, a trivial optimum, aligned thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from f1tools import formatting
from f1tools.comparison.alignment import AlignBy
from f1tools.comparison.differences import MIN_ROWS, class_sizes
from f1tools.comparison.headline import Headline
from f1tools.comparison.simultaneous import EQUAL
from f1tools.comparison.summary import BestThreshold, ModelSummary
from f1tools.core.constraints import Constraint
from f1tools.core.curve import OperatingPoint
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.predictions import Predictions

_MOST_NAMED = 5
# What a minimum is required of where a metric ignores one of the two errors.
_COUNTERPART = {"recall": "precision", "precision": "recall", "specificity": "recall"}
_COMPARED = {"recall": metric("precision"), "precision": metric("recall")}
_AT_LEAST = {
    "recall": "a recall of at least",
    "precision": "a precision of at least",
    "flagged": "a number flagged of at most",
}
_NOT_COMPARABLE = "The same threshold doesn't mean the same for different models. "
_NO_RECOMMENDATION = "This is not a recommendation and has no interval: align by own best thresholds for that."


def too_few_text(predictions: Predictions) -> str:
    """Say that the evaluation set has too few rows of a class for any comparison; empty where it has enough.

    Rows of weight 0 are not counted.

    Examples
    --------
    >>> too_few_text(Predictions.from_arrays([1, 0, 1, 0, 1], [0.9, 0.4, 0.4, 0.1, 0.3]))
    'Only 2 negatives: no comparison is reliable.'
    """
    positives, negatives = class_sizes(predictions)
    n, name = min((positives, "positive"), (negatives, "negative"))
    if n >= MIN_ROWS:
        return ""
    return f"Only {n} {name}{'' if n == 1 else 's'}: no comparison is reliable."


def no_choice_text(
    objective: Metric, summaries: Sequence[ModelSummary | BestThreshold], constraints: Sequence[Constraint] = ()
) -> str:
    """Say why the metric does not tell which model is best; empty where it does.

    Parameters
    ----------
    objective : Metric
    summaries : sequence of ModelSummary or BestThreshold
        Of at least two models, each at its own best threshold.
    constraints : sequence of Constraint
        On these thresholds.

    Returns
    -------
    str
        The metric does not tell where all values are equal, and where the best one is that of a trivial threshold: one
        that flags every case, a single one, or none.
    """
    values = [float(defined_values(objective, each.point.counts)) for each in summaries]
    if all(map(math.isnan, values)):
        return ""
    value = float(np.nanmax(values))
    best = summaries[values.index(value)]
    all_equal = all(abs(each - value) < EQUAL for each in values)
    extreme = best.extreme if not all_equal or len({each.extreme for each in summaries}) == 1 else ""
    if not (all_equal or extreme):
        return ""
    label = formatting.lowercase_label(objective.label)
    who = "Every model" if all_equal else formatting.truncate(best.model)
    by = f" by flagging {extreme}" if extreme else ""
    return f"{who} reaches {label} {formatting.metric_value(value)}{by}: {_remedy(objective, extreme, constraints)}."


def _remedy(objective: Metric, extreme: str, constraints: Sequence[Constraint]) -> str:
    counterpart = _COUNTERPART.get(objective.name)
    label = formatting.lowercase_label(objective.label)
    if counterpart is None:
        return "choose another metric" if extreme else f"by {label} none is better"
    higher = "higher " if any(each.name == counterpart for each in constraints) else ""
    return f"require a {higher}minimum {counterpart} (Explore > Constraints)"


def aligned_headline(
    by: AlignBy, objective: Metric, reference: OperatingPoint, points: Mapping[str, OperatingPoint | None]
) -> Headline:
    """State what differs between models at aligned thresholds, the best one first, without a recommendation.

    Parameters
    ----------
    by : {"recall", "precision", "flagged", "threshold"}
        What the thresholds have in common.
    objective : Metric
        It is compared at the same threshold. At the same recall precision is compared, at the same precision recall,
        and at the same number of flagged cases the number of positives caught.
    reference : OperatingPoint
        The one that the others are aligned with.
    points : mapping of str to (OperatingPoint or None)
        By model, with the reference; None where no threshold is comparable.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> forest = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]).at(0.4)
    >>> linear = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.8, 0.3, 0.6, 0.7]).at(0.6)
    >>> aligned_headline("recall", metric("f1"), forest, {"forest": forest, "linear": linear}).answer
    'At the same recall, 1.000, precision is 0.667 for forest and 0.667 for linear.'
    """
    comparable = {name: point for name, point in points.items() if point is not None}
    if by == "flagged":
        what = "the number of positives caught"
        values = {name: float(point.counts.tp) for name, point in comparable.items()}
    else:
        compared = _COMPARED.get(by, objective)
        what = formatting.lowercase_label(compared.label)
        values = {name: float(defined_values(compared, point.counts)) for name, point in comparable.items()}
    ranked = sorted(values, key=lambda name: (math.isnan(values[name]), -values[name]))
    write = formatting.count if by == "flagged" else formatting.metric_value
    named = [(formatting.truncate(name), write(values[name])) for name in ranked]
    if len(named) > _MOST_NAMED:
        (first, highest), (last, lowest) = named[0], named[-1]
        is_what = f"{what} is highest for {first}, {highest}, and lowest for {last}, {lowest}"
    else:
        is_what = f"{what} is {formatting.join_names(f'{value} for {name}' for name, value in named)}"
    note = _NOT_COMPARABLE if by == "threshold" else ""
    return Headline(f"{_alignment_text(by, reference, comparable)}, {is_what}.", f"{note}{_NO_RECOMMENDATION}")


def _alignment_text(by: AlignBy, reference: OperatingPoint, points: Mapping[str, OperatingPoint]) -> str:
    """Return what the thresholds have in common, or the bound where ties prevent that all have the same."""
    if by == "threshold":
        return (
            f"At the same threshold, {formatting.displayed_threshold(formatting.exact_threshold(reference.threshold))}"
        )
    shared = {_shared_text(by, point) for point in [reference, *points.values()]}
    value = _shared_text(by, reference)
    if len(shared) > 1:
        return f"At {_AT_LEAST[by]} {value}"
    return f"At the same {'number flagged' if by == 'flagged' else by}, {value}"


def _shared_text(by: AlignBy, point: OperatingPoint) -> str:
    if by == "flagged":
        return formatting.count(float(point.counts.flagged()))
    return formatting.metric_value(float(defined_values(metric(by), point.counts)))
