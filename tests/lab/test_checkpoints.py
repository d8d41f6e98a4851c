"""Checkpoints: what an interrupted run keeps, what is never touched, and the lock for one run at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.files import checkpoint_folder
from f1tools.core.types import InvalidPredictions
from f1tools.lab.checkpoints import Checkpoints, check_unlocked, run_lock
from f1tools.lab.output import fingerprint
from f1tools.lab.protocol import run_protocol
from f1tools.lab.task import Settings, Task
from tests.lab.tables import QUICK, MemoryStore, task

FEW = Settings(repeats=2, folds=3)


def checkpoints(folder: Path, example: Task, *, restart: bool = False, network: int = 32, **more: Any) -> Checkpoints:
    basis = fingerprint(example, Settings(**more), {"hidden": (network,)})
    return Checkpoints(folder / "out.csv", basis, restart=restart)


def test_scores_are_stored_and_deleted(tmp_path: Path) -> None:
    """Scores are restored to the last bit, even after a change of settings that do not affect them."""
    stored, scores = checkpoints(tmp_path, task()), np.array([0.1, 1 / 3, 1e-300])
    assert stored.load(1, "plain") is None
    stored.save(1, "plain", scores)
    again = checkpoints(tmp_path, task(), repeats=7, in_sample=False, decimals=3)
    loaded = again.load(1, "plain")
    assert loaded is not None
    assert loaded.tobytes() == scores.tobytes()
    again.delete([(1, "plain")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"something else", bytes(32 + 2 * 204 * 8)])
def test_damaged_checkpoints_are_computed_again(tmp_path: Path, damage: bytes) -> None:
    """A full disk or a power failure leads to no wrong numbers."""
    stored = checkpoints(tmp_path, task())
    stored.save(1, "plain", np.array([0.5]))
    next(stored.folder.glob("*.scores")).write_bytes(damage)
    assert stored.load(1, "plain") is None
    resumed = run_protocol(task(), FEW, QUICK, store=stored)
    pd.testing.assert_frame_equal(resumed, run_protocol(task(), FEW, QUICK, store=MemoryStore()))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"folds": 4}, "settings folds was 5 and is 4"),
        ({"seed": 3}, "settings seed was 0 and is 3"),
        ({"positive_cost": 2.0}, "settings positive_cost was balanced and is 2.0"),
        ({"network": 16}, "network hidden was [32] and is [16]"),
        ({"data_seed": 1}, "the rows or the feature columns differ"),
    ],
    ids=["folds", "seed", "cost", "network", "data"],
)
def test_checkpoints_of_another_run_are_refused(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    """The message names the difference; --restart deletes only checkpoints, no foreign files."""
    stored = checkpoints(tmp_path, task())
    stored.save(1, "plain", np.array([0.5]))
    foreign = [stored.folder / name for name in ("notes.txt", "mydata.npy", "0001_plain.npy", "01_plain.scores")]
    for file in foreign:
        file.write_text("mine")
    example = task(seed=more.pop("data_seed", 0))
    with pytest.raises(InvalidPredictions) as refused:
        checkpoints(tmp_path, example, **more)
    assert message in str(refused.value)
    assert "--restart" in str(refused.value)
    assert checkpoints(tmp_path, example, restart=True, **more).load(1, "plain") is None
    checkpoints(tmp_path, example, **more).delete([(1, "plain")])
    assert sorted(stored.folder.iterdir()) == sorted(foreign)
    assert all(file.read_text() == "mine" for file in foreign)


def test_checkpoints_of_a_longer_run_stay(tmp_path: Path) -> None:
    """A short run of the same task deletes only its own checkpoints."""
    stored = checkpoints(tmp_path, task())
    keys = [(1, "plain"), (1, "smote"), (2, "plain")]
    for repeat, strategy in keys:
        stored.save(repeat, strategy, np.array([0.5]))
    checkpoints(tmp_path, task(), repeats=1).delete([(1, "plain")])
    again = checkpoints(tmp_path, task())
    assert [again.load(*key) is None for key in keys] == [True, False, False]
    again.delete([(1, "smote"), (2, "plain"), (9, "never")])
    assert list(tmp_path.iterdir()) == []


def test_links_and_files_in_place_of_the_folder_are_refused(tmp_path: Path) -> None:
    """The files behind a link are not changed."""
    elsewhere, folder = tmp_path / "elsewhere", checkpoint_folder(tmp_path / "out.csv")
    elsewhere.mkdir()
    (elsewhere / "0001_plain.scores").write_text("mine")
    folder.symlink_to(elsewhere)
    with pytest.raises(InvalidPredictions, match=r"is a link, .* Move it away"):
        checkpoints(tmp_path, task(), restart=True)
    assert (elsewhere / "0001_plain.scores").read_text() == "mine"
    folder.unlink()
    folder.write_text("mine")
    with pytest.raises(InvalidPredictions, match="is not a folder, "):
        checkpoints(tmp_path, task())


@pytest.mark.parametrize("content", ["", "[1]", "7", "[" * 100_000, '{"data": ' * 100_000, None], ids=range(6))
def test_an_unreadable_fingerprint_is_refused(tmp_path: Path, content: str | None) -> None:
    """Checkpoints without a fingerprint may belong to any run; --restart deletes them."""
    stored = checkpoints(tmp_path, task())
    stored.save(1, "plain", np.array([0.5]))
    (stored.folder / "run.json").unlink()
    if content is not None:
        (stored.folder / "run.json").write_text(content)
    with pytest.raises(InvalidPredictions, match=r"can't be read\. .*--restart"):
        checkpoints(tmp_path, task())
    assert checkpoints(tmp_path, task(), restart=True).load(1, "plain") is None


def run_locked(folder: Path, then: str) -> subprocess.CompletedProcess[str]:
    """Lock a folder in another process."""
    program = (
        "import os\nfrom pathlib import Path\nfrom f1tools.lab.checkpoints import run_lock\n"
        f"with run_lock(Path({str(folder)!r})):\n    {then}"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """A second run is refused at once and changes nothing; the first run removes the folder."""
    folder = checkpoint_folder(tmp_path / "out.csv")
    check_unlocked(folder)
    assert not folder.exists()
    with run_lock(folder):
        other = run_locked(folder, "print('both')")
        assert other.stdout == ""
        assert "Another run, process " in other.stderr
        with pytest.raises(InvalidPredictions, match=r"^Another run, process \d+, is writing out\.csv\. Wait"):
            check_unlocked(folder)
        assert [file.name for file in folder.iterdir()] == ["run.lock"]
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """The operating system releases the lock, and the next run takes it over."""
    folder = checkpoint_folder(tmp_path / "out.csv")
    assert run_locked(folder, "os._exit(9)").returncode == 9
    assert (folder / "run.lock").exists()
    with run_lock(folder):
        assert (folder / "run.lock").exists()
    assert not folder.exists()
