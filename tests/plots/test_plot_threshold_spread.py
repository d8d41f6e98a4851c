"""The figure of where the best threshold falls, tested as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.curve import ThresholdCurve
from f1tools.plots import Mark, alt, plot_threshold_spread
from f1tools.uncertainty.intervals import Interval
from tests.plots.data import FloatArray, column, curve_of, texts, trace

SPREADS = {
    "few values": np.repeat([0.2, 0.35, 0.5, 0.81], [5, 60, 30, 5]),
    "margins": np.random.default_rng(3).normal(2, 40, size=500),
    "close together": 0.3 + 1e-9 * np.arange(50),
    "one value": np.full(20, 0.4),
    "huge": np.linspace(-1e307, 1e307, 100),
}


def drawn(
    thresholds: FloatArray, best: float | None = None, span: tuple[float, float] | None = None
) -> tuple[Any, Mark]:
    """Draw a spread with its percentile interval; the best is the median."""
    low, middle, high = np.quantile(thresholds, [0.025, 0.5, 0.975], method="nearest").tolist()
    mark = Mark("best", curve_of("vector A").at(middle if best is None else best))
    return plot_threshold_spread(thresholds, interval=Interval(low, high, 0.95), best=mark, span=span), mark


@pytest.mark.parametrize("name", SPREADS)
def test_bars_are_shares_of_the_resamples(name: str) -> None:
    """Each is the share of thresholds in its bin; together they are all."""
    thresholds = SPREADS[name]
    figure, mark = drawn(thresholds)
    bars = trace(figure, "resamples")
    assert column(bars.y).sum() == pytest.approx(1)
    x, step = column(bars.x), float(np.diff(column(bars.x))[0])
    for start, share in zip(x, bars.y, strict=True):
        slack = 1e-3 * step
        inside = (thresholds >= start + slack) & (thresholds < start + step - slack)
        nearly = (thresholds >= start - slack) & (thresholds < start + step + slack)
        assert inside.mean() - 1e-6 <= share <= nearly.mean() + 1e-6
    own = int(np.searchsorted(x, mark.point.threshold, side="right")) - 1
    assert mark.point.threshold == pytest.approx(x[own] + step / 2, abs=0.01 * step)


def test_the_interval_is_shaded_and_said() -> None:
    """With its level and the number of resamples."""
    figure, _ = drawn(SPREADS["few values"])
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert (band.x0, band.x1) == (0.2, 0.81)
    assert figure.layout.title.subtitle.text == "95% of 100 resamples: 0.2 to 0.81 (shaded)"
    assert "95% lie from 0.2 to 0.81; on all rows it is 0.35." in alt(figure)
    assert "best 0.35" in texts(figure)


def test_flagging_nothing_is_told() -> None:
    """It has no place among scores, but it counts."""
    thresholds = np.append(SPREADS["few values"], [np.inf] * 100)
    figure, _ = drawn(thresholds, best=0.35)
    assert column(trace(figure, "resamples").y).sum() == pytest.approx(0.5)
    assert "0.35 to above all scores" in figure.layout.title.subtitle.text
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert band.x1 == figure.layout.xaxis.range[1]
    assert alt(figure).endswith("In 100 of them flagging nothing is best.")


def test_nothing_but_flagging_nothing_is_drawn_empty() -> None:
    """Neither bars nor a line, but the words."""
    figure, _ = drawn(np.full(10, np.inf))
    assert not column(trace(figure, "resamples").y).any()
    assert not [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert "In 10 of them" in alt(figure)


def test_the_axis_shows_how_much_of_the_scores_the_spread_fills() -> None:
    """0 to 1 for a wide one within, its own range for others, and what is asked for."""
    ranges = {name: drawn(thresholds)[0].layout.xaxis.range for name, thresholds in SPREADS.items()}
    assert ranges["few values"] == (0, 1)
    assert ranges["one value"] == pytest.approx((0.35, 0.45))
    low, high = ranges["margins"]
    assert low < SPREADS["margins"].min() < SPREADS["margins"].max() < high
    asked, _ = drawn(SPREADS["one value"], span=(0.0, 1.0))
    assert asked.layout.xaxis.range == (0, 1)


def test_a_best_threshold_outside_of_the_spread_has_its_line() -> None:
    """Resamples need not hold the score that is best on all rows."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    figure = plot_threshold_spread(
        SPREADS["close together"], interval=Interval(0.3, 0.3, 0.95), best=Mark("best", curve.at(0.9))
    )
    assert 0.9 in [shape.x0 for shape in figure.layout.shapes]
