"""How to compare the strategies on one's own table."""

import streamlit as st

from f1tools.repeats import STRATEGY_INFO, strategy_key, title
from f1tools.ui.components.markdown import plain
from f1tools.ui.sections.strategies.runs import Run
from f1tools.ui.session import state

_COMMAND = "pip install -r requirements-lab.txt\npython -m f1tools.lab data.csv --target y -o predictions.csv"


def how_to(run: Run) -> None:
    """Say how to run the lab and what to do with its file, and lead to the rows behind the picture."""
    st.header("On your own table", anchor=False)
    st.markdown(
        "Run the lab where your data are: it trains every strategy on every split and writes one CSV with all scores. "
        "Bring that file to the Data page, and this page is about it. So it is with any file that holds the same rows "
        "over repeated splits, with the scores of each strategy in a column and a column that says which rows a "
        "threshold may be chosen on and which ones test it."
    )
    st.code(_COMMAND, language=None)
    with st.container(horizontal=True):
        st.page_link("pages/data.py", label="Bring your file →")
        if state.dataset().id != run.id and st.button(
            f"Open {run.short} on Decide", help="Decide, Explore and the other pages then show its first split."
        ):
            state.select_data(run.id)
            st.switch_page("pages/decide.py")


def strategies(run: Run) -> None:
    """Say what each strategy does, out of the way until somebody asks."""
    known = [(title(model), STRATEGY_INFO.get(strategy_key(model))) for model in run.outcomes.models]
    told = [f"**{plain(name)}**: {plain(each.description)}" for name, each in known if each is not None]
    if told:
        with st.expander("What do these strategies do?"):
            st.markdown("  \n".join(told))
