"""Files to take away, one row a case."""

import csv
import io
import re
from collections.abc import Callable

import streamlit as st

from f1tools import words
from f1tools.calibration import is_probability
from f1tools.counts import FloatArray
from f1tools.predictions import Predictions
from f1tools.ui.shown import Shown
from f1tools.ui.tables import file_name
from f1tools.ui.texts import cell
from f1tools.what_if import prior_shift


def adjusted_scores(now: Shown, own: float, asked: float) -> None:
    """Offer the scores corrected for another share of positives."""
    if not is_probability(now.overview.curve):
        return
    predictions, model = now.data.predictions, now.model
    scores_button(
        f"Download scores corrected for {words.percent(asked)} positives",
        lambda: scores_csv(predictions, model, {"prior_shifted": prior_shift(predictions.scores[model], own, asked)}),
        f"prior-shifted-{file_name(model)}.csv",
        "Each score as it would be if the model had learned from that share of positives (Saerens 2002). It assumes "
        "calibrated scores.",
    )


def scores_button(label: str, content: Callable[[], bytes], name: str, about: str) -> None:
    """Offer a file; it is written when somebody asks for it."""
    st.download_button(label, content, name, "text/csv", on_click="ignore", help=about)


def _id(text: str) -> str:
    """Defuse an id, unless it is a plain number: a minus sign in front makes no formula of it."""
    return text if re.fullmatch(r"[-+]?[0-9.]+", text) else cell(text)


def scores_csv(predictions: Predictions, model: str, more: dict[str, FloatArray]) -> bytes:
    """Write the rows with their truth, their score and further scores; ids where there are any."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, lineterminator="\n")
    ids = [] if predictions.ids is None else [("id", [_id(str(one)) for one in predictions.ids.tolist()])]
    columns = [*ids, ("y_true", predictions.y_true.astype(int).tolist())]
    columns += [(cell(name), score.tolist()) for name, score in ((model, predictions.scores[model]), *more.items())]
    rows.writerow(name for name, _ in columns)
    rows.writerows(zip(*(values for _, values in columns), strict=True))
    return file.getvalue().encode()
