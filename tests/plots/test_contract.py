"""What every figure keeps to."""

from __future__ import annotations

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
from f1tools.palette import Role, Theme, colors
from f1tools.plots import (
    CONFIG,
    MAX_POINTS,
    Mark,
    alt,
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
    taken_title,
)
from f1tools.plots.canvas import escaped
from f1tools.uncertainty.intervals import Interval
from f1tools.what_if import Costs, at_prevalence, cost_ranges, sweep_prevalence, triage
from tests.plots.data import CASES, curve_of, dumbbell_rows, random_rows, strategy_curves, three_marks

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
    "score shares": lambda curve, theme: plot_score_distributions(
        score_histogram(curve), mark=three_marks(curve)[0], labels=EVIL, theme=theme
    ),
    "score counts": lambda curve, theme: plot_score_distributions(
        score_histogram(curve), heights="count", labels=EVIL, theme=theme
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
    """Draw what were if 3 % were positive."""
    asked = at_prevalence(curve, 0.03)
    before, after = best(curve).point, best(asked).point
    marks = [Mark("best", before), Mark("best", after), Mark("now", asked.at(before.threshold))]
    return plot_what_if(curve, asked, marks=marks, theme=theme)


def prevalence(curve: ThresholdCurve, theme: Theme) -> Any:
    """Draw the best F1 from 0.1 % to 90 %."""
    now = curve.positives / (curve.positives + curve.negatives)
    shares = np.unique([*np.geomspace(0.001, 0.9, 40), now, 0.03])
    return plot_prevalence(sweep_prevalence(curve, shares), now=now, asked=0.03, theme=theme)


def by_rank(curve: ThresholdCurve) -> ThresholdCurve:
    """Give the same curve with scores between 0 and 1, whatever they were."""
    scores = np.linspace(1, 0, len(curve) + 1)[1:-1]
    return replace(curve, thresholds=np.append(np.inf, scores))


def long_curve() -> ThresholdCurve:
    return ThresholdCurve.from_predictions(*random_rows(50_000, 0.2, "probabilities"))


def walk(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a figure with where it is."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from walk(value, f"{path}[]")
    else:
        yield path, node


def shown_texts(spec: Any) -> list[str]:
    """Every text that Plotly would read as markup."""
    last = ("text", "name", "ticktext[]", "hovertemplate")
    return [value for path, value in walk(spec) if path.endswith(last) and isinstance(value, str)]


@EVERY_FIGURE
@EVERY_THEME
@pytest.mark.parametrize("name", CASES)
def test_any_curve_gives_a_valid_figure(draw: Draw, theme: Theme, name: str) -> None:
    """Rare, huge, squashed or constant scores: strict JSON without NaN, a short title, a sentence for the blind."""
    figure = draw(curve_of(name), theme)
    text = figure.to_json()
    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    assert not re.search(r"\b(nan|inf)\b", text, re.IGNORECASE)
    assert 0 < len(figure.layout.title.text) < 24
    assert len(alt(figure)) > 30
    assert alt(figure).endswith(".")


@EVERY_FIGURE
@EVERY_THEME
def test_every_colour_comes_from_the_palette(draw: Draw, theme: Theme) -> None:
    """Also the ones Plotly would otherwise take from its own defaults, which are invisible in one of the themes."""
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
    for one in figure.data:
        if one.type == "scatter":
            assert (one.line.color if one.mode == "lines" else one.marker.color) is not None
            assert not one.fill or one.fillcolor in allowed
    for layout_color in (figure.layout.font.color, figure.layout.title.font.color, figure.layout.hoverlabel.bgcolor):
        assert layout_color in allowed
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"


@EVERY_FIGURE
def test_a_page_can_make_a_heading_of_the_title(draw: Draw) -> None:
    """The title is taken out, its subtitle stays, in normal weight, and the drawing keeps its size."""
    figure, before = draw(curve_of("ties"), "light"), draw(curve_of("ties"), "light").layout
    assert taken_title(figure) == before.title.text
    left, detail = figure.layout.title, before.title.subtitle
    assert re.sub("<[^<>]*>", "", left.text) == detail.text
    assert ("font-weight:400" in left.text) == bool(detail.text)
    assert (left.font.color, left.font.size) == (detail.font.color, detail.font.size)
    assert left.subtitle.to_plotly_json() == {}
    assert figure.layout.height - figure.layout.margin.t == before.height - before.margin.t


@EVERY_FIGURE
def test_figures_are_small(draw: Draw) -> None:
    """No template, no trace longer than a screen shows."""
    figure = draw(long_curve(), "light")
    assert len(figure.layout.template.to_plotly_json()) <= 1
    assert "colorway" not in figure.to_json()
    for one in figure.data:
        assert max(np.size(one.x), np.size(one.y)) <= MAX_POINTS + 1 <= 1000


def test_a_page_of_all_figures_leaves_room_in_60_kb() -> None:
    """So is then every rerun, whatever the number of rows."""
    curve = long_curve()
    page = ("metrics", "precision and recall", "roc", "score shares", "confusion matrix")
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
    for text in shown_texts(spec):
        tags = set(re.findall(r"<[^<>]*>", text))
        assert tags <= {"<b>", "</b>", "<br>", "</span>", '<span style="font-size:24px">', "<extra>", "</extra>"}
        assert not re.search(r"%\{(?!x|y|customdata)", text)
        assert "$" not in text
        assert "\n" not in text
    assert "https://" not in json.dumps(spec)


@EVERY_FIGURE
def test_figures_do_not_depend_on_plotlys_default(draw: Draw) -> None:
    """Streamlit changes Plotly's default template when it is imported; figures come out the same."""
    before, default = draw(curve_of("ties"), "light").to_json(), templates.default
    try:
        templates.default = "plotly_dark"
        assert draw(curve_of("ties"), "light").to_json() == before
    finally:
        templates.default = default


@EVERY_FIGURE
def test_nothing_in_a_figure_can_be_dragged(draw: Draw) -> None:
    """On a phone a finger scrolls the page."""
    layout = draw(curve_of("ties"), "light").layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange


def test_nothing_leaves_the_machine() -> None:
    """No logo, no link, no button that sends the data away."""
    assert CONFIG["displaylogo"] is False
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displayModeBar"] is False


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
    """Markup is shown and not obeyed; long names are cut before they are escaped."""
    assert escaped(name) == shown


def test_roles_are_strings() -> None:
    """A role that a figure asks for exists in every theme."""
    for theme in get_args(Theme):
        assert all(isinstance(colors(theme)[role], str) for role in get_args(Role))
