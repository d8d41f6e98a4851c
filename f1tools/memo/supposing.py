"""The what-ifs of a memo."""

from __future__ import annotations

from f1tools import formatting
from f1tools.formatting import lowercase_label
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.taken import Taken, with_minus
from f1tools.what_if.scenario_table import ScenarioResult, table_rows


def supposing(taken: Taken) -> list[Section]:
    """Tell each what-if that was open; none where small counts are kept out, because each is another way to a count."""
    if taken.suppresses:
        left_out = "What-ifs are left out of a memo that keeps small counts out."
        return [Section("supposed", "What if …?", (left_out,))] if taken.supposed else []
    return [_section(taken, one) for one in taken.supposed]


def _section(taken: Taken, supposition: ScenarioResult) -> Section:
    columns = supposition.columns
    table = None
    if columns:
        rows = (tuple(map(_said, (name, *cells))) for name, cells in table_rows(columns, taken.decision.objective))
        table = Table(("Figure", *(formatting.single_line(column.head) for column in columns)), tuple(rows))
    sentences = tuple(map(_said, supposition.sentences))
    return Section(
        "supposed",
        f"What if: {lowercase_label(formatting.single_line(supposition.title))}",
        sentences,
        table,
        (_said(supposition.assumption),),
    )


def _said(text: str) -> str:
    return with_minus(formatting.single_line(text))
