"""What a visitor is looking at, as a value that travels in the URL."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from f1tools.constraints import Constraint
from f1tools.errors import InvalidPredictions
from f1tools.metrics import METRICS, Metric, metric
from f1tools.what_if import Costs, WhatIf

OBJECTIVES = tuple(name for name in METRICS if metric(name).rewards_catching)
"""Names of the metrics that a threshold can sensibly be best by, in display order."""

LOWEST_BETA, HIGHEST_BETA = 0.01, 100.0
PREVALENCES = 0.0001, 0.9999
WEIGHTS = 0.001, 1000.0
HIGHEST_COST = 1e9
HIGHEST_SEED = 10**9
QUESTIONS = ("prevalence", "costs", "reviews", "triage", "weights")
RECALIBRATIONS = ("sigmoid", "isotonic")
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
    question
        Which question of What if is open.
    prevalence, class_weight, positive_weight
        What-ifs: another share of positives, weights in training and in the evaluation; None leaves it as it is.
    cost_fp, cost_fn, cost_tp, cost_tn
        What each outcome costs; below 0 it earns.
    amounts
        Whether a miss costs the row's own amount instead.
    cases, reviews
        Cases a day, and how many of them can be looked at.
    sure_no, sure_yes
        The two thresholds between which people decide; None is the suggestion.
    max_false, max_missed
        What the suggestion keeps: the share of the sure yes that is wrong, and of all real cases that end as a sure no.
    recalibration
        How the scores are calibrated on Calibration.
    seed
        Of the resamples behind the honest estimates.
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
    question: str = "prevalence"
    prevalence: float | None = None
    class_weight: float | None = None
    positive_weight: float | None = None
    cost_fp: float = 1.0
    cost_fn: float = 5.0
    cost_tp: float = 0.0
    cost_tn: float = 0.0
    amounts: bool = False
    cases: int | None = None
    reviews: int | None = None
    sure_no: float | None = None
    sure_yes: float | None = None
    max_false: float = 0.1
    max_missed: float = 0.05
    recalibration: str = "sigmoid"
    seed: int = 0

    @property
    def what_if(self) -> WhatIf:
        """What is supposed of the model and of the cases."""
        return WhatIf(self.class_weight, self.prevalence, self.positive_weight)

    def costs(self) -> Costs:
        """Give the costs.

        Raises
        ------
        InvalidPredictions
            When there is nothing to decide under them.
        """
        try:
            return Costs(self.cost_fp, self.cost_fn, self.cost_tp, self.cost_tn)
        except ValueError:
            raise InvalidPredictions(
                "Under these prices there is nothing to decide: a false alarm must not cost less than a case rightly "
                "left alone, nor a miss less than a catch, and one of the two must cost more. Change a price."
            ) from None

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


def _prevalence(text: str) -> float | None:
    return _number(text, *PREVALENCES)


def _weight(text: str) -> float | None:
    return _number(text, *WEIGHTS)


def _cost(text: str) -> float | None:
    return _number(text, -HIGHEST_COST, HIGHEST_COST)


def _among(*allowed: str) -> Callable[[str], str | None]:
    return lambda text: text if text in allowed else None


def _yes(text: str) -> bool | None:
    return True if text == "True" else None


def _beta(text: str) -> float | None:
    return _number(text, LOWEST_BETA, HIGHEST_BETA)


def _rows(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _seed(text: str) -> int | None:
    seed = _rows(text)
    return seed if seed is not None and seed <= HIGHEST_SEED else None


def _name(text: str) -> str | None:
    return text if 0 < len(text) <= _LONGEST_NAME else None


def _data(text: str) -> str | None:
    return text if re.fullmatch(r"[a-z0-9_-]{1,64}", text) else None


# field -> its key in the URL, and how its text is read (None: rubbish, use the default)
_KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "data": ("data", _data),
    "model": ("model", _name),
    "threshold": ("t", _number),
    "metric": ("metric", _among(*OBJECTIVES)),
    "beta": ("beta", _beta),
    "low": ("from", _number),
    "high": ("to", _number),
    "min_recall": ("min_recall", _share),
    "min_precision": ("min_precision", _share),
    "max_flagged": ("max_flagged", _rows),
    "question": ("what", _among(*QUESTIONS)),
    "prevalence": ("prevalence", _prevalence),
    "class_weight": ("class_weight", _weight),
    "positive_weight": ("positive_weight", _weight),
    "cost_fp": ("fp", _cost),
    "cost_fn": ("fn", _cost),
    "cost_tp": ("tp", _cost),
    "cost_tn": ("tn", _cost),
    "amounts": ("amounts", _yes),
    "cases": ("cases", _rows),
    "reviews": ("reviews", _rows),
    "sure_no": ("no", _number),
    "sure_yes": ("yes", _number),
    "max_false": ("max_false", _share),
    "max_missed": ("max_missed", _share),
    "recalibration": ("recalibration", _among(*RECALIBRATIONS)),
    "seed": ("seed", _seed),
}


def from_query(query: Mapping[str, str]) -> View | None:
    """Read a URL's parameters and drop what makes no sense; None when nothing in it is ours."""
    known = {field: (key, read) for field, (key, read) in _KEYS.items() if key in query}
    if not known:
        return None
    values = {field: read(query[key]) for field, (key, read) in known.items()}
    return _sound(View(**{field: value for field, value in values.items() if value is not None}))


def _sound(view: View) -> View:
    """Drop pairs whose ends are in the wrong order."""
    if view.low is not None and view.high is not None and not view.low < view.high:
        view = _without(view, "low", "high")
    if view.sure_no is None or view.sure_yes is None or view.sure_no > view.sure_yes:
        view = _without(view, "sure_no", "sure_yes")
    return view


def _without(view: View, *names: str) -> View:
    default = View()
    defaults: dict[str, Any] = {name: getattr(default, name) for name in names}
    return replace(view, **defaults)


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
