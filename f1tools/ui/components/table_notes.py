"""Notes on threshold tables: what they cannot show, and what lies between their thresholds."""

import streamlit as st

from f1tools import formatting
from f1tools.formatting.bounds import bound_text, inside_bin_text
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.page_context import PageContext

_WHAT_TO_DO = "Upload a file of rows, or of a random sample of them."


def needs_rows(data: Dataset, what: str, *, verb: str = "needs") -> None:
    """Say that something needs rows, why there are none, and what to do.

    Parameters
    ----------
    data : Dataset
        A threshold table.
    what : str
        What needs the rows, as the subject of a sentence.
    verb : str
        The verb of this subject.
    """
    title = formatting.truncate(data.title, 60)
    text = f"{what} {verb} rows, and {title} is a threshold table: it has counts, no rows. {_WHAT_TO_DO}"
    st.markdown(small(escape(text)))


def bounds_line(context: PageContext) -> None:
    """State what is not certain because rows were counted in bins; nothing where all is.

    That is a threshold inside a bin, for which the table's next lower one stands, and how good a threshold between
    those of the table could be.
    """
    decision = context.decision
    curve, chosen = context.curves.evaluation, decision.manual_threshold
    inside = "" if chosen is None else inside_bin_text(curve, chosen, decision.objective)
    text = " ".join(filter(None, (inside, bound_text(context.best.tuning))))
    if text:
        st.markdown(small(escape(text)))
