"""Ways 9 to 15 in which a prediction file misleads its reader, each with what must happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions
from tests.readers.helpers import features, kinds, labels, read_top, rows, table, top

Y, P = rows(400)
N = len(Y)
HARD = (P >= 0.5).astype(int)
CONFIDENCE = np.where(HARD == 1, P, 1 - P).round(6)
RNG = np.random.default_rng(3)
NOISE = RNG.random(N).round(5)

# 9. Degenerate


def test_9_a_constant_score() -> None:
    """No threshold tells rows apart: refuse; warn where the score is chosen."""
    data = table({"y": Y, "score": ["0.5"] * N})
    reading = read_predictions(data)
    assert reading.outcome == "refuse"
    assert "0.5 in every row" in reading.reason
    assert "constant" in kinds(read_predictions(data, choices=Choices("y", ("score",))))


def test_9_one_class() -> None:
    """A target with one class is refused with the same reason whether or not the columns are chosen."""
    data = table({"y": [1] * N, "score": P})
    reading = read_predictions(data)
    assert reading.outcome == "refuse"
    assert "y is 1 in every row" in reading.reason
    assert read_predictions(data, choices=Choices("y", ("score",))).reason == reading.reason


@pytest.mark.parametrize(("positives", "limit"), [(5, "below 10"), (20, "below 30")])
def test_9_few_positives_are_warned_about(positives: int, limit: str) -> None:
    """No metric is reliable below ten positives; below thirty, metrics vary a lot."""
    y_true = (np.arange(N) < positives).astype(int)
    score = np.where(y_true == 1, 0.4 + 0.6 * NOISE, 0.6 * NOISE).round(5)
    reading = read_predictions(table({"y_true": y_true, "y_score": score}), choices=Choices("y_true", ("y_score",)))
    warning = next(each for each in reading.warnings if each.kind == "few_positives")
    assert limit in warning.sentence


# 10. Confidence in the predicted class


def test_10_a_confidence_in_the_predicted_class_becomes_a_score() -> None:
    """The score is p where the predicted label is positive, else 1 - p: proposed first, with the label's column."""
    data = table({"y_true": Y, "LABEL": HARD, "PROB": CONFIDENCE})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).predicted) == ("ask", "LABEL")
    reread = read_top(data)
    assert reread.predictions is not None
    np.testing.assert_allclose(reread.predictions.scores["PROB"], P, atol=1e-12)


def test_10_a_confidence_without_a_target() -> None:
    """`LABEL,PROB` alone: ask; the derived score is a candidate, for a target in a second file."""
    reading = read_predictions(table({"LABEL": HARD, "PROB": CONFIDENCE}))
    assert reading.outcome == "ask"
    assert "confidence" in reading.reason
    assert any(each.choices.predicted == "LABEL" for each in reading.candidates)


# 11. Long formats


def test_11_stacked_models_become_models_where_their_rows_align() -> None:
    """Pooling would mix models: the first candidate is one model per value of Model."""
    other = rows(400, spread=0.5)[1]
    data = table({
        "y_true": np.tile(Y, 2), "probs": np.r_[P, other], "fold": np.tile(np.arange(N) % 5, 2), "run": [1] * 2 * N,
        "Model": ["rf"] * N + ["nn"] * N,
    })  # fmt: skip
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).split, top(reading).split_value) == ("ask", "Model", SPLIT_INTO_MODELS)
    assert "pooling mixes" in reading.reason
    reread = read_top(data)
    assert reread.predictions is not None
    assert dict(reread.predictions.scores).keys() == {"rf", "nn"}
    np.testing.assert_array_equal(reread.predictions.scores["nn"], other)
    alone = read_predictions(data, choices=reading.candidates[1].choices)
    assert alone.predictions is not None
    assert (alone.predictions.n, alone.dropped) == (N, {"other Model": N})


def test_11_stacked_models_align_by_key() -> None:
    """Rows in another order are matched by their key; those of one model only are left out."""
    order = RNG.permutation(N)
    data = table({
        "id": np.r_[np.arange(N), order[:-3]], "y_true": np.r_[Y, Y[order][:-3]], "score": np.r_[P, P[order][:-3] / 2],
        "model": ["a"] * N + ["b"] * (N - 3),
    })  # fmt: skip
    reading = read_predictions(data)
    assert (top(reading).split_value, top(reading).id) == (SPLIT_INTO_MODELS, "id")
    reread = read_top(data)
    assert reread.predictions is not None
    assert reread.predictions.n == N - 3
    np.testing.assert_array_equal(reread.predictions.scores["a"], 2 * reread.predictions.scores["b"])


def test_11_parts_that_do_not_align_cannot_be_models() -> None:
    """Where models of different rows are chosen, the error says so."""
    data = table({"y_true": Y, "score": P, "model": ["a"] * 150 + ["b"] * (N - 150)})
    assert top(read_predictions(data)).split_value == "b"
    with pytest.raises(InvalidPredictions, match="not the same rows"):
        read_predictions(data, choices=Choices("y_true", ("score",), split="model", split_value=SPLIT_INTO_MODELS))


def test_11_folds_of_different_rows_are_pooled() -> None:
    """Out-of-fold predictions with a unique key are one set of predictions; without a key the reader asks."""
    fold = np.arange(N) % 5
    assert read_predictions(table({"id": range(N), "target": Y, "oof": P, "fold": fold})).outcome == "sure"
    reading = read_predictions(table({"target": Y, "oof": P, "fold": fold}))
    assert (reading.outcome, top(reading).split) == ("ask", None)
    assert {each.choices.split_value for each in reading.candidates[1:]} >= {"0", "1"}


def test_11_held_out_rows_come_first() -> None:
    """Training rows flatter every model: the test part is proposed."""
    data = table({"target": Y, "pred": P, "set": np.where(np.arange(N) % 4 == 0, "test", "train")})
    assert top(read_predictions(data)).split_value == "test"


def test_11_a_stacking_column_is_not_the_target() -> None:
    """Two detectors in long format are not two classes."""
    data = table({"id": [f"c{i}" for i in range(N)], "detector": labels(Y, "rules", "network"), "support": P})
    assert read_predictions(data).outcome == "refuse"


# 12. Two files: see test_two_files.py
# 13. Numbers


def test_13_numbers_as_people_write_them() -> None:
    """No leading zero, exponents, percentages and decimal commas are read; missing scores are dropped and counted."""
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


def test_13_all_dropped_rows_are_counted() -> None:
    """Missing and unreadable targets and scores, infinite scores and broken rows are counted by reason."""
    lines = [f"{t},{p}" for t, p in zip(Y, P, strict=True)]
    lines[10:16] = [",0.5", "1,", "0,oops", "1,inf", "1,0.5,0.7", "maybe,0.5"]
    data = ("y_true,y_prob\n" + "\n".join(lines) + "\n").encode()
    reading = read_predictions(data, choices=top(read_predictions(data)))
    expected = ("missing score", "unreadable score", "infinite score", "wrong number of cells", "missing truth")
    assert sum(reading.dropped.values()) == 6
    assert all(reading.dropped[reason] == 1 for reason in expected)
    assert reading.n_rows == N


# 14. Not tables of predictions


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


GRID = np.linspace(0, 1, N)
NUMBERED = RNG.integers(0, 6, N)
GUESSED = np.where(NOISE < 0.7, NUMBERED, RNG.integers(0, 6, N))
MEASURED = np.round(5 * P + NOISE, 5)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"fpr": GRID, "tpr": GRID**0.5, "threshold": 1 - GRID}, "finished curve"),
        ({**features(N), "V1": RNG.normal(size=N).round(4), "Class": Y}, "Class (0, 1) could be the truth"),
        ({"true_target": NUMBERED, "predicted_target": GUESSED, "correct": NUMBERED == GUESSED}, ""),
        ({"true_target": NUMBERED, "true_kind": [f"k{i}" for i in NUMBERED], "predicted_target": GUESSED}, ""),
        ({"observed_rank": RNG.integers(1, 6, N), "observed_score": MEASURED, "predicted_score": P}, ""),
        (
            {"provider": [f"p{i}" for i in range(N)], "RiskClass": np.where(P < 0.3, "Low", np.where(P < 0.7, "Medium",
            "High")), "Probability": P}, "no column with the two classes",
        ),
        (
            {"logk_true": MEASURED, "logk_pred": np.round(MEASURED + NOISE, 5),
            "metal": [f"metal {i}" for i in RNG.integers(0, 4, N)]}, "regression",
        ),
        ({"y_true": (1000 * NOISE).round(2), "y_pred": (1000 * P).round(2)}, "y_true has 400 different numbers"),
    ],
    ids=[
        "curve", "features", "class numbers", "class numbers and names", "rank", "bins of the score", "regression",
        "regression of a price",
    ],
)  # fmt: skip
def test_14_other_tables_are_refused(columns: dict[str, Any], reason: str) -> None:
    """The reason says what was found."""
    reading = read_predictions(table(columns))
    assert (reading.outcome, reason in reading.reason) == ("refuse", True), reading.reason


# 15. Not binary


@pytest.mark.parametrize(
    "names",
    [
        ["setosa", "versicolor", "virginica"],
        ["prob_0", "prob_1", "prob_2"],
        ["a_score", "b_score", "c_score"],
    ],
)  # fmt: skip
def test_15_several_classes_are_offered_one_against_the_rest(names: list[str]) -> None:
    """Each class is a candidate with its own column, named after it or in the order of the classes."""
    classes = ["setosa", "versicolor", "virginica"]
    rng = np.random.default_rng(4)
    probability = rng.dirichlet([1, 1, 1], N)
    drawn = [classes[int(np.argmax(row + 0.3 * rng.random(3)))] for row in probability]
    data = table({"species": drawn, **dict(zip(names, probability.T.round(5), strict=True))})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert "3 classes" in reading.reason
    found = {each.choices.pos_label: each.choices.scores for each in reading.candidates}
    assert found == {kind: (name,) for kind, name in zip(classes, names, strict=True)}
    reread = read_top(data)
    assert reread.predictions is not None
    assert reread.predictions.n_pos == drawn.count(top(reread).pos_label or "")


def test_15_classes_without_a_column_are_not_offered() -> None:
    """Where only some classes have a column, those are candidates."""
    kind = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    reading = read_predictions(table({"kind": kind, "p_ant": NOISE, "p_bee": NOISE[::-1]}))
    assert {each.choices.pos_label for each in reading.candidates} == {"ant", "bee"}
