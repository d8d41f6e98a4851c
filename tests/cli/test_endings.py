"""How the command ends: its exit codes, whatever happens, and how fast it starts."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from f1tools import InvalidPredictions, cli
from f1tools.cli import source
from tests.cli.answers import ONE, Run, data, strict

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (MemoryError(), 2, "not enough memory"),
        (PermissionError(13, "Permission denied"), 2, "Permission denied"),
        (InvalidPredictions("line\nbreak"), 2, "line\\nbreak"),
    ],
)
def test_whatever_happens_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, run: Run, error: BaseException, code: int, says: str
) -> None:
    """Ctrl-C, a lack of memory and a disk that fails end without a traceback."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(source, "read_files", fail)
    monkeypatch.setattr(sys, "stdout", None)  # nothing is to be written, and nothing to be given up
    found, out, err = run("x.csv")
    assert (found, out) == (code, "")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(("end", "code"), [("pipe", 0), ("/dev/full", 2)])
def test_an_output_that_ends_early(monkeypatch: pytest.MonkeyPatch, table: Path, end: str, code: int) -> None:
    """A reader that has gone, as in ``| head -1``, is no error; a full disk is one. Neither leaves a traceback."""
    if end == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(end, os.O_WRONLY)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main(["best", str(table), "--truth", "y_true", "--score", "good_prob"]) == code


@pytest.mark.parametrize("closed", [True, False])
def test_errors_that_nobody_reads(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """With standard error shut or gone the exit code still tells."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", None if closed else stream)
        monkeypatch.setattr(sys, "stdout", None)
        assert cli.main(["best", "no such.csv"]) == 2


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    """--help explains the options, the JSON and the exit codes, and ends with 0."""
    assert cli.main(["best", "--help"]) == 0
    text = capsys.readouterr().out
    assert "--max-flagged K|K%" in text
    assert "threshold_interval" in text
    assert "please choose" in text


def test_the_package_runs_as_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``python -m f1tools`` runs ends with the command's exit code."""
    monkeypatch.setattr(sys, "argv", ["f1tools", "best", "no such.csv"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_module("f1tools", run_name="__main__")


def command(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    given = ["-c", code] if code else ["-m", "f1tools"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", *given, *words], capture_output=True, text=True, check=False, env=environment
    )


def test_as_a_process(table: Path) -> None:
    """``python -m f1tools`` is the command, with its exit codes."""
    done = command("best", str(table), *ONE, "--json")
    assert (done.returncode, done.stderr) == (0, "f1tools: Rows are weighted by the column stake.\n")
    assert strict(done.stdout)["n"] == 500
    refused = command("best", "no such.csv")
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_it_starts_lean(tmp_path: Path, kind: str) -> None:
    """Text and Parquet are read without pandas, scikit-learn and the like, which take seconds to load."""
    path = tmp_path / f"file.{kind}"
    frame = data(100)
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
    code = (
        "import sys; from f1tools.cli import main; assert main(sys.argv[1:]) == 0;"
        "print(sorted({'pandas', 'sklearn', 'scipy', 'streamlit', 'plotly', 'matplotlib'} & set(sys.modules)))"
    )
    done = command("best", str(path), "--truth", "y_true", "--score", "good_prob", code=code)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"
