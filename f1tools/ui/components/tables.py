"""The operating points as a table, on the page and to take away."""

from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.card.payload import card_payload
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum
from f1tools.export import file_name, points_csv, points_parquet
from f1tools.ui.session.page_context import PageContext

_ROWS = 36  # on the page
_LONG_FILE = 1_000_000  # thresholds: about what a spreadsheet holds, so from here on the button says how many
_COUNTS, _SHARES = ("tp", "fp", "fn", "tn"), ("precision", "recall", "f1")


def operating_points(now: PageContext) -> None:
    """Show a selection of thresholds with what each does."""
    counts = {name: st.column_config.NumberColumn(name.upper(), format="localized") for name in _COUNTS}
    shares = {name: st.column_config.NumberColumn(name.capitalize(), format="%.3f") for name in _SHARES}
    st.dataframe(
        selection(now.curves.evaluation, now.best.evaluation, now.point.threshold),
        hide_index=True,
        column_order=["threshold", *_SHARES, *_COUNTS],
        column_config={"threshold": "Threshold", **shares, **counts},
        height=320,
    )


def selection(curve: ThresholdCurve, optimum: Optimum, threshold: float) -> dict[str, list[Any]]:
    """Choose some thresholds, highest first, the best and the current one among them, with what each does.

    As on the card's slider: each is written with as few digits as tell it from its neighbours in the table, and its
    counts are those of the number that is written.
    """
    card = card_payload(curve, optimum, model="", pos_label="", threshold=threshold, max_points=_ROWS)
    written = card["stops"][-2::-1]  # without the last one, which flags nothing
    counts = curve.at_each([float(text) for text in written])
    table = {name: [_as_written(value) for value in getattr(counts, name).tolist()] for name in _COUNTS}
    shares = (counts.precision(), counts.recall(), counts.f1())
    return {"threshold": written} | dict(zip(_SHARES, (share.tolist() for share in shares), strict=True)) | table


def _as_written(count: float) -> float:
    return count if isinstance(count, int) else float(formatting.count(count).replace(",", ""))


def files_buttons(now: PageContext, label: str = "Download all", name: str = "thresholds") -> None:
    """Offer the whole table as CSV and as Parquet; either is written when somebody asks for it."""
    curve, model = now.curves.evaluation, now.model
    rows = f" ({len(curve):,} rows)" if len(curve) > _LONG_FILE else ""
    stem = f"{name}-{file_name(model)}"
    with st.container(horizontal=True):
        st.download_button(
            f"{label} as CSV{rows}",
            lambda: points_csv(curve, model),
            f"{stem}.csv",
            "text/csv",
            on_click="ignore",
            help="Every distinct score with its counts, in full precision.",
        )
        st.download_button(
            f"{label} as Parquet",
            lambda: points_parquet(curve, model),
            f"{stem}.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
            help="The same table for pandas, DuckDB and the like, a third of the size.",
        )
