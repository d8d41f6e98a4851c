"""Several files with true labels and scores of the same rows: each is a model, and nothing is joined by guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, Reading, read_files
from tests.readers.helpers import labels, rows, scores, table

N = 300
Y, P = rows(N, seed=1)
RNG = np.random.default_rng(2)
Q, R = ((P + RNG.normal(0, noise, N)).clip(0, 1).round(6) for noise in (0.1, 0.3))
IDS = [f"case {i}" for i in range(N)]
NAMES = ["forest.csv", "logistic.csv", "boosting.csv"]
SCORES = dict(zip(["forest", "logistic", "boosting"], (P, Q, R), strict=True))


def frame(score: Any, *, name: str = "score", truth: Any = Y, **others: Any) -> pd.DataFrame:
    """Return a file with ids, true labels and a score."""
    return pd.DataFrame({"id": IDS, "y_true": truth, name: score, **others})


def without_ids(score: Any, truth: Any = Y, *, name: str = "y_true") -> bytes:
    """Return a file with true labels and a score alone."""
    return table({name: truth, "score": score})


def models(reading: Reading) -> dict[str, list[float]]:
    """Return the scores by model."""
    assert reading.predictions is not None, reading.reason
    return {name: scores(reading, name=name) for name in reading.predictions.models}


def refused(files: list[Any], names: list[str] = NAMES) -> str:
    """Return why files cannot be joined."""
    with pytest.raises(InvalidPredictions) as error:
        read_files(files, names=names[: len(files)])
    return str(error.value)


@pytest.mark.parametrize("count", [2, 3])
def test_files_in_another_order_are_joined_by_their_key(count: int) -> None:
    """The scores of each file stand beside the right labels, whatever its order, under the name of the file."""
    files = [frame(score).sample(frac=1, random_state=i) for i, score in enumerate(SCORES.values())][:count]
    reading = read_files(files, names=NAMES[:count])
    assert (reading.outcome, reading.joined) == ("sure", f"{count} files joined by id")
    assert reading.predictions is not None
    assert (reading.predictions.n, reading.dropped) == (N, {})
    assert list(reading.predictions.scores) == list(SCORES)[:count]
    for name, score in reading.predictions.scores.items():
        assert roc_auc_score(reading.predictions.y_true, score) == pytest.approx(roc_auc_score(Y, SCORES[name]), abs=0)
    assert reading.layout.endswith(f"{count} files joined by id")


def test_files_without_a_key_are_joined_row_by_row_if_their_labels_agree() -> None:
    """Labels that are written differently, such as 0 and no, are the same where they agree one to one."""
    files = [without_ids(P), without_ids(Q, labels(Y, "no", "yes")), without_ids(R, Y.astype(float), name="label")]
    reading = read_files(files, names=NAMES)
    assert reading.joined == "3 files joined row by row"
    assert models(reading) == {name: score.tolist() for name, score in SCORES.items()}
    assert reading.predictions is not None
    assert reading.predictions.y_true.tolist() == (Y == 1).tolist()


def test_words_that_do_not_say_which_class_is_positive() -> None:
    """The labels of the first file say what is positive; the others have to divide the rows alike."""
    assert models(read_files([without_ids(P), without_ids(Q, labels(Y, "M", "R"))], names=NAMES[:2])).keys() == {
        "forest", "logistic",
    }  # fmt: skip
    swapped = refused([without_ids(P), without_ids(Q), without_ids(R, labels(Y, "yes", "no"))])
    assert "row 1 is 0 in forest.csv and yes in boosting.csv, the first of 300 of 300 rows that differ" in swapped


def test_the_first_label_that_differs_is_named() -> None:
    """The sentence names both files, the row, and the key where there is one."""
    other = Y.copy()
    other[[41, 97]] = 1 - other[[41, 97]]
    expected = f"is {Y[41]} in forest.csv and {other[41]} in boosting.csv, the first of 2 of 300 rows that differ."
    by_order = refused([without_ids(P), without_ids(Q), without_ids(R, other)])
    assert by_order.startswith("forest.csv and boosting.csv have different true labels: row 42 " + expected)
    assert "a column such as id" in by_order
    shuffled = frame(R, truth=other).sample(frac=1, random_state=0)
    by_key = refused([frame(P), frame(Q), shuffled])
    assert f"id case 41 (row 42 of forest.csv) {expected}" in by_key
    missing = frame(R, truth=np.where(np.arange(N) == 5, "", Y.astype(str)))
    assert "id case 5 (row 6 of forest.csv) is" in refused([frame(P), frame(Q), missing])


@pytest.mark.parametrize("n_other", [N - 3, 20])
def test_different_rows_are_refused_by_count_and_first_key(n_other: int) -> None:
    """Nothing is dropped: rows that only one of the files has are counted, and the first of each is named."""
    other = pd.concat([frame(Q).iloc[:n_other], frame(Q).iloc[:1].assign(id="new")])
    message = refused([frame(P), other, frame(R)])
    assert f"{N - n_other} rows are only in forest.csv (the first has id case {n_other})" in message
    assert "1 row is only in logistic.csv (id new)" in message
    assert "297 rows" not in message
    lengths = refused([without_ids(P), without_ids(Q[:-1], Y[:-1]), without_ids(R)])
    assert "forest.csv has 300 rows and logistic.csv has 299, and no columns are a key of both" in lengths


def test_ids_of_other_rows_are_not_ignored() -> None:
    """Files of as many rows with the same labels but other ids are not joined row by row."""
    other = frame(Q).assign(id=[f"x{i}" for i in range(N)])
    assert "300 rows are only in logistic.csv (the first has id x0)" in refused([frame(P), other, frame(R)])


def test_names_that_only_one_file_has_are_kept() -> None:
    """Only names that collide are replaced; a file with several scores adds its name to each that collides."""
    files = [
        frame(P, name="prob_forest"),
        frame(Q, prob_logistic=R, age=Y + 20),
        frame((P + Q).round(6), age=Y + 30),
    ]
    reading = read_files(files, names=["a.csv", "b.csv", "c.csv.gz"], choices=Choices("y_true"))
    names = [column.name for column in reading.columns]
    assert names == ["id", "y_true", "prob_forest", "score (b)", "prob_logistic", "age", "c", "age (c)"]
    assert list(models(reading)) == ["prob_forest", "score (b)", "prob_logistic", "c"]


def test_a_file_named_like_a_column() -> None:
    """No column is lost where a file has the name of another column."""
    reading = read_files([frame(P, b=Y + 7), frame(Q)], names=["y_true.csv", "b.csv"])
    assert models(reading) == {"y_true_": P.tolist(), "b_": Q.tolist()}


def test_files_of_equal_names(tmp_path: Path) -> None:
    """They are called by their order, in errors as well."""
    paths = [tmp_path / folder / "scores.csv" for folder in "abc"]
    for path, score in zip(paths, (P, Q, R), strict=True):
        path.parent.mkdir()
        frame(score).to_csv(path, index=False)
    assert list(models(read_files(paths))) == ["scores.csv (1)", "scores.csv (2)", "scores.csv (3)"]
    frame(Q, truth=1 - Y).to_csv(paths[1], index=False)
    with pytest.raises(
        InvalidPredictions, match=r"scores\.csv \(1\) and scores\.csv \(2\) have different true labels: id"
    ):
        read_files(paths)


def test_a_file_twice_adds_nothing() -> None:
    """The same scores again are not models of their own."""
    assert refused([frame(P), frame(Q), frame(P)]).startswith("The scores in boosting.csv are the same as in")


def test_a_file_without_labels_or_with_derived_scores_is_named() -> None:
    """Each of several files has to be complete; the sentence names the one that is not."""
    assert refused([frame(P), frame(Q), frame(R).drop(columns="y_true")]).startswith("boosting.csv: ")
    stacked = pd.concat([frame(R, model="m1"), frame(Q, model="m2")])
    with pytest.raises(InvalidPredictions, match=r"boosting\.csv"):
        read_files([frame(P), frame(Q), stacked], names=NAMES)


def test_weights_and_roles_have_to_agree() -> None:
    """A column that the comparison uses is the same in all files, or the first difference is named."""
    weight = np.ones(N) + np.arange(N) % 3
    part = np.where(np.arange(N) % 2, "valid", "test")
    files = [frame(score, sample_weight=weight) for score in (P, Q, R)]
    reading = read_files(files, names=NAMES)
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.sample_weight.tolist() == weight.tolist()
    files[2] = frame(R, sample_weight=np.where(np.arange(N) == 9, 7, weight))
    assert "The column sample_weight differs between forest.csv and boosting.csv, first in row 10" in refused(files)
    files = [frame(score, split=part) for score in (P, Q, R)]
    asked = read_files(files, names=NAMES)
    assert asked.outcome == "ask"
    for choices in (asked.candidates[0].choices, Choices(role="split", tune=("valid",), report=("test",))):
        roles = read_files(files, names=NAMES, choices=choices).predictions
        assert roles is not None
        assert roles.tuning is not None
        assert roles.tuning.tolist() == (part == "valid").tolist()


def test_an_ambiguous_file_is_asked_about_and_its_answer_is_kept() -> None:
    """An inverted score asks; the candidates are readings of the joined table, and choosing one reads it."""
    files = [frame(P), frame(Q), frame((1 - R).round(6))]
    reading = read_files(files, names=NAMES)
    assert (reading.outcome, reading.predictions) == ("ask", None)
    assert reading.reason.startswith("boosting.csv: ")
    flipped = next(each.choices for each in reading.candidates if each.choices.flipped)
    assert flipped.flipped == ("boosting",)
    np.testing.assert_allclose(models(read_files(files, names=NAMES, choices=flipped))["boosting"], R, atol=1e-12)


def test_a_chosen_positive_class_holds_for_all_files() -> None:
    """Words that do not say which class is positive ask, unless the class is named."""
    truth = labels(Y, "M", "R")
    files = [frame(score, truth=truth) for score in (P, Q, R)]
    asked = read_files(files, names=NAMES)
    assert asked.outcome == "ask"
    assert asked.reason.endswith("Please choose: higher scores go with R.")
    named = read_files(files, names=NAMES, choices=Choices(pos_label="R"))
    assert named.predictions is not None
    assert named.predictions.y_true.tolist() == (Y == 1).tolist()
    again = read_files(files, names=NAMES, choices=named.proposal)
    assert models(again) == models(named)


def test_rows_without_a_score_are_counted() -> None:
    """A row that lacks a score of one model is left out for all, with its number."""
    score = pd.Series(Q)
    score[3] = np.nan
    reading = read_files([frame(P), frame(score), frame(R)], names=NAMES)
    assert reading.predictions is not None
    assert reading.predictions.n == N - 1
    assert sum(reading.dropped.values()) == 1
    assert reading.n_rows == N
