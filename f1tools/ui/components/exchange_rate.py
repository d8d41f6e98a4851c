"""The exchange rate at the threshold in force: what a few more catches would cost."""

import streamlit as st

from f1tools.ui.components.markdown import plain
from f1tools.ui.session.page_context import PageContext
from f1tools.what_if import exchange_rate
from f1tools.what_if.sentences import exchange_size, exchange_text


def line(now: PageContext) -> None:
    """Say in one line what the next catches cost, and what giving up as many would save."""
    curve = now.curves.evaluation
    rate = exchange_rate(curve, now.point.threshold, exchange_size(curve))
    st.markdown(plain(exchange_text(rate)))
