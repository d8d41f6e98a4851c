"""Histograms: bars of one width over the scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools.core.counts import FloatArray
from f1tools.plots.canvas import compact, digits


def bars(edges: FloatArray, heights: FloatArray, told: str, **trace: Any) -> go.Bar:
    """Draw a bar over each bin, with a fine gap to the next.

    Parameters
    ----------
    edges : ndarray of shape (k + 1,)
        Of bins of one width.
    heights : ndarray of shape (k,)
    told : str
        What hovering tells below the range of a bin.
    **trace
        What else the trace has.
    """
    span = float(edges[0]), float(edges[-1])
    width = (span[1] - span[0]) / heights.size
    return go.Bar(
        x=compact(edges[:-1], span),
        y=heights.astype(np.float32),
        offset=width * 0.04,
        width=width * 0.92,
        hovertemplate=f"score from %{{x:.{digits(span, 4)}~g}}, {width:.3g} wide<br>{told}<extra></extra>",
        **trace,
    )
