"""What a visitor is looking at, as a value that travels in the URL."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from f1tools.constraints import Constraint
from f1tools.metrics import METRICS, Metric, metric

OBJECTIVES = tuple(name for name in METRICS if metric(name).rewards_catching)
"""Names of the metrics that a threshold can sensibly be best by, in display order."""

LOWEST_BETA, HIGHEST_BETA = 0.01, 100.0
_LONGEST_NAME = 200  # a link calls a longer model by its digest


@dataclass(frozen=True)
class View:
    """One state of the pages; every field has a default, and only other values show up in the URL.

    Attributes
    ----------
    data
        Id of a sample, or fingerprint of an upload; None is the first sample.
    model
        Name of a score column; None is the first one.
    threshold
        None follows the best threshold of the metric.
    metric, beta
        What "best" means; beta counts for `fbeta` only.
    low, high
        The zoomed range of thresholds on Explore; None is that end of the scores.
    min_recall, min_precision, max_flagged
        Constraints on the best threshold; the first two are shares, the last a number of rows.
    """

    data: str | None = None
    model: str | None = None
    threshold: float | None = None
    metric: str = "f1"
    beta: float = 2.0
    low: float | None = None
    high: float | None = None
    min_recall: float | None = None
    min_precision: float | None = None
    max_flagged: int | None = None

    @property
    def objective(self) -> Metric:
        """The metric that the best threshold is best by."""
        return metric(self.metric, self.beta if self.metric == "fbeta" else None)

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What the best threshold must keep."""
        wanted = (
            (Constraint.at_least, "recall", self.min_recall),
            (Constraint.at_least, "precision", self.min_precision),
            (Constraint.at_most, "flagged", self.max_flagged),
        )
        return tuple(bound(name, value) for bound, name, value in wanted if value is not None)


def _number(text: str, least: float = -math.inf, most: float = math.inf) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and least <= value <= most else None


def _share(text: str) -> float | None:
    return _number(text, 0, 1)


def _beta(text: str) -> float | None:
    return _number(text, LOWEST_BETA, HIGHEST_BETA)


def _rows(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _name(text: str) -> str | None:
    return text if 0 < len(text) <= _LONGEST_NAME else None


def _data(text: str) -> str | None:
    return text if re.fullmatch(r"[a-z0-9_-]{1,64}", text) else None


def _metric(text: str) -> str | None:
    return text if text in OBJECTIVES else None


# field -> its key in the URL, and how its text is read (None: rubbish, use the default)
_KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "data": ("data", _data),
    "model": ("model", _name),
    "threshold": ("t", _number),
    "metric": ("metric", _metric),
    "beta": ("beta", _beta),
    "low": ("from", _number),
    "high": ("to", _number),
    "min_recall": ("min_recall", _share),
    "min_precision": ("min_precision", _share),
    "max_flagged": ("max_flagged", _rows),
}


def from_query(query: Mapping[str, str]) -> View | None:
    """Read a URL's parameters and drop what makes no sense; None when nothing in it is ours."""
    known = {field: (key, read) for field, (key, read) in _KEYS.items() if key in query}
    if not known:
        return None
    values = {field: read(query[key]) for field, (key, read) in known.items()}
    view = View(**{field: value for field, value in values.items() if value is not None})
    return _with_sound_range(view)


def _with_sound_range(view: View) -> View:
    if view.low is None or view.high is None or view.low < view.high:
        return view
    return View(**{**vars(view), "low": None, "high": None})


def in_link(model: str) -> str:
    """Give what a link calls a model: its name, or a digest in place of a name that is too long for an address.

    Examples
    --------
    >>> in_link("forest"), in_link("m" * 300)
    ('forest', '~88c6e4c1d9337601')
    """
    if len(model) <= _LONGEST_NAME:
        return model
    return f"~{hashlib.sha256(model.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def to_query(view: View) -> dict[str, str]:
    """Write the fields that differ from their defaults; `from_query` gives back exactly these values."""
    values = {field.name: getattr(view, field.name) for field in fields(View)}
    if view.model is not None:
        values["model"] = in_link(view.model)
    default = View()
    return {
        _KEYS[name][0]: value if isinstance(value, str) else repr(value)
        for name, value in values.items()
        if value != getattr(default, name)
    }
