"""Rows without a score: told by class and model, left out or counted as not flagged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.readers import Choices, read_files, read_predictions, read_repeated
from f1tools.record import data_source
from tests.helpers import rejected
from tests.readers.helpers import labels, rows, table

COUNTED = Choices(count_unscored=True)
N = 240
Y_TRUE, SCORE = rows(N)
GUESS = labels(Y_TRUE, "well", "ill")


def without(score: Any, gaps: Any) -> list[str]:
    """Return cells of a column, empty where there is a gap."""
    return ["" if gap else str(each) for each, gap in zip(score, gaps, strict=True)]


def by_class(gaps: Any) -> tuple[int, int]:
    """Return the number of positive and of negative rows with a gap."""
    return int((gaps & (Y_TRUE == 1)).sum()), int((gaps & (Y_TRUE == 0)).sum())


def sentences(reading: Any) -> list[str]:
    """Return the sentences about rows without a score."""
    return [warning.sentence for warning in reading.warnings if warning.kind == "unscored"]


GAPS = {
    "positives": (Y_TRUE == 1) & (np.arange(N) % 3 == 0),
    "negatives": (Y_TRUE == 0) & (np.arange(N) % 7 == 0),
    "both": np.arange(N) % 5 == 0,
}


@pytest.mark.parametrize("kind", GAPS)
def test_left_out_or_counted(kind: str) -> None:
    """By default rows without a score are left out; counted, they are rows that no threshold flags."""
    gaps = GAPS[kind]
    content = table({"sick": Y_TRUE, "prob": without(SCORE, gaps)})
    left_out, counted = read_predictions(content), read_predictions(content, choices=COUNTED)
    assert left_out.unscored == counted.unscored == {"prob": by_class(gaps)}
    assert left_out.dropped == {"missing score": int(gaps.sum())}
    assert counted.dropped == {}
    assert left_out.predictions is not None
    assert counted.predictions is not None
    assert left_out.predictions.unscored == {}
    assert (left_out.predictions.n, counted.predictions.n) == (N - gaps.sum(), N)
    np.testing.assert_array_equal(counted.predictions.scores["prob"], np.where(gaps, -np.inf, SCORE))
    for threshold in (0.2, 0.5):
        counts = counted.predictions.curve().at(threshold).counts
        flagged = ~gaps & (threshold <= SCORE)
        assert (counts.tp, counts.fn) == ((flagged & (Y_TRUE == 1)).sum(), (~flagged & (Y_TRUE == 1)).sum())


@pytest.mark.parametrize(
    ("kind", "part"),
    [("positives", "all of them are positive"), ("negatives", "none of them is positive"), ("both", "of them are")],
)
def test_the_sentence_tells_the_class(kind: str, part: str) -> None:
    """It has the number of rows, how many are positive, and whether they were left out."""
    content = table({"sick": Y_TRUE, "prob": without(SCORE, GAPS[kind])})
    n = f"{GAPS[kind].sum()} rows have no score"
    for choices, use in ((None, "were left out"), (COUNTED, "count as not flagged")):
        (sentence,) = sentences(read_predictions(content, choices=choices))
        assert [each for each in (n, use, part) if each not in sentence] == []


def test_no_sentence_without_gaps() -> None:
    """Where every row has a score nothing is said, and counting changes nothing."""
    content = table({"sick": Y_TRUE, "prob": SCORE})
    for choices in (None, COUNTED):
        reading = read_predictions(content, choices=choices)
        assert (reading.unscored, sentences(reading)) == ({}, [])
        assert reading.predictions is not None
        assert not reading.predictions.curve().has_unscored


def test_each_model_has_its_own_gaps() -> None:
    """Left out, a row needs the scores of all models; counted, each model has those rows that it scored."""
    other = np.round(1 - (1 - SCORE) ** 2, 6)
    content = table(
        {"sick": Y_TRUE, "p_a": without(SCORE, GAPS["positives"]), "p_b": without(other, GAPS["both"]), "p_c": SCORE}
    )
    choices = Choices(truth="sick", scores=("p_a", "p_b", "p_c"), pos_label="1", neg_label="0")
    left_out = read_predictions(content, choices=choices)
    counted = read_predictions(content, choices=replace(choices, count_unscored=True))
    gaps = {"p_a": by_class(GAPS["positives"]), "p_b": by_class(GAPS["both"])}
    assert left_out.unscored == counted.unscored == gaps
    assert sum(left_out.dropped.values()) == (GAPS["positives"] | GAPS["both"]).sum()
    assert counted.predictions is not None
    assert counted.predictions.unscored == gaps
    assert all(any(f"no score of {name} " in sentence for sentence in sentences(counted)) for name in gaps)


@pytest.mark.parametrize(
    ("columns", "choices", "expected"),
    [
        ({"p": SCORE}, {"flipped": ("p",)}, 1 - SCORE),
        ({"p": 10 * SCORE}, {"flipped": ("p",)}, -10 * SCORE),
        ({"p": SCORE, "guess": GUESS}, {"predicted": "guess"}, np.where(Y_TRUE, SCORE, 1 - SCORE)),
        ({"p": SCORE, "q": 1 - SCORE}, {"scores": ("p - q",), "differences": ("p - q",)}, SCORE - (1 - SCORE)),
    ],
    ids=["flipped probability", "flipped margin", "confidence", "two logits"],
)
def test_derived_scores_stay_missing(columns: dict[str, Any], choices: dict[str, Any], expected: Any) -> None:
    """A score that is derived from an empty cell, or from no predicted label and no confidence, is missing, too."""
    gaps = GAPS["both"]
    cells = {name: without(values, gaps) for name, values in columns.items()}
    positive = {"pos_label": "ill", "neg_label": "well"}
    options: dict[str, Any] = {"truth": "y", "scores": ("p",), "count_unscored": True} | positive | choices
    reading = read_predictions(table({"y": GUESS, **cells}), choices=Choices(**options))
    assert reading.predictions is not None
    (score,) = reading.predictions.scores.values()
    np.testing.assert_allclose(score, np.where(gaps, -np.inf, expected), atol=1e-12)


def test_empty_and_unreadable_cells_are_counted() -> None:
    """A cell without a number is not a score, as an empty one; infinite scores and rows without truth are left out."""
    score, truth = [str(each) for each in SCORE], [str(each) for each in Y_TRUE]
    score[10:13], truth[10:15] = ["", "inf", "oops"], ["1", "1", "1", "", ""]
    reading = read_predictions(table({"sick": truth, "prob": score}), choices=COUNTED)
    assert reading.dropped == {"missing truth": 2, "infinite score": 1}
    assert reading.unscored == {"prob": (2, 0)}
    assert reading.predictions is not None
    assert np.flatnonzero(np.isneginf(reading.predictions.scores["prob"])).tolist() == [10, 11]
    left_out = read_predictions(table({"sick": truth, "prob": score}), choices=replace(COUNTED, count_unscored=False))
    assert left_out.unscored == reading.unscored
    assert left_out.dropped == {**reading.dropped, "missing score": 1, "unreadable score": 1}


def test_stacked_models_and_roles() -> None:
    """Parts become models with their own gaps, which need not be the same rows; roles keep theirs."""
    gaps, others = GAPS["both"], GAPS["negatives"]
    role = np.array(["valid", "test"])[np.arange(N) % 2]
    columns = {
        "sick": [*Y_TRUE, *Y_TRUE], "prob": without([*SCORE, *SCORE], [*gaps, *others]),
        "model": ["a"] * N + ["b"] * N, "set": [*role, *role],
    }  # fmt: skip
    options: dict[str, Any] = {"truth": "sick", "scores": ("prob",), "pos_label": "1", "neg_label": "0"}
    options |= {"split": "model", "split_value": "*", "role": "set", "tune": ("valid",), "report": ("test",)}
    reading = read_predictions(table(columns), choices=Choices(count_unscored=True, **options))
    assert reading.unscored == {"a": by_class(gaps), "b": by_class(others)}
    assert reading.predictions is not None
    curves = reading.predictions.curves("a")
    for curve, part in ((curves.tuning, "valid"), (curves.evaluation, "test")):
        assert curve.unscored[:2] == by_class(gaps & (role == part))


@pytest.mark.parametrize("positive", [True, False])
def test_a_class_without_any_score(positive: bool) -> None:
    """One sentence says which class lacks all scores, and how many rows that are."""
    gaps = (Y_TRUE == 1) == positive
    content = table({"sick": Y_TRUE, "prob": without(SCORE, gaps)})
    choices = Choices(truth="sick", scores=("prob",), pos_label="1", neg_label="0")
    with rejected(f"All {gaps.sum()} rows whose sick is {int(positive)} lack a score of prob"):
        read_predictions(content, choices=choices)
    with rejected(f"No row with the label '{int(positive)}' has a score of 'prob'"):
        read_predictions(content, choices=replace(choices, count_unscored=True))


def test_keys_of_links_do_not_change() -> None:
    """The JSON of choices is part of the fingerprint in links, so that of version 0.1 is kept where it can be."""
    known = (
        '{"amount": null, "dropped_truth": [], "flipped": [], "group": null, "id": null, "neg_label": null, '
        '"one_vs_rest": false, "pos_label": "1", "predicted": null, "report": [], "role": null, "scores": ["p"], '
        '"split": null, "split_value": null, "truth": "y", "tune": [], "weight": null}'
    )
    choices = Choices(truth="y", scores=("p",), pos_label="1")
    assert choices.to_json() == known
    counted = Choices.from_json(known[:-1] + ', "count_unscored": true}')
    assert counted.count_unscored
    assert Choices.from_json(counted.to_json()) == counted
    assert counted.to_json() != known


def test_repeated_splits_count_them() -> None:
    """The comparison of strategies counts them as the other pages do."""
    repeat, part = np.repeat([1, 2], N), np.tile(np.array(["valid", "test"])[np.arange(N) % 2], 2)
    gaps = np.tile(GAPS["positives"], 2)
    columns = {
        "id": np.tile(np.arange(N), 2), "repeat": repeat, "set": part, "sick": np.tile(Y_TRUE, 2),
        "prob": without(np.tile(SCORE, 2), gaps),
    }  # fmt: skip
    repeated = read_repeated(table(columns), choices=COUNTED)
    assert repeated is not None
    test = repeated.split(0).test
    assert test.unscored == {"prob": by_class(GAPS["positives"] & (np.arange(N) % 2 == 1))}


def test_the_source_of_predictions_tells_them() -> None:
    """Predictions that never were in a file have the same provenance as those of a file."""
    reading = read_predictions(table({"sick": Y_TRUE, "prob": without(SCORE, GAPS["both"])}), choices=COUNTED)
    assert reading.predictions is not None
    for source in (data_source(reading), data_source(reading.predictions)):
        assert source.read_as.count_unscored
        rows = source.unscored["prob"]
        assert (rows.positives, rows.negatives) == by_class(GAPS["both"])


def test_cases_that_only_the_file_of_truths_has() -> None:
    """Of two files, a case that is not among the scores is a case without a score: what a detector never proposed."""
    gaps, case = GAPS["positives"], [f"c{i}" for i in range(N)]
    truths = table({"case": case, "sick": Y_TRUE})
    proposed = np.flatnonzero(~gaps)[::-1]
    scores = table({"case": [case[i] for i in proposed], "prob": SCORE[proposed]})
    left_out, counted = (
        read_files([truths, scores], names=["truths.csv", "scores.csv"], choices=each) for each in (None, COUNTED)
    )
    assert left_out.unscored == counted.unscored == {"prob": by_class(gaps)}
    assert left_out.dropped == {"only in truths.csv": int(gaps.sum())}
    assert counted.predictions is not None
    assert (counted.dropped, counted.predictions.n, counted.n_rows) == ({}, N, N)
    assert counted.predictions.curve().at(0.5).counts.fn == (gaps | (SCORE < 0.5))[Y_TRUE == 1].sum()
