"""Labels as text, such as options of the command line: what they are in a column of an engine."""

from __future__ import annotations

from typing import Any

import narwhals as nw

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def parse_label(frame: Any, column: str, text: str) -> bool | int | float | str:
    """Return the label that a text stands for in a column: a number or a boolean where the column holds such.

    Parameters
    ----------
    frame : native frame
    column : str
        If there is no such column, the text is returned.
    text : str

    Examples
    --------
    >>> import pyarrow as pa
    >>> frame = pa.table({"y": [0, 1], "fraud": [True, False], "code": ["0", "1"]})
    >>> [parse_label(frame, column, "1") for column in ("y", "fraud", "code")]
    [1, True, '1']
    """
    dtype = nw.from_native(frame).collect_schema().get(column, nw.String())
    if dtype == nw.Boolean:
        return _BOOLEANS.get(text.strip().lower(), text)
    if dtype.is_numeric():
        try:
            value = float(text)
        except ValueError:
            return text
        return int(value) if value.is_integer() else value
    return text
