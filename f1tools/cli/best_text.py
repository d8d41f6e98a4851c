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
    from f1tools.predictions import Predictions
    from f1tools.readers import Choices, Reading


def as_text(reading: Reading, answers: Sequence[Answer]) -> str:
    """Write the answers for people."""
    predictions, taken = reading.predictions, reading.proposal
    assert predictions is not None  # noqa: S101 - there are answers
    assert taken is not None  # noqa: S101
    blocks = [[_what_was_read(reading.name, reading.layout, predictions, taken)]]
    if predictions.tunes is None:
        blocks[0] += notes(reading)
        blocks += [_about(answer) for answer in answers]
        blocks += [] if answers[0].expected else [[formatting.IN_SAMPLE]]
    else:
        blocks[0] += [_who_does_what(predictions, taken), *notes(reading)]
        tune, report = map(brief, predictions.role_names)
        blocks += [_about(answer, (tune, report)) for answer in answers]
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
    assert predictions.tunes is not None  # noqa: S101 - the rows have roles
    tune, report, role = map(brief, (*predictions.role_names, taken.role or ""))
    n_tune = int(predictions.tunes.sum())
    return (
        f"Thresholds are chosen on the {formatting.count(n_tune)} rows whose {role} is {tune}; all "
        f"figures are those of "
        f"the {formatting.count(predictions.n - n_tune)} rows whose {role} is {report}."
    )


def _about(answer: Answer, roles: tuple[str, str] | None = None) -> list[str]:
    optimum = answer.optimum
    threshold = formatting.threshold_text(*answer.alike)
    where = threshold if math.isinf(answer.alike[1]) else f"at {threshold}"
    kept = f" with {' and '.join(map(str, optimum.constraints))}" if optimum.constraints else ""
    label, value = optimum.metric.label, formatting.metric_value(optimum.value)
    head = f"best {label} {value} {where}" if roles is None else f"{label} {value} on {roles[1]} {where}, "
    return [
        f"{brief(answer.score)}: {head}{'' if roles is None else f'the best on {roles[0]}'}{kept}",
        sentence(optimum.point.counts, threshold),
        *_table(answer, threshold),
        *([] if roles is None else _broken(optimum, roles[1])),
        *_leeway(answer, threshold, "" if roles is None else f" on {roles[0]}"),
        f"ROC AUC {formatting.metric_value(answer.roc_auc)}, average precision "
        f"{formatting.metric_value(answer.average_precision)}",
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
        yield f"{answer.interval.level_text} interval of {answer.optimum.metric.label}: {answer.interval.text}."


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


def _leeway(answer: Answer, threshold: str, where: str) -> Iterable[str]:
    """Say how exactly the threshold must be kept, and which others are as good."""
    low, high = answer.optimum.interval
    above = "" if math.isinf(low) else f" above {formatting.decimal(low)}"
    up_to = "" if math.isinf(high) else f" up to {formatting.decimal(high)}"
    yield f"Every threshold{above}{up_to} makes the same decisions{where}."
    others = [formatting.decimal(each) for each in answer.optimum.ties[:-1].tolist() if math.isfinite(each)]
    if others:
        shown = ", ".join(others[-3:]) + (f" and {formatting.count(len(others) - 3)} more" if len(others) > 3 else "")
        yield f"The {'best ' if where else ''}value is reached at {shown} as well{where}; the lowest is taken."
    if answer.nearby is not None and answer.at_round is not None:
        written = formatting.decimal(answer.nearby.round_threshold)
        other = float(answer.optimum.metric.evaluate(answer.at_round))
        if written != threshold and not math.isnan(answer.optimum.value + other):
            yield f"A round number nearby: {written} {_cost(answer.optimum.value, other)}."


def _cost(best: float, other: float) -> str:
    """Say what the round number costs; on rows that it was not chosen on it may happen to gain something."""
    if abs(best - other) < 1e-12:
        return "costs nothing"
    does = "costs" if best > other else "gains"
    written = formatting.difference(max(best, other), min(best, other)).removeprefix("+")
    return f"{does} {'less than 0.001' if written == '±0' else written}"


def _table(answer: Answer, threshold: str) -> list[str]:
    """Compare the best point with the usual ones."""
    wanted = answer.optimum.metric
    shown = [wanted, *_others(wanted)]
    rows = [("best", threshold, answer.optimum.point.counts)]
    if answer.nearby is not None and answer.at_round is not None:
        written = formatting.decimal(answer.nearby.round_threshold)
        rows += [("round", written, answer.at_round)] if written != threshold else []
    if answer.probabilities and threshold != "0.5":
        rows.append(("usual", "0.5", answer.half))
    rows.append(("flag all", "", answer.everything))
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
