"""The overview over all classes: a table with a row for each."""

import streamlit as st

from f1tools.ui.components.layout import data_text
from f1tools.ui.components.markdown import escape
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData, Dataset


def two_classes(data: Dataset) -> None:
    """Say why there is nothing to see."""
    st.markdown(f"{data_text(data)}: these data have two classes. Decide shows their threshold.")
    st.page_link("pages/decide.py", label="Decide →")


def table(data: ClassData) -> None:
    """Show all classes with their thresholds and metrics."""
    decision = state.class_decision(data)
    counts, thresholds = decision.rule.counts, decision.rule.thresholds
    st.dataframe(
        {
            "Class": [escape(name) for name in data.names],
            "Threshold": [""] * len(data.names) if thresholds is None else thresholds,
            "Precision": counts.precision(),
            "Recall": counts.recall(),
            "F1": decision.rule.each,
        }
    )
