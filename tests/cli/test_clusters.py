"""``--cluster``: one option of all commands that read rows; records keep it, verify it and check new rows with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.helpers import TWO_MODELS, Command, data, saved

OPTIONS = ("--truth", "y_true", "--score", "good_prob")


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Return a file in which each of 150 patients has three equal rows."""
    frame = data(150)
    frame["patient"] = range(len(frame))
    return saved(pd.concat([frame] * 3), tmp_path / "copies.csv")


def expected(best: Command, *words: object) -> tuple[float, str]:
    """Return the width of the interval of what to expect on new data, and the text."""
    content = json.loads(best(*words, *OPTIONS, "--interval", "--json")[1])
    low, high = content["models"][0]["expected"]["interval"]
    return high - low, best(*words, *OPTIONS, "--interval")[1]


def test_best(best: Command, copies: Path, tmp_path: Path) -> None:
    """Copies in clusters are as uncertain as one row each, and a sentence says how much wider that is."""
    once = saved(pd.read_csv(copies).iloc[:150], tmp_path / "once.csv")
    width, text = expected(best, copies, "--cluster", "patient")
    assert width == pytest.approx(expected(best, once)[0], rel=0.03)
    assert "The rows are in 150 clusters, the values of patient." in text
    assert "Rows of one patient are kept together: the interval is 1.7 times as wide" in text
    assert "kept together" not in expected(best, copies)[1]
    content = json.loads(best(copies, *OPTIONS, "--cluster", "patient", "--json")[1])
    assert content["cluster"] == {"column": "patient", "n": 150}
    assert json.loads(best(copies, *OPTIONS, "--json")[1])["cluster"] is None


def test_clusters_go_with_roles(best: Command, copies: Path, tmp_path: Path) -> None:
    """The interval on the evaluation set says so, too."""
    frame = pd.read_csv(copies)
    parts = ["valid" if patient % 2 else "test" for patient in frame["patient"]]
    path = saved(frame.assign(part=parts), tmp_path / "roles.csv")
    text = best(path, *OPTIONS, "--roles", "part", "valid", "test", "--cluster", "patient", "--interval")[1]
    assert "Rows of one patient are kept together: the interval is 1.7 times as wide" in text


def test_compare_has_groups_beside_clusters(command: Command, copies: Path) -> None:
    """With --cluster there are intervals, of resampled clusters; the JSON names the column."""
    out = command("compare", copies, *TWO_MODELS, "--cluster", "patient", "--json")[1]
    assert json.loads(out)["cluster"] == {"column": "patient", "n": 150}
    assert "comparison" in json.loads(out)["models"][1]


def test_intervals_note_clusters_that_are_not_used(command: Command, copies: Path) -> None:
    """Rows of one patient may belong together: a note says so where there are intervals, and only there."""
    note = "Several rows have the same patient."
    assert note in command("compare", copies, *TWO_MODELS, "--interval")[2]
    assert note in command("best", copies, *OPTIONS, "--interval")[2]
    assert note not in command("compare", copies, *TWO_MODELS)[2]
    assert note not in command("compare", copies, *TWO_MODELS, "--cluster", "patient")[2]


def test_records_keep_clusters(
    command: Command, recorded: Callable[..., Path], refusal: Callable[..., str], copies: Path, tmp_path: Path
) -> None:
    """They verify with the same numbers; a changed interval, and files without the column, do not."""
    path = recorded(copies, *OPTIONS, "--cluster", "patient")
    content = json.loads(path.read_text())
    assert content["data"]["read_as"]["cluster"] == "patient"
    assert command("verify", path, copies)[0] == 0
    plain = json.loads(command("record", copies, *OPTIONS)[1])
    for name, low in (("f1", 0), ("recall", 0)):
        assert content["metrics"][name]["interval"][low] < plain["metrics"][name]["interval"][low]
    del content["data"]["read_as"]["cluster"]
    path.write_text(json.dumps(content))
    code, out, _ = command("verify", path, copies)
    assert code == 1
    assert "expect" in out.lower()
    missing = saved(pd.read_csv(copies).drop(columns="patient"), tmp_path / "missing.csv")
    assert "patient" in refusal("best", missing, *OPTIONS, "--cluster", "patient")


def test_check_keeps_the_clusters_of_the_record(
    command: Command, recorded: Callable[..., Path], copies: Path, tmp_path: Path
) -> None:
    """Where new rows have the column; without it a note says that they count as independent; an option names it."""
    path = recorded(copies, *OPTIONS, "--cluster", "patient")
    frame = pd.read_csv(copies).iloc[::-1]

    def low(file: Path, *words: object) -> str:
        options = ("--min-recall", "0.1", "--at", "lower-bound", "--json")
        code, out, err = command("check", file, "--record", path, *options, *words)
        assert code in (0, 1)
        floor = next(each for each in json.loads(out)["findings"] if each["kind"] == "floor")
        return f"{floor['sentence']} {err}"

    kept = low(saved(frame, tmp_path / "new.csv"))
    independent = low(saved(frame.drop(columns="patient"), tmp_path / "plain.csv"))
    renamed = low(saved(frame.rename(columns={"patient": "person"}), tmp_path / "renamed.csv"), "--cluster", "person")
    assert "There is no column patient, so all rows count as independent." in independent
    assert kept.split(" f1tools")[0].strip() == renamed.split(" f1tools")[0].strip()
    assert kept != independent.split(" f1tools")[0]
