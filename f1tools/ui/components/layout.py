"""What pages have in common: title and style, the bar with data set and model, boxes with a number, the glossary."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from f1tools import formatting
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.markdown import escape
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.widget_echo import bind

# Streamlit shows no focus on its links, and leaves much room above a heading. Only its test ids identify them.
_STYLE = """
<style>
a:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 3px solid currentColor;
  outline-offset: -3px;
}
[data-testid="stMarkdownContainer"] a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
[data-testid="stHeading"] h1 { padding-top: 0; }
.st-key-section {
  min-height: 2rem; padding: 2px;
  border: 1px solid rgba(128, 138, 150, 0.45); border-radius: 0.375rem;
}
.st-key-section a { margin: 0; padding: 0 0.75rem; border-radius: 0.25rem; line-height: 1.6rem; }
</style>
"""
# Pages that share an entry of the navigation, the first one's: by name in the URL, with the text of their links.
_SECTIONS = (
    {"how_sure": "How sure", "calibration": "Calibration"},
    {"strategies": "Strategies", "methods": "Methods"},
)
# Streamlit marks the entry of the current page itself; a hidden page has none of its own.
_ENTRY_STYLE = """
<style>
a:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"])[href$="/{entry}"] {{
  background: rgba(153, 173, 194, 0.25);
}}
a:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"])[href$="/{entry}"] * {{ font-weight: 600; }}
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


def set_page(page: StreamlitPage) -> None:
    """Set the browser title of the current page and the common style; link the pages of its section."""
    st.set_page_config(page_title=f"{page.title} · f1tools", page_icon="🎯", layout="wide")
    st.html(_STYLE)
    _section_strip(page.url_path)


def _section_strip(page: str) -> None:
    """Show links between the pages of a section, where the page belongs to one, and mark the section in the bar."""
    section = next((pages for pages in _SECTIONS if page in pages), None)
    if section is None:
        return
    entry = next(iter(section))
    if page != entry:
        st.html(_ENTRY_STYLE.format(entry=entry))
    with st.container(horizontal=True, gap=None, width="content", key="section"):
        for name, label in section.items():
            st.page_link(f"pages/{name}.py", label=label)


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
    which = escape(awaited.description) if awaited else "an uploaded file"
    st.info(
        f"This decision is about {which}, which this session does not have: files stay in memory until the page is "
        f"closed or reloaded, and links and records contain no data. To see the decision, upload its data {where}; "
        "until then you see a sample."
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


def metric_box(label: str, value: str, below: str) -> None:
    """Show a number in a box, with a label above it and a note below it."""
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True)


def glossary(*terms: str) -> None:
    """Explain the basic terms, and some more, in a closed expander."""
    with st.expander("What do these words mean?"):
        st.markdown("  \n".join([*_BASIC_TERMS, *(_TERMS[term] for term in terms)]))
        st.page_link("pages/methods.py", label="All formulas are on Methods →")
