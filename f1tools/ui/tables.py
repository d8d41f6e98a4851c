"""The operating points as a table, on the page and to take away."""

import csv
import io
import math
import re
from itertools import repeat
from typing import Any

import streamlit as st

from f1tools import words
from f1tools.card.payload import card_payload
from f1tools.counts import ConfusionCounts
from f1tools.curve import ThresholdCurve
from f1tools.optimum import Optimum
from f1tools.ui.shown import Shown
from f1tools.ui.texts import cell

_ROWS = 36  # on the page
_LONG_FILE = 1_000_000  # thresholds: about what a spreadsheet holds, so from here on the button says how many
_COUNTS, _SHARES = ("tp", "fp", "fn", "tn"), ("precision", "recall", "f1")


def operating_points(now: Shown) -> None:
    """Show a selection of thresholds with what each does."""
    counts = {name: st.column_config.NumberColumn(name.upper(), format="localized") for name in _COUNTS}
    shares = {name: st.column_config.NumberColumn(name.capitalize(), format="%.3f") for name in _SHARES}
    st.dataframe(
        selection(now.overview.curve, now.best.optimum, now.point.threshold),
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
    return count if isinstance(count, int) else float(words.count(count).replace(",", ""))


def csv_button(now: Shown, label: str = "Download all as CSV") -> None:
    """Offer the whole table as a file; it is written when somebody asks for it."""
    curve, model = now.overview.curve, now.model
    rows = f" ({len(curve):,} rows)" if len(curve) > _LONG_FILE else ""
    st.download_button(
        f"{label}{rows}",
        lambda: csv_file(curve, model),
        f"thresholds-{file_name(model)}.csv",
        "text/csv",
        on_click="ignore",
        help="Every distinct score with its counts, in full precision.",
    )


def file_name(model: str) -> str:
    """Make a part of a file name from a model's name.

    Examples
    --------
    >>> file_name("p(fraud) v2"), file_name("...")
    ('p-fraud-v2', 'model')
    """
    return re.sub(r"[^A-Za-z0-9]+", "-", model).strip("-")[:40] or "model"


def csv_file(curve: ThresholdCurve, model: str) -> bytes:
    """Write all operating points, some thousands at a time; a name that could pass for a formula is defused."""
    file = io.BytesIO()
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["model", "threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1"])
    for first, counts in curve.blocks():
        thresholds = curve.thresholds[first : first + len(counts.tp)]
        rows.writerows(zip(repeat(cell(model)), thresholds.tolist(), *_columns(counts)))
    text.detach()
    return file.getvalue()


def _columns(counts: ConfusionCounts) -> list[list[Any]]:
    """Give the counts and what follows from them; precision is empty where nothing is flagged."""
    precision = [None if math.isnan(value) else value for value in counts.precision(math.nan).tolist()]
    numbers = (counts.tn, counts.fp, counts.fn, counts.tp)
    return [*(each.tolist() for each in numbers), precision, counts.recall().tolist(), counts.f1().tolist()]
