"""What makes recall count more or less than precision, where the objective is F-beta."""

import streamlit as st

from f1tools.ui.session.view import BETA_RANGE, View
from f1tools.ui.session.widget_echo import bind


def beta_field(view: View) -> None:
    """Ask for beta; a threshold that was set by hand was set for another objective."""
    st.number_input(
        "Beta",
        *BETA_RANGE,
        step=0.5,
        format="%g",
        width=110,
        help="How many times more recall counts than precision.",
        **bind("beta", view.beta, "beta", threshold=None),
    )
