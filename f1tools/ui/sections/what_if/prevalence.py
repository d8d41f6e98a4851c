"""Another share of positives where the model is used."""

import numpy as np
import streamlit as st

from f1tools import formatting
from f1tools.plots import plot_prevalence
from f1tools.ui.components import decision_notes, figures, tables
from f1tools.ui.components.markdown import escape
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache
from f1tools.ui.session.page_context import PageContext, objective_key
from f1tools.ui.session.view import PREVALENCE_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult

_STOPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_SWEEP_POINTS = 60
_CONSTRAINED_SWEEP_POINTS = 25  # each of them scans all thresholds


def inputs(context: PageContext, _: PageContext) -> None:
    """Ask for the share of positives."""
    own, assumed = _own(context), context.view.prevalence
    current = own if assumed is None else assumed
    st.select_slider(
        "Share of positives where you use it",
        sorted({*_STOPS, own, current}),
        format_func=lambda share: formatting.percent(share) + (" as here" if share == own else ""),
        **bind("prevalence slider", current, "prevalence", lambda share: None if share == own else share),
    )
    st.number_input(
        "Exactly (%)",
        shared.to_percent(min(PREVALENCE_RANGE[0], current)),
        shared.to_percent(max(PREVALENCE_RANGE[1], current)),
        value=None,
        step=None,
        format="%.6g",
        width=200,
        **bind("prevalence field", shared.to_percent(current), "prevalence", shared.to_fraction),
    )


def _own(context: PageContext) -> float:
    """Return the share of positives of the evaluation set."""
    return float(context.point.counts.prevalence())


def show(context: PageContext, assumed: PageContext) -> None:
    """Show the threshold kept and tuned side by side, and all shares at once."""
    prevalence, answer = context.view.prevalence, result(context, assumed)
    st.markdown(escape(" ".join(answer.sentences)))
    shared.show_optimum(context, assumed, answer)
    decision_notes.calibration_note(context)
    left, right = st.columns(2, gap="medium")
    if prevalence is not None:
        with left:
            shared.show_what_if_figure(context, assumed)
    with left if prevalence is None else right:
        _sweep(context)
    with st.container(horizontal=True):
        if prevalence is not None:
            tables.download_adjusted_scores(context, _own(context), prevalence)
        if assumed.what_if.active:
            tables.download_thresholds(assumed, "Download the thresholds of this scenario", "what-if-thresholds")


def _sweep(context: PageContext) -> None:
    """Draw the value of the best threshold and of the current one at all shares of positives."""
    own, prevalence, constraints = _own(context), context.view.prevalence, context.view.constraints
    n_points = _CONSTRAINED_SWEEP_POINTS if constraints else _SWEEP_POINTS
    grid = np.geomspace(min(0.001, own), max(0.9, own), n_points).tolist()
    sweep = cache.prevalence_sweep(
        context.model_key,
        objective_key(context.view),
        constraints,
        tuple(sorted({*grid, own, *([] if prevalence is None else [prevalence])})),
        context.point.threshold,
        context.curves,
    )
    figures.show(plot_prevalence(sweep, observed=own, assumed=prevalence, theme="streamlit"), "prevalence")


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with the best one at the other share of positives."""
    decision, prevalence, objective = context.decision, context.view.prevalence, context.view.objective
    columns = [Column("Now", decision.threshold_text, context.point.counts)]
    sentence = "To see what changes, choose the share of positives where you will use the model."
    if prevalence is not None:
        kept = assumed.curves.evaluation.at(context.point.threshold).counts
        best = assumed.decision
        columns.append(Column("What if, threshold kept", decision.threshold_text, kept))
        columns.append(Column("What if, threshold tuned", best.best_threshold_text, assumed.point.counts))
        now, then = (formatting.metric_value(float(objective.evaluate(each))) for each in (context.point.counts, kept))
        sentence = (
            f"With {formatting.percent(prevalence)} positives instead of {formatting.percent(_own(context))}, keeping "
            f"{formatting.using_threshold(decision.threshold_text)} gives {objective.label} {then} instead of {now}; "
            f"the best would be {formatting.using_threshold(best.best_threshold_text)}, with "
            f"{formatting.metric_value(best.evaluation.value)}."
        )
    caution = "" if context.curves.has_roles else formatting.IN_SAMPLE
    return ScenarioResult("", (sentence,), sentences.PREVALENCE, tuple(columns), caution)
