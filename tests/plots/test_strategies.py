"""The figures that compare strategies, tested as data."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.palette import colors
from f1tools.plots import DumbbellRow, alt_text, plot_dumbbell, plot_strategy_curves
from f1tools.repeats import CorrectedInterval, MeanCurve
from tests.plots.data import column, curve_of, strategy_curves, texts, trace

NAN = math.nan
PHONE = 350  # pixels
LETTER = 5.7  # pixels
ROWS = [
    DumbbellRow("soft F1", 0.62, CorrectedInterval(0.64, 0.6, 0.68, 0.95)),
    DumbbellRow("RankNet", None, CorrectedInterval(0.61, 0.55, 0.67, 0.95)),
    DumbbellRow("plain", 0.516, CorrectedInterval(0.602, 0.56, 0.644, 0.95)),
]


def dumbbell(**options: Any) -> Any:
    return plot_dumbbell(ROWS, reference=2, flag_all=0.462, **options)


def row(mean: float, half_width: float = 0.02, half: float | None = None) -> DumbbellRow:
    return DumbbellRow("a", half, CorrectedInterval(mean, mean - half_width, mean + half_width, 0.95))


def test_each_row_has_a_filled_dot_with_its_interval() -> None:
    """From the top, in the order given."""
    tuned = trace(dumbbell(), "tuned")
    assert tuned.x == (0.64, 0.61, 0.602)
    assert tuned.y == (0, -1, -2)
    assert column(tuned.x) + column(tuned.error_x.array) == pytest.approx([0.68, 0.67, 0.644])
    assert column(tuned.x) - column(tuned.error_x.arrayminus) == pytest.approx([0.6, 0.55, 0.56])
    assert tuned.customdata[0] == "<br>0.600 to 0.680"


def test_a_ring_at_half_and_a_line_between() -> None:
    """Where 0.5 is meaningless there is one dot alone."""
    figure = dumbbell()
    ring, line = trace(figure, "at 0.5"), trace(figure, "0.5 to tuned")
    assert (ring.x, ring.y) == ((0.62, 0.516), (0, -2))
    assert line.x == (0.62, 0.64, None, 0.516, 0.602, None)
    assert line.y == (0, 0, None, -2, -2, None)
    assert ring.marker.size > trace(figure, "tuned").marker.size  # neither hides the other


def test_lines_for_the_reference_and_for_flagging_all() -> None:
    """They are dotted and labeled with their values."""
    figure = dumbbell()
    assert {shape.x0 for shape in figure.layout.shapes} == {0.602, 0.462}
    assert {shape.line.dash for shape in figure.layout.shapes} == {"dot"}
    assert {"plain tuned 0.602", "all flagged 0.462"} <= set(texts(figure))
    bare = plot_dumbbell(ROWS)
    assert not bare.layout.shapes
    assert texts(bare) == ["0.640", "0.610", "0.602"]


def test_rows_have_names_at_the_left_and_values_at_the_right() -> None:
    """The reference is in bold; the height grows with the rows."""
    figure = dumbbell()
    assert figure.layout.yaxis.ticktext == ("soft F1", "RankNet", "<b>plain</b>")
    assert figure.layout.yaxis.tickvals == (0, -1, -2)
    values = [(note.text, note.y) for note in figure.layout.annotations if note.xref == "paper"]
    assert values == [("0.640", 0), ("0.610", -1), ("0.602", -2)]
    assert plot_dumbbell([ROWS[0]] * 11).layout.height - plot_dumbbell([ROWS[0]] * 3).layout.height == 8 * 32


def test_everything_is_within_the_axis() -> None:
    """Dots, intervals and both lines, with some room."""
    low, high = dumbbell().layout.xaxis.range
    assert 0.4 < low < 0.462
    assert 0.68 < high < 0.72
    one = plot_dumbbell([DumbbellRow("a", 0.5, CorrectedInterval(0.5, NAN, NAN, 0.95))])
    assert one.layout.xaxis.range == pytest.approx((0.45, 0.55))


def test_one_repeat_has_no_intervals() -> None:
    """They are neither drawn nor mentioned."""
    figure = plot_dumbbell([DumbbellRow("a", 0.4, CorrectedInterval(0.5, NAN, NAN, 0.95))])
    tuned = trace(figure, "tuned")
    assert (tuned.error_x.array, tuned.error_x.arrayminus) == ((0,), (0,))
    assert tuned.customdata == ("",)
    assert "interval" not in figure.layout.title.subtitle.text
    assert "interval" in dumbbell().layout.title.subtitle.text
    assert alt_text(figure).endswith("a: 0.400 at 0.5, 0.500 tuned.")


def test_an_undefined_metric_has_no_dot() -> None:
    """Its row says so."""
    figure = plot_dumbbell([*ROWS, DumbbellRow("never", 0.5, CorrectedInterval(NAN, NAN, NAN, 0.95))], reference=3)
    assert len(trace(figure, "tuned").x) == 3
    assert len(trace(figure, "at 0.5").x) == 2
    assert "n/a" in texts(figure)
    assert not figure.layout.shapes


def test_the_alternative_text_of_a_dumbbell_has_every_number() -> None:
    """Of each row in order, and of flagging all."""
    text = alt_text(dumbbell(label="F2"))
    assert text.startswith("F2 of 3 strategies")
    for sentence in (
        "soft F1: 0.620 at 0.5, 0.640 tuned (0.600 to 0.680).",
        "RankNet: 0.610 tuned (0.550 to 0.670).",
        "plain: 0.516 at 0.5, 0.602 tuned (0.560 to 0.644).",
    ):
        assert sentence in text
    assert text.endswith("0.462.")


def test_long_names_are_cut_and_get_the_room_that_they_need() -> None:
    """Plotly measures them itself."""
    figure = plot_dumbbell([DumbbellRow("W" * 60, 0.5, CorrectedInterval(0.6, 0.5, 0.7, 0.95))], reference=0)
    assert figure.layout.yaxis.ticktext == (f"<b>{'W' * 17}…</b>",)
    assert figure.layout.yaxis.automargin


@pytest.mark.parametrize(
    ("flag_all", "has_line"), [(0.57, True), (0.56, False), (0.096, False), (0.73, True), (0.74, False), (0.65, True)]
)
def test_flagging_all_is_in_the_subtitle_where_its_line_would_take_too_much_room(
    flag_all: float, has_line: bool
) -> None:
    """Too much is more than a quarter of the width."""
    rows = [row(0.68, half=0.6), row(0.65)]  # from 0.6 to 0.7
    figure = plot_dumbbell(rows, reference=0, flag_all=flag_all)
    in_subtitle = f"   all flagged: {flag_all:.3f}" in figure.layout.title.subtitle.text
    assert (flag_all in {shape.x0 for shape in figure.layout.shapes}) == has_line != in_subtitle
    assert (f"all flagged {flag_all:.3f}" in texts(figure)) == has_line
    low, high = figure.layout.xaxis.range
    assert (low < flag_all < high) == has_line
    assert alt_text(figure).endswith(f"{flag_all:.3f}.")
    with_dot = plot_dumbbell([*rows, row(0.6, half=flag_all)], flag_all=flag_all)
    assert flag_all in {shape.x0 for shape in with_dot.layout.shapes}  # near a dot it takes no room


def test_the_subtitles_fit_on_a_phone() -> None:
    """With all that they may say."""
    figure = plot_dumbbell([row(0.68, half=0.6)], flag_all=0.096)
    assert len(figure.layout.title.subtitle.text) * LETTER < PHONE
    assert len(curves().layout.title.subtitle.text) * LETTER < PHONE


@pytest.mark.parametrize(
    ("mean", "half_width", "expected"),
    [
        (0.5, 0.5, (0, 1)),
        (0.95, 0.05, (0.896, 1)),
        (0.05, 0.05, (0, 0.104)),
        (0.0, 0.0, (0, 0.05)),
        (1, 0, (0.95, 1)),
        (0.0, 0.5, (-0.54, 0.54)),  # as Matthews correlation
        (2.0, 0.5, (1.46, 2.54)),  # as lift
    ],
)
def test_the_axis_stays_within_0_and_1_if_the_metric_does(
    mean: float, half_width: float, expected: tuple[float, float]
) -> None:
    """A dot on the edge is drawn whole."""
    figure = plot_dumbbell([row(mean, half_width)])
    assert figure.layout.xaxis.range == pytest.approx(expected)
    assert trace(figure, "tuned").cliponaxis is trace(figure, "at 0.5").cliponaxis is False


NAMES = ("score_plain", "score_ranknet", "score_smote", "score_soft_f1")
CURVES = strategy_curves(curve_of("probabilities"), NAMES)


def curves(**options: Any) -> Any:
    chosen: dict[str, Any] = {"highlighted": "score_smote", "reference": "score_plain"} | options
    return plot_strategy_curves(CURVES, name_of=lambda model: model.removeprefix("score_"), **chosen)


def in_legend(figure: Any) -> list[str]:
    return [each.name for each in figure.data if each.showlegend is not False]


def test_every_strategy_has_its_line() -> None:
    """As it was computed, to the visible precision."""
    figure = curves()
    for curve, name in zip(CURVES, ("plain", "ranknet", "smote", "soft_f1"), strict=True):
        line = trace(figure, name)
        assert column(line.x) == pytest.approx(curve.x, abs=1e-6)
        assert column(line.y) == pytest.approx(curve.value, abs=1e-6)
        assert name in line.hovertemplate


def test_two_lines_are_highlighted_and_in_the_legend() -> None:
    """The others are muted, and lie below."""
    figure, palette = curves(), colors("light")
    lines = {each.name: each for each in figure.data if each.mode == "lines"}
    assert list(lines)[-2:] == ["plain", "smote"]
    assert (lines["smote"].line.color, lines["plain"].line.color) == (palette["fbeta"], palette["ink"])
    for name in ("ranknet", "soft_f1"):
        assert lines[name].line.color == palette["muted"]
        assert lines[name].line.width < lines["plain"].line.width
        assert lines[name].opacity < lines["plain"].opacity == 1
    assert in_legend(figure) == ["plain", "smote"]
    assert in_legend(curves(highlighted="score_plain")) == ["plain"]


def test_a_strategy_without_probabilities_is_named_in_the_subtitle() -> None:
    """It has no curve by threshold; the figure grows by the line that says where it has one."""
    figure, usual = curves(highlighted="score_<i>other"), curves()
    assert in_legend(figure) == ["plain"]
    assert "<br>&lt;i&gt;other: " in figure.layout.title.subtitle.text
    assert figure.layout.margin.t - usual.layout.margin.t == figure.layout.height - usual.layout.height > 12
    assert "<br>" not in usual.layout.title.subtitle.text
    assert "<br>" not in curves(highlighted="other", by="flagged").layout.title.subtitle.text
    assert curves(highlighted="one", reference="two").layout.title.subtitle.text.count("<br>") == 2


def zoomed(**changes: Any) -> list[MeanCurve]:
    """Return the curves up to a third of the rows, as those of rare positives."""
    return [
        replace(
            curve,
            x=curve.x[curve.x <= 0.333],
            value=curve.value[curve.x <= 0.333],
            **({"tuned": (0.2, 0.5), "half": (0.6 - k / 10, 0.4)} | changes),
        )
        for k, curve in enumerate(CURVES)
    ]


def by_share(shown: list[MeanCurve]) -> Any:
    return plot_strategy_curves(shown, highlighted="score_soft_f1", reference="score_plain", by="flagged")


def test_the_axis_of_shares_ends_with_the_curves() -> None:
    """In whole steps of 5%; the axis says so, and points beyond are omitted."""
    figure = by_share(zoomed())
    assert figure.layout.xaxis.title.text.endswith("up to 35%")
    assert figure.layout.xaxis.range == pytest.approx((-0.0035, 0.3535))
    assert set(zip(trace(figure, "at 0.5").x, trace(figure, "at 0.5").y, strict=True)) == {(0.3, 0.4)}
    beyond = by_share(zoomed(tuned=(0.9, 0.5)))
    assert all(np.isnan(column(each.x)).all() for each in beyond.data if each.name == "tuned")
    assert "up to" not in curves(by="flagged").layout.xaxis.title.text
    assert curves(by="flagged").layout.xaxis.range == pytest.approx((-0.01, 1.01))
    assert figure.layout.xaxis.tickformat == ".0%"
    assert curves(label="F2").layout.yaxis.title.text == "F2"
    exact = [replace(curve, x=np.linspace(0, 7 * 0.05, curve.x.size)) for curve in CURVES]
    assert by_share(exact).layout.xaxis.range[1] == pytest.approx(0.3535)


def test_long_names_are_cut() -> None:
    """The legend has twenty letters of a name at most."""
    figure = plot_strategy_curves(CURVES, highlighted=NAMES[2], reference=NAMES[0], name_of=lambda _: "W" * 60)
    assert in_legend(figure) == [f"{'W' * 19}…"] * 2


def test_points_at_the_tuned_thresholds_and_at_half() -> None:
    """Every strategy has its tuned point; the highlighted ones a ring at 0.5 if their scores are probabilities."""
    figure = curves()
    tuned = {(x, y) for each in figure.data if each.name == "tuned" for x, y in zip(each.x, each.y, strict=True)}
    assert tuned == {curve.tuned for curve in CURVES}
    ring = trace(figure, "at 0.5")
    assert set(zip(ring.x, ring.y, strict=True)) == {CURVES[0].half, CURVES[2].half}
    other = trace(curves(highlighted="score_ranknet"), "at 0.5")
    assert set(zip(other.x, other.y, strict=True)) == {CURVES[0].half}


def test_the_alternative_text_of_curves_has_the_highlighted_ones() -> None:
    """What they reach and where, and at 0.5."""
    (x, value), half = CURVES[0].tuned, CURVES[0].half
    assert half is not None
    text = alt_text(curves(by="flagged"))
    assert text.startswith("F1 of 4 strategies by share")
    assert f"plain reaches {value:.3f} tuned, at {100 * x:.1f}%, and {half[1]:.3f} at 0.5." in text
    assert "ranknet" not in text
    assert "by threshold." in alt_text(curves())


def test_gaps_stay_gaps() -> None:
    """Where a metric is undefined there is no line."""
    gap = replace(CURVES[0], value=np.where(CURVES[0].x > 0.5, np.nan, CURVES[0].value))
    figure = plot_strategy_curves([gap], highlighted=gap.model, reference=gap.model)
    assert np.isnan(column(trace(figure, gap.model).y)).sum() == (gap.x > 0.5).sum()
