"""The state of the pages in a URL."""

import sys
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices
from f1tools.record import FileSeen
from f1tools.ui.session.link import files_in_link, from_query, to_query
from f1tools.ui.session.view import (
    HIGHEST_COST,
    HIGHEST_SEED,
    OBJECTIVES,
    PREVALENCES,
    QUESTIONS,
    RECALIBRATIONS,
    SUPPRESSED,
    WEIGHTS,
    View,
)
from f1tools.what_if import Costs, WhatIf

finite = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1)
costs = st.floats(-HIGHEST_COST, HIGHEST_COST)
LETTERS = "aZ09é🎯 <>&=+%#;.,-_einf\n\x00"
files = st.builds(FileSeen, st.text(LETTERS + "*."), st.integers(0, 9), st.from_regex(r"[0-9a-f]{64}", fullmatch=True))


@st.composite
def views(draw: st.DrawFn) -> View:
    low, high = sorted(draw(st.tuples(finite, finite).filter(lambda pair: pair[0] != pair[1])))
    zones = draw(st.none() | st.tuples(finite, finite).map(sorted)) or (None, None)
    return View(
        data=draw(st.none() | st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True)),
        file=draw(st.none() | st.lists(files, min_size=1, max_size=2).map(files_in_link)),
        read=draw(st.none() | st.text(LETTERS, min_size=1).map(lambda name: Choices(truth=name).to_json())),
        model=draw(st.none() | st.text(LETTERS, min_size=1, max_size=200)),
        threshold=draw(st.none() | finite),
        metric=draw(st.sampled_from(OBJECTIVES)),
        beta=draw(st.floats(0.01, 100)),
        low=draw(st.none() | st.just(low)),
        high=draw(st.none() | st.just(high)),
        min_recall=draw(st.none() | shares),
        min_precision=draw(st.none() | shares),
        max_flagged=draw(st.none() | st.integers(0, 10**15 - 1)),
        question=draw(st.sampled_from(QUESTIONS)),
        prevalence=draw(st.none() | st.floats(*PREVALENCES)),
        class_weight=draw(st.none() | st.floats(*WEIGHTS)),
        positive_weight=draw(st.none() | st.floats(*WEIGHTS)),
        cost_fp=draw(costs),
        cost_fn=draw(costs),
        cost_tp=draw(costs),
        cost_tn=draw(costs),
        amounts=draw(st.booleans()),
        cases=draw(st.none() | st.integers(0, 10**15 - 1)),
        reviews=draw(st.none() | st.integers(0, 10**15 - 1)),
        sure_no=zones[0],
        sure_yes=zones[1],
        max_false=draw(shares),
        max_missed=draw(shares),
        recalibration=draw(st.sampled_from(RECALIBRATIONS)),
        seed=draw(st.integers(0, HIGHEST_SEED)),
        suppress_below=draw(st.none() | st.sampled_from(SUPPRESSED)),
        lab=draw(st.none() | st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True)),
        strategy=draw(st.none() | st.text(LETTERS, min_size=1, max_size=200)),
        against=draw(st.none() | st.text(LETTERS, min_size=1, max_size=200)),
        by_share=draw(st.booleans()),
    )


@given(views())
def test_a_link_gives_back_the_very_same_view(view: View) -> None:
    """Nothing is lost or rounded on the way through the URL; only the defaults leave no trace."""
    assert (from_query(to_query(view)) or View()) == view


def test_the_default_view_has_a_clean_url() -> None:
    """A first visit adds nothing to the address."""
    assert to_query(View()) == {}
    assert from_query({}) is None
    assert from_query({"utm_source": "mail"}) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("t", "abc"),
        ("t", "nan"),
        ("t", "inf"),
        ("t", "1e999"),
        ("t", ""),
        ("model", ""),
        ("model", "m" * 201),
        ("metric", "<script>"),
        ("metric", "predicted_positive_rate"),
        ("beta", "-1"),
        ("beta", "0"),
        ("beta", "1e9"),
        ("data", "../../etc/passwd"),
        ("data", "A" * 65),
        ("from", "nan"),
        ("min_recall", "1.2"),
        ("min_precision", "-0.1"),
        ("max_flagged", "-5"),
        ("max_flagged", "1e3"),
        ("max_flagged", "9" * 400),
        ("what", "<script>"),
        ("prevalence", "0"),
        ("prevalence", "1"),
        ("class_weight", "-2"),
        ("positive_weight", "inf"),
        ("fp", "1e99"),
        ("tn", "nan"),
        ("amounts", "False"),
        ("cases", "-1"),
        ("no", "inf"),
        ("max_false", "1.5"),
        ("recalibration", "magic"),
        ("seed", "x"),
        ("seed", "1000000001"),
    ],
)
def test_rubbish_in_a_link_falls_back_to_the_default(key: str, text: str) -> None:
    """A value that makes no sense is dropped; the others in the same link still count."""
    other = "metric" if key != "metric" else "t"
    sound = {"metric": "mcc", "t": "0.25"}[other]
    assert from_query({key: text, other: sound}) == from_query({other: sound})


@pytest.mark.parametrize(("low", "high"), [("0.6", "0.4"), ("0.5", "0.5")])
def test_a_range_that_is_no_range_is_dropped(low: str, high: str) -> None:
    """An empty or reversed zoom shows everything."""
    assert from_query({"from": low, "to": high}) == View()


@pytest.mark.parametrize("link", [{"no": "0.6", "yes": "0.4"}, {"no": "0.3"}, {"yes": "0.3"}])
def test_two_thresholds_come_in_order_or_not_at_all(link: dict[str, str]) -> None:
    """One alone, or a lower one above the upper one, leaves the suggestion."""
    assert from_query(link) == View()


def test_what_a_view_supposes_and_what_it_costs() -> None:
    """Weights and shares make a what-if, prices make costs, unless there is nothing to decide under them."""
    view = View(prevalence=0.1, class_weight=3.0, cost_fp=2.0)
    assert view.what_if == WhatIf(class_weight=3.0, prevalence=0.1)
    assert view.costs() == Costs(2.0, 5.0, 0.0, 0.0)
    with pytest.raises(InvalidPredictions, match="nothing to decide"):
        View(cost_fp=-1.0).costs()


KEYS = ["t", "model", "data", "beta", "from", "to", "max_flagged", "prevalence", "fp", "cases", "no", "yes", "seed"]


@given(st.dictionaries(st.sampled_from(KEYS), st.text(LETTERS)))
def test_any_text_in_a_link_gives_a_sound_view(query: dict[str, str]) -> None:
    """Whatever stands in the URL, the view is one that could have been chosen."""
    view = from_query(query) or View()
    assert view.low is None or view.high is None or view.low < view.high
    for field in fields(View):
        value = getattr(view, field.name)
        assert not isinstance(value, float) or abs(value) <= sys.float_info.max
