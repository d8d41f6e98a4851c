"""How the lab's command ends, whatever happens, and what it says on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from f1tools.lab import contenders, make
from f1tools.lab.__main__ import main
from f1tools.lab.lock import locked
from f1tools.lab.network import DivergedError, NetworkClassifier
from f1tools.lab.output import settings_basis
from f1tools.lab.parts import Parts
from f1tools.lab.progress_line import ProgressLine
from f1tools.lab.settings import Settings
from tests.lab.tables import STRATEGIES, bayes, lab, random

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "Name a table to learn from"),
        (["{data}"], "--target COLUMN"),
        (["{data}", "--openml", "x"], "Name a table to learn from"),
        (["{data}", "--target", "outcome"], "-o FILE.csv.gz"),
        (["{data}", "--target", "outcome", "-o", "{folder}/out.txt"], "must end with .csv or .csv.gz"),
        (["{data}", "--target", "outcome", "-o", "{data}"], "is the file that is read"),
        (["{folder}/none.csv", "--target", "outcome", "-o", "{folder}/o.csv"], "No such file"),
        (["{data}", "--target", "no", "-o", "{folder}/o.csv"], "has no column 'no'"),
        (
            ["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--folds", "1"],
            "folds must be from 2 to 20, got 1",
        ),
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--repeats", "x"], "'x' is not a whole number"),
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--updates", "0"], "updates must be from 1 to"),
        (
            ["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--updates", "999999999"],
            "updates must be from 1 to 1,000,000, got 999999999",
        ),
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--hidden", "8", "20000"], "hidden must be from 1"),
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--group", "outcome"], "outcome is the target"),
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--test-size", "much"], "'much' is not a number"),
        (["{data}", "--target", "outcome", "-o", "{data}/o.csv"], "the output can't be written: Not a directory"),
        (["--wrong"], "unrecognized arguments: --wrong"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    data: Path, tmp_path: Path, capsys: Capture, options: list[str], says: str
) -> None:
    """It ends with 2 before anything is trained, and says what to do."""
    assert main([each.format(data=data, folder=tmp_path) for each in options]) == 2
    shown = capsys.readouterr()
    assert says in shown.err.splitlines()[-1]
    assert "Training: 5" not in shown.err
    assert shown.out == ""


def test_without_the_extra_it_says_what_to_install(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """One sentence, and no traceback from an import."""
    monkeypatch.setattr(contenders, "find_spec", lambda name: None if name == "keras" else name)
    assert lab(data, tmp_path / "out.csv") == 2
    assert capsys.readouterr().err == (
        "f1tools: The lab needs keras, which is not installed. Run pip install -r requirements-lab.txt.\n"
    )


def test_the_strategies_can_be_listed_and_chosen(data: Path, tmp_path: Path, capsys: Capture) -> None:
    """--list names them all with a sentence; a name that is none is refused with those that are."""
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == STRATEGIES
    assert all(line.endswith(".") for line in lines)
    assert lab(tmp_path / "none.csv", tmp_path / "out.csv", "--strategies", "plain", "magic") == 2  # before it is read
    assert "There is no strategy magic. There are: plain, undersample" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_what_is_beside_the_output_is_seen_to_before_the_data_are_read(tmp_path: Path, capsys: Capture) -> None:
    """A .json that the lab did not write stays; parts of a run with other settings and a run at work are told."""
    missing, other = tmp_path / "none.csv", tmp_path / "package.json"
    for content in ('{"name": "mine"}', "[]", "[" * 100_000, "no json", '{"made_by": "me"}'):
        other.write_text(content)
        assert lab(missing, tmp_path / "package.csv") == 2
        assert "package.json, and the one that is there was not made by the lab" in capsys.readouterr().err
        assert other.read_text() == content
    output = tmp_path / "out.csv"
    kept = Parts(output, settings_basis(Settings(folds=2, seed=1)))
    kept.save(1, "plain", np.array([0.5]))
    assert lab(missing, output) == 2
    assert "holds parts of another run: settings seed was 1 and is 0." in capsys.readouterr().err
    with locked(kept.folder):
        assert lab(missing, output) == 2
    assert "is at work on out.csv" in capsys.readouterr().err
    assert lab(missing, output, "--restart") == 2
    assert "No such file" in capsys.readouterr().err
    assert kept.load(1, "plain") is not None  # as nothing was begun


def test_a_training_that_diverges_is_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Whatever the network says about its own parameters, a user is told what may be done; no traceback."""

    def diverge(*_: object) -> None:
        raise DivergedError("The training diverged.")

    monkeypatch.setattr(NetworkClassifier, "fit", diverge)
    assert lab(data, tmp_path / "out.csv", "--strategies", "metacost") == 2
    assert "The strategy metacost gave a score that is no finite number in repeat 1" in capsys.readouterr().err


@pytest.mark.usefixtures("quick")
def test_without_plain_training_the_reference_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The first of the file; and where few splits give no intervals, the table has no column for them."""
    monkeypatch.setattr(make, "contenders", lambda *_: ({"smote": bayes, "ranknet": random}, {}))
    assert lab(data, tmp_path / "out.csv") == 0
    table, reference, *_ = capsys.readouterr().out.split("\n\n")
    assert reference == "Without plain training, the others are compared with SMOTE, the first in the file."
    assert " ".join(table.splitlines()[0].split()) == "strategy F1 at 0.5 F1 tuned rank to SMOTE"
    assert lab(data, tmp_path / "out.csv", "--repeats", "5") == 0
    assert capsys.readouterr().out.splitlines()[0].split("  ")[-1] == "interval"


def test_help_comes_before_anything_slow_is_loaded() -> None:
    """``python -m f1tools.lab --help`` explains itself without Keras, scikit-learn or pandas, and ends with 0."""
    program = (
        "import sys; from f1tools.lab.__main__ import main; code = main(['--help']);"
        "print(code, {'keras', 'jax', 'sklearn', 'pandas', 'scipy', 'imblearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 set()"
    assert "fetches the named data set from openml.org" in done.stdout


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "code", "says"),
    [(MemoryError(), 2, "not enough memory"), (PermissionError(13, "Permission denied"), 2, "Permission denied")],
)
def test_whatever_happens_is_one_sentence(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    error: BaseException,
    code: int,
    says: str,
) -> None:
    """A lack of memory and a disk that fails end without a traceback."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(make, "run", fail)
    assert lab(data, tmp_path / "out.csv") == code
    assert says in capsys.readouterr().err.splitlines()[-1]


def test_progress_in_a_log_and_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A log gets some lines, a terminal one that is rewritten; what was there before takes no time in the estimate."""
    times = iter([0.0, 10.0, 20.0, 100.0] * 2)
    shares = (0.5, 0.52, 0.6, 1.0)
    with ProgressLine(lambda: next(times)) as line:
        for share in shares:
            line(share)
    lines = ["Training: 50%", "Training: 60%, about 81 s left", "Training: 100%"]
    assert capsys.readouterr().err.splitlines() == lines
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with ProgressLine(lambda: next(times)) as line:
        for share in shares:
            line(share)
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert [each.removesuffix("\x1b[K") for each in shown.rstrip("\n").split("\r")[1:]] == [
        lines[0], "Training: 52%, about 4 min left", *lines[1:]
    ]  # fmt: skip


def test_a_log_that_nobody_reads_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that was closed, or none at all, must not cost an hour's work."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        for closed in (stream, None):
            monkeypatch.setattr(sys, "stderr", closed)
            with ProgressLine() as line:
                line(0.0)
                line(1.0)
        with suppress(OSError):
            stream.close()
