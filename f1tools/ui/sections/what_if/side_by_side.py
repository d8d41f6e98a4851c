"""What is and what might be, side by side, on a page."""

from collections.abc import Sequence

import streamlit as st

from f1tools.core.metrics import Metric
from f1tools.ui.components import markdown
from f1tools.ui.components.markdown import plain
from f1tools.what_if.scenario_table import Column, table_rows


def show(columns: Sequence[Column], objective: Metric) -> None:
    """Show thresholds, metrics and typical cases of some operating points in one table."""
    st.markdown(table(columns, objective))


def table(columns: Sequence[Column], objective: Metric) -> str:
    """Write the table in Markdown; what comes before the metrics stands out."""
    bold = {"Threshold", *(name for column in columns for name, _ in column.more)}
    head = ["Figure", *(plain(column.head) for column in columns)]
    return markdown.table(
        head,
        (
            (plain(name), [f"**{cell}**" for cell in cells] if name in bold else cells)
            for name, cells in table_rows(columns, objective)
        ),
    )
