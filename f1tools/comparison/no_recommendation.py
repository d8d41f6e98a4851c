"""What is stated of several models where none can be recommended: few rows, a trivial optimum, aligned thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from f1tools import formatting
from f1tools.comparison.alignment import AlignBy, compared_metric
from f1tools.comparison.differences import MIN_ROWS, ModelDifferences, class_sizes
from f1tools.comparison.headline import Headline, Lead
from f1tools.comparison.simultaneous import EQUAL
from f1tools.comparison.summary import BestThreshold, ModelSummary
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import Metric, defined_values, metric
from f1tools.core.operating_point import OperatingPoint
from f1tools.predictions import Predictions
from f1tools.threshold_table import ThresholdTable

_MOST_NAMED = 5
# What a minimum is required of where a metric ignores one of the two errors.
_COUNTERPART = {"recall": "precision", "precision": "recall", "specificity": "recall"}
_AT_LEAST = {
    "recall": "a recall of at least",
    "precision": "a precision of at least",
    "flagged": "a number flagged of at most",
}
_NAMES = {"recall": "recall", "precision": "precision", "flagged": "number flagged", "threshold": "threshold"}
_NOT_COMPARABLE = "The same threshold doesn't mean the same for different models. "
_NO_RECOMMENDATION = "This is not a recommendation: align by own best thresholds for that."


def too_few_text(predictions: Predictions | ThresholdTable) -> str:
    """Say that the evaluation set has too few rows of a class for any comparison; empty where it has enough.

    Rows of weight 0 are not counted.

    Examples
    --------
    >>> too_few_text(Predictions.from_arrays([1, 0, 1, 0, 1], [0.9, 0.4, 0.4, 0.1, 0.3]))
    'Only 2 negatives: no comparison is reliable.'
    """
    if isinstance(predictions, ThresholdTable):
        positives, negatives = predictions.n_pos, predictions.n - predictions.n_pos
    else:
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
    by: AlignBy,
    objective: Metric,
    reference: OperatingPoint,
    points: Mapping[str, OperatingPoint | None],
    found: ModelDifferences | None = None,
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
    found : ModelDifferences, optional
        The ``compared`` differences of :func:`aligned_differences`. With intervals, the answer says whether the lead of
        the best model over the reference could be chance, or that of the reference over the next best; where tied
        scores prevent that all models have the same, at exactly the same.

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
        compared = compared_metric(by, objective)
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
    exactly = f"at exactly the same {_NAMES[by]} " if _is_bound(by, reference, comparable) else ""
    positives = float(reference.counts.positives()) if by == "flagged" else None
    verdict, interval = _lead_texts(found, values, exactly, positives)
    answer = f"{_alignment_text(by, reference, comparable)}, {is_what}{verdict}."
    return Headline(answer, f"{interval}{note}{_NO_RECOMMENDATION}")


def _lead_texts(
    found: ModelDifferences | None, values: dict[str, float], exactly: str, positives: float | None
) -> tuple[str, str]:
    """Return whether the lead of the best model could be chance, and its interval; empty where that is unknown.

    With the number of positives a difference in recall is stated as a number of positives.
    """
    if found is None or len(found.models) < 2:
        return "", ""
    lead = Lead.of({name: values[name] for name in found.models}, found.reference)
    difference = found.difference(lead.best, lead.other)
    bounds = difference.simultaneous
    if math.isnan(bounds.low):
        return "", ""
    best, other = map(formatting.truncate, (lead.best, lead.other))
    if difference.is_same:
        return f"; {exactly}{best} and {other} are the same in every resample", ""
    if bounds.high < 0:  # by tied scores, or by the tuning of the reference on these rows
        verdict = f"; but {exactly}on new rows {other} leads {best}, by more than chance explains"
    else:
        chance = "is more than chance explains" if bounds.low > 0 else "could be chance"
        verdict = f"; {exactly}the lead of {best} over {other} {chance}"
    text = bounds.signed_text
    if positives is not None:
        low, high = (_signed_count(end * positives) for end in (bounds.low, bounds.high))
        text = f"{low} to {high} positives"
    together = ", simultaneous for all models" if len(found.models) > 2 else ""
    return verdict, f"{bounds.level_text} interval of this difference on new rows: {text}{together}. "


def _signed_count(value: float) -> str:
    """Return a number of rows with its sign."""
    whole = math.floor(abs(value) + 0.5)
    return f"{'−' if value < 0 and whole else '+' if whole else ''}{formatting.count(whole)}"


def _alignment_text(by: AlignBy, reference: OperatingPoint, points: Mapping[str, OperatingPoint]) -> str:
    """Return what the thresholds have in common, or the bound where ties prevent that all have the same."""
    if by == "threshold":
        return (
            f"At the same threshold, {formatting.displayed_threshold(formatting.exact_threshold(reference.threshold))}"
        )
    value = _shared_text(by, reference)
    if _is_bound(by, reference, points):
        return f"At {_AT_LEAST[by]} {value}"
    return f"At the same {_NAMES[by]}, {value}"


def _is_bound(by: AlignBy, reference: OperatingPoint, points: Mapping[str, OperatingPoint]) -> bool:
    """Return whether not all models have what their thresholds should have in common."""
    return by != "threshold" and len({_shared_text(by, point) for point in [reference, *points.values()]}) > 1


def _shared_text(by: AlignBy, point: OperatingPoint) -> str:
    if by == "flagged":
        return formatting.count(float(point.counts.flagged()))
    return formatting.metric_value(float(defined_values(metric(by), point.counts)))
