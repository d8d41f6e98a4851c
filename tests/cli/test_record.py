"""``f1tools record``, ``verify`` and ``snippets``: decisions written, recomputed and printed as code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools import cli
from f1tools.record import read_record
from f1tools.record.serialization import MAX_SIZE
from tests.cli.helpers import ONE_MODEL, TWO_MODELS, Command, data, edited, expected, new_data, saved, strict_json


def test_record(command: Command, table: Path, record: Path) -> None:
    """Without -o strict JSON on standard output, with scikit-learn's counts; the file differs only in the date."""
    code, out, _ = command("record", table, *ONE_MODEL)
    right, decision = expected(data(), "good_prob"), read_record(out)
    assert code == 0
    assert strict_json(out)["schema"] == "f1tools-decision/1"
    counts = decision.counts
    assert [counts.tn, counts.fp, counts.fn, counts.tp] == [right[key] for key in ("tn", "fp", "fn", "tp")]
    assert right["threshold_interval"][0] < decision.threshold <= right["threshold_interval"][1]
    assert decision.objective.best_value == pytest.approx(right["f1"], rel=1e-12)
    assert decision.expected is not None
    assert (decision.expected.n_resamples, decision.expected.random_state) == (2000, 0)
    assert [each.name for each in decision.data.files] == ["two models.csv"]
    assert str(table.parent) not in out
    assert {**strict_json(record.read_text("utf-8")), "created": ""} == {**strict_json(out), "created": ""}


def test_threshold_model_and_goal(command: Command, table: Path) -> None:
    """A threshold by hand is recorded together with the best one within the constraints."""
    options = ("--threshold", "0.35", "--metric", "precision", "--min-recall", "0.6", "--model", "poor_prob")
    code, out, err = command("record", table, *TWO_MODELS, *options)
    decision = read_record(out)
    assert (code, err) == (0, "")
    assert (decision.model, decision.threshold, decision.chosen) == ("poor_prob", 0.35, "by hand")
    assert (decision.metric.name, str(decision.constraints[0])) == ("precision", "recall at least 0.6")
    assert decision.objective.best_threshold != 0.35


def test_the_first_of_several_models(command: Command, table: Path) -> None:
    """A note says that the record is about it, and how to name another."""
    code, out, err = command("record", table, *TWO_MODELS)
    assert (code, read_record(out).model) == (0, "good_prob")
    assert "the first of 2 models; --model" in err


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--model", "no\nsuch"), "There is no model 'no\\nsuch'. The models are: good_prob."),
        (("--model", "m" * 9999), "There is no model 'mmm"),
        (("--threshold", "inf"), "'inf' is not a number"),
        (("--min-recall", "0.99", "--min-precision", "0.99"), "No threshold"),
        (("-o", "no such folder/record.json"), "can't be written: No such file or directory."),
        (("-o", "{table}"), "is one of the input files"),
        (("-o", "-"), "- is not a file name."),
    ],
)
def test_bad_options(command: Command, table: Path, options: tuple[str, ...], part: str) -> None:
    """They end with 2 and one short sentence, and change no file."""
    before = table.read_bytes()
    code, out, err = command("record", table, *ONE_MODEL, *(word.format(table=table) for word in options))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert part in err
    assert len(err) < 1000
    assert table.read_bytes() == before


def test_an_ambiguous_file(command: Command, table: Path) -> None:
    """As with best, the options that resolve it are suggested, and the exit code is 3."""
    frame = new_data().assign(other=1 - new_data(seed=2)["y_true"])
    code, out, err = command("record", saved(frame.rename(columns={"y_true": "a"}), table))
    assert (code, out) == (3, "")
    assert "  --truth " in err


# Verify.


def test_a_record_agrees_with_its_data(command: Command, table: Path, record: Path) -> None:
    """There is one line; the same rows in another format are no difference, but a note."""
    assert command("verify", record, table) == (0, f"{record} agrees with {table}.\n", "")
    other = table.with_suffix(".parquet")
    data().to_parquet(other)
    code, out, err = command("verify", record, other)
    assert (code, out) == (0, f"{record} agrees with {other}.\n")
    assert "two models.parquet" in err


def test_differences(command: Command, table: Path, record: Path) -> None:
    """A changed number in the record, or a changed row, is a line each, and the exit code is 1."""
    edited(record, lambda content: content["metrics"]["recall"].update(value=0.5))
    code, out, _ = command("verify", record, table)
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("Recall: recorded 0.")
    frame = data()
    y_true = np.where(frame.index == 0, 1 - frame["y_true"], frame["y_true"])
    code, out, _ = command("verify", record, saved(frame.assign(y_true=y_true), table))
    assert code == 1
    assert "Positive rows: recorded" in out


def test_two_files_in_any_order(command: Command, tmp_path: Path) -> None:
    """Files are matched by content, because roles depend on their recorded names."""
    valid, test = saved(new_data(seed=1), tmp_path / "valid.csv"), saved(new_data(seed=2), tmp_path / "test.csv")
    path = tmp_path / "record.json"
    assert command("record", valid, test, *ONE_MODEL, "--roles", "file", "valid.csv", "test.csv", "-o", path)[0] == 0
    assert json.loads(path.read_text("utf-8"))["roles"]["tune"] == "valid.csv"
    assert command("verify", path, test, valid)[0] == 0
    renamed = valid.rename(tmp_path / "zzz.csv")
    code, _, err = command("verify", path, test, renamed)
    assert code == 0
    assert f"{renamed} is read as valid.csv of the record." in err
    code, _, err = command("verify", path, test)
    assert code == 2
    assert "The record is about valid.csv and test.csv" in err


def test_other_columns(command: Command, table: Path, record: Path) -> None:
    """A file that can't be read as recorded is refused in the reader's words."""
    code, out, err = command("verify", record, saved(data().rename(columns={"good_prob": "other"}), table))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "There is no column 'good_prob'." in err


def labeled_record(command: Command, tmp_path: Path) -> tuple[Path, Path]:
    """Return a record with words as labels, a key and a group, and its file without key and group."""
    frame = data()[["y_true", "good_prob"]].replace({"y_true": {0: "slow", 1: "fast"}})
    full = frame.assign(case=[f"c{row}" for row in range(500)], clinic=["a", "b"] * 250)
    path = tmp_path / "fast.json"
    table = saved(full, tmp_path / "old.csv")
    assert command("record", table, *ONE_MODEL, "--pos-label", "fast", "-o", path)[0] == 0
    edited(path, lambda content: content["data"]["read_as"].update(group="clinic", id="case"))
    return path, saved(frame, table)


def test_unused_columns_may_be_missing(command: Command, tmp_path: Path) -> None:
    """Keys and groups may be missing; the number of dropped rows must agree."""
    path, table = labeled_record(command, tmp_path)
    assert command("verify", path, table)[0] == 0
    table.write_text(table.read_text() + "fast,\n")
    assert command("verify", path, table)[:2] == (1, "Rows left out, “missing score”: recorded 0, computed 1\n")


@pytest.mark.parametrize("label", ["pending", "slow "])
def test_a_changed_negative_label(command: Command, tmp_path: Path, label: str) -> None:
    """It is a difference, also where only the reading choices changed; surrounding blanks are not."""
    path, table = labeled_record(command, tmp_path)
    edited(path, lambda content: content["data"]["read_as"].update(neg_label=label))
    code, out, _ = command("verify", path, table)
    differs = label.strip() != "slow"
    assert (code, "recorded “pending”, computed “slow”" in out) == (differs, differs)


def test_long_names_are_shortened(command: Command, tmp_path: Path) -> None:
    """Names of thousands of characters in a record do not flood the terminal."""
    path, table = labeled_record(command, tmp_path)

    def edit(content: dict[str, Any]) -> None:
        content["data"]["read_as"]["neg_label"] = content["neg_label"] = "x" * 9999
        content["model"] = "m" * 9999

    edited(path, edit)
    for words in (("verify", path, table), ("check", table, "--record", path)):
        assert len("".join(command(*words)[1:])) < 1000


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
@pytest.mark.parametrize("which", ["record", "file"])
def test_unreadable_files(command: Command, table: Path, record: Path, name: str, which: str) -> None:
    """They end with 2 and one sentence that names the file."""
    code, out, err = command("verify", *((name, table) if which == "record" else (record, name)))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"f1tools: {name}".replace("\0", "\\x00"))


def test_size_limit(command: Command, table: Path, tmp_path: Path) -> None:
    """The command reads as much of a record as the library accepts."""
    path = tmp_path / "record.json"
    path.write_bytes(b" " * (MAX_SIZE + 1))
    for large in (path, Path("/dev/zero")):
        code, out, err = command("verify", large, table)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert "too large" in err
    path.write_bytes(b" " * MAX_SIZE)
    assert "record.json is not JSON" in command("verify", path, table)[2]


# Numbers that fit the schema get further than others.
JSON = st.recursive(
    st.sampled_from([0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 3, 1e-9])
    | st.none() | st.booleans() | st.integers(-(10**400), 10**400) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_a_corrupted_record_never_crashes(
    capsys: pytest.CaptureFixture[str], table: Path, record: Path, data: st.DataObject
) -> None:
    """With any value anywhere in a record, every command ends with one of its exit codes and without a traceback."""
    content: Any = json.loads(record.read_text("utf-8"))
    place, key = content, data.draw(st.sampled_from(sorted(content)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    corrupted = record.with_name("corrupted.json")
    corrupted.write_text(json.dumps(content), encoding="utf-8")
    for words in (("verify", corrupted, table), ("check", table, "--record", corrupted), ("snippets", corrupted)):
        assert cli.main([*map(str, words)]) in (0, 1, 2)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert (captured.out + captured.err).replace("\n", "").isprintable()


# Snippets.


def test_all_snippets_have_a_heading(command: Command, record: Path) -> None:
    _, out, _ = command("snippets", record)
    for name in ("scikit-learn", "Python", "SQL"):
        assert f"{name}\n{'-' * len(name)}\n{command('snippets', record, '--for', name.lower())[1]}" in out


@pytest.mark.parametrize("name", ["p\x1b[31m", "p\u202e", "p\r\nimport os", '"; DROP TABLE x; --'])
def test_snippets_cannot_control_a_terminal(command: Command, tmp_path: Path, name: str) -> None:
    """Whatever the name of the model is, the output is printable."""
    path, table = tmp_path / "record.json", tmp_path / "rows.parquet"
    data().rename(columns={"good_prob": name}).to_parquet(table)
    assert command("record", table, "--truth", "y_true", "--score", name, "-o", path)[0] == 0
    code, out, err = command("snippets", path)
    assert (code, err) == (0, "")
    assert out.replace("\n", "").isprintable()
