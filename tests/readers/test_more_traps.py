"""Traps nine to fifteen; the first eight are in test_traps.py."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, join_predictions, read_predictions
from tests.readers.making import rows, table
from tests.readers.trapping import CONFIDENCE, HARD, NOISE, RNG, N, P, Y, kinds, read_top, top

# 9. Degenerate


def test_9_a_constant_score_is_refused_by_name() -> None:
    """No threshold tells rows apart; taken on demand it is warned about."""
    data = table({"y": Y, "score": ["0.5"] * N})
    reading = read_predictions(data)
    assert reading.outcome == "refuse"
    assert "0.5 in every row" in reading.reason
    assert "constant" in kinds(read_predictions(data, choices=Choices("y", ("score",))))


def test_9_one_class_is_refused_by_name() -> None:
    """A truth of one class: say so, ask for the other; the same sentence when the columns are named."""
    data = table({"y": [1] * N, "score": P})
    reading = read_predictions(data)
    assert reading.outcome == "refuse"
    assert "y is 1 in every row" in reading.reason
    assert read_predictions(data, choices=Choices("y", ("score",))).reason == reading.reason


@pytest.mark.parametrize(("positives", "words"), [(5, "below 10"), (20, "below 30")])
def test_9_few_positives_are_warned_about(positives: int, words: str) -> None:
    """Fewer than ten positives: nothing is reliable; fewer than thirty: figures move a lot."""
    y_true = (np.arange(N) < positives).astype(int)
    score = np.where(y_true == 1, 0.4 + 0.6 * NOISE, 0.6 * NOISE).round(5)
    reading = read_predictions(table({"y_true": y_true, "y_score": score}), choices=Choices("y_true", ("y_score",)))
    warning = next(each for each in reading.warnings if each.kind == "few_positives")
    assert words in warning.sentence


# 10. Confidence of the predicted class


def test_10_confidence_of_the_predicted_class_is_turned_into_a_score() -> None:
    """P where the predicted label is positive, 1 - p elsewhere: offered first, with the label's column named."""
    data = table({"y_true": Y, "LABEL": HARD, "PROB": CONFIDENCE})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).predicted) == ("ask", "LABEL")
    again = read_top(data)
    assert again.predictions is not None
    np.testing.assert_allclose(again.predictions.scores["PROB"], P, atol=1e-12)


def test_10_without_a_truth_the_confidence_is_recognised() -> None:
    """`LABEL,PROB` alone: ask; the derived score is among the offers, for a truth in a second file."""
    reading = read_predictions(table({"LABEL": HARD, "PROB": CONFIDENCE}))
    assert reading.outcome == "ask"
    assert "confidence" in reading.reason
    assert any(each.choices.predicted == "LABEL" for each in reading.candidates)


# 11. Stacked


def test_11_stacked_models_become_models_when_their_rows_align() -> None:
    """`y_true,probs,fold,run,Model`: pooling would mix models; the offer is one model per value of Model."""
    other = rows(400, spread=0.5)[1]
    data = table({
        "y_true": np.tile(Y, 2), "probs": np.r_[P, other], "fold": np.tile(np.arange(N) % 5, 2), "run": [1] * 2 * N,
        "Model": ["rf"] * N + ["nn"] * N,
    })  # fmt: skip
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).split, top(reading).split_value) == ("ask", "Model", SPLIT_INTO_MODELS)
    assert "pooling mixes" in reading.reason
    again = read_top(data)
    assert again.predictions is not None
    assert dict(again.predictions.scores).keys() == {"rf", "nn"}
    np.testing.assert_array_equal(again.predictions.scores["nn"], other)
    alone = read_predictions(data, choices=reading.candidates[1].choices)
    assert alone.predictions is not None
    assert (alone.predictions.n, alone.dropped) == (N, {"other Model": N})


def test_11_stacked_models_align_by_id() -> None:
    """Rows in another order are brought together by their key; those of one model only are left out."""
    order = RNG.permutation(N)
    data = table({
        "id": np.r_[np.arange(N), order[:-3]], "y_true": np.r_[Y, Y[order][:-3]], "score": np.r_[P, P[order][:-3] / 2],
        "model": ["a"] * N + ["b"] * (N - 3),
    })  # fmt: skip
    reading = read_predictions(data)
    assert (top(reading).split_value, top(reading).id) == (SPLIT_INTO_MODELS, "id")
    again = read_top(data)
    assert again.predictions is not None
    assert again.predictions.n == N - 3
    np.testing.assert_array_equal(again.predictions.scores["a"], 2 * again.predictions.scores["b"])


def test_11_parts_that_do_not_align_cannot_be_models() -> None:
    """Asked to make models of parts that hold different rows, the reader says so."""
    data = table({"y_true": Y, "score": P, "model": ["a"] * 150 + ["b"] * (N - 150)})
    assert top(read_predictions(data)).split_value == "b"
    with pytest.raises(InvalidPredictions, match="not the same rows"):
        read_predictions(data, choices=Choices("y_true", ("score",), split="model", split_value=SPLIT_INTO_MODELS))


def test_11_folds_of_distinct_cases_are_pooled() -> None:
    """Out-of-fold predictions with a unique id are one set of predictions; without an id the reader asks."""
    fold = np.arange(N) % 5
    assert read_predictions(table({"id": range(N), "target": Y, "oof": P, "fold": fold})).outcome == "sure"
    reading = read_predictions(table({"target": Y, "oof": P, "fold": fold}))
    assert (reading.outcome, top(reading).split) == ("ask", None)
    assert {each.choices.split_value for each in reading.candidates[1:]} >= {"0", "1"}


def test_11_held_out_rows_come_first() -> None:
    """Training rows flatter every model: the offer on top is the test part."""
    data = table({"target": Y, "pred": P, "set": np.where(np.arange(N) % 4 == 0, "test", "train")})
    assert top(read_predictions(data)).split_value == "test"


# 12. Two files


def test_12_two_files_are_joined_by_key_else_by_row() -> None:
    """A shared unique key comes first; without one, equally long files are put side by side."""
    order = RNG.permutation(N)
    truth = table({"id": range(N), "target": Y})
    by_key = join_predictions(truth, table({"id": order, "target": P[order]}))
    by_row = join_predictions(table({"y_test": Y}), table({"prob": P}))
    for reading in (by_key, by_row):
        assert reading.outcome == "sure"
        assert reading.predictions is not None
        np.testing.assert_array_equal(reading.predictions.y_true, Y == 1)
        np.testing.assert_array_equal(next(iter(reading.predictions.scores.values())), P)


def test_12_two_files_of_different_length_are_an_error_that_names_both() -> None:
    """Without a key there is no telling which rows belong together."""
    with pytest.raises(InvalidPredictions, match=r"a\.csv has 399 rows and b\.csv has 400"):
        join_predictions(table({"y_test": Y[:-1]}), table({"prob": P}), names=("a.csv", "b.csv"))


# 13. Numbers


def test_13_numbers_as_people_write_them() -> None:
    """No leading zero, exponents, per cent, decimal commas; missing ones are dropped with their number."""
    cells = [".00025", "1.25E-32", ".", "", "87 %", "0.5", "NA", *map(str, P[7:])]
    reading = read_predictions(table({"y_true": Y, "y_prob": cells}))
    assert reading.dropped == {"missing score": 3}
    assert reading.predictions is not None
    assert reading.predictions.scores["y_prob"][:4].tolist() == [0.00025, 1.25e-32, 0.87, 0.5]
    comma = read_predictions(table({"y": Y, "prob": [str(p).replace(".", ",") for p in P]}, delimiter=";"))
    assert comma.predictions is not None
    np.testing.assert_array_equal(comma.predictions.scores["prob"], P)


def test_13_seventeen_digits_stay_exact() -> None:
    """Every float64 survives the way through text, bit by bit."""
    score = np.random.default_rng(99).random(N)
    reading = read_predictions(table({"y_true": Y, "y_prob": [repr(float(each)) for each in score]}))
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["y_prob"], score)


def test_13_everything_that_is_left_out_is_counted() -> None:
    """Missing and unreadable truths and scores, infinite scores, broken rows: each has a number."""
    lines = [f"{t},{p}" for t, p in zip(Y, P, strict=True)]
    lines[10:16] = [",0.5", "1,", "0,oops", "1,inf", "1,0.5,0.7", "maybe,0.5"]
    reading = read_predictions(("y_true,y_prob\n" + "\n".join(lines) + "\n").encode())
    if reading.outcome == "ask":
        assert reading.proposal is not None
        reading = read_predictions(("y_true,y_prob\n" + "\n".join(lines) + "\n").encode(), choices=reading.proposal)
    assert sum(reading.dropped.values()) == 6
    assert reading.dropped["missing score"] == 1
    assert reading.dropped["unreadable score"] == 1
    assert reading.dropped["infinite score"] == 1
    assert reading.dropped["wrong number of cells"] == 1
    assert reading.dropped["missing truth"] == 1
    assert reading.n_rows == N


# 14. Cells and files that are no table


def test_14_vectors_and_line_breaks_within_cells() -> None:
    """`"[0.1 0.9]"` is two columns; a line break within quotes does not end a row."""
    reading = read_predictions(
        table({
            "text": [f'"two\nlines, {i}"' for i in range(N)], "label": Y,
            "probs": [f'"[{1 - p:.6f}\n {p}]"' for p in P],
        })
    )  # fmt: skip
    assert (reading.outcome, top(reading).scores, reading.n_rows) == ("sure", ("probs[1]",), N)
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["probs[1]"], P)


def test_14_a_curve_is_not_a_table_of_predictions() -> None:
    """FPR and TPR are what comes after the predictions: refuse and say what is needed."""
    grid = np.linspace(0, 1, N)
    reading = read_predictions(table({"fpr": grid, "tpr": grid**0.5, "threshold": 1 - grid}))
    assert reading.outcome == "refuse"
    assert "finished curve" in reading.reason


# 15. Not binary


def test_15_several_classes_are_offered_one_against_the_rest() -> None:
    """Each class with its own column, named after it or in the order of the classes."""
    kinds_of = ["setosa", "versicolor", "virginica"]
    chance = RNG.dirichlet([1, 1, 1], N)
    drawn = [int(np.argmax(row + 0.3 * RNG.random(3))) for row in chance]
    for names in (kinds_of, ["prob_0", "prob_1", "prob_2"], ["a_score", "b_score", "c_score"]):
        columns = dict(zip(names, chance.T.round(5), strict=True))
        data = table({"species": [kinds_of[each] for each in drawn], **columns})
        reading = read_predictions(data)
        assert reading.outcome == "ask"
        assert "3 classes" in reading.reason
        found = {each.choices.pos_label: each.choices.scores for each in reading.candidates}
        assert found == {kind: (name,) for kind, name in zip(kinds_of, names, strict=True)}
        again = read_top(data)
        assert again.predictions is not None
        assert again.predictions.n_pos == sum(kinds_of[each] == again.proposal.pos_label for each in drawn)  # type: ignore[union-attr]


def test_15_classes_without_a_column_are_not_offered() -> None:
    """Where only some classes have a column, those are offered."""
    kind = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    reading = read_predictions(table({"kind": kind, "p_ant": NOISE, "p_bee": NOISE[::-1]}))
    assert {each.choices.pos_label for each in reading.candidates} == {"ant", "bee"}


def test_15_regression_is_refused_by_name() -> None:
    """A truth of many numbers is regression: say how many and in which range."""
    reading = read_predictions(table({"y_true": (1000 * NOISE).round(2), "y_pred": (1000 * P).round(2)}))
    assert reading.outcome == "refuse"
    assert "y_true has" in reading.reason
    assert "regression" in reading.reason
