"""The bar at the top of a page: the current data set, the model, and a link to copy."""

import streamlit as st

from f1tools import formatting
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.markdown import escape
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.widget_echo import bind


def data_bar(data: Dataset, *, link: bool = True) -> None:
    """Show the current data set and where to change it; ask for the model if there are several."""
    models = data.predictions.models
    if state.session().upload_is_missing:
        missing_file()
    elif state.session().unknown_data:
        st.info("The link is about a data set that does not exist here, so you see a sample.")
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(data_text(data), width="content")
        st.page_link("pages/data.py", label="Use your own file →" if data.is_sample else "Change data →")
        if data.source.part and data.source.read_as.role:
            st.page_link("pages/strategies.py", label="Compare on all splits →")
        if link:
            copy_link(key="copy link")
    if len(models) > 1:
        right.selectbox(
            "Model",
            models,
            format_func=lambda name: f"Model: {name}",
            label_visibility="collapsed",
            **bind("model picker", state.model(data), "model", **state.MODEL_FIELDS),
        )


def missing_file(where: str = "on the Data page") -> None:
    """Say which file a link or a record needs, where this session does not have it."""
    awaited = state.awaited_files()
    which = f"the file {escape(awaited.description)}" if awaited and awaited.description else "an uploaded file"
    st.info(
        f"This link is about {which}, which this session does not have: a file stays in memory until the page is "
        f"closed or reloaded, and a link contains no data. Upload it {where} to see what the link shows; until then "
        "you see a sample."
    )


def data_text(data: Dataset) -> str:
    """Describe a data set in Markdown: its name, size and roles."""
    sample = ":blue-badge[Sample] " if data.is_sample else ""
    n_rows, n_positives = data.n_evaluation_rows
    part = f" · **{escape(formatting.truncate(data.source.part))}** only" if data.source.part else ""
    roles = ""
    if data.predictions.tuning is not None:
        tuning_set, evaluation_set = (escape(formatting.truncate(name)) for name in data.predictions.role_names)
        roles = f" · threshold tuned on **{tuning_set}**, evaluated on **{evaluation_set}**"
    share = formatting.percent(n_positives / n_rows)
    return f"{sample}**{escape(data.title)}**{part} · {n_rows:,} rows, {share} positive{roles}"
