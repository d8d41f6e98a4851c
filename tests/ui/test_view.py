"""The view of the pages and its URL parameters."""

import json
import math
import sys
from dataclasses import fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.classes import RULES
from f1tools.core.types import InvalidPredictions
from f1tools.formatting.positives import noun_from_text
from f1tools.readers import Choices
from f1tools.record import FileDigest
from f1tools.ui.session.link_names import LIMITED, files_in_link
from f1tools.ui.session.link_values import MAX_COUNT, parse_currency
from f1tools.ui.session.view import (
    ALIGNMENTS,
    AVERAGES,
    BETA_RANGE,
    CALIBRATION_METHODS,
    COMPARED,
    COST_RANGE,
    GROUP_ORDERS,
    GROUP_VALUES,
    MARGIN_RANGE,
    MAX_SEED,
    OBJECTIVES,
    PARITY_RATES,
    PERIODS,
    PREVALENCE_RANGE,
    SCENARIOS,
    SHARED,
    SUPPRESSION_SIZES,
    THRESHOLDS,
    WEIGHT_RANGE,
    View,
)
from f1tools.what_if import Costs, WhatIf

finite = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1)
counts = st.integers(0, MAX_COUNT)
LETTERS = "aZ09é🎯 <>&=+%#;.,-_einf\n\x00"
names = st.text(LETTERS, min_size=1, max_size=200)
identifiers = st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True)
files = st.builds(
    FileDigest,
    name=st.text(LETTERS + "*."),
    size=st.integers(0, 9),
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
)
pairs = st.tuples(finite, finite).map(sorted)
limits = st.dictionaries(
    st.text(LETTERS, max_size=9),
    st.dictionaries(st.sampled_from(LIMITED), shares, min_size=1),
    min_size=1,
    max_size=3,
).map(json.dumps)
thresholds = st.tuples(finite, finite | st.just(math.inf)).map(sorted)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "data": identifiers,
    "files": st.lists(files, min_size=1, max_size=4).map(files_in_link),
    "read_as": st.text(LETTERS, min_size=1).map(lambda name: Choices(truth=name).to_json()),
    "model": names,
    "noun": names.map(lambda text: noun_from_text(text[:40])).filter(bool),
    "threshold": finite | st.just(math.inf),
    "metric": st.sampled_from(OBJECTIVES),
    "beta": st.floats(*BETA_RANGE),
    "min_recall": shares,
    "min_precision": shares,
    "max_flagged": counts,
    "max_flagged_share": shares,
    "scenario": st.sampled_from(SCENARIOS),
    "prevalence": st.floats(*PREVALENCE_RANGE),
    "class_weight": st.floats(*WEIGHT_RANGE),
    "positive_weight": st.floats(*WEIGHT_RANGE),
    **dict.fromkeys(("cost_fp", "cost_fn", "cost_tp", "cost_tn"), st.floats(*COST_RANGE)),
    "currency": names.map(lambda text: parse_currency(text[:8])).filter(bool),
    "cost_cases": counts.filter(bool),
    "cost_period": st.sampled_from(PERIODS),
    "use_amounts": st.booleans(),
    "daily_cases": counts.filter(bool),
    "daily_reviews": counts,
    "max_false": shares,
    "max_missed": shares,
    "calibration_method": st.sampled_from(CALIBRATION_METHODS),
    "seed": st.integers(0, MAX_SEED),
    "suppress_below": st.sampled_from(SUPPRESSION_SIZES),
    "experiment": identifiers,
    "strategy": names,
    "reference": names,
    "by_share": st.booleans(),
    **dict.fromkeys(("compared_with", "highlighted", "flips_of"), names),
    "align_by": st.sampled_from(ALIGNMENTS),
    "margin": st.floats(*MARGIN_RANGE),
    "compared": st.sampled_from(COMPARED),
    "group_value": st.sampled_from(GROUP_VALUES),
    "group_order": st.sampled_from(GROUP_ORDERS),
    "parity_rate": st.sampled_from(PARITY_RATES),
    "parity_tolerance": shares,
    "thresholds_for": st.sampled_from(THRESHOLDS),
    "one_class": names,
    "class_thresholds": st.dictionaries(st.text(LETTERS, max_size=9), finite, min_size=1, max_size=4).map(json.dumps),
    "average": st.sampled_from(AVERAGES),
    "class_rule": st.sampled_from(RULES),
    "class_limits": limits,
    "shared": st.sampled_from(SHARED),
}
INVALID = {
    "t": ["abc", "nan", "inf", "1e999", ""],
    "model": ["", "m" * 201],
    "metric": ["<script>", "predicted_positive_rate"],
    "beta": ["-1", "0", "1e9"],
    "data": ["../../etc/passwd", "A" * 65],
    "from": ["nan"],
    "min_recall": ["1.2"],
    "min_precision": ["-0.1"],
    "max_flagged": ["-5", "1e3", "9" * 400],
    "max_flagged_share": ["5%", "1.2"],
    "what": ["<script>"],
    "prevalence": ["0", "1"],
    "class_weight": ["-2"],
    "positive_weight": ["inf"],
    "fp": ["1e99"],
    "tn": ["nan"],
    "currency": ["", " \n", "Philippine pesos"],
    "noun": [" ", "n" * 41],
    "volume": ["-1", "0"],
    "per": ["decade"],
    "amounts": ["False"],
    "cases": ["-1", "0"],
    "no": ["inf"],
    "max_false": ["1.5"],
    "recalibration": ["magic"],
    "seed": ["x", "1000000001"],
    "align": ["f1"],
    "margin": ["-0.1", "1.1"],
    "show": ["", "m" * 1001],
    "tab": ["rows"],
    "value": ["f1"],
    "sort": ["rows"],
    "alike": ["precision"],
    "within": ["-0.1", "1.1"],
    "at": ["{}", "[0.3]", '{"toxic": "high"}', '{"toxic": NaN}', '{"toxic": true}', "[" * 1400],
    "average": ["samples"],
    "rule": ["best"],
    "share": ["none"],
    "limits": ["{}", "[0.3]", '{"a": 0.8}', '{"a": {}}', '{"a": {"f1": 0.8}}', '{"a": {"recall": 1.5}}'],
}
PAIRS = {"zoom": pairs.filter(lambda pair: pair[0] < pair[1]), "triage": thresholds}


@st.composite
def views(draw: st.DrawFn) -> View:
    """Draw values for some fields of a view."""
    optional: dict[str, st.SearchStrategy[Any]] = {**VALUES, **PAIRS}
    chosen = draw(st.fixed_dictionaries({}, optional=optional))
    for name in PAIRS:
        if name in chosen:
            chosen[f"{name}_low"], chosen[f"{name}_high"] = chosen.pop(name)
    return View(**chosen)


def test_every_field_is_drawn() -> None:
    """The property tests below leave out no field."""
    ends = {f"{name}_{end}" for name in PAIRS for end in ("low", "high")}
    assert {field.name for field in fields(View)} == set(VALUES) | ends


@given(views())
def test_a_link_restores_exactly_the_same_view(view: View) -> None:
    """Nothing is lost or rounded in the URL; only defaults are left out."""
    assert (View.from_query(view.to_query()) or View()) == view
    assert view.missing_from(view.to_query()) == {}


@given(views())
def test_scenario_values_restore_the_scenarios(view: View) -> None:
    """What a record keeps of the scenarios restores them, and nothing else."""
    restored = View.from_scenarios(view.scenario_values())
    assert restored.scenario_values() == view.scenario_values()
    assert restored.threshold is None


def test_the_default_view_has_a_clean_url() -> None:
    """A first visit adds nothing to the URL, and parameters of others are not ours."""
    assert View().to_query() == {}
    assert View.from_query({}) is None
    assert View.from_query({"utm_source": "mail"}) is None


@pytest.mark.parametrize(
    ("parameter", "text"), [(parameter, text) for parameter, texts in INVALID.items() for text in texts]
)
def test_an_invalid_parameter_falls_back_to_the_default(parameter: str, text: str) -> None:
    """Invalid values are dropped; the other parameters of the link still count."""
    other = {"t": "0.25"} if parameter == "metric" else {"metric": "mcc"}
    view = View.from_query({parameter: text, **other})
    assert view is not None
    assert view == View.from_query(other)
    assert list(view.missing_from({parameter: text, **other}).values()) == [text]


@pytest.mark.parametrize("query", ["from=0.6&to=0.4", "from=0.5&to=0.5", "no=0.6&yes=0.4", "no=0.3", "yes=0.3"])
def test_an_invalid_range_is_dropped(query: str) -> None:
    """An empty or reversed zoom shows everything; the thresholds of a triage come in order or not at all."""
    assert View.from_query(dict(parse_qsl(query))) == View()
    assert len(View().missing_from(dict(parse_qsl(query)))) == query.count("=")


def test_scenario_and_costs_of_a_view() -> None:
    """Weights and prevalence make a what-if, costs make costs, unless they leave nothing to decide."""
    view = View(prevalence=0.1, class_weight=3.0, cost_fp=2.0)
    assert view.what_if == WhatIf(class_weight=3.0, prevalence=0.1)
    assert view.costs() == Costs(2.0, 5.0, 0.0, 0.0)
    with pytest.raises(InvalidPredictions, match="nothing to decide"):
        View(cost_fp=-1.0).costs()


PARAMETERS = [field.metadata["parameter"] for field in fields(View)]


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(LETTERS)))
def test_any_text_in_a_link_gives_a_valid_view(query: dict[str, str]) -> None:
    """Whatever the URL says, the view is one that a visitor could have chosen."""
    view = View.from_query(query) or View()
    assert view.zoom_low is None or view.zoom_high is None or view.zoom_low < view.zoom_high
    for field in fields(View):
        value = getattr(view, field.name)
        assert not isinstance(value, float) or abs(value) <= sys.float_info.max


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(st.characters())))
def test_a_view_of_any_text_has_a_url(query: dict[str, str]) -> None:
    """Whatever a link holds, the view's own parameters can be encoded, and are read the same again."""
    view = View.from_query(query)
    if view is not None:
        assert View.from_query(dict(parse_qsl(urlencode(view.to_query()), keep_blank_values=True))) in (view, None)


@pytest.mark.parametrize("text", ["\ud800", "a\udcff.0123456789abcdef"])
def test_lone_surrogates_are_dropped(text: str) -> None:
    """They are text in no encoding, whether a link holds them or spells them in JSON."""
    assert View.from_query(dict.fromkeys(("model", "file", "strategy", "against"), text)) == View()
    for choices in ({"truth": text}, {"scores": [text]}):
        assert View.from_query({"read": json.dumps(choices)}) == View()
