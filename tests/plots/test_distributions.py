"""The histograms of scores and of best thresholds, tested as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.plots import Mark, alt_text, plot_threshold_spread
from f1tools.uncertainty.intervals import Interval
from tests.plots.data import FloatArray, column, curve_of, texts, trace, vertical_lines

SPREADS = {
    "few values": np.repeat([0.2, 0.35, 0.5, 0.81], [5, 60, 30, 5]),
    "margins": np.random.default_rng(3).normal(2, 40, size=500),
    "close together": 0.3 + 1e-9 * np.arange(50),
    "one value": np.full(20, 0.4),
    "huge": np.linspace(-1e307, 1e307, 100),
}


def spread(thresholds: FloatArray, best: float | None = None) -> tuple[Any, Mark]:
    """Draw a spread with its percentile interval; the best threshold is the median."""
    low, median, high = np.quantile(thresholds, [0.025, 0.5, 0.975], method="nearest").tolist()
    mark = Mark("best", curve_of("vector A").at(median if best is None else best))
    return plot_threshold_spread(thresholds, interval=Interval(low, high, 0.95), best=mark), mark


@pytest.mark.parametrize("name", SPREADS)
def test_bars_are_shares_of_the_resamples(name: str) -> None:
    """Each is the share of thresholds in its bin; the best threshold is in the middle of its bin."""
    thresholds = SPREADS[name]
    figure, mark = spread(thresholds)
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


def shade(figure: Any) -> Any:
    """Return the shaded range of a figure."""
    (shape,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    return shape


def test_the_interval_is_shaded_and_written() -> None:
    """With its level and the number of resamples."""
    figure, _ = spread(SPREADS["few values"])
    assert (shade(figure).x0, shade(figure).x1) == (0.2, 0.81)
    assert figure.layout.title.subtitle.text == "95% of 100 resamples: 0.2 to 0.81 (shaded)"
    assert "0.2 to 0.81; on all rows it is 0.35." in alt_text(figure)
    assert texts(figure) == ["Best 0.35"]
    outside, _ = spread(SPREADS["close together"], best=0.9)  # resamples need not contain the score best on all rows
    assert [shape.x0 for shape in vertical_lines(outside)] == [0.9]


def test_resamples_in_which_flagging_nothing_is_best_are_counted() -> None:
    """They have no place among the scores."""
    thresholds = np.append(SPREADS["few values"], [np.inf] * 100)
    figure, _ = spread(thresholds, best=0.35)
    assert column(trace(figure, "resamples").y).sum() == pytest.approx(0.5)
    assert "0.35 to above all scores" in figure.layout.title.subtitle.text
    assert shade(figure).x1 == figure.layout.xaxis.range[1]
    assert "In 100 of them flagging nothing" in alt_text(figure)
    empty, _ = spread(np.full(10, np.inf))
    assert not column(trace(empty, "resamples").y).any()
    assert not vertical_lines(empty)
    assert "In 10 of them" in alt_text(empty)


def test_the_axis_shows_how_much_of_the_scores_the_spread_fills() -> None:
    """0 to 1 for a wide spread within, else its own range."""
    ranges = {name: spread(thresholds)[0].layout.xaxis.range for name, thresholds in SPREADS.items()}
    assert ranges["few values"] == (0, 1)
    assert ranges["one value"] == pytest.approx((0.35, 0.45))
    low, high = ranges["margins"]
    assert low < SPREADS["margins"].min() < SPREADS["margins"].max() < high
