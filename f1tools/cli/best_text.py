"""The answers of ``f1tools best`` in words and tables, for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from f1tools import formatting
from f1tools.cli.best_answer import Answer
from f1tools.cli.source import notes
from f1tools.cli.terminal import brief, visible
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, metric
from f1tools.core.optimum import Optimum
from f1tools.formatting.sentence import sentence

if TYPE_CHECKING:
    from f1tools.decision import Decision
    from f1tools.predictions import Predictions
    from f1tools.readers import Choices, Reading


def as_text(reading: Reading, answers: Iterable[Answer], *, in_sample: bool) -> str:
    """Write the answers for people; ``in_sample`` warns that thresholds were chosen on the rows that judge them."""
    predictions, taken = reading.predictions, reading.proposal
    assert predictions is not None  # noqa: S101 - there are answers
    assert taken is not None  # noqa: S101
    head = [_what_was_read(reading.name, reading.layout, predictions, taken)]
    head += [] if predictions.tuning is None else [_who_does_what(predictions, taken)]
    blocks = [head + notes(reading), *(_about(answer) for answer in answers)]
    if predictions.tuning is None and in_sample:
        blocks.append([formatting.IN_SAMPLE])
    return "\n\n".join("\n".join(map(visible, block)) for block in blocks)


def _what_was_read(name: str, layout: str, predictions: Predictions, taken: Choices) -> str:
    rows, positives = formatting.count(predictions.n), formatting.count(predictions.n_pos)
    truth, pos_label, neg_label = map(brief, (taken.truth or "", predictions.pos_label, predictions.neg_label))
    return (
        f"{brief(name)} ({layout}): {rows} rows, {positives} of them positive "
        f"({formatting.percent(predictions.n_pos / predictions.n)}). Truth is {truth}: {pos_label} is "
        f"positive, {neg_label} "
        "negative."
    )


def _who_does_what(predictions: Predictions, taken: Choices) -> str:
    assert predictions.tuning is not None  # noqa: S101 - the rows have roles
    tune, report, role = map(brief, (*predictions.role_names, taken.role or ""))
    n_tune = int(predictions.tuning.sum())
    return (
        f"Thresholds are chosen on the {formatting.count(n_tune)} rows whose {role} is {tune}; all "
        f"figures are those of "
        f"the {formatting.count(predictions.n - n_tune)} rows whose {role} is {report}."
    )


def _about(answer: Answer) -> list[str]:
    decision = answer.decision
    curves, best = decision.curves, decision.evaluation
    tuning_name, evaluation_name = map(brief, curves.role_names or ("", ""))
    high = best.point.threshold
    threshold = formatting.threshold_text(max(best.interval[0], curves.evaluation.next_below(high)), high)
    where = threshold if math.isinf(high) else f"at {threshold}"
    kept = f" with {' and '.join(map(str, best.constraints))}" if best.constraints else ""
    label, value = best.metric.label, formatting.metric_value(best.value)
    what = f"best {label} {value} {where}"
    if curves.has_roles:
        what = f"{label} {value} on {evaluation_name} {where}, the best on {tuning_name}"
    return [
        f"{brief(curves.model)}: {what}{kept}",
        sentence(best.point.counts, threshold),
        *_table(decision, threshold),
        *(_broken(best, evaluation_name) if curves.has_roles else []),
        *_leeway(decision, threshold, f" on {tuning_name}" if curves.has_roles else ""),
        f"ROC AUC {formatting.metric_value(curves.roc_auc)}, average precision "
        f"{formatting.metric_value(curves.average_precision)}",
        *_how_sure(answer),
    ]


def _how_sure(answer: Answer) -> Iterable[str]:
    """Say what to expect on new rows, where that was asked for."""
    if answer.expected is None and answer.interval is None:
        return
    from f1tools.uncertainty.sentences import expected_value_text, threshold_spread_text

    if answer.expected is not None:
        yield expected_value_text(answer.expected)
        yield threshold_spread_text(answer.expected)
    elif answer.interval is not None:
        yield f"{answer.interval.level_text} interval of {answer.decision.objective.label}: {answer.interval.text}."


def _broken(optimum: Optimum, report: str) -> Iterable[str]:
    """Say which bounds the threshold keeps where it was chosen, but not on the rows that report."""
    counts = optimum.point.counts
    for constraint in optimum.constraints:
        if not constraint.is_kept_at(counts):
            flagged = constraint.name == "flagged"
            reached = (
                formatting.count(counts.flagged())
                if flagged
                else formatting.metric_value(float(metric(constraint.name).evaluate(counts)))
            )
            yield f"On {report} it does not keep {constraint}: there it is {reached}."


def _leeway(decision: Decision, threshold: str, where: str) -> Iterable[str]:
    """Say how exactly the threshold must be kept, and which others are as good."""
    best = decision.evaluation
    low, high = best.interval
    above = "" if math.isinf(low) else f" above {formatting.decimal(low)}"
    up_to = "" if math.isinf(high) else f" up to {formatting.decimal(high)}"
    yield f"Every threshold{above}{up_to} makes the same decisions{where}."
    others = [formatting.decimal(each) for each in best.ties[:-1].tolist() if math.isfinite(each)]
    if others:
        shown = ", ".join(others[-3:]) + (f" and {formatting.count(len(others) - 3)} more" if len(others) > 3 else "")
        yield f"The {'best ' if where else ''}value is reached at {shown} as well{where}; the lowest is taken."
    text, counts = _round_number(decision)
    if text and text != threshold:
        other = float(best.metric.evaluate(counts))
        if not math.isnan(best.value + other):
            yield f"A round number nearby: {text} {_cost(best.value, other)}."


def _round_number(decision: Decision) -> tuple[str, ConfusionCounts]:
    """Return the round threshold near the best one as text, and its counts; no text where nothing is flagged."""
    if math.isinf(decision.tuning.interval[1]):
        return "", decision.evaluation.point.counts
    threshold = decision.plateau.round_threshold
    return formatting.decimal(threshold), decision.curves.evaluation.at(threshold).counts


def _cost(best: float, other: float) -> str:
    """Say what the round number costs; on rows that it was not chosen on it may happen to gain something."""
    if abs(best - other) < 1e-12:
        return "costs nothing"
    does = "costs" if best > other else "gains"
    written = formatting.difference(max(best, other), min(best, other)).removeprefix("+")
    return f"{does} {'less than 0.001' if written == '±0' else written}"


def _table(decision: Decision, threshold: str) -> list[str]:
    """Compare the best point with the usual ones."""
    objective, curves = decision.objective, decision.curves
    shown = [objective, *_others(objective)]
    rows = [("best", threshold, decision.evaluation.point.counts)]
    text, counts = _round_number(decision)
    if text not in ("", threshold):
        rows.append(("round", text, counts))
    if curves.counts_at_half is not None and threshold != "0.5":
        rows.append(("usual", "0.5", curves.counts_at_half))
    rows.append(("flag all", "", curves.evaluation.at(-math.inf).counts))
    cells = [["", "threshold", *(each.label for each in shown), "TP", "FP", "FN", "TN"]]
    for name, at, counts in rows:
        figures = [formatting.metric_value(float(each.evaluate(counts))) for each in shown]
        cells.append([name, at, *figures, *map(formatting.count, (counts.tp, counts.fp, counts.fn, counts.tn))])
    return aligned(cells)


def _others(wanted: Metric) -> list[Metric]:
    """Give the figures shown beside the one that was asked for; precision is undefined where nothing is flagged."""
    precision = Metric("precision", "precision", lambda counts: counts.precision(math.nan))
    usual = [Metric("f1", "F1", ConfusionCounts.f1), precision, Metric("recall", "recall", ConfusionCounts.recall)]
    return [each for each in usual if each.name != wanted.name]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set cells in columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
