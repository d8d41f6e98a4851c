"""What-ifs in words."""

import numpy as np
import pytest

from f1tools.core.curve import ThresholdCurve
from f1tools.what_if import Costs, ExchangeRate, ThresholdMove, Triage, Zone
from f1tools.what_if.sentences import cost_text, exchange_size, exchange_text, ratio_text, triage_text


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (
            ExchangeRate(ThresholdMove(0.3, 10, 37), ThresholdMove(0.5, 12, 22)),
            "From here the next 10 catches cost 37 more false alarms; giving up 12 saves 22 false alarms.",
        ),
        (
            ExchangeRate(ThresholdMove(0.3, 1, 1), ThresholdMove(0.5, 1, 0)),
            "From here the next catch costs 1 more false alarm; giving up 1 saves nothing.",
        ),
        (ExchangeRate(ThresholdMove(0.3, 3, 0), None), "From here the first 3 catches cost no false alarm."),
        (
            ExchangeRate(None, ThresholdMove(0.5, 10, 1234)),
            "Every real case is caught; giving up 10 saves 1,234 false alarms.",
        ),
        (
            ExchangeRate(ThresholdMove(0.3, 10.5, 2.25), None),
            "From here the first 10.5 of weight to be caught costs 2.25 more of false alarms.",
        ),
        (
            ExchangeRate(ThresholdMove(0.3, 22.125, 4.0), ThresholdMove(0.5, 20.0, 1.0)),
            "From here the next 22.1 of weight to be caught costs 4 more of false alarms; "
            "giving up 20 saves 1 of false alarms.",
        ),
        (
            ExchangeRate(None, ThresholdMove(0.5, 3.0, 1.0)),
            "Every real case is caught; giving up 3 saves 1 false alarm.",
        ),
        (ExchangeRate(None, None), "There is nothing to catch."),
    ],
)
def test_exchange_rates(rate: ExchangeRate, said: str) -> None:
    """One catch is singular, weights are written as everywhere, and an end of the curve is called one."""
    assert exchange_text(rate) == said


@pytest.mark.parametrize(
    ("positives", "catches"), [(3, 1), (49, 1), (50, 10), (1_999, 20), (133_000, 1_000), (2_600_000, 30_000)]
)
def test_catches_to_speak_of(positives: int, catches: int) -> None:
    """Ten as a rule; about a hundredth of very many, as a round number; single ones where there are few."""
    curve = ThresholdCurve(np.array([np.inf, 0.5]), np.array([0, positives]), np.array([0, 10]))
    assert exchange_size(curve) == catches


def test_ratios() -> None:
    """A missed case is worth so many false alarms, each against being right."""
    assert ratio_text(Costs(fp=2, fn=3, tp=1)).startswith("A missed case is worth 1 false alarm. ")
    assert "0.200" in ratio_text(Costs(fp=1, fn=4))
    assert "False alarms cost nothing" in ratio_text(Costs(fp=0, fn=1))


def test_earnings_are_not_called_costs() -> None:
    """Nobody has to read a minus sign."""
    assert (cost_text(12.345678), cost_text(-228.51)) == ("costs 12.35", "earns 228.5")


def test_scores_that_are_not_probabilities_have_no_threshold_of_bayes() -> None:
    """What a miss is worth is all there is to say."""
    assert ratio_text(Costs(fp=1, fn=5), calibrated=False) == "A missed case is worth 5 false alarms."


def test_triage() -> None:
    """Workload and both kinds of error, and what is said where one of them does not exist."""
    zones = Triage(0.2, 0.8, auto_positive=Zone(9, 1), review=Zone(5, 15), auto_negative=Zone(2, 68))
    assert triage_text(zones) == (
        "People review 20.0% of the cases (25.0% of these are real). Of 16 real cases 2 (12.5%) are missed, "
        "and of 10 automatically flagged cases 1 (10.0%) is a false alarm: 3.8% of the automatic decisions."
    )
    nobody = Triage(0.5, 0.5, auto_positive=Zone(9, 2), review=Zone(0, 0), auto_negative=Zone(0, 89))
    assert triage_text(nobody) == (
        "No case needs review. Of 9 real cases none is missed, and of 11 automatically flagged cases 2 (18.2%) are "
        "false alarms: 2.0% of the automatic decisions."
    )
    shy = Triage(0.5, np.inf, auto_positive=Zone(0, 0), review=Zone(9, 1), auto_negative=Zone(1, 89))
    assert "Of 10 real cases 1 (10.0%) is missed, and nothing is flagged automatically" in triage_text(shy)
    mixed = Triage(0.2, 0.8, auto_positive=Zone(9.5, 0.5), review=Zone(5.25, 15), auto_negative=Zone(1.5, 68))
    assert (
        "Of the real cases 9.2% are missed, and of the automatically flagged cases 5.0% are false alarms"
        in triage_text(mixed)
    )
    everybody = Triage(0.0, 1.0, auto_positive=Zone(0, 0), review=Zone(5, 5), auto_negative=Zone(0, 0))
    assert triage_text(everybody).endswith("; nothing is decided without review.")
