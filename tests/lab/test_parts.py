"""What is kept of a run that was stopped, and what is never touched; one run at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.lab.lock import locked, refuse_if_locked
from f1tools.lab.output import basis
from f1tools.lab.parts import Parts, folder_of
from f1tools.lab.protocol import run
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task
from tests.lab.tables import QUICK, Memory, task

FEW = Settings(repeats=2, folds=3)


def parts(folder: Path, made: Task, *, restart: bool = False, network: int = 32, **more: Any) -> Parts:
    return Parts(folder / "out.csv", basis(made, Settings(**more), {"hidden": (network,)}), restart=restart)


def test_parts_are_kept_and_removed(tmp_path: Path) -> None:
    """A cell comes back to the last bit; in the end nothing is left."""
    kept, scores = parts(tmp_path, task()), np.array([0.1, 1 / 3, 1e-300])
    assert kept.load(1, "plain") is None
    kept.save(1, "plain", scores)
    again = parts(tmp_path, task(), repeats=7, in_sample=False, decimals=3)  # on these no cell rests
    loaded = again.load(1, "plain")
    assert loaded is not None
    assert loaded.tobytes() == scores.tobytes()
    again.remove([(1, "plain")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"nothing of the kind", bytes(32 + 2 * 204 * 8)])
def test_a_damaged_part_is_made_again(tmp_path: Path, damage: bytes) -> None:
    """A disk that was full or lost power leaves no wrong numbers."""
    kept = parts(tmp_path, task())
    kept.save(1, "plain", np.array([0.5]))
    next(kept.folder.glob("*.scores")).write_bytes(damage)
    assert kept.load(1, "plain") is None
    whole = run(task(), FEW, QUICK, store=kept)
    pd.testing.assert_frame_equal(whole, run(task(), FEW, QUICK, store=Memory()))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"folds": 4}, "settings folds was 5 and is 4"),
        ({"seed": 3}, "settings seed was 0 and is 3"),
        ({"positive_cost": 2.0}, "settings positive_cost was balanced and is 2.0"),
        ({"network": 16}, "network hidden was [32] and is [16]"),
        ({"seed_of_data": 1}, "the rows or the columns that are features differ"),
    ],
    ids=["folds", "seed", "cost", "network", "data"],
)
def test_parts_of_another_run_are_not_mixed_in(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    """What differs is told; beginning anew is asked for, and then only our own files go."""
    kept = parts(tmp_path, task())
    kept.save(1, "plain", np.array([0.5]))
    foreign = [kept.folder / name for name in ("notes.txt", "mydata.npy", "0001_plain.npy", "01_plain.scores")]
    for file in foreign:
        file.write_text("mine")
    made = task(seed=more.pop("seed_of_data", 0))
    with pytest.raises(InvalidPredictions) as refused:
        parts(tmp_path, made, **more)
    assert says in str(refused.value)
    assert "--restart" in str(refused.value)
    assert parts(tmp_path, made, restart=True, **more).load(1, "plain") is None
    parts(tmp_path, made, **more).remove([(1, "plain")])
    assert sorted(kept.folder.iterdir()) == sorted(foreign)
    assert all(file.read_text() == "mine" for file in foreign)


def test_parts_of_a_longer_run_stay(tmp_path: Path) -> None:
    """A short run of the same task takes what it needs, and away with it at its end; the rest can still go on."""
    kept = parts(tmp_path, task())
    for repeat, strategy in [(1, "plain"), (1, "smote"), (2, "plain")]:
        kept.save(repeat, strategy, np.array([0.5]))
    parts(tmp_path, task(), repeats=1).remove([(1, "plain")])
    again = parts(tmp_path, task())
    assert [again.load(*cell) is None for cell in [(1, "plain"), (1, "smote"), (2, "plain")]] == [True, False, False]
    again.remove([(1, "smote"), (2, "plain"), (9, "never")])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """A link and a file of that name are refused; what is behind them stays."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "0001_plain.scores").write_text("mine")
    (tmp_path / "out.csv.parts").symlink_to(elsewhere)
    with pytest.raises(InvalidPredictions, match=r"out\.csv\.parts is a link, .* Move it away"):
        parts(tmp_path, task(), restart=True)
    assert (elsewhere / "0001_plain.scores").read_text() == "mine"
    (tmp_path / "out.csv.parts").unlink()
    (tmp_path / "out.csv.parts").write_text("mine")
    with pytest.raises(InvalidPredictions, match=r"out\.csv\.parts is no folder, "):
        parts(tmp_path, task())


@pytest.mark.parametrize("note", ["", "[1]", "7", "[" * 100_000, '{"data": ' * 100_000, None], ids=range(6))
def test_a_note_that_cannot_be_read_is_told(tmp_path: Path, note: str | None) -> None:
    """Nobody knows what its parts rest on: beginning anew is asked for."""
    kept = parts(tmp_path, task())
    kept.save(1, "plain", np.array([0.5]))
    (kept.folder / "run.json").unlink()
    if note is not None:
        (kept.folder / "run.json").write_text(note)
    with pytest.raises(InvalidPredictions, match=r"what they rest on can't be read\. .*--restart"):
        parts(tmp_path, task())
    assert parts(tmp_path, task(), restart=True).load(1, "plain") is None


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """The second is told at once which process is at work, and leaves all as it is; then the folder goes."""
    folder = folder_of(tmp_path / "out.csv")
    refuse_if_locked(folder)
    assert not folder.exists()
    with locked(folder):
        program = (
            "import sys\nfrom pathlib import Path\nfrom f1tools.lab.lock import locked\n"
            f"with locked(Path({str(folder)!r})):\n    print('both')"
        )
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert other.stdout == ""
        assert "Another run, process " in other.stderr
        with pytest.raises(InvalidPredictions, match=r"^Another run, process \d+, is at work on out\.csv\. Wait"):
            refuse_if_locked(folder)
        assert [file.name for file in folder.iterdir()] == ["run.lock"]
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_process_that_died_stops_nobody(tmp_path: Path) -> None:
    """However it died: the system let go of it, and the next run goes on."""
    folder = folder_of(tmp_path / "out.csv")
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom f1tools.lab.lock import locked\n"
        f"with locked(Path({str(folder)!r})):\n    os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert (folder / "run.lock").exists()
    with locked(folder):
        assert (folder / "run.lock").exists()
    assert not folder.exists()
