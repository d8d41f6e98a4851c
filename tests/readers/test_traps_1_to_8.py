"""The first 8 of 15 ways in which a prediction file misleads its reader, each with what must happen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.readers import Choices, read_predictions
from tests.readers.helpers import features, kinds, labels, read_top, rows, table, top

Y, P = rows(400)
N = len(Y)
HARD = (P >= 0.5).astype(int)
CONFIDENCE = np.where(HARD == 1, P, 1 - P).round(6)
RNG = np.random.default_rng(3)
NOISE = RNG.random(N).round(5)

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
    reread = read_top(data)
    assert reread.dropped == {f"truth is {third}": ties.sum()}
    assert reread.predictions is not None
    assert reread.predictions.n == N - ties.sum()


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
