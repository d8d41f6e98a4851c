"""Rows have roles: some choose the threshold, the others report; and each may have an amount."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.core.errors import InvalidPredictions
from f1tools.predictions import Predictions
from tests.strategies import Rows, weighted_or_not

TUNES = np.array([True, True, True, False, False, False])
Y, SCORE = [1, 0, 1, 0, 1, 0], [0.9, 0.2, 0.4, 0.3, 0.8, 0.1]


def refusal(sentence: str) -> Any:
    """Expect exactly this sentence."""
    return pytest.raises(InvalidPredictions, match=f"^{re.escape(sentence)}$")


def test_a_part_holds_its_rows_of_every_column() -> None:
    """Truth, scores, weights, groups, ids and amounts of a part stay together, without roles of their own."""
    predictions = Predictions.from_arrays(
        Y, {"a": SCORE, "b": SCORE[::-1]}, sample_weight=[1, 2, 3, 4, 5, 6], group=list("uvwxyz"),
        ids=[10, 11, 12, 13, 14, 15], tuning=TUNES, amount=[0, 1, 2, 3, 4, 5],
    )  # fmt: skip
    tune, report = predictions.tuning_set, predictions.evaluation_set
    for part, rows in ((tune, slice(0, 3)), (report, slice(3, 6))):
        assert part.y_true.astype(int).tolist() == Y[rows]
        assert part.scores["a"].tolist() == SCORE[rows]
        assert part.scores["b"].tolist() == SCORE[::-1][rows]
        for values, whole in (
            (part.sample_weight, [1, 2, 3, 4, 5, 6]),
            (part.group, list("uvwxyz")),
            (part.ids, [10, 11, 12, 13, 14, 15]),
            (part.amount, [0, 1, 2, 3, 4, 5]),
        ):
            assert values is not None
            assert values.tolist() == whole[rows]
        assert part.tuning is None
        assert (part.pos_label, part.neg_label) == ("1", "0")


def test_without_roles_both_parts_are_all_rows() -> None:
    """Who has no roles chooses and reports on the same rows."""
    predictions = Predictions.from_arrays(Y, SCORE)
    assert predictions.tuning_set.y_true.tolist() == predictions.evaluation_set.y_true.tolist() == [*map(bool, Y)]
    assert (predictions.tuning, predictions.amount, predictions.role_names) == (None, None, ("tune", "report"))


@given(drawn=weighted_or_not(), data=st.data())
@settings(deadline=None)
def test_the_parts_add_up_to_the_whole(drawn: Rows, data: st.DataObject) -> None:
    """At every threshold the counts of both parts sum to those of all rows; what cannot be split is refused."""
    n = drawn.y_true.size
    tunes = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    whole = Predictions.from_arrays(drawn.y_true, drawn.y_score, sample_weight=drawn.sample_weight)
    counted = np.ones(n, dtype=bool) if drawn.sample_weight is None else drawn.sample_weight > 0
    cells = [(tunes == side) & (drawn.y_true == truth) & counted for side in (True, False) for truth in (True, False)]
    if not all(cell.any() for cell in cells):
        with pytest.raises(InvalidPredictions, match=r"^The part '(tune|report)' has no (row|weight on any row) with"):
            whole.with_roles(tunes)
        return
    split = whole.with_roles(tunes)
    curves = split.tuning_set.curve(), split.evaluation_set.curve()
    for threshold in whole.curve().thresholds.tolist():
        parts = [curve.at(threshold).counts for curve in curves]
        together = whole.curve().at(threshold).counts
        for cell in ("tn", "fp", "fn", "tp"):
            assert sum(getattr(part, cell) for part in parts) == getattr(together, cell)


def test_roles_can_be_given_named_and_taken_away() -> None:
    """They belong to the predictions like any other column, and everything else stays."""
    split = Predictions.from_arrays(Y, SCORE, amount=SCORE).with_roles(TUNES.tolist(), ("valid", "test"))
    assert split.role_names == ("valid", "test")
    assert split.tuning is not None
    assert split.tuning.tolist() == TUNES.tolist()
    assert split.amount is not None
    assert split.with_roles(None).tuning is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"tuning": [True, False, True, True, True, True]},
            "The part 'report' has no row with the label '1'. Both parts need both classes: choose other parts, or "
            "none.",
        ),
        (
            {"tuning": [True, False, True, False, False, False]},
            "The part 'tune' has no row with the label '0'. Both parts need both classes: choose other parts, or none.",
        ),
        (
            {"tuning": TUNES, "sample_weight": [1, 0, 1, 1, 1, 1]},
            "The part 'tune' has no weight on any row with the label '0'. Both parts need both classes: choose other "
            "parts, or none.",
        ),
        ({"tuning": [True, False]}, "y_true has 6 rows and tuning has 2. Pass one a row."),
        (
            {"tuning": ["valid"] * 3 + ["test"] * 3},
            "tuning must hold True or False, got <U5. Compare the column with a value.",
        ),
        ({"amount": [1, 2, 3, -4, 5, 6]}, "amount must not be negative, got -4.0 in row 3. Mend or drop that row."),
        (
            {"amount": [1, 2, np.nan, 4, 5, 6]},
            "amount must be finite, got nan in row 2 (1 such rows in all). Drop or fill them.",
        ),
        (
            {"amount": [1, 2]},
            "y_true has 6 rows and amount has 2. They must describe the same rows in one order.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], said: str) -> None:
    """Every refusal is one sentence that names the part, the class or the row."""
    with refusal(said):
        Predictions.from_arrays(Y, SCORE, **options)


def test_amounts_may_all_be_zero() -> None:
    """Unlike weights: that nothing costs anything is strange, but it can be counted."""
    amount = Predictions.from_arrays(Y, SCORE, amount=[0] * 6).amount
    assert amount is not None
    assert amount.dtype == np.float64
    assert amount.tolist() == [0.0] * 6
