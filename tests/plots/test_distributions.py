"""The histograms of scores and of best thresholds, tested as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.distribution import ScoreHistogram, score_histogram
from f1tools.plots import Mark, alt_text, plot_score_distributions, plot_threshold_spread, plot_triage
from f1tools.uncertainty.intervals import Interval
from f1tools.what_if import triage
from tests.plots.data import CASES, FloatArray, column, curve_of, texts, trace, vertical_lines


def draw(histogram: ScoreHistogram, **options: Any) -> Any:
    return plot_score_distributions(histogram, **({"mark": Mark("now", curve_of("vector A").at(0.8))} | options))


@pytest.mark.parametrize("name", CASES)
def test_bars_are_numpys_histogram(name: str) -> None:
    """Both classes have the same bins; shares are of the own class; the exact counts are shown on hover."""
    y_true, y_score = CASES[name]
    histogram = score_histogram(curve_of(name), 25)
    figure = draw(histogram)
    assert [bar.yaxis for bar in figure.data] == ["y", "y2"]
    for bar, in_class in zip(figure.data, (y_true, ~y_true), strict=True):
        expected = np.histogram(y_score[in_class], histogram.edges)[0]
        assert bar.customdata.tolist() == expected.tolist()
        np.testing.assert_allclose(bar.y, expected / in_class.sum(), rtol=1e-6)
        np.testing.assert_allclose(
            bar.x, histogram.edges[:-1], rtol=0, atol=1e-4 * np.ptp(histogram.edges / 1e10) * 1e10
        )
        assert 0 < bar.offset < bar.offset + bar.width < np.diff(histogram.edges / 2).max() * 2


@pytest.mark.parametrize("name", CASES)
def test_both_classes_have_one_scale_with_a_few_round_ticks(name: str) -> None:
    """One axis goes up, the other down from zero; each has one to six ticks, none beside the text in the corners."""
    histogram = score_histogram(curve_of(name))
    layout = draw(histogram).layout
    assert layout.yaxis.range == layout.yaxis2.range[::-1]
    assert layout.yaxis.range[0] == 0
    assert (layout.yaxis.domain, layout.yaxis2.domain) == ((0.5, 1), (0, 0.5))
    assert 0.5 < max(map(np.max, histogram.shares)) / layout.yaxis.range[1] < 1
    for axis in (layout.yaxis, layout.yaxis2):
        assert 1 <= len(axis.tickvals) <= 6
        assert 0 < max(axis.tickvals) <= max(axis.range) / 1.2
        assert len(set(axis.ticktext)) == len(axis.tickvals)
        assert all(text.endswith("%") for text in axis.ticktext)


def test_classes_differ_without_color() -> None:
    """One is filled, the other hatched."""
    curve = curve_of("ties")
    for figure in (draw(score_histogram(curve)), plot_triage(triage(curve, 0.3, 0.7))):
        positive, negative = figure.data
        assert positive.marker.pattern.shape is None
        assert negative.marker.pattern.shape == "/"
        assert positive.marker.color != negative.marker.color


@pytest.mark.parametrize(
    ("threshold", "corners"),
    [
        (0.8, ["2 missed", "2 caught", "5 correctly not flagged", "1 false alarm"]),
        (0.5, ["1 missed", "3 caught", "3 correctly not flagged", "3 false alarms"]),
        (np.inf, ["4 missed", "0 caught", "6 correctly not flagged", "0 false alarms"]),
    ],
)
def test_the_corners_are_the_confusion_matrix(threshold: float, corners: list[str]) -> None:
    """The line is at the threshold unless that is above all scores; the corners have the exact counts."""
    mark = Mark("now", curve_of("vector A").at(threshold))
    figure = draw(score_histogram(curve_of("vector A"), 10), mark=mark, labels=("ill", "well"))
    label = [] if threshold == np.inf else [f"flagged from {threshold}"]
    assert set(texts(figure)) == {*corners, *label}
    assert [shape.x0 for shape in vertical_lines(figure)] == ([] if threshold == np.inf else [threshold])
    counts = mark.point.counts
    assert f"{counts.tp} of 4 positives and {counts.fp} of 6 negatives" in alt_text(figure)
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == ("ill", "well")


def test_weighted_counts_stay_fractions() -> None:
    """Sums of weights are shown on hover as they are."""
    bar = draw(score_histogram(curve_of("ties").reweighted(0.5, 1))).data[0]
    assert bar.customdata.tolist() == (score_histogram(curve_of("ties")).positives / 2).tolist()


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
    assert texts(figure) == ["best 0.35"]
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
