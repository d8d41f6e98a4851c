"""Which question is open, and what is supposed while it is."""

import streamlit as st

from f1tools import formatting
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import WhatIf

_TITLES = {
    "prevalence": "Share of positives",
    "costs": "Costs",
    "reviews": "Reviews a day",
    "triage": "Two thresholds",
    "weights": "Class weights",  # a question for specialists, so the last one
}


def picker(now: PageContext) -> str:
    """Ask for the question."""
    st.segmented_control(
        "Question",
        tuple(_TITLES),
        format_func=lambda name: _TITLES[name],
        required=True,
        label_visibility="collapsed",
        **bind("question", now.view.scenario, "scenario"),
    )
    return now.view.scenario


def supposition(now: PageContext, question: str) -> WhatIf:
    """Give what is supposed: another share of positives always, weights where they are the question."""
    asked = now.view.what_if
    if question != "weights":
        return WhatIf(prevalence=asked.prevalence)
    weight = asked.class_weight if now.curves.evaluation.is_probability else None
    return WhatIf(weight, asked.prevalence, asked.positive_weight)


def supposed_text(supposed: WhatIf) -> str:
    """Say what is supposed, whichever question it was set for; empty where nothing is."""
    said = _said(supposed)
    return f"Supposed: {', '.join(said.values())}." if said else ""


def _said(supposed: WhatIf) -> dict[str, str]:
    said = {}
    if supposed.prevalence is not None:
        said["prevalence"] = f"{formatting.percent(supposed.prevalence)} positives"
    if supposed.class_weight is not None:
        said["class_weight"] = f"training weight {supposed.class_weight:.4g}"
    if supposed.positive_weight is not None:
        said["positive_weight"] = f"evaluation weight {supposed.positive_weight:.4g}"
    return said


def head_of_now(then: PageContext) -> str:
    """Head the column of the threshold in force, whose cases may be others than those that are there."""
    return "Threshold kept" if then.what_if.active else "Now"


def in_force(supposed: WhatIf) -> None:
    """Say what is supposed here, and offer to forget it."""
    said = _said(supposed)
    if not said:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(aside(plain(supposed_text(supposed))), width="content")
        st.button("Forget it", key="forget", type="tertiary", on_click=lambda: state.update(**dict.fromkeys(said)))


def limits_aside(now: PageContext) -> None:
    """Say that limits play no part, where there are some and they don't."""
    if now.view.constraints:
        limits = ", ".join(map(str, now.view.constraints))
        st.markdown(aside(plain(f"Your limits ({limits}) play no part in this question.")))


def share_of(percent: float) -> float:
    """Turn a percentage that was typed into a share, without the dust of the division."""
    return round(percent / 100, 12)
