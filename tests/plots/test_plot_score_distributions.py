"""The figure of the two score distributions, tested as data."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.core.distribution import score_histogram
from f1tools.plots import Mark, alt, plot_score_distributions
from tests.plots.data import CASES, curve_of, texts


@pytest.mark.parametrize("heights", ["share", "count"])
@pytest.mark.parametrize("name", CASES)
def test_bars_are_numpys_histogram(name: str, heights: str) -> None:
    """Both classes in the same bins; shares are of the own class; the exact counts are told on hovering."""
    y_true, y_score = CASES[name]
    histogram = score_histogram(curve_of(name), 25)
    figure = plot_score_distributions(histogram, heights="share" if heights == "share" else "count")
    assert [bar.yaxis for bar in figure.data] == ["y", "y2"]
    for bar, wanted in zip(figure.data, (y_true, ~y_true), strict=True):
        expected = np.histogram(y_score[wanted], histogram.edges)[0]
        assert bar.customdata.tolist() == expected.tolist()
        drawn = expected / wanted.sum() if heights == "share" else expected
        np.testing.assert_allclose(bar.y, drawn, rtol=1e-6)
        np.testing.assert_allclose(
            bar.x, histogram.edges[:-1], rtol=0, atol=1e-4 * np.ptp(histogram.edges / 1e10) * 1e10
        )
        assert 0 < bar.offset < bar.offset + bar.width < np.diff(histogram.edges / 2).max() * 2


def test_the_negatives_hang_from_the_line_on_which_the_positives_stand() -> None:
    """One axis goes up, the other down, and they meet at zero."""
    layout = plot_score_distributions(score_histogram(curve_of("ties"))).layout
    assert layout.yaxis.range[0] == layout.yaxis2.range[1] == 0
    assert layout.yaxis.range[1] > 0
    assert layout.yaxis2.range[0] > 0
    assert layout.yaxis.domain == (0.5, 1)
    assert layout.yaxis2.domain == (0, 0.5)


def test_shares_have_one_scale_and_counts_two() -> None:
    """Shares can be compared across classes; among counts a rare class would vanish on a common scale."""
    histogram = score_histogram(curve_of("rare"))
    shares = plot_score_distributions(histogram).layout
    assert shares.yaxis.range[1] == shares.yaxis2.range[0]
    counts = plot_score_distributions(histogram, heights="count").layout
    assert counts.yaxis.range[1] < counts.yaxis2.range[0] / 5
    for layout, tallest in ((counts, histogram.positives.max()), (shares, max(map(np.max, histogram.shares())))):
        assert 0.5 < tallest / layout.yaxis.range[1] < 1


def test_the_classes_differ_without_colour() -> None:
    """One is filled, the other hatched."""
    positive, negative = plot_score_distributions(score_histogram(curve_of("ties"))).data
    assert positive.marker.pattern.shape is None
    assert negative.marker.pattern.shape == "/"
    assert positive.marker.color != negative.marker.color


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("heights", ["share", "count"])
def test_ticks_are_few_round_and_whole_where_they_count(name: str, heights: str) -> None:
    """One to six ticks above zero, none beside the texts in the corners; no half rows."""
    histogram = score_histogram(curve_of(name))
    layout = plot_score_distributions(histogram, heights="share" if heights == "share" else "count").layout
    for axis in (layout.yaxis, layout.yaxis2):
        assert 1 <= len(axis.tickvals) <= 6
        assert 0 < max(axis.tickvals) <= max(axis.range) / 1.2
        assert len(set(axis.ticktext)) == len(axis.tickvals)
        if heights == "count":
            assert all(value == round(value) for value in axis.tickvals)
        else:
            assert all(text.endswith("%") for text in axis.ticktext)


def test_the_corners_are_the_confusion_matrix() -> None:
    """The line is at the threshold, the four corners have the exact counts."""
    curve = curve_of("vector A")
    figure = plot_score_distributions(score_histogram(curve, 10), mark=Mark("now", curve.at(0.8), "0.80"))
    assert {"2 missed", "2 caught", "5 left alone", "1 false alarm", "flagged from 0.80"} == set(texts(figure))
    assert any(shape.x0 == shape.x1 == 0.8 for shape in figure.layout.shapes)
    assert "2 of 4 positives and 1 of 6 negatives" in alt(figure)
    at_half = plot_score_distributions(score_histogram(curve, 10), mark=Mark("half", curve.at(0.5)))
    assert "3 false alarms" in texts(at_half)


def test_a_threshold_outside_has_no_line_but_its_counts() -> None:
    """Above all scores nothing is flagged; the corners say so."""
    curve = curve_of("vector A")
    figure = plot_score_distributions(score_histogram(curve, 10), mark=Mark("now", curve.at(np.inf)))
    assert {"4 missed", "0 caught", "6 left alone", "0 false alarms"} == set(texts(figure))
    assert len(figure.layout.shapes) == 1


def test_without_a_threshold_only_the_distributions_are_drawn() -> None:
    """The halves still have the names of the classes."""
    figure = plot_score_distributions(score_histogram(curve_of("ties")), labels=("ill", "well"))
    assert not texts(figure)
    assert (figure.layout.yaxis.title.text, figure.layout.yaxis2.title.text) == ("ill", "well")
    assert alt(figure) == "Scores of ill cases above those of well cases, in the same bins."


def test_weighted_counts_are_told_as_they_are() -> None:
    """Sums of weights stay fractions on hovering."""
    histogram = score_histogram(curve_of("ties"))
    halved = type(histogram)(
        histogram.edges, histogram.positives / 2, histogram.negatives / 2, histogram.all_positives / 2, 1.0
    )
    bar = plot_score_distributions(halved, heights="count").data[0]
    assert bar.customdata.tolist() == (histogram.positives / 2).tolist()


def test_a_span_without_rows_is_an_empty_figure() -> None:
    """Nothing to show is no error."""
    figure = plot_score_distributions(score_histogram(curve_of("vector A"), 5, span=(0.96, 0.99)))
    assert not any(np.any(bar.y) for bar in figure.data)
