"""The results of ``f1tools best`` as text: sentences and a table for each model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.cli.output import escape_controls
from f1tools.cli.reading import Counted, name_text, reading_notes
from f1tools.cli.tables import certainty_text, table_lines
from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import defined_values, metric
from f1tools.formatting import constrained_value, count, metric_value
from f1tools.formatting.bounds import known_value
from f1tools.formatting.positives import name_positives
from f1tools.formatting.sentence import precision_base, sentence
from f1tools.predictions import Predictions

if TYPE_CHECKING:
    from f1tools.core.optimum import Optimum
    from f1tools.decision import Decision
    from f1tools.readers import Reading
    from f1tools.uncertainty import Interval, TunedEstimate

_MOST_TIES = 3
RoundThreshold = tuple[str, ConfusionCounts] | None  # as text, with its counts on the evaluation set


@dataclass(frozen=True, eq=False)
class ModelResult:
    """The decision for the best threshold of one model, with intervals where they were requested.

    Parameters
    ----------
    decision : Decision
    expected : TunedEstimate or None
        Without roles: the value to expect on new rows.
    interval : Interval or None
        With roles: the confidence interval of the value on the evaluation set.
    widening : float or None
        How many times as wide this interval is as if all rows were independent, where rows are in clusters.
    """

    decision: Decision
    expected: TunedEstimate | None = None
    interval: Interval | None = None
    widening: float | None = None


def to_text(reading: Reading, counted: Counted, results: Iterable[ModelResult], *, in_sample: bool) -> str:
    """Return the results as text; ``in_sample`` adds that values on the rows of the choice are optimistic."""
    cluster = "" if reading.proposal is None else name_text(reading.proposal.cluster or "")
    blocks = [[*data_lines(reading, counted), *reading_notes(reading)], *_models(results, cluster)]
    if in_sample and not has_roles(counted):
        blocks.append([formatting.IN_SAMPLE])
    return "\n\n".join("\n".join(map(escape_controls, block)) for block in blocks)


def _models(results: Iterable[ModelResult], cluster: str) -> list[list[str]]:
    """Return the lines of each model; what to expect of the best of several models is still too high."""
    blocks, values, estimated = [], [], []
    for each in results:  # may be a generator, so that only one model's curves are in memory
        uncertainty = list(_uncertainty(each, cluster))
        blocks.append([*_model(each), *uncertainty])
        values.append(each.decision.evaluation.value)
        has_estimate = each.expected is not None and not math.isnan(each.expected.estimate)
        estimated.append(len(uncertainty) if has_estimate else 0)
    if len(blocks) > 1 and any(estimated):
        from f1tools.uncertainty.sentences import best_of_models_text  # slow to load

        highest = metric_value(max((value for value in values if not math.isnan(value)), default=math.nan))
        for block, value, n_lines in zip(blocks, values, estimated, strict=True):
            if n_lines and metric_value(value) == highest:
                block.insert(len(block) - n_lines + 1, best_of_models_text(len(blocks)))
    return blocks


def has_roles(counted: Counted) -> bool:
    """Return whether thresholds are chosen on other rows than those of the evaluation set."""
    return isinstance(counted, Predictions) and counted.tuning is not None


def data_lines(reading: Reading, counted: Counted) -> Iterable[str]:
    """Yield what was read: rows, and with roles which of them choose the threshold, or a threshold table."""
    return _row_lines(reading, counted) if isinstance(counted, Predictions) else table_lines(reading, counted)


def _row_lines(reading: Reading, predictions: Predictions) -> Iterable[str]:
    assert reading.proposal is not None  # noqa: S101 - the files were read
    choices = reading.proposal
    truth, pos_label, neg_label, role = map(
        name_text, (choices.truth_column or "", predictions.pos_label, predictions.neg_label, choices.role or "")
    )
    share = formatting.percent(predictions.n_pos / predictions.n)
    yield (
        f"{name_text(reading.name)} ({reading.layout}): {count(predictions.n)} rows, {count(predictions.n_pos)} of "
        f"them positive ({share}). The column {truth} holds the true classes: {pos_label} is positive, {neg_label} "
        "negative."
    )
    if predictions.cluster_codes is not None:
        n_clusters = int(predictions.cluster_codes.max()) + 1
        yield f"The rows are in {count(n_clusters)} clusters, the values of {name_text(choices.cluster or '')}."
    if predictions.tuning is not None:
        tuning, evaluation = map(name_text, predictions.role_names)
        n_tuning = int(predictions.tuning.sum())
        yield (
            f"Thresholds are chosen on the {count(n_tuning)} rows whose {role} is {tuning}; all metrics describe the "
            f"{count(predictions.n - n_tuning)} rows whose {role} is {evaluation}."
        )


def _model(result: ModelResult) -> list[str]:
    decision = result.decision
    curves, best = decision.curves, decision.evaluation
    tuning, evaluation = map(name_text, curves.role_names or ("", ""))
    high = best.point.threshold
    threshold = formatting.threshold_text(max(best.interval[0], curves.evaluation.next_below(high)), high)
    round_threshold = _round_threshold(decision)
    at = formatting.at_threshold(threshold)
    constraints = f" with {' and '.join(map(str, best.constraints))}" if best.constraints else ""
    label, value = best.metric.label, metric_value(best.value)
    what = f"highest {formatting.lowercase_label(label)} {value} {at}"
    if curves.has_roles:
        what = f"{label} {value} on {evaluation} {at}, the best threshold on {tuning}"
    return [
        f"{name_text(curves.model)}: {what}{constraints}",
        sentence(
            best.point.counts,
            formatting.displayed_threshold(threshold),
            name_positives(curves.pos_label),
            precision_base(curves.evaluation),
        ),
        *_table(decision, threshold, round_threshold),
        *(_violated_constraints(best, evaluation) if curves.has_roles else []),
        *_alternatives(decision, threshold, round_threshold, f" on {tuning}" if curves.has_roles else ""),
        *filter(None, [certainty_text(decision.tuning, curves.tuning)]),
        "ROC AUC {}, average precision {}".format(*areas(curves.evaluation)),
    ]


def areas(curve: ThresholdCurve) -> tuple[str, str]:
    """Return ROC AUC and average precision; from where to where, if rows in bins tell no more."""
    return known_value(*roc_auc_bounds(curve)), known_value(*average_precision_bounds(curve))


def _uncertainty(result: ModelResult, cluster: str) -> Iterable[str]:
    """Yield what to expect on new rows, if it was requested."""
    if result.expected is None and result.interval is None:
        return
    from f1tools.uncertainty.sentences import (  # slow to load
        expected_value_text,
        threshold_spread_text,
        widening_text,
    )

    if result.expected is not None:
        yield expected_value_text(result.expected)
        if wider := widening_text(result.expected.widening, cluster):
            yield wider
        yield threshold_spread_text(result.expected)
    elif result.interval is not None:
        yield f"{result.interval.level_text} interval of {result.decision.objective.label}: {result.interval.text}."
        if wider := widening_text(result.widening, cluster):
            yield wider


def _violated_constraints(best: Optimum, evaluation: str) -> Iterable[str]:
    """Yield the constraints that the threshold meets on the tuning set but not on the evaluation set."""
    counts = best.point.counts
    for constraint in best.constraints:
        if not constraint.is_satisfied_by(counts):
            value = constrained_value(constraint, counts)
            yield f"On {evaluation} it does not meet {constraint}: there it is {value}."


def _alternatives(decision: Decision, threshold: str, round_threshold: RoundThreshold, where: str) -> Iterable[str]:
    """Yield which thresholds are equivalent or equally good, and what a round threshold costs."""
    best = decision.evaluation
    if not formatting.is_one_threshold(*best.interval):
        yield f"Every threshold{formatting.threshold_range_text(*best.interval)} makes the same decisions{where}."
    if trivial := formatting.trivial_optimum_text(best, threshold):
        yield trivial
    next_below = decision.curves.tuning.next_below
    ties = [formatting.threshold_text(next_below(tie), tie) for tie in best.ties[:-1].tolist() if math.isfinite(tie)]
    if ties:
        more = f" and {count(len(ties) - _MOST_TIES)} more" if len(ties) > _MOST_TIES else ""
        listed = ", ".join(ties[-_MOST_TIES:]) + more
        yield f"The {'best ' if where else ''}value is reached at {listed} as well{where}; the lowest is used."
    if round_threshold is not None:
        text, counts = round_threshold
        value = float(best.metric.evaluate(counts))
        if price := formatting.price(best.metric.label, best.value, value):
            yield f"A round threshold nearby: {text} ({price})."


def _round_threshold(decision: Decision) -> RoundThreshold:
    """Return a round threshold near the best one and its counts."""
    value = decision.round_threshold
    return None if value is None else (formatting.decimal(value), decision.curves.evaluation.at(value).counts)


def _table(decision: Decision, threshold: str, round_threshold: RoundThreshold) -> list[str]:
    """Return metrics and counts at the best threshold, a round one, 0.5, and when everything is flagged."""
    curves = decision.curves
    metrics = {each.name: each for each in (decision.objective, *map(metric, ("f1", "precision", "recall")))}.values()
    rows = [("best", threshold, decision.evaluation.point.counts)]
    has_half = curves.counts_at_half is not None and threshold != "0.5"
    if round_threshold is not None and not (has_half and round_threshold[0] == "0.5"):
        rows.append(("round", *round_threshold))
    if curves.counts_at_half is not None and has_half:
        rows.append(("usual", "0.5", curves.counts_at_half))
    everything = "flag all with a score" if curves.evaluation.has_unscored else "flag all"
    rows.append((everything, "", curves.evaluation.at(-math.inf).counts))
    cells = [["", "threshold", *(each.label for each in metrics), "TP", "FP", "FN", "TN"]]
    for name, at, c in rows:
        values = [metric_value(float(defined_values(each, c))) for each in metrics]
        cells.append([name, formatting.displayed_threshold(at), *values, *map(count, (c.tp, c.fp, c.fn, c.tn))])
    return align_columns(cells)


def align_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: the first column aligned to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
