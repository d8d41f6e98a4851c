"""A memo is of one decision: parts of another one are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.comparison import compare
from f1tools.decision import decide
from f1tools.memo import take_snapshot
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from tests.memo.making import predictions, snapshot_of, source_of


def test_parts_of_something_else() -> None:
    """Parts of other rows, of another metric or of another threshold are refused."""
    rows, others = predictions(models=("forest", "linear")), predictions(299)
    decision = decide(rows)
    swapped = Predictions.from_arrays(~rows.y_true, rows.scores["forest"])
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("estimate", {"estimate": tuned_estimate(decision.tuning, "mcc", n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decision.tuning, "fbeta", beta=2, n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decide(rows, "linear").tuning, n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decide(others).tuning, n_resamples=2)}),
        ("comparison", {"comparison": compare(rows, "mcc")}),
        ("comparison", {"comparison": compare(others)}),
    ]
    for what, more in wrong:
        with pytest.raises(ValueError, match=f"The {what} is"):
            snapshot_of(decision, rows, **more)
    for source, what in ((source_of(others), "299 rows"), (source_of(swapped), f"{swapped.n_pos} positive rows")):
        with pytest.raises(ValueError, match=f"The source has {what}"):
            take_snapshot(decision, source)
    parted = predictions(tunes=np.arange(300) % 2 == 0)
    assert take_snapshot(decide(parted), source_of(parted)).title == "some rows"


def test_an_estimate_of_other_rows_with_the_same_best_threshold() -> None:
    """What the best threshold reaches on its own rows tells them apart."""
    scores = np.repeat([0.2, 0.8], 20)
    one, other = (Predictions.from_arrays(np.arange(40) >= first, scores) for first in (20, 22))
    estimate = tuned_estimate(decide(other).tuning, n_resamples=2)
    assert estimate.threshold == decide(one).tuned.point.threshold
    with pytest.raises(ValueError, match="The estimate is of another decision"):
        snapshot_of(decide(one), one, estimate=estimate)
