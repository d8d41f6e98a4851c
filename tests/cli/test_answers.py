"""The answers of the command line, against scikit-learn."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from f1tools import formatting
from tests.cli.answers import ONE, Run, data, expected, models_of, same, strict


def test_the_json_is_what_scikit_learn_says(run: Run, table: Path) -> None:
    """Every column of scores is a model, and each number is scikit-learn's."""
    code, out, _ = run(table, "--truth", "y_true", "--score", "good_prob", "--score", "poor_prob", "--json")
    found = strict(out)
    assert code == 0
    assert list(found) == ["file", "truth", "pos_label", "n", "n_pos", "dropped", "roles", "models"]
    assert found["roles"] is None
    frame = data()
    assert found["file"] == str(table)
    assert (found["truth"], found["pos_label"], found["dropped"]) == ("y_true", "1", 0)
    assert (found["n"], found["n_pos"]) == (500, int(frame["y_true"].sum()))
    for model, score in zip(found["models"], ("good_prob", "poor_prob"), strict=True):
        same(model, expected(frame, score))


def test_weights_count(run: Run, table: Path) -> None:
    """With a column of weights all figures are weighted; rows of weight 0 make no thresholds."""
    frame = data()
    _, out, _ = run(table, *ONE, "--json")
    seen = frame[frame["stake"] > 0]
    found = models_of(out)[0]
    same(found, expected(seen, "good_prob", seen["stake"].to_numpy()))


@pytest.mark.parametrize("kind", ["csv", "tsv", "semicolon", "gzip", "parquet", "xlsx"])
def test_every_kind_of_file_says_the_same(run: Run, tmp_path: Path, kind: str) -> None:
    """The answer doesn't depend on how the table is written."""
    frame, path = data(200)[["y_true", "good_prob"]], tmp_path / kind
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "xlsx":
        frame.to_excel(path, index=False, engine="openpyxl")
    else:
        separator = {"tsv": "\t", "semicolon": ";"}.get(kind, ",")
        text = frame.to_csv(index=False, sep=separator, decimal="," if kind == "semicolon" else ".").encode()
        path.write_bytes(gzip.compress(text) if kind == "gzip" else text)
    code, out, _ = run(path, "--json")
    assert code == 0
    same(models_of(out)[0], expected(frame, "good_prob"))


FLAGS = {
    "mcc": metrics.matthews_corrcoef,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "kappa": metrics.cohen_kappa_score,
    "jaccard": metrics.jaccard_score,
    "accuracy": metrics.accuracy_score,
}


@pytest.mark.parametrize("name", FLAGS)
def test_other_metrics_are_maximised(run: Run, table: Path, name: str) -> None:
    """--metric chooses what is maximised; the value is scikit-learn's best over all thresholds."""
    frame = data()
    values = [FLAGS[name](frame["y_true"], frame["good_prob"] >= t) for t in (*frame["good_prob"].unique(), 2)]
    _, out, _ = run(table, "--truth", "y_true", "--score", "good_prob", "--metric", name, "--json")
    found = models_of(out)[0]
    assert found["metric"] == name
    assert found["value"] == pytest.approx(max(values), rel=1e-12)


@pytest.mark.parametrize("options", [("--metric", "fbeta", "--beta", "0.5"), ("--beta", "0.5")])
def test_beta_means_fbeta(run: Run, table: Path, options: tuple[str, ...]) -> None:
    """--beta alone asks for F-beta."""
    frame = data()
    values = [metrics.fbeta_score(frame["y_true"], frame["good_prob"] >= t, beta=0.5) for t in set(frame["good_prob"])]
    _, out, _ = run(table, *ONE[:4], *options, "--json")
    found = models_of(out)[0]
    assert found["metric"] == "fbeta"
    assert found["value"] == pytest.approx(max(values), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "keeps"),
    [
        (("--min-recall", "0.9"), lambda tn, fp, fn, tp: tp / (tp + fn) >= 0.9),
        (("--min-precision", "0.8"), lambda tn, fp, fn, tp: tp / max(tp + fp, 1) >= 0.8),
        (("--min-specificity", "0.95"), lambda tn, fp, fn, tp: tn / (tn + fp) >= 0.95),
        (("--max-flagged", "60"), lambda tn, fp, fn, tp: tp + fp <= 60),
        (("--max-flagged", "7.5%"), lambda tn, fp, fn, tp: tp + fp <= 37.5),
        (("--min-recall", ".5", "--min-precision", ".6"), lambda tn, fp, fn, tp: tp >= fn and 4 * tp >= 6 * fp),
    ],
)  # fmt: skip
def test_constraints_are_kept(run: Run, table: Path, options: Sequence[str], keeps: Callable[..., bool]) -> None:
    """The best F1 among the thresholds that keep all constraints."""
    frame = data()
    cells = [
        metrics.confusion_matrix(frame["y_true"], frame["good_prob"] >= t).ravel() for t in set(frame["good_prob"])
    ]
    best = max(2 * tp / (2 * tp + fp + fn) for tn, fp, fn, tp in cells if keeps(tn, fp, fn, tp))
    _, out, _ = run(table, *ONE[:4], *options, "--json")
    assert models_of(out)[0]["value"] == pytest.approx(best, rel=1e-12)
    assert "0.9" in (shown := run(table, *ONE[:4], "--min-recall", "0.9")[1])
    assert "with recall at least 0.9" in shown


@pytest.mark.parametrize(
    ("name", "threshold", "interval"), [("specificity", None, [0.9, None]), ("recall", 0.2, [None, 0.2])]
)
def test_what_is_not_finite_is_null(
    run: Run, tmp_path: Path, name: str, threshold: float | None, interval: list[float | None]
) -> None:
    """A threshold above all scores and an interval without a lower end are null, so that the JSON is strict."""
    path = tmp_path / "small.csv"
    path.write_text("y,p\n1,.8\n0,.9\n1,.4\n0,.2\n")
    options = ("--truth", "y", "--score", "p", "--metric", name)
    found = models_of(run(path, *options, "--json")[1])[0]
    # Nothing but "flag nothing" has specificity 1; only flagging down to 0.2 is the lowest with recall 1.
    assert (found["threshold"], found["threshold_interval"]) == (threshold, interval)
    text = run(path, *options)[1]
    assert ("above all scores" in text) == (threshold is None)
    assert "Every threshold" in text
    assert "nan" not in text
    assert " inf" not in text


def test_the_text_says_what_the_json_says(run: Run, table: Path) -> None:
    """For people: the same numbers to three decimals, what was read, and that the value is in-sample."""
    model = models_of(run(table, *ONE[:4], "--metric", "mcc", "--json")[1])[0]
    text = run(table, *ONE[:4], "--metric", "mcc")[1]
    best = next(line for line in text.splitlines() if line.startswith("  best")).split()
    assert best[1] == f"{model['threshold']:g}"
    assert best[2:6] == [f"{model[key]:.3f}" for key in ("value", "f1", "precision", "recall")]
    assert best[6:] == [str(model[key]) for key in ("tp", "fp", "fn", "tn")]
    usual = next(line for line in text.splitlines() if line.startswith("  usual")).split()
    assert usual[3] == f"{model['f1_at_0_5']:.3f}"
    everything = next(line for line in text.splitlines() if line.startswith("  flag all")).split()
    frame = data()
    assert everything[3] == f"{metrics.f1_score(frame['y_true'], np.ones(500)):.3f}"
    assert f"ROC AUC {model['roc_auc']:.3f}, average precision {model['average_precision']:.3f}" in text
    assert "two models.csv" in text
    assert "500 rows" in text
    assert formatting.IN_SAMPLE in text


def small(tmp_path: Path, rows: Sequence[tuple[int, Any]]) -> Path:
    """Write truths and scores as a file."""
    path = tmp_path / "small.csv"
    path.write_text("y,p\n" + "".join(f"{y},{p}\n" for y, p in rows))
    return path


ONES = [(1, 0.8), (1, 0.7), (1, 0.6), (1, 0.5), (1, 0.43)]


@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        ([(1, 0.9), (0, 0.8), (0, 0.7), (1, 0.6), (0, 0.1)], (), "reached at 0.9 as well; the lowest is taken."),
        ([*ONES, (0, 0.37), (0, 0.23)], ("--metric", "recall"), "A round number nearby: 0.3 costs nothing."),
        ([*ONES, *((0, k / 10) for k in range(4))], ("--metric", "recall"), "reached at 0.3, 0.2, 0.1 and 1 more"),
        ([(0, -3.0), (1, 2.5), (0, 1.0), (1, 0.5)] * 5, (), "0.5 has no meaning here"),
        ([(0, 0.2), (1, 0.6), (1, 0.9), (1, "")], (), "1 of 4 rows were left out: missing score (1)."),
    ],
)
def test_what_else_the_text_tells(
    run: Run, tmp_path: Path, rows: list[tuple[int, Any]], options: tuple[str, ...], says: str
) -> None:
    """Ties, round numbers, rows left out and warnings are told where there are any."""
    text = run(small(tmp_path, rows), "--truth", "y", "--score", "p", *options)[1]
    assert says in text
    assert ("usual" in text) == (rows[0][1] >= 0)  # 0.5 says nothing about scores that are no probabilities


@pytest.mark.parametrize(("seed", "costs"), [(39, "less than 0.001"), (2, "0.00")])
def test_a_loss_is_told_between_the_numbers_shown(run: Run, tmp_path: Path, seed: int, costs: str) -> None:
    """What the round number costs is the difference of the two values in the table."""
    rng = np.random.default_rng(seed)
    rows = [(y, rng.normal(y)) for y in (0, 1) * 200]
    lines = run(small(tmp_path, rows), "--truth", "y", "--score", "p")[1].splitlines()
    shown = {line.split()[0]: float(line.split()[2]) for line in lines if line.startswith(("  best", "  round"))}
    lost = shown["best"] - shown["round"]
    told = next(line for line in lines if "round number" in line)
    assert f"costs {costs}" in told
    assert told.endswith(f"costs {lost:.3f}." if lost else "costs less than 0.001.")
