"""``f1tools record`` and ``f1tools verify``: written once, worked out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools import cli
from f1tools.record import read_record
from tests.cli.answers import data, expected, strict
from tests.cli.recording import Command, moved, saved

COLUMNS = ("--truth", "y_true", "--score", "good_prob")


def test_the_record_is_what_scikit_learn_says(command: Command, table: Path) -> None:
    """On standard output without -o: strict JSON with the counts of the best threshold, and no rows."""
    code, out, _ = command("record", table, *COLUMNS)
    right = expected(data(), "good_prob")
    record = read_record(out)
    assert code == 0
    assert strict(out)["schema"] == "f1tools-decision/1"
    counts = record.counts
    assert [counts.tn, counts.fp, counts.fn, counts.tp] == [right[key] for key in ("tn", "fp", "fn", "tp")]
    assert right["threshold_interval"][0] < record.threshold <= right["threshold_interval"][1]
    assert record.objective.best_value == pytest.approx(right["f1"], rel=1e-12)
    assert record.expected is not None
    assert (record.expected.n_resamples, record.expected.random_state) == (2000, 0)
    assert [each.name for each in record.data.files] == ["two models.csv"]
    assert str(table.parent) not in out


def test_a_file_is_written_with_minus_o(command: Command, table: Path, record: Path) -> None:
    """The same but for the date, and it says nothing."""
    written, printed = strict(record.read_text("utf-8")), strict(command("record", table, *COLUMNS)[1])
    assert {**written, "created": ""} == {**printed, "created": ""}


def test_the_threshold_and_the_goal_are_chosen(command: Command, table: Path) -> None:
    """One chosen by hand is written down beside the best one, within limits."""
    options = ("--threshold", "0.35", "--metric", "precision", "--min-recall", "0.6", "--model", "poor_prob")
    code, out, err = command("record", table, "--truth", "y_true", *COLUMNS[2:], "--score", "poor_prob", *options)
    record = read_record(out)
    assert (code, err) == (0, "")
    assert (record.model, record.threshold, record.chosen) == ("poor_prob", 0.35, "by hand")
    assert (record.metric.name, str(record.constraints[0])) == ("precision", "recall at least 0.6")
    assert record.objective.best_threshold != 0.35


def test_of_several_models_it_is_about_the_first(command: Command, table: Path) -> None:
    """That is said, and how to name another."""
    code, out, err = command("record", table, "--truth", "y_true", "--score", "good_prob", "--score", "poor_prob")
    assert (code, read_record(out).model) == (0, "good_prob")
    assert err == "f1tools: This is about good_prob, the first of 2 models; --model names another.\n"


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--model", "no\nsuch"), 2, "There is no model 'no\\nsuch'. The models are: good_prob."),
        (("--threshold", "inf"), 2, "'inf' is not a number"),
        (("--min-recall", "0.99", "--min-precision", "0.99"), 2, "No threshold gives"),
        (("-o", "no such folder/record.json"), 2, "can't be written: No such file or directory."),
    ],
)
def test_what_cannot_be_recorded(command: Command, table: Path, options: tuple[str, ...], code: int, says: str) -> None:
    """One sentence, and nothing on standard output."""
    found, out, err = command("record", table, *COLUMNS, *options)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert says in err


def test_no_output_replaces_an_input(command: Command, table: Path) -> None:
    """A slip must not cost the data."""
    before = table.read_bytes()
    code, _, err = command("record", table, *COLUMNS, "-o", table)
    assert code == 2
    assert "is a file that is read" in err
    assert table.read_bytes() == before


def test_a_doubt_is_asked_about(command: Command, table: Path) -> None:
    """As with best, the options that settle it are told, and the code is 3."""
    frame = moved()
    frame["other"] = 1 - moved(seed=2)["y_true"]
    saved(frame.rename(columns={"y_true": "a"}), table)
    code, out, err = command("record", table)
    assert (code, out) == (3, "")
    assert "  --truth " in err


def test_it_agrees_with_its_own_data(command: Command, table: Path, record: Path) -> None:
    """One line, and 0; the same rows in another form are no difference, but are told."""
    assert command("verify", record, table) == (0, f"{record} agrees with {table}.\n", "")
    other = table.with_suffix(".parquet")
    data().to_parquet(other)
    code, out, err = command("verify", record, other)
    assert (code, out) == (0, f"{record} agrees with {other}.\n")
    assert "two models.parquet" in err


def test_every_difference_is_a_line(command: Command, table: Path, record: Path) -> None:
    """A row that changed, or a number in the record that was turned, and the code is 1."""
    told = json.loads(record.read_text("utf-8"))
    told["metrics"]["recall"]["value"] -= 0.01
    record.write_text(json.dumps(told), encoding="utf-8")
    code, out, _ = command("verify", record, table)
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("Recall: recorded 0.")
    frame = data()
    y_true = frame["y_true"].to_numpy(copy=True)
    y_true[0] = 1 - y_true[0]
    code, out, _ = command("verify", record, saved(frame.assign(y_true=y_true), table))
    assert code == 1
    assert "Positive rows: recorded" in out


def test_two_files_are_verified_whatever_their_names_and_order(command: Command, tmp_path: Path) -> None:
    """They are known by their content; what rests on their names is found again."""
    valid, test = saved(moved(seed=1), tmp_path / "valid.csv"), saved(moved(seed=2), tmp_path / "test.csv")
    path = tmp_path / "record.json"
    assert command("record", valid, test, *COLUMNS, "--roles", "file", "valid.csv", "test.csv", "-o", path)[0] == 0
    assert json.loads(path.read_text("utf-8"))["roles"]["tune"] == "valid.csv"
    assert command("verify", path, test, valid)[0] == 0
    renamed = valid.rename(tmp_path / "zzz.csv")
    code, _, err = command("verify", path, test, renamed)
    assert code == 0
    assert f"{renamed} is taken for valid.csv of the record." in err
    code, _, err = command("verify", path, test)
    assert code == 2
    assert "The record is about valid.csv and test.csv, and 1 came. Bring the same." in err


def test_other_columns_cannot_be_verified(command: Command, table: Path, record: Path) -> None:
    """A file that can't be read as the record says is refused in the reader's words."""
    saved(data().rename(columns={"good_prob": "other"}), table)
    code, out, err = command("verify", record, table)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "There is no column 'good_prob'." in err


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
@pytest.mark.parametrize("which", ["record", "file"])
def test_what_cannot_be_read(command: Command, table: Path, record: Path, name: str, which: str) -> None:
    """One sentence that names it, and 2."""
    named = (name, table) if which == "record" else (record, name)
    code, out, err = command("verify", *named)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"f1tools: {name}".replace("\0", "\\x00"))


def test_a_record_without_end_is_refused(command: Command, table: Path) -> None:
    """Only so much of it is read as a record can have."""
    code, out, err = command("verify", "/dev/zero", table)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "too large" in err


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
def test_a_spoiled_record_never_crashes(
    capsys: pytest.CaptureFixture[str], table: Path, record: Path, data: st.DataObject
) -> None:
    """A value of any kind anywhere in it: every command ends with a code of its own and without a traceback."""
    told: Any = json.loads(record.read_text("utf-8"))
    place, key = told, data.draw(st.sampled_from(sorted(told)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(JSON)
    spoiled = record.with_name("spoiled.json")
    spoiled.write_text(json.dumps(told), encoding="utf-8")
    for words in (("verify", spoiled, table), ("check", table, "--record", spoiled), ("snippets", spoiled)):
        assert cli.main([*map(str, words)]) in (0, 1, 2)
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        assert (shown.out + shown.err).replace("\n", "").isprintable()
