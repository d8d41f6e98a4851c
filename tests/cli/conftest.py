"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from f1tools import cli
from tests.cli.answers import Run, data


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs ``f1tools best`` and gives its code, its output and its errors."""

    def best(*options: object) -> tuple[int, str, str]:
        code = cli.main(["best", *map(str, options)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return best


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV of two models."""
    path = tmp_path / "two models.csv"
    data().to_csv(path, index=False)
    return path
