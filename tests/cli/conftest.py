"""Fixtures of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from f1tools import cli
from tests.cli.helpers import ONE_MODEL, Command, data, saved


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command and returns its exit code, output and errors."""

    def run(*words: object) -> tuple[int, str, str]:
        code = cli.main([*map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def best(command: Command) -> Command:
    """Return a function that runs ``f1tools best``."""
    return lambda *options: command("best", *options)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV file of two models."""
    return saved(data(), tmp_path / "two models.csv")


@pytest.fixture
def record(command: Command, table: Path, tmp_path: Path) -> Path:
    """Return the record of the better of two models, unweighted."""
    path = tmp_path / "record.json"
    code, _, err = command("record", table, *ONE_MODEL, "-o", path)
    assert (code, err) == (0, "")
    return path
