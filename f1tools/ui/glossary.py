"""The words of the card, for who never met them."""

import streamlit as st


def glossary() -> None:
    """Explain them in four sentences, out of the way until somebody asks."""
    with st.expander("What do these words mean?"):
        st.markdown(
            "The model gives every case a **score**: the higher, the surer it is that the case is real.  \n"
            "Cases whose score is at the threshold or above are **flagged**; those are the ones to act on.  \n"
            "**Precision** is the share of flagged cases that are real, **recall** the share of real cases that are "
            "flagged.  \n"
            "**F1** is one number for both: it is 1 when no case is missed and none is flagged in vain, and low as "
            "soon as either precision or recall is."
        )
        st.page_link("pages/methods.py", label="All formulas are on Methods →")
