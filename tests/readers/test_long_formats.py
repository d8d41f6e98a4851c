"""Long formats: models, labels, folds or subsets that a column stacks on top of each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.decision import decide
from f1tools.readers import SPLIT_INTO_MODELS, Choices, read_predictions
from f1tools.readers.models import SPLIT_INTO_CLASSES
from tests.readers.helpers import best_f1, kinds, read_top, rows, table, top

Y, P = rows(400)
N = len(Y)
OTHER = rows(400, spread=0.5)[1]
RNG = np.random.default_rng(3)

STACKS: dict[str, dict[str, Any]] = {
    "key first": {"race": [f"r{i}" for i in range(N)] * 2, "version": ["lite"] * N + ["classic"] * N},
    "no key": {"prompt": ["short"] * N + ["long"] * N},
    "interleaved": {"doc": np.tile(np.arange(N) * 7, 2), "checkpoint": np.repeat([100, 200], N)},
    "two letters": {"case": np.tile(np.arange(N), 2), "lang": ["de"] * N + ["en"] * N},
    "an index that starts again": {"": np.tile(np.arange(N), 2), "fold": np.repeat([0, 1], N)},
    "by its name": {"id": np.tile(np.arange(N), 2), "model": ["rf"] * N + ["nn"] * N},
}


@pytest.mark.parametrize("name", STACKS)
def test_any_column_that_repeats_the_same_rows_stacks_models(name: str) -> None:
    """Whatever its name, each part becomes a model with the best F1 that brute force finds in that part."""
    columns = STACKS[name]
    column = list(columns)[-1]
    frame = pd.DataFrame({**columns, "y": np.tile(Y, 2), "prob": np.r_[P, OTHER]})
    if name == "interleaved":
        frame = frame.iloc[np.arange(2 * N).reshape(2, N).T.ravel()]
    data = frame.to_csv(index=False).encode()
    reading = read_predictions(data)
    assert reading.outcome == "ask"
    assert (top(reading).split, top(reading).split_value) == (column, SPLIT_INTO_MODELS)
    assert (reading.candidates[0].n_pos, reading.candidates[0].n_neg) == (Y.sum(), N - Y.sum())
    predictions = read_top(data).predictions
    assert predictions is not None
    for model, score in zip(frame[column].unique(), (P, OTHER), strict=True):
        assert decide(predictions.curves(str(model))).evaluation.value == pytest.approx(best_f1(Y, score)[0], abs=1e-12)


@pytest.mark.parametrize(
    "columns",
    [
        {"id": range(N), "country": np.arange(N) % 2},
        {"store": np.repeat(np.arange(N // 2), 2), "month": ["May", "June"] * (N // 2)},
        {"city": np.where(np.arange(N) < N // 2, "Rome", "Oslo")},
        {"": np.r_[np.arange(N // 2), np.arange(N // 2)], "site": ["a"] * (N // 2) + ["b"] * (N // 2)},
    ],
)
def test_parts_of_different_rows_are_no_stack(columns: dict[str, Any]) -> None:
    """Groups, and repeated measurements whose truth differs, are one set of predictions."""
    reading = read_predictions(table({**columns, "y_true": Y, "y_prob": P}))
    assert (reading.outcome, top(reading).split) == ("sure", None)


def test_folds_sorted_by_class_are_no_stack() -> None:
    """Equal class counts in sorted order give the same truths in each fold, although the rows differ."""
    y, site = np.tile(np.repeat([0, 1], 20), 5), np.repeat(list("abcde"), 40)
    reading = read_predictions(table({"site": site, "y_true": y, "y_prob": (rows(200)[1] + y).round(3)}))
    assert top(reading).split is None


def test_labels_of_the_same_rows() -> None:
    """In a long multi-label table every label has a threshold of its own: all, one or a pool of them are offered."""
    other = (RNG.random(N) < P).astype(int)
    columns = {
        "id": np.repeat(np.arange(N), 2), "label": ["spam", "phishing"] * N,
        "score": np.column_stack([P, OTHER]).ravel(), "truth": np.column_stack([Y, other]).ravel(),
    }  # fmt: skip
    data = table(columns)
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).truth, top(reading).split) == ("ask", "truth", "label")
    assert {each.choices.split_value for each in reading.candidates} == {"spam", "phishing", None, SPLIT_INTO_CLASSES}
    together = read_top(data).classes
    assert together is not None
    assert (together.classes, together.one_per_row) == (("phishing", "spam"), False)
    np.testing.assert_array_equal(together.y_true, np.column_stack([other, Y]))
    np.testing.assert_array_equal(together.y_score, np.column_stack([OTHER, P]))
    predictions = read_predictions(data, choices=Choices("truth", ("score",), split="label", split_value="spam"))
    assert predictions.predictions is not None
    assert predictions.predictions.y_true.tolist() == Y.tolist()


@pytest.mark.parametrize("outer", ["model", "version"])
@pytest.mark.parametrize("inner", ["label", "prompt"])
def test_a_stack_within_each_part(outer: str, inner: str) -> None:
    """Models, each with several labels or prompts: the question names both columns, and a choice of one says so."""
    other = (RNG.random(N) < P).astype(int) if inner == "label" else Y
    columns = {
        "id": np.tile(np.repeat(np.arange(N), 2), 2), outer: np.repeat(["a", "b"], 2 * N), inner: ["x", "y"] * 2 * N,
        "truth": np.tile(np.column_stack([Y, other]).ravel(), 2),
        "prob": np.r_[np.column_stack([P, OTHER]).ravel(), np.column_stack([OTHER, P]).ravel()],
    }  # fmt: skip
    data = table(columns)
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).split_value) == ("ask", SPLIT_INTO_MODELS)
    assert all(f'column "{name}" has' in reading.reason.lower() for name in (outer, inner))
    warnings = [each.sentence for each in read_top(data).warnings if each.kind == "pooled"]
    assert len(warnings) == 1
    assert {outer, inner} - {top(reading).split} == {name for name in (outer, inner) if name in warnings[0]}


@pytest.mark.parametrize("repeats", [1, 2])
def test_ids_that_recur_without_a_column_that_tells_them_apart(repeats: int) -> None:
    """Such rows are pooled, and a warning says that they count several times."""
    data = table(
        {"id": np.tile(np.arange(N), repeats), "y": np.tile(Y, repeats), "prob": np.r_[P, OTHER][: repeats * N]}
    )
    reading = read_predictions(data)
    assert reading.outcome == "sure"
    assert ("recurring_rows" in kinds(reading)) == (repeats > 1)


@pytest.mark.parametrize("has_key", [True, False])
@pytest.mark.parametrize("layout", ["one below the other", "interleaved", "shuffled"])
def test_a_stack_larger_than_the_sample(layout: str, *, has_key: bool) -> None:
    """A sample shows keys that recur in other parts; without a key all rows show the same truths in each part."""
    y, p = rows(20_000, seed=4)
    columns = {
        "doc": np.tile(np.arange(20_000), 3),
        "prompt": np.repeat(["a", "b", "c"], 20_000),
        "y_true": np.tile(y, 3),
    }
    frame = pd.DataFrame({**columns, "y_prob": np.r_[p, p**2, p**3].round(6)})
    if layout == "interleaved":
        frame = frame.iloc[np.arange(60_000).reshape(3, 20_000).T.ravel()]
    elif layout == "shuffled":
        frame = frame.sample(frac=1, random_state=5)
    reading = read_predictions(frame.drop(columns=[] if has_key else "doc").to_csv(index=False).encode())
    is_stack = has_key or layout != "shuffled"
    assert (reading.outcome == "ask", top(reading).split_value == SPLIT_INTO_MODELS) == (is_stack, is_stack)


def test_pooling_chosen_stacks_is_mentioned() -> None:
    """With target and score given nothing is asked, but a warning says that the parts are pooled."""
    data = table({"version": ["a"] * N + ["b"] * N, "y": np.tile(Y, 2), "prob": np.r_[P, OTHER]})
    reading = read_predictions(data, choices=Choices("y", ("prob",)))
    assert reading.outcome == "sure"
    assert "pooled" in kinds(reading)


def test_stacked_models_become_models_where_their_rows_align() -> None:
    """Pooling would mix models: the first candidate is one model per value of Model."""
    other = rows(400, spread=0.5)[1]
    data = table({
        "y_true": np.tile(Y, 2), "probs": np.r_[P, other], "fold": np.tile(np.arange(N) % 5, 2), "run": [1] * 2 * N,
        "Model": ["rf"] * N + ["nn"] * N,
    })  # fmt: skip
    reading = read_predictions(data)
    assert (reading.outcome, top(reading).split, top(reading).split_value) == ("ask", "Model", SPLIT_INTO_MODELS)
    assert reading.reason == 'Column "Model" has rf and nn, models of the same rows: which should be used?'
    predictions = read_top(data).predictions
    assert predictions is not None
    scores = predictions.scores
    assert scores.keys() == {"rf", "nn"}
    np.testing.assert_array_equal(scores["nn"], other)
    alone = read_predictions(data, choices=reading.candidates[1].choices)
    assert alone.predictions is not None
    assert (alone.predictions.n, alone.dropped) == (N, {"other Model": N})


def test_stacked_models_align_by_key() -> None:
    """Rows in another order are matched by their key; those of one model only are left out."""
    order = RNG.permutation(N)
    data = table({
        "id": np.r_[np.arange(N), order[:-3]], "y_true": np.r_[Y, Y[order][:-3]], "score": np.r_[P, P[order][:-3] / 2],
        "model": ["a"] * N + ["b"] * (N - 3),
    })  # fmt: skip
    reading = read_predictions(data)
    assert (top(reading).split_value, top(reading).id) == (SPLIT_INTO_MODELS, "id")
    predictions = read_top(data).predictions
    assert predictions is not None
    scores = predictions.scores
    assert scores["a"].size == N - 3
    np.testing.assert_array_equal(scores["a"], 2 * scores["b"])


def test_each_option_shows_the_values_and_the_key_of_its_part() -> None:
    """Examples of a part are its own scores; a key of the parts is one for each of them, and no group in any option."""
    data = table(
        {
            "race": [f"r{i}" for i in range(N)] * 2, "version": ["lite"] * N + ["classic"] * N, "y": np.tile(Y, 2),
            "prob": np.r_[P, OTHER],
        }
    )  # fmt: skip
    candidates = read_predictions(data).candidates
    assert {each.choices.split_value for each in candidates} == {SPLIT_INTO_MODELS, "lite", "classic", None}
    for each in candidates:
        score = OTHER if each.choices.split_value == "classic" else P
        assert [float(cell) for cell in each.examples["prob"]] == list(dict.fromkeys(score))[:4]
        assert each.choices.group is None
        assert each.choices.id == (None if each.choices.split is None else "race")
        reading = read_predictions(data, choices=each.choices)
        assert reading.predictions is not None
        assert reading.predictions.n == (2 * N if each.choices.split is None else N)


@pytest.mark.parametrize("layout", ["sorted", "shuffled"])
@pytest.mark.parametrize("gaps", ["no row", "empty cell", "both"])
def test_cases_that_a_stacked_model_lacks_have_no_score_of_it(gaps: str, layout: str) -> None:
    """A row that is missing and one without a score are told by class, left out or counted, as pandas finds them."""
    frame = pd.DataFrame(
        {"case": np.tile(np.arange(N), 2), "model": ["A"] * N + ["B"] * N, "y": np.tile(Y, 2), "score": np.r_[P, OTHER]}
    )
    if gaps != "no row":
        frame.loc[[3, *range(N + 20, N + 50)], "score"] = np.nan
    if gaps != "empty cell":
        frame = frame.iloc[: N - 30 + N]
    if layout == "shuffled":
        frame = frame.sample(frac=1, random_state=6)
    wide = frame.pivot(index="case", columns="model", values="score")
    truth = frame.groupby("case")["y"].first()
    unscored = {
        model: (int(truth[missing].sum()), int((1 - truth[missing]).sum()))
        for model in "AB"
        if (missing := wide[model].isna()).any()
    }
    data = frame.to_csv(index=False).encode()
    for is_counted, expected in ((False, wide.dropna()), (True, wide.fillna(-np.inf))):
        reading = read_predictions(data, choices=replace(top(read_predictions(data)), count_unscored=is_counted))
        assert reading.unscored == unscored
        assert sum(reading.dropped.values()) == (0 if is_counted else len(frame) - 2 * len(expected))
        predictions = reading.predictions
        assert predictions is not None
        assert predictions.ids is not None
        cases = [int(each) for each in predictions.ids]
        assert sorted(cases) == expected.index.tolist()
        assert predictions.y_true.tolist() == truth[cases].tolist()
        for model in "AB":
            np.testing.assert_array_equal(predictions.scores[model], expected[model][cases])
        text = " ".join(each.sentence for each in reading.warnings if each.kind == "unscored")
        assert all(
            f"{sum(counts)} row" in text and f"no score of {model}" in text for model, counts in unscored.items()
        )


def test_the_key_of_stacked_models_is_found_where_only_the_column_is_chosen() -> None:
    """A column that is chosen to stack models needs no further choice to match shuffled rows."""
    frame = pd.DataFrame(
        {"case": np.tile(np.arange(N), 2), "algo": ["A"] * N + ["B"] * N, "y": np.tile(Y, 2), "score": np.r_[P, OTHER]}
    ).sample(frac=1, random_state=6)
    choices = Choices("y", ("score",), split="algo", split_value=SPLIT_INTO_MODELS)
    reading = read_predictions(frame.to_csv(index=False).encode(), choices=choices)
    predictions = reading.predictions
    assert predictions is not None
    assert predictions.ids is not None
    order = predictions.ids.astype(int)
    assert predictions.y_true.tolist() == Y[order].tolist()
    for model, score in (("A", P), ("B", OTHER)):
        np.testing.assert_array_equal(predictions.scores[model], score[order])


def test_parts_that_do_not_align_cannot_be_models() -> None:
    """Where models of different rows are chosen, the error says so."""
    data = table({"y_true": Y, "score": P, "model": ["a"] * 150 + ["b"] * (N - 150)})
    assert top(read_predictions(data)).split_value == "b"
    with pytest.raises(InvalidPredictions, match="not the same rows"):
        read_predictions(data, choices=Choices("y_true", ("score",), split="model", split_value=SPLIT_INTO_MODELS))


@pytest.mark.parametrize("more", [{}, {"id": range(N)}])
def test_folds_of_different_rows_are_pooled(more: dict[str, Any]) -> None:
    """They are one set of predictions, which a warning says; single folds are the other candidates."""
    reading = read_predictions(table({"target": Y, "oof": P, "fold": np.arange(N) % 5, **more}))
    assert (reading.outcome, top(reading).split) == ("sure", None)
    assert "pooled" in kinds(reading)
    assert {each.choices.split_value for each in reading.candidates[1:]} >= {"0", "1"}


def test_held_out_rows_come_first() -> None:
    """Training rows flatter every model: the test part is proposed."""
    data = table({"target": Y, "pred": P, "set": np.where(np.arange(N) % 4 == 0, "test", "train")})
    assert top(read_predictions(data)).split_value == "test"
