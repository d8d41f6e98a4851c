"""Triage: two thresholds, people in between."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.plots import plot_triage
from f1tools.ui.components import expected_line, figures, markdown
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections.what_if.scenario import limits_aside, share_of
from f1tools.ui.session import state, widget_echo
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import Triage, optimal_triage, sentences, triage
from f1tools.what_if.scenario_table import ScenarioResult

_CAUTION = "The two thresholds were chosen on these very rows; expect somewhat more mistakes on new ones."


def ask(now: PageContext, then: PageContext) -> None:
    """Ask for the two thresholds, or for what they shall keep."""
    for label, field, value in (
        ("Sure yes: at most this share wrong (%)", "max_false", now.view.max_false),
        ("Sure no: at most this share of real cases lost (%)", "max_missed", now.view.max_missed),
    ):
        st.number_input(
            label,
            0.0,
            100.0,
            value=None,
            step=1.0,
            format="%.6g",
            **bind(field, round(100 * value, 10), field, share_of, triage_low=None, triage_high=None),
        )
    zones = zones_of(now, then)
    low, high = (formatting.decimal(threshold) for threshold in (zones.low, zones.high))
    stops = sorted({*then.best.stops, low, high}, key=float)
    for label, key, place in (("Sure no below", "sure no slider", low), ("Sure yes from", "sure yes slider", high)):
        st.select_slider(label, stops, key=widget_echo.show(key, place), on_change=_choose, args=(key,))
    suggested = _suggested(then)
    if (zones.low, zones.high) != suggested:
        low, high = map(formatting.decimal, suggested)
        st.markdown(aside(plain(f"Set by hand; the suggestion is {low} and {high}.")))
        st.button(
            "Back to the suggestion",
            key="suggested",
            on_click=lambda: state.update(triage_low=None, triage_high=None),
        )


def _choose(moved: str) -> None:
    """Take both thresholds; the one that was not moved gives way where they would cross."""
    low, high = (float(widget_echo.value_of(key)) for key in ("sure no slider", "sure yes slider"))
    if low > high:
        low = high = low if moved == "sure no slider" else high
    state.update(triage_low=low, triage_high=high)


def zones_of(now: PageContext, then: PageContext) -> Triage:
    """Give the zones of the thresholds in force, the chosen ones or the suggested."""
    view = now.view
    if view.triage_low is not None and view.triage_high is not None:
        return triage(then.curves.evaluation, view.triage_low, view.triage_high)
    return triage(then.curves.evaluation, *_suggested(then))


def _suggested(then: PageContext) -> tuple[float, float]:
    """Find both thresholds on the rows that thresholds are chosen on, as they are written."""
    curve, tuning, view = then.curves.evaluation, then.curves.tuning, then.view
    found = optimal_triage(tuning, max_false=view.max_false, max_missed=view.max_missed)
    ceiling = float(then.best.stops[-1])  # a slider has no place for infinity

    def written(threshold: float) -> float:
        if math.isinf(threshold):
            return ceiling
        below = max(curve.next_below(threshold), tuning.next_below(threshold))
        return float(formatting.threshold_text(below, threshold))

    low = written(found.low)
    return low, max(low, written(found.high))


def answer(now: PageContext, then: PageContext) -> None:
    """Show the three zones with the work they leave and the errors they make."""
    zones, supposed = zones_of(now, then), supposition(now, then)
    st.markdown(plain(supposed.sentences[-1]))
    figures.show(plot_triage(zones, labels=figures.labels(now), theme="streamlit"), "triage")
    st.markdown(_table(zones, _unit(then)))
    limits_aside(now)
    st.markdown(aside(plain(supposed.assumption)))
    if (zones.low, zones.high) == _suggested(then):
        expected_line.caution(now, _CAUTION)


def supposition(now: PageContext, then: PageContext) -> ScenarioResult:
    """Give the question with its answer."""
    zones = zones_of(now, then)
    low, high = formatting.decimal(zones.low), formatting.decimal(zones.high)
    where = f"Cases of {high} or more are a sure yes, cases below {low} a sure no."
    suggested = not now.has_roles and (zones.low, zones.high) == _suggested(then)
    caution = _CAUTION if suggested else ""
    return ScenarioResult("Two thresholds", (where, sentences.triage_text(zones)), sentences.TRIAGE, caution=caution)


def _unit(then: PageContext) -> str:
    """Say what the table counts: cases, about so many where another mix is supposed, or weights."""
    if then.data.predictions.sample_weight is not None:
        return "Weight"
    return "Cases, about" if then.what_if.active else "Cases"


def _table(zones: Triage, unit: str) -> str:
    total = zones.auto_negative.total + zones.review.total + zones.auto_positive.total
    low, high = formatting.decimal(zones.low), formatting.decimal(zones.high)
    lines = [
        (f"Sure no, below {low}", zones.auto_negative),
        *([(f"Review, {low} up to {high}", zones.review)] if zones.low < zones.high else []),
        (f"Sure yes, {high} or more", zones.auto_positive),
    ]
    written = formatting.count if unit == "Weight" else lambda cases: f"{cases:,.0f}"
    rows = []
    for name, zone in lines:
        cases, real, others = map(written, (float(zone.total), float(zone.positives), float(zone.negatives)))
        rows.append((plain(name), [cases, formatting.percent(float(zone.total / total)), real, others]))
    return markdown.table(["Zone", unit, "Share", "Real", "Not real"], rows)
