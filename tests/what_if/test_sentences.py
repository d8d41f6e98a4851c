"""What-ifs in words."""

import numpy as np
import pytest

from f1tools.curve import ThresholdCurve
from f1tools.what_if import Costs, Exchange, Step, Triage, Zone
from f1tools.what_if.sentences import catches_to_speak_of, exchange_text, ratio_text, triage_text


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (
            Exchange(Step(0.3, 10, 37), Step(0.5, 12, 22)),
            "From here the next 10 catches cost 37 more false alarms; giving up 12 saves 22.",
        ),
        (
            Exchange(Step(0.3, 1, 1), Step(0.5, 1, 0)),
            "From here the next catch costs 1 more false alarm; giving up 1 saves nothing.",
        ),
        (Exchange(Step(0.3, 3, 0), None), "From here the first 3 catches cost no false alarm."),
        (Exchange(None, Step(0.5, 10, 1234)), "Every real case is caught; giving up 10 saves 1,234."),
        (Exchange(Step(0.3, 10.5, 2.25), None), "From here the first 10.5 catches cost 2.25 more false alarms."),
        (Exchange(None, None), "There is nothing to catch."),
    ],
)
def test_exchange_rates(rate: Exchange, said: str) -> None:
    """One catch is singular, weights are written as everywhere, and an end of the curve is called one."""
    assert exchange_text(rate) == said


@pytest.mark.parametrize(
    ("positives", "catches"), [(3, 1), (49, 1), (50, 10), (1_999, 20), (133_000, 1_000), (2_600_000, 30_000)]
)
def test_catches_to_speak_of(positives: int, catches: int) -> None:
    """Ten as a rule; about a hundredth of very many, as a round number; single ones where there are few."""
    curve = ThresholdCurve(np.array([np.inf, 0.5]), np.array([0, positives]), np.array([0, 10]))
    assert catches_to_speak_of(curve) == catches


def test_ratios() -> None:
    """A miss is worth so many false alarms, each against being right."""
    assert ratio_text(Costs(fp=2, fn=3, tp=1)).startswith("A miss is worth 1 false alarm. ")
    assert "0.200" in ratio_text(Costs(fp=1, fn=4))
    assert "False alarms cost nothing" in ratio_text(Costs(fp=0, fn=1))


def test_triage() -> None:
    """Workload and error, and what is said where one of them does not exist."""
    zones = Triage(0.2, 0.8, sure_yes=Zone(9, 1), review=Zone(5, 15), sure_no=Zone(2, 68))
    assert triage_text(zones) == (
        "People look at 20.0% of the cases (25.0% of these are real). "
        "Of the cases decided automatically 3.8% are decided wrongly."
    )
    nobody = Triage(0.5, 0.5, sure_yes=Zone(9, 1), review=Zone(0, 0), sure_no=Zone(0, 90))
    assert triage_text(nobody).startswith("Nobody has to look at a case. Of the cases decided automatically 1.0%")
    everybody = Triage(0.0, 1.0, sure_yes=Zone(0, 0), review=Zone(5, 5), sure_no=Zone(0, 0))
    assert triage_text(everybody).endswith("; nothing is decided without them.")
