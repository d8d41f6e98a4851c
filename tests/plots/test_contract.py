"""The contract that every figure keeps."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, get_args

import numpy as np
import pytest
from plotly.io import templates

from f1tools.calibration.reliability import reliability
from f1tools.classes import Average
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, metric
from f1tools.core.optimum import best
from f1tools.palette import Theme, colors
from f1tools.plots import (
    CONFIG,
    MAX_POINTS,
    Mark,
    alt_text,
    plot_averages,
    plot_band,
    plot_confusion,
    plot_cost_ratio,
    plot_costs,
    plot_dumbbell,
    plot_gains,
    plot_group_curves,
    plot_group_values,
    plot_metrics,
    plot_outcomes,
    plot_prevalence,
    plot_reliability,
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
from tests.plots.data import (
    CASES,
    curve_of,
    dumbbell_rows,
    group_curves,
    group_values,
    long_curve,
    strategy_curves,
    two_marks,
)

EVIL = ("<img src=x onerror=alert(1)>", "<b>%{x}</b> & $x$\nnext")

FIGURES: dict[str, Callable[[ThresholdCurve], Any]] = {
    "metrics": lambda curve: partial(plot_metrics, curve, marks=two_marks(curve)),
    "all metrics": lambda curve: partial(plot_metrics, curve, METRICS[:6], marks=two_marks(curve)),
    "gains": lambda curve: partial(plot_gains, curve, cases=800, capacity=90, now=two_marks(curve)[0]),
    "what if": lambda curve: what_if(curve, at_prevalence(curve, 0.03)),
    "prevalence": lambda curve: prevalence(curve),
    "costs": lambda curve: partial(plot_costs, curve, Costs(fp=3, fn=200, tp=-50), marks=two_marks(curve)),
    "cost ratio": lambda curve: partial(plot_cost_ratio, cost_ranges(curve), ratio=7.5),
    "reliability": lambda curve: partial(plot_reliability, reliability(by_rank(curve))),
    "two reliabilities": lambda curve: partial(
        plot_reliability, reliability(by_rank(curve)), other=reliability(by_rank(curve), 4), names=EVIL
    ),
    "band": lambda curve: partial(plot_band, curve, "precision", marks=two_marks(curve)),
    "band of weights": lambda curve: partial(plot_band, curve.reweighted(0.3, 2), marks=two_marks(curve)),
    "spread": lambda curve: partial(
        plot_threshold_spread, curve.thresholds, interval=Interval(-np.inf, np.inf, 0.9), best=two_marks(curve)[1]
    ),
    "triage": lambda curve: partial(
        plot_triage, triage(curve, *sorted(mark.point.threshold for mark in two_marks(curve))), labels=EVIL
    ),
    "dumbbell": lambda curve: partial(plot_dumbbell, dumbbell_rows(curve, EVIL), flag_all=float(curve.counts.f1()[-1])),
    "group values": lambda curve: partial(
        plot_group_values,
        group_values(curve, EVIL),
        "Recall",
        of=metric("recall"),
        overall=float(curve.counts.recall()[1]),
    ),
    "group curves": lambda curve: partial(
        plot_group_curves, group_curves(curve, EVIL), threshold=two_marks(curve)[0].point.threshold
    ),
    "averages": lambda curve: averages(curve),
    "outcomes": lambda curve: outcomes(curve),
    "confusion": lambda curve: partial(plot_confusion, confusion(curve), (*EVIL, "plain"), "By the highest score"),
    "strategies": lambda curve: partial(
        plot_strategy_curves,
        strategy_curves(curve, (*EVIL, "plain")),
        highlighted=EVIL[0],
        reference=EVIL[1],
        by="flagged",
    ),
}
EVERY_FIGURE = pytest.mark.parametrize("figure", FIGURES)
EVERY_THEME = pytest.mark.parametrize("theme", get_args(Theme))


def draw(figure: str, curve: ThresholdCurve, theme: Theme = "light") -> Any:
    return FIGURES[figure](curve)(theme=theme)


def what_if(curve: ThresholdCurve, scenario: ThresholdCurve) -> Any:
    before, after = (Mark("best", best(each).point) for each in (curve, scenario))
    return partial(plot_what_if, curve, scenario, best_original=before, best_what_if=after)


def prevalence(curve: ThresholdCurve) -> Any:
    """Draw the best F1 from 0.1% to 90% positives."""
    observed = curve.positives / (curve.positives + curve.negatives)
    shares = np.unique([*np.geomspace(0.001, 0.9, 40), observed, 0.03])
    return partial(plot_prevalence, sweep_prevalence(curve, shares), observed=observed, assumed=0.03)


def averages(curve: ThresholdCurve) -> Any:
    """Draw F1 and precision as if they were averages over labels."""
    thinned = curve.thinned(MAX_POINTS)
    thresholds = thinned.thresholds[:0:-1]
    macro, micro = (np.asarray(each[:0:-1]) for each in (thinned.counts.f1(), thinned.counts.recall()))
    values: dict[Average, Any] = {"macro": macro, "micro": micro}
    lines = [(float(thresholds[0]), "best"), (float("inf"), "default")]
    return partial(plot_averages, thresholds, values, "F1", lines=lines)


def outcomes(curve: ThresholdCurve) -> Any:
    """Draw the counts at three thresholds as if they were those of three labels."""
    points = [curve.at(float(curve.thresholds[place])).counts for place in (0, len(curve) // 2, len(curve) - 1)]
    counts = {cell: np.array([getattr(each, cell) for each in points]) for cell in ("tp", "fn", "fp", "tn")}
    total = counts["tp"] + counts["fn"] + counts["fp"]
    shares = {cell: counts[cell] / total for cell in ("tp", "fn", "fp")}
    return partial(plot_outcomes, (*EVIL, "plain"), shares, counts)


def confusion(curve: ThresholdCurve) -> Any:
    """Return a matrix with a class that has no rows."""
    n = curve.positives
    return np.array([[n, 0.0, 2.5], [7.0, n, 1.0], [0.0, 0.0, 0.0]])


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
@pytest.mark.parametrize("name", CASES)
def test_any_curve_gives_a_valid_figure(figure: str, name: str) -> None:
    """Rare, huge, squashed or constant scores give strict JSON without NaN, a short title and an alternative text.

    A theme changes nothing but colors: those are checked below.
    """
    drawn = draw(figure, curve_of(name))
    text = drawn.to_json()
    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    assert 0 < len(drawn.layout.title.text) < 36
    assert len(alt_text(drawn)) > 30
    assert alt_text(drawn).endswith(".")


@EVERY_FIGURE
@EVERY_THEME
def test_every_color_comes_from_the_palette(figure: str, theme: Theme) -> None:
    """No color is left to Plotly's defaults, which are invisible in one of the themes."""
    drawn = draw(figure, curve_of("probabilities"), theme)
    allowed = {*colors(theme).values(), "rgba(0,0,0,0)"}
    spec = json.loads(drawn.to_json())
    used = {value for path, value in walk(spec) if path.lower().endswith("color") and isinstance(value, str)}
    layout, lines = drawn.layout, [each for each in drawn.data if each.type == "scatter"]
    used |= {shape.line.color for shape in layout.shapes}
    used |= {shape.fillcolor for shape in layout.shapes if shape.type != "line"}
    used |= {note.font.color for note in layout.annotations}
    used |= {each.fillcolor for each in lines if each.fill}
    used |= {layout.font.color, layout.title.font.color, layout.hoverlabel.bgcolor}
    assert used <= allowed
    assert None not in [each.line.color if each.mode == "lines" else each.marker.color for each in lines]
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


@EVERY_FIGURE
def test_pop_title(figure: str) -> None:
    """The title is removed, its subtitle stays in normal weight, and the plot area keeps its size."""
    drawn, before = draw(figure, curve_of("ties")), draw(figure, curve_of("ties")).layout
    assert pop_title(drawn) == before.title.text
    after, subtitle = drawn.layout.title, before.title.subtitle
    assert re.sub("<[^<>]*>", "", after.text) == subtitle.text
    assert ("font-weight:400" in after.text) == bool(subtitle.text)
    assert (after.font.color, after.font.size) == (subtitle.font.color, subtitle.font.size)
    assert after.subtitle.to_plotly_json() == {}
    assert drawn.layout.height - drawn.layout.margin.t == before.height - before.margin.t


@EVERY_FIGURE
def test_figures_are_small(figure: str) -> None:
    """There is no template, and no trace is longer than a screen shows."""
    drawn = draw(figure, long_curve())
    assert len(drawn.layout.template.to_plotly_json()) <= 1
    assert "colorway" not in drawn.to_json()
    for each in drawn.data:
        assert max(np.size(each.x), np.size(each.y)) <= MAX_POINTS + 1 <= 1000


def test_the_figures_of_a_page_take_less_than_50_kb() -> None:
    """So does every rerun, whatever the number of rows."""
    curve = long_curve(n=50_000)
    pages = (
        ("what if", "prevalence", "costs"),
        ("band", "spread", "two reliabilities"),
    )
    sizes = [sum(len(draw(name, curve, "streamlit").to_json()) for name in page) for page in pages]
    assert max(sizes) < 40_000
    strategies = strategy_curves(curve, tuple(f"strategy {k}" for k in range(11)))
    figure = plot_strategy_curves(strategies, highlighted="strategy 2", reference="strategy 0", theme="streamlit")
    assert len(figure.to_json()) < 50_000


@EVERY_FIGURE
def test_names_are_text_and_not_markup(figure: str) -> None:
    """Class names from a file cannot add tags, values or formulas; the only tags are our own."""
    spec = json.loads(draw(figure, curve_of("ties")).to_json())
    markup = ("text", "name", "ticktext[]", "hovertemplate")  # what Plotly reads as markup
    for text in [value for path, value in walk(spec) if path.endswith(markup) and isinstance(value, str)]:
        tags = set(re.findall(r"<[^<>]*>", text))
        assert tags <= {"<b>", "</b>", "<br>", "<extra>", "</extra>"}
        assert not re.search(r"%\{(?!x|y|customdata)", text)
        assert "$" not in text
        assert "\n" not in text
    assert "https://" not in json.dumps(spec)


@EVERY_FIGURE
def test_figures_do_not_depend_on_plotlys_default(figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit changes Plotly's default template when it is imported; figures stay the same."""
    before = draw(figure, curve_of("ties")).to_json()
    monkeypatch.setattr(templates, "default", "plotly_dark")
    assert draw(figure, curve_of("ties")).to_json() == before


@EVERY_FIGURE
def test_nothing_in_a_figure_reacts_to_dragging_or_hides_on_a_click(figure: str) -> None:
    """On a phone a finger scrolls the page."""
    layout = draw(figure, curve_of("ties")).layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert not layout.showlegend or layout.legend.itemclick is layout.legend.itemdoubleclick is False


def test_nothing_leaves_the_machine() -> None:
    """There is no logo, no link and no button that sends the data away."""
    assert CONFIG["displaylogo"] is CONFIG["showSendToCloud"] is CONFIG["displayModeBar"] is False
    assert CONFIG["plotlyServerURL"] == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("yes", "yes"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a &lt; b", "a &amp;lt; b"),
        ("%{x} $\\alpha$", "%&#123;x&#125; &#36;\\alpha&#36;"),
        ("two\nlines\tand  more ", "two lines and more"),
        ("x" * 41, "x" * 24 + "…" + "x" * 15),
        ("&" * 41, "&amp;" * 24 + "…" + "&amp;" * 15),
    ],
)
def test_escaped_names(name: str, expected: str) -> None:
    """Markup is displayed and not interpreted; long names are cut before they are escaped."""
    assert escape(name) == expected


@EVERY_FIGURE
@pytest.mark.parametrize("name", ["vector A", "probabilities", "rare"])
def test_labels_above_the_plot_area_never_share_a_row(figure: str, name: str) -> None:
    """However near two thresholds are, their labels do not meet, and the top margin has room for all rows."""
    layout = draw(figure, curve_of(name)).layout
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
    figure = draw("cost ratio" if log else "band", curve_of("vector A"))
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
