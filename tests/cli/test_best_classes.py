"""``f1tools best`` over several classes: every number is scikit-learn's, and refusals are one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, f1_score, fbeta_score, precision_score, recall_score

from tests.cli.class_files import CLASSES, of_classes, of_labels, without_a_class
from tests.cli.helpers import Command, data, saved


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Return a file of three labels, the last one with few positives."""
    return saved(of_labels(rare=0.02), tmp_path / "labels.csv")


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    """Return a file of rows with one of three classes each."""
    return saved(of_classes(), tmp_path / "classes.csv")


def decided(frame: pd.DataFrame, content: dict[str, Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return truth and decisions, from the thresholds or weights of the JSON."""
    if content["one_per_row"]:
        weights = [each["weight"] for each in content["classes"]]
        winner = np.argmax(frame[[f"p_{name}" for name in CLASSES]].to_numpy() * weights, axis=1)
        return frame["animal"].to_numpy()[:, None] == np.array(CLASSES), winner[:, None] == np.arange(3)
    thresholds = [np.inf if each["threshold"] is None else each["threshold"] for each in content["classes"]]
    return frame[list(CLASSES)].to_numpy(bool), frame[[f"pred_{name}" for name in CLASSES]].to_numpy() >= thresholds


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("kind", ["labels", "classes"])
def test_json_agrees_with_scikit_learn(best: Command, labels: Path, classes: Path, kind: str, average: str) -> None:
    """The decisions that follow from its thresholds or weights have the numbers that it says."""
    file, frame = (labels, of_labels(rare=0.02)) if kind == "labels" else (classes, of_classes())
    code, out, err = best(file, "--average", average, "--json")
    content = json.loads(out)
    y_true, flagged = decided(frame, content)
    assert (code, content["n"], content["average"], content["rule"]) == (0, 300, average, "own")
    assert ("owl (9)" in err) == (kind == "labels")
    assert content["value"] == pytest.approx(f1_score(y_true, flagged, average=average, zero_division=0))
    for place, each in enumerate(content["classes"]):
        tn, fp, fn, tp = confusion_matrix(y_true[:, place], flagged[:, place]).ravel()
        assert (each["class"], each["positives"]) == (CLASSES[place], y_true[:, place].sum())
        assert [each[cell] for cell in ("tn", "fp", "fn", "tp")] == [tn, fp, fn, tp]
        for name, reference in (("precision", precision_score), ("recall", recall_score), ("fbeta", f1_score)):
            assert each[name] == pytest.approx(reference(y_true[:, place], flagged[:, place], zero_division=0))
    best_rule = max(rule[average] for rule in content["rules"].values())
    assert content["rules"]["own"][average] == pytest.approx(content["value"])
    assert best_rule == pytest.approx(content["value"])


def test_beta_and_rule(best: Command, labels: Path) -> None:
    """F-beta is maximized by one threshold for all labels."""
    content = json.loads(best(labels, "--beta", "0.5", "--rule", "common", "--json")[1])
    y_true, flagged = decided(of_labels(rare=0.02), content)
    assert len({each["threshold"] for each in content["classes"]}) == 1
    value = fbeta_score(y_true, flagged, beta=0.5, average="macro", zero_division=0)
    assert content["value"] == pytest.approx(value)
    scores = of_labels(rare=0.02)[[f"pred_{name}" for name in CLASSES]].to_numpy()
    values = [
        fbeta_score(y_true, scores >= each, beta=0.5, average="macro", zero_division=0)
        for each in np.unique(scores)[::4]
    ]
    assert value >= max(values) - 1e-12


def test_few_positives_and_limits(best: Command, labels: Path) -> None:
    """A label with few positives keeps the common threshold unless asked; a limit holds or is said not to."""
    common = json.loads(best(labels, "--rule", "common", "--json")[1])["classes"][0]["threshold"]
    owl = json.loads(best(labels, "--json")[1])["classes"][2]
    assert (owl["kept"], owl["threshold"]) == (True, common)
    content = json.loads(best(labels, "--min-positives", "0", "--limit", "cat:precision>=0.9", "--json")[1])
    cat, owl = content["classes"][0], content["classes"][2]
    assert not owl["kept"]
    assert cat["precision"] >= 0.9
    unmet = best(labels, "--limit", "cat:precision>=1", "--limit", "cat:recall>=1")[1]
    assert "cat is tuned without its limit: " in unmet


def test_text(best: Command, labels: Path, classes: Path) -> None:
    """The table names each class with its threshold or weight; macro is maximized where nothing is named."""
    code, out, err = best(labels)
    lines = out.splitlines()
    assert (code, err.count("\n")) == (0, 1)
    assert err.startswith("f1tools: Macro F1 is maximized")
    assert lines[0].startswith("labels.csv (text, comma): 300 rows, 3 labels.")
    assert [line.split()[0] for line in lines[4:7]] == list(CLASSES)
    assert lines[3].split() == ["positives", "threshold", "Precision", "Recall", "F1"]
    assert "--interval adds what to expect on new rows" in lines[-1]
    out = best(classes, "--average", "macro")[1]
    assert out.splitlines()[3].split()[1] == "weight"
    assert "the best found by a search from several starts, not the best there is" in out


def test_interval(best: Command, labels: Path) -> None:
    """Every rule and class has what to expect on new rows, and one rule is to be taken."""
    content = json.loads(best(labels, "--interval", "--json")[1])
    for each in (*content["rules"].values(), *content["classes"]):
        low, high = each["expected"]["interval"]
        assert 0 <= low <= each["expected"]["value"] <= high <= 1
    assert content["recommended"] in content["rules"]
    out = best(labels, "--interval")[1]
    assert "expected macro F1" in out
    assert "95% interval" in out


def test_names_of_classes_are_escaped(best: Command, tmp_path: Path) -> None:
    """A name can't control the terminal."""
    file = saved(of_labels(), tmp_path / "names.csv")
    named = {"cat": "cat", "dog": "dog", "o\x1b[31mwl": "owl"}
    columns = [word for label, name in named.items() for word in ("--label", label, name, f"pred_{name}")]
    code, out, _ = best(file, *columns, "--pos-label", "1")
    assert (code, "\x1b" in out, "o\\x1b[31mwl" in out) == (0, False, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--rule", "common"), "there is no rule common here, because each row has one class"),
        (("--limit", "cat:recall>=0.4"), "'cat' has no threshold to set or limit"),
        (("--limit", "cat:recall"), "is not written like 'threat:precision>=0.8'"),
        (("--limit", "cat:recall>=2"), "'2' is not between 0 and 1"),
        (("--limit", "cat:size>=1"), "'size' is not a metric"),
        (("--limit", "cat:recall>=0.4", "--rule", "default"), "no label has a threshold of its own"),
        (("--beta", "1e30"), "beta must be from 0.001 to 1,000"),
        (("--min-recall", "0.5"), "argument --min-recall: classes.csv has several classes"),
        (("--metric", "mcc"), "F1 is averaged"),
        (("--class", "cat", "--average", "macro"), "is read as cat alone, and --average is for several classes"),
    ],
)
def test_refusals(command: Command, classes: Path, options: tuple[str, ...], message: str) -> None:
    """What makes no sense for these rows is said in one sentence."""
    code, out, err = command("best", classes, *options)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]


def test_a_file_of_two_classes(refusal: Callable[..., str], table: Path) -> None:
    """It has no average."""
    saved(data()[["y_true", "good_prob"]], table)
    sentence = refusal("best", table, "--average", "macro")
    assert "is read as two classes, and --average is for several classes" in sentence


def test_a_class_without_rows_decides_and_has_no_f1(best: Command, tmp_path: Path) -> None:
    """Rows are decided to be of it, which the text counts; its recall and F1 are null."""
    frame = without_a_class()
    file = saved(frame, tmp_path / "three.csv")
    code, out, err = best(file, "--rule", "default", "--json")
    names = ["cat", "dog", "fox", "owl"]
    decided = np.array(names)[frame[[f"p_{name}" for name in names]].to_numpy().argmax(axis=1)]
    content = json.loads(out)
    fox = next(each for each in content["classes"] if each["class"] == "fox")
    n = int((decided == "fox").sum())
    assert (code, fox["positives"], fox["fp"], fox["weight"]) == (0, 0, n, 1)
    assert (fox["recall"], fox["fbeta"]) == (None, None)
    assert content["value"] == pytest.approx(f1_score(frame["animal"], decided, labels=CLASSES, average="macro"))
    assert content["rules"]["default"]["micro"] == pytest.approx((frame["animal"] == decided).mean())
    assert f"{n} of 300 rows have the highest score for it" in err
    code, out, _ = best(file, "--rule", "default")
    assert f"No row is of the class fox, so it has no F1 to average; {n} rows get it, wrongly." in out
