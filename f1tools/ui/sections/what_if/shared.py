"""What the scenarios share: the comparison table, the button that uses a threshold, the assumptions, and notes."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import Metric
from f1tools.plots import plot_what_if
from f1tools.ui.components import decision_notes, figures
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext
from f1tools.what_if import WhatIf, sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion, how_set, table_rows

_USE_HELP = "Sets the threshold. Decide, Explore, the memo and the record then show it as measured on this data."


def show_optimum(context: PageContext, assumed: PageContext, result: ScenarioResult) -> None:
    """Show a result about the best threshold by the objective of the view, under its constraints."""
    offer_thresholds(context, result.suggestions)
    comparison_table(result.columns, context.view.objective)
    decision_notes.constraints_line(assumed)
    bounds_line(assumed)
    if not any(column.more for column in result.columns):  # else the table says what to expect
        decision_notes.expected_line(replace(assumed, decision=assumed.best), link=False)
    st.markdown(small(escape(result.assumption)))


def offer_thresholds(context: PageContext, suggestions: Sequence[Suggestion]) -> None:
    """Offer to use the suggested thresholds, and state which threshold is in use and where to see it."""
    decision = context.decision
    for number, each in enumerate(suggestions):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            nothing = each.threshold_text == formatting.ABOVE_ALL_SCORES
            st.button(
                "Flag nothing"
                if nothing
                else f"Use this threshold: {formatting.displayed_threshold(each.threshold_text)}",
                key=f"use {number}",
                disabled=each.threshold == context.point.threshold,
                on_click=state.update,
                kwargs={"threshold": each.threshold},
                help=_USE_HELP,
            )
            st.markdown(small(escape(each.purpose)), width="content")
    dropped = " without your constraints" if decision.tuning.not_met else ""
    best = f"the best by {formatting.lowercase_label(decision.objective.label)}{dropped}"
    purpose = next((each.purpose for each in suggestions if each.threshold == context.point.threshold), "")
    how = best if decision.is_best else how_set(purpose)
    text = f"In use: **{escape(formatting.displayed_threshold(decision.threshold_text))}**, {escape(how)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(text, width="content")
        if not decision.is_best:
            back = f"Back to the best, {formatting.displayed_threshold(decision.best_threshold_text)}"
            st.button(back, key="use best", type="tertiary", on_click=state.update, kwargs={"threshold": None})
        st.page_link("pages/decide.py", label="See it on Decide →")


def comparison_table(columns: Sequence[Column], objective: Metric) -> None:
    """Show thresholds, metrics and typical cases of some operating points side by side."""
    figures_table("Comparison", ["Figure", *(column.head for column in columns)], table_rows(columns, objective))


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


def show_assumptions(what_if: WhatIf) -> None:
    """State what is assumed, and offer to clear it."""
    parts = sentences.assumptions(what_if)
    if parts:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(small(escape(sentences.assumptions_text(what_if))), width="content")
            reset = dict.fromkeys(parts)
            st.button("Clear", key="reset", type="tertiary", on_click=lambda: state.update(**reset))


def current_heading(assumed: PageContext) -> str:
    """Return the column heading of the current threshold, whose cases may be those of the scenario."""
    return "Threshold kept" if assumed.what_if.active else "Now"


def ignored_constraints(context: PageContext) -> None:
    """Note that the constraints do not apply, where there are some."""
    if context.view.constraints:
        constraints = formatting.constraints_text(context.view.constraints)
        st.markdown(small(escape(f"Your constraints ({constraints}) do not apply to this question.")))


def to_fraction(percent: float) -> float:
    """Return a percentage as a fraction, without rounding errors of the division."""
    return round(percent / 100, 12)


def to_percent(fraction: float) -> float:
    """Return a fraction as a percentage, without rounding errors of the multiplication."""
    return round(100 * fraction, 10)
