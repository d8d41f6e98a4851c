"""Explore: every metric at every threshold, the curves behind them, and the table to take away."""

import streamlit as st

from f1tools.plots import (
    plot_confusion_matrix,
    plot_metrics,
    plot_precision_recall,
    plot_roc,
    plot_score_distributions,
)
from f1tools.ui.components import data_bar, exchange_rate, figures, tables, widgets
from f1tools.ui.session.page_context import page_context

st.title("Explore", anchor=False)
now = page_context()
data_bar.data_bar(now.data)
widgets.toolbar(now)
widgets.headline(now)
exchange_rate.line(now)
widgets.verdict_text(now)

curve, marks, labels = figures.curve(now), figures.marks(now), figures.labels(now)

wide, narrow = st.columns([5, 3], gap="medium")
with wide:
    close_up = figures.curve(now, zoomed=True)
    figures.show(
        plot_metrics(
            close_up,
            figures.metrics(now),
            marks=marks,
            plateau=now.best.plateau,
            span=now.zoom,
            theme="streamlit",
        ),
        "metrics",
    )
    widgets.zoom_slider(now)
with narrow:
    figures.show(plot_confusion_matrix(now.point.counts, labels=labels, theme="streamlit"), "matrix")

left, right = st.columns(2, gap="medium")
with left:
    figures.show(
        plot_precision_recall(
            curve,
            marks=marks,
            beta=now.view.objective.beta or 1.0,
            average_precision=now.curves.average_precision,
            theme="streamlit",
        ),
        "precision-recall",
    )
with right:
    figures.show(plot_roc(curve, marks=marks, roc_auc=now.curves.roc_auc, theme="streamlit"), "roc")

left, right = st.columns(2, gap="medium")
with left:
    figures.show(
        plot_score_distributions(now.curves.histogram, mark=marks[0], labels=labels, theme="streamlit"),
        "distributions",
    )
with right:
    st.header("Operating points", anchor=False)
    tables.operating_points(now)
    tables.files_buttons(now)
