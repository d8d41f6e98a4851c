"""Checkpoints: a run that was stopped anywhere resumes, gives the same table, and counts nothing twice."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from f1tools.backends import FolderCheckpoints, summarize
from f1tools.core.types import InvalidPredictions
from f1tools.threshold_table import ThresholdTable

PARTS = 3
FINGERPRINTS = {f"part {i}": f"content {i}" for i in range(PARTS)}


class StoppedCheckpoints(FolderCheckpoints):
    """Checkpoints of a run that is stopped after some of them were saved."""

    def __init__(self, output: Path, *, stop_after: int | None) -> None:
        super().__init__(output, FINGERPRINTS)
        self.n_saved = 0
        self._stop_after = stop_after

    def save(self, part: str, step: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        if self.n_saved == self._stop_after:
            raise KeyboardInterrupt
        super().save(part, step, arrays)
        self.n_saved += 1


def frames() -> dict[str, pa.Table]:
    """Return parts of 200 rows each, with ties, weights, groups and rows to leave out."""
    rng = np.random.default_rng(5)
    size = (PARTS, 200)
    columns = {
        "label": rng.integers(0, 2, size).astype(float),
        "score": rng.integers(0, 150, size) / 150,
        "weight": rng.random(size),
        "group": np.array(["a", "b", "ü"])[rng.integers(0, 3, size)],
    }
    columns["label"][:, :3] = np.nan
    return {name: pa.table({key: values[i] for key, values in columns.items()}) for i, name in enumerate(FINGERPRINTS)}


def counted(checkpoints: FolderCheckpoints | None) -> ThresholdTable:
    """Count the parts in so few bins that several passes are needed."""
    columns = {"y_true": "label", "y_score": "score", "sample_weight": "weight", "group": "group"}
    return summarize(frames(), **columns, n_bins=16, checkpoints=checkpoints)  # type: ignore[arg-type]


def test_a_run_that_was_stopped_resumes(tmp_path: Path) -> None:
    """Stopped inside of a pass or between two, it loads what is finished and computes the rest: the same table."""
    expected = counted(None).to_arrow()
    whole = StoppedCheckpoints(tmp_path / "whole", stop_after=None)
    assert counted(whole).to_arrow().equals(expected)
    assert whole.n_saved >= 3 * PARTS
    for stop in (0, PARTS - 1, PARTS, PARTS + 1, whole.n_saved - 1):
        output = tmp_path / f"stopped{stop}"
        with pytest.raises(KeyboardInterrupt):
            counted(StoppedCheckpoints(output, stop_after=stop))
        resumed = StoppedCheckpoints(output, stop_after=None)
        assert counted(resumed).to_arrow().equals(expected)
        assert (resumed.n_resumed, resumed.n_saved) == (stop, whole.n_saved - stop)
        resumed.delete()
        assert not resumed.folder.exists()


texts = hnp.arrays(np.dtype("U6"), hnp.array_shapes(max_dims=1), elements=st.text('aé\U0001f600"\\', max_size=6))
numbers = hnp.arrays(st.sampled_from([np.float64, np.int64]), hnp.array_shapes(max_dims=1))


@given(arrays=st.dictionaries(st.sampled_from(["rows", "label", "file"]), texts | numbers))
def test_arrays_come_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, NDArray[Any]]
) -> None:
    """Integers, doubles with nan and -0.0, and texts."""
    checkpoints = FolderCheckpoints(tmp_path_factory.getbasetemp() / "round trip", FINGERPRINTS)
    checkpoints.save("part 0", "step", arrays)
    loaded = checkpoints.load("part 0", "step")
    assert loaded is not None
    assert {name: (each.dtype, each.tobytes()) for name, each in loaded.items()} == {
        name: (each.dtype, each.tobytes()) for name, each in arrays.items()
    }


def test_only_the_same_counts_are_found(tmp_path: Path) -> None:
    """Another part, another step or another content of the part have other counts."""
    checkpoints = FolderCheckpoints(tmp_path / "out", FINGERPRINTS)
    checkpoints.save("part 0", "step", {"rows": np.arange(3)})
    checkpoints.save("nowhere", "step", {"rows": np.arange(3)})
    assert checkpoints.load("part 0", "step") is not None
    assert checkpoints.load("part 1", "step") is None
    assert checkpoints.load("part 0", "other") is None
    assert checkpoints.load("nowhere", "step") is None
    assert FolderCheckpoints(tmp_path / "out", {"part 0": "new content"}).load("part 0", "step") is None


@pytest.mark.parametrize("position", [0, 40, -1])
def test_damaged_files_count_as_missing(tmp_path: Path, position: int) -> None:
    """One changed byte is enough, wherever it is; so is a file that ends early."""
    checkpoints = FolderCheckpoints(tmp_path / "out", FINGERPRINTS)
    checkpoints.save("part 0", "step", {"rows": np.arange(3)})
    (file,) = checkpoints.folder.iterdir()
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)
    assert checkpoints.load("part 0", "step") is None
    file.write_bytes(content[:50])
    assert checkpoints.load("part 0", "step") is None


class Foreign:
    """An object whose unpickling would be noticed."""

    loaded = False

    def __setstate__(self, state: object) -> None:
        Foreign.loaded = True


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    """Objects are not saved, and not loaded from a file with the right digest."""
    checkpoints = FolderCheckpoints(tmp_path / "out", FINGERPRINTS)
    foreign = Foreign()
    foreign.state = 1  # type: ignore[attr-defined]
    objects = np.array([foreign], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        checkpoints.save("part 0", "step", {"rows": objects})
    checkpoints.save("part 0", "step", {"rows": np.arange(3)})
    (file,) = checkpoints.folder.iterdir()
    for content in (_npz(objects), b"no archive", b""):
        file.write_bytes(hashlib.sha256(content).digest() + content)
        assert checkpoints.load("part 0", "step") is None
    assert not Foreign.loaded


def _npz(rows: NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.savez(content, allow_pickle=True, rows=rows)
    return content.getvalue()


def test_foreign_files_are_never_touched(tmp_path: Path) -> None:
    """Neither deleted, nor is the folder then."""
    checkpoints = FolderCheckpoints(tmp_path / "out", FINGERPRINTS)
    checkpoints.delete()
    checkpoints.save("part 0", "step", {"rows": np.arange(3)})
    foreign = checkpoints.folder / "notes.npz"
    foreign.touch()
    checkpoints.delete()
    assert list(checkpoints.folder.iterdir()) == [foreign]
    (tmp_path / "file.checkpoints").touch()
    with pytest.raises(InvalidPredictions, match="is not a folder"):
        FolderCheckpoints(tmp_path / "file", FINGERPRINTS)
