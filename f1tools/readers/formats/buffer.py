"""An array that grows while a table is read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class GrowingArray:
    """An array that grows, with room for what is still expected."""

    def __init__(self, dtype: type) -> None:
        self._array: NDArray[Any] = np.empty(0, dtype=dtype)
        self._used = 0

    def add(self, values: NDArray[Any], done: float) -> None:
        """Append values, when `done` of all rows have been read."""
        need = self._used + len(values)
        if need > len(self._array):
            expected = int(need / max(done, 0.001) * 1.01) + 1024
            grown = np.empty(max(need, min(expected, 400 * need)), dtype=self._array.dtype)
            grown[: self._used] = self._array[: self._used]
            self._array = grown
        self._array[self._used : need] = values
        self._used = need

    def finish(self) -> NDArray[Any]:
        """Return what was added, without the spare room."""
        self._array.resize(self._used, refcheck=False)
        return self._array
