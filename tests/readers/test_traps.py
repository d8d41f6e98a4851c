"""Sixteen ways in which a prediction file misleads its reader, each with what must happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.readers import Choices, read_predictions
from tests.readers.helpers import FloatArray, features, kinds, labels, read_top, rows, scores, table, top

Y, P = rows(400)
N = len(Y)
HARD = (P >= 0.5).astype(int)
CONFIDENCE = np.where(HARD == 1, P, 1 - P).round(6)
RNG = np.random.default_rng(3)
NOISE = RNG.random(N).round(5)
PRICE = (1000 * NOISE).round(2)
WEAK = rows(400, spread=0.3)[1]


def scores_read(data: bytes, choices: Choices | None = None) -> dict[str, FloatArray]:
    """Return the scores of a file, read with some choices or else with those of the first candidate."""
    predictions = read_predictions(data, choices=choices or top(read_predictions(data))).predictions
    assert predictions is not None
    return dict(predictions.scores)


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


@pytest.mark.parametrize("columns", [{"pred": Y, "correct": HARD}, {"pred": HARD, "correct": RNG.integers(0, 2, N)}])
def test_2_a_column_that_does_not_flag_correct_predictions(columns: dict[str, Any]) -> None:
    """A column named `correct` that does not follow from label and prediction changes nothing."""
    assert top(read_predictions(table({"label": Y, "prob": P, **columns}))).truth == "label"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            {"outcome": RNG.integers(0, 2, N), "treatment": Y, "propensity_score": P},
            "propensity_score separates treatment better than outcome",
        ),
        ({"price": PRICE, "pred_price": PRICE * 1.1, "sold": Y}, "not a probability"),
        (
            {"label": Y, "score": NOISE, "marker_x": P * 7 + 2, "other": NOISE[::-1]},
            "separates the classes better than score",
        ),
    ],
    ids=["score of another target", "a predicted price", "a feature beats the score"],
)
def test_2_a_doubtful_score_is_asked_about(columns: dict[str, Any], reason: str) -> None:
    """The reason says what speaks against the score."""
    reading = read_predictions(table(columns))
    assert (reading.outcome, reason in reading.reason) == ("ask", True), reading.reason


# 3. Class columns and 4. headers: see example_files.py


def test_4_headers() -> None:
    """Columns without header are numbered, numbers can be names, and duplicate names get a suffix."""
    reading = read_predictions(table({"a": 2 * Y - 1, "b": P}, header=False))
    assert (reading.n_rows, top(reading).truth) == (N, "column 1")
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
    assert (reading.outcome, top(reading).dropped_truth) == ("ask", (third,))
    assert f"third value, {third}, in {ties.sum()}" in reading.reason
    reread = read_top(data)
    assert reread.dropped == {f"truth is {third}": ties.sum()}
    assert reread.predictions is not None
    assert reread.predictions.n == N - ties.sum()


# 6. Decoys


def test_6_a_few_hard_predictions_do_not_identify_a_score() -> None:
    """With less than ten rows, or a single positive prediction, separation may be chance."""
    y_true, score = rows(9)
    zz = np.round(40 * score - 9, 4)
    few = {"truth": y_true, "zz": zz, "decision": (zz > np.median(zz)).astype(int)}
    single = {"truth": Y, "zz": np.round(40 * P - 9, 4), "decision": (P.max() == P).astype(int)}
    assert all(read_predictions(table(columns)).outcome != "sure" for columns in (few, single))


# 7. Inverted scores


def test_7_an_inverted_score_is_never_flipped_silently() -> None:
    """The reader asks, proposes the score as it is, and offers it flipped."""
    data = table({"label": Y, "anomaly_score": (1 - P).round(6)})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).flipped, reading.ranks_candidates) == ("ask", (), False)
    assert "low scores go with the positive class" in reading.reason
    assert "inverted" in kinds(read_top(data))
    flip = reading.candidates[1]
    assert flip.choices.flipped == ("anomaly_score",)
    assert flip.roc_auc["anomaly_score"] > 0.8
    np.testing.assert_array_equal(scores_read(data, flip.choices)["anomaly_score"], 1 - (1 - P).round(6))
    assert "inverted" not in kinds(read_predictions(data, choices=flip.choices))


def test_7_scores_outside_the_unit_interval_are_flipped_by_their_sign() -> None:
    """Where 1 - s has no meaning, flipping is -s."""
    score = (5 - 10 * P).round(5)
    choices = Choices("y", ("margin",), flipped=("margin",))
    np.testing.assert_array_equal(scores_read(table({"y": Y, "margin": score}), choices)["margin"], -score)


# 8. Not probabilities


@pytest.mark.parametrize("score", [np.log(P / (1 - P)).round(4), np.ceil(10 * P).astype(int)], ids=["logit", "decile"])
def test_8_other_scores_are_read_unchanged(score: Any) -> None:
    """Logits and deciles are not squeezed into [0, 1]; a warning says that 0.5 has no meaning."""
    data = table({"label": Y, "score": score})
    np.testing.assert_array_equal(scores_read(data)["score"], score)
    assert "not_probabilities" in kinds(read_predictions(data))


@pytest.mark.parametrize("name", ["points", "grade", "marks", "risk_points"])
def test_8_few_points_are_no_row_numbers(name: str) -> None:
    """Points from 0 to 100 may be different in each row; a key is in order, or its numbers are far apart."""
    points = np.random.default_rng(1).permutation(101)[:40]
    y_true = points + np.random.default_rng(2).normal(0, 25, 40) > 55
    reading = read_top(table({"y": y_true.astype(int), name: points}))
    assert scores(reading) == points.tolist()
    for key in (np.arange(40), np.sort(points), 1000 * points):
        columns = {column.name: column.role for column in read_predictions(table({"y": Y[:40], "nr": key})).columns}
        assert columns["nr"] == "id"


# 9. Degenerate


@pytest.mark.parametrize(
    ("columns", "reason", "kind"),
    [
        ({"y": Y, "score": ["0.5"] * N}, "0.5 in every row", "constant"),
        ({"y": Y, "score": HARD}, "hard predictions only", "hard_labels"),
        ({"y": [1] * N, "score": P}, '"y" is 1 in every row', None),
    ],
)
def test_9_degenerate_columns_are_refused(columns: dict[str, Any], reason: str, kind: str | None) -> None:
    """Without two classes or a threshold between them: refuse; warn where a score is chosen that has no threshold."""
    data = table(columns)
    reading = read_predictions(data)
    assert (reading.outcome, reason in reading.reason) == ("refuse", True), reading.reason
    chosen = read_predictions(data, choices=Choices("y", ("score",)))
    if kind is None:
        assert chosen.reason == reading.reason
    else:
        assert (chosen.outcome, kind in kinds(chosen)) == ("sure", True)


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
    np.testing.assert_allclose(scores_read(data)["PROB"], P, atol=1e-12)


def test_10_a_confidence_without_a_target() -> None:
    """`LABEL,PROB` alone: ask; the derived score is a candidate, for a target in a second file."""
    reading = read_predictions(table({"LABEL": HARD, "PROB": CONFIDENCE}))
    assert reading.outcome == "ask"
    assert "confidence" in reading.reason
    assert any(each.choices.predicted == "LABEL" for each in reading.candidates)


# 11. Long formats: see test_long_formats.py
# 12. Two files: see test_two_files.py
# 13. Numbers


def test_13_numbers_as_people_write_them() -> None:
    """No leading zero, exponents and percentages are read; missing scores are dropped and counted."""
    cells = [".00025", "1.25E-32", ".", "", "87 %", "0.5", "NA", *map(str, P[7:])]
    reading = read_predictions(table({"y_true": Y, "y_prob": cells}))
    assert reading.dropped == {"missing score": 3}
    assert reading.predictions is not None
    assert reading.predictions.scores["y_prob"][:4].tolist() == [0.00025, 1.25e-32, 0.87, 0.5]


def test_13_seventeen_digits_stay_exact() -> None:
    """Every float64 survives the way through text, bit by bit."""
    score = np.random.default_rng(99).random(N)
    data = table({"y_true": Y, "y_prob": [repr(float(each)) for each in score]})
    np.testing.assert_array_equal(scores_read(data)["y_prob"], score)


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

GRID = np.linspace(0, 1, N)
NUMBERED = RNG.integers(0, 6, N)
GUESSED = np.where(NOISE < 0.7, NUMBERED, RNG.integers(0, 6, N))
MEASURED = np.round(5 * P + NOISE, 5)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"ID": range(N), "TARGET": P}, "TARGET could be a score, but no column with the two classes"),
        ({"id": [f"c{i}" for i in range(N)], "detector": labels(Y, "rules", "network"), "support": P}, ""),
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
        ({"y_true": (1000 * NOISE).round(2), "y_pred": (1000 * P).round(2)}, '"y_true" has 400 different numbers'),
    ],
    ids=[
        "score without target", "two stacked models", "curve", "features", "class numbers", "class numbers and names",
        "rank", "bins of the score", "regression", "regression of a price",
    ],
)  # fmt: skip
def test_14_other_tables_are_refused(columns: dict[str, Any], reason: str) -> None:
    """The reason says what was found."""
    reading = read_predictions(table(columns))
    assert (reading.outcome, reason in reading.reason) == ("refuse", True), reading.reason


# 15. Not binary


def test_15_several_classes_are_offered_one_against_the_rest() -> None:
    """Columns in the order of the classes and not named after them: all, and each class with its own column."""
    classes, names = ["setosa", "versicolor", "virginica"], ["a_score", "b_score", "c_score"]
    rng = np.random.default_rng(4)
    probability = rng.dirichlet([1, 1, 1], N)
    drawn = [classes[int(np.argmax(row + 0.3 * rng.random(3)))] for row in probability]
    reading = read_predictions(table({"species": drawn, **dict(zip(names, probability.T.round(5), strict=True))}))
    assert reading.outcome == "ask"
    assert "not named after the classes" in reading.reason
    together, *one_by_one = [each.choices for each in reading.candidates]
    assert (together.classes, together.scores) == (tuple(classes), tuple(names))
    found = {each.pos_label: each.scores for each in one_by_one}
    assert found == {kind: (name,) for kind, name in zip(classes, names, strict=True)}


def test_15_classes_without_a_column_are_not_offered() -> None:
    """Where only some classes have a column, those are candidates."""
    kind = np.array(["ant", "bee", "cat"])[np.arange(N) % 3]
    reading = read_predictions(table({"kind": kind, "p_ant": NOISE, "p_bee": NOISE[::-1]}))
    assert {each.choices.pos_label for each in reading.candidates} == {"ant", "bee"}


# 16. Models named after the rows that trained them


@pytest.mark.parametrize("values", [("clear", "faded"), ("sharp", "faded"), ("front", "rear"), ("on site", "remote")])
@pytest.mark.parametrize("named", ["prob_trained_on_{}", "p_{}"])
@pytest.mark.parametrize("n_models", [1, 2])
def test_16_a_score_named_after_a_group_is_asked_about(values: tuple[str, str], named: str, n_models: int) -> None:
    """A model of clear images is higher on these: that and its name don't make them the truth, whatever the words."""
    rng = np.random.default_rng(5)
    of_first = rng.integers(0, 2, N)
    logits = 2 * np.log(P / (1 - P)) + [[2.0], [0.5]] * of_first
    first, both = (1 / (1 + np.exp(-logits))).round(6)
    columns = {"source": labels(of_first, values[1], values[0]), "digit": labels(Y, "other", "eight")}
    models = {named.format(values[0].replace(" ", "_")): first, "prob_trained_on_both": both}
    reading = read_predictions(table({**columns, **dict(list(models.items())[:n_models])}))
    assert reading.outcome == "ask", reading.reason
    assert {each.choices.truth for each in reading.candidates} == {"source", "digit"}
    if n_models == 2:
        assert {each.choices.scores for each in reading.candidates} == {tuple(models)}


@pytest.mark.parametrize("truth", ["y_true", "churned", "label"])
def test_16_a_column_called_the_truth_is_taken(truth: str) -> None:
    """Its name decides against a group that a score is named after."""
    source = labels(RNG.integers(0, 2, N), "faded", "clear")
    reading = read_predictions(table({"source": source, truth: Y, "prob_clear": P, "prob_both": P**2}))
    assert (reading.outcome, top(reading).truth) == ("sure", truth), reading.reason


@pytest.mark.parametrize("scores", [("p_cat",), ("p_cat", "baseline")])
def test_16_a_score_named_after_the_truth_needs_no_question(scores: tuple[str, ...]) -> None:
    """Another two-valued column that the scores know little of is no rival."""
    rng = np.random.default_rng(6)
    place = labels(np.where(rng.random(N) < 0.2, Y, rng.integers(0, 2, N)), "outdoor", "indoor")
    columns = {"p_cat": P, "baseline": (0.7 * P + 0.3 * NOISE).round(6)}
    kept = {name: columns[name] for name in scores}
    reading = read_predictions(table({"place": place, "species": labels(Y, "dog", "cat"), **kept}))
    assert (reading.outcome, top(reading).truth, top(reading).pos_label) == ("sure", "species", "cat"), reading.reason
