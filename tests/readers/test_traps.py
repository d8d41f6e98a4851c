"""The first eight of fifteen ways in which a prediction file misleads its reader, each with what must happen."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.readers import Choices, read_predictions
from tests.readers.making import features, labels, rows, table
from tests.readers.trapping import HARD, NOISE, RNG, N, P, Y, kinds, read_top, top

# 1. Circular


@pytest.mark.parametrize("truth", ["y_pred", "prediction", "y_true"])
def test_1_a_truth_made_from_the_score_is_asked_about(truth: str) -> None:
    """A two-valued column that is the score cut at 0.5 would give F1 = 1: ask, and warn when it is taken anyway."""
    data = table({truth: HARD, "y_pred_proba": P})
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert "without a single error" in reading.reason
    assert "circular" in kinds(read_top(data))


def test_1_a_decision_beside_the_truth_is_not_taken_for_it() -> None:
    """Of two two-valued columns the one that follows from the score is the decision, whatever its name."""
    reading = read_predictions(table({"is_fraud_flag": HARD, "label": Y, "fraud_score": P}))
    assert (reading.outcome, top(reading).truth) == ("sure", "label")


# 2. Names lie


def test_2_predicted_can_be_the_score() -> None:
    """`Target,Predicted`: Predicted holds many values, so it is the score."""
    reading = read_predictions(table({"Target": Y, "Predicted": P}))
    assert (reading.outcome, top(reading).scores) == ("sure", ("Predicted",))


def test_2_target_can_be_a_score_without_a_truth() -> None:
    """`ID,TARGET` of a submission has no truth: refuse and say what would help."""
    reading = read_predictions(table({"ID": range(N), "TARGET": P}))
    assert reading.outcome == "refuse"
    assert "TARGET could be a score" in reading.reason
    assert "second file" in reading.reason


def test_2_a_score_can_be_a_decision() -> None:
    """A `score` of 0 and 1 leaves no threshold to choose: refuse, name both columns, ask for probabilities."""
    reading = read_predictions(table({"label": Y, "score": HARD}))
    assert reading.outcome == "refuse"
    assert "hard predictions only" in reading.reason
    explicit = read_predictions(table({"label": Y, "score": HARD}), choices=Choices("label", ("score",)))
    assert explicit.outcome == "sure"
    assert "hard_labels" in kinds(explicit)


def test_2_a_verdict_on_the_prediction_is_not_the_truth() -> None:
    """`correct` follows from label and decision."""
    data = table({"label": Y, "pred": HARD, "prob": P, "correct": (HARD == Y).astype(int)})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).truth) == ("sure", "label")
    assert top(read_predictions(table({"label": Y, "pred": Y, "prob": P, "correct": HARD}))).truth == "label"
    other = table({"label": Y, "pred": HARD, "prob": P, "correct": RNG.integers(0, 2, N)})
    assert top(read_predictions(other)).truth == "label"


def test_2_a_score_of_something_else_raises_a_doubt() -> None:
    """A propensity score tells the treatment, not the outcome."""
    reading = read_predictions(table({"outcome": RNG.integers(0, 2, N), "treatment": Y, "propensity_score": P}))
    assert reading.outcome == "ask"
    assert "propensity_score separates treatment better than outcome" in reading.reason


def test_2_a_predicted_price_is_no_score_of_a_sale() -> None:
    """Not a probability, and it hardly tells the classes apart."""
    price = (1000 * NOISE).round(2)
    reading = read_predictions(table({"price": price, "pred_price": price * 1.1, "sold": Y}))
    assert (reading.outcome, "not a probability" in reading.reason) == ("ask", True)


def test_2_two_scores_of_different_kinds_raise_a_doubt() -> None:
    """A weak probability beside a strong logit: either may be meant."""
    reading = read_predictions(
        table({"y_true": Y, "y_prob": rows(400, spread=0.3)[1], "logit": np.log(P / (1 - P)).round(4)})
    )
    assert (reading.outcome, "score" in reading.reason) == ("ask", True)


# 3. Class columns


def test_3_complements_are_one_model_in_any_order_and_naming() -> None:
    """Columns that sum to 1 are one model; the one that ranks the positives high is its score."""
    rest = (1 - P).round(6)
    for columns, score in (
        ({"y": Y, "prob_1": rest, "prob_2": P}, "prob_2"),
        ({"y": Y, "noPep": rest, "yesPep": P}, "yesPep"),
        ({"y": Y, "p1": P, "p0": rest}, "p1"),
    ):
        reading = read_predictions(table(columns))
        assert (reading.outcome, top(reading).scores) == ("sure", (score,))


def test_3_the_first_level_can_be_the_positive_one() -> None:
    """`truth,Class1,Class2`: neither word tells; the first column's class is offered first, the reader asks."""
    data = table({"truth": labels(Y, "Class2", "Class1"), "Class1": P, "Class2": (1 - P).round(6)})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).pos_label, top(reading).scores) == ("ask", "Class1", ("Class1",))


# 4. Headers


def test_4_no_header() -> None:
    """Without a header the columns are numbered and no row is lost."""
    reading = read_predictions(table({"a": 2 * Y - 1, "b": P}, header=False))
    assert reading.n_rows == N
    assert top(reading).truth == "column 1"


def test_4_numeric_header() -> None:
    """`0,1` above numbers written with a point are names, not a row."""
    reading = read_predictions(table({"0": (1 - P).round(6), "1": P, "target": Y}))
    assert top(reading).scores == ("1",)
    bare = read_predictions(table({"0": Y.astype(float), "1": P}), choices=Choices("0", ("1",)))
    assert bare.n_rows == N


def test_4_duplicate_and_empty_headers_and_a_byte_order_mark() -> None:
    """A repeated name gets a suffix, an empty one a number as in pandas, and the mark is no part of the first name."""
    data = b"\xef\xbb\xbf,y,score,score\n" + b"".join(
        f"{i},{t},{p},{q}\n".encode() for i, (t, p, q) in enumerate(zip(Y, P, NOISE, strict=True))
    )
    reading = read_predictions(data)
    assert [column.name for column in reading.columns] == ["Unnamed: 0", "y", "score", "score.1"]


# 5. A third value


@pytest.mark.parametrize("third", ["0.5", "unknown"])
def test_5_a_third_truth_value_can_be_dropped_with_its_number(third: str) -> None:
    """Ties in games: the reader asks, offers to leave those rows out, and says how many they are."""
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


def test_6_features_are_not_taken_for_truth_or_score() -> None:
    """Two-valued features, a standardised dummy and features within [0, 1] lose against truth and score."""
    dummy = np.where(RNG.random(N) < 0.4, 1.569, -0.637)
    reading = read_predictions(
        table({**features(N), "dummy": dummy, "dead": RNG.integers(0, 2, N), "cancer": Y, "cancerpredmarker": P})
    )
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", "cancer", ("cancerpredmarker",))


def test_6_a_table_of_features_alone_is_refused() -> None:
    """A training table has a truth and no score: refuse and ask for the scores."""
    reading = read_predictions(table({**features(N), "V1": RNG.normal(size=N).round(4), "Class": Y}))
    assert reading.outcome == "refuse"
    assert "Class (0, 1) could be the truth" in reading.reason


def test_6_a_feature_that_beats_the_score_raises_a_doubt() -> None:
    """Where a feature tells the classes apart better than the column called score, the reader asks."""
    reading = read_predictions(table({"label": Y, "score": NOISE, "marker_x": P * 7 + 2, "other": NOISE[::-1]}))
    assert reading.outcome == "ask"
    assert "separates the classes better than score" in reading.reason


# 7. Inverted


def test_7_an_inverted_score_is_never_flipped_silently() -> None:
    """An anomaly score that is low for anomalies: ask, as it is first, turned around as an offer."""
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
    """Where 1 - s has no meaning, turning around is -s."""
    score = (5 - 10 * P).round(5)
    choices = Choices("y", ("margin",), flipped=("margin",))
    reading = read_predictions(table({"y": Y, "margin": score}), choices=choices)
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["margin"], -score)


# 8. Not probabilities


@pytest.mark.parametrize("scale", [lambda p: np.log(p / (1 - p)).round(4), lambda p: np.ceil(10 * p).astype(int)])
def test_8_other_scores_are_taken_as_they_are(scale: object) -> None:
    """Logits and deciles are not squeezed into [0, 1]; a warning says that 0.5 means nothing there."""
    score = scale(P)  # type: ignore[operator]
    reading = read_predictions(table({"label": Y, "score": score}))
    assert reading.predictions is not None
    np.testing.assert_array_equal(reading.predictions.scores["score"], score)
    assert "not_probabilities" in kinds(reading)


def test_6_a_very_wide_table_takes_no_longer_for_it() -> None:
    """Hundreds of features are passed over by name and range; truth and score are found among them."""
    chaff = {f"x{i}": RNG.integers(0, 2, N) for i in range(200)} | {f"z{i}": RNG.random(N).round(4) for i in range(200)}
    reading = read_predictions(table({**chaff, "status": Y, "risk_score": P}))
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", "status", ("risk_score",))
