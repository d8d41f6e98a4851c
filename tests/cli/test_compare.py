"""``f1tools compare`` against scikit-learn: models in one file and in several, references, intervals and clusters."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from f1tools.comparison import aligned_differences, headline, model_differences
from f1tools.comparison.alignment import AlignBy
from f1tools.decision import compare as decide_all
from f1tools.predictions import Predictions
from f1tools.ui.session.view import View
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


def test_the_margin_is_that_of_the_page(compare: Command, table: Path) -> None:
    """Without --margin the verdict is by the margin of the page Compare."""
    content = strict_json(compare(table, *TWO_MODELS, "--interval", "--json")[1])
    assert content["margin"] == View().margin
    assert content == strict_json(compare(table, *TWO_MODELS, "--margin", str(View().margin), "--json")[1])


def test_both_models_flag_as_many_rows_as_the_reference(compare: Command, tmp_path: Path) -> None:
    """JSON, text and page have the same workload, whichever model is the reference and however many scores are tied."""
    frame = data()
    frame["poor_prob"] = frame["poor_prob"].round(1)
    path, y_true = saved(frame, tmp_path / "ties.csv"), frame["y_true"].to_numpy()
    rows = Predictions.from_arrays(y_true, {name: frame[name].to_numpy() for name in FILES.values()})
    for reference, other in (("good_prob", "poor_prob"), ("poor_prob", "good_prob")):
        options = (path, *TWO_MODELS, "--interval", "--reference", reference)
        model = one(models_in(compare(*options, "--json")[1]), other)
        right = expected(frame, reference)
        per_1000 = 1000 * (right["tp"] + right["fp"]) / len(frame)
        assert model["comparison"]["same_workload"]["flagged_per_1000"] == pytest.approx(per_1000)
        start = f"f both flag {per_1000:.0f} of 1,000 cases, "
        assert start in compare(*options)[1]
        assert start in headline(model_differences(rows, decide_all(rows).decisions, reference=reference), 0.02).support


def test_equal_models_are_the_same(compare: Command, tmp_path: Path) -> None:
    """Scores in the same order differ in no resample: neither text nor JSON is undecided."""
    frame = data()
    frame["half"] = frame["good_prob"] / 2
    options = (saved(frame, tmp_path / "same.csv"), "--truth", "y_true", "--score", "good_prob", "--score", "half")
    assert one(models_in(compare(*options, "--interval", "--json")[1]), "half")["comparison"]["verdict"] == "same"
    text = compare(*options, "--interval")[1]
    assert "  same  " in text
    assert "undecided" not in text


def test_few_positives_have_no_interval(compare: Command, tmp_path: Path) -> None:
    """With nine positives bounds would look certain."""
    frame = data()
    frame = frame.drop(frame.index[frame["y_true"] == 1][9:])
    options = (saved(frame, tmp_path / "few.csv"), *TWO_MODELS, "--interval")
    comparison = models_in(compare(*options, "--json")[1])[1]["comparison"]
    assert comparison["interval"] == comparison["same_workload"]["interval"] == [None, None]
    assert "cases," not in compare(*options)[1]


def test_only_choices_of_several_models_are_listed(compare: Command, tmp_path: Path) -> None:
    """Each listed line can be compared; the first has all scores."""
    frame = data()[["y_true", *FILES.values()]].set_axis(["y", "a", "b"], axis="columns")
    code, _, err = compare(path := saved(frame, tmp_path / "unclear.csv"))
    lines = [line.split("   #")[0] for line in err.splitlines() if line.startswith("  --")]
    assert code == 3
    assert "--score a --score b" in lines[0]
    for line in lines:
        assert compare(path, *shlex.split(line))[0] == 0


def test_parts_called_train_and_test_can_have_roles(compare: Command, tmp_path: Path) -> None:
    """One line tunes on train and reports on test, with the caveat that models may have been trained there."""
    frame = data()[["y_true", *FILES.values()]].assign(split=["train", "train", "test", "test", "test"] * 100)
    code, _, err = compare(path := saved(frame, tmp_path / "parts.csv"))
    [line] = [line for line in err.splitlines() if "--roles split train test" in line]
    assert code == 3
    assert "if the models were trained on train" in line
    text = compare(path, *shlex.split(line.split("   #")[0]))[1]
    assert "chosen on the 200 rows whose split is train; all metrics describe the 300 rows whose split is test" in text


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


def test_few_clusters_give_no_interval(compare: Command, tmp_path: Path) -> None:
    """Resamples of three sites are too much alike; a line says why nothing is stated."""
    file = saved(data(300).assign(site=["a", "b", "c"] * 100), tmp_path / "sites.csv")
    text = compare(file, *TWO_MODELS, "--cluster", "site")[1]
    assert "Too few rows of a class, or clusters, for a confidence interval." in text
    assert "both flag" not in text


def test_text(compare: Command, files: list[Path]) -> None:
    """A table of the models, one at 0.5, and one of the differences, each with its heading."""
    code, text, err = compare(*files, "--cluster", "patient", "--reference", "logistic")
    assert (code, err) == (0, "")
    assert "2 files joined by id" in text
    f1 = [metrics.f1_score(data()["y_true"], data()[column] >= 0.5) for column in FILES.values()]
    half = text.split("At the threshold 0.5:\n")[1].splitlines()[1:3]
    assert [line.split()[:2] for line in half] == [["forest", f"{f1[0]:.3f}"], ["logistic", f"{f1[1]:.3f}"]]
    assert (
        "Difference in F1 from logistic, with 95% intervals (2,000 resamples of clusters), by a margin of 0.02:" in text
    )
    assert "On new data, if both flag " in text
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
    assert "is not between 0 and 1" in refusal("compare", *files, "--margin", "-0.1")
    assert "is not between 0 and 1" in refusal("compare", *files, "--margin", "2")
    assert "nobody" in refusal("compare", *files, "--cluster", "nobody")
    frame = pd.read_csv(table).assign(patient=["", "", *"ab" * 249])
    path = saved(frame, tmp_path / "gaps.csv")
    message = refusal("compare", path, *TWO_MODELS, "--cluster", "patient")
    assert "2 of 500 rows have no patient" in message
    other = saved(pd.read_csv(files[1]).iloc[2:], tmp_path / "other.csv")
    assert "2 rows are only in forest.csv" in refusal("compare", files[0], other)


@pytest.mark.parametrize("copy", ["prob_b", "alpha"])
def test_equal_columns_are_one_model(refusal: Callable[..., str], files: list[Path], tmp_path: Path, copy: str) -> None:
    """The sentence says that they are equal, not that one of them could not be read."""
    frame = pd.read_csv(files[0])
    message = refusal("compare", saved(frame.assign(**{copy: frame["prob"]}), tmp_path / "equal.csv"))
    assert f"{copy} has the same values as prob." in message
    assert "not read as scores" not in message


def test_a_record_of_several_files_verifies(command: Command, files: list[Path], tmp_path: Path) -> None:
    """The files are read again as they were recorded, in any order."""
    record = tmp_path / "record.json"
    assert command("record", *files, "--model", "logistic", "-o", record)[0] == 0
    assert command("verify", record, *reversed(files))[0] == 0


def test_files_of_different_rows_are_compared_unpaired(
    compare: Command, refusal: Callable[..., str], tmp_path: Path
) -> None:
    """Each number is scikit-learn's on the rows of its file; text and JSON say so, and nothing needs common rows."""
    frames = [data(500, 1)[["y_true", "good_prob"]], data(300, 2)[["y_true", "poor_prob"]]]
    paths = [
        saved(frame.set_axis(["y_true", "prob"], axis=1), tmp_path / name)
        for frame, name in zip(frames, ("old.csv", "new.csv"), strict=True)
    ]
    code, out, _ = compare(*paths, "--interval", "--json")
    content = strict_json(out)
    assert (code, content["paired"], content["reference"]) == (0, False, "old")
    assert [(each["n"], each["n_pos"]) for each in content["files"]] == [
        (len(frame), int(frame["y_true"].sum())) for frame in frames
    ]
    values = [expected(frame, column)["value"] for frame, column in zip(frames, FILES.values(), strict=True)]
    assert [model["value"] for model in content["models"]] == pytest.approx(values)
    new = one(content["models"], "new")
    low, high = new["comparison"]["interval"]
    assert low < new["difference"] < high
    assert new["difference"] == pytest.approx(values[1] - values[0])
    assert (new["comparison"]["same_workload"], new["file"]) == (None, str(paths[1]))
    code, text, _ = compare(*paths, "--interval")
    assert code == 0
    assert text.count("unpaired") == 1
    saved(pd.read_csv(paths[0]).assign(patient=range(500)), clustered := tmp_path / "clustered.csv")
    assert "new.csv has no column patient" in refusal("compare", clustered, paths[1], "--cluster", "patient")
    shares = [f"{100 * frame['y_true'].mean():.1f}%" for frame in frames]
    assert f"({shares[0]} of old.csv and {shares[1]} of new.csv are positive)" in text
    assert "of 1,000 cases" not in text


def test_columns_of_numbers_are_never_left_out_without_a_word(
    compare: Command, refusal: Callable[..., str], tmp_path: Path
) -> None:
    """Whether models are compared, asked for, or there is one only: the columns that are not scores are named."""
    frame = data()[["y_true", *FILES.values()]]
    path = saved(frame.assign(age=range(500)), tmp_path / "age.csv")
    assert "Columns of numbers that were not read as scores: age." in compare(path, *TWO_MODELS)[1]
    alone = frame.assign(again=frame["good_prob"], age=[row % 60 for row in range(500)]).drop(columns="poor_prob")
    message = refusal("compare", saved(alone, tmp_path / "one.csv"))
    assert "again has the same values as good_prob. Columns of numbers that were not read as scores: age." in message
    unclear = frame.set_axis(["y", "a", "b"], axis="columns").assign(age=[20 + row % 50 for row in range(500)])
    code, _, err = compare(saved(unclear, tmp_path / "unclear.csv"))
    assert code == 3
    assert "not read as scores: age." in err.splitlines()[0]


def test_a_model_that_misses_the_constraints_has_no_difference(command: Command, tmp_path: Path) -> None:
    """In the text, with and without intervals, and in JSON."""
    rng = np.random.default_rng(3)
    y = (rng.random(300) < 0.3).astype(int)
    frame = pd.DataFrame({"y": y, "good": y * 2.0 + rng.normal(size=300), "bad": y * 0.2 + rng.normal(size=300)})
    path = tmp_path / "models.csv"
    frame.to_csv(path, index=False)
    words = ["compare", path, "--truth", "y", "--score", "good", "--score", "bad", "--min-precision", "0.9"]
    words += ["--min-recall", "0.3"]
    text = command(*words, "--interval")[1]
    assert "bad: No threshold gives" in text
    assert "They were dropped for it." in text
    assert "not compared" in text
    good, bad = strict_json(command(*words, "--json")[1])["models"]
    assert (good["difference"], bad["difference"]) == (0.0, None)


@pytest.mark.parametrize("by", ["recall", "precision", "flagged", "threshold"])
def test_aligned_models(compare: Command, table: Path, by: AlignBy) -> None:
    """Aligned thresholds have what was asked for, by scikit-learn; differences are those of the package."""
    options = (table, *TWO_MODELS, "--interval", "--align", by)
    content, frame = strict_json(compare(*options, "--json")[1]), data()
    reference, other = content["aligned"]["models"]
    assert (content["aligned"]["by"], reference["threshold"]) == (by, content["models"][0]["threshold"])
    for each in (reference, other):
        flagged = frame[each["model"]] >= each["threshold"]
        assert each["recall"] == pytest.approx(metrics.recall_score(frame["y_true"], flagged))
        assert each["precision"] == pytest.approx(metrics.precision_score(frame["y_true"], flagged))
    if by == "threshold":
        assert other["threshold"] == reference["threshold"]
    elif by == "flagged":
        assert other["tp"] + other["fp"] <= reference["tp"] + reference["fp"]
    else:
        assert other[by] >= reference[by]
    rows = Predictions.from_arrays(frame["y_true"], {name: frame[name] for name in FILES.values()})
    expected_table = aligned_differences(rows, decide_all(rows).decisions, by).compared
    first = content["aligned"]["differences"][0]
    assert (first["metric"], first["model"]) == (expected_table.metric.name, "poor_prob")
    assert first["difference"] == expected_table.difference("poor_prob").value
    text = compare(*options)[1]
    common = "number flagged" if by == "flagged" else by
    headings = {
        "recall": "no lower recall than",
        "precision": "no lower precision than",
        "flagged": "no more flagged than",
    }
    heading = headings.get(by, "the same threshold as")  # tied scores prevent that both have the same
    assert f"At {heading} good_prob at its own threshold:" in text
    assert f"at the same {common}, to expect on new rows, with 95% intervals:" in text


def test_alignment_needs_the_same_rows(compare: Command, tmp_path: Path) -> None:
    """Files of different rows are not aligned."""
    parts = {"a.csv": data().iloc[:200], "b.csv": data().iloc[200:450]}
    paths = [saved(rows[["y_true", "good_prob"]], tmp_path / name) for name, rows in parts.items()]
    code, _, err = compare(*paths, "--align", "recall")
    assert code == 2
    assert "--align compares models on the same rows" in err
