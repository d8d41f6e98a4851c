"""Tests of the sentences about what-if scenarios: their numbers, singular and plural, and special cases."""

import numpy as np
import pytest

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import Costs, ExchangeRate, ThresholdMove, Triage, Zone
from f1tools.what_if.sentences import cost_text, exchange_size, exchange_text, ratio_text, triage_text

MOVE = ThresholdMove


@pytest.mark.parametrize(
    ("more", "fewer", "parts"),
    [
        (
            MOVE(0.3, 10, 37),
            MOVE(0.5, 12, 22),
            ["Catching 10 more means 37 more false alarms", "12 fewer avoids 22 false"],
        ),
        (
            MOVE(0.3, 1, 1),
            MOVE(0.5, 1, 0),
            ["Catching 1 more means 1 more false alarm;", "1 fewer avoids 0 false alarms"],
        ),
        (MOVE(0.3, 3, 0), None, ["Catching the first 3 means 0 false alarms."]),
        (None, MOVE(0.5, 10, 1234), ["Every positive is caught", "catching 10 fewer avoids 1,234 false alarms."]),
        (None, MOVE(0.5, 3.0, 1.0), ["Every positive is caught", "catching 3 fewer avoids 1 false alarm."]),
        (MOVE(0.3, 10.5, 2.25), None, ["Catching the first 10.5 means 2.25 false alarms (sums of weights)."]),
        (
            MOVE(0.3, 22.125, 4.0),
            MOVE(0.5, 20.0, 1.0),
            ["Catching 22.1 more", "avoids 1 false alarm (sums of weights)."],
        ),
        (None, None, ["nothing to catch"]),
    ],
)
def test_exchange_text(more: ThresholdMove | None, fewer: ThresholdMove | None, parts: list[str]) -> None:
    """Both directions are described in rows, or in sums of weights where one is not an integer."""
    text = exchange_text(ExchangeRate(more, fewer))
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(
    ("positives", "catches"), [(3, 1), (49, 1), (50, 10), (1_999, 20), (133_000, 1_000), (2_600_000, 30_000)]
)
def test_exchange_size(positives: int, catches: int) -> None:
    """The size is 10, a round number near 1% of very many positives, or 1 of few."""
    curve = ThresholdCurve(np.array([np.inf, 0.5]), np.array([0, positives]), np.array([0, 10]))
    assert exchange_size(curve) == catches


@pytest.mark.parametrize(
    ("costs", "parts"),
    [
        (Costs(fp=2, fn=3, tp=1), ["as much as 1 false alarm."]),
        (Costs(fp=1, fn=4), ["as much as 4 false alarms.", "would be 0.200."]),
        (Costs(fp=0, fn=1), ["False alarms cost nothing"]),
    ],
)
def test_ratio_text(costs: Costs, parts: list[str]) -> None:
    """The cost ratio and the Bayes-optimal threshold are stated."""
    text = ratio_text(costs)
    assert [part for part in parts if part not in text] == []


def test_ratio_text_without_probabilities_has_no_threshold() -> None:
    """The Bayes-optimal threshold applies to probabilities only."""
    assert "threshold" not in ratio_text(Costs(fp=1, fn=5), calibrated=False)


def test_negative_costs_are_earnings() -> None:
    """A gain is written without a minus sign."""
    assert (cost_text(12.345678), cost_text(-228.51)) == ("costs 12.35", "earns 228.5")


@pytest.mark.parametrize(
    ("positive", "review", "negative", "parts"),
    [
        (
            Zone(9, 1),
            Zone(5, 15),
            Zone(2, 68),
            [
                "20.0% of the cases (25.0%",
                "Of 16 positives 2 (12.5%) are",
                "of 10 auto",
                "1 (10.0%) is a",
                "3.8% of all automatic",
            ],
        ),
        (
            Zone(9, 2),
            Zone(0, 0),
            Zone(0, 89),
            [
                "No case needs review",
                "Of 9 positives none is missed",
                "2 (18.2%) are false alarms",
                "2.0% of all automatic",
            ],
        ),
        (
            Zone(0, 0),
            Zone(9, 1),
            Zone(1, 89),
            ["Of 10 positives 1 (10.0%) is missed", "nothing is flagged automatically"],
        ),
        (Zone(9.5, 0.5), Zone(5.25, 15), Zone(1.5, 68), ["Of the positives 9.2% are missed", "5.0% are false alarms"]),
        (Zone(0, 0), Zone(5, 5), Zone(0, 0), ["; nothing is decided without review."]),
    ],
    ids=["all zones", "no review", "nothing flagged", "weighted", "review everything"],
)
def test_triage_text(positive: Zone, review: Zone, negative: Zone, parts: list[str]) -> None:
    """The workload and both kinds of error are stated, weighted rows as percentages alone."""
    text = triage_text(Triage(0.2, 0.8, auto_positive=positive, review=review, auto_negative=negative))
    assert [part for part in parts if part not in text] == []
