"""``f1tools record``, ``verify`` and ``snippets``: decisions written, recomputed and printed as code."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools import cli
from f1tools.record import read_record
from f1tools.record.serialization import MAX_SIZE
from tests.cli.helpers import (
    ONE_MODEL,
    TWO_MODELS,
    Command,
    data,
    edited,
    expected,
    labeled,
    models_in,
    new_data,
    saved,
    strict_json,
)
from tests.record.helpers import ANY_JSON, paths, replaced


def test_record(command: Command, table: Path, record: Path) -> None:
    """Standard output has strict JSON with scikit-learn's counts; the file differs only in the date."""
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


def test_flagging_nothing_by_hand(command: Command, recorded: Callable[..., Path], table: Path) -> None:
    """It is recorded as null, with no row flagged, and verifies."""
    path = recorded(table, *ONE_MODEL, "--threshold", "nothing")
    content = strict_json(path.read_text("utf-8"))
    n_pos = int(data()["y_true"].sum())
    assert (content["threshold"], content["chosen"]) == (None, "by hand")
    assert content["counts"] == {"tn": 500 - n_pos, "fp": 0, "fn": n_pos, "tp": 0}
    assert command("verify", path, table)[0] == 0


@pytest.mark.parametrize("field", ["group", "id", "amount"])
def test_a_recorded_column_that_the_recorded_file_has_not(
    command: Command, record: Path, table: Path, field: str
) -> None:
    """No number depends on it, but the record was changed: other columns of the file are as good as any."""
    edited(record, lambda content: content["data"]["read_as"].update({field: "stake"}))
    assert command("verify", record, table)[0] == 0
    edited(record, lambda content: content["data"]["read_as"].update({field: "nobody"}))
    code, out, _ = command("verify", record, table)
    assert (code, out.count("\n")) == (1, 1)
    assert "recorded “nobody”" in out


def test_the_first_of_several_models(command: Command, table: Path) -> None:
    """A note says that the record is about it, how to name another, and which one does better, with both values."""
    code, out, err = command("record", table, *TWO_MODELS)
    assert (code, read_record(out).model) == (0, "good_prob")
    assert "the first of 2 models; --model" in err
    assert "poor_prob" not in err
    poor, good = (f"{expected(data(), name)['f1']:.3f}" for name in ("poor_prob", "good_prob"))
    code, out, err = command("record", table, "--truth", "y_true", "--score", "poor_prob", "--score", "good_prob")
    assert (code, read_record(out).model) == (0, "poor_prob")
    assert f"good_prob reaches F1 {good}" in err
    assert f"above its {poor}" in err


def test_an_ambiguous_file(command: Command, table: Path) -> None:
    """The command suggests options that resolve the ambiguity, and exits with 3."""
    frame = new_data().assign(other=1 - new_data(seed=2)["y_true"])
    code, out, err = command("record", saved(frame.rename(columns={"y_true": "a"}), table))
    assert (code, out) == (3, "")
    assert "  --truth " in err


@pytest.mark.parametrize("options", [(), ("--unscored", "not-flagged")])
def test_the_first_suggestion_for_a_shuffled_stack_can_be_run(
    command: Command, recorded: Callable[..., Path], table: Path, options: tuple[str, ...]
) -> None:
    """Rows are matched by the key that was found; what a model lacks is recorded, and records without it verify."""
    frame = data()
    wide = pd.DataFrame({"a": frame["good_prob"], "b": frame["poor_prob"][:450], "y": frame["y_true"]})
    long = wide.reset_index(names="case").melt(["case", "y"], ["a", "b"], "algo", "prob").dropna()
    saved(long.sample(frac=1, random_state=0), table)
    code, _, err = command("best", table, *options)
    first = shlex.split(err.splitlines()[2].split("   # ")[0])
    assert (code, first[-2 - len(options) :]) == (3, ["--split", "algo", *options])
    path = recorded(table, *first)
    rest = wide.fillna(-1) if options else wide.dropna()
    n_pos, n_neg = int(wide["y"][450:].sum()), int((1 - wide["y"][450:]).sum())
    content = json.loads(path.read_text("utf-8"))
    assert (content["data"]["n"], content["data"]["n_pos"]) == (len(rest), rest["y"].sum())
    assert content["data"]["unscored"]["b"] == {"positives": n_pos, "negatives": n_neg}
    assert content["data"]["dropped"] == ({} if options else {"missing score b": 50})
    assert command("verify", path, table)[0] == 0
    if not options:
        edited(path, lambda record: record["data"].update(dropped={}, unscored={}))
        assert command("verify", path, table)[0] == 0


# Verify.


def test_a_record_agrees_with_its_data(command: Command, table: Path, record: Path) -> None:
    """Agreement is one line; the same rows in another format are not a difference, but a note says so."""
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


def test_two_files_in_any_order(
    command: Command, recorded: Callable[..., Path], refusal: Callable[..., str], tmp_path: Path
) -> None:
    """Files are matched by content, because roles depend on their recorded names."""
    valid, test = saved(new_data(seed=1), tmp_path / "valid.csv"), saved(new_data(seed=2), tmp_path / "test.csv")
    path = recorded(valid, test, *ONE_MODEL, "--roles", "file", "valid.csv", "test.csv")
    assert json.loads(path.read_text("utf-8"))["roles"]["tune"] == "valid.csv"
    assert command("verify", path, test, valid)[0] == 0
    renamed = valid.rename(tmp_path / "zzz.csv")
    code, _, err = command("verify", path, test, renamed)
    assert code == 0
    assert f"{renamed} is read as valid.csv of the record." in err
    assert "The record is about valid.csv and test.csv" in refusal("verify", path, test)


def test_a_pipe_in_place_of_the_record(refusal: Callable[..., str], table: Path, tmp_path: Path) -> None:
    """A pipe without a writer is refused; to open it would wait for ever."""
    pipe = tmp_path / "decision.json"
    os.mkfifo(pipe)
    for words in (("verify", pipe, table), ("check", table, "--record", pipe), ("snippets", pipe)):
        assert "is not a regular file" in refusal(*words)


def test_other_columns(refusal: Callable[..., str], table: Path, record: Path) -> None:
    """A file that can't be read as recorded is refused in the reader's words."""
    other = saved(data().rename(columns={"good_prob": "other"}), table)
    assert "There is no column 'good_prob'." in refusal("verify", record, other)


@pytest.fixture
def lean(fast: Path) -> Path:
    """Return the file of the record with words as labels, without its key and group."""
    return saved(labeled(data())[["y_true", "good_prob"]], fast.with_name("old.csv"))


def test_unused_columns_may_be_missing(command: Command, fast: Path, lean: Path) -> None:
    """Keys and groups may be missing; the number of dropped rows must agree."""
    assert command("verify", fast, lean)[0] == 0
    lean.write_text(lean.read_text() + "fast,\n")
    assert command("verify", fast, lean)[:2] == (1, "Rows left out, “missing score”: recorded 0, computed 1\n")


@pytest.mark.parametrize("label", ["pending", "slow "])
def test_a_changed_negative_label(command: Command, fast: Path, lean: Path, label: str) -> None:
    """A changed label is a difference even where only the reading choices changed; surrounding blanks are not."""
    edited(fast, lambda content: content["data"]["read_as"].update(neg_label=label))
    code, out, _ = command("verify", fast, lean)
    differs = label.strip() != "slow"
    assert (code, "recorded “pending”, computed “slow”" in out) == (differs, differs)


def test_long_names_are_shortened(command: Command, fast: Path, lean: Path) -> None:
    """Names of thousands of characters in a record do not flood the terminal."""

    def edit(content: dict[str, Any]) -> None:
        content["data"]["read_as"]["neg_label"] = content["neg_label"] = "x" * 9999
        content["model"] = "m" * 9999

    edited(fast, edit)
    for words in (("verify", fast, lean), ("check", lean, "--record", fast)):
        assert len("".join(command(*words)[1:])) < 1000


def test_size_limit(refusal: Callable[..., str], table: Path, tmp_path: Path) -> None:
    """The command reads as much of a record as the library accepts."""
    path = tmp_path / "record.json"
    path.write_bytes(b" " * (MAX_SIZE + 1))
    assert "too large" in refusal("verify", path, table)
    path.write_bytes(b" " * MAX_SIZE)
    assert "record.json is not JSON" in refusal("verify", path, table)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_a_corrupted_record_never_crashes(
    capsys: pytest.CaptureFixture[str], table: Path, record: Path, draw: st.DataObject
) -> None:
    """With any value anywhere in a record, every command ends with one of its exit codes and without a traceback."""
    content = json.loads(record.read_text("utf-8"))
    content = replaced(content, draw.draw(st.sampled_from(paths(content))), draw.draw(ANY_JSON))
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
def test_snippets_cannot_control_a_terminal(
    command: Command, recorded: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    """Whatever the name of the model is, the output is printable."""
    table = tmp_path / "rows.parquet"
    data().rename(columns={"good_prob": name}).to_parquet(table)
    code, out, err = command("snippets", recorded(table, "--truth", "y_true", "--score", name))
    assert (code, err) == (0, "")
    assert out.replace("\n", "").isprintable()


def test_a_recorded_comparison(command: Command, refusal: Callable[..., str], table: Path, tmp_path: Path) -> None:
    """It is what f1tools compare prints, verify computes it again, and one model has nothing to be compared with."""
    path = tmp_path / "compared.json"
    assert command("record", table, *TWO_MODELS, "--compare", "-o", path)[:2] == (0, "")
    (recorded,) = strict_json(path.read_text("utf-8"))["comparison"]["models"]
    printed = models_in(command("compare", table, *TWO_MODELS, "--interval", "--json")[1])[1]
    assert (recorded["value"], recorded["difference"]) == (printed["value"], printed["difference"])
    found = printed["comparison"]
    assert [recorded["simultaneous"], recorded["interval"]] == [found["interval"], found["pointwise_interval"]]
    assert recorded["verdict"] == found["verdict"]
    assert command("verify", path, table)[0] == 0
    edited(path, lambda content: content["comparison"].update(random_state=1))
    code, out, _ = command("verify", path, table)
    assert code == 1
    assert "Difference of “poor_prob”, simultaneous, lower bound" in out
    assert "there is one model only" in refusal("record", table, *ONE_MODEL, "--compare")
