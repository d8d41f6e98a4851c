"""Rows with their truth and scores as CSV."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.export.cells import field
from f1tools.predictions import Predictions


def scores_csv(
    predictions: Predictions, model: str, additional: Mapping[str, FloatArray], *, block_size: int = 1 << 15
) -> bytes:
    """Return rows with their truth, score and additional scores; with ids if there are any; no score is an empty cell.

    Parameters
    ----------
    predictions : Predictions
    model : str
        The model whose score to write.
    additional : mapping of str to ndarray of shape (n,)
        Additional scores by name.
    block_size : int
        Rows to write at a time.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0], {"=p": [0.9, 0.1]}, ids=["a", "+b"])
    >>> print(scores_csv(predictions, "=p", {}).decode())
    id,y_true,"'=p"
    a,1,0.9
    "'+b",0,0.1
    <BLANKLINE>
    """
    columns = [("y_true", predictions.y_true.astype(np.int64)), (model, predictions.scores[model]), *additional.items()]
    heads = [name for name, _ in columns] if predictions.ids is None else ["id", *(name for name, _ in columns)]
    file = io.BytesIO()
    file.write(f"{','.join(map(field, heads))}\n".encode())
    for start in range(0, predictions.n, block_size):
        rows = slice(start, start + block_size)
        ids = [] if predictions.ids is None else [(field(str(one)) for one in predictions.ids[rows].tolist())]
        cells = (map(_number, values[rows].tolist()) for _, values in columns)
        lines = map(",".join, zip(*ids, *cells, strict=True))
        file.write("".join(f"{line}\n" for line in lines).encode())
    return file.getvalue()


def _number(value: float) -> str:
    return "" if value == -math.inf else repr(value)
