"""The contract that every figure keeps."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from plotly.io import templates

from f1tools.calibration.reliability import reliability
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import score_histogram
from f1tools.core.metrics import METRICS
from f1tools.core.optimum import best
from f1tools.core.plateau import plateau
from f1tools.palette import Theme, colors
from f1tools.plots import (
    CONFIG,
    MAX_POINTS,
    Mark,
    alt_text,
    plot_band,
    plot_confusion_matrix,
    plot_cost_ratio,
    plot_costs,
    plot_dumbbell,
    plot_metrics,
    plot_precision_recall,
    plot_prevalence,
    plot_reliability,
    plot_roc,
    plot_score_distributions,
    plot_strategy_curves,
    plot_threshold_spread,
    plot_triage,
    plot_what_if,
    pop_title,
)
from f1tools.plots.canvas import LABEL_HEIGHT, escape, round_numbers
from f1tools.plots.marks import VerticalLine, add_vertical_lines
from f1tools.uncertainty.intervals import Interval
from f1tools.what_if import Costs, at_prevalence, cost_ranges, sweep_prevalence, triage
from tests.plots.data import CASES, curve_of, dumbbell_rows, long_curve, strategy_curves, three_marks

Draw = Callable[[ThresholdCurve, Theme], Any]
EVIL = ("<img src=x onerror=alert(1)>", "<b>%{x}</b> & $x$\nnext")

FIGURES: dict[str, Draw] = {
    "metrics": lambda curve, theme: plot_metrics(
        curve, marks=three_marks(curve), plateau=plateau(curve, best(curve)), theme=theme
    ),
    "all metrics": lambda curve, theme: plot_metrics(curve, METRICS[:6], marks=three_marks(curve), theme=theme),
    "precision and recall": lambda curve, theme: plot_precision_recall(
        curve, marks=three_marks(curve), average_precision=curve.average_precision(), theme=theme
    ),
    "roc": lambda curve, theme: plot_roc(curve, marks=three_marks(curve), roc_auc=curve.roc_auc(), theme=theme),
    "scores": lambda curve, theme: plot_score_distributions(
        score_histogram(curve), mark=three_marks(curve)[0], labels=EVIL, theme=theme
    ),
    "confusion matrix": lambda curve, theme: plot_confusion_matrix(
        three_marks(curve)[0].point.counts, labels=EVIL, theme=theme
    ),
    "what if": lambda curve, theme: what_if(curve, theme),
    "prevalence": lambda curve, theme: prevalence(curve, theme),
    "costs": lambda curve, theme: plot_costs(curve, Costs(fp=3, fn=200, tp=-50), marks=three_marks(curve), theme=theme),
    "cost ratio": lambda curve, theme: plot_cost_ratio(cost_ranges(curve), ratio=7.5, theme=theme),
    "reliability": lambda curve, theme: plot_reliability(reliability(by_rank(curve)), theme=theme),
    "two reliabilities": lambda curve, theme: plot_reliability(
        reliability(by_rank(curve)), other=reliability(by_rank(curve), 4), names=EVIL, theme=theme
    ),
    "band": lambda curve, theme: plot_band(curve, "precision", marks=three_marks(curve), theme=theme),
    "band of weights": lambda curve, theme: plot_band(curve.reweighted(0.3, 2), marks=three_marks(curve), theme=theme),
    "spread": lambda curve, theme: plot_threshold_spread(
        curve.thresholds, interval=Interval(-np.inf, np.inf, 0.9), best=three_marks(curve)[1], theme=theme
    ),
    "triage": lambda curve, theme: plot_triage(
        triage(curve, *sorted(mark.point.threshold for mark in three_marks(curve)[:2])), labels=EVIL, theme=theme
    ),
    "dumbbell": lambda curve, theme: plot_dumbbell(
        dumbbell_rows(curve, EVIL), reference=1, flag_all=float(curve.counts.f1()[-1]), theme=theme
    ),
    "strategies": lambda curve, theme: plot_strategy_curves(
        strategy_curves(curve, (*EVIL, "plain")), highlighted=EVIL[0], reference=EVIL[1], by="flagged", theme=theme
    ),
}
EVERY_FIGURE = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES.keys())
EVERY_THEME = pytest.mark.parametrize("theme", get_args(Theme))


def what_if(curve: ThresholdCurve, theme: Theme) -> Any:
    """Draw the what-if of 3% positives."""
    scenario = at_prevalence(curve, 0.03)
    marks = [Mark("best", best(each).point) for each in (curve, scenario)]
    return plot_what_if(curve, scenario, best_original=marks[0], best_what_if=marks[1], theme=theme)


def prevalence(curve: ThresholdCurve, theme: Theme) -> Any:
    """Draw the best F1 from 0.1% to 90% positives."""
    observed = curve.positives / (curve.positives + curve.negatives)
    shares = np.unique([*np.geomspace(0.001, 0.9, 40), observed, 0.03])
    return plot_prevalence(sweep_prevalence(curve, shares), observed=observed, assumed=0.03, theme=theme)


def by_rank(curve: ThresholdCurve) -> ThresholdCurve:
    """Return the curve with scores between 0 and 1 in the same order."""
    scores = np.linspace(1, 0, len(curve) + 1)[1:-1]
    return replace(curve, thresholds=np.append(np.inf, scores))


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a figure with its path."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, f"{path}[]")
    else:
        yield path, node


@EVERY_FIGURE
@EVERY_THEME
@pytest.mark.parametrize("name", CASES)
def test_any_curve_gives_a_valid_figure(draw: Draw, theme: Theme, name: str) -> None:
    """Rare, huge, squashed or constant scores give strict JSON without NaN, a short title and an alternative text."""
    figure = draw(curve_of(name), theme)
    text = figure.to_json()
    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    assert 0 < len(figure.layout.title.text) < 26
    assert len(alt_text(figure)) > 30
    assert alt_text(figure).endswith(".")


@EVERY_FIGURE
@EVERY_THEME
def test_every_color_comes_from_the_palette(draw: Draw, theme: Theme) -> None:
    """No color is left to Plotly's defaults, which are invisible in one of the themes."""
    figure = draw(curve_of("probabilities"), theme)
    allowed = {*colors(theme).values(), "rgba(0,0,0,0)"}
    used = {
        value
        for path, value in walk(json.loads(figure.to_json()))
        if path.lower().endswith("color") and isinstance(value, str)
    }
    assert used <= allowed
    for shape in figure.layout.shapes:
        assert shape.line.color in allowed
        assert shape.type == "line" or shape.fillcolor in allowed
    for note in figure.layout.annotations:
        assert note.font.color in allowed
    for each in figure.data:
        if each.type == "scatter":
            assert (each.line.color if each.mode == "lines" else each.marker.color) is not None
            assert not each.fill or each.fillcolor in allowed
    for layout_color in (figure.layout.font.color, figure.layout.title.font.color, figure.layout.hoverlabel.bgcolor):
        assert layout_color in allowed
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


@EVERY_FIGURE
def test_a_page_can_make_the_title_a_heading(draw: Draw) -> None:
    """The title is removed, its subtitle stays in normal weight, and the plot area keeps its size."""
    figure, before = draw(curve_of("ties"), "light"), draw(curve_of("ties"), "light").layout
    assert pop_title(figure) == before.title.text
    after, subtitle = figure.layout.title, before.title.subtitle
    assert re.sub("<[^<>]*>", "", after.text) == subtitle.text
    assert ("font-weight:400" in after.text) == bool(subtitle.text)
    assert (after.font.color, after.font.size) == (subtitle.font.color, subtitle.font.size)
    assert after.subtitle.to_plotly_json() == {}
    assert figure.layout.height - figure.layout.margin.t == before.height - before.margin.t


@EVERY_FIGURE
def test_figures_are_small(draw: Draw) -> None:
    """There is no template, and no trace is longer than a screen shows."""
    figure = draw(long_curve(), "light")
    assert len(figure.layout.template.to_plotly_json()) <= 1
    assert "colorway" not in figure.to_json()
    for each in figure.data:
        assert max(np.size(each.x), np.size(each.y)) <= MAX_POINTS + 1 <= 1000


def test_the_figures_of_a_page_take_less_than_50_kb() -> None:
    """So does every rerun, whatever the number of rows."""
    curve = long_curve(n=50_000)
    page = ("metrics", "precision and recall", "roc", "scores", "confusion matrix")
    assert sum(len(FIGURES[name](curve, "streamlit").to_json()) for name in page) < 50_000
    for three in (("what if", "prevalence", "costs"), ("band", "spread", "two reliabilities")):
        assert sum(len(FIGURES[name](curve, "streamlit").to_json()) for name in three) < 40_000
    strategies = strategy_curves(curve, tuple(f"strategy {k}" for k in range(11)))
    figure = plot_strategy_curves(strategies, highlighted="strategy 2", reference="strategy 0", theme="streamlit")
    assert len(figure.to_json()) < 50_000


@EVERY_FIGURE
def test_names_are_text_and_not_markup(draw: Draw) -> None:
    """Class names from a file cannot add tags, values or formulas; the only tags are our own."""
    spec = json.loads(draw(curve_of("ties"), "light").to_json())
    markup = ("text", "name", "ticktext[]", "hovertemplate")  # what Plotly reads as markup
    for text in [value for path, value in walk(spec) if path.endswith(markup) and isinstance(value, str)]:
        tags = set(re.findall(r"<[^<>]*>", text))
        assert tags <= {"<b>", "</b>", "<br>", "</span>", '<span style="font-size:24px">', "<extra>", "</extra>"}
        assert not re.search(r"%\{(?!x|y|customdata)", text)
        assert "$" not in text
        assert "\n" not in text
    assert "https://" not in json.dumps(spec)


@EVERY_FIGURE
def test_figures_do_not_depend_on_plotlys_default(draw: Draw) -> None:
    """Streamlit changes Plotly's default template when it is imported; figures stay the same."""
    before, default = draw(curve_of("ties"), "light").to_json(), templates.default
    try:
        templates.default = "plotly_dark"
        assert draw(curve_of("ties"), "light").to_json() == before
    finally:
        templates.default = default


@EVERY_FIGURE
def test_nothing_in_a_figure_reacts_to_dragging_or_hides_on_a_click(draw: Draw) -> None:
    """On a phone a finger scrolls the page."""
    layout = draw(curve_of("ties"), "light").layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert not layout.showlegend or layout.legend.itemclick is layout.legend.itemdoubleclick is False


def test_nothing_leaves_the_machine() -> None:
    """There is no logo, no link and no button that sends the data away."""
    assert CONFIG["displaylogo"] is CONFIG["showSendToCloud"] is CONFIG["displayModeBar"] is False
    assert CONFIG["plotlyServerURL"] == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("yes", "yes"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a &lt; b", "a &amp;lt; b"),
        ("%{x} $\\alpha$", "%&#123;x&#125; &#36;\\alpha&#36;"),
        ("two\nlines\tand  more ", "two lines and more"),
        ("x" * 41, "x" * 39 + "…"),
        ("&" * 41, "&amp;" * 39 + "…"),
    ],
)
def test_escaped_names(name: str, shown: str) -> None:
    """Markup is shown and not interpreted; long names are cut before they are escaped."""
    assert escape(name) == shown


@EVERY_FIGURE
@pytest.mark.parametrize("name", ["vector A", "probabilities", "rare"])
def test_labels_above_the_plot_area_never_share_a_row(draw: Draw, name: str) -> None:
    """However near two thresholds are, their labels do not meet, and the top margin has room for all rows."""
    layout = draw(curve_of(name), "light").layout
    rows = [
        note
        for note in layout.annotations
        if note.yref == "paper" and note.y == 1 and note.yanchor == "bottom" and note.xref is None and note.yshift < 100
    ]
    if layout.title.text != "Triage":  # its labels stand side by side at fixed places
        shifts = sorted(note.yshift for note in rows)
        assert all(above - below >= LABEL_HEIGHT for below, above in itertools.pairwise(shifts))
        assert layout.margin.t >= 30 + LABEL_HEIGHT * len(rows)


@pytest.mark.parametrize(("log", "low", "high"), [(False, -2.0, 6.0), (True, 0.01, 100.0)])
def test_labels_grow_away_from_the_edges(log: bool, low: float, high: float) -> None:
    """Near an edge a label starts or ends at its line; lines outside the axis are omitted."""
    figure = FIGURES["cost ratio" if log else "metrics"](curve_of("vector A"), "light")
    figure.layout.shapes = figure.layout.annotations = ()
    figure.layout.xaxis.range = (np.log10(low), np.log10(high)) if log else (low, high)
    inner = np.geomspace(low, high, 21) if log else np.linspace(low, high, 21)
    values = [inner[1], inner[10], inner[19], 2 * high]
    add_vertical_lines(figure, [VerticalLine(float(x), f"{x}", "ink") for x in values], colors("light"))
    assert [note.xanchor for note in figure.layout.annotations] == ["left", "center", "right"]
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx(values[:3])
    positions = [np.log10(x) if log else x for x in values[:3]]
    assert [note.x for note in figure.layout.annotations] == pytest.approx(positions)


@pytest.mark.parametrize(
    ("low", "high"), [(0.001, 0.9), (0.02, 0.6), (0.2, 100), (1e-3, 1e5), (0.4, 0.6), (1e-6, 0.5), (1e-40, 1e40)]
)
def test_logarithmic_axes_have_a_few_round_ticks(low: float, high: float) -> None:
    """There are one to six ticks within the axis, each of one significant digit."""
    ticks = round_numbers(low, high)
    assert 1 <= len(ticks) <= 6
    assert all(low <= tick <= high and f"{tick:e}"[1:8] == ".000000" for tick in ticks)
