"""The table of operating points, and tables for download."""

import numpy as np
import streamlit as st

from f1tools import formatting
from f1tools.export import file_name, points_csv, points_parquet, scores_csv
from f1tools.ui.session.page_context import PageContext
from f1tools.what_if import prior_shift

_MANY_ROWS = 1_000_000  # about what a spreadsheet holds: above this the download button says how many there are
_COUNTS, _METRICS = ("tp", "fp", "fn", "tn"), ("precision", "recall", "f1")


def download_thresholds(context: PageContext, label: str = "Download all", name: str = "thresholds") -> None:
    """Offer all thresholds as CSV and as Parquet; a file is written when it is requested."""
    curve, model = context.curves.evaluation, context.model
    rows = f" ({len(curve):,} rows)" if len(curve) > _MANY_ROWS else ""
    stem = f"{name}-{file_name(model)}"
    with st.container(horizontal=True):
        st.download_button(
            f"{label} as CSV{rows}",
            lambda: points_csv(curve, model),
            f"{stem}.csv",
            "text/csv",
            on_click="ignore",
            help=f"Every {'distinct score' if curve.is_exact else 'threshold of the table'} with its counts, in full "
            "precision.",
        )
        st.download_button(
            f"{label} as Parquet",
            lambda: points_parquet(curve, model),
            f"{stem}.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
            help="The same table for pandas, DuckDB and similar tools, at a third of the size.",
        )


def download_adjusted_scores(context: PageContext, own: float, prevalence: float) -> None:
    """Offer the scores adjusted for another prevalence, where they are probabilities of rows."""
    predictions, model = context.data.rows, context.model
    if predictions is None or not context.curves.is_probability:
        return

    def content() -> bytes:
        score = predictions.scores[model]
        scored = score != -np.inf
        shifted = np.where(scored, prior_shift(np.where(scored, score, 0.0), own, prevalence), -np.inf)
        return scores_csv(predictions, model, {"prior_shifted": shifted})

    st.download_button(
        f"Download scores adjusted for {formatting.percent(prevalence)} positives",
        content,
        f"prior-shifted-{file_name(model)}.csv",
        "text/csv",
        on_click="ignore",
        help="Each score as it would be if the model had been trained with that share of positives (Saerens 2002). "
        "Assumes calibrated scores.",
    )
