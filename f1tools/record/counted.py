"""Which new rows are judged: how many, what was left out, and whether they are new at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from f1tools import formatting
from f1tools.record.differ import quoted
from f1tools.record.fingerprint import table_digest
from f1tools.record.new_rows import FEW, Finding, Level, NewRows
from f1tools.record.record import DecisionRecord, FileSeen

_MOST_LEFT_OUT = 0.05
_MOST_REASONS = 5


def rows(
    record: DecisionRecord, new: NewRows, left_out: Mapping[str, int] | None, files: Sequence[FileSeen]
) -> Finding:
    """Say what is judged; it warns where rows were left out, are few or are not new, and fails where many are out."""
    share = formatting.percent(new.positives / new.rows)
    rows, positives = formatting.count(new.rows), formatting.count(new.positives)
    said = f"{rows} rows are judged, {positives} of them ({share}) are positive"
    level: Level = "ok"
    if left_out is not None:
        out = sum(left_out.values())
        said += f"; {formatting.count(out)} more were left out: {_reasons(left_out)}" if out else "; none was left out"
        level = "fail" if out > _MOST_LEFT_OUT * (out + new.everything) else "warn" if out else "ok"
    notes = []
    if new.few:
        notes.append(f" Of fewer than {FEW} positives or negatives only rows left out and what is asked for can fail.")
    same = _same(record, new, files)
    if same:
        notes.append(f" {same}: they say nothing about others.")
    if notes and level == "ok":
        level = "warn"
    return Finding("rows", "rows", level, f"{said}.{''.join(notes)}")


def _reasons(left_out: Mapping[str, int]) -> str:
    """Write the commonest reasons, whose names come from files."""
    commonest = sorted(left_out.items(), key=lambda each: -each[1])
    told = [
        f"{formatting.truncate(reason, longest=60)} ({formatting.count(times)})" for reason, times in commonest if times
    ]
    return ", ".join(told[:_MOST_REASONS]) + (", ..." if len(told) > _MOST_REASONS else "")


def _same(record: DecisionRecord, new: NewRows, files: Sequence[FileSeen]) -> str:
    """Say which of the rows are those that the decision was made on; nothing where none is known to be."""
    recorded = {each.sha256 for each in record.source.files}
    again = [each.name for each in files if each.sha256 in recorded]
    if again:
        return f"The rows in {' and '.join(map(quoted, again))} are those that the decision was made on"
    if table_digest(new.curves.evaluation) in record.tables:
        return "These are the rows that the decision was made on, or rows with the same labels and scores"
    return ""
