"""The figure of the best metric against the share of positives, tested as data."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.core.metrics import metric
from f1tools.plots import alt, plot_prevalence
from f1tools.what_if import PrevalenceSweep, sweep_prevalence
from tests.plots.data import column, curve_of, texts, trace

SHARES = np.array([0.01, 0.1, 0.3, 0.5])
# F1 at recall .75 and false-positive rate .2, and where everything is flagged: 2π TPR / (π (1 + TPR) + (1 - π) FPR).
KEPT = np.array([0.069606, 0.422535, 0.676692, 0.769231])
EVERYTHING = 2 * SHARES / (1 + SHARES)
BEST = np.array([0.2, 0.5, 0.676692, 0.8])


def sweep() -> PrevalenceSweep:
    return PrevalenceSweep(metric("f1"), SHARES, BEST, np.array([np.inf, 0.7, 0.4, 0.35]), KEPT, EVERYTHING)


def test_the_lines_are_the_sweep() -> None:
    """Best, kept and all flagged, at their shares; the best threshold is told on hovering, but not as infinite."""
    figure = plot_prevalence(sweep(), now=0.3, asked=0.1)
    for name, values in {"best threshold": BEST, "threshold kept": KEPT, "all flagged": EVERYTHING}.items():
        np.testing.assert_allclose(trace(figure, name).x, SHARES, rtol=1e-6)
        np.testing.assert_allclose(trace(figure, name).y, values, rtol=1e-6)
    np.testing.assert_array_equal(trace(figure, "best threshold").customdata, [np.nan, 0.7, 0.4, 0.35])


def test_the_values_stand_at_the_share_that_is_asked_about() -> None:
    """Three points on one line, with their numbers, in the figure and in the sentence."""
    figure = plot_prevalence(sweep(), now=0.3, asked=0.1)
    dots = trace(figure, "marks")
    assert dots.x == (0.1, 0.1, 0.1)
    assert dots.y == pytest.approx((0.5, 0.422535, 2 / 11))
    found = {"<b>best 0.500</b>", "kept 0.423", "all flagged 0.182", "asked 10.0%", "data 30.0%"}
    assert set(texts(figure)) == found
    assert (
        "At 10.0% the best threshold would reach 0.500, the threshold kept 0.423, and flagging everything 0.182"
        in alt(figure)
    )
    assert "At the data's 30.0% the best threshold reaches 0.677" in alt(figure)


def test_without_a_question_the_lines_have_names() -> None:
    """There is no point to stand at, so they stand along the lines."""
    figure = plot_prevalence(sweep(), now=0.3)
    assert set(texts(figure)) == {"<b>best threshold</b>", "threshold kept", "all flagged", "data 30.0%"}
    assert [one.mode for one in figure.data] == ["lines"] * 3


def test_equal_values_share_a_label() -> None:
    """At the data's own share the threshold that is kept is the best one."""
    figure = plot_prevalence(sweep(), now=0.3, asked=0.3)
    assert "<b>best = kept 0.677</b>" in texts(figure)
    assert not any(text.startswith("kept") for text in texts(figure))


def test_shares_are_on_an_axis_of_powers_with_percentages() -> None:
    """From 1 in 1,000 to a half there are a few round ticks; texts stand at the logarithm, lines at the value."""
    curve = curve_of("ties")
    shares = np.append(np.geomspace(0.001, 0.5, 20), 0.05)
    figure = plot_prevalence(sweep_prevalence(curve, np.sort(shares)), now=0.5, asked=0.05)
    axis = figure.layout.xaxis
    assert axis.type == "log"
    assert axis.range == pytest.approx((-3, np.log10(0.5)))
    assert 3 <= len(axis.ticktext) <= 6
    assert axis.ticktext == tuple(f"{100 * value:g}%" for value in axis.tickvals)
    (asked,) = [note for note in figure.layout.annotations if note.text == "asked 5.0%"]
    assert asked.x == pytest.approx(np.log10(0.05))
    assert 0.05 in [shape.x0 for shape in figure.layout.shapes]


def test_shares_must_have_been_swept() -> None:
    """Numbers in figures are computed, never read off between two points."""
    with pytest.raises(ValueError, match=r"share of positives 0\.2"):
        plot_prevalence(sweep(), now=0.3, asked=0.2)
    with pytest.raises(ValueError, match=r"share of positives 0\.4"):
        plot_prevalence(sweep(), now=0.4)


def test_the_axis_ends_where_the_metric_does() -> None:
    """A rare class whose best F1 is 0.3 fills the drawing; a metric near 1 ends at 1."""
    low = PrevalenceSweep(metric("f1"), SHARES, 0.3 * BEST, BEST, 0.2 * BEST, 0.1 * BEST)
    assert 0.24 < plot_prevalence(low, now=0.3).layout.yaxis.range[1] < 0.3
    high = PrevalenceSweep(metric("f1"), SHARES, BEST + 0.1, BEST, KEPT, EVERYTHING)
    assert plot_prevalence(high, now=0.3).layout.yaxis.range[1] == 1.02
    assert (column(trace(plot_prevalence(low, now=0.3), "best threshold").y) > 0).all()
