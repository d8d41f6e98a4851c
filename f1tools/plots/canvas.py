"""What all figures share: the empty canvas, axes, small text, and how Plotly is to behave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.palette import Colors
from f1tools.plots.marks import Mark

MAX_POINTS = 320
"""Thresholds that a figure draws at most; more are thinned. Half a wide screen shows each as two pixels."""
PLANE_POINTS = 200  # the planes of precision and recall and of the ROC are half as wide

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
}
"""How Plotly behaves, for ``st.plotly_chart(..., config=CONFIG)``: nothing leaves the machine."""

TITLE_HEIGHT = 24
"""Pixels that a title takes."""

_NORMAL = '<span style="font-weight:400">{}</span>'  # Streamlit puts every title in bold
_DETAIL = 100  # of these thresholds lie in the span that is shown; each brings its lower neighbour along
TRANSPARENT = "rgba(0,0,0,0)"
FONT = '"Source Sans", "Source Sans 3", "Helvetica Neue", Arial, sans-serif'
TOP = 98  # pixels above the drawing: a title, a subtitle or labels, a legend that wraps on a phone


def canvas(
    title: str, alt_text: str, colors: Colors, *, subtitle: str = "", height: int = 400, **layout: Any
) -> go.Figure:
    """Give an empty figure with a title, an alternative text and the theme's colours.

    The template has next to nothing on purpose: Plotly's own adds 7 KB to every figure. The backgrounds are
    transparent, so that the figure lies on whatever the page has.
    """
    small_texts = {"showarrow": False, "font": {"size": 12, "shadow": _halo(colors)}}
    return go.Figure(
        layout={
            "template": {"layout": {"annotationdefaults": small_texts}},
            "title": {
                "text": title,
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 8, "l": 4},
                "font": {"size": 16, "color": colors["ink"]},
                "subtitle": {"text": subtitle, "font": {"size": 12, "color": colors["muted"]}},
            },
            "meta": {"alt": alt_text},
            "height": height,
            "paper_bgcolor": TRANSPARENT,
            "plot_bgcolor": TRANSPARENT,
            "font": {"family": FONT, "size": 13, "color": colors["ink"]},
            "hoverlabel": {"bgcolor": colors["background"], "font": {"color": colors["ink"], "size": 13}},
            "showlegend": False,
            "dragmode": False,
        }
        | layout
    )


def taken_title(figure: go.Figure) -> str:
    """Take the title out of a figure, for a page that makes a heading of it; the subtitle moves up into its room."""
    title = figure.layout.title
    text, detail = str(title.text), title.subtitle
    title.update(text=detail.text and _NORMAL.format(detail.text), font=detail.font.to_plotly_json(), pad={"l": 0})
    title.subtitle = None
    figure.layout.height -= TITLE_HEIGHT
    figure.layout.margin.t -= TITLE_HEIGHT
    return text


def axis(colors: Colors, title: str, span: tuple[float, float], **more: Any) -> dict[str, Any]:
    """Describe a quiet axis: fine grid, small muted text, a fixed range."""
    return {
        "title": {"text": title, "font": {"size": 13, "color": colors["muted"]}, "standoff": 8},
        "range": list(span),
        "tickfont": {"size": 12, "color": colors["muted"]},
        "gridcolor": colors["grid"],
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "exponentformat": "power",
        "fixedrange": True,
        "automargin": False,
    } | more


def note(text: str, color: str, **where: Any) -> dict[str, Any]:
    """Describe a small text within a figure, see :func:`canvas`. The text is markup: escape names first."""
    return {"text": text, "font": {"color": color}} | where


def written(curve: ThresholdCurve) -> NDArray[np.floating]:
    """Give the thresholds for the text shown on hovering, where they have five digits."""
    finite = np.append(np.nan, curve.thresholds[1:])  # "nan" is what +inf becomes in JSON anyway
    return compact(finite, (float(finite[-1]), float(finite[1])))


def digits(span: tuple[float, float], least: int = 5) -> int:
    """Give the significant digits that thresholds need to differ within a span.

    Examples
    --------
    >>> digits((0, 1)), digits((0.9999, 1.0)), digits((1e-10, 3e-9))
    (5, 9, 5)
    """
    wide = abs(span[1] / 2 - span[0] / 2) * 2
    largest = max(abs(span[0]), abs(span[1]))
    more = math.floor(math.log10(largest / wide)) if 0 < wide < largest else 0
    return min(least + more, 17)


def hovered(curve: ThresholdCurve) -> str:
    """Give the line on hovering that says which threshold a point belongs to."""
    extremes = float(curve.thresholds[-1]), float(curve.thresholds[1])
    return f"score ≥ %{{customdata:.{digits(extremes)}~g}}<br>"


def _halo(palette: Colors) -> str:
    """Give a text shadow in the colour of the page: text stays readable over lines without hiding them."""
    around = ("2px 0", "-2px 0", "0 2px", "0 -2px", "1px 1px", "1px -1px", "-1px 1px", "-1px -1px")
    return ",".join(f"{place} 1px {palette['background']}" for place in around)


def alt(figure: go.Figure) -> str:
    """Give the sentence that says what a figure shows, for ``st.plotly_chart(..., alt=...)``."""
    return str(figure.layout.meta["alt"])


def drawn(
    curve: ThresholdCurve, marks: Sequence[Mark], *, most: int, span: tuple[float, float] | None = None
) -> ThresholdCurve:
    """Take no more thresholds than a screen can show, all that is marked, and more of those in a narrow span."""
    keep = [mark.point.threshold for mark in marks]
    if span is not None:
        keep += np.linspace(*span, _DETAIL).tolist()
    return curve.thinned(most, keep=keep)


def compact(values: FloatArray, span: tuple[float, float]) -> NDArray[np.floating]:
    """Halve the payload where nobody can see it: float32, unless that moves a point by 1/10,000 of the span."""
    seen = 1e-4 * (span[1] - span[0])
    with np.errstate(over="ignore"):
        small = values.astype(np.float32)
    moved = float(np.abs(small - values).max(where=np.isfinite(values), initial=0.0))
    return small if moved <= seen and math.isfinite(moved) else values


def escaped(name: str, longest: int = 40) -> str:
    """Make a name from a file safe and short for Plotly, which reads some HTML, ``%{...}`` and ``$TeX$``.

    Examples
    --------
    >>> escaped("<b>a & b</b>"), escaped("%{x}"), escaped("a" * 50, longest=5)
    ('&lt;b&gt;a &amp; b&lt;/b&gt;', '%&#123;x&#125;', 'aaaa…')
    """
    short = formatting.truncate(str(name), longest)
    for character, code in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("{", "&#123;"),
        ("}", "&#125;"),
        ("$", "&#36;"),
    ):
        short = short.replace(character, code)
    return short


def said(mark: Mark) -> str:
    """Say for the alternative text what a mark stands for."""
    counts = mark.point.counts
    return (
        f"At {mark.said}: precision {formatting.metric_value(float(counts.precision(zero_division=float('nan'))))}, "
        f"recall {formatting.metric_value(float(counts.recall()))}, F1 {formatting.metric_value(float(counts.f1()))}."
    )
