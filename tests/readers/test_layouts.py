"""Files of many layouts are read with the right columns; a reader that is sure is never wrong."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from f1tools.readers import Reading, read_predictions
from tests.readers.helpers import kinds, read_top, table, top
from tests.readers.made_files import World, judge, make
from tests.readers.published_layouts import LAYOUTS
from tests.readers.random_layouts import random_file

WORSE = World.draw(4, separation=-2.0)
WORLD = World.draw(5)


def read(line: str, world: World | None = None) -> Reading:
    """Read the file that a line describes, see made_files.py; its noise does not depend on the order of the tests."""
    return read_predictions(make(line, World.draw(5) if world is None else world)[0])


def best_f1(world: World, scores: np.ndarray) -> float:
    """Return the best F1 by scikit-learn."""
    precision, recall, _ = precision_recall_curve(world.y, scores)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))


def test_most_published_layouts_need_no_question() -> None:
    """Of 64 layouts at least 48 are read without a question, and of at least 62 the right mapping comes first."""
    files = (make(line, World.draw(seed)) for seed, line in enumerate(LAYOUTS.strip().splitlines()))
    results = Counter(judge(read_predictions(data), truth) for data, truth in files)
    assert results.total() == 64
    assert results["sure, wrong"] == 0
    assert results["sure, right"] >= 48
    assert results["sure, right"] + results["asks, right on top"] >= 62


@pytest.mark.parametrize("start", range(0, 150, 50))
def test_a_sure_reading_is_right(start: int) -> None:
    """Random combinations of names, label spellings, scales, models and decoys; some files have no target at all."""
    for seed in range(start, start + 50):
        line, data, truth = random_file(seed)
        reading = read_predictions(data)
        assert judge(reading, truth) != "sure, wrong", f"{line}: {reading.reason}"


@pytest.mark.parametrize(
    "line",
    [
        "id=id, has_discount=flag, tenure=integer, score=p", "id=id, is_member=related, visits=integer, y_prob=p",
        "prob_0=1-p, prob_1=p, married=related, city=group", "rf_prob=p, xgb_prob=q, owns_home=related, income=number",
    ],
)  # fmt: skip
def test_a_feature_is_no_truth(line: str) -> None:
    """Without a target, a two-valued feature is not used unasked, even where the score is related to it."""
    reading = read(line)
    assert reading.outcome != "sure"
    assert "not certain" in reading.reason


def test_a_target_named_like_a_score() -> None:
    """Labels that people gave are the target although their name ends like a score's; a feature beside them is not."""
    reading = read("match_weight=p:raw, match_probability=p, gamma_city=related, clerical_match_score=y(0.0|1.0)")
    assert reading.outcome == "sure", reading.reason
    assert (top(reading).truth, top(reading).scores) == ("clerical_match_score", ("match_probability",))
    assert "match_weight" in next(each.sentence for each in reading.warnings if each.kind == "unused_columns")


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("0=1-p, 1=p, y_true=y", "1"), ("y=y, prob_1=p, prob_0=1-p", "prob_1"),
        ("p_-1=1-p, p_1=p, event=y(-1|1)", "p_1"),
        ("label=y(ham|spam), p_ham=1-p, p_spam=p", "p_spam"),
        ("0=1-p, 1=p, default=y(no|yes)", "1"),
    ],
)  # fmt: skip
def test_the_column_of_the_positive_class_is_the_score_of_a_model_worse_than_chance(line: str, score: str) -> None:
    """Class columns are matched by name; that low scores go with the class is said, and nothing is flipped."""
    reading = read(line, WORSE)
    assert (top(reading).scores, top(reading).flipped) == ((score,), ())
    assert "low scores" in reading.reason
    reread = read_predictions(make(line, WORSE)[0], choices=top(reading))
    assert "inverted" in kinds(reread)


def test_class_columns_whose_names_contradict_the_scores_are_asked_about() -> None:
    """Columns counted from 1 belong to the classes in order, unless the scores say the opposite."""
    line = "truth=y, prob_1=1-p, prob_2=p"
    assert (read(line).outcome, top(read(line)).scores) == ("sure", ("prob_2",))
    assert "unclear which is which" in read(line, WORSE).reason


@pytest.mark.parametrize(
    "line",
    [
        "y=y, score_lr=p, score_svm=q:logit, score_rf=r", "y_true=y, y_prob=p, xgb=q, lgbm=r",
        "label=y, score=p, baseline=q, model_a=r", "target=y, nn1=p, nn2=q:logit, pred=hard",
        "id=id, age=age, outcome=y, prob=p, catboost=q, income=number",
    ],
)  # fmt: skip
def test_models_of_any_name_and_scale_are_models(line: str) -> None:
    """A margin beside probabilities and a model's name without "prob" do not keep a model out."""
    reading = read(line)
    assert judge(reading, make(line, WORLD)[1]) == "sure, right", reading.reason
    assert reading.predictions is not None
    for kind, name in zip("pqr", top(reading).scores, strict=False):
        assert best_f1(WORLD, reading.predictions.scores[name]) == pytest.approx(
            best_f1(WORLD, WORLD.probability(kind)), abs=0.005
        )


def independent_models(seed: int = 0, n: int = 400) -> dict[str, np.ndarray]:
    """Return a target and models that share no errors: probabilities, percentages, margins, and a weak probability."""
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.3).astype(int)
    logits = [rng.normal(size=n) + strength * (y - 0.5) for strength in (1.6, 1.4, 1.1, 1.0, 0.1)]
    p, q, r, _, weak = (1 / (1 + np.exp(-each)) for each in logits)
    return {"target": y, "xgb": p, "lgbm": q, "model_a": 100 * r, "baseline": logits[3], "rf": weak}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "names",
    [
        {"model_a": "model_a", "baseline": "baseline"}, {"model_a": "model_a"}, {"baseline": "baseline"},
        {"model_a": "model_a_score", "baseline": "baseline_margin"}, {"rf": "rf"},
    ],
    ids=lambda names: " ".join(names.values()),
)  # fmt: skip
def test_named_models_are_models_however_they_rank_the_rows(seed: int, names: dict[str, str]) -> None:
    """Columns with names of models are read as they are, on any scale, alike or not, strong or weak."""
    columns = independent_models(seed)
    data = table(
        {new: columns[old].round(5) for old, new in {"target": "y", "xgb": "xgb", "lgbm": "lgbm", **names}.items()}
    )
    reading = read_predictions(data)
    assert reading.outcome == "sure", reading.reason
    assert top(reading).scores == ("xgb", "lgbm", *names.values())
    assert reading.predictions is not None
    for old, new in names.items():
        np.testing.assert_array_equal(reading.predictions.scores[new], columns[old].round(5))


@pytest.mark.parametrize(
    ("target", "names", "n_digits"), [("y", ("xgb", "model_a"), 0), ("y", ("y_prob", "baseline"), 5)]
)
def test_what_may_be_a_model_on_another_scale_is_asked_about(
    target: str, names: tuple[str, str], n_digits: int
) -> None:
    """Whole numbers, or a model's name beside a plain score, may be a feature: with the column comes first."""
    first, second = independent_models()["xgb"], independent_models()[names[1]]
    columns = {target: independent_models()["target"], names[0]: first.round(5), names[1]: second.round(n_digits)}
    if not n_digits:
        columns[names[1]] = second.astype(int)
    reading = read_predictions(table(columns))
    assert reading.outcome == "ask"
    assert [each.choices.scores for each in reading.candidates[:2]] == [names, names[:1]]
    assert reading.reason == f"Please choose: {names[1]} may be a further model."


def test_a_model_on_another_scale_is_no_further_model() -> None:
    """The same probabilities in percent are left out, and a warning says so."""
    columns = independent_models()
    columns = {"y": columns["target"], "xgb": columns["xgb"].round(5), "lgbm": columns["lgbm"].round(5)}
    reading = read_predictions(table({**columns, "catboost": (100 * columns["xgb"]).round(3)}))
    assert top(reading).scores == ("xgb", "lgbm")
    assert "catboost" in next(each.sentence for each in reading.warnings if each.kind == "unused_columns")


@pytest.mark.parametrize("target", ["y", "y_true", "target"])
@pytest.mark.parametrize(("score", "values"), [("points", "model_a"), ("model_a", "model_a"), ("model_a", "baseline")])
def test_the_only_column_that_can_be_the_score_needs_no_question(target: str, score: str, values: str) -> None:
    """On any scale, where the target is named as one; an age remains an age."""
    columns = independent_models()
    whole = columns[values].round().astype(int) if score == "points" else columns[values].round(4)
    reading = read_predictions(table({target: columns["target"], score: whole}))
    assert (reading.outcome, top(reading).scores) == ("sure", (score,)), reading.reason
    assert read_predictions(table({target: columns["target"], "age": whole})).outcome == "ask"


@pytest.mark.parametrize("names", [("m1", "m2"), ("1400", "1300")])
def test_columns_that_are_scores_only_together_are_asked_about_once(names: tuple[str, str]) -> None:
    """One reason names both columns, and a column of the first candidate is not presented as its rival."""
    columns = independent_models()
    reading = read_predictions(table({"y": columns["target"], names[0]: columns["xgb"], names[1]: columns["lgbm"]}))
    assert (reading.outcome, top(reading).scores) == ("ask", names)
    assert reading.reason == f"Please choose: it is not certain that {names[0]} and {names[1]} are scores."


def test_a_column_that_ranks_the_rows_like_a_score_is_asked_about() -> None:
    """Whatever its name, it may be a further model; with a decision that only the score explains it is a feature."""
    reading = read("y_true=y, y_prob=p, zzz=q")
    assert (reading.outcome, top(reading).scores) == ("ask", ("y_prob", "zzz"))
    assert reading.candidates[1].choices.scores == ("y_prob",)
    assert read("y_true=y, y_prob=p, zzz=q, y_pred=hard").outcome == "sure"


@pytest.mark.parametrize("column", ["confidence=max", "error=error", "abs_err=error", "logit=p:raw"])
def test_what_follows_from_a_score_is_no_model(column: str) -> None:
    """The larger of two probabilities, the distance from the truth, and the logit of a probability add no model."""
    reading = read(f"y_true=y, y_prob=p, {column}")
    assert (reading.outcome, top(reading).scores) == ("sure", ("y_prob",)), reading.reason


def test_a_second_target_with_its_own_score_is_a_choice() -> None:
    """Of two labels with a score each, neither is used unasked: both together, and each with its score, are offered."""
    reading = read("spam=y, spam_prob=p, second_label=z, second_label_prob=u")
    assert reading.outcome == "ask"
    found = {each.choices.truths or (each.choices.truth,): each.choices.scores for each in reading.candidates}
    one, other = ("spam", "spam_prob"), ("second_label", "second_label_prob")
    assert found == {(one[0], other[0]): (one[1], other[1]), one[:1]: one[1:], other[:1]: other[1:]}
    assert "spam and second_label could be two labels, or each a truth of its own" in reading.reason


def test_weights_below_zero_are_asked_about() -> None:
    """Weights that cannot be used are not dropped in silence: the reason has value and row, a warning the value."""
    weight = np.arange(240.0)
    weight[3] = -2
    line = "y=y, prob=p"
    data = make(line, WORLD)[0].decode().splitlines()
    rows = [f"{row},{value}" for row, value in zip(data, ["sample_weight", *weight], strict=True)]
    reading = read_predictions("\n".join(rows).encode())
    assert (reading.outcome, top(reading).weight) == ("ask", None)
    assert "sample_weight is -2 in row 4" in reading.reason
    confirmed = read_top("\n".join(rows).encode())
    assert "-2" in next(each.sentence for each in confirmed.warnings if each.kind == "unused_weight")


@pytest.mark.parametrize("marker", ["-1", "9", "99", "unlabeled"])
@pytest.mark.parametrize("scores", ["prob=p", "prob_0=1-p, prob_1=p", "xgb_prob=p, rf_prob=q"])
def test_rows_without_a_label_are_left_out_first(marker: str, scores: str) -> None:
    """A code for a missing label beside 0 and 1: the first candidate leaves these rows out, with their number."""
    data, truth = make(f"id=id, label=y{marker}, {scores}", WORLD)
    reading = read_predictions(data)
    assert judge(reading, truth) == "asks, right on top", reading.reason
    n_left_out = len(range(3, 240, 7))
    assert f"third value, {marker}, in {n_left_out} " in reading.reason
    assert read_top(data).dropped == {f"truth is {marker}": n_left_out}


def test_detections_are_true_or_false_positives() -> None:
    """Of detections the truth is whether they are true positives, not the class of the object."""
    rng = np.random.default_rng(1)
    columns = {"image": [f"im{i}.jpg" for i in range(240)], "class": rng.integers(0, 5, 240)}
    data = table({**columns, "conf": WORLD.probability("p"), "tp": WORLD.y})
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).truth, top(reading).scores) == ("sure", "tp", ("conf",))


def test_a_target_of_one_class_is_not_replaced_by_a_prediction() -> None:
    """A label that is 1 in every row is named as the reason, with hard predictions and features beside it."""
    columns = {"probability": WORLD.probability("p"), "prediction": (WORLD.probability("p") > 0.5).astype(int)}
    for more in ({}, {"married": np.arange(240) % 2}):
        reading = read_predictions(table({**columns, "label": [1] * 240, **more}))
        assert (reading.outcome, '"label" is 1 in every row' in reading.reason) == ("refuse", True), reading.reason


@pytest.mark.parametrize("column", ["died=flag", "dummy_prob=unit"])
def test_columns_left_out_are_named(column: str) -> None:
    """A further outcome, or a score at chance, is mentioned where the rest needs no question; features are not."""
    reading = read(f"y_true=y, y_pred=hard, y_prob=p, {column}, age=age")
    sentence = next(each.sentence for each in reading.warnings if each.kind == "unused_columns")
    assert column.partition("=")[0] in sentence
    assert "y_pred" not in sentence
    assert "age" not in sentence
