"""What the scenarios share: the comparison table, the assumptions, and notes about constraints."""

from collections.abc import Sequence

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import Metric
from f1tools.plots import plot_what_if
from f1tools.ui.components import decision_notes, figures, markdown
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext
from f1tools.what_if import WhatIf
from f1tools.what_if.scenario_table import Column, ScenarioResult, table_rows


def show_optimum(context: PageContext, assumed: PageContext, result: ScenarioResult) -> None:
    """Show a result about the best threshold by the objective of the view, under its constraints."""
    st.markdown(comparison_table(result.columns, context.view.objective))
    decision_notes.constraints_line(assumed)
    st.markdown(small(escape(result.assumption)))
    decision_notes.expected_line(assumed, link=False)


def comparison_table(columns: Sequence[Column], objective: Metric) -> str:
    """Return thresholds, metrics and typical cases of some operating points side by side, in Markdown."""
    bold = {"Threshold", *(name for column in columns for name, _ in column.more)}
    header = ["Figure", *(escape(column.head) for column in columns)]
    rows = table_rows(columns, objective)
    return markdown.table(
        header, ((escape(name), [f"**{cell}**" for cell in cells] if name in bold else cells) for name, cells in rows)
    )


def show_what_if_figure(context: PageContext, assumed: PageContext) -> None:
    """Draw the objective at all thresholds, as it is and in the scenario."""
    figure = plot_what_if(
        figures.curve(context),
        figures.curve(assumed),
        context.view.objective,
        best_original=figures.best_mark(context),
        best_what_if=figures.best_mark(assumed),
        theme="streamlit",
    )
    figures.show(figure, "what-if")


def assumptions_text(what_if: WhatIf) -> str:
    """Describe the assumptions; empty where there are none."""
    parts = _assumptions(what_if)
    return f"Assumed: {', '.join(parts.values())}." if parts else ""


def _assumptions(what_if: WhatIf) -> dict[str, str]:
    """Describe each assumption, by its field of the view."""
    parts = {}
    if what_if.prevalence is not None:
        parts["prevalence"] = f"{formatting.percent(what_if.prevalence)} positives"
    if what_if.class_weight is not None:
        parts["class_weight"] = f"training weight {what_if.class_weight:.4g}"
    if what_if.positive_weight is not None:
        parts["positive_weight"] = f"evaluation weight {what_if.positive_weight:.4g}"
    return parts


def show_assumptions(what_if: WhatIf) -> None:
    """State what is assumed, and offer to reset it."""
    parts = _assumptions(what_if)
    if parts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(small(escape(assumptions_text(what_if))), width="content")
            reset = dict.fromkeys(parts)
            st.button("Reset", key="reset", type="tertiary", on_click=lambda: state.update(**reset))


def current_heading(assumed: PageContext) -> str:
    """Return the column heading of the current threshold, whose cases may be those of the scenario."""
    return "Threshold kept" if assumed.what_if.active else "Now"


def ignored_constraints(context: PageContext) -> None:
    """Note that the constraints do not apply, where there are some."""
    if context.view.constraints:
        constraints = ", ".join(map(str, context.view.constraints))
        st.markdown(small(escape(f"Your constraints ({constraints}) do not apply to this question.")))


def to_fraction(percent: float) -> float:
    """Return a percentage as a fraction, without rounding errors of the division."""
    return round(percent / 100, 12)


def to_percent(fraction: float) -> float:
    """Return a fraction as a percentage, without rounding errors of the multiplication."""
    return round(100 * fraction, 10)
