"""One file or two, through one door."""

from __future__ import annotations

import pytest

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, join_predictions, read_files, read_predictions, stack_predictions
from tests.readers.making import rows, table

Y, P = rows(300, seed=1)
Z, Q = rows(200, seed=2)
COMPLETE, OTHER = table({"y_true": Y, "y_prob": P}), table({"y_true": Z, "y_prob": Q})
TRUTH, SCORES = table({"id": range(300), "y_true": Y}), table({"id": range(300), "y_prob": P})


def test_one_file_is_read_as_it_is() -> None:
    """Its name, its choices and its progress are those of the reader for one file."""
    done: list[float] = []
    reading = read_files([COMPLETE], names=["a.csv"], choices=Choices(truth="y_true"), on_progress=done.append)
    alone = read_predictions(COMPLETE, name="a.csv", choices=Choices(truth="y_true"))
    assert reading.as_dict() == alone.as_dict()
    assert done[-1] == pytest.approx(1)


def test_two_files_of_different_rows_are_stacked() -> None:
    """Each is complete: the first chooses, the second reports."""
    reading = read_files([COMPLETE, OTHER], names=["a.csv", "b.csv"])
    assert reading.as_dict() == stack_predictions(COMPLETE, OTHER, names=("a.csv", "b.csv")).as_dict()
    assert reading.predictions is not None
    assert reading.predictions.role_names == ("a.csv", "b.csv")


def test_two_files_of_the_same_rows_are_joined() -> None:
    """Truth and scores come together by their key."""
    reading = read_files([SCORES, TRUTH])
    assert reading.as_dict() == join_predictions(SCORES, TRUTH).as_dict()
    assert reading.predictions is not None
    assert reading.predictions.n == 300


@pytest.mark.parametrize("count", [0, 3])
def test_other_numbers_of_files_are_refused(count: int) -> None:
    """One sentence says what may be brought."""
    with pytest.raises(InvalidPredictions, match=f"^{count} files came at once. Bring one, or two that belong"):
        read_files([COMPLETE] * count)
