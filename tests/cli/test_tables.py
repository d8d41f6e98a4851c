"""Commands open threshold tables like files of rows, and say why not where rows are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools.predictions import Predictions
from f1tools.threshold_table import ThresholdTable
from tests.cli.helpers import ONE_MODEL, TWO_MODELS, Command, data, levels, models_in, new_data, saved, strict_json
from tests.tables import table_of

Refusal = Callable[..., str]


def fine(n: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Return rows whose scores are all distinct."""
    frame, rng = data(n, seed), np.random.default_rng(seed + 100)
    for name in ("good_prob", "poor_prob"):
        frame[name] = np.clip(frame[name] * 0.9 + rng.random(n) / 20, 0, 1)
    return frame


def predictions(frame: pd.DataFrame) -> Predictions:
    return Predictions.from_arrays(frame["y_true"], {name: frame[name] for name in ("good_prob", "poor_prob")})


def written(table: ThresholdTable, path: Path) -> Path:
    """Write a table and return its path."""
    table.to_parquet(path)
    return path


@pytest.fixture
def exact(tmp_path: Path) -> Path:
    """Return the exact table of the rows of the fixture ``table``."""
    return written(table_of(predictions(data())), tmp_path / "exact.parquet")


@pytest.fixture
def coarse(tmp_path: Path) -> Path:
    """Return a table of many rows in few bins."""
    return written(table_of(predictions(fine()), 30, certain=False), tmp_path / "coarse.parquet")


def test_best_of_an_exact_table_is_that_of_the_rows(best: Command, exact: Path, table: Path) -> None:
    """Every number of the JSON is the same, and the table adds what counted it and what is known."""
    of_table, of_rows = (strict_json(best(*words, "--json")[1]) for words in ((exact,), (table, *TWO_MODELS)))
    assert of_table["table"] == {
        "source": "scores/*.parquet", "engine": "duckdb", "counted": "2026-11-29T12:00:00Z", "n_bins": 65536,
        "exact": True, "group": None,
    }  # fmt: skip
    for name in ("pos_label", "n", "n_pos", "dropped", "unscored", "roles", "cluster"):
        assert of_table[name] == of_rows[name]
    for one, other in zip(of_table["models"], of_rows["models"], strict=True):
        assert {name: one[name] for name in other} == other
        assert one["bound"] == one["value"]
        assert one["roc_auc_bounds"] == [one["roc_auc"]] * 2


def test_text_of_an_exact_table(best: Command, exact: Path, table: Path) -> None:
    """The text says what the file is; all else is that of the rows."""
    of_table, of_rows = (best(*words)[1].split("\n\n") for words in ((exact,), (table, *TWO_MODELS)))
    assert of_table[1:] == of_rows[1:]
    n_pos = int(data()["y_true"].sum())
    assert of_table[0].splitlines() == [
        f"exact.parquet (Parquet, threshold table): 500 rows, {n_pos} of them positive ({n_pos / 5:.1f}%). "
        "1 is positive, 0 negative.",
        f"Counted by duckdb from scores/*.parquet on 2026-11-29 at {data()['good_prob'].nunique()} distinct scores.",
    ]


def test_best_of_a_coarse_table(best: Command, coarse: Path) -> None:
    """The value is a lower bound, the bound an upper one, and the text says what is not known."""
    frame = fine()
    (model, _) = models_in(best(coarse, "--json")[1])
    (right, _) = models_in(best(saved(frame, coarse.parent / "rows.csv"), *TWO_MODELS, "--json")[1])
    assert model["value"] <= right["value"] <= model["bound"]
    assert model["roc_auc_bounds"][0] <= right["roc_auc"] <= model["roc_auc_bounds"][1]
    low, high = model["average_precision_bounds"]
    assert low <= right["average_precision"] <= high
    _, out, _ = best(coarse)
    assert "of them bins of several scores" in out
    assert "Between the table's thresholds F1 could reach" in out
    assert "ROC AUC 0." in out
    assert " to 0." in out.split("ROC AUC")[1].splitlines()[0]


def test_a_metric_without_bounds(best: Command, coarse: Path) -> None:
    """Of a metric that is not monotone nothing is known between the thresholds of the table."""
    goal = "--metric", "npv", "--min-precision", "0.5"  # without the constraint it is 1, the most that it can be
    assert "thresholds negative predictive value could be higher" in best(coarse, *goal)[1]
    (model, _) = models_in(best(coarse, *goal, "--json")[1])
    assert model["bound"] is None


def test_which_counts_would_tell(best: Command, coarse: Path) -> None:
    """The scores to count are those where the best threshold for the goal may be, not that for F1."""
    from_rows = saved(fine(), coarse.parent / "rows.csv")
    ranges = []
    for goal in ((), ("--min-recall", "0.9")):
        out = best(coarse, *goal)[1]
        assert "the best F1 lies between" not in out
        low, high = re.findall(r"Counts of each score from (\S+) to (\S+) would tell", out)[0]
        (model, _) = models_in(best(from_rows, *TWO_MODELS, *goal, "--json")[1])
        assert float(low) <= model["threshold"] <= float(high)
        ranges.append((low, high))
    assert ranges[0] != ranges[1]


def test_a_threshold_alone(best: Command, tmp_path: Path) -> None:
    """Of BigQuery's table no range of thresholds is listed that is one number twice."""
    path = tmp_path / "counts.csv"
    path.write_text(
        "threshold,true_positives,false_positives,true_negatives,false_negatives\n"
        "0.9,10,1,49,30\n0.4,30,10,40,10\n0.1,40,50,0,0\n"
    )
    assert "the same decisions" not in best(path)[1]


def test_columns_of_a_table_are_read(command: Command, tmp_path: Path) -> None:
    """Comparing the models of a table does not list its columns of counts as unused."""
    header = "model,threshold,true_positives,false_positives,true_negatives,false_negatives"
    rows = "0.9,10,1,49,30", "0.4,30,10,40,10", "0.1,40,50,0,0"
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([header, *(f"{model},{row}" for model in "ab" for row in rows)]))
    code, out, _ = command("compare", path)
    assert code == 0
    assert "not read as scores" not in out


def test_a_certified_optimum(best: Command, tmp_path: Path) -> None:
    """Where no threshold between those of the table can be better, the text says so."""
    path = written(table_of(predictions(fine()), 30), tmp_path / "certain.parquet")
    assert best(path)[1].count("No threshold between those of the table is better.") == 2


@pytest.mark.parametrize("n_bins", [None, 40])
def test_records_of_rows_and_of_their_table_verify_each_other(
    command: Command, tmp_path: Path, n_bins: int | None
) -> None:
    """The record of rows agrees with their table, and the reverse; other rows differ."""
    rows = saved(fine(), tmp_path / "rows.csv")
    table = written(table_of(predictions(fine()), n_bins, y_true="y_true"), tmp_path / "table.parquet")
    others = written(table_of(predictions(fine(seed=1)), n_bins), tmp_path / "others.parquet")
    records = {"of_rows.json": (rows, *ONE_MODEL), "of_table.json": (table, "--score", "good_prob")}
    for name, words in records.items():
        record = tmp_path / name
        assert command("record", *words, "-o", record)[:2] == (0, "")
        for file in (rows, table):
            assert command("verify", record, file)[:2] == (0, f"{record} agrees with {file}.\n")
        assert command("verify", record, others)[0] == 1
    content = json.loads((tmp_path / "of_table.json").read_text("utf-8"))
    assert content["data"]["table"]["exact"] == (n_bins is None)
    assert content["schema"] == "f1tools-decision/1"


def test_check_on_a_table(command: Command, record: Path, tmp_path: Path) -> None:
    """New rows as a table are judged like the rows."""
    rows = saved(new_data(), tmp_path / "new.csv")
    table = written(table_of(predictions(new_data())), tmp_path / "new.parquet")
    of_rows, of_table = (command("check", file, "--record", record, "--min-recall", "0.5") for file in (rows, table))
    assert of_rows[:2] == of_table[:2]
    content = strict_json(command("check", table, "--record", record, "--json")[1])
    assert (content["n"], content["n_pos"]) == (500, int(new_data()["y_true"].sum()))


def test_a_requirement_inside_a_bin_is_to_be_investigated(command: Command, coarse: Path, tmp_path: Path) -> None:
    """Where the rows of a bin decide, the check warns and does not fail."""
    record = tmp_path / "record.json"
    rows = saved(fine(), tmp_path / "rows.csv")
    curve = ThresholdTable.from_parquet(coarse).curve()
    assert curve.highest is not None
    threshold = float((curve.thresholds[12] + curve.highest[12]) / 2)
    recall = (curve.counts.recall()[11] + curve.counts.recall()[12]) / 2
    assert command("record", rows, *ONE_MODEL, "--threshold", threshold, "-o", record)[0] == 0
    _, out, _ = command("check", coarse, "--record", record, "--min-recall", f"{recall:.6f}")
    assert levels(out)[f"recall at least {recall:.6f}".rstrip("0")] == "warn"
    assert "To investigate: the threshold" in out


def test_a_threshold_by_hand_inside_a_bin(command: Command, coarse: Path, tmp_path: Path) -> None:
    """The record has the table's threshold below it, and a note says so."""
    curve = ThresholdTable.from_parquet(coarse).curve()
    assert curve.highest is not None
    threshold = float((curve.thresholds[12] + curve.highest[12]) / 2)
    code, out, err = command("record", coarse, "--threshold", threshold)
    assert code == 0
    recorded = json.loads(out)["threshold"]
    assert curve.next_below(curve.thresholds[12]) < recorded <= curve.thresholds[12]
    assert len(str(recorded)) < len(str(curve.thresholds[12]))
    assert "lies between two thresholds of the table" in err


def test_the_only_model_of_a_table_is_that_of_the_record(command: Command, record: Path, tmp_path: Path) -> None:
    """As for rows, a table with one model of another name is about the recorded model."""
    frame = new_data()
    rows = Predictions.from_arrays(frame["y_true"], {"renamed": frame["good_prob"]})
    table = written(table_of(rows), tmp_path / "new.parquet")
    assert "500 rows are judged" in command("check", table, "--record", record)[1]


def test_tables_of_other_tools_and_rows_verify_each_other(command: Command, tmp_path: Path) -> None:
    """A table that names neither its model nor the columns of its rows is about the only model of record and file."""
    frame, frame_may = fine()[["y_true", "good_prob"]], fine(seed=1)[["y_true", "good_prob"]]
    rows, may = saved(frame, tmp_path / "rows.csv"), saved(frame_may, tmp_path / "may.csv")
    bins = frame.assign(n=1 - frame["y_true"], low=frame["good_prob"], bin=np.floor(frame["good_prob"] * 64))
    columns = {
        "lowest": ("low", "min"),
        "highest": ("low", "max"),
        "positives": ("y_true", "sum"),
        "negatives": ("n", "sum"),
    }
    table = saved(bins.groupby("bin").agg(**columns), tmp_path / "warehouse.csv")
    for source in (rows, table):
        record = tmp_path / f"of_{source.stem}.json"
        assert command("record", source, "-o", record)[0] == 0
        for file in (rows, table):
            assert command("verify", record, file)[:2] == (0, f"{record} agrees with {file}.\n")
            assert "2,000 rows are judged" in command("check", file, "--record", record)[1]
        assert command("verify", record, may)[0] == 1
        assert "2,000 rows are judged" in command("check", may, "--record", record, "--min-recall", "0.1")[1]


def test_one_model_of_a_table_is_compared_with_none(refusal: Refusal, tmp_path: Path) -> None:
    """No other file can be added to a table."""
    counts = pd.DataFrame({"score": [0.2, 0.7], "positives": [20, 50], "negatives": [90, 30]})
    sentence = refusal("compare", saved(counts, tmp_path / "warehouse.csv"))
    assert "one model only, warehouse. Compare the rows, or count several models in one table." in sentence


def test_rows_with_several_scores_for_a_table_of_another_tool(
    command: Command, refusal: Refusal, tmp_path: Path
) -> None:
    """Which score the table counted is not known."""
    counts = pd.DataFrame({"score": [0.2, 0.7], "positives": [20, 50], "negatives": [90, 30]})
    record = tmp_path / "record.json"
    assert command("record", saved(counts, tmp_path / "warehouse.csv"), "-o", record)[0] == 0
    rows = saved(fine()[["y_true", "good_prob", "poor_prob"]], tmp_path / "rows.csv")
    for words in (("verify", record, rows), ("check", rows, "--record", record)):
        assert "does not name the columns of its rows. This file has the scores" in refusal(*words)


def test_report(command: Command, exact: Path, coarse: Path, tmp_path: Path) -> None:
    """A memo is written from a table, with its source."""
    for table in (exact, coarse):
        memo = tmp_path / "memo.html"
        assert command("report", table, "-o", memo)[0] == 0
        text = memo.read_text("utf-8")
        assert "duckdb" in text
        assert "scores/*.parquet" in text


def test_compare(command: Command, exact: Path, table: Path, refusal: Refusal) -> None:
    """The models of a table stand side by side, also aligned; differences with intervals need rows."""
    for options in ((), ("--align", "recall")):
        files = (exact,), (table, *TWO_MODELS)
        of_table, of_rows = (command("compare", *words, *options)[1].split("\n\n") for words in files)
        assert of_table[1:] == of_rows[1:]
    sentence = "exact.parquet is a threshold table: it has counts, no rows. Comparing models row by row needs the rows."
    assert sentence in refusal("compare", exact, "--interval")


def test_aligned_models_of_a_coarse_table(command: Command, coarse: Path) -> None:
    """What the models have in common is only as near as the thresholds of the table."""
    out = command("compare", coarse, "--align", "recall")[1]
    assert "At no lower recall than good_prob at its own threshold:" in out
    assert "poor_prob: a threshold between those of the table may fit better, with another precision." in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("best", "--flip", "good_prob"), "Leave out --flip, or use the rows."),
        (("best", "--weight", "stake"), "no rows with a column stake"),
        (("best", "--score", "other"), "no rows with a column other"),
        (("best", "--unscored", "not-flagged"), "Leave out --unscored"),
        (("record", "--compare"), "A comparison with intervals needs the rows."),
        (("report", "-o", "memo.html", "--margin", "0.1"), "A comparison by a margin needs the rows."),
    ],
)
def test_options_that_need_rows(command: Command, exact: Path, words: tuple[str, ...], sentence: str) -> None:
    """An option about rows is refused in one sentence."""
    code, out, err = command(words[0], exact, *words[1:])
    assert (code, out) == (2, "")
    assert sentence in err.splitlines()[-1]


def test_options_of_check_that_need_rows(refusal: Refusal, exact: Path, record: Path) -> None:
    """Requirements by group and clusters need rows."""
    assert "--cluster needs the rows." in refusal("check", exact, "--record", record, "--cluster", "patient")
    assert "nothing can be required of each" in refusal(
        "check", exact, "--record", record, "--min-recall", "0.5", "--by", "clinic"
    )


def test_models_of_different_rows(best: Command, command: Command, tmp_path: Path) -> None:
    """A table whose models were counted on different rows says so, and a memo does not compare them."""
    first, second = (predictions(data(n)) for n in (500, 400))
    by_model = {**table_of(first).only("good_prob").by_model, **table_of(second).only("poor_prob").by_model}
    path = written(ThresholdTable(by_model), tmp_path / "table.parquet")
    assert "The models were counted on different rows: good_prob on 500 and poor_prob on 400." in best(path)[1]
    assert command("report", path, "-o", tmp_path / "memo.html")[0] == 0
    assert command("record", path, "--model", "poor_prob", "-o", tmp_path / "record.json")[0] == 0
    assert command("verify", tmp_path / "record.json", path)[0] == 0
