"""What the tests of the lab's command share."""

from __future__ import annotations

from pathlib import Path

import pytest

from f1tools.lab import make
from tests.lab.tables import QUICK, table


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "visits.csv"
    table().to_csv(path, index=False)
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let quick models take the place of networks."""
    monkeypatch.setattr(make, "contenders", lambda *_: (QUICK, {}))
