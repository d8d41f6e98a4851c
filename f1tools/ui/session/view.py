"""What a visitor is looking at, as a value that the URL can hold.

Each field of a :class:`View` declares its URL parameter and how the text of a link is parsed. Parameters and their
values are a contract: links that were made once must go on working.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from f1tools.classes import RULES
from f1tools.comparison.alignment import ALIGN_BY
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import utf8_safe
from f1tools.formatting.positives import noun_from_text
from f1tools.ui.session.link_names import (
    FILES_PATTERN,
    MAX_NAME_LENGTH,
    linked_limits,
    linked_thresholds,
    model_in_link,
)
from f1tools.ui.session.link_values import (
    Parse,
    choices_json,
    integer,
    number,
    one_of,
    parse_currency,
    parse_threshold,
    text_in_link,
    text_of,
)
from f1tools.what_if import Costs, WhatIf

OBJECTIVES = tuple(name for name in METRICS if metric(name).monotone)
"""Names of the metrics that a threshold can be optimized for, in display order."""
BETA_RANGE = 0.01, 100.0
PREVALENCE_RANGE = 0.0001, 0.9999
WEIGHT_RANGE = 0.001, 1000.0
COST_RANGE = -1e9, 1e9
MAX_SEED = 10**9
SUPPRESSION_SIZES = (3, 5, 6, 10, 11, 16, 20, 30, 50, 100)
"""Sizes below which a memo can leave out counts."""
CALIBRATION_METHODS = ("sigmoid", "isotonic")
ALIGNMENTS = ("best", *ALIGN_BY)
"""What the thresholds of compared models have in common; "best": each is the best one of its model."""
MARGIN_RANGE = 0.0, 1.0
COMPARED = ("models", "groups")
"""What Compare compares, in display order."""
GROUP_VALUES = ("recall", "precision", "objective", "predicted_positive_rate", "false_positive_rate")
"""What is drawn for each group; "objective" is the metric that the best threshold maximizes."""
GROUP_ORDERS = ("name", "value")
PARITY_RATES = ("recall", "predicted_positive_rate", "false_positive_rate")
"""The rates that thresholds of groups can make alike, in display order."""
THRESHOLDS = ("all", "own", "parity")
"""What records and code on Share have: one threshold for all, one for each group, or those that make a rate alike."""
AVERAGES = ("macro", "micro", "weighted")
"""What thresholds of several classes can be tuned for, in display order."""
SHARED = ("all", "one")
"""What Share is about where there are several classes: all, or one against the others."""
PERIODS = ("day", "week", "month", "quarter", "year")
"""What a number of cases and a total cost can refer to."""
SCENARIOS = ("prevalence", "costs", "reviews", "triage", "weights")
"""Keys of the scenarios on What if, in display order."""

MAX_NAMES_LENGTH = 1000

_IDENTIFIER, _NAME, _SHARE = text_of(r"[a-z0-9_-]{1,64}"), text_of(rf".{{1,{MAX_NAME_LENGTH}}}"), number(0, 1)
_COST, _WEIGHT, _FLAG = number(*COST_RANGE), number(*WEIGHT_RANGE), one_of((True,))


def _parameter(default: Any, name: str, parse: Parse, scenario: str = "", *, recorded: bool = True) -> Any:
    """Declare a field: its default, its URL parameter, its scenario, and whether records contain it."""
    recorded = recorded and bool(scenario)
    metadata = {"parameter": name, "parse": parse, "scenario": scenario, "recorded": recorded}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class View:
    """One state of the pages; only values other than the defaults appear in the URL.

    Attributes
    ----------
    data
        Id of a sample, or fingerprint of an upload and of how it was read; None is the first sample.
    files
        The uploaded files: names and the start of their SHA-256 digests, for people.
    read_as
        Reading choices as JSON, where the reader would read the files differently without them.
    model
        Name of a score column; None is the first one.
    noun
        What the visitor calls positive cases, such as "fraud"; None names them by their label.
    threshold
        None is the best threshold by the metric, inf flags nothing.
    metric, beta
        The objective; beta applies to `fbeta` only.
    zoom_low, zoom_high
        Range of thresholds on Explore; None is the end of the range of scores.
    min_recall, min_precision, max_flagged, max_flagged_share
        Constraints on the best threshold: shares, except for `max_flagged`, a number of rows.
    scenario
        Key of the scenario that is open on What if.
    prevalence, class_weight, positive_weight
        Another prevalence, weight of a positive in training and in the evaluation; None leaves it unchanged.
    cost_fp, cost_fn, cost_tp, cost_tn
        Cost of each outcome; negative costs are earnings.
    currency
        What the costs are in, such as "€"; None shows bare numbers.
    cost_cases, cost_period
        Number of cases in a period, for the total cost.
    use_amounts
        Whether a missed case costs the amount in its row instead of `cost_fn`.
    daily_cases, daily_reviews
        Cases a day, and how many of them can be reviewed.
    triage_low, triage_high
        The two thresholds of the triage; None are the suggested ones.
    max_false, max_missed
        What the suggested triage keeps to: the largest share of false alarms among the automatic positives, and of
        missed cases among all positives.
    calibration_method
        How the scores are calibrated on Calibration.
    seed
        Random state of the resampling.
    suppress_below
        Memos leave out counts below this; None shows all counts.
    experiment
        Id of the data on Strategies; None is the current data set, else the first sample with strategies.
    strategy
        Name of the score column whose curve is drawn there; None is the best one.
    reference
        Name of the score column that the others are compared with there; None is the default.
    by_share
        Whether curves there and on Compare are drawn against the share of flagged rows instead of the threshold.
    compared_with
        The model that Compare compares the others with, as links name it; None is the current model.
    align_by
        What the thresholds of the compared models have in common.
    margin
        Models whose metrics differ by less are equally good.
    highlighted
        The models with colored lines on Compare, as :func:`models_in_link` names them; None are the best ones.
    flips_of
        The model whose decisions are compared with those of the reference row by row, as links name it; None is the
        best other one.
    compared
        Whether Compare compares models or groups.
    group_value, group_order
        The value that is drawn for each group there, and what groups are sorted by.
    parity_rate, parity_tolerance
        The rate that thresholds of groups make alike there, and the largest difference that is allowed.
    thresholds_for
        Whether records and code have one threshold for all, or one for each group.
    one_class
        The class or label that pages show against all others, where there are several; None is the first one.
    class_thresholds
        Thresholds of other labels that were set by hand, as JSON.
    average
        What thresholds of several classes are tuned for.
    class_rule
        How several classes are decided.
    class_limits
        The least precision or recall of labels, as JSON.
    shared
        Whether Share is about all classes, or about one against all others.
    """

    data: str | None = _parameter(None, "data", _IDENTIFIER)
    files: str | None = _parameter(None, "file", text_of(FILES_PATTERN))
    read_as: str | None = _parameter(None, "read", choices_json)
    model: str | None = _parameter(None, "model", _NAME)
    noun: str | None = _parameter(None, "noun", noun_from_text)
    threshold: float | None = _parameter(None, "t", parse_threshold)
    metric: str = _parameter("f1", "metric", one_of(OBJECTIVES))
    beta: float = _parameter(2.0, "beta", number(*BETA_RANGE))
    zoom_low: float | None = _parameter(None, "from", number())
    zoom_high: float | None = _parameter(None, "to", number())
    min_recall: float | None = _parameter(None, "min_recall", _SHARE)
    min_precision: float | None = _parameter(None, "min_precision", _SHARE)
    max_flagged: int | None = _parameter(None, "max_flagged", integer())
    max_flagged_share: float | None = _parameter(None, "max_flagged_share", _SHARE)
    scenario: str = _parameter("prevalence", "what", one_of(SCENARIOS))
    prevalence: float | None = _parameter(None, "prevalence", number(*PREVALENCE_RANGE), "prevalence")
    class_weight: float | None = _parameter(None, "class_weight", _WEIGHT, "weights")
    positive_weight: float | None = _parameter(None, "positive_weight", _WEIGHT, "weights")
    cost_fp: float = _parameter(1.0, "fp", _COST, "costs")
    cost_fn: float = _parameter(5.0, "fn", _COST, "costs")
    cost_tp: float = _parameter(0.0, "tp", _COST, "costs")
    cost_tn: float = _parameter(0.0, "tn", _COST, "costs")
    currency: str | None = _parameter(None, "currency", parse_currency, "costs", recorded=False)
    cost_cases: int | None = _parameter(None, "volume", integer(1), "costs", recorded=False)
    cost_period: str = _parameter("month", "per", one_of(PERIODS), "costs", recorded=False)
    use_amounts: bool = _parameter(False, "amounts", _FLAG, "costs")
    daily_cases: int | None = _parameter(None, "cases", integer(1), "reviews")
    daily_reviews: int | None = _parameter(None, "reviews", integer(), "reviews")
    triage_low: float | None = _parameter(None, "no", parse_threshold, "triage")
    triage_high: float | None = _parameter(None, "yes", parse_threshold, "triage")
    max_false: float = _parameter(0.1, "max_false", _SHARE, "triage")
    max_missed: float = _parameter(0.05, "max_missed", _SHARE, "triage")
    calibration_method: str = _parameter("sigmoid", "recalibration", one_of(CALIBRATION_METHODS))
    seed: int = _parameter(0, "seed", integer(high=MAX_SEED))
    suppress_below: int | None = _parameter(None, "hide", one_of(SUPPRESSION_SIZES))
    experiment: str | None = _parameter(None, "lab", _IDENTIFIER)
    strategy: str | None = _parameter(None, "strategy", _NAME)
    reference: str | None = _parameter(None, "against", _NAME)
    by_share: bool = _parameter(False, "by_share", _FLAG)
    compared_with: str | None = _parameter(None, "ref", _NAME)
    align_by: str = _parameter("best", "align", one_of(ALIGNMENTS))
    margin: float = _parameter(0.02, "margin", number(*MARGIN_RANGE))
    highlighted: str | None = _parameter(None, "show", text_of(rf".{{1,{MAX_NAMES_LENGTH}}}"))
    flips_of: str | None = _parameter(None, "flips", _NAME)
    compared: str = _parameter("models", "tab", one_of(COMPARED))
    group_value: str = _parameter("recall", "value", one_of(GROUP_VALUES))
    group_order: str = _parameter("name", "sort", one_of(GROUP_ORDERS))
    parity_rate: str = _parameter("recall", "alike", one_of(PARITY_RATES))
    parity_tolerance: float = _parameter(0.05, "within", _SHARE)
    thresholds_for: str = _parameter("all", "thresholds", one_of(THRESHOLDS))
    one_class: str | None = _parameter(None, "class", _NAME)
    class_thresholds: str | None = _parameter(None, "at", linked_thresholds)
    average: str = _parameter("macro", "average", one_of(AVERAGES))
    class_rule: str = _parameter("own", "rule", one_of(RULES))
    class_limits: str | None = _parameter(None, "limits", linked_limits)
    shared: str = _parameter("all", "share", one_of(SHARED))

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self | None:
        """Read the parameters of a URL and drop invalid values; None where no parameter is known.

        Text that no URL can hold, such as a lone surrogate, is invalid for every parameter.
        """
        known = [each for each in fields(cls) if each.metadata["parameter"] in query]
        if not known:
            return None
        texts = {each: query[each.metadata["parameter"]] for each in known}
        values = {each.name: each.metadata["parse"](text) for each, text in texts.items() if text == utf8_safe(text)}
        view = cls(**{name: value for name, value in values.items() if value is not None})
        if view.zoom_low is not None and view.zoom_high is not None and not view.zoom_low < view.zoom_high:
            view = replace(view, zoom_low=None, zoom_high=None)
        if view.triage_low is None or view.triage_high is None or view.triage_low > view.triage_high:
            view = replace(view, triage_low=None, triage_high=None)
        return view

    def missing_from(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return what a URL says and this view does not: text of the URL by field.

        Examples
        --------
        >>> View(threshold=0.3).missing_from({"metric": "accuracyy", "t": "0.3", "min_recall": "1.2", "beta": "2"})
        {'metric': 'accuracyy', 'min_recall': '1.2'}
        """
        texts = {each: query[name] for each in fields(self) if (name := each.metadata["parameter"]) in query}
        read = {each: each.metadata["parse"](text) if text == utf8_safe(text) else None for each, text in texts.items()}
        view = self if self.model is None else replace(self, model=model_in_link(self.model))
        return {
            each.name: texts[each] for each, value in read.items() if value is None or value != getattr(view, each.name)
        }

    def to_query(self) -> dict[str, str]:
        """Return the URL parameters of all values other than the defaults; `from_query` restores exactly these."""
        view = self if self.model is None else replace(self, model=model_in_link(self.model))
        values = ((each, getattr(view, each.name)) for each in fields(view))
        return {each.metadata["parameter"]: text_in_link(value) for each, value in values if value != each.default}

    @classmethod
    def from_scenarios(cls, values: Mapping[str, float | int | bool | None]) -> Self:
        """Return the view with only these scenario parameters set; other parameters are ignored.

        Examples
        --------
        >>> View.from_scenarios({"prevalence": 0.05, "t": 0.3}) == View(prevalence=0.05)
        True
        """
        known = {each.metadata["parameter"] for each in fields(cls) if each.metadata["recorded"]}
        texts = {name: text_in_link(math.inf if x is None else x) for name, x in values.items() if name in known}
        return cls.from_query(texts) or cls()

    def scenario_values(self, *scenarios: str) -> dict[str, float | int | bool | None]:
        """Return by URL parameter what was set for some scenarios, as records contain it; for all if none are named.

        A threshold that flags nothing is None, as in JSON.

        Examples
        --------
        >>> View(prevalence=0.05, threshold=0.3).scenario_values()
        {'prevalence': 0.05}
        """
        chosen = (each for key in scenarios or SCENARIOS for each in fields(self) if each.metadata["scenario"] == key)
        values = ((each, getattr(self, each.name)) for each in chosen)
        return {
            each.metadata["parameter"]: None if value == math.inf else value
            for each, value in values
            if value != each.default and each.metadata["recorded"]
        }

    def uses(self, scenario: str) -> bool:
        """Whether something was set for a scenario; its examples and defaults alone are nobody's assumption."""
        of_scenario = (each for each in fields(self) if each.metadata["scenario"] == scenario)
        return any(getattr(self, each.name) != each.default for each in of_scenario)

    @property
    def what_if(self) -> WhatIf:
        """What is assumed about the model and the cases."""
        return WhatIf(self.class_weight, self.prevalence, self.positive_weight)

    def costs(self) -> Costs:
        """Return the costs.

        Raises
        ------
        InvalidPredictions
            If the costs leave nothing to decide.
        """
        try:
            return Costs(self.cost_fp, self.cost_fn, self.cost_tp, self.cost_tn)
        except ValueError:
            raise InvalidPredictions(
                "With these costs there is nothing to decide: a false alarm must not cost less than a case correctly "
                "not flagged, a missed case must not cost less than a caught one, and one of the two must cost more. "
                "Change a cost."
            ) from None

    @property
    def thresholds_of_classes(self) -> dict[str, float]:
        """Thresholds of labels that were set by hand, without that of the current one."""
        return {} if self.class_thresholds is None else json.loads(self.class_thresholds)

    @property
    def limits_of_classes(self) -> dict[str, dict[str, float]]:
        """The least precision or recall of labels, by label and metric."""
        return {} if self.class_limits is None else json.loads(self.class_limits)

    @property
    def objective(self) -> Metric:
        """The metric that the best threshold maximizes."""
        return metric(self.metric, self.beta if self.metric == "fbeta" else None)

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints on the best threshold."""
        bounds = (
            (Constraint.at_least, "recall", self.min_recall),
            (Constraint.at_least, "precision", self.min_precision),
            (Constraint.at_most, "flagged", self.max_flagged),
            (Constraint.at_most, "predicted_positive_rate", self.max_flagged_share),
        )
        return tuple(make(name, value) for make, name, value in bounds if value is not None)
