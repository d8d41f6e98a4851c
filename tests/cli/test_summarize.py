"""``f1tools summarize``: rows in files become a table from which all commands get the numbers of the rows."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from f1tools import backends
from f1tools.backends import FolderCheckpoints
from f1tools.cli import summarize
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.threshold_table import ThresholdTable
from tests.cli.helpers import Command, data, labeled, models_in, saved, strict_json

COLUMNS = ("--truth", "y_true", "--score", "good_prob")
Refusal = Callable[..., str]


def parts(folder: Path) -> Path:
    """Write the rows as three Parquet files, and return their folder."""
    source = folder / "scores"
    source.mkdir()
    frame = data()
    for number in range(3):
        frame[number::3].to_parquet(source / f"part{number}.parquet")
    return source


def test_all_numbers_are_those_of_the_rows(command: Command, tmp_path: Path) -> None:
    """From a folder of parts, for two models and weights, to the JSON of best: to the last count."""
    source, out = parts(tmp_path), tmp_path / "table.parquet"
    words = (*COLUMNS, "--score", "poor_prob", "--weight", "stake")
    code, printed, _ = command("summarize", source, "-o", out, *words, "--json")
    assert code == 0
    summary = strict_json(printed)
    rows = models_in(command("best", saved(data(), tmp_path / "rows.csv"), *words, "--json")[1])
    for one, other in zip(summary["models"], rows, strict=True):
        assert {name: one[name] for name in other} == {
            name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            for name, value in other.items()
        }
    assert summary["models"] == models_in(command("best", out, "--json")[1])
    assert (summary["output"], summary["left_out"]) == (str(out), {"good_prob": {}, "poor_prob": {}})
    assert not (tmp_path / "table.parquet.checkpoints").exists()


def test_text(command: Command, tmp_path: Path) -> None:
    """The text says what was counted and left out, and the best threshold; progress goes to standard error."""
    frame = labeled(data())
    frame.loc[:4, "y_true"] = None
    frame.to_parquet(tmp_path / "rows.parquet")
    words = ("-o", tmp_path / "table.parquet", *COLUMNS, "--pos-label", "fast", "--by", "clinic")
    code, out, err = command("summarize", tmp_path / "rows.parquet", *words)
    assert code == 0
    assert "495 rows" in out
    assert "fast is positive, slow negative." in out
    assert "5 of 500 rows were left out: missing truth (5)." in out
    assert "good_prob: highest F1 " in out
    assert "100 % counted" in err
    table = ThresholdTable.from_parquet(tmp_path / "table.parquet")
    assert (table.group_column, set(table.groups["good_prob"])) == ("clinic", {"a", "b"})


@pytest.mark.parametrize(("label", "n_pos"), [("1", 1), ("0", 0), ("1.0", 1)])
def test_labels_are_read_as_the_column_has_them(command: Command, tmp_path: Path, label: str, n_pos: int) -> None:
    """A label on the command line is a number where the column holds numbers."""
    data().to_parquet(tmp_path / "rows.parquet")
    out = tmp_path / "table.parquet"
    assert command("summarize", tmp_path / "rows.parquet", "-o", out, *COLUMNS, "--pos-label", label)[0] == 0
    assert ThresholdTable.from_parquet(out).n_pos == int((data()["y_true"] == n_pos).sum())


def test_metrics_and_constraints(command: Command, tmp_path: Path) -> None:
    """The first metric is reported, under the constraints; all that were named are exact."""
    data(5000).to_parquet(tmp_path / "rows.parquet")
    words = ("-o", tmp_path / "table.parquet", *COLUMNS, "--metric", "mcc", "--beta", "0.5", "--min-recall", "0.7")
    code, out, _ = command("summarize", tmp_path / "rows.parquet", *words, "--bins", "64")
    assert code == 0
    assert "highest Matthews correlation under constraints" in out
    table = ThresholdTable.from_parquet(tmp_path / "table.parquet")
    assert table.source.objectives == ("Matthews correlation", "F0.5")
    assert table.source.n_bins == 64


def test_a_database(command: Command, tmp_path: Path) -> None:
    """A query of a DuckDB database is counted like a file."""
    import duckdb

    frame = data()  # noqa: F841 - the query names it
    with duckdb.connect(tmp_path / "rows.duckdb") as connection:
        connection.execute("CREATE TABLE scored AS SELECT * FROM frame")
    words = ("-o", tmp_path / "table.parquet", *COLUMNS, "--query", "SELECT * FROM scored WHERE good_prob > 0.3")
    assert command("summarize", tmp_path / "rows.duckdb", *words)[0] == 0
    assert ThresholdTable.from_parquet(tmp_path / "table.parquet").n == int((data()["good_prob"] > 0.3).sum())


def test_an_interrupted_run_resumes(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C a sentence says how to resume; the same command then uses what was counted."""
    source, out = parts(tmp_path), tmp_path / "table.parquet"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(summarize._Progress, "__call__", interrupt)
        code, _, err = command("summarize", source, "-o", out, *COLUMNS)
    assert code == 130
    assert err.splitlines()[-1] == "f1tools: Interrupted. Run the same command again to resume."
    assert (tmp_path / "table.parquet.checkpoints").is_dir()
    assert not out.exists()
    code, _, err = command("summarize", source, "-o", out, *COLUMNS)
    assert code == 0
    assert "3 counts of an earlier run were used." in err
    assert not FolderCheckpoints(out, {}).folder.exists()


def test_an_engine_that_reports_ctrl_c_as_an_error(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB fails with "Query interrupted": that is no failure of a part."""

    def fail(*_: object, **__: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise InvalidPredictions("The part could not be counted: Query interrupted.")

    monkeypatch.setattr(backends, "summarize", fail)
    code, _, err = command("summarize", parts(tmp_path), "-o", tmp_path / "table.parquet", *COLUMNS)
    assert (code, err) == (130, "f1tools: Interrupted. Nothing was kept.\n")


def test_an_engine_that_swallows_ctrl_c(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends at the next step."""

    def swallow(*_: object, on_progress: OnProgress, **__: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        on_progress(0.5)
        raise AssertionError

    monkeypatch.setattr(backends, "summarize", swallow)
    assert command("summarize", parts(tmp_path), "-o", tmp_path / "table.parquet", *COLUMNS)[0] == 130


def test_damaged_parts_are_named(refusal: Refusal, tmp_path: Path) -> None:
    """A file of a folder that cannot be read is named."""
    source = parts(tmp_path)
    (source / "part1.parquet").write_bytes(b"PAR1 damaged PAR1")
    assert "part1.parquet" in refusal("summarize", source, "-o", tmp_path / "table.parquet", *COLUMNS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rows.parquet", "-o", "rows.parquet", *COLUMNS), "is one of the input files"),
        (("rows.parquet", "-o", "no/folder.parquet", *COLUMNS), "there is no folder"),
        (("rows.parquet", "-o", ".", *COLUMNS), "is a folder"),
        ((".", "-o", "table.parquet", *COLUMNS), "would be a part of the source"),
        (("*.parquet", "-o", "rows.parquet", *COLUMNS), "is one of the input files"),
        (("*.parquet", "-o", "table.parquet", *COLUMNS), "would be a part of the source the next time"),
        (("**/*.parquet", "-o", "table.parquet", *COLUMNS), "would be a part of the source the next time"),
        (("none.parquet", "-o", "table.parquet", *COLUMNS), "none.parquet"),
        (("rows.parquet", "-o", "table.parquet", *COLUMNS, "--bins", "1000"), "is not a power of two"),
        (("rows.parquet", "-o", "table.parquet", *COLUMNS, "--metric", "best"), "There is no metric 'best'"),
        (("rows.parquet", "-o", "table.parquet", *COLUMNS, "--threads", "0"), "is not a whole number from 1"),
        (("rows.parquet", "-o", "table.parquet", "--score", "good_prob"), "required: --truth"),
        (("rows.parquet", "-o", "table.parquet", "--truth", "y_true", "--score", "nothing"), "nothing"),
        (("rows.parquet", "-o", "table.parquet", *COLUMNS, "--pos-label", "7"), "7"),
        (("rows.parquet", "-o", "table.parquet", *COLUMNS, "--table", "t"), "DuckDB databases"),
    ],
)
def test_what_cannot_be_used_is_refused(
    refusal: Refusal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    """Each refusal is one sentence, before rows are counted."""
    data().to_parquet(tmp_path / "rows.parquet")
    monkeypatch.chdir(tmp_path)
    assert sentence in refusal("summarize", *words)
    assert not Path("table.parquet").exists()


def test_a_table_beside_what_a_pattern_matches(command: Command, tmp_path: Path) -> None:
    """A table in another folder, or with a name that the pattern does not match, is not part of the source."""
    source = parts(tmp_path)
    for out in (tmp_path / "table.parquet", source / "table.parquet"):
        assert command("summarize", source / "part*.parquet", "-o", out, *COLUMNS)[0] == 0
    assert command("summarize", tmp_path / "*" / "part?.parquet", "-o", tmp_path / "other.parquet", *COLUMNS)[0] == 0


def test_too_little_memory_is_no_damaged_file(refusal: Refusal, tmp_path: Path) -> None:
    """What would help is said, and not that the file is to be left out."""
    words = ("-o", tmp_path / "table.parquet", *COLUMNS, "--memory", "1KB")
    assert refusal("summarize", parts(tmp_path), *words).strip().endswith("Allow it more memory.")


def test_unscored_rows(command: Command, tmp_path: Path) -> None:
    """Rows without a score count as not flagged where that is asked for."""
    frame = pd.DataFrame({"y_true": [1, 0, 1, 0], "good_prob": [0.9, 0.4, None, 0.1]})
    frame.to_parquet(tmp_path / "rows.parquet")
    out = tmp_path / "table.parquet"
    words = ("summarize", tmp_path / "rows.parquet", "-o", out, *COLUMNS, "--unscored", "not-flagged", "--json")
    (model,) = models_in(command(*words)[1])
    assert (model["tp"], model["fn"], model["fp"]) == (1, 1, 0)
    assert json.loads(command("best", out, "--json")[1])["unscored"]["good_prob"]["counted"] is True
