"""``f1tools compare`` against scikit-learn: models in one file and in several, references, intervals and clusters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn import metrics

from tests.cli.helpers import KEYS, TWO_MODELS, Command, assert_same, data, expected, models_in, saved, strict_json

FILES = {"forest.csv": "good_prob", "logistic.csv": "poor_prob"}


@pytest.fixture
def compare(command: Command) -> Command:
    """Return a function that runs ``f1tools compare``."""
    return lambda *options: command("compare", *options)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return a file a model, the second one in another order, with ids and patients of two rows each."""
    frame = data().assign(id=range(1000, 1500), patient=[f"p{row // 2}" for row in range(500)])
    return [
        saved(
            frame[["id", "patient", "y_true", column]].rename(columns={column: "prob"}).sample(frac=1, random_state=i),
            tmp_path / name,
        )
        for i, (name, column) in enumerate(FILES.items())
    ]


def one(models: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the JSON of a model."""
    return next(model for model in models if model["score"] == name)


def test_models_of_several_files_are_those_of_one_table(compare: Command, files: list[Path]) -> None:
    """Each number is scikit-learn's on the joined rows; differences are those of the values."""
    code, out, _ = compare(*files, "--json")
    content, frame = strict_json(out), data()
    assert code == 0
    assert (content["n"], content["reference"], content["cluster"], content["margin"]) == (500, "forest", None, None)
    for model, column in zip(content["models"], FILES.values(), strict=True):
        right = expected(frame, column)
        assert_same({key: model[key] for key in KEYS}, {**right, "score": model["score"]})
        assert model["flagged"] == right["tp"] + right["fp"]
        flagged = frame[column] >= 0.5
        assert [model["at_0_5"][name] for name in ("precision", "recall", "f1")] == pytest.approx(
            [
                each(frame["y_true"], flagged)
                for each in (metrics.precision_score, metrics.recall_score, metrics.f1_score)
            ]
        )
        assert model["at_0_5"]["flagged"] == flagged.sum()
        gap = right["value"] - expected(frame, "good_prob")["value"]
        assert model["difference"] == pytest.approx(gap, abs=1e-12)
        assert "comparison" not in model


def test_another_reference_reverses_the_difference(compare: Command, table: Path) -> None:
    """Intervals hold the difference; with the models exchanged they are its mirror."""
    runs = [compare(table, *TWO_MODELS, "--interval", "--reference", name, "--json")[1] for name in FILES.values()]
    poor, good = one(models_in(runs[0]), "poor_prob"), one(models_in(runs[1]), "good_prob")
    frame = data()
    gap = expected(frame, "good_prob")["value"] - expected(frame, "poor_prob")["value"]
    low, high = good["comparison"]["interval"]
    assert good["difference"] == pytest.approx(gap, abs=1e-12)
    assert low < gap < high
    assert poor["comparison"]["interval"] == pytest.approx([-high, -low], abs=1e-12)
    assert (good["comparison"]["verdict"], poor["comparison"]["verdict"]) == ("better", "worse")
    assert "comparison" not in one(models_in(runs[0]), "good_prob")


def test_a_margin_decides_what_is_as_good(compare: Command, table: Path) -> None:
    """With a margin wider than the interval the models are equally good; it implies the interval."""
    (_, model) = models_in(compare(table, *TWO_MODELS, "--margin", "0.9", "--json")[1])
    assert model["comparison"]["verdict"] == "as good"
    text = compare(table, *TWO_MODELS, "--margin", "0.9")[1]
    assert "by a margin of 0.9:" in text
    assert "as good" in text


def test_copies_of_rows_are_no_information_when_clusters_are_resampled(compare: Command, tmp_path: Path) -> None:
    """Clusters of four equal rows give about the interval of single rows; as rows they would give half of it."""
    frame = data(300)
    frame["patient"] = range(300)
    single, copied = saved(frame, tmp_path / "1.csv"), saved(pd.concat([frame] * 4), tmp_path / "4.csv")

    def width(*options: object) -> float:
        low, high = models_in(compare(*options, *TWO_MODELS, "--interval", "--json")[1])[1]["comparison"]["interval"]
        return float(high - low)

    rows = width(single)
    assert width(copied, "--cluster", "patient") == pytest.approx(rows, rel=0.1)
    assert width(copied) == pytest.approx(rows / 2, rel=0.2)


def test_text(compare: Command, files: list[Path]) -> None:
    """A table of the models, one at 0.5, and one of the differences, each with its heading."""
    code, text, err = compare(*files, "--cluster", "patient", "--reference", "logistic")
    assert (code, err) == (0, "")
    assert "2 files joined by id" in text
    f1 = [metrics.f1_score(data()["y_true"], data()[column] >= 0.5) for column in FILES.values()]
    half = text.split("At the threshold 0.5:\n")[1].splitlines()[1:3]
    assert [line.split()[:2] for line in half] == [["forest", f"{f1[0]:.3f}"], ["logistic", f"{f1[1]:.3f}"]]
    assert "Difference in F1 from logistic, with 95% intervals (2,000 resamples of clusters):" in text
    assert next(line for line in text.splitlines() if "reference" in line).split()[0] == "logistic"


def test_scores_that_are_no_probabilities_have_no_values_at_half(compare: Command, tmp_path: Path) -> None:
    """Where 0.5 means nothing, no numbers are given for it."""
    frame = data()
    frame["margin"] = 10 * frame.pop("poor_prob") - 3
    path = saved(frame, tmp_path / "margins.csv")
    options = (path, "--truth", "y_true", "--score", "good_prob", "--score", "margin")
    assert one(models_in(compare(*options, "--json")[1]), "margin")["at_0_5"] is None
    half = compare(*options)[1].split("At the threshold 0.5:\n")[1].split("\n\n")[0]
    assert "margin" not in half


def test_constraints_that_a_model_cannot_meet_are_dropped_for_it(compare: Command, table: Path) -> None:
    """The line names the model; the other one meets them."""
    options = (*TWO_MODELS, "--min-precision", "0.7", "--min-recall", "0.7")
    code, text, _ = compare(table, *options)
    assert code == 0
    models = models_in(compare(table, *options, "--json")[1])
    assert [bool(model["not_met"]) for model in models] == [False, True]
    assert f"\npoor_prob: {models[1]['not_met']}" in text


def test_what_cannot_be_compared(refusal: Callable[..., str], files: list[Path], table: Path, tmp_path: Path) -> None:
    """One sentence says what is missing."""
    assert "There is one model only, prob." in refusal("compare", files[0])
    assert "There is no model 'tree'" in refusal("compare", *files, "--reference", "tree")
    assert "is negative" in refusal("compare", *files, "--margin", "-0.1")
    assert "nobody" in refusal("compare", *files, "--cluster", "nobody")
    frame = pd.read_csv(table).assign(patient=["", "", *"ab" * 249])
    path = saved(frame, tmp_path / "gaps.csv")
    message = refusal("compare", path, *TWO_MODELS, "--cluster", "patient")
    assert "2 of 500 rows have no patient" in message
    other = saved(pd.read_csv(files[1]).iloc[2:], tmp_path / "other.csv")
    assert "2 rows are only in forest.csv" in refusal("compare", files[0], other)


def test_a_record_of_several_files_verifies(command: Command, files: list[Path], tmp_path: Path) -> None:
    """The files are read again as they were recorded, in any order."""
    record = tmp_path / "record.json"
    assert command("record", *files, "--model", "logistic", "-o", record)[0] == 0
    assert command("verify", record, *reversed(files))[0] == 0
