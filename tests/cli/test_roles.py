"""Rows with roles: the threshold is found on one part, and every figure is measured on the other."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from f1tools import formatting
from tests.cli.answers import SHAPE, Run, data, expected, models_of, strict

ROLES = ("--roles", "set", "valid", "test")
COLUMNS = ("--truth", "y_true", "--score", "good_prob", "--score", "poor_prob")


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, pd.DataFrame]:
    """Return a CSV with rows to train, to choose and to report, and its table."""
    frame = data(900)
    frame["set"] = np.array(["train", "valid", "test"])[np.arange(900) % 3]
    path = tmp_path / "parts.csv"
    frame.to_csv(path, index=False)
    return path, frame


def measured(frame: pd.DataFrame, score: str, threshold: float) -> dict[str, Any]:
    """Compute with scikit-learn what a threshold found elsewhere does on these rows."""
    y_true, y_score = frame["y_true"], frame[score]
    tn, fp, fn, tp = metrics.confusion_matrix(y_true, y_score >= threshold).ravel().tolist()
    return {
        "value": metrics.f1_score(y_true, y_score >= threshold), "tn": tn, "fp": fp, "fn": fn, "tp": tp,
        "precision": metrics.precision_score(y_true, y_score >= threshold),
        "recall": metrics.recall_score(y_true, y_score >= threshold),
        "roc_auc": metrics.roc_auc_score(y_true, y_score),
        "average_precision": metrics.average_precision_score(y_true, y_score),
        "f1_at_0_5": metrics.f1_score(y_true, y_score >= 0.5),
    }  # fmt: skip


def test_chosen_on_one_part_and_measured_on_the_other(run: Run, parts: tuple[Path, pd.DataFrame]) -> None:
    """Threshold and interval are those of the rows to tune, every figure is scikit-learn's on the rows to report."""
    path, frame = parts
    code, out, _ = run(path, *COLUMNS, *ROLES, "--json")
    found = strict(out)
    valid, test = frame[frame["set"] == "valid"], frame[frame["set"] == "test"]
    assert code == 0
    assert found["roles"] == {"column": "set", "tune": ["valid"], "report": ["test"], "n_tune": 300, "n_report": 300}
    assert (found["n"], found["dropped"]) == (600, 300)
    for model, score in zip(found["models"], ("good_prob", "poor_prob"), strict=True):
        chosen = expected(valid, score)
        assert list(model) == [*SHAPE[:3], "value_where_tuned", *SHAPE[3:]]
        assert (model["threshold"], model["threshold_interval"]) == (chosen["threshold"], chosen["threshold_interval"])
        assert model["value_where_tuned"] == pytest.approx(chosen["value"], rel=1e-12)
        for key, value in measured(test, score, chosen["threshold"]).items():
            assert model[key] == pytest.approx(value, rel=1e-12), key


def test_the_text_says_who_does_what(run: Run, parts: tuple[Path, pd.DataFrame]) -> None:
    """One line names the two parts; the figures are those of the JSON, and nothing warns of in-sample numbers."""
    path, _ = parts
    text = run(path, *COLUMNS[:4], *ROLES)[1]
    model = models_of(run(path, *COLUMNS[:4], *ROLES, "--json")[1])[0]
    assert "Thresholds are chosen on the 300 rows whose set is valid; all figures are those of the 300 rows" in text
    assert f"good_prob: F1 {model['value']:.3f} on test at " in text
    assert "the best on valid" in text
    assert formatting.IN_SAMPLE not in text
    best = next(line for line in text.splitlines() if line.startswith("  best")).split()
    assert best[2:5] == [f"{model[key]:.3f}" for key in ("value", "precision", "recall")]
    assert best[5:] == [str(model[key]) for key in ("tp", "fp", "fn", "tn")]
    assert "makes the same decisions on valid." in text


TUNE = [(1, 0.9), (1, 0.75), (0, 0.3125), (0, 0.1)]


def small(tmp_path: Path, report: list[tuple[int, float]], tune: list[tuple[int, float]] = TUNE) -> Path:
    """Write rows to tune and rows to report."""
    path = tmp_path / "small.csv"
    rows = [(*row, "a") for row in tune] + [(*row, "b") for row in report]
    path.write_text("y,p,part\n" + "".join(f"{y},{p},{part}\n" for y, p, part in rows))
    return path


OPTIONS = ("--truth", "y", "--score", "p", "--roles", "part", "a", "b")


def test_the_threshold_is_written_so_that_it_decides_alike_on_both_parts(run: Run, tmp_path: Path) -> None:
    """0.4 decides like 0.75 on the rows to tune, but not on those to report, where scores lie between."""
    text = run(small(tmp_path, [(1, 0.8), (0, 0.72), (0, 0.5)]), *OPTIONS)[1]
    best = next(line for line in text.splitlines() if line.startswith("  best")).split()
    assert 0.72 < float(best[1]) <= 0.75
    assert best[2:] == ["1.000", "1.000", "1.000", "1", "0", "0", "2"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--min-recall", "1"), "On b it does not keep recall at least 1: there it is 0.500."),
        (("--max-flagged", "2"), "On b it does not keep at most 2 flagged: there it is 3."),
    ],
)
def test_bounds_that_hold_only_where_the_threshold_was_chosen(
    run: Run, tmp_path: Path, options: tuple[str, str], says: str
) -> None:
    """What was asked for and is missed on new rows is said, with what is reached there."""
    text = run(small(tmp_path, [(1, 0.8), (1, 0.4), (0, 0.9), (0, 0.77), (0, 0.2)]), *OPTIONS, *options)[1]
    assert says in text
    assert f"the best on a with {says.split('keep ')[1].split(':')[0]}" in text


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ([(1, 0.74), (1, 0.8), (0, 0.1)], "gains 0.333"),
        ([(0, 0.74), (1, 0.8), (0, 0.1)], "costs 0.333"),
    ],
)
def test_a_round_number_is_measured_on_the_rows_to_report(
    run: Run, tmp_path: Path, report: list[tuple[int, float]], says: str
) -> None:
    """It was chosen on other rows, so on these it may cost something or gain something."""
    assert f"A round number nearby: 0.7 {says}." in run(small(tmp_path, report), *OPTIONS)[1]


def test_a_part_without_a_class_is_refused(run: Run, tmp_path: Path) -> None:
    """No threshold can be judged on rows of one class."""
    code, out, err = run(small(tmp_path, [(1, 0.8), (1, 0.7)]), *OPTIONS)
    assert (code, out) == (2, "")
    assert "The part 'b' has no row with the label '0'." in err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--roles", "set", "valid"), "expected 3 arguments"),
        ((*ROLES, "--roles", "fold", "1", "2"), "name one column"),
        (("--roles", "set", "test", "test"), "cannot both choose the threshold and report"),
        (("--roles", "nothing", "valid", "test"), "no column 'nothing'"),
    ],
)
def test_roles_that_make_no_sense(
    run: Run, parts: tuple[Path, pd.DataFrame], options: tuple[str, ...], says: str
) -> None:
    """One sentence, and 2."""
    code, out, err = run(parts[0], *COLUMNS, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_the_likeliest_offer_is_to_use_the_roles(run: Run, parts: tuple[Path, pd.DataFrame]) -> None:
    """A file with rows called valid and test asks, and the first line offered does what it says."""
    path, _ = parts
    code, _, err = run(path)
    first = next(line for line in err.splitlines() if line.startswith("  --"))
    assert code == 3
    assert first.endswith("threshold chosen on valid, numbers from test; without train")
    assert strict(run(path, *shlex.split(first, comments=True), "--json")[1])["roles"]["report"] == ["test"]


def test_rows_called_train_are_warned_about(run: Run, parts: tuple[Path, pd.DataFrame]) -> None:
    """Whoever insists on choosing on rows that trained the model is told."""
    _, out, err = run(parts[0], *COLUMNS, "--roles", "set", "train", "test", "--json")
    assert strict(out)["roles"]["n_tune"] == 300
    assert "Rows whose set is train are used: they probably trained the model" in err
