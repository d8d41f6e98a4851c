"""Which question is open, and what is supposed while it is."""

import streamlit as st

from f1tools import words
from f1tools.calibration import is_probability
from f1tools.ui import state
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.ui.view import QUESTIONS
from f1tools.what_if import WhatIf

_TITLES = {
    "prevalence": "Share of positives",
    "costs": "Costs",
    "weights": "Class weights",
    "reviews": "Reviews a day",
    "triage": "Two thresholds",
}
_ALL_WEIGHTS = ("prevalence", "weights")  # prices, reviews and triage are about decisions: weights don't change these


def picker(now: Shown) -> str:
    """Ask for the question."""
    st.segmented_control(
        "Question",
        QUESTIONS,
        format_func=lambda name: _TITLES[name],
        required=True,
        label_visibility="collapsed",
        key=state.controlled("question", now.view.question),
        on_change=state.choosing("question", "question"),
    )
    return now.view.question


def supposition(now: Shown, question: str) -> WhatIf:
    """Give what is supposed: another share of positives always, weights where they make sense."""
    asked = now.view.what_if
    if question not in _ALL_WEIGHTS:
        return WhatIf(prevalence=asked.prevalence)
    weight = asked.class_weight if is_probability(now.overview.curve) else None
    return WhatIf(weight, asked.prevalence, asked.positive_weight)


def in_force(supposed: WhatIf) -> None:
    """Say what is supposed, whichever question it was set for, and offer to forget it."""
    said = []
    if supposed.prevalence is not None:
        said.append(f"{words.percent(supposed.prevalence)} positives")
    if supposed.class_weight is not None:
        said.append(f"training weight {supposed.class_weight:.4g}")
    if supposed.positive_weight is not None:
        said.append(f"evaluation weight {supposed.positive_weight:.4g}")
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(aside(plain(f"Supposed: {', '.join(said)}.")), width="content")
        st.button(
            "Forget it",
            key="forget",
            type="tertiary",
            on_click=lambda: state.choose(prevalence=None, class_weight=None, positive_weight=None),
        )
