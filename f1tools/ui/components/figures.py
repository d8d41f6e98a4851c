"""Figures on a page: marks, thinned curves, and a figure with its heading and download buttons."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.export import file_name
from f1tools.plots import CONFIG, Mark, alt_text, pop_title
from f1tools.ui.components.browser import save_buttons
from f1tools.ui.session import cache, state
from f1tools.ui.session.page_context import PageContext


def show(figure: Any, key: str, about: str | None = None, *, choice: Callable[[], None] | None = None) -> None:
    """Show a figure with a heading, alternative text and download buttons.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    key : str
    about : str, optional
        What the figure is about, for its image; by default the current model and data set.
    choice : callable, optional
        Asks what the figure shows; its widget stands between heading and figure.
    """
    title = pop_title(figure)
    with st.container(gap=None if choice is None else "xsmall"):
        st.header(title, anchor=False)
        if choice is not None:
            choice()
        with st.container(gap=None):
            st.plotly_chart(figure, key=key, config=CONFIG, alt=alt_text(figure))
            data = state.dataset()
            model = state.model(data)
            where = f"{formatting.truncate(model)} · {formatting.truncate(data.title, 40)}"
            name = f"{key}-{file_name(model if about is None else about)}"
            save_buttons(key, title, name, where if about is None else about)


def marks(context: PageContext) -> list[Mark]:
    """Mark the current threshold and the best one."""
    return [Mark("now", context.point, context.decision.threshold_text), best_mark(context)]


def best_mark(context: PageContext) -> Mark:
    """Mark the best threshold."""
    return Mark("best", context.decision.best_point, context.decision.best_threshold_text)


def metrics(context: PageContext) -> list[Any]:
    """Return the metrics to draw: precision, recall and the objective; F1 where that is one of the two."""
    objective = context.view.objective
    third = metric("f1") if objective.name in ("precision", "recall") else objective
    return ["precision", "recall", third]


def curve(context: PageContext) -> ThresholdCurve:
    """Return the curve of the evaluation set with as many thresholds as a figure shows."""
    return cache.figure_curve(context.model_key, context.score_range, context.curves.evaluation)
