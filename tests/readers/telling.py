"""What the tests of files share that lack something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, read_predictions, read_repeated
from tests.readers.making import table


def without(columns: dict[str, Any], name: str, lost: Any) -> dict[str, Any]:
    """Empty some cells of a column."""
    return {**columns, name: np.where(lost, "", np.array(columns[name]).astype(str))}


def of(columns: dict[str, Any], repeat: int, role: str) -> Any:
    """Say which rows are of a role in a repeat."""
    return (np.array(columns["repeat"]) == repeat) & (np.array(columns["set"]) == role)


def why(columns: dict[str, Any], choices: Choices | None = None) -> str:
    """Return what `read_repeated` says, whether it is given the proposal of the reader or nothing."""
    data = table(columns)
    told = []
    for given in (choices,) if choices else (None, read_predictions(data).proposal):
        with pytest.raises(InvalidPredictions) as raised:
            read_repeated(data, name="run.csv", choices=given)
        told.append(str(raised.value))
    assert len(set(told)) == 1
    return told[0]
