"""What a decision rests on: rule, data, files, how it was made."""

from __future__ import annotations

import math
from collections.abc import Iterator

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.taken import Taken, name, printed

_DIGITS = 16  # of a SHA-256: enough that no other file has the same by chance


def rests(taken: Taken) -> list[Section]:
    """Tell the rule to the last digit, and where it comes from."""
    rows = tuple((what, text) for part in (_rule, _data, _made) for what, text in part(taken))
    return [Section("rests", "What it rests on", table=Table(("What", "Here"), rows))]


def _rule(taken: Taken) -> Iterator[tuple[str, str]]:
    decision = taken.decision
    yield (
        "Rule",
        f"A score of {printed(decision.written)} or more is called “{name(decision.pos_label)}”, any other is not",
    )
    if not taken.suppresses:  # its ends are the scores of two rows
        yield "Same decisions", _same_decisions(*decision.same_decisions)
    yield "Model", name(decision.model)
    yield "Chosen", chosen_text(taken)


def _same_decisions(low: float, high: float) -> str:
    if math.isinf(low):
        return f"Every threshold up to {_exactly(high)}"
    if math.isinf(high):
        return f"Every threshold above {_exactly(low)}"
    return f"Every threshold above {_exactly(low)}, up to {_exactly(high)}"


def _exactly(threshold: float) -> str:
    return printed(formatting.decimal(threshold))


def chosen_text(taken: Taken) -> str:
    """Say how the threshold was chosen."""
    decision = taken.decision
    best = f"est {decision.objective.label} on {taken.chosen_on}{taken.limits}"
    return f"B{best}" if decision.is_best else f"By hand; the b{best} is at {printed(decision.best_written)}"


def _data(taken: Taken) -> Iterator[tuple[str, str]]:
    decision, source = taken.decision, taken.source
    yield "Data", name(source.title)
    if source.part:
        yield "Of these", f"{name(source.part, 60)} alone"
    if decision.role_names is None:
        yield "Rows", _rows(taken, decision.curve, decision.rows[1])
    else:
        parts = zip(decision.role_names, (decision.tuning, decision.curve), decision.rows, strict=True)
        chose, judged = (f"{name(role, 60)}: {_rows(taken, curve, rows)}" for role, curve, rows in parts)
        yield "Rows that chose", chose
        yield "Rows that judge", judged
    if decision.curve.weighted:
        yield "Weights", "Cases are counted by their weights"
    dropped = [_dropped(taken, reason, rows) for reason, rows in source.dropped.items() if rows]
    if dropped:
        yield "Left out", "; ".join(dropped)
    columns = _columns(taken)
    if columns:
        yield "Columns", columns
    for file in source.files:
        yield "File", f"{name(file.name)}, {file.size:,} bytes, SHA-256 {file.sha256[:_DIGITS]}…"


def _rows(taken: Taken, curve: ThresholdCurve, rows: int) -> str:
    """Say how many rows there are, and how many are positive where that is not a sum of weights."""
    share = float(curve.positives) / (float(curve.positives) + float(curve.negatives))
    label = f"“{name(taken.decision.pos_label, 60)}”"
    if curve.weighted:
        return f"{rows:,}, {formatting.percent(share)} of their weight {label}"
    return f"{rows:,}, of which {formatting.count(curve.positives)} ({formatting.percent(share)}) are {label}"


def _dropped(taken: Taken, reason: str, rows: int) -> str:
    if taken.suppresses and rows < taken.below:
        return f"fewer than {taken.below:,} rows ({name(reason)})"
    return f"{rows:,} row{'' if rows == 1 else 's'} ({name(reason)})"


def _columns(taken: Taken) -> str:
    read = taken.source.read_as
    score = taken.decision.model if taken.decision.model in read.scores else ""
    named = (("truth", read.truth), ("score", score), ("weight", read.weight), ("role", read.role))
    return ", ".join(f"{what} “{name(column, 60)}”" for what, column in named if column)


def _made(taken: Taken) -> Iterator[tuple[str, str]]:
    estimate = taken.estimate
    if estimate is not None and not taken.suppresses:
        yield (
            "New rows",
            f"Judged by the .632 bootstrap with {estimate.n_resamples:,} resamples, seed {estimate.random_state}",
        )
    if taken.suppresses:
        yield "Small counts", f"Numbers from which fewer than {taken.below:,} cases could be told are kept out"
    yield "Made", f"{taken.created.replace('T', ' ').replace('Z', ' UTC')}, with f1tools {taken.version}"
