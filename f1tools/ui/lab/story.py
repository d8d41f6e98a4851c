"""What was found: the question, the choice of the data, and what they support."""

import streamlit as st

from f1tools import words
from f1tools.repeats import findings, method
from f1tools.ui import state
from f1tools.ui.copy_link import copy_link
from f1tools.ui.lab.runs import Run, Runs
from f1tools.ui.texts import aside, plain


def question() -> None:
    """Say what the page is about."""
    st.markdown(
        "When one class is rarer, should you rebalance the rows, weight the classes, make up rows, change the loss, or "
        "just move the threshold? Every strategy trains the same network on the same splits. The fair comparison is "
        "**each at its own tuned threshold**, on rows that had no part in choosing it."
    )


def picker(runs: Runs) -> Run:
    """Ask which data the page is about, and say what they are."""
    run = runs.chosen
    data = state.dataset()
    if runs.refusal:
        st.error(plain(f"Your file can't be compared here. {runs.refusal}"))
    elif not data.is_sample and data.id not in runs.by_id:
        st.info(
            f"{plain(data.title)} does not hold the scores of several strategies over several splits, so this page is "
            "about samples. Below is how to compare the strategies on your own table."
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            "Data",
            list(runs.by_id),
            format_func=lambda each: runs.by_id[each].short,
            required=True,
            label_visibility="collapsed",
            key=state.controlled("lab picker", run.id),
            on_change=state.choosing("lab picker", "lab", strategy=None),
        )
        copy_link(key="copy link")
    positive = words.shortened(run.compared.repeated.pos_label)
    st.markdown(f"**{plain(run.title)}**. {plain(run.about)}" if run.about else f"**{plain(run.title)}**")
    st.markdown(aside(plain(f"Positive: {positive}. {method(run.compared.outcomes)}")))
    return run


def verdict(run: Run) -> None:
    """Say what the data support, and what else stands out."""
    found = findings(run.compared.outcomes, run.compared.reference)
    with st.container(border=True):
        st.markdown(f"**{plain(found.headline)}**")
        st.markdown("\n".join(f"- {plain(each)}" for each in found.details))
