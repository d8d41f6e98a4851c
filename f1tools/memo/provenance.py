"""Where the numbers of a memo come from: rule, data, files, software."""

from __future__ import annotations

import math
from collections.abc import Iterator

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.memo.context import MemoContext, display, name_text
from f1tools.memo.snapshot import Section, Table

_DIGEST_DIGITS = 16  # of a SHA-256: enough that no other file has the same by coincidence
_LONGEST = 60  # characters of a name within a sentence


def provenance_section(context: MemoContext) -> list[Section]:
    """Return the exact rule and where it comes from."""
    rows = tuple(row for write in (_rule, _data, _software) for row in write(context))
    return [Section("provenance", "Rule, data and files", table=Table(("Item", "Value"), rows))]


def _rule(context: MemoContext) -> Iterator[tuple[str, str]]:
    decision = context.decision
    label = name_text(decision.curves.pos_label)
    rule = f"A score of {display(decision.threshold_text)} or more is classified as “{label}”"
    yield "Rule", f"{rule}, any lower score is not"
    if not context.suppresses:  # the bounds are the scores of two rows
        yield "Same decisions", _same_decisions(*decision.same_decisions)
    yield "Model", name_text(decision.curves.model)
    yield "Chosen", context.selection


def _same_decisions(low: float, high: float) -> str:
    above = "" if math.isinf(low) else f" above {display(formatting.decimal(low))}"
    up_to = "" if math.isinf(high) else f" up to {display(formatting.decimal(high))}"
    return f"Every threshold{above}{',' if above and up_to else ''}{up_to}"


def _data(context: MemoContext) -> Iterator[tuple[str, str]]:
    decision, source = context.decision, context.source
    yield "Data", name_text(source.title)
    if source.part:
        yield "Subset", f"Only {name_text(source.part, _LONGEST)}"
    if decision.curves.role_names is None:
        yield "Rows", _rows(context, decision.curves.evaluation, decision.curves.n_rows[1])
    else:
        sets = zip(
            decision.curves.role_names,
            (decision.curves.tuning, decision.curves.evaluation),
            decision.curves.n_rows,
            strict=True,
        )
        tuning, evaluation = (f"{name_text(role, _LONGEST)}: {_rows(context, curve, n)}" for role, curve, n in sets)
        yield "Tuning set", tuning
        yield "Evaluation set", evaluation
    if decision.curves.evaluation.weighted:
        yield "Weights", "Cases are counted by their weights"
    dropped = [_dropped(context, reason, rows) for reason, rows in source.dropped.items() if rows]
    if dropped:
        yield "Left out", "; ".join(dropped)
    columns = _columns(context)
    if columns:
        yield "Columns", columns
    for file in source.files:
        yield "File", f"{name_text(file.name)}, {file.size:,} bytes, SHA-256 {file.sha256[:_DIGEST_DIGITS]}…"


def _rows(context: MemoContext, curve: ThresholdCurve, rows: int) -> str:
    """Return the number of rows and of positives; for weighted rows only the positive share of the weight."""
    share = float(curve.positives) / (float(curve.positives) + float(curve.negatives))
    label = f"“{name_text(context.decision.curves.pos_label, _LONGEST)}”"
    if curve.weighted:
        return f"{rows:,}, {formatting.percent(share)} of their weight {label}"
    return f"{rows:,}, of which {formatting.count(curve.positives)} ({formatting.percent(share)}) are {label}"


def _dropped(context: MemoContext, reason: str, rows: int) -> str:
    if context.suppresses and rows < context.minimum:
        return f"fewer than {context.minimum:,} rows ({name_text(reason)})"
    return f"{rows:,} row{'' if rows == 1 else 's'} ({name_text(reason)})"


def _columns(context: MemoContext) -> str:
    choices = context.source.read_as
    score = context.decision.curves.model if context.decision.curves.model in choices.scores else ""
    columns = (("truth", choices.truth), ("score", score), ("weight", choices.weight), ("role", choices.role))
    return ", ".join(f"{use} “{name_text(column, _LONGEST)}”" for use, column in columns if column)


def _software(context: MemoContext) -> Iterator[tuple[str, str]]:
    estimate = context.estimate
    if context.suppresses:
        yield "Small counts", f"Numbers that would reveal a count below {context.minimum:,} are suppressed"
    elif estimate is not None:
        yield (
            "New rows",
            f"Estimated by the .632 bootstrap with {estimate.n_resamples:,} resamples, seed {estimate.random_state}",
        )
    yield "Created", f"{context.created.replace('T', ' ').replace('Z', ' UTC')}, with f1tools {context.version}"
