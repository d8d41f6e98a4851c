"""``f1tools check``: a gate for pipelines."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools.cli.junit import error_xml, findings_xml
from f1tools.record import Finding, read_record
from tests.cli.answers import data, strict
from tests.cli.recording import Command, moved, saved

WELL = {"rows": "ok", "F1 as recorded": "ok", "best threshold": "ok", "share of positives": "ok", "scores": "ok"}
HOSTILE = "</testsuites><img src=x onerror=alert(1)> \x1b[31m\x00\ud800\u202e&\"'"


def kinds(text: str) -> dict[str, str]:
    """Give the level of each answer by what was asked."""
    lines = (line.split("  ") for line in text.splitlines())
    return {next(filter(None, line[1:])).strip(): line[0].strip() for line in lines}


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return later rows of the model."""
    return saved(moved(), tmp_path / "new.csv")


def test_rows_like_the_recorded_ones_pass(command: Command, record: Path, new: Path) -> None:
    """A line an answer, all well, and 0."""
    code, out, err = command("check", new, "--record", record)
    assert (code, err) == (0, "")
    assert kinds(out) == WELL


def test_a_floor_is_scikit_learns(command: Command, record: Path, new: Path) -> None:
    """Recall at the recorded threshold decides, or the low end of its interval, which is Wilson's."""
    frame, threshold = moved(), read_record(record.read_bytes()).threshold
    flagged = frame["good_prob"] >= threshold
    value = float(metrics.recall_score(frame["y_true"], flagged))
    low = (
        binomtest(int((frame["y_true"] & flagged).sum()), int(frame["y_true"].sum())).proportion_ci(method="wilson").low
    )
    for options, code in (
        (("--min-recall", value - 1e-6), 0),
        (("--min-recall", value + 1e-6), 1),
        (("--min-recall", low - 1e-6, "--at", "lower-bound"), 0),
        (("--min-recall", low + 1e-6, "--at", "lower-bound"), 1),
    ):
        found, out, _ = command("check", new, "--record", record, *options)
        assert found == code, options
        assert out.splitlines()[1].startswith("FAIL  recall at least" if code else "ok    recall at least")


def test_what_was_asked_for_comes_in_its_order(command: Command, record: Path, new: Path) -> None:
    """All floors are told, the limit on flagged rows too."""
    options = ("--min-mcc", "0.1", "--max-flagged", "90%", "--min-balanced-accuracy", "0.99", "--max-flagged", "3")
    code, out, _ = command("check", new, "--record", record, *options)
    assert code == 1
    assert list(kinds(out).items())[1:5] == [
        ("matthews correlation at least 0.1", "ok"),
        ("share flagged at most 0.9", "ok"),
        ("balanced accuracy at least 0.99", "FAIL"),
        ("at most 3 flagged", "FAIL"),
    ]


def test_rows_that_have_moved_fail_unless_that_is_allowed(command: Command, record: Path, tmp_path: Path) -> None:
    """Scores that are all higher move the best threshold and the scores; either can be allowed."""
    later = saved(moved(2000, shift=0.4), tmp_path / "later.csv")
    code, out, _ = command("check", later, "--record", record)
    assert code == 1
    assert kinds(out) == {**WELL, "F1 as recorded": "FAIL", "best threshold": "FAIL", "scores": "FAIL"}
    allowed = ("--allow", "threshold", "--allow", "scores", "--allow", "value")
    _, out, _ = command("check", later, "--record", record, "--allow", "threshold", "--max-psi", "99")
    assert kinds(out)["scores"] == "warn"
    code, out, _ = command("check", later, "--record", record, *allowed)
    assert code == 0
    assert kinds(out) == {**WELL, "F1 as recorded": "warn", "best threshold": "warn", "scores": "warn"}


def test_the_json_says_what_the_text_says(command: Command, record: Path, new: Path) -> None:
    """The same answers for programs, strictly."""
    options = ("check", new, "--record", record, "--min-f1", "0.99")
    _, text, _ = command(*options)
    code, out, _ = command(*options, "--json")
    found = strict(out)
    assert code == 1
    assert list(found) == ["record", "file", "model", "threshold", "n", "n_pos", "dropped", "passed", "findings"]
    assert (found["n"], found["n_pos"], found["dropped"]) == (500, int(moved()["y_true"].sum()), {})
    assert (found["passed"], found["model"], found["file"]) == (False, "good_prob", str(new))
    for line, each in zip(text.splitlines(), found["findings"], strict=True):
        assert list(each) == ["kind", "name", "level", "sentence"]
        assert line.startswith({"ok": "ok", "warn": "warn", "fail": "FAIL"}[each["level"]])
        assert line.endswith(each["sentence"])


def test_junit_has_a_case_an_answer(command: Command, record: Path, new: Path, tmp_path: Path) -> None:
    """What fails is a failure there; standard output stays as it is."""
    options = ("check", new, "--record", record, "--min-f1", "0.99")
    path = tmp_path / "check.xml"
    plain = command(*options)
    assert command(*options, "--junit", path) == plain
    suite = ET.parse(path).getroot().find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {
        "tests": "6",
        "failures": "1",
        "errors": "0",
    }
    assert [case.get("name") for case in suite] == list(kinds(plain[1]))
    failure = suite[1].find("failure")
    assert failure is not None
    assert plain[1].splitlines()[1].endswith(str(failure.get("message")))


def test_an_old_result_is_not_left_behind(command: Command, record: Path, tmp_path: Path) -> None:
    """Where nothing could be checked the XML says so: a pipeline must not show the last success."""
    path = tmp_path / "check.xml"
    path.write_text("<testsuites/>")
    code, out, err = command("check", tmp_path / "missing.csv", "--record", record, "--junit", path)
    assert (code, out, err.count("\n")) == (2, "", 1)
    error = ET.parse(path).getroot().find("testsuite/testcase/error")  # noqa: S314 - our own
    assert error is not None
    assert "No such file" in str(error.get("message"))


def test_names_in_junit_are_text() -> None:
    """Neither markup nor characters that XML cannot hold get in, wherever they come from."""
    findings = [Finding("floor", HOSTILE, level, HOSTILE) for level in ("ok", "warn", "fail")]
    for text in (findings_xml(findings), error_xml(HOSTILE)):
        root = ET.fromstring(text.encode())  # noqa: S314 - our own
        assert {each.tag for each in root.iter()} <= {
            "testsuites", "testsuite", "testcase", "failure", "system-out", "error",
        }  # fmt: skip
        assert "\\x1b" in text
        assert text.replace("\n", "").isprintable()


def test_only_the_columns_of_the_decision_are_needed(command: Command, table: Path, tmp_path: Path) -> None:
    """New files may lack the other models, and hold more."""
    path = tmp_path / "both.json"
    options = ("--truth", "y_true", "--score", "good_prob", "--score", "poor_prob", "--weight", "stake")
    assert command("record", table, *options, "-o", path)[0] == 0
    lean = moved()[["stake", "good_prob", "y_true"]].assign(more="x")
    code, out, _ = command("check", saved(lean, tmp_path / "lean.csv"), "--record", path)
    assert (code, kinds(out)["scores"]) == (0, "ok")
    for column in ("y_true", "good_prob", "stake"):
        code, out, err = command("check", saved(lean.drop(columns=column), tmp_path / "lean.csv"), "--record", path)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"There is no column '{column}'." in err


def roles(n: int, seed: int, *names: str) -> pd.DataFrame:
    """Give later rows a role each in turn."""
    return moved(n, seed).assign(set=np.array(names)[np.arange(n) % len(names)])


@pytest.mark.parametrize(
    ("names", "rows", "note"),
    [
        (("train", "valid", "test"), 200, "rows were left out"),
        (("test", "train"), 300, "rows were left out"),
        (("may",), 600, "There are no rows whose set is valid or test, so that all of them are judged."),
        ((), 600, "There are no rows whose set is valid or test, so that all of them are judged."),
    ],
)
def test_roles_as_far_as_there_are_any(
    command: Command, tmp_path: Path, names: tuple[str, ...], rows: int, note: str
) -> None:
    """Rows that report are judged where there are any, else all."""
    path = tmp_path / "record.json"
    old = saved(roles(900, 0, "train", "valid", "test"), tmp_path / "old.csv")
    options = ("--truth", "y_true", "--score", "good_prob", "--roles", "set", "valid", "test")
    assert command("record", old, *options, "-o", path)[0] == 0
    frame = roles(600, 1, *names) if names else moved(600, 1)
    code, out, err = command("check", saved(frame, tmp_path / "new.csv"), "--record", path, "--max-flagged", "600")
    assert code == 0
    assert f" of {rows} rows are flagged" in out
    assert note in err


def test_a_model_of_a_stack(command: Command, tmp_path: Path) -> None:
    """Where a column named the models, new rows may be of this model alone, with the column or without."""
    frame = data(300)
    parts = [
        frame[["y_true", name]].set_axis(["y_true", "prob"], axis=1).assign(model=name)
        for name in ("good_prob", "poor_prob")
    ]
    path = tmp_path / "record.json"
    stack = saved(pd.concat(parts), tmp_path / "stack.csv")
    options = ("--truth", "y_true", "--score", "prob", "--split", "model", "--model", "poor_prob")
    assert command("record", stack, *options, "-o", path)[0] == 0
    assert command("verify", path, stack)[0] == 0
    for later in (pd.concat(parts), parts[1], parts[1].drop(columns="model")):
        code, out, _ = command("check", saved(later, tmp_path / "later.csv"), "--record", path)
        assert (code, {**kinds(out), "rows": "ok"}) == (0, WELL)
        assert "index 0.000" in out


def test_two_new_files_as_there_were_two(command: Command, tmp_path: Path) -> None:
    """The first chooses and the second reports, whatever they are called; one alone is judged as a whole."""
    valid, test = saved(moved(seed=1), tmp_path / "valid.csv"), saved(moved(400, seed=2), tmp_path / "test.csv")
    path = tmp_path / "record.json"
    options = ("--truth", "y_true", "--score", "good_prob", "--roles", "file", "valid.csv", "test.csv")
    assert command("record", valid, test, *options, "-o", path)[0] == 0
    one, two = saved(moved(seed=3), tmp_path / "one.csv"), saved(moved(350, seed=4), tmp_path / "two.csv")
    _, out, err = command("check", one, two, "--record", path, "--max-flagged", "350")
    assert " of 350 rows are flagged" in out
    assert f"{two} is taken for test.csv of the record." in err
    _, out, err = command("check", one, "--record", path, "--max-flagged", "500")
    assert " of 500 rows are flagged" in out
    assert err == ""


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--min-recall", "2"), "not between 0 and 1"),
        (("--max-psi", "0"), "'0' is not above 0"),
        (("--allow", "everything"), "invalid choice"),
        (("--at", "median"), "invalid choice"),
        (("--min-mcc", "0.1", "--at", "lower-bound"), "Matthews correlation has no interval"),
        (("--junit", "no such folder/x.xml"), "can't be written"),
    ],
)
def test_what_cannot_be_asked(command: Command, record: Path, new: Path, options: tuple[str, ...], says: str) -> None:
    """One sentence, and 2."""
    code, out, err = command("check", new, "--record", record, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert command("check", new)[0] == 2


def test_junit_replaces_no_input(command: Command, record: Path, new: Path) -> None:
    """Neither the record nor the rows."""
    before = record.read_bytes(), new.read_bytes()
    for path in (record, new):
        assert command("check", new, "--record", record, "--junit", path)[0] == 2
    assert (record.read_bytes(), new.read_bytes()) == before
