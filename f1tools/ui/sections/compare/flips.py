"""What flips: the rows that the reference and another model decide differently."""

import numpy as np
import pandas as pd
import streamlit as st

from f1tools import formatting
from f1tools.comparison import Flips
from f1tools.export import file_name, flips_csv
from f1tools.predictions import Predictions
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.standings import Standing, Standings
from f1tools.ui.session import cache
from f1tools.ui.session.link_names import models_in_link
from f1tools.ui.session.widget_echo import bind

_MOST_SHOWN = 200
_CHANGES = np.array(["broken", "fixed"])


def section(standings: Standings) -> None:
    """Count the rows that change between right and wrong, list them, and offer them as a file."""
    st.header("What flips", anchor=False)
    other, reference = standings.flips_of, standings.reference
    if other is None or other.point is None or reference.point is None:
        st.markdown("No other model has a threshold to compare with.")
        return
    st.selectbox(
        escape(f"From {formatting.truncate(reference.name)} to"),
        [each.name for each in standings.others if each.point is not None],
        format_func=formatting.truncate,
        width=260,
        **bind("flips of", other.name, "flips_of", lambda name: models_in_link([name])),
    )
    data = standings.context.data
    flips = cache.flips(
        data.id,
        (reference.name, reference.point.threshold),
        (other.name, other.point.threshold),
        data.predictions,
    )
    st.markdown(escape(flips.sentence))
    if flips.rows.size:
        _rows(data.predictions, flips)
    st.markdown(small(escape(_about(reference, other, data.predictions, flips))))


def _rows(predictions: Predictions, flips: Flips) -> None:
    """List the first rows, and offer all of them."""
    shown = flips.rows[:_MOST_SHOWN]
    first, second = flips.reference.model, flips.other.model
    key = "Row" if predictions.ids is None else "Id"
    labels = np.array([predictions.neg_label, predictions.pos_label])
    scores = {name: predictions.scores[name][shown] for name in (first, second)}
    frame = pd.DataFrame(
        {
            "key": shown + 1 if predictions.ids is None else predictions.ids[shown],
            "label": labels[predictions.y_true[shown].astype(np.intp)],
            "first": np.where(np.isinf(scores[first]), np.nan, scores[first]),
            "second": np.where(np.isinf(scores[second]), np.nan, scores[second]),
            "change": _CHANGES[flips.is_fixed[:_MOST_SHOWN].astype(np.intp)],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(frame), 420),
        placeholder="no score",
        column_config={
            "key": st.column_config.Column(key),
            "label": st.column_config.TextColumn("Label"),
            "first": st.column_config.NumberColumn(formatting.truncate(first), format="%.4g"),
            "second": st.column_config.NumberColumn(formatting.truncate(second), format="%.4g"),
            "change": st.column_config.TextColumn("Change"),
        },
    )
    st.download_button(
        f"Download {formatting.count(flips.rows.size)} flipped row{'' if flips.rows.size == 1 else 's'} as CSV",
        lambda: flips_csv(predictions, flips),
        f"flips-{file_name(first)}-{file_name(second)}.csv",
        "text/csv",
        on_click="ignore",
    )


def _about(reference: Standing, other: Standing, predictions: Predictions, flips: Flips) -> str:
    """State the thresholds, which rows are listed and what is counted."""
    at = " and ".join(
        f"{formatting.truncate(each.name)} {formatting.at_threshold(each.threshold)}" for each in (reference, other)
    )
    parts = [f"{at}."]
    if flips.rows.size > _MOST_SHOWN:
        parts.append(f"The first {_MOST_SHOWN} of {flips.rows.size:,} rows are listed; the file has all.")
    if flips.rows.size and predictions.ids is None:
        parts.append("Rows are numbered from 1 as they were read.")
    if predictions.sample_weight is not None:
        parts.append("Rows are counted, not their weights.")
    if flips.rows.size:
        name = "interval, which keeps rows of one cluster together," if flips.clustered else "exact interval"
        parts.append(f"The {name} (Clopper-Pearson) is about errors at these thresholds, not about the metric.")
    return " ".join(parts)
