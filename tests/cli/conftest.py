"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from f1tools import cli
from tests.cli.answers import Run, data
from tests.cli.recording import Command


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command and gives its code, its output and its errors."""

    def run(*words: object) -> tuple[int, str, str]:
        code = cli.main([*map(str, words)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def run(command: Command) -> Run:
    """Return a function that runs ``f1tools best``."""
    return lambda *options: command("best", *options)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV of two models."""
    path = tmp_path / "two models.csv"
    data().to_csv(path, index=False)
    return path


@pytest.fixture
def record(command: Command, table: Path, tmp_path: Path) -> Path:
    """Return the record of the better of two models, unweighted."""
    path = tmp_path / "record.json"
    code, _, err = command("record", table, "--truth", "y_true", "--score", "good_prob", "-o", path)
    assert (code, err) == (0, "")
    return path
