"""The rows with their truth and their scores as a file."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.export.cells import field
from f1tools.predictions import Predictions

_TOGETHER = 1 << 15  # rows that are written together


def scores_csv(predictions: Predictions, model: str, more: Mapping[str, FloatArray]) -> bytes:
    """Write the rows with their truth, their score and further scores; ids where there are any.

    Parameters
    ----------
    predictions : Predictions
    model : str
        Whose score it is.
    more : mapping from str to ndarray of shape (n,)
        Further scores, by name.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([1, 0], {"=p": [0.9, 0.1]}, ids=["a", "+b"])
    >>> print(scores_csv(predictions, "=p", {}).decode())
    id,y_true,"'=p"
    a,1,0.9
    "'+b",0,0.1
    <BLANKLINE>
    """
    columns = [("y_true", predictions.y_true.astype(np.int64)), (model, predictions.scores[model]), *more.items()]
    heads = [name for name, _ in columns] if predictions.ids is None else ["id", *(name for name, _ in columns)]
    file = io.BytesIO()
    file.write(f"{','.join(map(field, heads))}\n".encode())
    for start in range(0, predictions.n, _TOGETHER):
        rows = slice(start, start + _TOGETHER)
        ids = [] if predictions.ids is None else [(field(str(one)) for one in predictions.ids[rows].tolist())]
        lines = map(",".join, zip(*ids, *(map(repr, values[rows].tolist()) for _, values in columns), strict=True))
        file.write("".join(f"{line}\n" for line in lines).encode())
    return file.getvalue()
