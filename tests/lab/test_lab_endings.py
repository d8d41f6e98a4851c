"""How the lab's command ends, whatever happens, and what it says on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from f1tools.lab import contenders, make
from f1tools.lab.__main__ import main
from f1tools.lab.progress_line import ProgressLine
from tests.lab.tables import STRATEGIES, lab

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
        (["{data}", "--target", "outcome", "-o", "{folder}/o.csv", "--updates", "0"], "updates must be from 1 up"),
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
    assert lab(data, tmp_path / "out.csv", "--strategies", "plain", "magic") == 2
    assert "There is no strategy magic. There are: plain, undersample" in capsys.readouterr().err


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
