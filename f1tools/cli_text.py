"""The answers of the command line in words and tables, for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from f1tools import words
from f1tools.cli_output import Answer, notes, visible
from f1tools.counts import ConfusionCounts
from f1tools.metrics import Metric
from f1tools.optimum import Optimum
from f1tools.plateau import Plateau

if TYPE_CHECKING:
    from f1tools.reading import Reading


def as_text(reading: Reading, answers: Sequence[Answer]) -> str:
    """Write the answers for people."""
    blocks = [[_what_was_read(reading), *notes(reading)]]
    blocks += [_about(answer) for answer in answers]
    blocks.append([words.IN_SAMPLE])
    return "\n\n".join("\n".join(map(visible, block)) for block in blocks)


def _what_was_read(reading: Reading) -> str:
    predictions, taken = reading.predictions, reading.proposal
    assert predictions is not None  # noqa: S101 - there are answers
    assert taken is not None  # noqa: S101
    rows, positives = words.count(predictions.n), words.count(predictions.n_pos)
    return (
        f"{reading.name} ({reading.layout}): {rows} rows, {positives} of them positive "
        f"({words.percent(predictions.n_pos / predictions.n)}). Truth is {taken.truth}: {predictions.pos_label} is "
        f"positive, {predictions.neg_label} negative."
    )


def _about(answer: Answer) -> list[str]:
    optimum = answer.optimum
    low, high = optimum.interval
    threshold = _threshold(low, high)
    where = threshold if math.isinf(high) else f"at {threshold}"
    kept = f" with {' and '.join(map(str, optimum.constraints))}" if optimum.constraints else ""
    return [
        f"{answer.score}: best {optimum.metric.label} {words.figure(optimum.value)} {where}{kept}",
        words.sentence(optimum.point.counts, threshold),
        *_table(answer, threshold),
        *_leeway(answer, threshold),
        f"ROC AUC {words.figure(answer.roc_auc)}, average precision {words.figure(answer.average_precision)}",
    ]


def _threshold(low: float, high: float) -> str:
    if math.isinf(high):
        return "above all scores"
    return words.decimal_text(high) if math.isinf(low) else words.shortest_decimal(low, high)


def _leeway(answer: Answer, threshold: str) -> Iterable[str]:
    """Say how exactly the threshold must be kept, and which others are as good."""
    low, high = answer.optimum.interval
    above = "" if math.isinf(low) else f" above {words.decimal_text(low)}"
    up_to = "" if math.isinf(high) else f" up to {words.decimal_text(high)}"
    yield f"Every threshold{above}{up_to} makes the same decisions."
    others = [words.decimal_text(each) for each in answer.optimum.ties[:-1].tolist() if math.isfinite(each)]
    if others:
        shown = ", ".join(others[-3:]) + (f" and {words.count(len(others) - 3)} more" if len(others) > 3 else "")
        yield f"The value is reached at {shown} as well; the lowest is taken."
    if answer.nearby is not None and answer.at_round is not None:
        written = words.decimal_text(answer.nearby.round_threshold)
        if written != threshold:
            yield f"A round number nearby: {written} costs {_cost(answer.optimum, answer.at_round, answer.nearby)}."


def _cost(optimum: Optimum, at_round: ConfusionCounts, nearby: Plateau) -> str:
    if nearby.round_cost == 0:
        return "nothing"
    written = words.difference(optimum.value, float(optimum.metric.of(at_round)))
    return "less than 0.001" if written == "±0" else written.removeprefix("+")


def _table(answer: Answer, threshold: str) -> list[str]:
    """Compare the best point with the usual ones."""
    wanted = answer.optimum.metric
    shown = [wanted, *_others(wanted)]
    rows = [("best", threshold, answer.optimum.point.counts)]
    if answer.nearby is not None and answer.at_round is not None:
        written = words.decimal_text(answer.nearby.round_threshold)
        rows += [("round", written, answer.at_round)] if written != threshold else []
    if answer.probabilities and threshold != "0.5":
        rows.append(("usual", "0.5", answer.half))
    rows.append(("flag all", "", answer.everything))
    cells = [["", "threshold", *(each.label for each in shown), "TP", "FP", "FN", "TN"]]
    for name, at, counts in rows:
        figures = [words.figure(float(each.of(counts))) for each in shown]
        cells.append([name, at, *figures, *map(words.count, (counts.tp, counts.fp, counts.fn, counts.tn))])
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
