"""Records with one threshold for each group on the command line: written, verified, printed as code, checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, recall_score

from tests.cli.helpers import Command, edited, levels, saved

WITH_ROLES = ("--roles", "set", "valid", "test")


def rows(n: int = 800, seed: int = 0) -> pd.DataFrame:
    """Return rows of two sites whose scores differ, with a number as the name of each, and roles."""
    random = np.random.default_rng(seed)
    site, y_true = random.choice([7, 12], n), random.random(n) < 0.3
    score = 1 / (1 + np.exp(-random.normal(1.5 * y_true + (site == 7) - 1, 1)))
    table = {"y_true": y_true.astype(int), "prob": score.round(3), "site": site, "ward": random.integers(0, 3, n)}
    return pd.DataFrame(table | {"set": random.choice(["valid", "test"], n)})


def flagged(record: dict[str, Any], table: pd.DataFrame) -> Any:
    """Apply the thresholds of a record."""
    known = {each["group"]: each["threshold"] for each in record["groups"]["thresholds"]}
    return table["prob"] >= table["site"].astype(str).map(known).fillna(record["threshold"])


# How thresholds are chosen, and a part of what the command then says.
HOW = {
    ("--own-thresholds",): "on new rows",
    ("--own-thresholds", "--threshold", "0.3"): "thresholds of groups",
    ("--equal", "recall", "--within", "0.02"): "the recall of groups differs by",
}


@pytest.mark.parametrize("how", HOW)
def test_record_and_verify(command: Command, tmp_path: Path, how: tuple[str, ...]) -> None:
    """The record agrees with its file, the code has its thresholds, and a changed one is found."""
    table, path = rows(), tmp_path / "record.json"
    file = saved(table, tmp_path / "scores.csv")
    code, out, err = command("record", file, *WITH_ROLES, "--by", "site", *how, "-o", path)
    record = json.loads(path.read_text("utf-8"))
    test = table[table["set"] == "test"]
    assert (code, out, record["schema"]) == (0, "", "f1tools-decision/2")
    assert record["data"]["read_as"]["group"] == record["groups"]["column"] == "site"
    assert record["groups"]["value"] == pytest.approx(f1_score(test["y_true"], flagged(record, test)))
    assert HOW[how] in err
    if "--threshold" in how:
        assert f"{f1_score(test['y_true'], test['prob'] >= 0.3):.3f} with the threshold 0.3 for all." in err
    assert command("verify", path, file) == (0, f"{path} agrees with {file}.\n", "")
    sql = command("snippets", path, "--for", "sql")[1]
    assert all(f"WHEN '{each['group']}' THEN {each['threshold']}" in sql for each in record["groups"]["thresholds"])
    edited(path, lambda content: content["groups"]["thresholds"][0].update(threshold=0.011))
    code, out, _ = command("verify", path, file)
    assert (code, "Threshold of “12”: recorded 0.011, computed 0." in out or "Threshold of “7”" in out) == (1, True)


def test_the_column_of_groups_is_needed(command: Command, refusal: Callable[..., str], tmp_path: Path) -> None:
    """Without it neither verify nor check can apply the thresholds; the reason names it."""
    file, path = saved(rows(), tmp_path / "scores.csv"), tmp_path / "record.json"
    command("record", file, *WITH_ROLES, "--by", "site", "--own-thresholds", "-o", path)
    other = saved(rows().drop(columns="site"), tmp_path / "other.csv")
    assert "site" in refusal("verify", path, other)
    assert "site" in refusal("check", other, "--record", path)
    assert "not by “ward”" in refusal("check", file, "--record", path, "--by", "ward", "--min-recall", "0.5")


def test_check(command: Command, tmp_path: Path) -> None:
    """New rows are judged at the thresholds of their groups, also in each group; an unknown group warns."""
    file, path = saved(rows(), tmp_path / "scores.csv"), tmp_path / "record.json"
    command("record", file, *WITH_ROLES, "--by", "site", "--equal", "recall", "-o", path)
    record, new = json.loads(path.read_text("utf-8")), rows(seed=1).drop(columns="set")
    new.loc[:30, "site"] = 9
    later = saved(new, tmp_path / "new.csv")
    words = ("check", later, "--record", path, "--min-recall", "0.5", "--by", "site")
    code, out, _ = command(*words)
    assert code == 0
    assert {"recall alike in groups": "ok", "rows": "warn"}.items() <= levels(out).items()
    assert "“9” (31)" in out
    content = json.loads(command(*words, "--json")[1])
    assert content["thresholds"] == record["groups"]["thresholds"]
    for each in content["groups"]:
        group = new[new["site"].astype(str) == each["group"]]
        assert each["value"] == pytest.approx(recall_score(group["y_true"], flagged(record, group)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--by", "site"), "argument --by: add --own-thresholds, or a rate"),
        (("--own-thresholds",), "argument --own-thresholds: name the column"),
        (("--equal", "recall"), "argument --equal: name the column"),
        (("--by", "site", "--own-thresholds", "--within", "0.1"), "argument --within: name the rate"),
        (("--by", "site", "--own-thresholds", "--equal", "recall"), "not allowed with argument"),
        (("--by", "site", "--equal", "precision"), "invalid choice"),
        (("--by", "site", "--equal", "recall", "--within", "2"), "is not between 0 and 1"),
        (("--by", "", "--own-thresholds"), "the name of the column is empty"),
        (("--by", "nope", "--own-thresholds"), "There is no column 'nope'"),
        (("--by", "site", "--own-thresholds", "--min-recall", "0.8"), "cannot keep constraints"),
        (("--by", "site", "--own-thresholds", "--metric", "accuracy"), "not by Accuracy"),
        (("--by", "prob", "--own-thresholds"), "at most 100"),
    ],
)
def test_options(refusal: Callable[..., str], tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    """One sentence says what does not fit."""
    assert message in refusal("record", saved(rows(), tmp_path / "scores.csv"), *WITH_ROLES, *options)
