"""``f1tools report`` and ``f1tools snippets``: the decision for people, and as code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from f1tools.record import read_record
from tests.cli.answers import data, expected, models_of
from tests.cli.recording import Command, saved

COLUMNS = ("--truth", "y_true", "--score", "good_prob")
BOTH = (*COLUMNS, "--score", "poor_prob")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    """Return where the memo goes."""
    return tmp_path / "memo.html"


def test_the_memo_tells_the_best_threshold(command: Command, table: Path, memo: Path) -> None:
    """One HTML file under 150 KB with the counts that scikit-learn gives, and nothing on the terminal."""
    assert command("report", table, *COLUMNS, "-o", memo) == (0, "", "")
    text = memo.read_text("utf-8")
    right = expected(data(), "good_prob")
    assert text.startswith("<!doctype html>")
    assert len(text.encode()) < 150_000
    assert f"{right['f1']:.3f}" in text
    assert f"{right['recall']:.3f}" in text


def test_several_models_are_compared(command: Command, table: Path, memo: Path) -> None:
    """It is about the one that is named, and tells the F1 of both."""
    assert command("report", table, *BOTH, "--model", "poor_prob", "-o", memo) == (0, "", "")
    text = memo.read_text("utf-8")
    for model in models_of(command("best", table, *BOTH, "--json")[1]):
        assert f"{model['f1']:.3f}" in text


def test_what_is_asked_for_is_told(command: Command, table: Path, memo: Path) -> None:
    """A title of one's own, and a threshold chosen by hand."""
    options = ("--title", "Fraud & more", "--threshold", "0.345", "--min-recall", "0.5")
    assert command("report", table, *COLUMNS, *options, "-o", memo)[0] == 0
    text = memo.read_text("utf-8")
    assert "Fraud &amp; more" in text
    assert "0.345" in text


def test_few_cases_are_suppressed(command: Command, table: Path, memo: Path) -> None:
    """A small count is not in it; where a class is smaller than that, there is no memo."""
    assert command("report", table, *COLUMNS, "--suppress-below", "20", "-o", memo)[0] == 0
    memo.unlink()
    code, out, err = command("report", table, *COLUMNS, "--suppress-below", "400", "-o", memo)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not memo.exists()


def test_names_from_files_are_text_there(command: Command, table: Path, memo: Path) -> None:
    """Markup in the name of a model or a file, or in the title, stays text."""
    file = saved(data().rename(columns={"good_prob": HOSTILE}), table.with_name(f"{HOSTILE}.csv"))
    options = ("--truth", "y_true", "--score", HOSTILE, "--title", HOSTILE)
    assert command("report", file, *options, "-o", memo)[0] == 0
    assert "<img" not in memo.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "required: -o"),
        (("-o", "no such folder/memo.html"), "can't be written"),
        (("-o", "memo\0.html"), "can't be written"),
        (("-o", "memo.html", "--suppress-below", "few"), "'few' is not a whole number"),
        (("-o", "memo.html", "--suppress-below", "-1"), "'-1' is not a whole number"),
        (("-o", "memo.html", "--model", "best"), "There is no model 'best'"),
    ],
)
def test_what_cannot_be_reported(
    monkeypatch: pytest.MonkeyPatch, command: Command, table: Path, options: tuple[str, ...], says: str
) -> None:
    """One sentence, and 2."""
    monkeypatch.chdir(table.parent)
    code, out, err = command("report", table, *COLUMNS, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_snippets_decide_as_recorded(command: Command, record: Path) -> None:
    """The Python that is printed calls a row positive when its score is at least the threshold."""
    code, out, _ = command("snippets", record, "--for", "python")
    assert code == 0
    found: dict[str, Any] = {}
    exec(compile(out, "snippet", "exec"), found)  # noqa: S102 - that is what it is for
    decide = next(each for name, each in found.items() if callable(each) and not name.startswith("__"))
    threshold = read_record(record.read_bytes()).threshold
    assert [bool(decide(score)) for score in (threshold, np.nextafter(threshold, -1), 1.0)] == [True, False, True]


def test_all_snippets_come_with_a_heading(command: Command, record: Path) -> None:
    """Each is what it is alone."""
    _, out, _ = command("snippets", record)
    for name in ("scikit-learn", "Python", "SQL"):
        alone = command("snippets", record, "--for", name.lower())[1]
        assert f"{name}\n{'-' * len(name)}\n{alone}" in out


@pytest.mark.parametrize("name", ["p\x1b[31m", "p\u202e", "p\r\nimport os", '"; DROP TABLE x; --'])
def test_snippets_cannot_steer_a_terminal(command: Command, tmp_path: Path, name: str) -> None:
    """Whatever the model is called, no line holds what a terminal would obey."""
    path, table = tmp_path / "record.json", tmp_path / "rows.parquet"
    data().rename(columns={"good_prob": name}).to_parquet(table)
    assert command("record", table, "--truth", "y_true", "--score", name, "-o", path)[0] == 0
    code, out, err = command("snippets", path)
    assert (code, err) == (0, "")
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize("name", ["best", "record", "report", "verify", "check", "snippets"])
def test_every_command_teaches(command: Command, name: str) -> None:
    """Its help has an example and the exit codes, and the general one names it."""
    code, text, _ = command(name, "--help")
    assert code == 0
    assert f"\n  f1tools {name} " in text
    assert "ends with  0 " in text
    assert f"f1tools {name} " in command("--help")[1]
