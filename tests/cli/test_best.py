"""``f1tools best`` against scikit-learn: JSON, text, roles and intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.uncertainty import tuned_estimate
from tests.cli.helpers import (
    KEYS,
    ONE_MODEL,
    TWO_MODELS,
    Command,
    assert_same,
    data,
    expected,
    measured,
    models_in,
    saved,
    stacked,
    strict_json,
    with_roles,
)

ROLES = ("--roles", "set", "valid", "test")


def line_of(text: str, name: str) -> list[str]:
    """Return the cells of a row of the table."""
    return next(line for line in text.splitlines() if line.startswith(f"  {name}")).removeprefix(f"  {name}").split()


def test_json(best: Command, table: Path) -> None:
    """Every column of scores is a model, and each number is scikit-learn's."""
    code, out, _ = best(table, *TWO_MODELS, "--json")
    content, frame = strict_json(out), data()
    assert code == 0
    common = ["file", "truth", "pos_label", "n", "n_pos", "dropped", "unscored", "roles", "cluster"]
    assert list(content) == [*common, "models"]
    assert [content[key] for key in list(content)[:-1]] == [
        str(table), "y_true", "1", 500, int(frame["y_true"].sum()), 0, {}, None, None
    ]  # fmt: skip
    for model, score in zip(content["models"], ("good_prob", "poor_prob"), strict=True):
        assert_same(model, expected(frame, score))


def test_weights(best: Command, table: Path) -> None:
    """With weights all metrics are weighted; rows of weight 0 make no thresholds."""
    frame = data()
    frame = frame[frame["stake"] > 0]
    _, out, _ = best(table, *ONE_MODEL, "--weight", "stake", "--json")
    assert_same(models_in(out)[0], expected(frame, "good_prob", frame["stake"].to_numpy()))


@pytest.mark.parametrize(
    ("options", "name", "score"),
    [
        ("--metric mcc", "mcc", metrics.matthews_corrcoef),
        ("--metric balanced_accuracy", "balanced_accuracy", metrics.balanced_accuracy_score),
        ("--metric fbeta --beta 0.5", "fbeta", partial(metrics.fbeta_score, beta=0.5)),
        ("--beta 0.5", "fbeta", partial(metrics.fbeta_score, beta=0.5)),
    ],
)
def test_objectives(best: Command, table: Path, options: str, name: str, score: Callable[..., float]) -> None:
    """The value is scikit-learn's maximum over all thresholds."""
    frame = data()
    values = [score(frame["y_true"], frame["good_prob"] >= t) for t in (*frame["good_prob"].unique(), 2)]
    (model,) = models_in(best(table, *ONE_MODEL, *options.split(), "--json")[1])
    assert model["metric"] == name
    assert model["value"] == pytest.approx(max(values), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "is_met"),
    [
        (("--min-recall", "0.9"), lambda tn, fp, fn, tp: tp / (tp + fn) >= 0.9),
        (("--min-precision", "0.8"), lambda tn, fp, fn, tp: tp / max(tp + fp, 1) >= 0.8),
        (("--min-specificity", "0.95"), lambda tn, fp, fn, tp: tn / (tn + fp) >= 0.95),
        (("--max-flagged", "60"), lambda tn, fp, fn, tp: tp + fp <= 60),
        (("--max-flagged", "7.5%"), lambda tn, fp, fn, tp: tp + fp <= 37.5),
        (("--min-recall", ".5", "--min-precision", ".6"), lambda tn, fp, fn, tp: tp >= fn and 4 * tp >= 6 * fp),
    ],
)  # fmt: skip
def test_constraints(best: Command, table: Path, options: Sequence[str], is_met: Callable[..., bool]) -> None:
    """The value is the best F1 among the thresholds that meet all constraints."""
    frame = data()
    cells = [
        metrics.confusion_matrix(frame["y_true"], frame["good_prob"] >= t).ravel() for t in set(frame["good_prob"])
    ]
    maximum = max(2 * tp / (2 * tp + fp + fn) for tn, fp, fn, tp in cells if is_met(tn, fp, fn, tp))
    _, out, _ = best(table, *ONE_MODEL, *options, "--json")
    assert models_in(out)[0]["value"] == pytest.approx(maximum, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "threshold", "interval"), [("specificity", None, [0.9, None]), ("recall", 0.2, [None, 0.2])]
)
def test_infinite_values_are_null(
    best: Command, tmp_path: Path, name: str, threshold: float | None, interval: list[float | None]
) -> None:
    """A threshold above all scores and a range without a lower bound are null, and words in the text."""
    path = tmp_path / "small.csv"
    path.write_text("y,p\n1,.8\n0,.9\n1,.4\n0,.2\n")
    options = ("--truth", "y", "--score", "p", "--metric", name)
    (model,) = models_in(best(path, *options, "--json")[1])
    # Only flagging nothing has specificity 1; only flagging down to 0.2 is the lowest with recall 1.
    assert (model["threshold"], model["threshold_interval"]) == (threshold, interval)
    text = best(path, *options)[1]
    assert ("above all scores" in text) == (threshold is None)
    assert "nan" not in text
    assert " inf" not in text


def test_text_and_json_agree(best: Command, table: Path) -> None:
    """The text has the numbers of the JSON to three decimals, and states that they are in-sample."""
    options = (table, *ONE_MODEL, "--metric", "mcc", "--min-recall", "0.5")
    (model,) = models_in(best(*options, "--json")[1])
    text = best(*options)[1]
    counts = [str(model[key]) for key in ("tp", "fp", "fn", "tn")]
    assert line_of(text, "best") == [
        f"{model['threshold']:g}", *(f"{model[key]:.3f}" for key in ("value", "f1", "precision", "recall")), *counts
    ]  # fmt: skip
    assert line_of(text, "usual")[2] == f"{model['f1_at_0_5']:.3f}"
    assert line_of(text, "flag all")[1] == f"{metrics.f1_score(data()['y_true'], np.ones(500)):.3f}"
    for part in (
        f"ROC AUC {model['roc_auc']:.3f}, average precision {model['average_precision']:.3f}",
        "two models.csv", "500 rows", "with recall at least 0.5", formatting.IN_SAMPLE,
    ):  # fmt: skip
        assert part in text


def small(tmp_path: Path, rows: Sequence[tuple[Any, ...]], head: str = "y,p") -> Path:
    path = tmp_path / "small.csv"
    path.write_text("\n".join([head, *(",".join(map(str, row)) for row in rows), ""]))
    return path


POSITIVES = [(1, 0.8), (1, 0.7), (1, 0.6), (1, 0.5), (1, 0.43)]


@pytest.mark.parametrize(
    ("rows", "options", "part"),
    [
        ([(1, 0.9), (0, 0.8), (0, 0.7), (1, 0.6), (0, 0.1)], (), "reached at 0.9 as well; the lowest is used."),
        ([*POSITIVES, (0, 0.37), (0, 0.23)], ("--metric", "recall"), "A round threshold nearby: 0.3 (Recall ±0)."),
        ([*POSITIVES, *((0, k / 10) for k in range(4))], ("--metric", "recall"), "reached at 0.3, 0.2, 0.1 and 1 more"),
        ([(0, -3.0), (1, 2.5), (0, 1.0), (1, 0.5)] * 5, (), "0.5 has no meaning here"),
        (
            [(0, 0.2), (1, 0.6), (1, 0.9), (1, ""), ("", 0.4)],
            (),
            "1 of 5 rows was left out: missing truth (1).\n1 row has no score and was left out; it is positive.",
        ),
    ],
)
def test_notes(best: Command, tmp_path: Path, rows: list[tuple[int, Any]], options: tuple[str, ...], part: str) -> None:
    """Ties, round thresholds, dropped rows and warnings are mentioned; 0.5 only for probabilities."""
    text = best(small(tmp_path, rows), "--truth", "y", "--score", "p", *options)[1]
    assert part in text
    assert ("usual" in text) == (rows[0][1] >= 0)


@pytest.mark.parametrize("seed", [39, 2])
def test_cost_of_a_round_threshold(best: Command, tmp_path: Path, seed: int) -> None:
    """The cost is the difference of the two printed values."""
    rng = np.random.default_rng(seed)
    text = best(small(tmp_path, [(y, rng.normal(y)) for y in (0, 1) * 200]), "--truth", "y", "--score", "p")[1]
    lost = float(line_of(text, "best")[1]) - float(line_of(text, "round")[1])
    assert (lost == 0) == (seed == 39)
    assert (f"(F1 −{lost:.3f})." if lost else "(F1 ±0).") in text


@pytest.mark.parametrize(("center", "names"), [(0.5, ["usual"]), (0.4, ["round", "usual"])])
def test_a_threshold_has_one_line(best: Command, tmp_path: Path, center: float, names: list[str]) -> None:
    """Where the round threshold is 0.5 it is not listed a second time."""
    rows = [(int(n >= 100), center + (n - 98.5) / 100_000) for n in range(200)]
    text = best(small(tmp_path, [*rows, (1, 0.0001), (0, 0.9999)]), "--truth", "y", "--score", "p")[1]
    table = text[text.index("threshold") : text.index("flag all")].splitlines()
    assert [line.split()[0] for line in table[2:] if line.split()] == names
    assert len({line.split()[1] for line in table[1:] if line.split()}) == len(names) + 1


def test_stacked_models(best: Command, tmp_path: Path) -> None:
    """--split makes a model of each value of a column; --only keeps one of them. The file may be compressed."""
    frame, names = data(200), ("good_prob", "poor_prob")
    path = saved(pd.concat(stacked(frame)), tmp_path / "stacked.csv.gz")
    for model, score in zip(models_in(best(path, "--split", "model", "--json")[1]), names, strict=True):
        assert_same(model, {**expected(frame, score), "score": score})
    (only,) = models_in(best(path, "--only", "model", "poor_prob", "--json")[1])
    assert_same(only, {**expected(frame, "poor_prob"), "score": "prob"})


def test_dropped_rows_are_counted(best: Command, tmp_path: Path) -> None:
    """``dropped`` counts the rows left out; the reasons are printed on standard error, apart from the JSON."""
    frame = data(100)[["y_true", "good_prob"]].astype(object)
    frame.iloc[[3, 5, 8], 1] = ""
    frame.iloc[[9], 0] = ""
    code, out, err = best(saved(frame, tmp_path / "holes.csv"), "--json")
    content = strict_json(out)
    assert (code, content["n"], content["dropped"]) == (0, 96, 4)
    assert "1 of 100 rows was left out: missing truth (1)." in err
    assert "3 rows have no score" in err


def test_reversed_scores(best: Command, table: Path) -> None:
    """Scores that are named are used, with a warning; --flip reverses them."""
    frame = data()
    frame["turned"] = 1 - frame["good_prob"]
    options = (saved(frame, table), "--truth", "y_true", "--score", "turned", "--json")
    code, out, err = best(*options)
    assert code == 0
    assert_same(models_in(out)[0], expected(frame, "turned"))
    assert "turned" in err
    (flipped,) = models_in(best(*options, "--flip", "turned")[1])
    assert flipped["roc_auc"] == pytest.approx(expected(frame, "good_prob")["roc_auc"], rel=1e-12)


# Roles: the threshold is chosen on the tuning set, and all metrics describe the evaluation set.


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, pd.DataFrame]:
    """Return a CSV file with a training, a tuning and an evaluation set, and its table."""
    frame = with_roles(data(900), "train", "valid", "test")
    return saved(frame, tmp_path / "parts.csv"), frame


def test_json_with_roles(best: Command, parts: tuple[Path, pd.DataFrame]) -> None:
    """Threshold and range are those of the tuning set, all metrics scikit-learn's on the evaluation set."""
    path, frame = parts
    code, out, _ = best(path, *TWO_MODELS, *ROLES, "--json")
    content = strict_json(out)
    assert (code, content["n"], content["dropped"]) == (0, 600, 300)
    assert content["roles"] == {"column": "set", "tune": ["valid"], "report": ["test"], "n_tune": 300, "n_report": 300}
    for model, score in zip(content["models"], ("good_prob", "poor_prob"), strict=True):
        tuned = expected(frame[frame["set"] == "valid"], score)
        assert list(model) == [*KEYS[:3], "value_where_tuned", *KEYS[3:]]
        assert (model["threshold"], model["threshold_interval"]) == (tuned["threshold"], tuned["threshold_interval"])
        assert model["value_where_tuned"] == pytest.approx(tuned["value"], rel=1e-12)
        for key, value in measured(frame[frame["set"] == "test"], score, tuned["threshold"]).items():
            assert model[key] == pytest.approx(value, rel=1e-12), key


def test_text_with_roles(best: Command, parts: tuple[Path, pd.DataFrame]) -> None:
    """Both sets are named with their rows; the metrics are those of the JSON, without an in-sample warning."""
    options = (parts[0], *ONE_MODEL, *ROLES)
    text = best(*options)[1]
    (model,) = models_in(best(*options, "--json")[1])
    for part in ("300 rows whose set is valid", "300 rows whose set is test", f"F1 {model['value']:.3f} on test"):
        assert part in text
    assert formatting.IN_SAMPLE not in text
    values, counts = ("value", "precision", "recall"), ("tp", "fp", "fn", "tn")
    assert line_of(text, "best")[1:] == [*(f"{model[k]:.3f}" for k in values), *(str(model[k]) for k in counts)]


TUNING = [(1, 0.9), (1, 0.75), (0, 0.3125), (0, 0.1)]
SMALL = ("--truth", "y", "--score", "p", "--roles", "part", "a", "b")


def small_roles(tmp_path: Path, evaluation: list[tuple[int, float]]) -> Path:
    return small(tmp_path, [*((*row, "a") for row in TUNING), *((*row, "b") for row in evaluation)], "y,p,part")


def test_the_printed_threshold_makes_the_same_decisions_on_both_sets(best: Command, tmp_path: Path) -> None:
    """0.4 is equivalent to 0.75 on the tuning set, but not on the evaluation set, which has scores in between."""
    cells = line_of(best(small_roles(tmp_path, [(1, 0.8), (0, 0.72), (0, 0.5)]), *SMALL)[1], "best")
    assert 0.72 < float(cells[0]) <= 0.75
    assert cells[1:] == ["1.000", "1.000", "1.000", "1", "0", "0", "2"]


@pytest.mark.parametrize(
    ("options", "constraint", "value"),
    [(("--min-recall", "1"), "recall at least 1", "0.500"), (("--max-flagged", "2"), "at most 2 flagged", "3")],
)
def test_constraints_violated_on_the_evaluation_set(
    best: Command, tmp_path: Path, options: tuple[str, str], constraint: str, value: str
) -> None:
    """Violated constraints are listed with the value on the evaluation set."""
    path = small_roles(tmp_path, [(1, 0.8), (1, 0.4), (0, 0.9), (0, 0.77), (0, 0.2)])
    text = best(path, *SMALL, *options)[1]
    assert f"On b it does not meet {constraint}: there it is {value}." in text
    assert f"the best threshold on a with {constraint}" in text


@pytest.mark.parametrize(("truth", "cost"), [(1, "+0.333"), (0, "−0.333")])
def test_a_round_threshold_on_the_evaluation_set(best: Command, tmp_path: Path, truth: int, cost: str) -> None:
    """A round threshold is derived on the tuning set, so it may perform better on the evaluation set."""
    text = best(small_roles(tmp_path, [(truth, 0.74), (1, 0.8), (0, 0.1)]), *SMALL)[1]
    assert f"0.7 (F1 {cost})." in text


def test_a_training_set_causes_a_warning(best: Command, parts: tuple[Path, pd.DataFrame]) -> None:
    """Rows that probably trained the model may be named as the tuning set."""
    _, out, err = best(parts[0], *TWO_MODELS, "--roles", "set", "train", "test", "--json")
    assert strict_json(out)["roles"]["n_tune"] == 300
    assert "train" in err


# Intervals: what to expect on new rows.


def test_expected_values(best: Command, table: Path) -> None:
    """Each model has the package's estimate in the JSON, and in the text instead of the in-sample warning."""
    _, out, _ = best(table, *TWO_MODELS, "--interval", "--json")
    for model in models_in(out):
        estimate = tuned_estimate(ThresholdCurve.from_predictions(data()["y_true"], data()[model["score"]]))
        interval, thresholds = estimate.interval, estimate.threshold_interval
        assert interval is not None
        assert model["expected"] == {
            "value": estimate.estimate, "optimism": estimate.optimism, "interval": [interval.low, interval.high],
            "threshold_interval": [thresholds.low, thresholds.high],
            "confidence_level": 0.95, "n_resamples": 2000, "random_state": 0,
        }  # fmt: skip
        assert model["expected"]["optimism"] == pytest.approx(model["value"] - model["expected"]["value"])
    _, text, _ = best(table, *TWO_MODELS, "--interval")
    assert all(f"{model['expected']['value']:.3f}" in text for model in models_in(out))
    assert formatting.IN_SAMPLE not in text
    highest = max(models_in(out), key=lambda model: float(model["value"]))
    _, block = text.split(f"\n\n{highest['score']}:")
    assert text.count("best of 2 models") == block.partition("\n\n")[0].count("best of 2 models") == 1
    assert list(models_in(best(table, *ONE_MODEL, "--json")[1])[0]) == KEYS


def test_intervals_on_an_evaluation_set(best: Command, parts: tuple[Path, pd.DataFrame]) -> None:
    """An evaluation set has the usual interval: Wilson's for recall."""
    path, frame = parts
    options = (path, *TWO_MODELS, *ROLES, "--metric", "recall", "--min-precision", "0.6", "--interval")
    positives = int(frame[frame["set"] == "test"]["y_true"].sum())
    text = best(*options)[1]
    for model in models_in(best(*options, "--json")[1]):
        interval = binomtest(model["tp"], positives).proportion_ci(method="wilson")
        assert model["interval"] == pytest.approx([interval.low, interval.high], rel=1e-9)
        assert "expected" not in model
        assert f"95% interval of Recall: {interval.low:.3f} to {interval.high:.3f}." in text
