"""All operating points of a curve as CSV or Parquet, written in blocks."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.export.cells import field
from f1tools.formatting import utf8_safe

HEAD = ("model", "threshold", "tn", "fp", "fn", "tp", "precision", "recall", "f1")
"""The columns of both files."""

_BLOCK = 1 << 15  # thresholds that are formatted at a time
_LONGEST_NAME = 200  # characters; the name is repeated in every row


def points_csv(curve: ThresholdCurve, model: str) -> bytes:
    """Return all operating points as CSV in full precision; precision is empty where nothing is flagged.

    Parameters
    ----------
    curve : ThresholdCurve
    model : str
        Repeated in every row, so that files of several models can be concatenated; never a formula, and shortened when
        it is very long.

    Examples
    --------
    >>> print(points_csv(ThresholdCurve.from_predictions([1, 0], [0.9, 0.1]), "forest").decode().splitlines()[2])
    forest,0.9,1,0,0,1,1.0,1.0,1.0
    """
    file = io.BytesIO()
    file.write(f"{','.join(HEAD)}\n".encode())
    name = field(formatting.truncate(model, _LONGEST_NAME))
    for *numbers, precision, recall, f1 in _blocks(curve, _BLOCK):
        *cells, recalls, f1s = (map(repr, values.tolist()) for values in (*numbers, recall, f1))
        precisions = ("" if math.isnan(value) else repr(value) for value in precision.tolist())
        lines = map(",".join, zip(repeat(name), *cells, precisions, recalls, f1s))
        file.write("".join(f"{line}\n" for line in lines).encode())
    return file.getvalue()


def points_parquet(curve: ThresholdCurve, model: str, *, row_group_size: int = 1 << 18) -> bytes:
    """Return all operating points as Parquet, with the columns of the CSV; precision is null where nothing is flagged.

    Parameters
    ----------
    curve : ThresholdCurve
    model : str
        Unchanged: programs that read Parquet have no formulas.
    row_group_size : int
        Thresholds per row group.

    Notes
    -----
    The metadata key ``f1tools`` has the model, the decision rule and the totals as JSON.
    """
    import pyarrow as pa
    from pyarrow import parquet  # slow to load

    count = pa.float64() if curve.weighted else pa.int64()
    types = [pa.dictionary(pa.int32(), pa.string()), pa.float64(), *[count] * 4, *[pa.float64()] * 3]
    schema = pa.schema(list(zip(HEAD, types, strict=True)), metadata={"f1tools": _metadata(curve, model)})
    file = io.BytesIO()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for arrays in _blocks(curve, row_group_size):
            names = pa.DictionaryArray.from_arrays(np.zeros(len(arrays[0]), dtype=np.int32), [utf8_safe(model)])
            # Undefined values are nan in numpy and null in Parquet.
            columns = [pa.array(array, from_pandas=True) for array in arrays]
            writer.write_table(pa.Table.from_arrays([names, *columns], schema=schema), row_group_size=row_group_size)
    return file.getvalue()


def _metadata(curve: ThresholdCurve, model: str) -> str:
    metadata = {
        "model": utf8_safe(model),
        "rule": "y_score >= threshold",
        "positives": curve.positives,
        "negatives": curve.negatives,
        "weighted": curve.weighted,
    }
    return json.dumps(metadata, allow_nan=False)


def _blocks(curve: ThresholdCurve, size: int) -> Iterator[tuple[NDArray[Any], ...]]:
    """Yield the columns after the model in blocks of thresholds, so that no second large table is needed."""
    for start in range(0, len(curve), size):
        rows = slice(start, start + size)
        counts = curve.counts_of(rows)
        metrics = counts.precision(math.nan), counts.recall(), counts.f1()
        yield curve.thresholds[rows], counts.tn, counts.fp, counts.fn, counts.tp, *metrics
