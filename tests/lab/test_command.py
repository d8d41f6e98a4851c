"""How the lab's command ends: exit codes and one-sentence messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from f1tools.lab import experiment
from f1tools.lab.__main__ import main
from f1tools.lab.binary_classifier import DivergedError
from f1tools.lab.checkpoints import Checkpoints, run_lock
from f1tools.lab.network import NetworkClassifier
from f1tools.lab.output import settings_fingerprint
from f1tools.lab.task import Settings
from tests.lab.tables import STRATEGIES, bayes, lab, random

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
    """The exit code is 2, before anything is trained."""
    assert main([each.format(data=data, folder=tmp_path) for each in options]) == 2
    printed = capsys.readouterr()
    assert message in printed.err.splitlines()[-1]
    assert "Training: 5" not in printed.err
    assert printed.out == ""


def test_missing_packages_are_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """In one sentence, without a traceback."""
    monkeypatch.setattr(experiment, "find_spec", lambda name: None if name == "keras" else name)
    assert lab(data, tmp_path / "out.csv") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("f1tools: The lab needs keras, which is not installed.")


def test_strategies_are_listed_and_selected(data: Path, tmp_path: Path, capsys: Capture) -> None:
    """--list describes them all; an unknown name is refused before the data are read."""
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


def test_a_diverged_training_ends_with_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """It names the strategy and the repeat."""

    def diverge(*_: object) -> None:
        raise DivergedError

    monkeypatch.setattr(NetworkClassifier, "fit", diverge)
    assert lab(data, tmp_path / "out.csv", "--strategies", "metacost") == 2
    assert "The strategy metacost gave scores that are not finite in repeat 1" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_without_plain_training_the_reference_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """It is the first strategy of the file; few splits have no columns of intervals."""
    monkeypatch.setattr(experiment, "build_trainers", lambda *_: ({"smote": bayes, "ranknet": random}, {}))
    assert lab(data, tmp_path / "out.csv") == 0
    table, reference, *_ = capsys.readouterr().out.split("\n\n")
    assert "compared with SMOTE" in reference
    assert " ".join(table.splitlines()[0].split()) == "strategy F1 at 0.5 F1 tuned rank to SMOTE"
    assert lab(data, tmp_path / "out.csv", "--repeats", "5") == 0
    assert capsys.readouterr().out.splitlines()[0].split("  ")[-1] == "interval"


def test_help_imports_nothing_slow() -> None:
    """``python -m f1tools.lab --help`` needs neither Keras nor scikit-learn nor pandas, and ends with 0."""
    program = (
        "import sys; from f1tools.lab.__main__ import main; code = main(['--help']);"
        "print(code, {'keras', 'jax', 'sklearn', 'pandas', 'scipy', 'imblearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 set()"
    assert "openml.org" in done.stdout


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "message"),
    [(MemoryError(), "not enough memory"), (PermissionError(13, "Permission denied"), "Permission denied")],
)
def test_system_errors_end_with_one_sentence(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    error: BaseException,
    message: str,
) -> None:
    """Without a traceback."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(experiment, "run_protocol", fail)
    assert lab(data, tmp_path / "out.csv") == 2
    assert message in capsys.readouterr().err.splitlines()[-1]
