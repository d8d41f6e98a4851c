"""The real engines: each gives the same table, to the last bit, and its best thresholds are those of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal
from sklearn.metrics import precision_recall_curve

from f1tools.backends import Engine, OpenSource, open_source, summarize
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.core.types import InvalidPredictions
from f1tools.threshold_table import ThresholdTable
from tests.backends.conftest import Engines, damaged_inside, write_parts

OBJECTIVES = ("f1", "youden_j")


def probabilities() -> pa.Table:
    """Return so many different scores that they are counted in bins first."""
    rng = np.random.default_rng(1)
    label = rng.random(4000) < 0.2
    return pa.table({"label": label.astype(np.int64), "score": np.sqrt((rng.random(4000) + 0.4 * label) / 1.4)})


def difficult() -> pa.Table:
    """Return ties, weights, groups, extreme scores of both signs, zeros of both signs, and rows to leave out."""
    rng = np.random.default_rng(2)
    n = 600
    label = rng.integers(0, 2, n)
    score = np.round(rng.normal(label, 1.0), 1) * rng.choice([1.0, 1e-300, 1e300], n)
    score[:30] = np.tile([0.0, -0.0, 5e-324, 1e-300, 1e300, -1e300, 1.7976931348623157e308, 0.1 + 0.2, 0.3, 1.0], 3)
    columns: dict[str, Any] = {
        "label": [None if i % 50 == 7 else int(each) for i, each in enumerate(label)],
        "score": [
            (None, np.nan, np.inf, -np.inf)[i % 4] if i % 60 < 4 and i > 30 else each for i, each in enumerate(score)
        ],
        "weight": [
            None if i % 70 == 9 else each / 8 for i, each in enumerate(rng.integers(0, 20, n))
        ],  # sums are exact
        "group": [None if i % 40 == 3 else "aBü"[each] for i, each in enumerate(rng.integers(0, 3, n))],
    }
    return pa.table(columns)


TABLES = {"probabilities": probabilities(), "difficult": difficult()}


def usable(table: pa.Table) -> dict[str, np.ndarray]:
    """Return the columns of the rows that are counted, by plain rules."""
    rows = [row for row in table.to_pylist() if None not in (row["label"], row["score"], row.get("weight", 1.0))]
    rows = [row for row in rows if np.isfinite(row["score"]) and row.get("weight", 1.0) > 0]
    return {name: np.array([row[name] for row in rows]) for name in table.column_names}


def counted(
    source: OpenSource, name: str, n_bins: int | None = None, objectives: tuple[str, ...] = ("f1",)
) -> ThresholdTable:
    """Count the rows of an open source: by default probabilities in several passes, the other ones score by score."""
    more: dict[str, Any] = {"sample_weight": "weight", "group": "group"} if name == "difficult" else {}
    bins = n_bins or {"probabilities": 128, "difficult": 256}[name]
    return summarize(source.parts, y_true="label", y_score="score", objectives=objectives, n_bins=bins, **more)


def assert_same(table: ThresholdTable, other: ThresholdTable) -> None:
    """Check that two tables have the same counts, to the last bit."""
    assert_frame_equal(table.to_arrow().to_pandas(), other.to_arrow().to_pandas(), check_exact=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a folder of Parquet files for each table."""
    found = {name: tmp_path_factory.mktemp("folders") / name for name in TABLES}
    for name, folder in found.items():
        write_parts(TABLES[name], folder)
    return found


@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_engines_agree(engines: Engines, folders: dict[str, Path], engine: Engine) -> None:
    """Whatever the engine, the table is that of DuckDB."""
    address = engines.start(engine)
    for name, folder in folders.items():
        with open_source(folder, engine=engine, address=address) as source, open_source(folder) as other:
            assert_same(counted(source, name), counted(other, name))


@pytest.mark.parametrize(("name", "n_bins"), [("probabilities", 128), ("difficult", 256), ("difficult", 64)])
def test_best_thresholds_are_those_of_the_rows(folders: dict[str, Path], name: str, n_bins: int) -> None:
    """All counts are those of the rows in memory, and the best F1 is the highest on scikit-learn's curve."""
    with open_source(folders[name]) as source:
        table = counted(source, name, n_bins, OBJECTIVES)
    assert table.by_model["score"].dropped == dropped(TABLES[name])
    rows = usable(TABLES[name])
    weight = rows.get("weight")
    precision, recall, _ = precision_recall_curve(rows["label"], rows["score"], sample_weight=weight)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    assert best(table.curve(), "f1").value == pytest.approx(f1.max(), rel=1e-12)
    curve = ThresholdCurve.from_predictions(rows["label"], rows["score"], sample_weight=weight)
    for objective in OBJECTIVES:
        found, expected = best(table.curve(), objective), best(curve, objective)
        assert (found.value, found.bound, found.interval) == (expected.value, expected.value, expected.interval)
    positions = curve.positions(table.curve().thresholds)
    for counts in ("thresholds", "tp", "fp"):
        np.testing.assert_array_equal(getattr(table.curve(), counts), getattr(curve, counts)[positions])


def dropped(table: pa.Table) -> dict[str, int]:
    """Return how many rows are left out for each reason, by plain rules."""
    found: dict[str, int] = {}
    for row in table.to_pylist():
        reasons = {
            "missing truth": row["label"] is None,
            "missing score": row["score"] is None or np.isnan(row["score"]),
            "infinite score": row["score"] is not None and np.isinf(row["score"]),
            "missing weight": row.get("weight", 1.0) is None,
        }
        reason = next((reason for reason, holds in reasons.items() if holds), None)
        if reason is not None:
            found[reason] = found.get(reason, 0) + 1
    return found


@pytest.mark.parametrize("engine", ["dask", "spark"])
def test_text_files_in_clusters(engines: Engines, tmp_path: Path, engine: Engine) -> None:
    """Text is read as in DuckDB, also with tabs; files that are not there or damaged are named."""
    address = engines.start(engine)
    header, *lines = ("label\tscore", "1\t0.30000000000000004", "0\t1e-300", "1\t1e300", "\t0.5", "0\t0.5", "1\tnan")
    for i in range(2):
        (tmp_path / f"{i}.tsv").write_text("\n".join([header, *lines[3 * i : 3 * i + 3]]))
    options: dict[str, Any] = {"engine": engine, "address": address}
    with open_source(tmp_path, **options) as source, open_source(tmp_path) as duckdb_source:
        assert list(source.parts) == list(source.fingerprints) == [str(tmp_path)]
        tables = [summarize(each.parts, y_true="label", y_score="score") for each in (source, duckdb_source)]
    assert_same(*tables)
    assert tables[0].curve().thresholds.tolist() == [np.inf, 1e300, 0.5, 0.1 + 0.2, 1e-300]
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InvalidPredictions, match=r"damaged\.parquet"), open_source(damaged, **options) as source:
        summarize(source.parts, y_true="label", y_score="score")
    damaged.write_bytes(damaged_inside(TABLES["difficult"]))
    with (
        open_source(damaged, **options) as source,
        pytest.raises(InvalidPredictions, match=r"damaged\.parquet") as info,
    ):
        summarize(source.parts, y_true="label", y_score="score")
    assert "An error occurred" not in str(info.value)


@pytest.mark.parametrize("address", ["bad://nowhere", "tcp://127.0.0.1"])
def test_addresses_of_no_scheduler(folders: dict[str, Path], address: str) -> None:
    """The address is named, and what is counted afterwards does not wait for it."""
    from distributed import default_client  # here, because collecting tests would import it in every process

    with pytest.raises(
        InvalidPredictions, match=rf"^The dask scheduler \({address}\) could not be reached or started: "
    ):
        open_source(folders["difficult"], engine="dask", address=address).__enter__()
    with pytest.raises(ValueError, match="No client"):
        default_client()


@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index is deprecated")  # dask uses it
def test_dask_without_a_cluster(folders: dict[str, Path]) -> None:
    """It counts in threads of this process."""
    with open_source(folders["difficult"], engine="dask") as source, open_source(folders["difficult"]) as other:
        assert_same(counted(source, "difficult"), counted(other, "difficult"))
