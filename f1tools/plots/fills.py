"""How areas are filled: the two classes so that they differ without colour, a range so that lines stay visible."""

from __future__ import annotations

from typing import Any

import numpy as np

from f1tools.palette import Colors, Role


def filling(role: Role, palette: Colors) -> dict[str, Any]:
    """Hatch the negatives and fill the positives solidly, as all that is of neither class.

    Parameters
    ----------
    role : str
        Of the colour.
    palette : mapping
    """
    line = {"color": palette[role], "width": 1 if role in ("positive", "negative") else 0}
    if role != "negative":
        return {"color": palette[role], "line": line}
    pattern = {
        "shape": "/",
        "size": 6,
        "solidity": 0.35,
        "fillmode": "replace",
        "bgcolor": palette["background"],
        "fgcolor": palette[role],
    }
    return {"color": palette[role], "line": line, "pattern": pattern}


def shade(ends: tuple[float, float], span: tuple[float, float], palette: Colors) -> dict[str, Any]:
    """Describe a shade over a range of thresholds that are nearly best, or best on other rows.

    Parameters
    ----------
    ends : tuple of float
        Of the range; what lies outside of the axis, or is infinite, is cut off.
    span : tuple of float
        Of the axis.
    palette : mapping
    """
    low, high = np.clip(np.nan_to_num(ends, nan=span[0]), *span).tolist()
    return {
        "type": "rect",
        "x0": low,
        "x1": high,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": palette["fbeta"],
        "opacity": 0.14,
        "line": {"width": 0, "color": palette["fbeta"]},
        "layer": "below",
    }
