"""Fixtures of the command line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from f1tools.uncertainty.resampling import draw_resamples
from tests.cli.helpers import ONE_MODEL, Command, data, edited, labeled, saved
from tests.computed_once import once

DRAWN_BY = [import_module(name) for name in ("f1tools.uncertainty.bootstrap", "f1tools.record.verify")]
draw_once = once(draw_resamples)


@pytest.fixture(autouse=True)
def _draw_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw equal resamples once: most commands are about the same few files."""
    for module in DRAWN_BY:
        monkeypatch.setattr(module, "draw_resamples", draw_once)


@pytest.fixture
def best(command: Command) -> Command:
    """Return a function that runs ``f1tools best``."""
    return lambda *options: command("best", *options)


@pytest.fixture
def refusal(command: Command) -> Callable[..., str]:
    """Return a function that runs a command that must be refused with one line, and returns that line."""

    def run(*words: object) -> str:
        code, out, err = command(*words)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("f1tools: ")
        return err

    return run


@pytest.fixture
def recorded(command: Command, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that records a decision and returns the path of the record."""

    def run(*words: object) -> Path:
        path = tmp_path / "record.json"
        assert command("record", *words, "-o", path)[:2] == (0, "")
        return path

    return run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a CSV file of two models."""
    return saved(data(), tmp_path / "two models.csv")


@pytest.fixture
def record(recorded: Callable[..., Path], table: Path) -> Path:
    """Return the record of the better of two models, unweighted."""
    return recorded(table, *ONE_MODEL)


@pytest.fixture
def fast(recorded: Callable[..., Path], tmp_path: Path) -> Path:
    """Return a record of fast against slow, read with a key and a group, as the dashboard reads it."""
    path = recorded(saved(labeled(data()), tmp_path / "old.csv"), *ONE_MODEL, "--pos-label", "fast")
    return edited(path, lambda content: content["data"]["read_as"].update(group="clinic", id="case"))
