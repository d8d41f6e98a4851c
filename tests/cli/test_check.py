"""``f1tools check``: a gate for pipelines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools.cli.check import _KINDS, junit_xml
from f1tools.record import Finding, read_record
from f1tools.record.checks import ALLOWED_KINDS
from tests.cli.helpers import (
    ONE_MODEL,
    TWO_MODELS,
    Command,
    data,
    labeled,
    levels,
    new_data,
    saved,
    stacked,
    strict_json,
    with_roles,
)

PASSED = {"rows": "ok", "F1 as recorded": "ok", "best threshold": "ok", "share of positives": "ok", "scores": "ok"}
HOSTILE = "</testsuites><img src=x onerror=alert(1)> \x1b[31m\x00\ud800\u202e&\"'"


def suite_in(path: Path) -> ET.Element:
    suite = ET.parse(path).getroot().find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    return suite


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return later rows of the model."""
    return saved(new_data(), tmp_path / "new.csv")


def test_similar_rows_pass(command: Command, record: Path, new: Path) -> None:
    """Similar rows give one line per finding, all ok, and the exit code 0."""
    code, out, err = command("check", new, "--record", record)
    assert (code, err, levels(out)) == (0, "", PASSED)


def test_required_metrics(command: Command, record: Path, new: Path) -> None:
    """A bound between the lower bound of Wilson's interval and the recall is met by the recall only."""
    frame, threshold = new_data(), read_record(record.read_bytes()).threshold
    tp, positives = int((frame["y_true"] & (frame["good_prob"] >= threshold)).sum()), int(frame["y_true"].sum())
    low = binomtest(tp, positives).proportion_ci(method="wilson").low
    options = ("check", new, "--record", record, "--min-recall", (tp / positives + low) / 2)
    assert [command(*options, "--at", at)[0] for at in ("point", "lower-bound")] == [0, 1]


def test_requirements_keep_their_order(command: Command, record: Path, new: Path) -> None:
    options = ("--min-mcc", "0.1", "--max-flagged", "90%", "--min-balanced-accuracy", "0.99", "--max-flagged", "3")
    code, out, _ = command("check", new, "--record", record, *options)
    assert code == 1
    assert list(levels(out).items())[1:5] == [
        ("matthews correlation at least 0.1", "ok"),
        ("share flagged at most 0.9", "ok"),
        ("balanced accuracy at least 0.99", "FAIL"),
        ("at most 3 flagged", "FAIL"),
    ]


def test_drift_fails_unless_it_is_allowed(command: Command, record: Path, tmp_path: Path) -> None:
    """Higher scores change the best threshold and the distribution of scores; each can be allowed."""
    options = ("check", saved(new_data(2000, shift=0.4), tmp_path / "later.csv"), "--record", record)
    drifted = ("F1 as recorded", "best threshold", "scores")
    code, out, _ = command(*options)
    assert (code, levels(out)) == (1, PASSED | dict.fromkeys(drifted, "FAIL"))
    assert levels(command(*options, "--max-psi", "99")[1])["scores"] == "warn"
    code, out, _ = command(*options, "--allow", "threshold", "--allow", "scores", "--allow", "value")
    assert (code, levels(out)) == (0, PASSED | dict.fromkeys(drifted, "warn"))


def test_text_json_and_junit_agree(command: Command, record: Path, new: Path, tmp_path: Path) -> None:
    """All formats have the same findings; writing JUnit does not change the output."""
    options = ("check", new, "--record", record, "--min-f1", "0.99")
    plain, path = command(*options), tmp_path / "check.xml"
    assert command(*options, "--junit", path) == plain
    code, out, _ = command(*options, "--json")
    content = strict_json(out)
    assert code == plain[0] == 1
    head = ["record", "file", "model", "threshold", "n", "n_pos", "dropped", "unscored", "passed", "findings"]
    assert list(content) == head
    assert [content[key] for key in ("n", "n_pos", "dropped", "passed", "model", "file")] == [
        500, int(new_data()["y_true"].sum()), {}, False, "good_prob", str(new)
    ]  # fmt: skip
    suite = suite_in(path)
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["6", "1", "0"]
    for line, finding, case in zip(plain[1].splitlines(), content["findings"], suite, strict=True):
        assert list(finding) == ["kind", "name", "level", "sentence"]
        assert line.startswith({"ok": "ok", "warn": "warn", "fail": "FAIL"}[finding["level"]])
        assert line.endswith(finding["sentence"])
        assert case.get("name") == finding["name"]
        failure = case.find("failure")
        assert (failure is not None) == (finding["level"] == "fail")
        assert failure is None or failure.get("message") == finding["sentence"]


def test_names_in_junit_are_text() -> None:
    """Markup and characters that XML cannot represent are escaped."""
    findings = [Finding("floor", HOSTILE, level, HOSTILE) for level in ("ok", "warn", "fail")]
    for text in (junit_xml(findings), junit_xml([], error=HOSTILE)):
        root = ET.fromstring(text.encode())  # noqa: S314 - our own
        assert {each.tag for each in root.iter()} <= {
            "testsuites", "testsuite", "testcase", "failure", "system-out", "error",
        }  # fmt: skip
        assert "\\x1b" in text
        assert text.replace("\n", "").isprintable()


def test_only_the_columns_of_the_decision_are_needed(
    command: Command, recorded: Callable[..., Path], refusal: Callable[..., str], table: Path, tmp_path: Path
) -> None:
    """New files may lack the other models, and have more columns."""
    path = recorded(table, *TWO_MODELS, "--weight", "stake")
    lean = new_data()[["stake", "good_prob", "y_true"]].assign(more="x")
    code, out, _ = command("check", saved(lean, tmp_path / "lean.csv"), "--record", path)
    assert (code, levels(out)["scores"]) == (0, "ok")
    for column in ("y_true", "good_prob", "stake"):
        other = saved(lean.drop(columns=column), tmp_path / "lean.csv")
        assert f"There is no column '{column}'." in refusal("check", other, "--record", path)


@pytest.mark.parametrize(
    ("roles", "rows", "note"),
    [
        (("train", "valid", "test"), 200, "rows were left out"),
        (("test", "train"), 300, "rows were left out"),
        (("may",), 600, "There are no rows whose set is valid or test"),
        ((), 600, "There are no rows whose set is valid or test"),
    ],
)
def test_roles_of_new_rows(
    command: Command, recorded: Callable[..., Path], tmp_path: Path, roles: tuple[str, ...], rows: int, note: str
) -> None:
    """The evaluation set is checked if there is one, else all rows are."""
    old = saved(with_roles(new_data(900, 0), "train", "valid", "test"), tmp_path / "old.csv")
    path = recorded(old, *ONE_MODEL, "--roles", "set", "valid", "test")
    frame = with_roles(new_data(600), *roles) if roles else new_data(600)
    code, out, err = command("check", saved(frame, tmp_path / "new.csv"), "--record", path, "--max-flagged", "600")
    assert code == 0
    assert f" of {rows} rows are flagged" in out
    assert note in err


def test_a_model_of_a_stack(command: Command, recorded: Callable[..., Path], tmp_path: Path) -> None:
    """Where a column names the models, new rows may contain only this model, with the column or without."""
    parts = stacked(data(300))
    stack = saved(pd.concat(parts), tmp_path / "stack.csv")
    options = ("--truth", "y_true", "--score", "prob", "--split", "model", "--model", "poor_prob")
    path = recorded(stack, *options)
    assert command("verify", path, stack)[0] == 0
    for later in (pd.concat(parts), parts[1], parts[1].drop(columns="model")):
        code, out, _ = command("check", saved(later, tmp_path / "later.csv"), "--record", path)
        assert (code, {**levels(out), "rows": "ok"}) == (0, PASSED)


def test_two_new_files(command: Command, recorded: Callable[..., Path], tmp_path: Path) -> None:
    """Of two files the first is the tuning set, whatever their names; of one file all rows are used."""
    valid, test, one, two = (
        saved(new_data(n, seed), tmp_path / f"{name}.csv")
        for seed, (name, n) in enumerate([("valid", 500), ("test", 400), ("one", 500), ("two", 350)], start=1)
    )
    path = recorded(valid, test, *ONE_MODEL, "--roles", "file", "valid.csv", "test.csv")
    _, out, err = command("check", one, two, "--record", path, "--max-flagged", "350")
    assert " of 350 rows are flagged" in out
    assert f"{two} is read as test.csv of the record." in err
    _, out, err = command("check", one, "--record", path, "--max-flagged", "500")
    assert " of 500 rows are flagged" in out
    assert err == ""


@pytest.mark.parametrize(("every", "level", "code"), [(100, "warn", 0), (10, "FAIL", 1)])
def test_a_third_label_is_not_negative(
    command: Command, fast: Path, tmp_path: Path, every: int, level: str, code: int
) -> None:
    """Rows with another label are left out and counted; the counts of the others are scikit-learn's."""
    frame = labeled(new_data())
    frame.loc[::every, "y_true"] = "pending"
    known = frame[frame["y_true"] != "pending"]
    flagged = known["good_prob"] >= read_record(fast.read_bytes()).threshold
    n_flagged = int(metrics.confusion_matrix(known["y_true"] == "fast", flagged)[:, 1].sum())
    options = ("check", saved(frame, tmp_path / "new.csv"), "--record", fast, "--max-flagged", n_flagged)
    exit_code, out, _ = command(*options)
    assert (exit_code, levels(out)["rows"]) == (code, level)
    assert f"truth is pending ({500 // every})" in out
    assert f"{n_flagged} of {len(known)} rows are flagged" in out
    content = strict_json(command(*options, "--json")[1])
    assert content["dropped"] == {"truth is pending": 500 // every}
    assert (content["n"], content["n_pos"]) == (len(known), int((known["y_true"] == "fast").sum()))
    assert command(*options, "--allow", "rows")[0] == 0


def test_rows_without_the_negative_label(refusal: Callable[..., str], fast: Path, tmp_path: Path) -> None:
    """Rows of one class are refused in a sentence that names the missing label."""
    frame = labeled(new_data()).replace({"y_true": {"slow": "pending"}})
    err = refusal("check", saved(frame, tmp_path / "new.csv"), "--record", fast)
    assert "No row has y_true slow, the negative label of the record" in err


def test_labels_that_the_record_drops(command: Command, recorded: Callable[..., Path], tmp_path: Path) -> None:
    """Rows that the record leaves out on purpose are not reported as a finding."""
    old, new = labeled(data()), labeled(new_data())
    for frame in (old, new):
        frame.loc[::5, "y_true"] = "tie"
    table = saved(old, tmp_path / "old.csv")
    path = recorded(table, *ONE_MODEL, "--pos-label", "fast", "--drop-label", "tie")
    assert command("verify", path, table)[0] == 0
    code, out, err = command("check", saved(new, tmp_path / "new.csv"), "--record", path)
    assert (code, levels(out)["rows"]) == (0, "ok")
    assert "100 of 500 rows were left out: truth is tie (100)." in err


def test_kinds_that_can_be_allowed() -> None:
    """The command line and the library allow the same kinds."""
    assert _KINDS == ALLOWED_KINDS


# The JUnit file never keeps an earlier result, and never replaces an input.


@pytest.fixture
def xml(tmp_path: Path) -> Path:
    """Return a JUnit file with an earlier result."""
    path = tmp_path / "check.xml"
    path.write_text("<testsuites/>")
    return path


def error_in(path: Path) -> str:
    error = suite_in(path).find("testcase/error")
    assert error is not None
    return str(error.get("message"))


@pytest.mark.parametrize("junit", ["--junit {}", "--junit={}"])
@pytest.mark.parametrize(
    "bad",
    ["missing.csv", "--min-recal 0.9", "--min-recall 2", "--at median", "--allow", "--min-mcc 0 --at lower-bound"],
)
def test_an_unusable_check_is_an_error_in_junit(
    refusal: Callable[..., str], record: Path, table: Path, xml: Path, junit: str, bad: str
) -> None:
    """The message is that of standard error."""
    err = refusal("check", table, "--record", record, *junit.format(xml).split(), *bad.split())
    assert err == f"f1tools: {error_in(xml)}\n"


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_an_unfinished_check_is_an_error_in_junit(
    command: Command, record: Path, table: Path, xml: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("f1tools.cli.check._findings", fail)
    assert command("check", table, "--record", record, "--junit", xml)[0] in (2, 130)
    assert error_in(xml)
