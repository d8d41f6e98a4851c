"""Files of several classes: every command can take one of them against all others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from f1tools.record import read_record, snippets
from tests.cli.class_files import of_classes, of_labels
from tests.cli.helpers import Command, data, edited, expected, saved


class _Case(NamedTuple):
    """A layout of several classes, and the columns of one of them."""

    make: Callable[..., pd.DataFrame]
    truth: str
    score: str

    def frame(self, seed: int = 0) -> pd.DataFrame:
        return self.make(seed=seed)

    def y_true(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with 1 where they have the label dog."""
        return frame.assign(y_true=frame[self.truth].isin(["dog", 1]).astype(int))


CASES = {"classes": _Case(of_classes, "animal", "p_dog"), "labels": _Case(of_labels, "dog", "pred_dog")}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> _Case:
    """Return a layout."""
    return CASES[request.param]


@pytest.fixture
def file(case: _Case, tmp_path: Path) -> Path:
    """Return a file of this layout."""
    return saved(case.frame(), tmp_path / "animals.csv")


def test_best_threshold_of_one_class(best: Command, case: _Case, file: Path) -> None:
    """It is that of scikit-learn for the class against the rest."""
    code, out, _ = best(file, "--class", "dog", "--json")
    content = json.loads(out)
    rows = case.y_true(case.frame())
    assert (code, content["truth"], content["pos_label"], content["n"]) == (0, case.truth, "dog", len(rows))
    model, theirs = content["models"][0], expected(rows, case.score)
    for key, value in theirs.items():
        assert model[key] == (pytest.approx(value) if key not in ("score", "metric") else value), key


def test_a_record_of_one_class_verifies(
    command: Command, recorded: Callable[..., Path], case: _Case, file: Path
) -> None:
    """It is an ordinary record, which differs when a row does, and is refused where it does not name its class."""
    path = recorded(file, "--class", "dog")
    record = read_record(path.read_bytes())
    assert (record.pos_label, record.neg_label, record.model) == ("dog", "not dog", case.score)
    assert command("verify", path, file)[0] == 0
    code, out, _ = command("verify", path, saved(case.frame().iloc[:-1], file))
    assert code == 1
    assert "Rows: recorded 300, computed 299" in out
    edited(path, lambda content: content["data"]["read_as"].pop("one_class"))
    assert "must name the truth, the scores and the class" in command("verify", path, file)[2]


def test_new_rows_need_the_columns_of_the_class_only(
    command: Command, recorded: Callable[..., Path], case: _Case, file: Path
) -> None:
    """A check of new rows reads the truth and the score of the class, whatever became of the others."""
    path = recorded(file, "--class", "dog")
    new = saved(case.frame(seed=1)[[case.truth, case.score]], file)
    code, out, _ = command("check", new, "--record", path, "--json")
    content = json.loads(out)
    n_pos = int(case.y_true(case.frame(seed=1))["y_true"].sum())
    assert (code, content["n"], content["n_pos"], content["passed"]) == (0, 300, n_pos, True)


def test_snippet_names_the_label_of_the_model(recorded: Callable[..., Path], case: _Case, file: Path) -> None:
    """A classifier of one label knows 0 and 1, one of several classes knows their names."""
    code = snippets(read_record(recorded(file, "--class", "dog").read_bytes()))["scikit-learn"]
    assert f"labels = [{'dog' if case.truth == 'animal' else '1'!r}" in code


def test_report_of_one_class(command: Command, case: _Case, file: Path) -> None:
    """The memo names the column of the class."""
    memo = file.with_suffix(".html")
    assert command("report", file, "--class", "dog", "-o", memo)[0] == 0
    assert f"truth “{case.truth}”" in memo.read_text("utf-8")


def test_refusals(refusal: Callable[..., str], file: Path, table: Path) -> None:
    """What can't be chosen is said in one sentence, with what can."""
    assert "There is no class 'emu'. The classes are cat, dog and owl." in refusal("best", file, "--class", "emu")
    assert "cat, dog, owl. Take one of them against all others with --class NAME." in refusal("compare", file)
    saved(data()[["y_true", "good_prob"]], table)
    assert "so 'owl' cannot be one of them" in refusal("best", table, "--class", "owl")
