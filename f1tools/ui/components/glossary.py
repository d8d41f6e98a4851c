"""The words of the pages, for who never met them."""

import streamlit as st

_BASICS = (
    "The model gives every case a **score**: the higher, the surer it is that the case is real.",
    "Cases whose score is at the threshold or above are **flagged**; those are the ones to act on.",
    "**Precision** is the share of flagged cases that are real, **recall** the share of real cases that are flagged.",
    "**F1** is one number for both: it is 1 when no case is missed and none is flagged in vain, and low as soon as "
    "either precision or recall is.",
)
_MORE = {
    "calibrated": "Scores are **calibrated** when of the cases scored 0.3 three in ten are real: they can be read as "
    "probabilities.",
    "interval": "A **95% interval** is meant to hold the true value in 95 of 100 samples like this one.",
    "odds": "**Odds** are one way to say a probability: 3 to 1 is 75%.",
    "resample": "A **resample** draws rows from these rows, as if they had been collected once more. Doing so many "
    "times shows how much is chance; the **seed** makes the draw repeatable.",
    "positives": "The **share of positives** is how common real cases are.",
}


def glossary(*more: str) -> None:
    """Explain the basic words and some more, a sentence each, out of the way until somebody asks."""
    with st.expander("What do these words mean?"):
        st.markdown("  \n".join([*_BASICS, *(_MORE[word] for word in more)]))
        st.page_link("pages/methods.py", label="All formulas are on Methods →")
