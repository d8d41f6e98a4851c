"""Wide tables of several classes: names of columns, certainty, what is left out and named."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from f1tools import Choices, read_predictions
from f1tools.core.types import InvalidPredictions
from f1tools.readers.models import Reading
from tests.readers.helpers import FloatArray, IntArray

N = 240
KINDS = np.array(["bird", "cat", "dog", "sea lion"])  # in scikit-learn's order


def softmax(n: int = N, k: int = 4, seed: int = 0) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return classes, logits and probabilities that go with them, all as they are printed."""
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(k), rng.integers(0, k, n - k)])
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), y] += 2
    probability = np.exp(logits)
    return y, logits.round(4), (probability / probability.sum(axis=1, keepdims=True)).round(5)


Y, LOGITS, P = softmax()
MEMBERS = np.eye(4, dtype=bool)[Y]


def labels_a_row(n: int = N, k: int = 4) -> tuple[IntArray, FloatArray]:
    """Return labels of any number a row, and probabilities that go with them."""
    rng = np.random.default_rng(1)
    labels = (rng.random((n, k)) < np.linspace(0.4, 0.1, k)).astype(np.int64)
    return labels, (1 / (1 + np.exp(1 - 2.5 * labels - rng.normal(size=(n, k))))).round(5)


LABELS, S = labels_a_row()
NAMES = ["toxic", "insult", "severe_toxic", "threat"]


def wide(pattern: str = "p_{}", scores: FloatArray = P, **others: Any) -> pd.DataFrame:
    """Return a table with a truth and a column of scores for each class."""
    columns = {pattern.format(kind): scores[:, at] for at, kind in enumerate(KINDS)}
    return pd.DataFrame({"kind": KINDS[Y], **others, **columns})


def several(truth: str = "{}", score: str = "pred_{}", cells: Any = LABELS) -> pd.DataFrame:
    """Return a table with a truth and a score for each label."""
    truths = {truth.format(name): cells[:, at] for at, name in enumerate(NAMES)}
    return pd.DataFrame({**truths, **{score.format(name): S[:, at] for at, name in enumerate(NAMES)}})


def read(frame: pd.DataFrame, choices: Choices | None = None) -> Reading:
    """Read a table from CSV."""
    return read_predictions(frame.to_csv(index=False).encode(), choices=choices)


def require(reading: Reading, members: Any, scores: FloatArray, classes: Any, *, one_per_row: bool) -> None:
    """Check that a reading has these labels and scores."""
    assert reading.outcome == "sure", reading.reason
    curves = reading.classes
    assert curves is not None
    assert curves.classes == tuple(classes)
    assert curves.one_per_row == one_per_row
    np.testing.assert_array_equal(curves.y_true, members)
    np.testing.assert_array_equal(curves.y_score, scores)
    assert curves.y_score.flags.f_contiguous


PATTERNS = ["prob_{}", "p_{}", "{}", "{}_score", "score[{}]", "P({})", "proba {}", "model.{}.prob", "logit_{}"]


@given(st.sampled_from(PATTERNS), st.permutations(range(5)), st.booleans())
@settings(max_examples=25)
def test_any_names_and_any_order_of_columns_give_the_same_classes(
    pattern: str, order: list[int], underscores: bool
) -> None:
    scores = LOGITS if "logit" in pattern else P
    frame = wide(pattern, scores)
    if underscores:
        frame.columns = [name.replace(" ", "_") for name in frame.columns]
    require(read(frame.iloc[:, order]), MEMBERS, scores, KINDS, one_per_row=True)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("truth", [KINDS[Y], Y, Y + 1], ids=["names", "from 0", "from 1"])
def test_numbered_columns_are_in_the_order_of_the_sorted_classes(first: int, truth: Any) -> None:
    frame = pd.DataFrame({"y_true": truth, **{f"pred_proba_{at + first}": P[:, at] for at in range(4)}})
    require(read(frame), MEMBERS, P, map(str, np.unique(truth)), one_per_row=True)


@given(
    st.sampled_from([("{}", "pred_{}"), ("y_{}", "s_{}"), ("true_{}", "score_{}"), ("{}", "{}_prob"), ("gt.{}", "{}")]),
    st.sampled_from([(0, 1), ("no", "yes"), ("False", "True")]),
    st.permutations(range(8)),
)
@settings(max_examples=25)
def test_a_truth_for_each_label_in_any_order(pair: tuple[str, str], cells: tuple[Any, Any], order: list[int]) -> None:
    frame = several(*pair, cells=np.array(cells, dtype=object)[LABELS]).iloc[:, order]
    at = [place for place in order if place < 4]
    require(read(frame), LABELS[:, at], S[:, at], np.array(NAMES)[at], one_per_row=False)


def test_one_column_for_each_class_is_one_class_a_row() -> None:
    """Indicators of which each row has exactly one exclude each other."""
    columns = {f"true_{kind}": MEMBERS[:, at].astype(int) for at, kind in enumerate(KINDS)}
    frame = wide("score_{}").drop(columns="kind").assign(**columns)
    require(read(frame), MEMBERS, P, KINDS, one_per_row=True)


def test_what_else_a_table_holds_is_recognized_or_named() -> None:
    """Predictions, ids and weights have their role; folds, groups and columns without a class are named."""
    rng = np.random.default_rng(2)
    others = {
        "id": np.arange(N), "sample_weight": rng.random(N).round(3), "fold": np.arange(N) % 5,
        "site": rng.choice(["Rome", "Oslo"], N), "pred_kind": KINDS[np.argmax(P, axis=1)],
    }  # fmt: skip
    reading = read(wide(**others).assign(p_entropy=rng.random(N)))
    require(reading, MEMBERS, P, KINDS, one_per_row=True)
    assert reading.classes is not None
    assert reading.proposal is not None
    np.testing.assert_array_equal(reading.classes.sample_weight, others["sample_weight"])
    assert reading.classes.ids is not None
    assert reading.classes.ids.tolist() == [str(each) for each in range(N)]
    assert {each.name: each.role for each in reading.columns}["pred_kind"] == "hard prediction"
    warnings = " ".join(each.sentence for each in reading.warnings)
    for part in ("weighted by the column sample_weight", "parts of fold are pooled", "site may name groups"):
        assert part in warnings
    assert "p_entropy is not used: no class of kind has its name." in warnings


def test_a_label_without_a_column_is_asked_about() -> None:
    """Its rows are offered to be left out; one class against the others is possible, too."""
    frame = wide().drop(columns="p_cat")
    reading = read(frame)
    assert reading.outcome == "ask"
    assert "kind has cat, without a column of scores like p_*" in reading.reason
    assert any(each.choices.one_vs_rest for each in reading.candidates)
    answered = read(frame, reading.candidates[0].choices)
    others = [0, 2, 3]
    rows = Y != 1
    require(answered, MEMBERS[rows][:, others], P[rows][:, others], KINDS[others], one_per_row=True)
    assert answered.dropped == {"truth is cat": int((~rows).sum())}


def test_a_class_with_a_column_can_be_left_out() -> None:
    """Its rows are; its column stays, as one of a class that no row is of. Labels have no such value."""
    rows = Y != 1
    reading = read(wide(), Choices(dropped_truth=("cat",)))
    require(reading, MEMBERS[rows], P[rows], KINDS, one_per_row=True)
    assert reading.dropped == {"truth is cat": int((~rows).sum())}
    with pytest.raises(InvalidPredictions, match="Rows whose truth is 1 cannot be left out"):
        read(several(), Choices(dropped_truth=("1",)))


def test_a_label_that_only_rows_beyond_the_sample_have() -> None:
    """A rare label without a column is asked about; one that has a column is read with it."""
    y, _, probability = softmax(30_000, seed=3)
    rare = int(np.flatnonzero(y == 1)[len(y) // 10])
    frame = pd.DataFrame({"kind": KINDS[y], **{f"p_{kind}": probability[:, at] for at, kind in enumerate(KINDS)}})
    frame.loc[rare, "kind"] = "eel"
    reading = read(frame)
    assert (reading.outcome, "kind has eel" in reading.reason) == ("ask", True)
    assert reading.candidates[0].choices.dropped_truth == ("eel",)
    answered = read(frame, reading.candidates[0].choices)
    assert answered.dropped == {"truth is eel": 1}
    frame["p_eel"] = 0.01
    with_column = read(frame)
    assert with_column.classes is not None, with_column.reason
    assert with_column.classes.supports[with_column.classes.classes.index("eel")] == 1


def test_a_class_without_rows_can_have_the_highest_score() -> None:
    """Its column stays, so that the highest score is the model's; the rows that are highest in it are counted."""
    keep = Y != 2
    reading = read(wide()[keep])
    require(reading, MEMBERS[keep], P[keep], KINDS, one_per_row=True)
    n = np.count_nonzero(P[keep].argmax(axis=1) == 2)
    text = f"{n} of {keep.sum()} rows have the highest score for it, which is wrong."
    assert reading.warnings[0].sentence == f"No row is of the class dog: it has no F1, and {text}"
    with pytest.raises(InvalidPredictions, match="No row is of the class 'dog'"):
        read(wide()[keep], Choices(one_class="dog"))


@pytest.mark.parametrize("pattern", ["prob_{}", "{}"])
def test_a_class_without_rows_is_known_by_the_sum_of_probabilities(pattern: str) -> None:
    """Also where columns are called like the classes alone: without it the highest score is not the model's."""
    keep = Y != 2
    reading = read(wide(pattern)[keep])
    require(reading, MEMBERS[keep], P[keep], KINDS, one_per_row=True)
    assert reading.warnings[0].sentence.startswith("No row is of the class dog: it has no F1, and ")


def test_labels_of_no_row_or_of_all_rows_are_left_out() -> None:
    labels = LABELS.copy()
    labels[:, 1] = 0
    reading = read(several(cells=labels))
    require(reading, LABELS[:, [0, 2, 3]], S[:, [0, 2, 3]], np.array(NAMES)[[0, 2, 3]], one_per_row=False)
    assert reading.warnings[0].sentence == "No row has the label insult: it is left out."
    both = labels.copy()
    both[:, 2] = 1
    sentences = [each.sentence for each in read(several(cells=both)).warnings]
    assert "Every row has the label severe_toxic: it is left out." in sentences
    both[:, 0] = 0
    with pytest.raises(InvalidPredictions, match="no row has toxic and insult, every row has severe_toxic"):
        read(several(cells=both))
    one = read(several(cells=labels), Choices(one_class="threat"))
    assert one.predictions is not None
    np.testing.assert_array_equal(one.predictions.scores["pred_threat"], S[:, 3])


def test_rows_are_left_out_by_reason() -> None:
    frame = several().astype(object)
    frame.loc[0, "toxic"] = None
    frame.loc[1, "insult"] = -1
    frame.loc[2, "pred_toxic"] = None
    frame.loc[3, "pred_threat"] = "timeout"
    frame.loc[4, "pred_insult"] = np.inf
    reading = read(frame)
    require(reading, LABELS[5:], S[5:], NAMES, one_per_row=False)
    reasons = ("missing truth", "truth is -1", "missing score", "unreadable score", "infinite score")
    assert reading.dropped == dict.fromkeys(reasons, 1)
    assert reading.n_rows == N


def test_parts_of_a_data_set_are_asked_about() -> None:
    part = np.where(np.arange(N) % 3 == 0, "train", "test")
    frame = wide(split=part)
    reading = read(frame)
    assert (reading.outcome, 'Column "split" has' in reading.reason) == ("ask", True)
    values = [each.choices.split_value for each in reading.candidates if each.choices.classes]
    assert values == [None, "test", "train"]
    answered = read(frame, reading.candidates[1].choices)
    rows = part == "test"
    require(answered, MEMBERS[rows], P[rows], KINDS, one_per_row=True)
    assert answered.dropped == {"other split": int((~rows).sum())}


def test_two_models_are_asked_about_and_two_scales_of_one_are_not() -> None:
    """A weaker model is a question as well; the logits of probabilities are not."""
    second = 0.5 * P + 0.5 * np.eye(4)[Y][np.random.default_rng(0).permutation(N)]
    both = wide("first_{}").join(wide("second_{}", second.round(5)).drop(columns="kind"))
    reading = read(both)
    assert (reading.outcome, "could be the scores as well" in reading.reason) == ("ask", True)
    scales = wide("prob_{}").join(wide("logit_{}", np.log(P + 1e-9).round(5)).drop(columns="kind"))
    require(read(scales), MEMBERS, P, KINDS, one_per_row=True)


@pytest.mark.parametrize("choice", ["role", "cluster", "group", "amount", "predicted"])
def test_choices_of_two_classes_are_refused_for_several(choice: str) -> None:
    proposal = read(wide(site=KINDS[Y])).proposal
    assert proposal is not None
    with pytest.raises(InvalidPredictions, match="Several classes are read together without"):
        read(wide(site=KINDS[Y]), replace(proposal, **{choice: "site"}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (Choices("kind", ("p_cat",), classes=("cat", "cat")), "2 different classes were expected"),
        (Choices("kind", ("p_cat", "p_dog"), classes=("cat", "dog", "bird")), "3 classes, and 2 columns of scores"),
        (Choices(scores=("p_cat", "p_dog"), classes=("cat", "dog")), "The truth of the classes is missing"),
        (Choices("kind", ("p_cat", "p_eel"), classes=("cat", "eel")), "There is no column 'p_eel'"),
        (Choices("kind", ("p_cat", "kind"), classes=("cat", "dog")), "'kind' is chosen for two things"),
        (Choices("kind", ("p_cat", "p_cat"), classes=("cat", "dog")), "'p_cat' is chosen for two things"),
        (Choices("p_cat", ("p_dog", "p_bird"), classes=("cat", "dog")), "more reasons"),
        (Choices("kind", ("p_cat",), classes=("cat", "dog", "bird")), "3 classes, and 1 column of scores"),
        (
            Choices("kind", ("p_cat", "p_dog"), classes=("cat", "dog"), split="kind", split_value="**"),
            "Name one column",
        ),
        (Choices(one_class="eel"), "There is no class 'eel'"),
    ],
)
def test_impossible_choices_are_named(choices: Choices, sentence: str) -> None:
    with pytest.raises(InvalidPredictions, match=sentence):
        read(wide(), choices)


def test_one_class_of_a_file_of_two_is_no_silent_choice() -> None:
    frame = pd.DataFrame({"y_true": LABELS[:, 0], "y_prob": S[:, 0]})
    with pytest.raises(InvalidPredictions, match="does not look like a file of several classes"):
        read(frame, Choices(one_class="cat"))


def test_models_named_like_groups_stay_models_of_two_classes() -> None:
    """Sites A, B and C beside models A, B and C: the scores say nothing about the site."""
    rng = np.random.default_rng(5)
    models = {f"model_{name}": (S[:, 0] * 0.9 + 0.1 * rng.random(N)).round(5) for name in "ABC"}
    reading = read(pd.DataFrame({"site": rng.choice(list("ABC"), N), "y": LABELS[:, 0], **models}))
    assert reading.predictions is not None
    assert reading.predictions.models == tuple(models)


def test_features_are_no_scores_of_numbered_classes() -> None:
    rng = np.random.default_rng(6)
    features = {f"x{at}": (rng.normal(size=N) + (at == Y)).round(3) for at in range(4)}
    assert read(pd.DataFrame({"class": Y, **features})).outcome == "ask"


def test_many_classes() -> None:
    """More classes than a profile lists as labels."""
    y, _, probability = softmax(2_000, 120)
    frame = pd.DataFrame({"y": [f"c{at}" for at in y], **{f"p_c{at}": probability[:, at] for at in range(120)}})
    reading = read(frame)
    order = np.argsort([f"c{at}" for at in range(120)])
    require(
        reading,
        np.eye(120, dtype=bool)[y][:, order],
        probability[:, order],
        [f"c{at}" for at in order],
        one_per_row=True,
    )


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (Choices(one_class="cat", cluster="patient"), "'cat', is read without clusters. Leave them out, or name"),
        (Choices(one_class="cat", split="site", split_value="*"), "is read without models below each other"),
        (Choices(split="nope", split_value="north"), "There is no column 'nope'"),
        (Choices(weight="nope"), "There is no column 'nope'"),
    ],
)
def test_what_several_classes_do_not_have_is_refused_in_a_sentence(choices: Choices, message: str) -> None:
    frame = wide(patient=np.arange(N) // 3, site=np.where(np.arange(N) % 2, "north", "south"))
    with pytest.raises(InvalidPredictions) as raised:
        read(frame, choices)
    assert message in str(raised.value)


def test_logits_of_a_class_without_rows_are_asked_about() -> None:
    """Logits do not tell by their sum whether a further column is that of a class; either way the names agree."""
    keep = Y != 2
    reading = read(wide("logit_{}", LOGITS)[keep])
    assert (reading.outcome, reading.reason) == (
        "ask", "Please choose: logit_dog could be the score of a class that no row is of.",
    )  # fmt: skip
    first, second, *_ = (each.choices for each in reading.candidates)
    require(read(wide("logit_{}", LOGITS)[keep], first), MEMBERS[keep], LOGITS[keep], KINDS, one_per_row=True)
    assert second.classes == ("bird", "cat", "sea lion")
    never = LOGITS - [0, 0, 100, 0]  # the highest of no row, so that it decides nothing
    assert read(wide("logit_{}", never)[keep]).outcome == "sure"


def test_scores_of_single_classes_that_are_exchanged_or_reversed_are_named() -> None:
    """The other classes make up for them in the mean; no class whose scores are in the right place is named."""

    def doubts(frame: pd.DataFrame) -> list[str]:
        reading = read(frame)
        assert reading.outcome == "sure", reading.reason
        return [each.sentence for each in reading.warnings if each.kind == "doubtful_scores"]

    assert doubts(wide()) == doubts(several()) == []
    low = "they may be reversed, or those of another class."
    text = f"Low scores go with bird (ROC AUC about {roc_auc_score(MEMBERS[:, 0], P[:, 1]):.2f}): {low}"
    assert doubts(wide().rename(columns={"p_bird": "p_cat", "p_cat": "p_bird"})) == [text]
    auc = roc_auc_score(LABELS[:, 1], 1 - S[:, 1])
    text = f"Low scores go with insult (ROC AUC about {auc:.2f}): {low}"
    assert doubts(several().assign(pred_insult=1 - S[:, 1])) == [text]
    aucs = [[roc_auc_score(LABELS[:, label], S[:, score]) for score in (0, 1)] for label in (0, 1)]
    exchanged = several().rename(columns={"pred_toxic": "pred_insult", "pred_insult": "pred_toxic"})
    assert doubts(exchanged) == [
        f"pred_{theirs} fits {name} (ROC AUC about {aucs[at][at]:.2f}), and pred_{name} does not "
        f"({aucs[at][1 - at]:.2f}). The columns may be exchanged."
        for at, (name, theirs) in enumerate([("toxic", "insult"), ("insult", "toxic")])
    ]


def test_a_label_with_other_values_is_not_said_to_have_no_column() -> None:
    cells = LABELS.astype(object)
    cells[:, 1] = np.where(LABELS[:, 1] == 1, "yes", "no")
    sentence = "pred_insult is not used: no label with the values 1 and 0 has its name."
    assert sentence in [each.sentence for each in read(several(cells=cells)).warnings]
