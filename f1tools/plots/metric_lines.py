"""How a metric becomes a line: what is drawn where it is undefined, and its colour, width and dash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric, defined_values
from f1tools.palette import Colors, Role

_OWN: dict[str, Role] = {"precision": "precision", "recall": "recall", "f1": "fbeta", "fbeta": "fbeta"}
_OTHERS: tuple[Role, ...] = ("other_1", "other_2", "other_3", "other_4", "muted", "positive", "negative")
_DASHES = ("solid", "dash", "dot")  # tell lines apart once the colours are used up


def drawn_values(one: Metric, counts: ConfusionCounts) -> FloatArray:
    """Evaluate a metric; where it is undefined nothing is drawn: nan, and not 0."""
    return defined_values(one, counts)


def all_flagged(one: Metric, curve: ThresholdCurve) -> float:
    """Evaluate a metric where everything is flagged: what it comes to without any model."""
    return float(drawn_values(one, curve.at(-np.inf).counts))


def metric_roles(chosen: Sequence[Metric]) -> list[Role]:
    """Give each metric its colour: precision, recall and the first F have their own, the others take turns."""
    roles: list[Role] = []
    for one in chosen:
        own = _OWN.get(one.name)
        roles.append(own if own and own not in roles else min(_OTHERS, key=roles.count))
    return roles


def line_styles(chosen: Sequence[Metric], palette: Colors) -> list[dict[str, Any]]:
    """Give each metric its line; F-beta's is the widest. Lines that share a colour differ by their dash."""
    roles = metric_roles(chosen)
    return [
        {
            "color": palette[role],
            "width": 3 if role == "fbeta" else 2,
            "dash": _DASHES[roles[:place].count(role) % len(_DASHES)],
        }
        for place, role in enumerate(roles)
    ]
