"""Triage: two thresholds, people in between."""

import streamlit as st

from f1tools import words
from f1tools.plots import plot_triage
from f1tools.ui import figures, state, trust
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.what_if import Triage, sentences, triage, triage_within


def ask(now: Shown, then: Shown) -> None:
    """Ask for the two thresholds, or for what they shall keep."""
    for label, field, value in (
        ("Sure yes: at most this share wrong (%)", "max_false", now.view.max_false),
        ("Sure no: at most this share missed (%)", "max_missed", now.view.max_missed),
    ):
        st.number_input(
            label,
            0.0,
            100.0,
            step=1.0,
            format="%.6g",
            key=state.controlled(field, 100 * value),
            on_change=state.choosing(field, field, lambda percent: percent / 100, sure_no=None, sure_yes=None),
        )
    zones = zones_of(now, then)
    low, high = (words.decimal_text(threshold) for threshold in (zones.low, zones.high))
    stops = sorted({*then.best.stops, low, high}, key=float)
    for label, key, place in (("Sure no below", "sure no slider", low), ("Sure yes from", "sure yes slider", high)):
        st.select_slider(label, stops, key=state.controlled(key, place), on_change=_choose, args=(key,))
    st.markdown(aside(plain(sentences.TRIAGE)))


def _choose(moved: str) -> None:
    """Take both thresholds; the one that was not moved gives way where they would cross."""
    low, high = (float(state.value_of(key)) for key in ("sure no slider", "sure yes slider"))
    if low > high:
        low = high = low if moved == "sure no slider" else high
    state.choose(sure_no=low, sure_yes=high)


def zones_of(now: Shown, then: Shown) -> Triage:
    """Give the zones of the thresholds in force, the chosen ones or the suggested."""
    curve, view = then.overview.curve, now.view
    if view.sure_no is not None and view.sure_yes is not None:
        return triage(curve, view.sure_no, view.sure_yes)
    found = triage_within(curve, max_false=view.max_false, max_missed=view.max_missed)
    ceiling = float(then.best.stops[-1])  # a slider has no place for infinity
    low, high = (float(words.decision_text(curve.next_below(t), min(t, ceiling))) for t in (found.low, found.high))
    return triage(curve, low, high)


def answer(now: Shown, then: Shown) -> None:
    """Show the three zones with the work they leave and the errors they make."""
    zones = zones_of(now, then)
    st.markdown(plain(sentences.triage_text(zones)))
    figures.show(plot_triage(zones, labels=figures.labels(now), theme="streamlit"), "triage")
    st.markdown(_table(zones))
    trust.caution(now)


def _table(zones: Triage) -> str:
    total = zones.sure_no.total + zones.review.total + zones.sure_yes.total
    low, high = words.decimal_text(zones.low), words.decimal_text(zones.high)
    lines = [
        (f"Sure no, below {low}", zones.sure_no),
        (f"Review, {low} up to {high}", zones.review),
        (f"Sure yes, {high} or more", zones.sure_yes),
    ]
    head = ["| Zone | Cases | Share | Real | Not real |", "|---|---:|---:|---:|---:|"]
    return "\n".join(
        [
            *head,
            *(
                f"| {plain(name)} | {words.count(float(zone.total))} | {words.percent(float(zone.total / total))} | "
                f"{words.count(float(zone.positives))} | {words.count(float(zone.negatives))} |"
                for name, zone in lines
            ),
        ]
    )
