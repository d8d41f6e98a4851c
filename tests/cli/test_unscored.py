"""Rows without a score on the command line: one number in text, JSON, record, memo, verification and check."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.cli.options import choice_options
from f1tools.readers import Choices
from tests.cli.helpers import ONE_MODEL, Command, data, edited, saved, strict_json

NOT_FLAGGED = ("--unscored", "not-flagged")


def gappy(seed: int = 0) -> pd.DataFrame:
    """Return predictions in which one in ten rows has no score, most of them positive."""
    frame = data(seed=seed)
    is_gap = np.arange(len(frame)) % np.where(frame["y_true"] == 1, 4, 40) == 1
    return frame.assign(good_prob=frame["good_prob"].mask(is_gap))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a file with such rows."""
    return saved(gappy(), tmp_path / "gaps.csv")


def cells(frame: pd.DataFrame, threshold: float) -> dict[str, int]:
    """Return scikit-learn's counts, with a value below all scores for none."""
    flagged = frame["good_prob"].fillna(-1) >= threshold
    tn, fp, fn, tp = confusion_matrix(frame["y_true"], flagged).ravel().tolist()
    return {"tn": tn, "fp": fp, "fn": fn, "tp": tp}


def test_json_and_text(best: Command, table: Path) -> None:
    """Left out by default; with the option they are in the counts; both are told by class."""
    frame = gappy()
    gaps = frame["good_prob"].isna()
    n_pos, n_neg = int((gaps & (frame["y_true"] == 1)).sum()), int((gaps & (frame["y_true"] == 0)).sum())
    for options, rows, counted in (((), frame[~gaps], False), (NOT_FLAGGED, frame, True)):
        content = strict_json(best(table, *ONE_MODEL, *options, "--json")[1])
        model = content["models"][0]
        assert {name: model[name] for name in ("tn", "fp", "fn", "tp")} == cells(rows, model["threshold"])
        assert (content["n"], content["dropped"]) == (len(rows), 0 if counted else gaps.sum())
        assert content["unscored"] == {"good_prob": {"positives": n_pos, "negatives": n_neg, "counted": counted}}
        text = best(table, *ONE_MODEL, *options)[1]
        use = "count as not flagged" if counted else "were left out"
        assert f"{gaps.sum()} rows have no score and {use}; {n_pos} of them are positive." in text
        assert ("--unscored not-flagged" in text) == (not counted)
        assert ("flag all with a score" in text) == counted


def test_a_record_keeps_and_verifies_them(command: Command, recorded: Callable[..., Path], table: Path) -> None:
    """The record has the choice and the counts by class; verify finds no difference, and finds an edited one."""
    path = recorded(table, *ONE_MODEL, *NOT_FLAGGED)
    content = json.loads(path.read_text("utf-8"))
    model = strict_json(command("best", table, *ONE_MODEL, *NOT_FLAGGED, "--json")[1])["models"][0]
    assert content["counts"] == {name: model[name] for name in ("tn", "fp", "fn", "tp")}
    assert content["data"]["read_as"]["count_unscored"] is True
    assert sum(content["data"]["unscored"]["good_prob"].values()) == gappy()["good_prob"].isna().sum()
    assert command("verify", path, table)[0] == 0
    edited(path, lambda content: content["data"]["unscored"]["good_prob"].update(positives=3))
    code, out, _ = command("verify", path, saved(data(), table.with_name("all.csv")))
    assert (code, "rows without a score of “good_prob”: recorded" in out) == (1, True)
    code, out, _ = command("verify", path, table)
    assert (code, "Positive rows without a score of “good_prob”: recorded 3" in out) == (1, True)


def test_a_record_of_rows_left_out(command: Command, recorded: Callable[..., Path], table: Path) -> None:
    """It has their classes; without them, as in older records, it still verifies; with another choice it does not."""
    path = recorded(table, *ONE_MODEL)
    assert "count_unscored" not in json.loads(path.read_text("utf-8"))["data"]["read_as"]
    assert command("verify", path, table)[0] == 0
    edited(path, lambda content: content["data"].pop("unscored"))
    assert command("verify", path, table)[0] == 0
    counted = recorded(table, *ONE_MODEL, *NOT_FLAGGED)
    edited(counted, lambda content: content["data"]["read_as"].pop("count_unscored"))
    assert command("verify", counted, table)[0] == 1


def test_check_reads_new_rows_as_recorded(
    command: Command, recorded: Callable[..., Path], table: Path, tmp_path: Path
) -> None:
    """New rows without a score are used as in the record unless the option says otherwise."""
    new = gappy(seed=5)
    path, gaps = saved(new, tmp_path / "new.csv"), int(new["good_prob"].isna().sum())
    record = recorded(table, *ONE_MODEL, *NOT_FLAGGED)
    for options, n, counted in (((), len(new), True), (("--unscored", "left-out"), len(new) - gaps, False)):
        content = strict_json(command("check", path, "--record", record, *options, "--json")[1])
        assert (content["n"], content["unscored"]["good_prob"]["counted"]) == (n, counted)
        assert content["dropped"] == ({} if counted else {"missing score": gaps})
        rows = next(each for each in content["findings"] if each["kind"] == "rows")
        assert (f"{gaps} of them have no score and count as not flagged" in rows["sentence"]) == counted


def test_the_memo_tells_them(command: Command, table: Path, tmp_path: Path) -> None:
    """The memo has the sentence and the rule; where small counts are suppressed, it has no number of such rows."""
    gaps = int(gappy()["good_prob"].isna().sum())
    for options, told in (((), True), (("--suppress-below", "10"), False)):
        memo = tmp_path / "memo.html"
        assert command("report", table, *ONE_MODEL, *NOT_FLAGGED, *options, "-o", memo)[0] == 0
        text = memo.read_text("utf-8")
        assert "a lower or missing score is not" in text
        assert (f"{gaps} rows have no score and count as not flagged" in text) == told
        assert ("Some rows have no score and count as not flagged" in text) == (not told)


def test_snippets_do_not_flag_them(command: Command, recorded: Callable[..., Path], table: Path) -> None:
    """Where no score counts as not flagged, NULL and None are not flagged; else NULL stays NULL."""
    for options, expected in (((), None), (NOT_FLAGGED, 0)):
        record = recorded(table, *ONE_MODEL, *options)
        rule = command("snippets", record, "--for", "sql")[1]
        with closing(sqlite3.connect(":memory:")) as database:
            query = f"SELECT\n{rule} FROM (SELECT NULL AS good_prob UNION ALL SELECT 1.0)"
            assert [row[0] for row in database.execute(query)] == [expected, 1]
    names: dict[str, Callable[..., bool]] = {}
    exec(command("snippets", record, "--for", "python")[1], names)  # noqa: S102
    assert [names["decide"](score) for score in (None, float("nan"), 0.0, 1.0)] == [False, False, False, True]


def test_the_option_is_suggested_and_checked(refusal: Callable[..., str], table: Path) -> None:
    """Options that stand for choices include it; another value is refused."""
    assert choice_options(Choices(truth="y", count_unscored=True)) == "--truth y --unscored not-flagged"
    assert "--unscored" in refusal("best", table, "--unscored", "zero")
