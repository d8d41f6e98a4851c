"""How commands end, whatever happens, and how fast they start."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from f1tools import InvalidPredictions, cli
from f1tools.cli import reading
from f1tools.version import __version__
from tests.cli.helpers import ONE_MODEL, Command, data, strict_json

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (MemoryError(), 2, "not enough memory"),
        (PermissionError(13, "Permission denied"), 2, "Permission denied"),
        (InvalidPredictions("line\nbreak"), 2, "line\\nbreak"),
    ],
)
def test_errors_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, best: Command, error: BaseException, code: int, part: str
) -> None:
    """Ctrl-C, a lack of memory and a failing disk end without a traceback."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(reading, "read_files", fail)
    monkeypatch.setattr(sys, "stdout", None)
    exit_code, out, err = best("x.csv")
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert part in err


@pytest.mark.parametrize(("end", "code"), [("pipe", 0), ("/dev/full", 2)])
def test_an_output_that_ends_early(monkeypatch: pytest.MonkeyPatch, table: Path, end: str, code: int) -> None:
    """A closed pipe, as in ``| head -1``, is no error; a full disk is one. Neither causes a traceback."""
    if end == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(end, os.O_WRONLY)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main(["best", str(table), *ONE_MODEL]) == code


@pytest.mark.parametrize("closed", [True, False])
def test_a_closed_standard_error(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    """The exit code stays the same."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        monkeypatch.setattr(sys, "stderr", None if closed else stream)
        monkeypatch.setattr(sys, "stdout", None)
        assert cli.main(["best", "no such.csv"]) == 2


@pytest.mark.parametrize("name", ["app", "best", "record", "report", "verify", "check", "snippets"])
def test_help(command: Command, name: str) -> None:
    """The help of a command has examples and exit codes, and the general help names the command."""
    code, text, _ = command(name, "--help")
    assert code == 0
    assert f"\n  f1tools {name} " in text
    assert "exit codes  0 " in text
    assert f"f1tools {name} " in command("--help")[1]


def test_version(command: Command) -> None:
    assert command("--version") == (0, f"f1tools {__version__}\n", "")


def test_run_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m f1tools`` exits with the code of the command."""
    monkeypatch.setattr(sys, "argv", ["f1tools", "best", "no such.csv"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_module("f1tools", run_name="__main__")


def process(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    program = ["-c", code] if code else ["-m", "f1tools"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", *program, *words], capture_output=True, text=True, check=False, env=environment
    )


def test_run_as_a_process(table: Path) -> None:
    """Output, notes and exit codes are those of a process."""
    done = process("best", str(table), *ONE_MODEL, "--weight", "stake", "--json")
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "weight" in done.stderr
    assert strict_json(done.stdout)["n"] == 500
    refused = process("best", "no such.csv")
    assert (refused.returncode, refused.stdout) == (2, "")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_slow_packages_are_not_loaded(tmp_path: Path, kind: str) -> None:
    """CSV and Parquet are read without pandas, scikit-learn and the like, which take seconds to load."""
    path, frame = tmp_path / f"file.{kind}", data(100)
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path)
    code = (
        "import sys; from f1tools.cli import main; assert main(sys.argv[1:]) == 0;"
        "slow = {'pandas', 'sklearn', 'scipy', 'streamlit', 'plotly', 'matplotlib', 'pydantic'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = process("best", str(path), *ONE_MODEL, code=code)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"
