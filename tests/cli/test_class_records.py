"""``f1tools record`` and ``verify`` for several classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from f1tools.record import ClassRecord, read_any_record
from tests.cli.class_files import CLASSES, of_classes, of_labels
from tests.cli.helpers import Command, edited, saved, strict_json

CASES = {"labels": (of_labels, "pred_"), "classes": (of_classes, "p_")}


@pytest.fixture(params=CASES)
def frame(request: pytest.FixtureRequest) -> pd.DataFrame:
    """Return a table of one of both kinds."""
    return CASES[request.param][0](150)


def test_record_and_verify(
    command: Command, recorded: Callable[..., Path], frame: pd.DataFrame, tmp_path: Path
) -> None:
    """The record decides as scikit-learn counts, and agrees with its file."""
    file = saved(frame, tmp_path / "animals.csv")
    path = recorded(file, "--average", "weighted")
    record = read_any_record(path.read_bytes())
    assert isinstance(record, ClassRecord)
    columns = [name for name in map(str, frame) if name.startswith(("p_", "pred_"))]
    truth = frame[list(CLASSES)] if "cat" in frame else frame["animal"].to_numpy()[:, None] == np.array(CLASSES)
    value = f1_score(truth, record.decide(frame[columns]), average="weighted", zero_division=0)
    assert record.rules["own"].value == pytest.approx(value)
    assert record.expected is not None
    code, out, _ = command("verify", path, file)
    assert (code, out) == (0, f"{path} agrees with {file}.\n")


def test_a_changed_record(command: Command, recorded: Callable[..., Path], tmp_path: Path) -> None:
    """A changed threshold is one line."""
    file = saved(of_labels(150), tmp_path / "labels.csv")
    path = recorded(file, "--limit", "cat:precision>=0.8", "--average", "micro")
    content = json.loads(path.read_text("utf-8"))
    assert content["limits"] == {"cat": [{"metric": "precision", "sense": "at least", "bound": 0.8}]}
    edited(path, lambda content: content["thresholds"].update(cat=0.123))
    code, out, _ = command("verify", path, file)
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("Threshold of “cat”: recorded 0.123, computed ")


def test_refusals(command: Command, tmp_path: Path) -> None:
    """Options for one threshold have no meaning here."""
    file = saved(of_labels(150), tmp_path / "labels.csv")
    for options in (("--threshold", "0.5"), ("--compare",), ("--model", "cat")):
        code, out, err = command("record", file, *options)
        assert (code, out) == (2, "")
        assert f"argument {options[0]}: labels.csv has several labels, and this is for one of them." in err


def test_check_and_snippets(
    command: Command, recorded: Callable[..., Path], frame: pd.DataFrame, tmp_path: Path
) -> None:
    """New rows pass, useless scores fail, and snippets are printed."""
    path = recorded(saved(frame, tmp_path / "animals.csv"), "--average", "macro")
    make = of_labels if "cat" in frame else of_classes
    junit = tmp_path / "check.xml"
    new = saved(make(150, seed=5), tmp_path / "new.csv")
    code, out, _ = command("check", new, "--record", path, "--json", "--junit", junit)
    content = json.loads(out)
    assert (code, content["passed"], content["n"]) == (0, True, 150)
    assert 'failures="0"' in junit.read_text("utf-8")
    code, _, err = command("check", new, "--record", path, "--cluster", "id", "--junit", junit)
    assert (code, "several classes, and this is for one" in err) == (2, True)
    assert "several classes, and this is for one" in junit.read_text("utf-8")
    scores = [name for name in map(str, frame) if name.startswith(("p_", "pred_"))]
    useless = make(150, seed=5)
    useless[scores] = useless[scores].sample(frac=1, random_state=0).to_numpy()
    code, out, _ = command("check", saved(useless, new), "--record", path)
    assert code == 1
    assert "FAIL  macro F1 as recorded" in out
    assert command("check", new, "--record", path, "--by", "cat", "--min-recall", "0.5")[0] == 2
    code, out, _ = command("snippets", path, "--for", "python")
    assert (code, "def decide(scores):" in out) == (0, True)


def test_new_rows_lack_classes(
    command: Command, recorded: Callable[..., Path], frame: pd.DataFrame, tmp_path: Path
) -> None:
    """Rare classes may be missing from a batch: they are named, and the others judged, even one alone."""
    path = recorded(saved(frame, tmp_path / "animals.csv"), "--average", "macro")
    of_many = "cat" in frame
    new = (of_labels if of_many else of_classes)(150, seed=5)
    new = new.assign(owl=0) if of_many else new[new["animal"] != "owl"]
    code, out, err = command("check", saved(new, tmp_path / "new.csv"), "--record", path)
    assert (code, "No row has “owl”: F1 of it is undefined" in out, err) == (0, True, "")
    assert "Macro F1 of 2 of 3 classes is" in out
    alone = new.assign(dog=0) if of_many else new[new["animal"] == "cat"]
    code, out, err = command("check", saved(alone, tmp_path / "alone.csv"), "--record", path, "--allow", "prevalence")
    assert (code, "No row has “dog”, “owl”: F1 of them is undefined" in out, err) == (0, True, "")


def test_verify_a_changed_file(command: Command, recorded: Callable[..., Path], tmp_path: Path) -> None:
    """Of classes with many differences a few lines name the classes; JSON has all of them."""
    rng = np.random.default_rng(0)
    names = [f"label {place}" for place in range(8)]
    frame = pd.DataFrame(rng.integers(0, 2, (100, 8)), columns=names)
    frame = frame.assign(**{f"pred_{name}": rng.random(100).round(3) for name in names})
    file = saved(frame, tmp_path / "labels.csv")
    path = recorded(file, "--average", "macro")
    saved(frame.iloc[:-1], file)
    code, out, _ = command("verify", path, file)
    lines = out.splitlines()
    assert (code, lines[0]) == (1, "Rows: recorded 100, computed 99")
    assert len(lines) < 20
    assert [f" of “label {place}”: recorded " in out for place in range(8)] == [True] * 5 + [False] * 3
    assert "more values of it differ" in out
    assert lines[-2] == "Values of 3 other classes differ: “label 5”, “label 6” and “label 7”."
    code, out, _ = command("verify", path, file, "--json")
    content = strict_json(out)
    assert (code, content["agrees"], content["file"]) == (1, False, str(file))
    assert lines[-1] == f"--json prints all {len(content['differences']):,} differences."
    assert content["differences"][0] == {"what": "Rows", "recorded": "100", "computed": "99", "of": ""}
    assert {each["of"] for each in content["differences"]} == {"", *names}
    saved(frame, file)
    code, out, _ = command("verify", path, file, "--json")
    assert (code, strict_json(out)["differences"]) == (0, [])
