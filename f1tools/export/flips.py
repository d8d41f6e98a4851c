"""Rows that two models decide differently as CSV."""

from __future__ import annotations

import io
import math

from f1tools.comparison import Flips
from f1tools.export.cells import field
from f1tools.predictions import Predictions

_BLOCK = 1 << 15  # rows to write at a time


def flips_csv(predictions: Predictions, flips: Flips) -> bytes:
    """Return the flipped rows with their label, both scores, both decisions, and whether they are fixed or broken.

    Rows are named by their id, or by their number among the rows that were read, from 1; no score is an empty cell.

    Examples
    --------
    >>> from f1tools.comparison import Classifier, find_flips
    >>> rows = Predictions.from_arrays([1, 0], {"forest": [0.4, 0.1], "linear": [0.9, 0.2]}, ids=["a", "b"])
    >>> print(flips_csv(rows, find_flips(rows, Classifier("forest", 0.5), Classifier("linear", 0.5))).decode())
    id,label,forest,linear,flagged by forest,flagged by linear,change
    a,1,0.4,0.9,0,1,fixed
    <BLANKLINE>
    """
    names = flips.reference.model, flips.other.model
    key = "row" if predictions.ids is None else "id"
    heads = [key, "label", *names, *(f"flagged by {name}" for name in names), "change"]
    file = io.BytesIO()
    file.write(f"{','.join(map(field, heads))}\n".encode())
    labels = field(predictions.neg_label), field(predictions.pos_label)
    for start in range(0, flips.rows.size, _BLOCK):
        rows, is_fixed = flips.rows[start : start + _BLOCK], flips.is_fixed[start : start + _BLOCK]
        keys = (rows + 1).tolist() if predictions.ids is None else predictions.ids[rows].tolist()
        columns = [predictions.scores[name][rows].tolist() for name in names]
        for row_key, label, first, second, fixed in zip(
            keys, predictions.y_true[rows].tolist(), *columns, is_fixed.tolist(), strict=True
        ):
            flagged = label == fixed  # by the other model: a fixed row is decided as its label says
            cells = [field(str(row_key)), labels[label], _number(first), _number(second)]
            cells += [str(int(not flagged)), str(int(flagged)), "fixed" if fixed else "broken"]
            file.write(f"{','.join(cells)}\n".encode())
    return file.getvalue()


def _number(value: float) -> str:
    return "" if value == -math.inf else repr(value)
