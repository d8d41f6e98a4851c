"""The figures that compare strategies, tested as data."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.palette import colors
from f1tools.plots import DumbbellRow, alt_text, plot_dumbbell, plot_strategy_curves
from f1tools.repeats import CorrectedInterval
from tests.plots.data import column, curve_of, strategy_curves, texts, trace

NAN = math.nan
PHONE = 350  # pixels
LETTER = 5.7  # pixels
ROWS = [
    DumbbellRow("plain", 0.516, CorrectedInterval(0.602, 0.56, 0.644, 0.95)),
    DumbbellRow("soft F1", 0.62, CorrectedInterval(0.64, 0.6, 0.68, 0.95)),
    DumbbellRow("RankNet", None, CorrectedInterval(0.61, 0.55, 0.67, 0.95)),
]


def dumbbell(*rows: DumbbellRow, flag_all: float = 0.462) -> Any:
    return plot_dumbbell(rows or ROWS, flag_all=flag_all)


def row(mean: float, half_width: float = 0.02, half: float | None = None, name: str = "a") -> DumbbellRow:
    return DumbbellRow(name, half, CorrectedInterval(mean, mean - half_width, mean + half_width, 0.95))


def test_each_row_has_two_dots_an_interval_and_its_name_and_value() -> None:
    """From the top, in the order given, the reference in bold; where 0.5 is meaningless there is one dot alone."""
    figure = dumbbell()
    tuned, ring, line = (trace(figure, name) for name in ("tuned", "at 0.5", "0.5 to tuned"))
    assert (tuned.x, tuned.y) == ((0.602, 0.64, 0.61), (0, -1, -2))
    assert column(tuned.x) + column(tuned.error_x.array) == pytest.approx([0.644, 0.68, 0.67])
    assert column(tuned.x) - column(tuned.error_x.arrayminus) == pytest.approx([0.56, 0.6, 0.55])
    assert tuned.customdata[1] == "<br>0.600 to 0.680"
    assert (ring.x, ring.y) == ((0.516, 0.62), (0, -1))
    assert line.x == (0.516, 0.602, None, 0.62, 0.64, None)
    assert line.y == (0, 0, None, -1, -1, None)
    assert ring.marker.size > tuned.marker.size  # neither hides the other
    assert figure.layout.yaxis.ticktext == ("<b>plain</b>", "soft F1", "RankNet")
    assert figure.layout.yaxis.tickvals == (0, -1, -2)
    values = [(note.text, note.y) for note in figure.layout.annotations if note.xref == "paper"]
    assert values == [("0.602", 0), ("0.640", -1), ("0.610", -2)]
    assert dumbbell(*ROWS * 3).layout.height - figure.layout.height == 6 * 32


def test_lines_for_the_reference_and_for_flagging_all() -> None:
    """They are dotted, labeled with their values, and within the axis, as are all dots and intervals."""
    figure = dumbbell()
    assert {shape.x0 for shape in figure.layout.shapes} == {0.602, 0.462}
    assert {shape.line.dash for shape in figure.layout.shapes} == {"dot"}
    assert {"plain tuned 0.602", "all flagged 0.462"} <= set(texts(figure))
    low, high = figure.layout.xaxis.range
    assert 0.4 < low < 0.462
    assert 0.68 < high < 0.72


def test_one_repeat_has_no_intervals() -> None:
    """They are neither drawn nor mentioned."""
    figure = dumbbell(DumbbellRow("a", 0.4, CorrectedInterval(0.5, NAN, NAN, 0.95)))
    tuned = trace(figure, "tuned")
    assert (tuned.error_x.array, tuned.error_x.arrayminus) == ((0,), (0,))
    assert tuned.customdata == ("",)
    assert "interval" not in figure.layout.title.subtitle.text
    assert "interval" in dumbbell().layout.title.subtitle.text
    assert "a: 0.400 at 0.5, 0.500 tuned." in alt_text(figure)


def test_an_undefined_metric_has_no_dot() -> None:
    """Its row says so, and as the reference it has no line."""
    figure = dumbbell(DumbbellRow("never", 0.5, CorrectedInterval(NAN, NAN, NAN, 0.95)), *ROWS, flag_all=NAN)
    assert len(trace(figure, "tuned").x) == 3
    assert len(trace(figure, "at 0.5").x) == 2
    assert "n/a" in texts(figure)
    assert not figure.layout.shapes


def test_the_alternative_text_of_a_dumbbell_has_every_number() -> None:
    """Of each row in order, and of flagging all."""
    sentences = alt_text(dumbbell())
    for sentence in (
        "plain: 0.516 at 0.5, 0.602 tuned (0.560 to 0.644).",
        "soft F1: 0.620 at 0.5, 0.640 tuned (0.600 to 0.680).",
        "RankNet: 0.610 tuned (0.550 to 0.670).",
    ):
        assert sentence in sentences
    assert sentences.endswith("0.462.")


@pytest.mark.parametrize(
    ("flag_all", "has_line"), [(0.57, True), (0.56, False), (0.096, False), (0.73, True), (0.74, False), (0.65, True)]
)
def test_flagging_all_is_in_the_subtitle_where_its_line_would_take_too_much_room(
    flag_all: float, has_line: bool
) -> None:
    """Too much is more than a quarter of the width; the subtitle fits on a phone."""
    rows = [row(0.68, half=0.6), row(0.65)]  # from 0.6 to 0.7
    figure = dumbbell(*rows, flag_all=flag_all)
    in_subtitle = f"   all flagged: {flag_all:.3f}" in figure.layout.title.subtitle.text
    assert (flag_all in {shape.x0 for shape in figure.layout.shapes}) == has_line != in_subtitle
    assert (f"all flagged {flag_all:.3f}" in texts(figure)) == has_line
    low, high = figure.layout.xaxis.range
    assert (low < flag_all < high) == has_line
    assert alt_text(figure).endswith(f"{flag_all:.3f}.")
    assert len(figure.layout.title.subtitle.text) * LETTER < PHONE
    with_dot = dumbbell(*rows, row(0.6, half=flag_all), flag_all=flag_all)
    assert flag_all in {shape.x0 for shape in with_dot.layout.shapes}  # near a dot it takes no room


@pytest.mark.parametrize(
    ("mean", "half_width", "expected"),
    [
        (0.5, NAN, (0.45, 0.55)),
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
    figure = dumbbell(row(mean, half_width), flag_all=NAN)
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
    """As it was computed, to the visible precision, with gaps where the metric is undefined."""
    figure = curves()
    for curve, name in zip(CURVES, ("plain", "ranknet", "smote", "soft_f1"), strict=True):
        line = trace(figure, name)
        assert column(line.x) == pytest.approx(curve.x, abs=1e-6)
        assert column(line.y) == pytest.approx(curve.value, abs=1e-6)
        assert name in line.hovertemplate
    gap = replace(CURVES[0], value=np.where(CURVES[0].x > 0.5, np.nan, CURVES[0].value))
    figure = plot_strategy_curves([gap], highlighted=gap.model, reference=gap.model)
    assert np.isnan(column(trace(figure, gap.model).y)).sum() == (gap.x > 0.5).sum()


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
    assert len(figure.layout.title.subtitle.text) * LETTER < PHONE


def test_a_strategy_without_probabilities_is_named_in_the_subtitle() -> None:
    """It has no curve by threshold; the figure grows by the line that says where it has one."""
    figure, usual = curves(highlighted="score_<i>other"), curves()
    assert in_legend(figure) == ["plain"]
    assert "<br>&lt;i&gt;other: " in figure.layout.title.subtitle.text
    assert figure.layout.margin.t - usual.layout.margin.t == figure.layout.height - usual.layout.height > 12
    assert "<br>" not in usual.layout.title.subtitle.text
    assert "<br>" not in curves(highlighted="other", by="flagged").layout.title.subtitle.text
    assert curves(highlighted="one", reference="two").layout.title.subtitle.text.count("<br>") == 2


def up_to(end: float, **changes: Any) -> Any:
    """Draw the curves up to a share of the rows, as those of rare positives."""
    zoomed = [
        replace(curve, x=np.linspace(0, end, curve.x.size), tuned=(0.2, 0.5), half=(0.6 - k / 10, 0.4))
        for k, curve in enumerate(CURVES)
    ]
    zoomed = [replace(curve, **changes) for curve in zoomed]
    return plot_strategy_curves(zoomed, highlighted="score_soft_f1", reference="score_plain", by="flagged")


@pytest.mark.parametrize(("end", "last"), [(0.333, 0.35), (7 * 0.05, 0.35), (1, 1)])
def test_the_axis_of_shares_ends_with_the_curves(end: float, last: float) -> None:
    """In whole steps of 5%; the axis says so, and points beyond are omitted."""
    figure = up_to(end)
    axis = figure.layout.xaxis
    assert axis.range == pytest.approx((-0.01 * last, 1.01 * last))
    assert axis.tickformat == ".0%"
    assert axis.title.text.endswith("up to 35%") == (last < 1)
    ring = trace(figure, "at 0.5")
    assert set(zip(ring.x, ring.y, strict=True)) == ({(0.3, 0.4)} if last < 1 else {(0.3, 0.4), (0.6, 0.4)})
    beyond = up_to(end, tuned=(0.9, 0.5))
    hidden = [np.isnan(column(each.x)).all() for each in beyond.data if each.name == "tuned"]
    assert hidden == [last < 1] * 2


def test_long_names_are_cut() -> None:
    """Plotly itself measures the room that they need beside a dumbbell."""
    figure = plot_strategy_curves(CURVES, highlighted=NAMES[2], reference=NAMES[0], name_of=lambda _: "W" * 60)
    assert in_legend(figure) == [f"{'W' * 12}…{'W' * 7}"] * 2
    figure = dumbbell(row(0.6, name="W" * 60))
    assert figure.layout.yaxis.ticktext == (f"<b>{'W' * 11}…{'W' * 6}</b>",)
    assert figure.layout.yaxis.automargin


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
