"""The exchange rate at the threshold in force: what a few more catches would cost."""

import streamlit as st

from f1tools.ui.shown import Shown
from f1tools.ui.texts import plain
from f1tools.what_if import exchange
from f1tools.what_if.sentences import catches_to_speak_of, exchange_text


def line(now: Shown) -> None:
    """Say in one line what the next catches cost, and what giving up as many would save."""
    curve = now.overview.curve
    rate = exchange(curve, now.point.threshold, catches_to_speak_of(curve))
    st.markdown(plain(exchange_text(rate)))
