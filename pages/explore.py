"""Explore: every metric at every threshold, the curves, and the table for download."""

import streamlit as st

from f1tools.plots import (
    plot_confusion_matrix,
    plot_metrics,
    plot_precision_recall,
    plot_roc,
    plot_score_distributions,
)
from f1tools.ui.components import decision_notes, figures, tables
from f1tools.ui.components.layout import data_bar
from f1tools.ui.sections import explore
from f1tools.ui.session.page_context import page_context

st.title("Explore", anchor=False)
context = page_context()
data_bar(context.data)
decision_notes.unscored_line(context)
explore.toolbar(context)
explore.headline(context)
decision_notes.exchange_line(context)
explore.verdict(context)

curve, marks, labels = figures.curve(context), figures.marks(context), context.class_names

wide, narrow = st.columns([5, 3], gap="medium")
with wide:
    figures.show(
        plot_metrics(
            figures.curve(context, zoomed=True),
            figures.metrics(context),
            marks=marks,
            plateau=context.best.plateau,
            span=context.zoom_range,
            theme="streamlit",
        ),
        "metrics",
    )
    explore.zoom_slider(context)
with narrow:
    figures.show(plot_confusion_matrix(context.point.counts, labels=labels, theme="streamlit"), "matrix")

left, right = st.columns(2, gap="medium")
with left:
    figures.show(
        plot_precision_recall(
            curve,
            marks=marks,
            beta=context.view.objective.beta or 1.0,
            average_precision=context.curves.average_precision,
            theme="streamlit",
        ),
        "precision-recall",
    )
    explore.average_precision_note(context)
with right:
    figures.show(plot_roc(curve, marks=marks, roc_auc=context.curves.roc_auc, theme="streamlit"), "roc")

left, right = st.columns(2, gap="medium")
with left:
    figures.show(
        plot_score_distributions(context.curves.histogram, mark=marks[0], labels=labels, theme="streamlit"),
        "distributions",
    )
with right:
    st.header("Operating points", anchor=False)
    tables.operating_points(context)
    tables.download_thresholds(context)
