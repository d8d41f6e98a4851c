"""What the numbers are about, and how to turn to other data."""

import streamlit as st

from f1tools import formatting
from f1tools.ui.components.copy_link import copy_link
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset, Sample, all_samples
from f1tools.ui.session.widget_echo import bind


def data_bar(data: Dataset, *, link: bool = True) -> None:
    """Say what the numbers are about and how to bring one's own; ask for the model if there are several."""
    predictions = data.predictions
    if state.upload_is_missing():
        missing_file()
    elif state.data_is_unknown():
        st.info("The link asks for a data set that does not exist here, so you see a sample.")
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_name(data), width="content")
        st.page_link("pages/data.py", label="Use your own file →" if data.is_sample else "Change data →")
        if data.source.part and data.source.read_as.role:
            st.page_link("pages/strategies.py", label="Compare on all parts →")
        if link:
            copy_link(key="copy link")
    if len(predictions.models) > 1:
        right.selectbox(
            "Model",
            predictions.models,
            format_func=lambda name: f"Model: {name}",
            label_visibility="collapsed",
            **bind("model picker", state.model(data), "model", **state.MODEL_FIELDS),
        )


def missing_file(where: str = "on the Data page") -> None:
    """Say which file a link or a record was made for, where this session does not hold it."""
    wanted = state.awaited_files()
    which = "an uploaded file" if wanted is None or not wanted.description else f"the file {plain(wanted.description)}"
    st.info(
        f"This address belongs to {which}, and this session does not hold it: a file stays in memory until the page is "
        f"closed or reloaded, and a link does not carry it. Upload it {where} to see what the address shows; until "
        "then you see a sample."
    )


def _name(data: Dataset) -> str:
    sample = ":blue-badge[Sample] " if data.is_sample else ""
    rows, positives = data.n_evaluation_rows
    share = formatting.percent(positives / rows)
    part = f" · **{plain(formatting.truncate(data.source.part))}** alone" if data.source.part else ""
    return f"{sample}**{plain(data.title)}**{part} · {rows:,} rows, {share} positive{_roles(data)}"


def _roles(data: Dataset) -> str:
    """Say which rows the threshold comes from and which the numbers."""
    if data.predictions.tuning is None:
        return ""
    tune, report = (plain(formatting.truncate(name)) for name in data.predictions.role_names)
    return f" · threshold chosen on **{tune}**, numbers from **{report}**"


def now_showing(data: Dataset) -> None:
    """Say on which data the other pages are at work, and lead there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Now showing {_name(data)}", width="content")
        st.page_link("pages/decide.py", label="Decide →")
        st.page_link("pages/explore.py", label="Explore →")


def sample_picker() -> None:
    """Offer the samples, each with what it is about; last those that hold many strategies over many splits."""
    samples = all_samples().values()
    for sample in samples:
        if not sample.lab:
            _offer(sample)
    st.markdown("Many strategies over many splits. Strategies compares them; the other pages show the first split.")
    for sample in samples:
        if sample.lab:
            _offer(sample)


def _offer(sample: Sample) -> None:
    shown = sample.id == state.dataset().id
    with st.container(border=True):
        st.markdown(f"**{plain(sample.title)}**  \n{plain(sample.sentence)}")
        st.markdown(aside(plain(sample.source)))
        st.button(
            "Showing" if shown else "Show",
            key=f"sample {sample.id}",
            disabled=shown,
            on_click=state.select_data,
            args=(sample.id,),
        )
