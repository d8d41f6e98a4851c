"""What Decide says where its data are one of several classes against the others."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.classes import ClassOffsets
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import class_choices
from f1tools.ui.session.data import ClassData
from f1tools.ui.session.page_context import PageContext


def class_line(context: PageContext) -> None:
    """Say what decides about all classes in the end, and what the threshold of this page means then."""
    classes = context.data.classes
    if classes is None:
        return
    text = _one_of_classes(context) if classes.curves.one_per_row else _one_of_labels(context, classes)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line class"):
        st.markdown(small(escape(text)), width="content")
        st.page_link("pages/classes.py", label="All classes →" if classes.curves.one_per_row else "All labels →")


def _one_of_classes(context: PageContext) -> str:
    name = formatting.truncate(context.curves.pos_label)
    return (
        f"Among all classes, the highest score decides which one a row gets. The threshold on this page answers one "
        f"question only: {name} or not."
    )


def _one_of_labels(context: PageContext, classes: ClassData) -> str:
    """Say that labels decide by themselves, and whether this one has another threshold on Classes.

    A link can open Decide before the thresholds of Classes are known. They are not computed for this line.
    """
    name, text = formatting.truncate(context.curves.pos_label), "Each label decides by itself."
    decision = class_choices.known_decision(classes)
    if decision is None:
        by_hand = context.curves.pos_label in class_choices.by_hand(classes)
        return text if by_hand else f"{text} The rule that is chosen on Classes may give {name} another threshold."
    if isinstance(decision.rule.by, ClassOffsets):
        return text
    threshold = float(decision.rule.by.thresholds[classes.names.index(context.curves.pos_label)])
    counts = context.curves.evaluation.at(threshold).counts
    if counts.flagged() == context.point.counts.flagged():
        return text
    return f"{text} With all labels, {name} has {_text(context, threshold)}, by the rule that is chosen on Classes."


def _text(context: PageContext, threshold: float) -> str:
    if math.isinf(threshold):
        return "no flags"
    return f"the threshold {formatting.displayed_threshold(context.threshold_text(threshold))}"
