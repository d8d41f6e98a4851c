"""Points that mark a place on a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from f1tools.palette import Colors, Role


def dots(x: Sequence[float], y: Sequence[float], roles: Sequence[Role], palette: Colors, **trace: Any) -> go.Scatter:
    """Draw points in the colours of their roles, set off from the lines below; what they say stands beside them.

    Parameters
    ----------
    x, y : sequence of float
    roles : sequence of str
    palette : mapping
    **trace
        What else the trace has.
    """
    marker = {
        "color": [palette[role] for role in roles],
        "size": 9,
        "line": {"color": palette["background"], "width": 2},
    }
    return go.Scatter(x=list(x), y=list(y), mode="markers", marker=marker, name="marks", hoverinfo="skip", **trace)
