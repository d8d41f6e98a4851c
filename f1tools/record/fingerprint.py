"""What data are known by: a digest of what was counted, and one of a file's bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.formatting import utf8_safe
from f1tools.record.record import FileSeen

_TOGETHER = 1 << 16  # numbers that are hashed together
_SUMS = 1024  # of weights that are looked at
_DIGITS = 1 << 20  # steps between one power of two and the next: six decimal digits
# With this factor no sum of weights that people write lies at the edge of a step: it has no short decimal.
_OFF_GRID = 0.5235987755982988


def table_digest(curve: ThresholdCurve) -> str:
    """Give the digest of what was counted: the same for the same rows in another order, or in another kind of file.

    Parameters
    ----------
    curve : ThresholdCurve

    Returns
    -------
    str
        "sha256:" and 64 hexadecimal digits.

    Notes
    -----
    Scores and counts of rows go in exactly. The last digits of sums of weights depend on the order of the rows, so
    of at most 1,024 of them, evenly spread, six digits do. These are cut off at places where no round number lies: two
    orders of the same rows don't come out on two sides of a cut.

    Examples
    --------
    >>> table_digest(ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.4, 0.4]))[:15]
    'sha256:c1b4785e'
    """
    seen = hashlib.sha256(f"f1tools-table/1 {len(curve)} {'weights' if curve.weighted else 'rows'} ".encode())
    for block in _blocks(curve.thresholds):
        seen.update((block + 0.0).astype("<f8").tobytes())  # -0.0 becomes 0.0: they are one threshold
    for column in _columns(curve):
        for block in _blocks(column):
            seen.update(block.astype("<i8").tobytes())
    return f"sha256:{seen.hexdigest()}"


def _columns(curve: ThresholdCurve) -> Iterator[NDArray[Any]]:
    """Give what is hashed as whole numbers."""
    if not curve.weighted:
        yield from (curve.tp, curve.fp)
        return
    last = len(curve) - 1
    places = np.unique(np.linspace(0, last, min(_SUMS, len(curve))).astype(np.intp))
    for sums in (curve.tp, curve.fp, curve.tp_squares, curve.fp_squares):
        if sums is not None:
            yield _rounded(sums[places])


def _rounded(sums: FloatArray) -> NDArray[np.int64]:
    """Keep six digits: a power of two and how many steps above it."""
    mantissa, exponent = np.frexp(sums * _OFF_GRID)
    known = np.isfinite(mantissa)  # squares of large weights can be beyond all numbers
    steps = np.where(known, np.floor(np.where(known, mantissa, 0.0) * (2 * _DIGITS)), -1.0)
    return np.stack([exponent.astype(np.int64), steps.astype(np.int64)])


def _blocks(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    flat = values.ravel()
    for start in range(0, flat.size, _TOGETHER):
        yield flat[start : start + _TOGETHER]


def file_seen(name: str, content: bytes | os.PathLike[str]) -> FileSeen:
    """Note a file as it was read: its name, its size and the SHA-256 of its bytes.

    Parameters
    ----------
    name : str
        What people call it.
    content : bytes or path
        A path is read in pieces.

    Examples
    --------
    >>> file_seen("scores.csv", b"abc").sha256[:16]
    'ba7816bf8f01cfea'
    """
    if isinstance(content, os.PathLike):
        with Path(content).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return FileSeen(utf8_safe(name), file.tell(), digest.hexdigest())
    return FileSeen(utf8_safe(name), len(content), hashlib.sha256(content).hexdigest())
