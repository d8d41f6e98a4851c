"""Another share of positives where the model is used."""

import numpy as np
import streamlit as st

from f1tools import formatting
from f1tools.plots import Mark, plot_prevalence, plot_what_if
from f1tools.ui.components import expected_line, exports, figures, tables, widgets
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections import uncertainty
from f1tools.ui.sections.what_if import side_by_side
from f1tools.ui.sections.what_if.scenario import share_of
from f1tools.ui.session import cache
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import PREVALENCE_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult

_STOPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_DRAWN = 60
_DRAWN_IN_LIMITS = 25  # each takes all thresholds then


def ask(now: PageContext, _: PageContext) -> None:
    """Ask for the share of positives."""
    own, asked = own_share(now), now.view.prevalence
    here = own if asked is None else asked
    st.select_slider(
        "Share of positives where you use it",
        sorted({*_STOPS, own, here}),
        format_func=lambda share: formatting.percent(share) + (" as here" if share == own else ""),
        **bind("prevalence slider", here, "prevalence", lambda share: None if share == own else share),
    )
    st.number_input(
        "Exactly (%)",
        _percent(min(PREVALENCE_RANGE[0], here)),
        _percent(max(PREVALENCE_RANGE[1], here)),
        value=None,
        step=None,
        format="%.6g",
        width=200,
        **bind("prevalence field", _percent(here), "prevalence", share_of),
    )


def _percent(share: float) -> float:
    return round(100 * share, 10)


def own_share(now: PageContext) -> float:
    """Give the share of positives among the rows as they are."""
    return float(now.point.counts.prevalence())


def answer(now: PageContext, then: PageContext) -> None:
    """Show what is and what would be side by side, and all shares at once."""
    asked, supposed = now.view.prevalence, supposition(now, then)
    st.markdown(plain(" ".join(supposed.sentences)))
    side_by_side.show(supposed.columns, now.view.objective)
    widgets.limits_line(then)
    st.markdown(aside(plain(supposed.assumption)))
    expected_line.line(then, link=False)
    uncertainty.calibration_note(now)
    left, right = st.columns(2, gap="medium")
    if asked is not None:
        with left:
            figures.show(what_if_figure(now, then), "what-if")
    with left if asked is None else right:
        sweep = cache.sweep(
            now.data.id,
            now.model,
            now.objective_key,
            _shares(now),
            now.point.threshold,
            now.view.constraints,
            now.curves,
        )
        figures.show(plot_prevalence(sweep, observed=own_share(now), assumed=asked, theme="streamlit"), "prevalence")
    with st.container(horizontal=True):
        if asked is not None:
            exports.adjusted_scores(now, own_share(now), asked)
        if then.what_if.active:
            tables.files_buttons(then, "Download the what-if's thresholds", "what-if-thresholds")


def supposition(now: PageContext, then: PageContext) -> ScenarioResult:
    """Give the question with its answer."""
    columns = [Column("Now", now.written, now.point.counts)]
    if now.view.prevalence is not None:
        kept = then.curves.evaluation.at(now.point.threshold).counts
        columns.append(Column("What if, threshold kept", now.written, kept))
        columns.append(Column("What if, threshold tuned", then.best.threshold_text, then.point.counts))
    caution = "" if now.has_roles else formatting.IN_SAMPLE
    return ScenarioResult(
        "Another share of positives", (_sentence(now, then),), sentences.PREVALENCE, tuple(columns), caution
    )


def what_if_figure(now: PageContext, then: PageContext) -> object:
    """Draw the metric in force over all thresholds, as it is and as it would be."""
    best_then = Mark("best", then.curves.evaluation.at(float(then.best.threshold_text)), then.best.threshold_text)
    best_now = Mark("best", now.curves.evaluation.at(float(now.best.threshold_text)), now.best.threshold_text)
    return plot_what_if(
        figures.curve(now),
        figures.curve(then),
        now.view.objective,
        best_original=best_now,
        best_what_if=best_then,
        theme="streamlit",
    )


def _shares(now: PageContext) -> tuple[float, ...]:
    own = own_share(now)
    low, high = min(0.001, own), max(0.9, own)
    asked = [] if now.view.prevalence is None else [now.view.prevalence]
    drawn = _DRAWN_IN_LIMITS if now.view.constraints else _DRAWN
    return tuple(sorted({*np.geomspace(low, high, drawn).tolist(), own, *asked}))


def _sentence(now: PageContext, then: PageContext) -> str:
    if now.view.prevalence is None:
        return "Choose the share of positives where you will use the model to see what changes."
    objective = now.view.objective
    kept = then.curves.evaluation.at(now.point.threshold)
    share, own = formatting.percent(now.view.prevalence), formatting.percent(own_share(now))
    return (
        f"With {share} positives instead of {own}, keeping the threshold {now.written} gives "
        f"{objective.label} {formatting.metric_value(float(objective.evaluate(kept.counts)))} instead of "
        f"{formatting.metric_value(float(objective.evaluate(now.point.counts)))}; the best threshold "
        f"would be {then.best.threshold_text}, "
        f"with {formatting.metric_value(then.best.evaluation.value)}."
    )
