"""The card of rows that had no part in choosing the threshold."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from f1tools.card import card_payload
from f1tools.core.optimum import best, transfer
from tests.strategies import Rows, weighted_or_not

NARROW = st.sampled_from(["f1", "mcc", "precision", "recall"])


@given(weighted_or_not(), weighted_or_not(), NARROW)
def test_the_best_decides_as_it_does_where_it_was_chosen(chosen: Rows, shown: Rows, metric: str) -> None:
    """The decimal on the slider flags, on both sets of rows, exactly what the chosen threshold flags."""
    optimum = best(chosen.curve(), metric)
    payload = card_payload(shown.curve(), transfer(optimum, shown.curve()), model="m", pos_label="1", chosen_on="valid")
    place = payload["best"]
    written = float(payload["stops"][place])
    for rows in (chosen, shown):
        score = rows.y_score.astype(np.float64)
        if rows.sample_weight is not None:
            score = score[rows.sample_weight > 0]
        np.testing.assert_array_equal(score >= written, score >= optimum.point.threshold)
    counts = shown.curve().at(written).counts
    assert (payload["tp"][place], payload["fp"][place]) == (counts.tp, counts.fp)
    assert payload["best_label"].endswith(" on valid")
