"""Small counts stay out of a memo, and nothing that is displayed lets anybody compute one."""

from __future__ import annotations

import json
import re
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.decision import compare, decide
from f1tools.memo import Snapshot, build_snapshot, memo_html
from f1tools.memo.suppression import suppress_stops
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from tests.memo.helpers import (
    ParsedPage,
    as_json,
    cells,
    predictions,
    scenario,
    section,
    snapshot,
    snapshot_of,
    source_of,
    warnings,
)

Flagged = tuple[int, int]  # true and false positives
LINK: dict[str, Any] = {"settings": {"limit": "x"}, "link": "https://example.org/"}


@st.composite
def two_models(draw: st.DrawFn) -> Predictions:
    """Draw rows of two models whose scores have few or many distinct values, with enough rows of both classes."""
    n, levels = draw(st.integers(40, 90)), draw(st.integers(3, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    y_true = np.arange(n) < n * draw(st.sampled_from([0.2, 0.3, 0.5]))
    scores = [np.round((rng.random(n) + y_true * draw(st.sampled_from([0.2, 0.7]))) * levels) / levels for _ in "ab"]
    return Predictions.from_arrays(y_true, {"a": scores[0], "b": scores[1]})


def stops(snapshot: Snapshot) -> list[Flagged]:
    """Return the counts at the stops of the card."""
    card: Any = snapshot.card
    return [] if card is None else list(zip(card["tp"], card["fp"], strict=True))


def is_small(step: int, below: int) -> bool:
    return 0 < abs(step) < below


def unsafe(point: Flagged, others: list[Flagged], below: int) -> bool:
    """Return whether a point differs by a small count from one of the others."""
    return any(is_small(a - b, below) for other in others for a, b in zip(point, other, strict=True))


def explanations(precision: str, recall: str, positives: int, negatives: int) -> list[Flagged]:
    """Return all counts that give this precision and recall as printed."""
    return [
        (tp, fp)
        for tp, fp in product(range(positives + 1), range(negatives + 1))
        if formatting.metric_value(tp / (tp + fp) if tp + fp else float("nan")) == precision
        and formatting.metric_value(tp / positives) == recall
    ]


@given(two_models(), st.integers(2, 12), st.none() | st.sampled_from([0.5, 0.31, 1.0]))
def test_displayed_counts_differ_by_no_small_count(rows: Predictions, below: int, threshold: float | None) -> None:
    """No two of the counts at stops and of the counts behind printed metrics differ by a small count."""
    below = min(below, rows.n_pos)
    memo = snapshot_of(decide(rows.curves(), threshold=threshold), rows, comparison=compare(rows), suppress_below=below)
    ends = [(0, 0), (rows.n_pos, rows.n - rows.n_pos)]
    known: list[list[Flagged]] = [[one] for one in (*ends, *stops(memo))]
    uncertainty, row = section(memo, "uncertainty"), cells(section(memo, "comparison"))["a (this memo)"]
    if uncertainty.table is not None:
        table = cells(uncertainty)
        known.append(explanations(table["Precision"][0], table["Recall"][0], *ends[1]))
    if row[2] != "withheld":
        known.append(explanations(row[2], row[3], *ends[1]))
    for one, other in combinations(known, 2):
        assert any(not is_small(a - b, below) and not is_small(c - d, below) for (a, c) in one for (b, d) in other)
        if len(one) == len(other) == 1:  # there is only one explanation
            assert not any(is_small(a - b, below) for a, b in zip(one[0], other[0], strict=True))


@given(two_models(), st.integers(2, 12), st.none() | st.sampled_from([0.5, 0.31]))
def test_safe_counts_are_displayed(rows: Predictions, below: int, threshold: float | None) -> None:
    """A safe decision keeps its metrics; with a safe best threshold the card keeps every stop that it can."""
    below = min(max(below, 3), rows.n_pos)
    decision = decide(rows.curves(), threshold=threshold)
    full, suppressed = (snapshot_of(decision, rows, suppress_below=minimum) for minimum in (0, below))
    counts = decision.point.counts
    safe = not any(is_small(int(count), below) for count in (counts.tp, counts.fp, counts.fn, counts.tn))
    assert (suppressed.headline == full.headline) == safe
    assert (section(suppressed, "uncertainty").table is not None) == safe
    best = decision.curves.evaluation.at(float(decision.best_threshold_text)).counts
    points = [(0, 0), (rows.n_pos, rows.n - rows.n_pos), *((int(c.tp), int(c.fp)) for c in (counts, best))]
    together = not any(unsafe(one, [other], below) for one, other in combinations(points, 2))
    if suppressed.card is None:
        inner = set(stops(full)) - set(points[:2])
        assert not together or all(unsafe(one, points, below) for one in inner)
        return
    assert together
    assert set(stops(suppressed)) <= set(stops(full))
    for one in set(stops(full)) - set(stops(suppressed)):
        assert unsafe(one, stops(suppressed), below)


@given(two_models(), st.integers(2, 12))
def test_marks_keep_their_decisions(rows: Predictions, below: int) -> None:
    """Current and best threshold have their counts of the full card; so has 0.5, unless it is suppressed."""
    full, suppressed = (snapshot(rows, suppress_below=minimum).card for minimum in (0, min(below, rows.n_pos)))
    assert full is not None
    if suppressed is None:
        return
    for name in ("current", "best", "half"):
        if suppressed[name] is not None:
            there, here = ((card["tp"][card[name]], card["fp"][card[name]]) for card in (full, suppressed))
            assert there == here
    assert None not in (suppressed["current"], suppressed["best"])


def test_nothing_is_suppressed_by_default() -> None:
    """Without a minimum, and with a minimum of 1, everything is displayed."""
    rows = predictions()
    assert snapshot(rows).card == snapshot(rows, suppress_below=1).card
    assert "withheld" not in as_json(snapshot(rows, suppress_below=1))


def test_a_decision_that_would_reveal_a_count() -> None:
    """Its threshold is displayed without its metrics and without other thresholds, also in the page."""
    y_score = np.repeat([0.9, 0.7, 0.7, 0.6, 0.2], [20, 15, 3, 20, 20])
    rows = Predictions.from_arrays(np.arange(78) < 35, y_score)
    memo = snapshot(rows, suppress_below=10)
    page = memo_html(memo)
    assert (memo.threshold, memo.card, section(memo, "uncertainty").table) == ("0.7", None, None)
    assert "withheld" in memo.headline
    assert "The results at other thresholds are withheld" in ParsedPage(page).text
    for metric in ("0.921", "0.959"):  # precision and F1
        assert metric in memo_html(snapshot(rows))
        assert metric not in page + as_json(memo)


def test_the_page_has_the_suppressed_card() -> None:
    """The payload in the page is the suppressed one, a copy, and the page says how few thresholds there are."""
    rows = predictions(3000)
    memo, full = snapshot(rows, suppress_below=100), snapshot(rows)
    page = memo_html(memo)
    payload = re.search(r'id="payload">(.*?)</script>', page)
    assert payload is not None
    assert json.loads(payload[1]) == memo.card == suppress_stops(full.card or {}, 100)
    assert full.card == snapshot(rows).card != memo.card
    assert f"Only {len(stops(memo))} thresholds are shown." in ParsedPage(page).text
    assert "thresholds are shown." not in ParsedPage(memo_html(full)).text


def test_scenarios_and_dropped_rows() -> None:
    """What-ifs are left out, and small numbers of dropped rows are not displayed."""
    rows = predictions(400)
    decision = decide(rows.curves())
    source = source_of(rows, dropped={"missing truth": 7, "wrong number of cells": 50})
    memo = build_snapshot(decision, source, scenarios=[scenario(decision, sentence="3 cases.")], suppress_below=10)
    assert section(memo, "scenario").table is None
    assert "3 cases." not in as_json(memo)
    (left_out,) = cells(section(memo, "provenance"))["Left out"]
    assert left_out == "fewer than 10 rows (missing truth); 50 rows (wrong number of cells)"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (predictions(sample_weight=np.ones(300)), "weighted"),
        (predictions(cluster=np.arange(300) // 3), "patient or user"),
        (predictions(20), "only [0-9]+ rows of 'True'"),
        (predictions(60, tuning=np.arange(60) < 40), "only [0-9]+ rows of 'True'"),
    ],
)
def test_weights_clusters_and_small_classes_are_refused(rows: Predictions, message: str) -> None:
    """Weights hide how many rows there are, clusters how many people; a class that is too small leaves nothing."""
    with pytest.raises(InvalidPredictions, match=message):
        snapshot(rows, suppress_below=15)


@pytest.mark.parametrize("below", [-1, 2.5, True, "10", None])
def test_the_minimum_is_an_integer(below: Any) -> None:
    """Anything but an integer of at least 0 is refused."""
    with pytest.raises(ValueError, match="whole number from 0 up"):
        snapshot(suppress_below=below)
    assert snapshot(suppress_below=np.int64(10)).suppress_below == 10


def test_areas_reveal_single_pairs() -> None:
    """An AUC of 0.999 among 12 times 88 pairs is one pair: areas and what follows from them are left out."""
    y_true = np.arange(100) >= 88
    scores = {"a": np.arange(100) + 1.5 * (np.arange(100) == 87), "b": -np.arange(100.0)}
    rows = Predictions.from_arrays(y_true, scores)
    comparison = compare(rows)
    curves = [each.curves for each in comparison.decisions]
    areas = {formatting.metric_value(area) for each in curves for area in (each.roc_auc, each.average_precision)}
    full, suppressed = (
        snapshot_of(decide(rows.curves()), rows, comparison=comparison, suppress_below=k) for k in (0, 10)
    )
    assert "0.999" in areas
    assert all(area in as_json(full) for area in areas)
    assert [area for area in areas if area in as_json(suppressed) + ParsedPage(memo_html(suppressed)).text] == []
    table = section(suppressed, "comparison").table
    assert table is not None
    assert not {"ROC AUC", "Average precision"} & set(table.head)
    assert "Too good to be true?" in warnings(full)
    assert "Too good to be true?" not in warnings(suppressed)


def test_warnings_lose_their_numbers() -> None:
    """Of what was found at a displayed threshold only the action is left; the number of positives is known anyway."""
    rows = Predictions.from_arrays(np.arange(3000) >= 1500, np.arange(3000.0))
    full, suppressed = (warnings(snapshot(rows, suppress_below=k)) for k in (0, 10))
    assert set(suppressed) == set(full) == {"Too good to be true?"}
    text = suppressed["Too good to be true?"]
    assert full["Too good to be true?"].endswith(text)
    assert not any(char.isdigit() for char in text)
    few = Predictions.from_arrays(np.arange(200) < 9, np.random.default_rng(0).random(200))
    (text,) = warnings(snapshot(few, suppress_below=5)).values()
    assert re.findall(r"\d+", text) == ["9"]
    (text,) = warnings(snapshot(few)).values()
    assert len(re.findall(r"\d\.\d+", text)) == 3  # recall with its interval


def test_estimates_are_left_out() -> None:
    """An estimate uses every row, and the bounds of a range of thresholds are the scores of single rows."""
    rows = predictions()
    decision = decide(rows.curves())
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=50)
    text = as_json(snapshot_of(decision, rows, estimate=estimate, suppress_below=10))
    assert formatting.IN_SAMPLE in text
    numbers = re.findall(r"[\d.]+", formatting.threshold_range_text(*decision.same_decisions))
    assert len(numbers) == 2
    numbers.append(formatting.metric_value(estimate.estimate))
    numbers += map(formatting.rounded_threshold, (estimate.threshold_interval.low, estimate.threshold_interval.high))
    assert all(number in as_json(snapshot_of(decision, rows, estimate=estimate)) for number in numbers)
    assert [number for number in numbers if f" {number}" in text] == []
    assert "Same decisions" not in text


@pytest.mark.parametrize("constraint", [Constraint.at_most("flagged", 3), Constraint.at_least("recall", 0.95)])
def test_constraints_reveal_counts(constraint: Constraint) -> None:
    """A constraint that a withheld threshold meets is named nowhere; settings and link would name it."""
    rows = predictions()
    decision = decide(rows.curves(), constraints=[constraint])
    full, suppressed = (snapshot_of(decision, rows, suppress_below=k, **LINK) for k in (0, 20))
    assert not any(str(constraint) in text for text in (as_json(suppressed), memo_html(suppressed)))
    assert (suppressed.settings, suppressed.link) == ({}, "")
    assert full.settings == LINK["settings"]
    assert str(constraint) in full.selection


@pytest.mark.parametrize(("most", "named"), [(60, True), (1, False)])
def test_constraints_at_safe_thresholds_are_named(most: int, named: bool) -> None:
    """A constraint is named where the counts of every model's best threshold could be displayed."""
    rows = predictions(models=("forest", "linear"))
    constraint = Constraint.at_most("flagged", 60)
    decision = decide(rows.curves(), constraints=[constraint])
    others = compare(rows, constraints=[Constraint.at_most("flagged", most)])
    memo = snapshot_of(decision, rows, suppress_below=3, comparison=others, **LINK)
    assert (str(constraint) in memo.selection) == (str(constraint) in as_json(memo)) == named
    assert memo.settings == (LINK["settings"] if named else {})


def test_warnings_about_the_decision() -> None:
    """There are warnings about a threshold by hand only where its counts are displayed."""
    rows = predictions(3000)
    scores, constraint = rows.scores["forest"], Constraint.at_least("precision", 0.5)
    flags_five = float(np.sort(scores)[-5])
    few = snapshot_of(decide(rows.curves(), constraints=[constraint], threshold=flags_five), rows, suppress_below=10)
    assert warnings(few) == {}
    many = snapshot_of(decide(rows.curves(), threshold=0.9), rows, suppress_below=10)
    assert set(warnings(many)) == {"Worse than flagging every case"}
