"""Decide: one threshold, what it means in plain words, and what it costs."""

import streamlit as st

from f1tools.card import card_payload
from f1tools.ui.components import data_bar, exchange_rate, expected_line, widgets
from f1tools.ui.components.card import threshold_card
from f1tools.ui.components.glossary import glossary
from f1tools.ui.session import state
from f1tools.ui.session.page_context import page_context


@st.fragment
def card() -> None:
    """Show the card; choosing a threshold runs nothing but this again."""
    now = page_context()
    widgets.limits_line(now)
    payload = card_payload(
        now.curves.evaluation,
        now.best.evaluation,
        model=now.model,
        pos_label=now.data.predictions.pos_label,
        threshold=now.point.threshold,
        chosen_on=now.chosen_on,
    )
    threshold_card(
        payload,
        key="card",
        on_choose=lambda threshold: state.update(threshold=threshold),
    )
    exchange_rate.line(now)
    expected_line.line(now)
    st.page_link("pages/share.py", label="Share it: a memo, a record, code →")


st.title("Where to draw the line?", anchor=False)
data_bar.data_bar(state.dataset())
card()
glossary()
