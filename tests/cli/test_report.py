"""``f1tools report``: the decision as an HTML file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import recall_score

from f1tools import formatting
from tests.cli.class_files import of_classes, of_labels
from tests.cli.helpers import ONE_MODEL, TWO_MODELS, Command, data, expected, labeled, models_in, saved

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


def test_the_comparison_is_that_of_compare(command: Command, table: Path, memo: Path) -> None:
    """The memo has the differences, intervals and verdicts that f1tools compare prints."""
    assert command("report", table, *TWO_MODELS, "--model", "poor_prob", "--margin", "0.01", "-o", memo) == (0, "", "")
    compared = command("compare", table, *TWO_MODELS, "--reference", "poor_prob", "--margin", "0.01", "--json")[1]
    (good,) = (each for each in models_in(compared) if each["score"] == "good_prob")
    found, text = good["comparison"], memo.read_text("utf-8")
    bounds = " to ".join(formatting.difference(bound, 0.0) for bound in found["interval"])
    for part in (formatting.difference(good["difference"], 0.0), bounds, found["verdict"]):
        assert f">{part}</td>" in text
    assert command("report", table, *TWO_MODELS, "--no-comparison", "-o", memo)[0] == 0
    assert "Compared with the other models" not in memo.read_text("utf-8")


def test_one_verdict_on_the_better_model(command: Command, table: Path, memo: Path) -> None:
    """The note on standard error is the warning of the memo, judged by the memo's comparison where it has one."""
    poor_first = (table, "--truth", "y_true", "--score", "poor_prob", "--score", "good_prob", "-o", memo)
    poor, good = (f"{expected(data(), name)['f1']:.3f}" for name in ("poor_prob", "good_prob"))
    reached = f"good_prob reaches F1 {good} at its own best threshold"
    for options, end in (
        (("--margin", "0.9"), f", this model {poor}: "),
        (("--no-comparison",), " and is better than this model at these fixed thresholds: "),
        (("--suppress-below", "5"), " and is better than this model at these fixed thresholds: "),
    ):
        code, _, err = command("report", *poor_first, *options)
        assert (code, f"{reached}{end}" in err) == (0, True)
        sentence = err[err.index(reached) :].strip()
        assert (sentence in memo.read_text("utf-8")) == ("--suppress-below" not in options)


def test_groups(command: Command, refusal: Callable[..., str], tmp_path: Path, memo: Path) -> None:
    """Each value of a column is a group, with scikit-learn's recall; a column that does not exist is refused."""
    frame = labeled(data())
    file = saved(frame, tmp_path / "labeled.csv")
    options = ("--truth", "y_true", "--pos-label", "fast", "--score", "good_prob", "--threshold", "0.5")
    assert command("report", file, *options, "--by", "clinic", "-o", memo) == (0, "", "")
    text = memo.read_text("utf-8")
    assert "By group" in text
    for clinic in ("a", "b"):
        rows = frame[frame["clinic"] == clinic]
        recall = recall_score(rows["y_true"] == "fast", rows["good_prob"] >= 0.5)
        assert f'data-head="Recall">{recall:.3f}<' in text
    assert "wing" in refusal("report", file, *options, "--by", "wing", "-o", memo)


@pytest.mark.parametrize("frame", [of_labels(150), of_classes(150)], ids=["labels", "classes"])
def test_several_classes(command: Command, frame: pd.DataFrame, tmp_path: Path, memo: Path) -> None:
    """The memo is about all classes, with what f1tools best says of the same decision."""
    file = saved(frame, tmp_path / "animals.csv")
    options = ("--average", "weighted", "--rule", "own")
    assert command("report", file, *options, "--title", HOSTILE, "-o", memo)[:2] == (0, "")
    content = json.loads(command("best", file, *options, "--interval", "--json")[1])
    text = memo.read_text("utf-8")
    assert "Highest weighted F1" in text
    assert "<img" not in text
    head = re.search(r'<th scope="col">(?:Label|Class)</th><td class="drawn".*?</tr>', text)
    assert head is not None
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", head[0])[1:]
    for each in content["classes"]:
        row = re.search(rf'<th scope="row">{each["class"]}(?: \*)?</th><td class="drawn".*?</tr>', text, re.DOTALL)
        assert row is not None
        cells = re.findall(r"<td[^>]*>([^<]*)</td>", row[0])
        for title, name in (("Recall", "recall"), ("F1", "fbeta")):
            assert cells[heads.index(title)] == formatting.metric_value(each[name])


def test_one_of_several_classes(command: Command, refusal: Callable[..., str], tmp_path: Path, memo: Path) -> None:
    """--class makes it about one against the rest; a noun is for one class only."""
    file = saved(of_labels(150), tmp_path / "labels.csv")
    assert command("report", file, "--class", "dog", "--noun", "barking", "-o", memo)[0] == 0
    assert "“dog”" in memo.read_text("utf-8")
    assert "--noun" in refusal("report", file, "--noun", "barking", "-o", memo)
    assert command("report", file, "--suppress-below", "3", "-o", memo)[0] == 0
    assert "Other rules, estimates for new cases" in memo.read_text("utf-8")
