"""``f1tools report``: the decision as an HTML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.helpers import ONE_MODEL, TWO_MODELS, Command, data, expected, saved

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    """Return the path of the memo."""
    return tmp_path / "memo.html"


def test_memo(command: Command, table: Path, memo: Path) -> None:
    """One HTML file under 150 KB with scikit-learn's metrics, and no output."""
    assert command("report", table, *ONE_MODEL, "-o", memo) == (0, "", "")
    text, right = memo.read_text("utf-8"), expected(data(), "good_prob")
    assert text.startswith("<!doctype html>")
    assert len(text.encode()) < 150_000
    assert all(f"{right[name]:.3f}" in text for name in ("f1", "recall"))


def test_model_comparison(command: Command, table: Path, memo: Path) -> None:
    """The memo is about the named model, and has the F1 of both."""
    assert command("report", table, *TWO_MODELS, "--model", "poor_prob", "-o", memo) == (0, "", "")
    text = memo.read_text("utf-8")
    assert all(f"{expected(data(), score)['f1']:.3f}" in text for score in ("good_prob", "poor_prob"))


def test_options(command: Command, table: Path, memo: Path) -> None:
    """Title, threshold and noun are in the memo; a noun that would be cut is refused."""
    options = ("--title", "Fraud & more", "--threshold", "0.345", "--min-recall", "0.5", "--noun", "theft & co")
    assert command("report", table, *ONE_MODEL, *options, "-o", memo)[0] == 0
    parts = "Fraud &amp; more", "0.345", "theft &amp; co"
    assert all(part in memo.read_text("utf-8") for part in parts)
    for noun in (" ", "n" * 41):
        assert command("report", table, *ONE_MODEL, "--noun", noun, "-o", memo)[0] == 2


def test_suppression(command: Command, table: Path, memo: Path) -> None:
    """Small counts can be suppressed."""
    assert command("report", table, *ONE_MODEL, "--suppress-below", "20", "-o", memo) == (0, "", "")


def test_names_are_text(command: Command, table: Path, memo: Path) -> None:
    """Markup in the name of a model or a file, or in the title, is escaped."""
    file = saved(data().rename(columns={"good_prob": HOSTILE}), table.with_name(f"{HOSTILE}.csv"))
    options = ("--truth", "y_true", "--score", HOSTILE, "--title", HOSTILE)
    assert command("report", file, *options, "-o", memo)[0] == 0
    assert "<img" not in memo.read_text("utf-8")
