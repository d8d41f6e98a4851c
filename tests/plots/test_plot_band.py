"""The figure of a metric with its intervals, tested as data."""

from __future__ import annotations

import re

import numpy as np
import pytest

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.plots import MAX_POINTS, Mark, alt, plot_band
from tests.plots.data import CASES, FloatArray, column, curve_of, random_rows, texts, trace

Z = 1.959963984540054  # 97.5 % of a normal distribution lie below


def wilson(hits: FloatArray, trials: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Wilson (1927)."""
    middle = (hits + Z**2 / 2) / (trials + Z**2)
    reach = Z / (trials + Z**2) * np.sqrt(hits * (trials - hits) / trials + Z**2 / 4)
    return middle - reach, middle + reach


def outline(path: str) -> list[tuple[float, float]]:
    """Give the corners of a path of level and upright lines."""
    start, *moves = re.findall(r"[MHV][^MHVZ]*", path)
    x, y = (float(part) for part in start[1:].split(","))
    corners = [(x, y)]
    for move in moves:
        x, y = (float(move[1:]), y) if move[0] == "H" else (x, float(move[1:]))
        corners.append((x, y))
    return corners


def heights(path: str, at: float) -> list[float]:
    """Give the heights at which a path crosses an upright line, lowest first."""
    corners = outline(path)
    closed = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sorted(one[1] for one, other in closed if min(one[0], other[0]) < at < max(one[0], other[0]))


@pytest.mark.parametrize("name", ["vector A", "ties", "probabilities", "margins"])
def test_the_band_is_wilsons_interval_at_every_threshold(name: str) -> None:
    """Of recall: hits out of positives. The band goes around the line, in the same steps."""
    y_true, y_score = CASES[name]
    figure = plot_band(curve_of(name), "recall")
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "path"]
    scores = np.unique(y_score)
    for between in ((scores[1:] + scores[:-1]) / 2)[:: max(1, scores.size // 20)]:
        hits = np.count_nonzero(y_true & (y_score >= between))
        low, high = wilson(np.array(hits), np.array(np.count_nonzero(y_true)))
        assert heights(band.path, between) == pytest.approx([max(low, 0), min(high, 1)], abs=6e-4)
    line = trace(figure, "Recall")
    assert line.line.shape == "hv"
    assert ((line.customdata[:, 0] <= line.y + 1e-6) & (line.y <= line.customdata[:, 1] + 1e-6)).all()


def test_the_interval_at_the_mark_is_written() -> None:
    """F1 with 30 caught, 20 false alarms and 10 missed: 0.667, from 0.548 to 0.767."""
    curve = ThresholdCurve.from_predictions([1] * 30 + [0] * 20 + [1] * 10 + [0] * 40, [0.8] * 50 + [0.2] * 50)
    figure = plot_band(curve, marks=[Mark("now", curve.at(0.8)), Mark("best", best(curve).point)])
    assert "<b>0.667 (0.548 to 0.767)</b>" in texts(figure)
    dot = trace(figure, "marks")
    assert dot.y[0] + dot.error_y.array[0] == pytest.approx(0.767448, abs=1e-6)
    assert dot.y[0] - dot.error_y.arrayminus[0] == pytest.approx(0.547937, abs=1e-6)
    assert "At the current threshold 0.8: 0.667 (0.548 to 0.767)." in alt(figure)
    assert "now = best 0.8" in texts(figure)


def test_weights_make_the_band_wider() -> None:
    """Rows that count ten times are no more rows than before: the interval stays, and so does the band."""
    y_true, y_score = CASES["ties"]
    plain = plot_band(ThresholdCurve.from_predictions(y_true, y_score), "recall")
    tenfold = plot_band(
        ThresholdCurve.from_predictions(y_true, y_score, sample_weight=np.full(y_true.size, 10.0)), "recall"
    )
    np.testing.assert_allclose(trace(plain, "Recall").customdata, trace(tenfold, "Recall").customdata, atol=1e-6)


def test_undefined_precision_has_no_band() -> None:
    """Above the highest score nothing is flagged: the line has a gap there, and the band ends before."""
    figure = plot_band(curve_of("vector A"), "precision", marks=[Mark("now", curve_of("vector A").at(0.95))])
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "path"]
    assert max(x for x, _ in outline(band.path)) == 0.9
    assert np.isnan(trace(figure, "Precision").y[0])
    assert "marks" not in {one.name for one in figure.data}
    assert "n/a" in alt(figure)


def test_a_metric_without_an_interval_is_drawn_alone() -> None:
    """The figure says so and makes none up."""
    curve = curve_of("ties")
    figure = plot_band(curve, "mcc", marks=[Mark("now", curve.at(0.5))])
    assert not [shape for shape in figure.layout.shapes if shape.type == "path"]
    assert figure.layout.title.subtitle.text == "There is no interval for this metric."
    value = float(curve.at(0.5).counts.matthews_corrcoef())
    assert f"<b>{value:.3f}</b>" in texts(figure)
    assert "interval" not in trace(figure, "Matthews correlation").hovertemplate
    assert "(" not in alt(figure).partition("At ")[2]


def test_other_levels_are_said() -> None:
    """A lower level gives a narrower band, and its name."""
    curve = curve_of("ties")
    half, usual = plot_band(curve, confidence_level=0.5), plot_band(curve)
    assert half.layout.title.subtitle.text.startswith("50% intervals")
    assert usual.layout.title.subtitle.text.startswith("95% intervals")
    widths = [np.diff(column(trace(one, "F1").customdata), axis=1)[5, 0] for one in (half, usual)]
    assert widths[0] < widths[1]


def test_long_curves_stay_small() -> None:
    """Steps that nobody could see are joined."""
    curve = ThresholdCurve.from_predictions(*random_rows(20_000, 0.1, "probabilities"))
    figure = plot_band(curve, marks=[Mark("now", curve.at(0.4321))])
    assert trace(figure, "F1").x.size <= MAX_POINTS + 1
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "path"]
    assert len(outline(band.path)) <= 4 * MAX_POINTS + 4
    assert len(figure.to_json()) < 20_000
