"""What the lab's command prints: one-sentence errors with exit codes, notes about a run, and its progress."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.lab import experiment
from f1tools.lab.__main__ import main
from f1tools.lab.binary_classifier import DivergedError
from f1tools.lab.checkpoints import Checkpoints, run_lock
from f1tools.lab.experiment import experiment_notes, progress_bar
from f1tools.lab.output import settings_fingerprint
from f1tools.lab.table import read_task
from f1tools.lab.task import Settings, Task
from tests.lab.tables import STRATEGIES, bayes, lab, random, table, task

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
COMPLETE = ["{data}", "--target", "outcome", "-o", "{folder}/o.csv"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Name a table to train on"),
        (["{data}"], "--target COLUMN"),
        (["{data}", "--openml", "x"], "Name a table to train on"),
        (["{data}", "--target", "outcome"], "-o FILE.csv.gz"),
        (["{data}", "--target", "outcome", "-o", "{folder}/out.txt"], "must end with .csv or .csv.gz"),
        (["{data}", "--target", "outcome", "-o", "{data}"], "would overwrite the input"),
        (["{folder}/none.csv", "--target", "outcome", "-o", "{folder}/o.csv"], "No such file"),
        (["{data}", "--target", "no", "-o", "{folder}/o.csv"], "has no column 'no'"),
        ([*COMPLETE, "--folds", "1"], "folds must be from 2 to 20, got 1"),
        ([*COMPLETE, "--repeats", "x"], "'x' is not a whole number"),
        ([*COMPLETE, "--updates", "0"], "updates must be from 1 to"),
        ([*COMPLETE, "--updates", "999999999"], "updates must be from 1 to 1,000,000, got 999999999"),
        ([*COMPLETE, "--hidden", "8", "20000"], "hidden must be from 1"),
        ([*COMPLETE, "--group", "outcome"], "outcome is the target"),
        ([*COMPLETE, "--test-size", "much"], "'much' is not a number"),
        (["{data}", "--target", "outcome", "-o", "{data}/o.csv"], "Not a directory"),
        (["--wrong"], "unrecognized arguments: --wrong"),
    ],
)
def test_invalid_options_end_with_one_sentence(
    data: Path, tmp_path: Path, capsys: Capture, options: list[str], message: str
) -> None:
    """The exit code is 2, and nothing is trained."""
    assert main([each.format(data=data, folder=tmp_path) for each in options]) == 2
    printed = capsys.readouterr()
    assert message in printed.err.splitlines()[-1]
    assert "Training: 5" not in printed.err
    assert printed.out == ""


def test_strategies_are_listed_and_selected(data: Path, tmp_path: Path, capsys: Capture) -> None:
    """The option --list describes all strategies; an unknown name is refused before the data are read."""
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == STRATEGIES
    assert all(line.endswith(".") for line in lines)
    assert lab(tmp_path / "none.csv", tmp_path / "out.csv", "--strategies", "plain", "magic") == 2
    assert "There is no strategy magic. The strategies are: plain, undersample" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_the_output_is_checked_before_the_data_are_read(tmp_path: Path, capsys: Capture) -> None:
    """Foreign JSON files, checkpoints with other settings and a running lab are refused; nothing is changed."""
    missing, other = tmp_path / "none.csv", tmp_path / "package.json"
    for content in ('{"name": "mine"}', "[]", "[" * 100_000, "no json", '{"made_by": "me"}'):
        other.write_text(content)
        assert lab(missing, tmp_path / "package.csv") == 2
        assert "was not written by the lab" in capsys.readouterr().err
        assert other.read_text() == content
    output = tmp_path / "out.csv"
    stored = Checkpoints(output, settings_fingerprint(Settings(folds=2, seed=1)))
    stored.save(1, "plain", np.array([0.5]))
    assert lab(missing, output) == 2
    assert "holds checkpoints of another run: settings seed was 1 and is 0." in capsys.readouterr().err
    with run_lock(stored.folder):
        assert lab(missing, output) == 2
    assert "is writing out.csv" in capsys.readouterr().err
    assert lab(missing, output, "--restart") == 2
    assert "No such file" in capsys.readouterr().err
    assert stored.load(1, "plain") is not None


@pytest.mark.usefixtures("quick")
def test_without_plain_training_the_reference_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The reference is the first strategy of the file; with few splits there are no columns of intervals."""
    monkeypatch.setattr(experiment, "build_trainers", lambda *_: ({"smote": bayes, "ranknet": random}, {}))
    assert lab(data, tmp_path / "out.csv") == 0
    scores, reference, *_ = capsys.readouterr().out.split("\n\n")
    assert "compared with SMOTE" in reference
    assert " ".join(scores.splitlines()[0].split()) == "strategy F1 at 0.5 F1 tuned rank to SMOTE"
    assert lab(data, tmp_path / "out.csv", "--repeats", "5") == 0
    assert capsys.readouterr().out.splitlines()[0].split("  ")[-1] == "interval"


def test_help_imports_nothing_slow() -> None:
    """The help needs neither Keras nor scikit-learn nor pandas, and ends with exit code 0."""
    program = (
        "import sys; from f1tools.lab.__main__ import main; code = main(['--help']);"
        "print(code, {'keras', 'jax', 'sklearn', 'pandas', 'scipy', 'imblearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 set()"
    assert "openml.org" in done.stdout


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises an error, whatever its arguments."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("target", "replacement", "message"),
    [
        (
            "experiment.find_spec",
            lambda name: None if name == "keras" else name,
            "keras is not installed",
        ),
        ("experiment.run_protocol", raising(MemoryError()), "not enough memory"),
        ("experiment.run_protocol", raising(PermissionError(13, "Permission denied")), "Permission denied"),
        (
            "network.NetworkClassifier.fit",
            raising(DivergedError()),
            "metacost gave scores that are not finite",
        ),
    ],
    ids=["package", "memory", "permission", "divergence"],
)
def test_failures_end_with_one_sentence(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    target: str,
    replacement: Any,
    message: str,
) -> None:
    """The exit code is 2, and no traceback is printed; a missing package is reported before the data are read."""
    monkeypatch.setattr(f"f1tools.lab.{target}", replacement)
    assert lab(data, tmp_path / "out.csv", "--strategies", "metacost") == 2
    lines = capsys.readouterr().err.splitlines()
    assert message in lines[-1]
    assert not any("Traceback" in line for line in lines)
    assert len(lines) == 1 or target != "experiment.find_spec"


def test_notes_about_rows_and_categories() -> None:
    """Only duplicates, and categories with SMOTE, add a note to those of the task."""
    assert experiment_notes(task(notes=("read",)), ["plain", "smote"]) == ("read",)
    X = np.column_stack([np.arange(60.0), np.arange(60) % 3])  # noqa: N806
    categorical = Task(X, np.arange(60) < 30, n_levels=(0, 3))
    (note,) = experiment_notes(categorical, ["plain", "smote"])
    assert note.startswith("SMOTE treats categories as numbers")
    assert experiment_notes(categorical, ["plain"]) == ()


def test_notes_about_duplicates_and_groups() -> None:
    """Each row that has a duplicate counts; with fewer than 30 groups the intervals are too narrow."""
    example = task()
    example.X[:3] = example.X[3]
    (note,) = experiment_notes(example, ["plain"])
    assert note.startswith("4 of 120 rows equal another one")
    frame = pd.concat([table()] * 3, ignore_index=True).drop(columns="id")
    notes = experiment_notes(read_task(frame, "outcome"), ["plain"])
    assert any(note.startswith("450 of 450 rows equal another") for note in notes)
    (note,) = experiment_notes(task(groups=np.arange(120) % 29), ["plain"])
    assert "only 29 groups" in note
    assert experiment_notes(task(groups=np.arange(120) % 30), ["plain"]) == ()


@pytest.mark.usefixtures("quick")
def test_notes_are_printed_and_written(data: Path, tmp_path: Path, capsys: Capture) -> None:
    """Standard error has one line for each note, and the JSON file lists all of them."""
    assert lab(data, tmp_path / "out.csv") == 0
    lines = capsys.readouterr().err.splitlines()
    notes = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["data"]["notes"]
    assert any("rows equal another one" in note for note in notes)
    assert [f"f1tools: {note}" for note in notes] == lines[: len(notes)]


def test_progress_is_shown_as_a_percentage(capsys: Capture) -> None:
    """The first call sets the start, the last one ends at 100 %."""
    with progress_bar() as on_progress:
        for share in (0.5, 0.52, 1.0):
            on_progress(share)
    shown = capsys.readouterr().err
    assert shown.lstrip("\r").startswith("Training: 50%")
    assert "Training: 100%" in shown.split("\r")[-1]
    assert shown.endswith("\n")


def test_closed_standard_error_does_not_end_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed or missing terminal does not interrupt a long computation."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        for closed in (stream, None):
            monkeypatch.setattr(sys, "stderr", closed)
            with progress_bar() as on_progress:
                on_progress(0.0)
                on_progress(1.0)
        with suppress(OSError):
            stream.close()
