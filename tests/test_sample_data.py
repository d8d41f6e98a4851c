"""The samples are what their README says, and can be built again."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_curve, roc_auc_score

from f1tools.comparison import model_differences
from f1tools.core.optimum import best
from f1tools.decision import compare, decide
from f1tools.groups import own_thresholds
from f1tools.predictions import Predictions
from f1tools.readers import read_predictions

FOLDER = Path(__file__).parents[1] / "sample_data"
ALL: list[dict[str, str]] = [
    entry for entry in json.loads((FOLDER / "index.json").read_text(encoding="utf-8")) if not entry.get("lab")
]
INDEX = [entry for entry in ALL if entry["positive"]]  # test_sample_classes.py tests those with several classes
ids = [entry["id"] for entry in INDEX]


@cache
def predictions(file: str) -> Predictions:
    found = read_predictions(FOLDER / file).predictions
    assert found is not None
    return found


def table(text: str) -> dict[str, list[str]]:
    rows = list(csv.reader(io.StringIO(text)))
    return dict(zip(rows[0], (list(column) for column in zip(*rows[1:], strict=True)), strict=True))


def builder() -> Any:
    spec = importlib.util.spec_from_file_location("sample_build", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sklearn_best(y_true: NDArray[np.bool_], y_score: NDArray[np.float64]) -> tuple[float, float]:
    precision, recall, thresholds = precision_recall_curve(y_true, y_score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    place = int(f1[:-1].argmax())
    return float(f1[place]), float(thresholds[place])


def all_flagged_f1(found: Predictions) -> float:
    prevalence = found.n_pos / found.n
    return 2 * prevalence / (1 + prevalence)


def test_the_index_lists_every_file() -> None:
    """The app's picker depends on the index."""
    assert {entry["file"] for entry in ALL} == {path.name for path in FOLDER.glob("*.csv")}
    assert all(set(entry) == {"id", "file", "title", "sentence", "source", "positive"} for entry in ALL)
    assert len({entry["id"] for entry in ALL}) == len(ALL) >= 2
    assert all(len(entry["title"]) <= 28 for entry in ALL)


@pytest.mark.parametrize("entry", INDEX, ids=ids)
def test_reading_a_sample_needs_no_choice(entry: dict[str, str]) -> None:
    """Every score column is a model and no row is dropped."""
    columns = table((FOLDER / entry["file"]).read_text(encoding="utf-8"))
    reading = read_predictions(FOLDER / entry["file"])
    assert reading.outcome == "sure"
    assert not reading.dropped
    found = predictions(entry["file"])
    assert found.pos_label == entry["positive"]
    assert list(found.models) == [name for name in columns if name.startswith(("prob_", "margin_"))]
    assert found.n == len(next(iter(columns.values())))
    for name in found.models:
        assert found.scores[name].tolist() == [float(score) for score in columns[name]]


@pytest.mark.parametrize("entry", INDEX, ids=ids)
def test_the_best_threshold_of_a_sample_is_that_of_scikit_learn(entry: dict[str, str]) -> None:
    """Maximum F1, its threshold, F1 at 0.5 and the area under the ROC curve agree for every model."""
    found = predictions(entry["file"])
    for name in found.models:
        curve, y_score = found.curve(name), found.scores[name]
        optimum = best(curve)
        value, threshold = sklearn_best(found.y_true, y_score)
        assert optimum.value == pytest.approx(value, rel=1e-12)
        assert optimum.point.threshold == threshold
        half = float(curve.at(0.5).counts.f1())
        assert half == pytest.approx(f1_score(found.y_true, y_score >= 0.5, zero_division=0), rel=1e-12)
        assert curve.roc_auc() == pytest.approx(roc_auc_score(found.y_true, y_score), rel=1e-12)


def test_the_default_sample_is_instructive() -> None:
    """The best threshold is clearly better than 0.5, and much better than flagging everything."""
    found = predictions(INDEX[0]["file"])
    curve = found.curve(found.models[0])
    optimum = best(curve)
    assert optimum.value > float(curve.at(0.5).counts.f1()) + 0.05
    assert optimum.value > all_flagged_f1(found) + 0.15


def test_what_the_samples_say_about_differences_of_their_models() -> None:
    """Their sentences and the README: what is more than chance in one file is not in another one."""
    differ = {
        (entry["id"], each.model)
        for entry in INDEX
        for found in [predictions(entry["file"])]
        for each in model_differences(found, compare(found).decisions, n_resamples=400).differences
        if each.excludes_zero
    }
    assert differ == {("digits", "prob_forest"), ("digits_faded", "prob_trained_on_both")}


def test_a_group_needs_its_own_threshold() -> None:
    """At one threshold for all the model finds 92% of the clear and 2% of the faded eights; own thresholds gain."""
    found = predictions("digits_faded.csv")
    assert found.group is not None
    decision = decide(found.curves("prob_trained_on_clear"))
    flagged = found.scores["prob_trained_on_clear"] >= decision.point.threshold
    caught = {name: f"{flagged[found.y_true & (found.group == name)].mean():.0%}" for name in ("clear", "faded")}
    assert caught == {"clear": "92%", "faded": "2%"}
    assert own_thresholds(found, decision).interval.low > 0


@pytest.mark.parametrize("entry", INDEX, ids=ids)
def test_the_readme_gives_the_right_numbers(entry: dict[str, str]) -> None:
    """The table of the README follows from the files."""
    found = predictions(entry["file"])
    curve = found.curve(found.models[0])
    optimum = best(curve)
    numbers = (
        f"| {found.n:,} | `{found.pos_label}`, {100 * found.n_pos / found.n:.1f} % |",
        f"| {optimum.value:.3f} at {optimum.point.threshold:.3f} (`{found.models[0]}`) "
        f"| {float(curve.at(0.5).counts.f1()):.3f} | {all_flagged_f1(found):.3f} |",
    )
    line = next(
        line
        for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
        if f"`{entry['file']}` |" in line
    )
    assert all(part in line for part in numbers)


@pytest.mark.parametrize("file", [entry["file"] for entry in ALL])
def test_building_reproduces_the_shipped_file(file: str) -> None:
    """Scores are equal up to rounding differences between machines, everything else exactly."""
    shipped = table((FOLDER / file).read_text(encoding="utf-8"))
    built = table(builder().BUILDERS[file]())
    assert list(built) == list(shipped)
    for name, column in shipped.items():
        if not name.startswith(("prob_", "pred_", "margin_")):
            assert built[name] == column
            continue
        error = np.abs(np.array(built[name], dtype=float) - np.array(column, dtype=float))
        if name == "prob_forest":  # a different split changes all scores of its leaves
            assert error.mean() < 0.01
            assert error.max() < 0.1
        else:
            assert (error < 1e-3 * (1 + np.abs(np.array(column, dtype=float)))).all()


def test_samples_are_small() -> None:
    """Less than 300 kB each."""
    assert all(path.stat().st_size < 300_000 for path in FOLDER.glob("*.csv"))


def test_building_writes_the_files_beside_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python sample_data/build.py` replaces the files with Unix line ends on any system."""
    module = builder()
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(module, "BUILDERS", {"one.csv": lambda: "a,b\n1,2\n"})
    module.main()
    assert (tmp_path / "one.csv").read_bytes() == b"a,b\n1,2\n"
