"""Two files of different rows: the threshold is chosen on the one and judged on the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, Reading, join_predictions, read_predictions, stack_predictions, stackable
from tests.readers.making import rows, table
from tests.readers.trapping import kinds

Y, P = rows(400, seed=1)
Z, Q = rows(250, seed=2)
R, S = rows(400, seed=3)
ONE, TWO = table({"y_true": Y, "y_prob": P}), table({"y_true": Z, "y_prob": Q})
AS_LONG = table({"y_true": R, "y_prob": S})


def parts(reading: Reading) -> tuple[list[float], list[float]]:
    """Give the scores of both parts."""
    assert reading.predictions is not None, reading.reason
    sets = reading.predictions.tuning_set, reading.predictions.evaluation_set
    tuning, evaluation = (each.scores["y_prob"].tolist() for each in sets)
    return tuning, evaluation


def test_the_first_chooses_and_the_second_reports() -> None:
    """Two complete files need no question; a further column says which file a row is from."""
    reading = stack_predictions(ONE, TWO, names=("a.csv", "b.csv"))
    assert reading.outcome == "sure"
    assert parts(reading) == (P.tolist(), Q.tolist())
    assert reading.predictions is not None
    assert reading.predictions.role_names == ("a.csv", "b.csv")
    assert reading.name == "a.csv + b.csv"
    assert reading.layout.endswith("one below the other")
    assert reading.n_rows == 650
    assert reading.columns[-1].labels == (("a.csv", 400), ("b.csv", 250))


def test_a_name_that_says_so_reports_whichever_comes_first() -> None:
    """A file called test reports; two of one name are told apart by their order."""
    assert parts(stack_predictions(ONE, TWO, names=("test.csv", "valid.csv"))) == (Q.tolist(), P.tolist())
    same = stack_predictions(ONE, TWO, names=("p.csv", "p.csv"))
    assert same.predictions is not None
    assert same.predictions.role_names == ("the first file", "the second file")


def test_the_proposal_given_back_reads_the_same_and_can_be_turned() -> None:
    """The roles are choices like any other: kept, swapped, or taken away, which pools all rows."""
    first = stack_predictions(ONE, TWO, names=("a.csv", "b.csv")).proposal
    assert first is not None
    assert (first.role, first.tune, first.report) == ("file", ("a.csv",), ("b.csv",))
    again = stack_predictions(ONE, TWO, names=("a.csv", "b.csv"), choices=first)
    assert parts(again) == (P.tolist(), Q.tolist())
    swapped = Choices("y_true", ("y_prob",), role="file", tune=("b.csv",), report=("a.csv",))
    assert parts(stack_predictions(ONE, TWO, names=("a.csv", "b.csv"), choices=swapped)) == (Q.tolist(), P.tolist())
    pooled = stack_predictions(ONE, TWO, choices=Choices("y_true", ("y_prob",)))
    assert pooled.predictions is not None
    assert (pooled.predictions.n, pooled.predictions.tuning) == (650, None)


def test_rows_called_train_are_not_taken_unasked() -> None:
    """Next to a file called train the other one alone is offered first; who insists is warned."""
    asked = stack_predictions(ONE, TWO, names=("train.csv", "test.csv"))
    assert asked.outcome == "ask"
    assert "train.csv holds the rows that trained the model" in asked.reason
    assert asked.predictions is None
    alone, both = (
        stack_predictions(ONE, TWO, names=("train.csv", "test.csv"), choices=candidate.choices)
        for candidate in asked.candidates[:2]
    )
    assert asked.candidates[0].n_pos == Z.sum()
    assert alone.predictions is not None
    assert alone.predictions.scores["y_prob"].tolist() == Q.tolist()
    assert "train_rows" not in kinds(alone)
    assert parts(both) == (P.tolist(), Q.tolist())
    assert "train_rows" in kinds(both)


def test_a_file_that_would_be_asked_about_alone_is_asked_about_here() -> None:
    """The reason names the file."""
    inverted = table({"y_true": Z, "y_prob": (1 - Q).round(6)})
    asked = stack_predictions(ONE, inverted, names=("a.csv", "b.csv"))
    assert read_predictions(inverted).outcome == "ask"
    assert asked.outcome == "ask"
    assert asked.predictions is None
    assert "b.csv: " in asked.reason
    chosen = stack_predictions(ONE, inverted, names=("a.csv", "b.csv"), choices=asked.proposal)
    assert parts(chosen) == (P.tolist(), (1 - Q).round(6).tolist())


def test_what_stays_in_the_account() -> None:
    """Rows of either file that cannot be used are counted; progress runs once from 0 to 1."""
    calls: list[float] = []
    broken = ONE.replace(b"\n", b"\n1\n", 1) + b"1,\n"
    reading = stack_predictions(broken, TWO, on_progress=calls.append)
    assert reading.dropped == {"wrong number of cells": 1, "missing score": 1}
    assert reading.n_rows == 652
    assert calls == sorted(calls)
    assert calls[-1] == 1


def test_frames_with_columns_of_two_kinds() -> None:
    """A column that is numbers in one file and text in the other becomes text; weights and a taken name come along."""
    one = pd.DataFrame({"file": np.arange(400) % 7, "y_true": Y, "y_prob": P, "sample_weight": P + 1})
    two = pd.DataFrame({"file": ["x"] * 250, "y_true": Z, "y_prob": Q, "sample_weight": Q + 1})
    reading = stack_predictions(one, two, names=("a", "b"))
    assert parts(reading) == (P.tolist(), Q.tolist())
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.sample_weight.tolist() == [*(P + 1), *(Q + 1)]
    assert reading.proposal is not None
    assert reading.proposal.role == "file_"
    assert {label for label, _ in reading.columns[0].labels} == {*map(str, range(7)), "x"}


KEYS = [f"case {i}" for i in range(400)]
ORDER = np.random.default_rng(5).permutation(400)
PAIRS = {
    "other length": (ONE, TWO, True),
    "as long": (ONE, AS_LONG, True),
    "columns in another order": (ONE, table({"y_prob": Q, "y_true": Z}), True),
    "keys of other cases": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}), table({"id": [f"x{i}" for i in range(400)], "y_true": R,
        "y_prob": S}), True,
    ),
    "counted from nought in both": (
        table({"": range(400), "y_true": Y, "y_prob": P}), table({"": range(250), "y_true": Z, "y_prob": Q}), True,
    ),
    "two models of the same rows": (ONE, table({"y_true": Y, "y_prob": S}), False),
    "two models of the same rows by key": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}),
        table({"id": [KEYS[i] for i in ORDER], "y_true": Y[ORDER], "y_prob": S}), False,
    ),
    "a part of the same rows by key": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}), table({"id": KEYS[:300], "y_true": Y[:300], "y_prob": S[:300]}),
        False,
    ),
    "truth and scores": (table({"id": KEYS, "y_true": Y}), table({"id": KEYS, "y_prob": P}), False),
    "one name for both": (table({"id": KEYS, "target": Y}), table({"id": KEYS, "target": P}), False),
    "other columns": (ONE, table({"y_true": Z, "p_other": Q}), False),
    "nothing to read": (table({"a": [1, 2, 3]}), table({"a": [1, 2]}), False),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_which_files_are_stacked(name: str) -> None:
    """Different rows with the same columns are; the same rows are put side by side, and others left to the join."""
    one, two, right = PAIRS[name]
    assert stackable(one, two) is right
    assert stackable(two, one) is right


def test_rare_positives_do_not_look_like_the_same_rows() -> None:
    """Truths of which hardly any is positive agree by chance in nearly all rows."""
    rare = [np.zeros(2000, dtype=int) for _ in range(2)]
    rare[0][::100] = rare[1][50::100] = 1
    one, two = (table({"y_true": y, "y_prob": np.linspace(0, 1, 2000).round(4)}) for y in rare)
    assert stackable(one, two)


def test_files_of_the_same_rows_still_join() -> None:
    """Two models of the same rows become two scores, as before."""
    reading = join_predictions(ONE, table({"y_true": Y, "y_prob": S}), names=("a.csv", "b.csv"))
    assert reading.outcome != "refuse"
    assert [column.name for column in reading.columns][-1] == "y_prob (b.csv)"


def test_what_is_no_table_is_refused() -> None:
    """Before anything is decided."""
    with pytest.raises(InvalidPredictions, match="is empty"):
        stackable(ONE, b"")
