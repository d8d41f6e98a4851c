"""What was found: the question, the choice of the data, and what they support."""

import streamlit as st

from f1tools import formatting
from f1tools.repeats import findings, method, title
from f1tools.ui.components.copy_link import copy_link
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections.strategies.runs import Run, Runs
from f1tools.ui.session import state
from f1tools.ui.session.widget_echo import bind


def question() -> None:
    """Say what the page is about."""
    st.markdown(
        "When one class is rarer, should you rebalance the rows, weight the classes, make up rows, change the loss, or "
        "just move the threshold? The fair comparison: every strategy on the same splits, **each at its own tuned "
        "threshold**, on rows that had no part in choosing it."
    )


def picker(runs: Runs) -> Run:
    """Ask which data the page is about and what to compare with, and say what the data are."""
    run = runs.chosen
    _about_own(runs)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            "Data",
            list(runs.by_id),
            format_func=lambda each: runs.by_id[each].short,
            required=True,
            label_visibility="collapsed",
            **bind("lab picker", run.id, "experiment", strategy=None),
        )
        st.selectbox(
            "Compare with",
            run.outcomes.models,
            format_func=lambda model: f"Compare with: {title(model)}",
            label_visibility="collapsed",
            width=240,
            **bind("reference picker", run.reference, "reference"),
        )
        copy_link(key="copy link")
    positive = formatting.truncate(run.compared.repeated.pos_label)
    st.markdown(f"**{plain(run.title)}**. {plain(run.about)} Positive: {plain(positive)}.")
    return run


def _about_own(runs: Runs) -> None:
    """Say why a visitor's file is not the one compared, where it isn't."""
    arrival, data = state.last_upload(), state.dataset()
    if arrival is not None and arrival.reading.outcome == "ask":
        st.info(f"{plain(arrival.title)} waits on the Data page for you to say how to read it.")
    elif runs.refusal:
        st.error(plain(f"Your file can't be compared here. {runs.refusal}"))
    elif not data.is_sample and data.id not in runs.by_id:
        st.info(
            f"{plain(data.title)} does not hold the scores of several strategies over several splits, so this page is "
            "about samples. Below is how to compare the strategies on your own table."
        )


def verdict(run: Run) -> None:
    """Say what the data support, what else stands out, and how it was found."""
    found = findings(run.outcomes, run.reference)
    with st.container(border=True):
        st.markdown(f"**{plain(found.headline)}**")
        st.markdown("\n".join(f"- {plain(each)}" for each in found.details))
    st.markdown(aside(plain(method(run.outcomes))))
