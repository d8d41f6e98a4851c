"""Files of different rows: each is read alone, and models have names of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, DifferentRows, Reading, read_apart, read_files, read_predictions
from tests.readers.helpers import rows

Y, P = rows(300, seed=1)
Z, Q = rows(200, seed=2)
ONE, TWO = pd.DataFrame({"y": Y, "prob": P}), pd.DataFrame({"y": Z, "prob": Q})


def models(readings: list[Reading]) -> list[list[str]]:
    """Return the names of the models of each file."""
    return [[*each.predictions.scores] for each in readings if each.predictions is not None]


def test_rows_stay_in_their_files() -> None:
    """Nothing is joined or stacked, and a score that both have is called like its file."""
    readings = read_apart([ONE, TWO], names=["old.csv", "new.csv"])
    assert models(readings) == [["old"], ["new"]]
    for reading, score, truth in zip(readings, (P, Q), (Y, Z), strict=True):
        assert reading.predictions is not None
        [found] = reading.predictions.scores.values()
        assert found.tolist() == score.tolist()
        assert reading.predictions.y_true.tolist() == (truth == 1).tolist()


def test_names_of_models_and_files(tmp_path: Path) -> None:
    """Names that only one file has are kept; files of equal names are numbered."""
    several = ONE.assign(score_b=1 - P / 2).rename(columns={"prob": "score_a"})
    other = TWO.rename(columns={"prob": "score_a"})
    choices = Choices(truth="y", scores=("score_a", "score_b"))
    assert models(read_apart([several, other], names=["x.csv", "y.csv"], choices=choices)) == [
        ["score_a (x)", "score_b"],
        ["y"],
    ]
    assert models(read_apart([ONE, TWO.rename(columns={"prob": "p"})], names=["a", "b"])) == [["prob"], ["p"]]
    paths = [tmp_path / folder / "scores.csv" for folder in "ab"]
    for path, frame in zip(paths, (ONE, TWO), strict=True):
        path.parent.mkdir()
        frame.to_csv(path, index=False)
    assert models(read_apart(paths)) == [["scores.csv (1)"], ["scores.csv (2)"]]


def test_each_file_is_read_by_the_choices_that_concern_it() -> None:
    """A column that a file lacks says nothing about it; errors name the file."""
    other = TWO.rename(columns={"y": "label", "prob": "p"}).assign(w=1.0 + np.arange(200) % 2)
    readings = read_apart([ONE, other], names=["a", "b"], choices=Choices(truth="label", weight="w", scores=("prob",)))
    weights = [each.predictions.sample_weight is not None for each in readings if each.predictions is not None]
    assert weights == [False, True]
    named = other.assign(label=np.where(Z == 1, "cat", "dog"))
    labels = read_apart([ONE, named], names=["a", "b"], choices=Choices(truth="label", pos_label="dog"))
    assert [each.candidates[0].choices.pos_label for each in labels] == ["1", "dog"]
    with pytest.raises(InvalidPredictions, match=r"^a\.csv: "):
        read_apart([ONE, TWO], names=["a.csv", "b.csv"], choices=Choices(pos_label="7"))


@pytest.mark.parametrize("n", [200, 300])
def test_files_without_common_rows_are_told_from_contradictions(n: int) -> None:
    """Rows of other lengths, labels or keys are other rows; one key with two labels is a mistake."""
    other = TWO if n == 200 else ONE.assign(y=1 - Y)
    with pytest.raises(DifferentRows, match="f1tools compare"):
        read_files([ONE, other, ONE.assign(prob=P / 2)], names=["a", "b", "c"])
    keyed = ONE.assign(id=[f"c{row}" for row in range(300)])
    others = keyed.assign(id=[f"d{row}" for row in range(300)], p=P / 2).drop(columns="prob")
    third = keyed.assign(prob=P / 3)
    with pytest.raises(DifferentRows, match="300 rows are only in"):
        read_files([keyed, others, third], names=["a", "b", "c"])
    for contradicting in (others.assign(id=keyed["id"], y=1 - Y), others.assign(id=keyed["id"]).iloc[5:]):
        with pytest.raises(InvalidPredictions, match="a and b have different") as error:
            read_files([keyed, contradicting, third], names=["a", "b", "c"])
        assert not isinstance(error.value, DifferentRows)


def test_two_files_of_different_rows_say_what_else_could_be_meant() -> None:
    """They are stacked, and the note names the command that compares them."""
    reading = read_files([ONE, TWO], names=["a.csv", "b.csv"])
    [note] = [each.sentence for each in reading.warnings if each.kind == "stacked_files"]
    assert "a.csv chooses the threshold, b.csv has the rows to report" in note
    assert "f1tools compare" in note


@pytest.mark.parametrize("columns", [{"prob": P, "prob_again": P, "score_b": P / 2}, {"a": P, "b": P, "c": P / 3}])
def test_a_copy_is_left_out_with_a_word(columns: dict[str, object]) -> None:
    """Where a second column equals a score, the note or the question names both; chosen columns are all kept."""
    reading = read_predictions(pd.DataFrame({"y": Y, **columns}))
    names = list(columns)
    text = f"{names[1]} has the same values as {names[0]}"
    assert text in " ".join([reading.reason, *(each.sentence for each in reading.warnings)])
    chosen = read_predictions(pd.DataFrame({"y": Y, **columns}), choices=Choices(truth="y", scores=tuple(names)))
    assert models([chosen]) == [names]
    assert not any(each.kind == "copies" for each in chosen.warnings)


@pytest.mark.parametrize("names", [("alpha", "beta"), ("alpha", "prob"), ("prob", "alpha")])
def test_a_copy_with_the_name_of_a_setting_hides_no_score(names: tuple[str, str]) -> None:
    """The column that can be a score by its name is read as if it was alone, and the note names its copy."""
    score = next(name for name in names if name != "alpha")
    alone = read_predictions(pd.DataFrame({"y_true": Y, score: P}))
    reading = read_predictions(pd.DataFrame({"y_true": Y, **dict.fromkeys(names, P)}))
    assert (reading.outcome, reading.proposal) == (alone.outcome, alone.proposal)
    assert reading.copies == (("alpha", score),)
    assert f"alpha has the same values as {score}" in " ".join(each.sentence for each in reading.warnings)


def test_copies_with_names_of_settings_are_asked_about_as_one_is() -> None:
    """One such column may be the score where nothing else can be; its copy changes nothing."""
    alone = read_predictions(pd.DataFrame({"y_true": Y, "alpha": P}))
    reading = read_predictions(pd.DataFrame({"y_true": Y, "alpha": P, "lambda": P}))
    assert reading.outcome == alone.outcome == "ask"
    assert reading.proposal == alone.proposal
    assert reading.copies == (("lambda", "alpha"),)
