"""What pages have in common: title and style, boxes with a number, and the glossary."""

import streamlit as st

# Streamlit shows no focus on its links, and leaves much room above a heading. Only its test ids identify them.
_STYLE = """
<style>
a:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 3px solid currentColor;
  outline-offset: -3px;
}
[data-testid="stMarkdownContainer"] a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
[data-testid="stHeading"] h1 { padding-top: 0; }
</style>
"""
_BASIC_TERMS = (
    "The model gives every case a **score**: the higher it is, the more likely the case is real, that is, positive.",
    "Cases whose score is at or above the threshold are **flagged**.",
    "**Precision** is the share of flagged cases that are real, **recall** the share of real cases that are flagged.",
    "**F1** combines both in one number: it is 1 when no case is missed and there are no false alarms, and low as "
    "soon as precision or recall is low.",
)
_TERMS = {
    "calibrated": "Scores are **calibrated** when 3 in 10 of the cases scored 0.3 are real: such scores can be "
    "read as probabilities.",
    "interval": "A **95% confidence interval** contains the true value for 95 of 100 samples like this one.",
    "odds": "**Odds** are another way to state a probability: 3 to 1 is 75%.",
    "resample": "**Resampling** draws rows from these rows, as if they had been collected again. Repeating it many "
    "times shows how much is due to chance; the **seed** makes the draws repeatable.",
    "positives": "The **share of positives**, or prevalence, is how common real cases are.",
}


def set_page(title: str) -> None:
    """Set the browser title of the current page and the common style."""
    st.set_page_config(page_title=f"{title} · f1tools", page_icon="🎯", layout="wide")
    st.html(_STYLE)


def metric_box(label: str, value: str, below: str) -> None:
    """Show a number in a box, with a label above it and a note below it."""
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True)


def glossary(*terms: str) -> None:
    """Explain the basic terms, and some more, in a closed expander."""
    with st.expander("What do these words mean?"):
        st.markdown("  \n".join([*_BASIC_TERMS, *(_TERMS[term] for term in terms)]))
        st.page_link("pages/methods.py", label="All formulas are on Methods →")
