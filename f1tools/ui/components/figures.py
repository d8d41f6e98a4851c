"""Between what is shown and the figures: marks, class names, and how a figure stands on a page."""

from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.export import file_name
from f1tools.plots import CONFIG, Mark, alt_text, pop_title
from f1tools.ui.components.image_export import save_buttons
from f1tools.ui.session import cache, state
from f1tools.ui.session.page_context import PageContext


def show(figure: Any, key: str, about: str | None = None) -> None:
    """Put a figure on the page, with a heading, its sentence for people who cannot see it, and ways to save it.

    Where it is about other data than the model on the screen, `about` says which.
    """
    with st.container(gap=None):
        title = pop_title(figure)
        st.header(title, anchor=False)
        st.plotly_chart(figure, key=key, config=CONFIG, alt=alt_text(figure))
        data = state.dataset()
        model = state.model(data)
        told = f"{formatting.truncate(model)} · {formatting.truncate(data.title, 40)}" if about is None else about
        save_buttons(key, title, f"{key}-{file_name(model if about is None else about)}", told)


def marks(now: PageContext) -> list[Mark]:
    """Mark the threshold in force and the best one."""
    best = now.curves.evaluation.at(float(now.best.threshold_text))
    return [Mark("now", now.point, now.written), Mark("best", best, now.best.threshold_text)]


def labels(now: PageContext) -> tuple[str, str]:
    """Name the positive and the negative class."""
    return now.data.predictions.pos_label, now.data.predictions.neg_label


def metrics(now: PageContext) -> list[Any]:
    """Draw precision, recall and what "best" means; F1 where that is one of the two."""
    objective = now.view.objective
    third = metric("f1") if objective.name in ("precision", "recall") else objective
    return ["precision", "recall", third]


def curve(now: PageContext, *, zoomed: bool = False) -> Any:
    """Give the curve with as many thresholds as a figure shows."""
    span = now.zoom if zoomed else now.span
    return cache.drawn_curve(now.data.id, now.model, now.what_if, span, now.curves.evaluation)
