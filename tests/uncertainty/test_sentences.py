"""How sure, in words."""

import math
from typing import Any

import numpy as np
import pytest

from f1tools.metrics import metric
from f1tools.uncertainty import Interval, TunedEstimate
from f1tools.uncertainty.sentences import chosen_elsewhere_text, expected_text, level_text, range_text, spread_text


def estimate(**changes: Any) -> TunedEstimate:
    about: dict[str, Any] = {
        "metric": metric("f1"),
        "constraints": (),
        "threshold": 0.34,
        "apparent": 0.664,
        "estimate": 0.643,
        "optimism": 0.021,
        "interval": Interval(0.578, 0.704, 0.95),
        "threshold_interval": Interval(0.2258, 0.47518, 0.95),
        "thresholds": np.array([0.3, 0.4]),
        "n_resamples": 2000,
        "random_state": 0,
        "confidence_level": 0.95,
    }
    return TunedEstimate(**(about | changes))


def test_what_to_expect() -> None:
    """Estimate, interval and the apparent value, each called what it is."""
    assert expected_text(estimate()) == (
        "On new rows expect an F1 of about 0.643 (95% interval 0.578 to 0.704), not 0.664: "
        "the best threshold was chosen on these very rows, which makes it look better than it is."
    )


def test_what_nobody_can_tell() -> None:
    """Without an estimate the sentence says why."""
    assert expected_text(estimate(estimate=math.nan)).startswith("Nobody can tell what F1 to expect")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("f1", "an F1"),
        ("precision", "a Precision"),
        ("accuracy", "an Accuracy"),
        ("mcc", "a Matthews"),
        ("lift", "a Lift"),
    ],
)
def test_articles(name: str, said: str) -> None:
    """They follow how a label is spoken."""
    assert f"expect {said}" in expected_text(estimate(metric=metric(name), interval=None))


def test_without_an_interval_none_is_promised() -> None:
    """The sentence has the estimate alone."""
    assert "interval" not in expected_text(estimate(interval=None))


def test_where_the_best_threshold_lies() -> None:
    """Four digits, a level, and words where it was best to flag nothing."""
    assert "In 95% of 2,000 resamples the best threshold lay between 0.2258 and 0.4752." in spread_text(estimate())
    open_above = spread_text(estimate(threshold_interval=Interval(0.9, math.inf, 0.9)))
    assert "In 90% of" in open_above
    assert "between 0.9 and above all scores" in open_above
    nothing = spread_text(estimate(threshold_interval=Interval(math.inf, math.inf, 0.95)))
    assert nothing == "In 95% of the resamples it was best to flag nothing."


def test_ranges_and_levels() -> None:
    """An interval of nothing is n/a; levels have no needless decimals."""
    assert range_text(Interval(math.nan, 0.5, 0.95)) == "n/a"
    assert level_text(Interval(0, 1, 0.995)) == "99.5%"


def test_roles() -> None:
    """Both parts are named, with their rows."""
    said = chosen_elsewhere_text("valid", 1000, "test", 500)
    assert said.startswith(
        "The threshold was chosen on valid (1,000 rows). Every number here comes from test (500 rows)"
    )
