"""The figure of what strategies reach at 0.5 and tuned, tested as data."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from f1tools.plots import DumbbellRow, alt, plot_dumbbell
from f1tools.repeats import CorrectedInterval
from tests.plots.data import column, texts, trace

NAN = math.nan
ROWS = [
    DumbbellRow("soft F1", 0.62, CorrectedInterval(0.64, 0.6, 0.68, 0.95)),
    DumbbellRow("RankNet", None, CorrectedInterval(0.61, 0.55, 0.67, 0.95)),
    DumbbellRow("plain", 0.516, CorrectedInterval(0.602, 0.56, 0.644, 0.95)),
]


def drawn(**options: Any) -> Any:
    return plot_dumbbell(ROWS, reference=2, flag_all=0.462, **options)


def test_a_filled_dot_with_its_interval_a_row() -> None:
    """From the top, in the order given."""
    tuned = trace(drawn(), "tuned")
    assert tuned.x == (0.64, 0.61, 0.602)
    assert tuned.y == (0, -1, -2)
    assert column(tuned.x) + column(tuned.error_x.array) == pytest.approx([0.68, 0.67, 0.644])
    assert column(tuned.x) - column(tuned.error_x.arrayminus) == pytest.approx([0.6, 0.55, 0.56])
    assert tuned.customdata[0] == "<br>0.600 to 0.680"


def test_a_ring_at_half_and_a_line_between() -> None:
    """Where 0.5 means nothing there is one dot alone."""
    figure = drawn()
    ring, line = trace(figure, "at 0.5"), trace(figure, "0.5 to tuned")
    assert (ring.x, ring.y) == ((0.62, 0.516), (0, -2))
    assert line.x == (0.62, 0.64, None, 0.516, 0.602, None)
    assert line.y == (0, 0, None, -2, -2, None)
    assert ring.marker.size > trace(figure, "tuned").marker.size  # neither hides the other


def test_lines_for_the_reference_and_for_flagging_all() -> None:
    """Dotted, and named with what they stand for."""
    figure = drawn()
    assert {shape.x0 for shape in figure.layout.shapes} == {0.602, 0.462}
    assert {shape.line.dash for shape in figure.layout.shapes} == {"dot"}
    assert {"plain tuned 0.602", "flag all 0.462"} <= set(texts(figure))
    bare = plot_dumbbell(ROWS)
    assert not bare.layout.shapes
    assert texts(bare) == ["0.640", "0.610", "0.602"]


def test_rows_are_named_at_the_left_and_valued_at_the_right() -> None:
    """The reference in bold; the height grows with the rows."""
    figure = drawn()
    assert figure.layout.yaxis.ticktext == ("soft F1", "RankNet", "<b>plain</b>")
    assert figure.layout.yaxis.tickvals == (0, -1, -2)
    assert [(one.text, one.y) for one in figure.layout.annotations if one.xref == "paper"] == [
        ("0.640", 0),
        ("0.610", -1),
        ("0.602", -2),
    ]
    eleven = plot_dumbbell([ROWS[0]] * 11)
    three = plot_dumbbell([ROWS[0]] * 3)
    assert eleven.layout.height - three.layout.height == 8 * 32


def test_everything_is_within_the_axis() -> None:
    """Dots, intervals and both lines, with some room."""
    low, high = drawn().layout.xaxis.range
    assert 0.4 < low < 0.462
    assert 0.68 < high < 0.72
    one = plot_dumbbell([DumbbellRow("a", 0.5, CorrectedInterval(0.5, NAN, NAN, 0.95))])
    assert one.layout.xaxis.range == pytest.approx((0.45, 0.55))


def test_one_repeat_has_no_intervals() -> None:
    """Neither drawn nor told."""
    figure = plot_dumbbell([DumbbellRow("a", 0.4, CorrectedInterval(0.5, NAN, NAN, 0.95))])
    tuned = trace(figure, "tuned")
    assert (tuned.error_x.array, tuned.error_x.arrayminus) == ((0,), (0,))
    assert tuned.customdata == ("",)
    assert "interval" not in figure.layout.title.subtitle.text
    assert "interval" in drawn().layout.title.subtitle.text
    assert alt(figure).endswith("a: 0.400 at 0.5, 0.500 tuned.")


def test_what_is_undefined_has_no_dot() -> None:
    """But a row, which says so."""
    figure = plot_dumbbell([*ROWS, DumbbellRow("never", 0.5, CorrectedInterval(NAN, NAN, NAN, 0.95))], reference=3)
    assert len(trace(figure, "tuned").x) == 3
    assert len(trace(figure, "at 0.5").x) == 2
    assert "n/a" in texts(figure)
    assert not figure.layout.shapes


def test_the_alternative_text_has_every_number() -> None:
    """Of each row in its order, and what flagging all gives."""
    assert alt(drawn(label="F2")) == (
        "F2 of 3 strategies at 0.5 and at their tuned thresholds. soft F1: 0.620 at 0.5, 0.640 tuned (0.600 to 0.680). "
        "RankNet: 0.610 tuned (0.550 to 0.670). plain: 0.516 at 0.5, 0.602 tuned (0.560 to 0.644). "
        "Flagging every row: 0.462."
    )


def test_long_names_leave_room_on_a_phone() -> None:
    """They are cut, and half of a phone is left for the drawing."""
    figure = plot_dumbbell([DumbbellRow("W" * 60, 0.5, CorrectedInterval(0.6, 0.5, 0.7, 0.95))], reference=0)
    assert re.fullmatch("<b>W{17}…</b>", figure.layout.yaxis.ticktext[0])
    assert figure.layout.margin.l + figure.layout.margin.r < 360 / 2


def interval(mean: float, half: float = 0.02) -> CorrectedInterval:
    return CorrectedInterval(mean, mean - half, mean + half, 0.95)


def test_flagging_all_is_written_where_it_would_squeeze_the_rest() -> None:
    """A line that would take more than a quarter of the width for itself is none, and has its value beside the key."""
    rows = [DumbbellRow("a", 0.6, interval(0.68)), DumbbellRow("b", None, interval(0.65))]  # from 0.6 to 0.7
    for flag_all, line in ((0.57, True), (0.56, False), (0.096, False), (0.73, True), (0.74, False), (0.65, True)):
        figure = plot_dumbbell(rows, reference=0, flag_all=flag_all)
        written = f"   flag all: {flag_all:.3f}" in figure.layout.title.subtitle.text
        assert (flag_all in {shape.x0 for shape in figure.layout.shapes}) == line != written
        assert (f"flag all {flag_all:.3f}" in texts(figure)) == line
        low, high = figure.layout.xaxis.range
        assert (low < flag_all < high) == line
        assert f"Flagging every row: {flag_all:.3f}." in alt(figure)
    lower = plot_dumbbell([*rows, DumbbellRow("c", 0.1, interval(0.6))], flag_all=0.096)
    assert 0.096 in {shape.x0 for shape in lower.layout.shapes}  # there is a dot nearby in any case


def test_the_key_fits_on_a_phone() -> None:
    """With all that it may say, at 5.7 pixels a letter."""
    figure = plot_dumbbell([DumbbellRow("a", 0.6, interval(0.68))], flag_all=0.096)
    assert len(figure.layout.title.subtitle.text) * 5.7 < 350


@pytest.mark.parametrize(
    ("mean", "half", "expected"),
    [(0.5, 0.5, (0, 1)), (0.95, 0.05, (0.896, 1)), (0.05, 0.05, (0, 0.104)), (0.0, 0.0, (0, 0.05)), (1, 0, (0.95, 1))],
)
def test_the_axis_does_not_leave_the_metric(mean: float, half: float, expected: tuple[float, float]) -> None:
    """No room beyond 0 and 1, where a dot lies on the edge and is drawn whole."""
    figure = plot_dumbbell([DumbbellRow("a", None, interval(mean, half))])
    assert figure.layout.xaxis.range == pytest.approx(expected)
    assert trace(figure, "tuned").cliponaxis is trace(figure, "at 0.5").cliponaxis is False


def test_other_metrics_leave_0_and_1() -> None:
    """As Matthews correlation below 0, or lift above 1."""
    low, high = plot_dumbbell([DumbbellRow("a", None, interval(0.0, 0.5))]).layout.xaxis.range
    assert (low, high) == pytest.approx((-0.54, 0.54))
    assert plot_dumbbell([DumbbellRow("a", None, interval(2.0, 0.5))]).layout.xaxis.range[1] == pytest.approx(2.54)
