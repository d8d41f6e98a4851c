"""What pages have in common: title and style, the bar with data set and model, boxes with a number, the glossary."""

from dataclasses import fields, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from f1tools import formatting
from f1tools.core.metrics import defined_values
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.markdown import escape
from f1tools.ui.document import ASSETS
from f1tools.ui.session import class_choices, state
from f1tools.ui.session.data import ClassData, Dataset
from f1tools.ui.session.page_context import PageContext, assumed_what_if, counts_if_assumed
from f1tools.ui.session.widget_echo import bind, show, value_of
from f1tools.what_if import WhatIf, sentences

# Pages that share an entry of the navigation, the first one's: by name in the URL, with the text of their links.
_SECTIONS = (
    {"how_sure": "Trust", "calibration": "Calibration"},
    {"strategies": "Strategies", "methods": "Methods"},
)
_NOTHING_ASSUMED = dict.fromkeys(each.name for each in fields(WhatIf))
_BASIC_TERMS = (
    "The model gives every case a **score**: the higher it is, the more likely the case is positive.",
    "Cases whose score is at or above the threshold are **flagged**.",
    "**Precision** is the share of flagged cases that are positive, **recall** that of positives that are flagged.",
    "**F1** combines both in one number: it is 1 when no case is missed and there are no false alarms, and low as "
    "soon as precision or recall is low.",
)
_TERMS = {
    "average": "**Macro F1** is the mean of the F1 of all classes or labels: each counts alike, however rare it is. "
    "**Weighted F1** weights each by its number of rows. **Micro F1** is the F1 of all decisions counted together, so "
    "frequent ones count most.",
    "calibrated": "Scores are **calibrated** when 3 in 10 of the cases scored 0.3 are positive: such scores can be "
    "read as probabilities.",
    "interval": "A **95% confidence interval** contains the true value for 95 of 100 samples like this one.",
    "odds": "**Odds** are another way to state a probability: 3 to 1 is 75%.",
    "resample": "**Resampling** draws rows from these rows, as if they had been collected again. Repeating it many "
    "times shows how much is due to chance; the **seed** makes the draws repeatable.",
    "positives": "The **share of positives**, or prevalence, is how common positive cases are.",
}


def set_page(page: StreamlitPage) -> None:
    """Set the title of the current page, show the name of the project, and link the page's section."""
    st.set_page_config(page_title=f"{page.title} · f1tools", layout="wide")
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(ASSETS / f"wordmark-{theme}.svg")
    section = next((pages for pages in _SECTIONS if page.url_path in pages), {})
    if section:
        with st.container(horizontal=True, gap=None, width="content", key="section"):
            for name, label in section.items():
                st.page_link(f"pages/{name}.py", label=label)


def link_note() -> None:
    """Note what the link that opened the session names that does not exist, until something is chosen."""
    if state.session().link_note:
        st.info(escape(state.session().link_note))


def class_data_bar(data: ClassData, *, link: bool = True) -> None:
    """Show the current data set with all its classes, and where to change it."""
    sample = ":blue-badge[Sample] " if data.is_sample else ""
    classes = "classes" if data.curves.one_per_row else "labels"
    size = f"{len(data.curves.y_true):,} rows, {len(data.names):,} {classes}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="data bar"):
        st.markdown(f"{sample}**{escape(data.title)}** · {size}", width="content")
        _change_data(is_sample=data.is_sample)
        if link:
            copy_link(key="copy link")


def _change_data(*, is_sample: bool) -> None:
    st.page_link("pages/data.py", label="Use your data →" if is_sample else "Change data →")


def data_bar(data: Dataset, *, link: bool = True, picker: bool = True, all_files: bool = False) -> DeltaGenerator:
    """Show the current data set and where to change it; ask for the model if there are several and `picker` is true.

    With `all_files`, show all files of different rows that models are compared on.

    Return the row, for what a page adds to it.
    """
    models = data.models
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="data bar")
    with row:
        st.markdown(_files_text(data) if all_files and data.apart else data_text(data), width="content")
        _change_data(is_sample=data.is_sample)
        if data.source.part and data.source.read_as.role:
            st.page_link("pages/strategies.py", label="Compare on all splits →")
        if link:
            copy_link(key="copy link")
        if picker and data.classes is not None:
            class_picker(data.classes)
        if picker and len(models) > 1:
            st.selectbox("Model", models, **bind("model picker", state.model(data), "model", **state.MODEL_FIELDS))
    return row


def class_picker(classes: ClassData) -> None:
    """Ask for the class or label that the page is about."""
    key = show("class picker", state.one_class(classes))
    st.selectbox(
        "Class" if classes.curves.one_per_row else "Label",
        classes.with_rows,
        key=key,
        on_change=lambda: class_choices.select_class(value_of(key)),
    )


def page_notes(context: PageContext) -> None:
    """Note what does not exist in the link, and what is assumed on What if and the current threshold gives there."""
    with st.container():  # what stands below keeps its place when a note goes: parts of it may be running by themselves
        link_note()
        if assumed_what_if(context).active:
            _assumptions(context)


def _assumptions(context: PageContext) -> None:
    what_if, objective, counts = assumed_what_if(context), context.view.objective, counts_if_assumed(context)
    weight = what_if.positive_weight or 1.0
    cases = replace(counts, tp=counts.tp / weight, fn=counts.fn / weight)  # a weight in the evaluation adds no cases
    value = formatting.metric_value(float(defined_values(objective, counts)))
    flagged = formatting.percent(float(cases.predicted_positive_rate()))
    there = (
        f"There the current decisions give {objective.label} {value} on this data and flag {flagged}; this page is as "
        "measured."
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="scenario banner"):
        st.markdown(f"**{escape(sentences.assumptions_text(what_if))}** {escape(there)}", width="content")
        st.page_link("pages/what_if.py", label="What if →")
        st.button("Clear", key="clear scenario", type="tertiary", on_click=lambda: state.update(**_NOTHING_ASSUMED))


def data_text(data: Dataset | ClassData) -> str:
    """Describe a data set in Markdown: its name, size and roles."""
    sample = ":blue-badge[Sample] " if data.is_sample else ""
    if isinstance(data, ClassData):
        n_rows, kind = len(data.curves.y_true), "classes" if data.curves.one_per_row else "labels"
        return f"{sample}**{escape(data.title)}** · {n_rows:,} rows, {len(data.names):,} {kind}"
    n_rows, n_positives = data.n_evaluation_rows()
    part = f" · **{escape(formatting.truncate(data.source.part))}** only" if data.source.part else ""
    table = "threshold table of " if data.table is not None else ""
    size = f"{table}{n_rows:,} rows, {formatting.percent(n_positives / n_rows)} positive"
    if data.rows is not None and data.rows.tuning is not None:
        tuning_set, evaluation_set = (escape(formatting.truncate(name)) for name in data.rows.role_names)
        n_tuning = int(data.rows.tuning.sum())
        size = f"threshold tuned on **{tuning_set}** ({n_tuning:,} rows), evaluated on **{evaluation_set}** ({size})"
    return f"{sample}**{escape(data.title)}**{part} · {size}{_class_text(data)}"


def _class_text(data: Dataset) -> str:
    """Name the class or label that the page is about, where the data have several; empty otherwise."""
    if data.classes is None:
        return ""
    name = f"**{escape(formatting.truncate(data.predictions.pos_label))}**"
    return f" · {name} against all others" if data.classes.curves.one_per_row else f" · label {name}"


def _files_text(data: Dataset) -> str:
    """Name the files of different rows in Markdown."""
    names = formatting.join_names(f"**{escape(formatting.truncate(each.title))}**" for each in data.apart)
    return f"{names} · different rows"


def metric_box(label: str, value: str, below: str) -> None:
    """Show a number in a box, with a label above it and a note below it."""
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True)


def glossary(*terms: str) -> None:
    """Explain the basic terms, and some more, in a closed expander."""
    with st.expander("What do these words mean?"):
        st.markdown("  \n".join([*_BASIC_TERMS, *(_TERMS[term] for term in terms)]))
        st.page_link("pages/methods.py", label="All formulas are on Methods →")
