"""Fingerprints of data: a digest of the counts at every threshold, and one of a file's bytes."""

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
from f1tools.record.source import FileDigest

_BLOCK_SIZE = 1 << 16  # numbers that are hashed at once
_MAX_SUMS = 1024  # sums of weights that are hashed
_STEPS = 1 << 20  # between one power of two and the next: six decimal digits
# Sums of usual weights times this factor never lie at the edge of a step, because it has no short decimal expansion.
_OFF_GRID = 0.5235987755982988


def table_digest(curve: ThresholdCurve) -> str:
    """Return the digest of thresholds and counts: the same for the same rows in another order or file format.

    Returns
    -------
    str
        "sha256:" and 64 hexadecimal digits.

    Notes
    -----
    Scores and counts of rows are hashed exactly; where rows have no score, their number by class, too. The last digits
    of sums of weights depend on the order of the rows, so six digits are hashed of at most 1,024 sums, evenly spaced.
    The sums are truncated at places where no round number lies, so that two orders of the same rows do not end on two
    sides of a place.

    Examples
    --------
    >>> table_digest(ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.4, 0.4]))[:15]
    'sha256:c1b4785e'
    """
    digest = hashlib.sha256(f"f1tools-table/1 {len(curve)} {'weights' if curve.weighted else 'rows'} ".encode())
    for block in _blocks(curve.thresholds):
        digest.update((block + 0.0).astype("<f8").tobytes())  # -0.0 becomes 0.0: they are one threshold
    if curve.highest is not None:  # rows were counted in bins
        for block in _blocks(curve.highest):
            digest.update((block + 0.0).astype("<f8").tobytes())
    for column in _integer_columns(curve):
        for block in _blocks(column):
            digest.update(block.astype("<i8").tobytes())
    return f"sha256:{digest.hexdigest()}"


def _integer_columns(curve: ThresholdCurve) -> Iterator[NDArray[Any]]:
    """Yield the columns of counts, as integers, and the counts of rows without a score where there are any."""
    if curve.has_unscored:
        unscored = np.array(curve.unscored)
        yield _six_digits(unscored) if curve.weighted else unscored
    if not curve.weighted:
        yield from (curve.tp, curve.fp)
        return
    positions = np.unique(np.linspace(0, len(curve) - 1, min(_MAX_SUMS, len(curve))).astype(np.intp))
    for sums in (curve.tp, curve.fp, curve.tp_squares, curve.fp_squares):
        if sums is not None:
            yield _six_digits(sums[positions])


def _six_digits(sums: FloatArray) -> NDArray[np.int64]:
    """Return the exponent of each number, and its mantissa in steps."""
    mantissa, exponent = np.frexp(sums * _OFF_GRID)
    finite = np.isfinite(mantissa)  # squares of large weights can overflow
    steps = np.where(finite, np.floor(np.where(finite, mantissa, 0.0) * (2 * _STEPS)), -1.0)
    return np.stack([exponent.astype(np.int64), steps.astype(np.int64)])


def _blocks(values: NDArray[Any]) -> Iterator[NDArray[Any]]:
    flat = values.ravel()
    for start in range(0, flat.size, _BLOCK_SIZE):
        yield flat[start : start + _BLOCK_SIZE]


def file_digest(name: str, content: bytes | os.PathLike[str]) -> FileDigest:
    """Return the name, the size and the SHA-256 of a file.

    Parameters
    ----------
    name : str
        Name of the file, for people.
    content : bytes or path
        A path is read in blocks.

    Examples
    --------
    >>> file_digest("scores.csv", b"abc").sha256[:16]
    'ba7816bf8f01cfea'
    """
    if isinstance(content, os.PathLike):
        with Path(content).open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return FileDigest(name=utf8_safe(name), size=file.tell(), sha256=sha256)
    return FileDigest(name=utf8_safe(name), size=len(content), sha256=hashlib.sha256(content).hexdigest())
