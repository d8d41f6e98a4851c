"""The figure of each strategy's curve, tested as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.palette import colors
from f1tools.plots import alt, plot_strategy_curves
from f1tools.repeats import MeanCurve
from tests.plots.data import column, curve_of, strategy_curves, text_boxes, texts, trace

NAMES = ("score_plain", "score_ranknet", "score_smote", "score_soft_f1")
CURVES = strategy_curves(curve_of("probabilities"), NAMES)


def drawn(**options: Any) -> Any:
    chosen: dict[str, Any] = {"highlighted": "score_smote", "reference": "score_plain"} | options
    return plot_strategy_curves(CURVES, name_of=lambda model: model.removeprefix("score_"), **chosen)


def test_every_strategy_has_its_line() -> None:
    """As it was computed, to the precision that can be seen."""
    figure = drawn()
    for one, name in zip(CURVES, ("plain", "ranknet", "smote", "soft_f1"), strict=True):
        line = trace(figure, name)
        assert column(line.x) == pytest.approx(one.x, abs=1e-6)
        assert column(line.y) == pytest.approx(one.value, abs=1e-6)
        assert name in line.hovertemplate


def test_two_are_strong_and_named() -> None:
    """The others are quiet, and lie below."""
    figure = drawn()
    palette = colors("light")
    lines = {one.name: one for one in figure.data if one.mode == "lines"}
    assert list(lines)[-2:] == ["plain", "smote"]
    assert (lines["smote"].line.color, lines["plain"].line.color) == (palette["fbeta"], palette["ink"])
    for name in ("ranknet", "soft_f1"):
        assert lines[name].line.color == palette["muted"]
        assert lines[name].line.width < lines["plain"].line.width
        assert lines[name].opacity < lines["plain"].opacity == 1
    assert set(texts(figure)) == {"<b>plain</b>", "<b>smote</b>"}


def test_the_reference_alone_can_be_chosen() -> None:
    """Then one line is strong, and is named once."""
    assert texts(drawn(highlighted="score_plain")) == ["<b>plain</b>"]


def test_a_strategy_without_probabilities_is_not_lost() -> None:
    """It has no curve by the threshold, and the second line below the title says where it has one."""
    figure, usual = drawn(highlighted="score_<i>other"), drawn()
    assert texts(figure) == ["<b>plain</b>"]
    assert figure.layout.title.subtitle.text.endswith("<br>&lt;i&gt;other: no probabilities, see Share flagged")
    assert figure.layout.margin.t - usual.layout.margin.t == figure.layout.height - usual.layout.height > 12
    assert "<br>" not in usual.layout.title.subtitle.text
    assert "<br>" not in drawn(highlighted="other", by="flagged").layout.title.subtitle.text
    both = drawn(highlighted="one", reference="two").layout.title.subtitle.text
    assert both.count("no probabilities") == 2


def test_the_key_says_why_dots_lie_off_the_lines() -> None:
    """And fits on a phone, at 5.7 pixels a letter."""
    key = drawn().layout.title.subtitle.text
    assert key == "● tuned, ○ at 0.5: means, each split at its own threshold"
    assert len(key) * 5.7 < 350


def zoomed() -> list[MeanCurve]:
    """Give the curves up to a third of the rows, as they are of rare positives."""
    return [
        replace(
            one, x=one.x[one.x <= 0.333], value=one.value[one.x <= 0.333], tuned=(0.2, 0.5), half=(0.6 - k / 10, 0.4)
        )
        for k, one in enumerate(CURVES)
    ]


def test_shares_end_where_the_curves_do() -> None:
    """In whole steps of 5 %; the axis says so, and dots beyond it are left out."""
    figure = plot_strategy_curves(zoomed(), highlighted="score_soft_f1", reference="score_plain", by="flagged")
    assert figure.layout.xaxis.title.text == "Share of the rows flagged, up to 35%"
    assert figure.layout.xaxis.range == pytest.approx((-0.0035, 0.3535))
    assert set(zip(trace(figure, "at 0.5").x, trace(figure, "at 0.5").y, strict=True)) == {(0.3, 0.4)}
    beyond = [replace(one, tuned=(0.9, 0.5)) for one in zoomed()]
    figure = plot_strategy_curves(beyond, highlighted="score_soft_f1", reference="score_plain", by="flagged")
    assert all(np.isnan(column(one.x)).all() for one in figure.data if one.name == "tuned")
    assert "up to" not in drawn(by="flagged").layout.xaxis.title.text
    assert drawn(by="flagged").layout.xaxis.range == pytest.approx((-0.01, 1.01))
    exact = [replace(one, x=np.linspace(0, 7 * 0.05, one.x.size)) for one in CURVES]
    figure = plot_strategy_curves(exact, highlighted="score_soft_f1", reference="score_plain", by="flagged")
    assert figure.layout.xaxis.range[1] == pytest.approx(0.3535)


def test_long_names_are_cut_and_stay_readable_over_lines() -> None:
    """Sixteen letters at most, with a halo in the colour of the page."""
    figure = plot_strategy_curves(CURVES, highlighted=NAMES[2], reference=NAMES[0], name_of=lambda _: "W" * 60)
    assert texts(figure) == [f"<b>{'W' * 15}…</b>"] * 2
    shadow = figure.layout.template.layout.annotationdefaults.font.shadow
    assert colors("light")["background"] in shadow


def test_points_at_the_tuned_thresholds_and_at_half() -> None:
    """Every strategy has its tuned point; the two strong ones a ring at 0.5, where scores are probabilities."""
    figure = drawn()
    tuned = {(x, y) for one in figure.data if one.name == "tuned" for x, y in zip(one.x, one.y, strict=True)}
    assert tuned == {one.tuned for one in CURVES}
    ring = trace(figure, "at 0.5")
    assert set(zip(ring.x, ring.y, strict=True)) == {CURVES[0].half, CURVES[2].half}
    other = trace(drawn(highlighted="score_ranknet"), "at 0.5")
    assert set(zip(other.x, other.y, strict=True)) == {CURVES[0].half}


def test_the_axis_says_what_it_is() -> None:
    """A threshold, or a share in percent."""
    assert drawn().layout.xaxis.title.text == "Threshold (score ≥)"
    assert drawn(by="flagged").layout.xaxis.title.text == "Share of the rows flagged"
    assert drawn(by="flagged").layout.xaxis.tickformat == ".0%"
    assert drawn(label="F2").layout.yaxis.title.text == "F2"


def test_the_alternative_text_tells_the_two() -> None:
    """What they reach and where, and at 0.5."""
    (x, value), half = CURVES[0].tuned, CURVES[0].half
    assert half is not None
    text = alt(drawn(by="flagged"))
    assert text.startswith("F1 of 4 strategies against the share of the rows flagged.")
    assert f"plain reaches {value:.3f} tuned, at {100 * x:.1f}%, and {half[1]:.3f} at 0.5." in text
    assert "ranknet" not in text
    assert "against the threshold." in alt(drawn())


def test_gaps_stay_gaps() -> None:
    """Where a metric is undefined there is no line."""
    gap = replace(CURVES[0], value=np.where(CURVES[0].x > 0.5, np.nan, CURVES[0].value))
    figure = plot_strategy_curves([gap], highlighted=gap.model, reference=gap.model)
    assert np.isnan(column(trace(figure, gap.model).y)).sum() == (gap.x > 0.5).sum()
    assert len(texts(figure)) == 1


@pytest.mark.parametrize("width", [360, 900])
def test_names_do_not_meet(width: int) -> None:
    """Also on a phone."""
    first, second = text_boxes(drawn(), width)
    assert not first.meets(second)
    assert min(first.left, second.left) >= -2
