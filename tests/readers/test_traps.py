"""Fifteen ways in which a prediction file misleads its reader, each with what must happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions
from tests.readers.making import features, labels, rows, table
from tests.readers.trapping import CONFIDENCE, HARD, NOISE, RNG, N, P, Y, kinds, read_top, top

# 1. Circular


@pytest.mark.parametrize("truth", ["y_pred", "prediction", "y_true"])
def test_1_a_target_made_from_the_score_is_asked_about(truth: str) -> None:
    """A two-valued column that is the score cut at 0.5 would give F1 = 1: ask, and warn when it is used anyway."""
    data = table({truth: HARD, "y_pred_proba": P})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert "without a single error" in reading.reason
    assert "circular" in kinds(read_top(data))


# 2. Misleading names


@pytest.mark.parametrize(
    ("columns", "truth", "score"),
    [
        ({"is_fraud_flag": HARD, "label": Y, "fraud_score": P}, "label", "fraud_score"),
        ({"Target": Y, "Predicted": P}, "Target", "Predicted"),
        ({"predicted_target": HARD, "true_target": Y, "prob": P}, "true_target", "prob"),
        ({"label": Y, "pred": HARD, "prob": P, "correct": (HARD == Y).astype(int)}, "label", "prob"),
    ],
)
def test_2_values_decide_between_target_hard_prediction_and_score(
    columns: dict[str, Any], truth: str, score: str
) -> None:
    """`Predicted` may be the score, a flag or a "predicted target" the hard prediction, `correct` a verdict on it."""
    reading = read_predictions(table(columns))
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", truth, (score,))


@pytest.mark.parametrize("columns", [{"pred": Y, "correct": HARD}, {"pred": HARD, "correct": RNG.integers(0, 2, N)}])
def test_2_a_column_that_does_not_flag_correct_predictions(columns: dict[str, Any]) -> None:
    """A column named `correct` that does not follow from label and prediction changes nothing."""
    assert top(read_predictions(table({"label": Y, "prob": P, **columns}))).truth == "label"


def test_2_target_can_be_a_score_without_a_target() -> None:
    """`ID,TARGET` of a submission has no target: refuse and say what would help."""
    reading = read_predictions(table({"ID": range(N), "TARGET": P}))
    assert reading.outcome == "refuse"
    assert "TARGET could be a score" in reading.reason
    assert "second file" in reading.reason


def test_2_a_score_can_be_a_hard_prediction() -> None:
    """A `score` of 0 and 1 leaves no threshold to choose: refuse and ask for probabilities; warn where it is chosen."""
    data = table({"label": Y, "score": HARD})
    reading = read_predictions(data)
    assert reading.outcome == "refuse"
    assert "hard predictions only" in reading.reason
    chosen = read_predictions(data, choices=Choices("label", ("score",)))
    assert chosen.outcome == "sure"
    assert "hard_labels" in kinds(chosen)


PRICE = (1000 * NOISE).round(2)
WEAK = rows(400, spread=0.3)[1]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            {"outcome": RNG.integers(0, 2, N), "treatment": Y, "propensity_score": P},
            "propensity_score separates treatment better than outcome",
        ),
        ({"price": PRICE, "pred_price": PRICE * 1.1, "sold": Y}, "not a probability"),
        ({"y_true": Y, "y_prob": WEAK, "logit": np.log(P / (1 - P)).round(4)}, "score"),
        (
            {"label": Y, "score": NOISE, "marker_x": P * 7 + 2, "other": NOISE[::-1]},
            "separates the classes better than score",
        ),
    ],
    ids=["score of another target", "a predicted price", "a probability and a logit", "a feature beats the score"],
)
def test_2_a_doubtful_score_is_asked_about(columns: dict[str, Any], reason: str) -> None:
    """The reason says what speaks against the score."""
    reading = read_predictions(table(columns))
    assert (reading.outcome, reason in reading.reason) == ("ask", True), reading.reason


# 3. Class columns


@pytest.mark.parametrize(
    ("columns", "score"),
    [
        ({"prob_1": (1 - P).round(6), "prob_2": P}, "prob_2"),
        ({"noPep": (1 - P).round(6), "yesPep": P}, "yesPep"),
        ({"p1": P, "p0": (1 - P).round(6)}, "p1"),
    ],
)
def test_3_complements_are_one_model(columns: dict[str, Any], score: str) -> None:
    """Of columns that sum to 1, the one that ranks the positives high is the score."""
    reading = read_predictions(table({"y": Y, **columns}))
    assert (reading.outcome, top(reading).scores) == ("sure", (score,))


def test_3_the_first_level_can_be_the_positive_class() -> None:
    """Where words do not tell, the class of the first column is proposed, and the reader asks."""
    data = table({"truth": labels(Y, "Class2", "Class1"), "Class1": P, "Class2": (1 - P).round(6)})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).pos_label, top(reading).scores) == ("ask", "Class1", ("Class1",))


# 4. Headers


def test_4_headers() -> None:
    """Columns without header are numbered, numbers can be names, and duplicate names get a suffix."""
    reading = read_predictions(table({"a": 2 * Y - 1, "b": P}, header=False))
    assert (reading.n_rows, top(reading).truth) == (N, "column 1")
    assert top(read_predictions(table({"0": (1 - P).round(6), "1": P, "target": Y}))).scores == ("1",)
    bare = read_predictions(table({"0": Y.astype(float), "1": P}), choices=Choices("0", ("1",)))
    assert bare.n_rows == N
    data = b"\xef\xbb\xbf,y,score,score\n" + b"".join(
        f"{i},{t},{p},{q}\n".encode() for i, (t, p, q) in enumerate(zip(Y, P, NOISE, strict=True))
    )
    names = [column.name for column in read_predictions(data).columns]
    assert names == ["Unnamed: 0", "y", "score", "score.1"]


# 5. A third value


@pytest.mark.parametrize("third", ["0.5", "unknown"])
def test_5_a_third_target_value_can_be_dropped(third: str) -> None:
    """Ties in games: the reader asks, proposes to leave those rows out, and says how many they are."""
    ties = np.arange(N) % 20 == 0
    data = table({"prob1": P, "result1": np.where(ties, third, Y.astype(str))})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert f"third value, {third}, in {ties.sum()}" in reading.reason
    assert top(reading).dropped_truth == (third,)
    again = read_top(data)
    assert again.dropped == {f"truth is {third}": ties.sum()}
    assert again.predictions is not None
    assert again.predictions.n == N - ties.sum()


# 6. Decoys


def test_6_features_are_not_taken_for_target_or_score() -> None:
    """Two-valued features, a standardized dummy and features within [0, 1] lose against target and score."""
    dummy = np.where(RNG.random(N) < 0.4, 1.569, -0.637)
    reading = read_predictions(
        table({**features(N), "dummy": dummy, "dead": RNG.integers(0, 2, N), "cancer": Y, "cancerpredmarker": P})
    )
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", "cancer", ("cancerpredmarker",))


def test_6_a_very_wide_table() -> None:
    """Hundreds of features are skipped by name and range; target and score are found among them."""
    chaff = {f"x{i}": RNG.integers(0, 2, N) for i in range(200)} | {f"z{i}": RNG.random(N).round(4) for i in range(200)}
    reading = read_predictions(table({**chaff, "status": Y, "risk_score": P}))
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", "status", ("risk_score",))


def test_6_a_few_hard_predictions_do_not_identify_a_score() -> None:
    """With less than ten rows, or a single positive prediction, separation may be chance."""
    y_true, score = rows(9)
    zz = np.round(40 * score - 9, 4)
    few = read_predictions(table({"truth": y_true, "zz": zz, "decision": (zz > np.median(zz)).astype(int)}))
    assert few.outcome != "sure"
    single = (P.max() == P).astype(int)
    alone = read_predictions(table({"truth": Y, "zz": np.round(40 * P - 9, 4), "decision": single}))
    assert alone.outcome != "sure"


# 7. Inverted scores


def test_7_an_inverted_score_is_never_flipped_silently() -> None:
    """The reader asks, proposes the score as it is, and offers it flipped."""
    data = table({"label": Y, "anomaly_score": (1 - P).round(6)})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).flipped) == ("ask", ())
    assert "low scores go with the positive class" in reading.reason
    assert "inverted" in kinds(read_top(data))
    flip = reading.candidates[1]
    assert flip.choices.flipped == ("anomaly_score",)
    assert flip.roc_auc["anomaly_score"] > 0.8
    flipped = read_predictions(data, choices=flip.choices)
    assert flipped.predictions is not None
    np.testing.assert_array_equal(flipped.predictions.scores["anomaly_score"], 1 - (1 - P).round(6))
    assert "inverted" not in kinds(flipped)


def test_7_scores_outside_the_unit_interval_are_flipped_by_their_sign() -> None:
    """Where 1 - s has no meaning, flipping is -s."""
    score = (5 - 10 * P).round(5)
    choices = Choices("y", ("margin",), flipped=("margin",))
    reading = read_predictions(table({"y": Y, "margin": score}), choices=choices)
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["margin"], -score)


# 8. Not probabilities


@pytest.mark.parametrize("score", [np.log(P / (1 - P)).round(4), np.ceil(10 * P).astype(int)], ids=["logit", "decile"])
def test_8_other_scores_are_read_unchanged(score: Any) -> None:
    """Logits and deciles are not squeezed into [0, 1]; a warning says that 0.5 has no meaning."""
    reading = read_predictions(table({"label": Y, "score": score}))
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["score"], score)
    assert "not_probabilities" in kinds(reading)


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
    again = read_top(data)
    assert again.predictions is not None
    np.testing.assert_allclose(again.predictions.scores["PROB"], P, atol=1e-12)


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
    again = read_top(data)
    assert again.predictions is not None
    assert dict(again.predictions.scores).keys() == {"rf", "nn"}
    np.testing.assert_array_equal(again.predictions.scores["nn"], other)
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
    again = read_top(data)
    assert again.predictions is not None
    assert again.predictions.n == N - 3
    np.testing.assert_array_equal(again.predictions.scores["a"], 2 * again.predictions.scores["b"])


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
    again = read_top(data)
    assert again.predictions is not None
    assert again.predictions.n_pos == drawn.count(top(again).pos_label or "")


def test_15_classes_without_a_column_are_not_offered() -> None:
    """Where only some classes have a column, those are candidates."""
    kind = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    reading = read_predictions(table({"kind": kind, "p_ant": NOISE, "p_bee": NOISE[::-1]}))
    assert {each.choices.pos_label for each in reading.candidates} == {"ant", "bee"}
