"""The figure of each strategy's curve, tested as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.palette import colors
from f1tools.plots import alt, plot_strategy_curves
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
    """Then one line is strong, and is named once; a name without a curve is left out."""
    assert texts(drawn(highlighted="score_plain")) == ["<b>plain</b>"]
    assert texts(drawn(highlighted="elsewhere")) == ["<b>plain</b>"]


def test_points_at_the_tuned_thresholds_and_at_half() -> None:
    """Every strategy has its tuned point; the two strong ones a ring at 0.5, unless their scores are no chances."""
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
