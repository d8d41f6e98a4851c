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
    """Title and threshold are in the memo."""
    options = ("--title", "Fraud & more", "--threshold", "0.345", "--min-recall", "0.5")
    assert command("report", table, *ONE_MODEL, *options, "-o", memo)[0] == 0
    assert all(part in memo.read_text("utf-8") for part in ("Fraud &amp; more", "0.345"))


def test_suppression(command: Command, table: Path, memo: Path) -> None:
    """Small counts can be suppressed; where a class is smaller than the minimum, there is no memo."""
    assert command("report", table, *ONE_MODEL, "--suppress-below", "20", "-o", memo)[0] == 0
    memo.unlink()
    code, out, err = command("report", table, *ONE_MODEL, "--suppress-below", "400", "-o", memo)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not memo.exists()


def test_names_are_text(command: Command, table: Path, memo: Path) -> None:
    """Markup in the name of a model or a file, or in the title, is escaped."""
    file = saved(data().rename(columns={"good_prob": HOSTILE}), table.with_name(f"{HOSTILE}.csv"))
    options = ("--truth", "y_true", "--score", HOSTILE, "--title", HOSTILE)
    assert command("report", file, *options, "-o", memo)[0] == 0
    assert "<img" not in memo.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ((), "required: -o"),
        (("-o", "-"), "- is not a file name."),
        (("-o", "no such folder/memo.html"), "can't be written"),
        (("-o", "memo\0.html"), "can't be written"),
        (("-o", "memo.html", "--suppress-below", "few"), "'few' is not a whole number"),
        (("-o", "memo.html", "--suppress-below", "-1"), "'-1' is not a whole number"),
        (("-o", "memo.html", "--model", "best"), "There is no model 'best'"),
    ],
)
def test_bad_options(
    monkeypatch: pytest.MonkeyPatch, command: Command, table: Path, options: tuple[str, ...], part: str
) -> None:
    """They end with 2 and one sentence."""
    monkeypatch.chdir(table.parent)
    code, out, err = command("report", table, *ONE_MODEL, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert part in err
