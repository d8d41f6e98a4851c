"""The parts of every figure: the empty canvas, axes, legend, small texts, and how Plotly behaves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.core.counts import FloatArray
from f1tools.palette import Colors

MAX_POINTS = 320
"""Largest number of thresholds in a line; half a wide screen shows each of them as two pixels."""

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
}
"""Plotly's behavior, for ``st.plotly_chart(..., config=CONFIG)``: nothing leaves the machine."""

TITLE_HEIGHT = 24
"""Height of a title in pixels."""

TRANSPARENT = "rgba(0,0,0,0)"
LABEL_HEIGHT = 17  # pixels of a row of labels above the plot area
_TITLE_SPACE = 30  # pixels, as the following
_SUBTITLE_SPACE = 36  # a page removes the title, which leaves space for a second row of the legend on a phone
_LEGEND_SPACE = 20
_LINE = 16
_FONT = '"Source Sans", "Source Sans 3", "Helvetica Neue", Arial, sans-serif'
_NORMAL_WEIGHT = '<span style="font-weight:400">{}</span>'  # Streamlit makes every title bold
_FULL_RANGE = 0.8  # a metric that comes this high is drawn on an axis from 0 to 1
_PADDING = 0.04  # of a range, left and right of everything drawn
_MAX_TICKS = 6  # of a logarithmic axis on a phone
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "$": "&#36;"})


def canvas(
    title: str,
    alt: str,
    palette: Colors,
    *,
    subtitle: str | None = None,
    legend: Literal["", "normal", "reversed"] = "",
    labels: int = 0,
    height: int = 420,
    **layout: Any,
) -> go.Figure:
    """Return an empty figure with a title, an alternative text and the colors of the theme.

    The template is nearly empty on purpose: Plotly's own adds 7 KB to every figure. The backgrounds are transparent,
    so that the figure takes the background of its page. From top to bottom there are the title, the subtitle, the
    legend, rows of labels, the plot area, and the horizontal axis.

    Parameters
    ----------
    title : str
    alt : str
        What the figure shows, for people who cannot see it.
    palette : mapping
    subtitle : str, optional
        An empty one takes the same space as any other.
    legend : {"", "normal", "reversed"}
        Order of the traces in the horizontal legend, if any; a click in it hides no trace.
    labels : int
        Number of rows of labels.
    height : int
        In pixels, without the second and further lines of the subtitle.
    **layout
        Further layout of the figure; of ``margin`` only what differs from the usual one.
    """
    annotation = {"showarrow": False, "font": {"size": 12, "shadow": _halo(palette)}}
    more = 0 if subtitle is None else _LINE * subtitle.count("<br>")
    top = _TITLE_SPACE + _SUBTITLE_SPACE * (subtitle is not None) + _LEGEND_SPACE * bool(legend) + more
    margins = {"l": 44, "r": 18, "t": top + LABEL_HEIGHT * labels, "b": 46} | layout.pop("margin", {})
    plot_height = height + more - margins["t"] - margins["b"]
    return go.Figure(
        layout={
            "template": {"layout": {"annotationdefaults": annotation}},
            "title": {
                "text": title,
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 8, "l": 4},
                "font": {"size": 16, "color": palette["ink"]},
                "subtitle": {"text": subtitle or "", "font": {"size": 12, "color": palette["muted"]}},
            },
            "meta": {"alt": alt},
            "height": height + more,
            "margin": margins,
            "paper_bgcolor": TRANSPARENT,
            "plot_bgcolor": TRANSPARENT,
            "font": {"family": _FONT, "size": 13, "color": palette["ink"]},
            "hoverlabel": {"bgcolor": palette["background"], "font": {"color": palette["ink"], "size": 13}},
            "dragmode": False,
            "showlegend": bool(legend),
        }
        | ({"legend": _legend(palette, 1 + LABEL_HEIGHT * labels / plot_height, legend)} if legend else {})
        | layout
    )


def _legend(palette: Colors, bottom: float, order: str) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": bottom,
        "yanchor": "bottom",
        "traceorder": order,
        "font": {"size": 12, "color": palette["ink"]},
        "bgcolor": TRANSPARENT,
        "itemclick": False,
        "itemdoubleclick": False,
    }


def alt_text(figure: go.Figure) -> str:
    """Return the sentence that describes a figure, for ``st.plotly_chart(..., alt=...)``."""
    return str(figure.layout.meta["alt"])


def pop_title(figure: go.Figure) -> str:
    """Remove the title of a figure and return it, for a page that shows it as a heading; the subtitle moves up."""
    title = figure.layout.title.to_plotly_json()
    subtitle = title.pop("subtitle")
    moved = {
        "text": subtitle["text"] and _NORMAL_WEIGHT.format(subtitle["text"]),
        "font": subtitle["font"],
        "pad": title["pad"] | {"l": 0},
    }
    figure.layout.title = title | moved  # at once: Plotly takes eight times as long to update its parts
    figure.layout.height -= TITLE_HEIGHT
    figure.layout.margin.t -= TITLE_HEIGHT
    return str(title["text"])


def note(text: str, color: str, **position: Any) -> dict[str, Any]:
    """Return a small text as an annotation, see :func:`canvas`. The text is markup: escape names first."""
    return {"text": text, "font": {"color": color}} | position


def axis(palette: Colors, title: str, span: tuple[float, float], **more: Any) -> dict[str, Any]:
    """Return an axis with a fine grid, small muted text and a fixed range."""
    return {
        "title": {"text": title, "font": {"size": 13, "color": palette["muted"]}, "standoff": 8},
        "range": list(span),
        "tickfont": {"size": 12, "color": palette["muted"]},
        "gridcolor": palette["grid"],
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "exponentformat": "power",
        "separatethousands": True,
        "fixedrange": True,
        "automargin": False,
    } | more


def threshold_axis(palette: Colors, span: tuple[float, float]) -> dict[str, Any]:
    """Return the axis of thresholds."""
    hover = {"text": f"score ≥ %{{x:.{digits(span)}~g}}"}
    return axis(palette, "Threshold (score ≥)", span, unifiedhovertitle=hover)


def log_axis(
    palette: Colors, title: str, span: tuple[float, float], tick_text: Callable[[float], str], **more: Any
) -> dict[str, Any]:
    """Return a logarithmic axis with round numbers at its ticks, for a span above 0."""
    ticks = round_numbers(*span)
    texts = [tick_text(tick) for tick in ticks]
    logs = math.log10(span[0]), math.log10(span[1])
    return axis(palette, title, logs, type="log", tickvals=ticks, ticktext=texts) | more


def round_numbers(low: float, high: float) -> list[float]:
    """Return a few one-digit numbers from ``low`` to ``high``, evenly spread over the powers of ten.

    Examples
    --------
    >>> round_numbers(0.02, 0.6), round_numbers(0.001, 900)
    ([0.02, 0.05, 0.1, 0.2, 0.5], [0.001, 0.01, 0.1, 1.0, 10.0, 100.0])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    numbers: list[float] = []
    for leading, step in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), math.ceil((last - first) / 5))):
        if not numbers or len(numbers) > _MAX_TICKS:
            candidates = [float(f"{digit}e{power}") for power in range(first, last + 1, step) for digit in leading]
            numbers = [number for number in candidates if low <= number <= high]
    return numbers


def value_range(*values: FloatArray | Sequence[float]) -> tuple[float, float]:
    """Return the range of a metric's axis: from 0 up to 1 if the metric comes near, else up to 10% above the highest.

    Examples
    --------
    >>> value_range([0.0, 0.95]), value_range([0.0, float("nan"), 0.5])
    ((0.0, 1.02), (0.0, 0.55))
    """
    finite = np.concatenate([np.asarray(each, dtype=np.float64) for each in values])
    finite = finite[np.isfinite(finite)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    if _FULL_RANGE < high <= 1 or not finite.any():
        return low, 1.02
    return low, high + 0.1 * (high - low)


def padded_range(low: float, high: float) -> tuple[float, float]:
    """Return the range with a margin at both ends, which does not leave 0 and 1 for values within.

    Examples
    --------
    >>> padded_range(0.5, 0.75), padded_range(0.5, 1.0)
    ((0.49, 0.76), (0.48, 1.0))
    """
    padding = _PADDING * (high - low) or 0.05
    bounds = (0.0, 1.0) if low >= 0 and high <= 1 else (-math.inf, math.inf)
    return max(low - padding, bounds[0]), min(high + padding, bounds[1])


def digits(span: tuple[float, float], least: int = 5) -> int:
    """Return the number of significant digits that distinguishes thresholds within a span.

    Examples
    --------
    >>> digits((0, 1)), digits((0.9999, 1.0)), digits((1e-10, 3e-9))
    (5, 9, 5)
    """
    width = abs(span[1] - span[0])
    largest = max(abs(span[0]), abs(span[1]))
    more = math.floor(math.log10(largest / width)) if 0 < width < largest else 0
    return min(least + more, 17)


def compact(values: FloatArray) -> NDArray[np.floating]:
    """Return values as float32, half the payload, unless that moves a point by 1/10,000 of their range."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        error = np.abs(finite.astype(np.float32) - finite).max(initial=0.0)
        invisible = error == 0 or error <= 1e-4 * np.ptp(finite)
        return values.astype(np.float32) if invisible else values


def escape(name: str, max_length: int = 40) -> str:
    """Return a name from a file as short plain text for Plotly, which reads some HTML, ``%{...}`` and ``$TeX$``.

    Examples
    --------
    >>> escape("<b>a & b</b>"), escape("%{x}"), escape("a" * 50, 5)
    ('&lt;b&gt;a &amp; b&lt;/b&gt;', '%&#123;x&#125;', 'aaa…a')
    """
    return formatting.truncate(str(name), max_length).translate(_MARKUP)


def _halo(palette: Colors) -> str:
    """Return a text shadow in the color of the page: it keeps text readable over lines without hiding them."""
    offsets = ("2px 0", "-2px 0", "0 2px", "0 -2px", "1px 1px", "1px -1px", "-1px 1px", "-1px -1px")
    return ",".join(f"{offset} 1px {palette['background']}" for offset in offsets)
