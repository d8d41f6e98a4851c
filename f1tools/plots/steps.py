"""One value at every threshold as the step function that it is, and the range it is drawn in."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.palette import Colors
from f1tools.plots.canvas import axis, compact, digits

_FULL = 0.8  # a metric that comes this high is drawn from 0 to 1


def step_line(curve: ThresholdCurve, values: FloatArray, span: tuple[float, float], **trace: Any) -> go.Scatter:
    """Draw from the highest threshold down: across at the value, then up or down at the next score ("hv").

    Parameters
    ----------
    curve : ThresholdCurve
        As thin as it shall be drawn.
    values : ndarray of shape (k,)
        At each threshold of the curve; nan is a gap.
    span : tuple of float
        Of the axis, which the line fills.
    **trace
        What else the trace has; its ``line`` gets the steps, and its ``customdata`` has a row for each threshold.
    """
    thresholds = curve.thresholds.copy()
    thresholds[0] = max(span[1], float(thresholds[1]))  # +inf has no place on paper
    told = trace.pop("customdata", None)
    return go.Scatter(
        x=compact(np.append(thresholds, min(span[0], float(thresholds[-1]))), span),
        y=np.append(values, values[-1]).astype(np.float32),
        mode="lines",
        line=trace.pop("line") | {"shape": "hv"},
        customdata=None if told is None else np.concatenate([told, told[-1:]]),
        connectgaps=False,
        **trace,
    )


def threshold_axis(palette: Colors, span: tuple[float, float]) -> dict[str, Any]:
    """Describe the axis of thresholds."""
    hover = {"text": f"score ≥ %{{x:.{digits(span)}~g}}"}
    return axis(palette, "Threshold (score ≥)", span, unifiedhovertitle=hover)


def value_range(*values: FloatArray) -> tuple[float, float]:
    """Give the range for one metric: from 0, up to 1 where it comes near, else with some room above.

    Examples
    --------
    >>> import numpy as np
    >>> value_range(np.array([0.0, 0.95])), value_range(np.array([0.0, np.nan, 0.5]))
    ((0.0, 1.02), (0.0, 0.55))
    """
    every = np.concatenate(values)
    every = every[np.isfinite(every)]
    low, high = float(every.min(initial=0.0)), float(every.max(initial=0.0))
    if _FULL < high <= 1 or not every.any():
        return low, 1.02
    return low, high + 0.1 * (high - low)
