"""What the command line prints: the best threshold of each model, as JSON or as text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from f1tools import words
from f1tools.counts import ConfusionCounts
from f1tools.metrics import Metric
from f1tools.optimum import Optimum
from f1tools.plateau import Plateau

if TYPE_CHECKING:
    from f1tools.cli_options import Request
    from f1tools.reading import Reading

_IN_SAMPLE = (
    "The threshold was chosen on these very rows: its value is the apparent, in-sample best, and a little too good. "
    "Expect less on new rows, and check the threshold on rows that had no part in choosing it."
)


@dataclass(frozen=True)
class Answer:
    """What is said about one model.

    Parameters
    ----------
    score : str
        The model's name.
    optimum : Optimum
    roc_auc, average_precision : float
    half, everything : ConfusionCounts
        At 0.5, and where all rows are flagged.
    probabilities : bool
        Whether all scores lie in [0, 1], so that 0.5 means something.
    nearby : Plateau or None
        For text only.
    at_round : ConfusionCounts or None
        At the plateau's round number; None where nothing is flagged at best.
    """

    score: str
    optimum: Optimum
    roc_auc: float
    average_precision: float
    half: ConfusionCounts
    everything: ConfusionCounts
    probabilities: bool
    nearby: Plateau | None = None
    at_round: ConfusionCounts | None = None


def as_json(request: Request, reading: Reading, answers: Sequence[Answer]) -> str:
    """Write the answers as strict JSON: numbers in full, null for what is not finite."""
    predictions, taken = reading.predictions, reading.proposal
    assert predictions is not None  # noqa: S101 - there are answers
    assert taken is not None  # noqa: S101
    record = {
        "file": request.file,
        "truth": taken.truth,
        "pos_label": predictions.pos_label,
        "n": predictions.n,
        "n_pos": predictions.n_pos,
        "dropped": sum(reading.dropped.values()),
        "models": [_model(answer) for answer in answers],
    }
    return json.dumps(record, indent=2, allow_nan=False)


def _model(answer: Answer) -> dict[str, Any]:
    optimum, counts = answer.optimum, answer.optimum.point.counts
    return {
        "score": answer.score,
        "metric": optimum.metric.name,
        "value": _finite(optimum.value),
        "threshold": _finite(optimum.point.threshold),
        "threshold_interval": [_finite(end) for end in optimum.interval],
        "tn": counts.tn,
        "fp": counts.fp,
        "fn": counts.fn,
        "tp": counts.tp,
        "precision": float(counts.precision()),
        "recall": float(counts.recall()),
        "f1": float(counts.f1()),
        "roc_auc": answer.roc_auc,
        "average_precision": answer.average_precision,
        "f1_at_0_5": float(answer.half.f1()),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def as_text(reading: Reading, answers: Sequence[Answer]) -> str:
    """Write the answers for people."""
    blocks = [[_what_was_read(reading), *notes(reading)]]
    blocks += [_about(answer) for answer in answers]
    blocks.append([_IN_SAMPLE])
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


def notes(reading: Reading) -> list[str]:
    """Say what was left out and what to keep in mind, a sentence each."""
    dropped = sum(reading.dropped.values())
    said = [each.sentence for each in reading.warnings if each.kind != "many_dropped"]
    if not dropped:
        return said
    why = ", ".join(f"{reason} ({words.count(rows)})" for reason, rows in reading.dropped.items())
    return [f"{words.count(dropped)} of {words.count(reading.n_rows)} rows were left out: {why}.", *said]


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
    if answer.probabilities:
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


def visible(text: str) -> str:
    r"""Make control characters visible, so that a name in a file can't steer the terminal.

    Examples
    --------
    >>> print(visible("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
