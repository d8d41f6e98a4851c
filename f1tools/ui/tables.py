"""The operating points as a table, on the page and to take away."""

import re

import streamlit as st

from f1tools import words
from f1tools.curve import ThresholdCurve
from f1tools.ui.shown import Shown
from f1tools.ui.texts import cell

_ROWS = 36  # on the page
_LONGEST_FILE = 100_000  # thresholds; more are thinned, a spreadsheet holds about ten times as many


def operating_points(now: Shown) -> None:
    """Show a selection of thresholds with what each does."""
    keep = [now.point.threshold, now.best.optimum.point.threshold]
    table = now.overview.curve.thinned(_ROWS, keep=keep).frame().iloc[1:]
    table["threshold"] = [words.decimal_text(float(f"{threshold:.6g}")) for threshold in table["threshold"]]
    counts = {
        name: st.column_config.NumberColumn(name.upper(), format="localized") for name in ("tp", "fp", "fn", "tn")
    }
    shares = {
        name: st.column_config.NumberColumn(name.capitalize(), format="%.3f") for name in ("precision", "recall", "f1")
    }
    st.dataframe(
        table,
        hide_index=True,
        column_order=["threshold", "precision", "recall", "f1", "tp", "fp", "fn", "tn"],
        column_config={"threshold": "Threshold", **shares, **counts},
        height=320,
    )


def csv_button(now: Shown) -> None:
    """Offer the whole table as a file; it is written when somebody asks for it."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", now.model).strip("-")[:40] or "model"
    st.download_button(
        "Download all as CSV",
        lambda: csv(now.overview.curve, now.model),
        f"thresholds-{name}.csv",
        "text/csv",
        on_click="ignore",
        help=f"Every distinct score with its counts, in full precision; at most {_LONGEST_FILE:,} thresholds.",
    )


def csv(curve: ThresholdCurve, model: str) -> str:
    """Write the operating points; names that a spreadsheet could take for a formula are defused."""
    table = curve.thinned(_LONGEST_FILE).frame()
    table.insert(0, "model", cell(model))
    text: str = table.to_csv(index=False)
    return text
