"""Files to take away, one row a case."""

from collections.abc import Callable

import streamlit as st

from f1tools import formatting
from f1tools.export import file_name, scores_csv
from f1tools.ui.session.page_context import PageContext
from f1tools.what_if import prior_shift


def adjusted_scores(now: PageContext, own: float, asked: float) -> None:
    """Offer the scores corrected for another share of positives."""
    if not now.curves.evaluation.is_probability:
        return
    predictions, model = now.data.predictions, now.model
    scores_button(
        f"Download scores corrected for {formatting.percent(asked)} positives",
        lambda: scores_csv(predictions, model, {"prior_shifted": prior_shift(predictions.scores[model], own, asked)}),
        f"prior-shifted-{file_name(model)}.csv",
        "Each score as it would be if the model had learned from that share of positives (Saerens 2002). It assumes "
        "calibrated scores.",
    )


def scores_button(label: str, content: Callable[[], bytes], name: str, about: str) -> None:
    """Offer a file; it is written when somebody asks for it."""
    st.download_button(label, content, name, "text/csv", on_click="ignore", help=about)
