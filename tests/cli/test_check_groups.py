"""``f1tools check --by``: requirements in each group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.metrics import recall_score

from f1tools.record import read_record
from tests.cli.helpers import ONE_MODEL, Command, levels, new_data, saved, strict_json


def with_regions(frame: pd.DataFrame, *, worse: str = "") -> pd.DataFrame:
    """Add a column of regions, in one of which half of the positives have a low score."""
    region = np.array(["north", "south"])[np.arange(len(frame)) % 2]
    frame = frame.assign(region=region)
    frame.loc[(frame["region"] == worse) & (frame["y_true"] == 1) & (np.arange(len(frame)) % 4 < 2), "good_prob"] = 0.0
    return frame


def recalls(frame: pd.DataFrame, record: Path) -> dict[str, float]:
    """Return scikit-learn's recall of each region at the recorded threshold."""
    flagged = frame["good_prob"] >= read_record(record.read_bytes()).threshold
    return {
        str(name): float(recall_score(rows["y_true"], flagged[rows.index])) for name, rows in frame.groupby("region")
    }


def test_the_worst_group_decides(command: Command, record: Path, tmp_path: Path) -> None:
    """A bound that all rows together meet fails where one region does not meet it."""
    frame = with_regions(new_data(), worse="south")
    right, path = recalls(frame, record), saved(frame, tmp_path / "new.csv")
    assert right["south"] < right["north"]
    bound = right["south"] + 0.01
    code, out, err = command("check", path, "--record", record, "--min-recall", bound, "--by", "region")
    assert (code, err) == (1, "")
    found = levels(out)
    assert found[f"recall at least {bound:,.15g}"] == "ok"
    assert found[f"recall at least {bound:,.15g} by region"] == "FAIL"
    assert f"Of the 2 groups, south has the lowest recall: {right['south']:.3f}; 1 of them fails." in out
    n_pos = frame.groupby("region")["y_true"].sum()
    assert f"      pass  north  {right['north']:.3f}  (250 rows, {n_pos['north']} positives)\n" in out
    assert f"      fail  south  {right['south']:.3f}  (250 rows, {n_pos['south']} positives)\n" in out
    code, out, _ = command("check", path, "--record", record, "--min-recall", right["south"] - 0.01, "--by", "region")
    assert list(levels(out).values())[1:3] == ["ok", "ok"]


def test_lower_bounds_of_groups(command: Command, record: Path, tmp_path: Path) -> None:
    """With --at lower-bound Wilson's lower bound of each group is compared."""
    frame = with_regions(new_data())
    path, low = saved(frame, tmp_path / "new.csv"), []
    for name, recall in recalls(frame, record).items():
        n_pos = int(frame.loc[frame["region"] == name, "y_true"].sum())
        low.append(binomtest(round(recall * n_pos), n_pos).proportion_ci(method="wilson").low)
    options = ("check", path, "--record", record, "--at", "lower-bound", "--by", "region", "--json", "--min-recall")
    for bound, outcomes in ((min(low) - 0.001, {"pass"}), (max(low) + 0.001, {"fail"})):
        groups = strict_json(command(*options, bound)[1])["groups"]
        assert {each["outcome"] for each in groups} == outcomes
        assert [each["value"] for each in groups] == pytest.approx(low)
    assert f"has the lowest lower bound of recall: {min(low):.3f}" in command(*options[:-2], "--min-recall", "0.1")[1]


@pytest.mark.parametrize("bound", ["0.01", "0.99"])
def test_few_rows_are_to_be_investigated(command: Command, record: Path, tmp_path: Path, bound: str) -> None:
    """A group with fewer than ten positives never passes and never fails; rows without a region are a group."""
    frame = with_regions(new_data())
    frame["region"] = ["tiny" if row < 12 else "" if row < 200 else "north" for row in range(len(frame))]
    path = saved(frame, tmp_path / "new.csv")
    options = ("check", path, "--record", record, "--min-recall", bound, "--by", "region")
    code, out, _ = command(*options)
    passes = bound == "0.01"
    assert code == (0 if passes else 1)
    assert levels(out)[f"recall at least {bound} by region"] == ("warn" if passes else "FAIL")
    n_pos = int(frame.loc[:11, "y_true"].sum())
    assert "3 groups. Of the 2 that are large enough, " in out
    assert f"To investigate: tiny (12 rows, {n_pos} positives), too few to pass or fail." in out
    assert "Rows without a value are the group (no value)." in out
    content = strict_json(command(*options, "--json")[1])
    outcome = "pass" if passes else "fail"
    assert content["by"] == "region"
    assert [(each["group"], each["outcome"]) for each in content["groups"]] == [
        ("north", outcome), ("tiny", "investigate"), ("(no value)", outcome)
    ]  # fmt: skip
    assert [each["n"] for each in content["groups"]] == [300, 12, 188]
    assert content["groups"][0]["n_pos"] == int(frame.loc[frame["region"] == "north", "y_true"].sum())
    assert content["passed"] == passes


def test_each_requirement_needs_its_own_rows(command: Command, record: Path, tmp_path: Path) -> None:
    """Rows without a positive are enough for the share flagged; precision needs flagged rows, however many others."""
    frame = new_data().sort_values("y_true", ignore_index=True)
    frame["good_prob"] = frame["good_prob"].mask(frame.index < 100, 0.0)
    frame["region"] = ["tiny" if row < 12 else "low" if row < 100 else "rest" for row in range(len(frame))]
    path = saved(frame, tmp_path / "new.csv")
    options = ("--min-recall", "0.01", "--min-precision", "0.01", "--min-specificity", "0.01", "--max-flagged", "99%")
    _, out, _ = command("check", path, "--record", record, *options, "--by", "region", "--json")
    found = [(each["requirement"].split(" at ")[0], each["outcome"]) for each in strict_json(out)["groups"]]
    enough = ["pass", "pass", "pass"]
    few = ["investigate", "pass", "investigate"]  # low, rest, tiny
    expected = {"recall": few, "precision": few, "specificity": enough, "share flagged": enough}
    assert found == [(name, each) for name, outcomes in expected.items() for each in outcomes]


def test_weights_of_zero_do_not_make_a_group_larger(command: Command, tmp_path: Path) -> None:
    """Nine positives with a weight and many without are too few for recall."""
    old, frame = saved(new_data(seed=3), tmp_path / "old.csv"), with_regions(new_data())
    positives = np.flatnonzero((frame["region"] == "south") & (frame["y_true"] == 1))
    frame["stake"] = 1.0
    frame.loc[positives[9:], "stake"] = 0.0
    path, weighted = saved(frame, tmp_path / "new.csv"), tmp_path / "weighted.json"
    assert command("record", old, *ONE_MODEL, "--weight", "stake", "-o", weighted)[0] == 0
    _, out, _ = command("check", path, "--record", weighted, "--min-recall", "0.01", "--by", "region")
    assert f"south ({250 - positives.size + 9} rows, 9 positives), too few to pass or fail." in out


@pytest.mark.parametrize(("n_groups", "listed"), [(20, 20), (21, 0)])
def test_up_to_twenty_groups_are_listed(
    command: Command, record: Path, tmp_path: Path, n_groups: int, listed: int
) -> None:
    frame = new_data().assign(region=[f"r{row % n_groups}" for row in range(500)])
    path = saved(frame, tmp_path / "new.csv")
    _, out, _ = command("check", path, "--record", record, "--max-flagged", "99%", "--by", "region")
    share = (frame["good_prob"] >= read_record(record.read_bytes()).threshold).groupby(frame["region"]).mean()
    assert sum(line.startswith("      pass  r") for line in out.splitlines()) == listed
    assert f"Of the {n_groups} groups, " in out
    assert f"has the highest share flagged: {share.max():.3f}." in out


@pytest.mark.parametrize(
    ("n", "n_tiny", "text"),
    [
        (500, 0, "1 group, a: its recall is "),
        (12, 12, "1 group, not large enough."),
        (500, 12, "2 groups, only a is large enough: its recall is "),
    ],
)
def test_one_group_is_large_enough_at_most(
    command: Command, record: Path, tmp_path: Path, n: int, n_tiny: int, text: str
) -> None:
    frame = new_data().head(n).assign(region=["tiny" if row < n_tiny else "a" for row in range(n)])
    path = saved(frame, tmp_path / "new.csv")
    _, out, _ = command("check", path, "--record", record, "--min-recall", "0.01", "--by", "region")
    assert text in out


def test_several_requirements_and_limits(command: Command, record: Path, tmp_path: Path) -> None:
    """Each metric is required of each group; a number of rows is not."""
    path = saved(with_regions(new_data()), tmp_path / "new.csv")
    options = ("--min-recall", "0.1", "--max-flagged", "500", "--max-flagged", "99%", "--by", "region")
    code, out, _ = command("check", path, "--record", record, *options)
    assert code == 0
    assert [name for name in levels(out) if name.endswith("by region")] == [
        "recall at least 0.1 by region", "share flagged at most 0.99 by region"
    ]  # fmt: skip


def test_hostile_names_of_groups(command: Command, record: Path, tmp_path: Path) -> None:
    """A name from the file stays on its line, without control characters."""
    frame = with_regions(new_data()).replace({"region": {"south": "\x1b[31m bad‮"}})
    path = saved(frame, tmp_path / "new.csv")
    _, out, _ = command("check", path, "--record", record, "--min-recall", "0.1", "--by", "region")
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--by", "region"), "argument --by: nothing is required of each group"),
        (
            ("--by", "region", "--max-flagged", "30"),
            "a number of flagged rows can't be required of each group, a share can",
        ),
        (("--by", "county", "--min-recall", "0.5"), "There is no column 'county'."),
        (("--by", "good_prob", "--min-recall", "0.5"), "The column 'good_prob' is chosen for two things."),
        (("--by", "key", "--min-recall", "0.5"), "500 different values"),
        (("--by", "", "--min-recall", "0.5"), "the name of the column is empty"),
    ],
)
def test_unusable_groups(
    refusal: Callable[..., str], record: Path, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    frame = with_regions(new_data()).assign(key=[f"k{row}" for row in range(500)])
    path = saved(frame, tmp_path / "new.csv")
    assert message in refusal("check", path, "--record", record, *options)
