"""Small counts stay out, and nothing that is shown lets anybody compute one."""

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
from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.core.errors import InvalidPredictions
from f1tools.decision import decide
from f1tools.memo import Snapshot, memo_html, take_snapshot
from f1tools.memo.suppress import without_small_counts
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.memo.making import Parsed, as_text, cells, part, predictions, snapshot, snapshot_of, source_of

Flagged = tuple[int, int]


@st.composite
def some_rows(draw: st.DrawFn) -> Predictions:
    """Draw rows of two models whose scores have few or many values, with both classes in numbers."""
    n, levels = draw(st.integers(40, 90)), draw(st.integers(3, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    y_true = np.arange(n) < n * draw(st.sampled_from([0.2, 0.3, 0.5]))
    scores = [np.round((rng.random(n) + y_true * draw(st.sampled_from([0.2, 0.7]))) * levels) / levels for _ in "ab"]
    return Predictions.from_arrays(y_true, {"a": scores[0], "b": scores[1]})


def shown_counts(taken: Snapshot) -> list[Flagged]:
    """Give the counts that the card tells at its stops, and those at the two ends, which the numbers of rows tell."""
    card: Any = taken.card
    return [] if card is None else list(zip(card["tp"], card["fp"], strict=True))


def is_small(step: int, below: int) -> bool:
    return 0 < abs(step) < below


def explain(table: dict[str, str], positives: int, negatives: int) -> list[Flagged]:
    """Try all counts that give precision and recall as they are written: what an attacker can do."""
    found = []
    for tp, fp in product(range(positives + 1), range(negatives + 1)):
        precision = tp / (tp + fp) if tp + fp else float("nan")
        if (
            formatting.metric_value(precision) == table["Precision"]
            and formatting.metric_value(tp / positives) == table["Recall"]
        ):
            found.append((tp, fp))
    return found


@given(some_rows(), st.integers(2, 12), st.none() | st.sampled_from([0.5, 0.31, 1.0]))
def test_no_small_count_can_be_told(rows: Predictions, below: int, threshold: float | None) -> None:
    """Of everything shown about the model, counts at stops and counts behind metrics, no two differ by a few cases."""
    below = min(below, rows.n_pos)
    decision = decide(rows, threshold=threshold)
    taken = snapshot_of(decision, rows, comparison=compare(rows), suppress_below=below)
    ends = [(0, 0), (rows.n_pos, rows.n - rows.n_pos)]
    known: list[list[Flagged]] = [[one] for one in (*ends, *shown_counts(taken))]
    sure, row = part(taken, "sure"), cells(part(taken, "compared"))["a (this memo)"]
    tables = [{name: value for name, (value, *_) in cells(sure).items()}] if sure.table else []
    tables += [{"Precision": row[2], "Recall": row[3]}] if row[2] != "withheld" else []
    known += [explain(table, *ends[1]) for table in tables]
    for one, other in combinations(known, 2):
        assert any(not is_small(a - b, below) and not is_small(c - d, below) for (a, c) in one for (b, d) in other)
        if len(one) == len(other) == 1:  # nothing else can be meant
            assert not any(is_small(a - b, below) for a, b in zip(one[0], other[0], strict=True))


@given(some_rows(), st.integers(2, 12), st.none() | st.sampled_from([0.5, 0.31]))
def test_what_is_safe_is_shown(rows: Predictions, below: int, threshold: float | None) -> None:
    """Stops keep their exact counts, and none was left out that could have been kept; the decision comes first."""
    below = min(max(below, 3), rows.n_pos)  # a single case can't hide alone
    decision = decide(rows, threshold=threshold)
    whole, taken = (snapshot_of(decision, rows, suppress_below=k) for k in (0, below))
    every, kept = shown_counts(whole), shown_counts(taken) or [(0, 0), (rows.n_pos, rows.n - rows.n_pos)]
    assert set(kept) <= set(every)
    for one in set(every) - set(kept) if taken.card is not None else ():
        assert any(is_small(a - b, below) for other in kept for a, b in zip(one, other, strict=True))
    counts = decision.point.counts
    safe = not any(is_small(count, below) for count in (counts.tp, counts.fp, counts.fn, counts.tn))
    assert (taken.headline == whole.headline) == safe
    assert (part(taken, "sure").table is not None) == safe


@given(some_rows(), st.integers(2, 12))
def test_a_card_starts_where_something_is_flagged(rows: Predictions, below: int) -> None:
    """A marker that had to go from the decision stands neither where nothing is flagged nor where everything is."""
    taken = snapshot(rows, suppress_below=min(below, rows.n_pos))
    if taken.card is None or taken.card["at_rest"]:
        return
    at = taken.card["current"]
    assert 0 < taken.card["tp"][at] + taken.card["fp"][at] < rows.n
    page = Parsed(memo_html(taken)).text
    assert f"The threshold that was decided on, {taken.written}, is not among these" in page
    assert f"What is shown first is at {taken.card['stops'][at]}, which is not the decision." in page


def test_it_never_starts_at_nothing() -> None:
    """Where the stop next to the decision flags nothing, the card starts at the next one that flags something."""
    payload = {"positives": 40, "negatives": 40, "stops": ["0.1", "0.4", "0.6", "0.7", "0.9"], "half": None}
    payload |= {"tp": [40, 20, 13, 3, 0], "fp": [40, 20, 3, 1, 0], "best": 3, "current": 3}
    kept = without_small_counts(payload, 10)
    assert kept is not None
    assert (kept["stops"], kept["current"]) == (["0.1", "0.4", "0.9"], 1)


@given(some_rows(), st.integers(2, 12))
def test_the_marks_stand_where_they_belong(rows: Predictions, below: int) -> None:
    """A best and a 0.5 that are shown decide as the real ones; those that had to go are spoken of nowhere."""
    whole, taken = (snapshot(rows, suppress_below=k).card for k in (0, min(below, rows.n_pos)))
    assert whole is not None
    if taken is None:
        return
    assert taken["stops"][taken["current"]] in whole["stops"]
    for name in ("best", "half"):
        if taken[name] is not None:
            places = taken[name], whole[name]
            assert [card["tp"][at] for card, at in zip((taken, whole), places, strict=True)] == [
                whole["tp"][whole[name]]
            ] * 2
    if taken["current"] != taken["best"]:
        assert taken["at_rest"] == ""


def test_nothing_is_kept_out_unless_it_is_asked_for() -> None:
    """Without suppression, and with a size of 1, all is shown."""
    rows = predictions()
    assert snapshot(rows).card == snapshot(rows, suppress_below=1).card
    assert "withheld" not in as_text(snapshot(rows, suppress_below=1))


def test_a_decision_that_would_tell() -> None:
    """It is told without its numbers, in the snapshot and in the file; the card stands at the next stop."""
    y_score = np.repeat([0.9, 0.7, 0.7, 0.6, 0.2], [20, 15, 3, 20, 20])
    rows = Predictions.from_arrays(np.arange(78) < 35, y_score)
    taken = snapshot(rows, suppress_below=10)
    page = memo_html(taken)
    assert taken.written == "0.7"
    assert taken.headline == (
        "We act on scores of 0.7 or more. What that catches is withheld, because fewer than 10 cases could be told "
        "from it."
    )
    assert taken.card is not None
    assert (taken.card["best"], taken.card["half"], taken.card["current"]) == (None, 1, 1)
    assert part(taken, "sure").table is None
    payload = re.search(r'id="payload">(.*?)</script>', page)
    assert payload is not None
    assert json.loads(payload[1]) == taken.card
    for metric in ("0.921", "0.959"):  # its precision and F1
        assert metric in memo_html(snapshot(rows))
        assert metric not in page + as_text(taken)
    assert "is not among these" in page


def test_a_card_that_would_tell() -> None:
    """Where hardly a stop remains there is no card, and the file says why."""
    taken = snapshot(predictions(60), suppress_below=15)
    assert taken.card is None
    assert "What other thresholds do is withheld" in Parsed(memo_html(taken)).text


def test_what_else_could_tell() -> None:
    """What-ifs stay out, small numbers of rows left out are not told, nor figures in advice."""
    rows = predictions(400)
    decision = decide(rows)
    asked = ScenarioResult("another mix", ("Then 3 cases.",), "", (Column("Now", "0.5", decision.point.counts),))
    source = source_of(rows, dropped={"missing truth": 7, "wrong number of cells": 50})
    taken = take_snapshot(decision, source, supposed=[asked], suppress_below=10)
    assert part(taken, "supposed").sentences == ("What-ifs are left out of a memo that keeps small counts out.",)
    assert "Then 3 cases." not in as_text(taken)
    left_out = cells(part(taken, "rests"))["Left out"]
    assert left_out == ("fewer than 10 rows (missing truth); 50 rows (wrong number of cells)",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (predictions(sample_weight=np.ones(300)), "weighted"),
        (predictions(20), "only [0-9]+ rows of 'True'"),
        (predictions(60, tunes=np.arange(60) < 40), "only [0-9]+ rows of 'True'"),
    ],
)
def test_refused(rows: Predictions, message: str) -> None:
    """Weights hide how many rows there are; a class or a part that is small itself leaves nothing to show."""
    with pytest.raises(InvalidPredictions, match=message):
        snapshot(rows, suppress_below=15)


@pytest.mark.parametrize("below", [-1, 2.5, True, "10", None])
def test_a_size_is_a_number_of_cases(below: Any) -> None:
    """A size is a whole number."""
    with pytest.raises(ValueError, match="whole number from 0 up"):
        snapshot(suppress_below=below)
    assert snapshot(suppress_below=np.int64(10)).suppress_below == 10


def nearly_parted() -> Predictions:
    """Make 12 positives above 88 negatives, but for one pair in the wrong order; and a model that is no good."""
    y_true = np.arange(100) >= 88
    return Predictions.from_arrays(y_true, {"a": np.arange(100) + 1.5 * (np.arange(100) == 87), "b": -np.arange(100.0)})


def test_areas_tell_of_single_pairs() -> None:
    """An area of 0.999 among 12 times 88 pairs is one pair: neither area is told, nor whether scores are too good."""
    rows = nearly_parted()
    decision, comparison = decide(rows), compare(rows)
    areas = {
        formatting.metric_value(area) for each in comparison.results for area in (each.roc_auc, each.average_precision)
    }
    told, kept = (snapshot_of(decision, rows, comparison=comparison, suppress_below=k) for k in (0, 10))
    assert "0.999" in areas
    assert all(area in as_text(told) for area in areas)
    assert [area for area in areas if area in as_text(kept) + Parsed(memo_html(kept)).text] == []
    table = part(kept, "compared").table
    assert table is not None
    assert not {"ROC AUC", "Average precision"} & set(table.head)
    assert [one.warning for one in kept.sections if one.title == "Too good to be true?"] == [False]  # whoever looks


def test_warnings_without_numbers() -> None:
    """With many rows the warning stays, and says what it means; of what is left out it is said always."""
    rows = Predictions.from_arrays(np.arange(3000) >= 1500, np.arange(3000) + 1.5 * (np.arange(3000) == 1499))
    warned = {one.title: one for one in snapshot(rows, suppress_below=10).sections if one.kind == "careful"}
    assert list(warned) == ["Too good to be true?", "What is left out"]
    assert warned["Too good to be true?"].warning
    assert not any(sign.isdigit() for sign in "".join(warned["Too good to be true?"].sentences))
    assert "Make sure that these rows did not train the model" in warned["Too good to be true?"].sentences[0]


def test_what_new_rows_may_bring_is_not_told() -> None:
    """An estimate is reckoned from all rows, and the ends of a range are the scores of single ones."""
    rows = predictions()
    decision = decide(rows)
    estimate = tuned_estimate(decision.tuning, n_resamples=50)
    text = as_text(snapshot_of(decision, rows, estimate=estimate, suppress_below=10))
    assert formatting.IN_SAMPLE in text
    numbers = [formatting.metric_value(estimate.estimate), *map(formatting.decimal, decision.same_decisions)]
    numbers += map(formatting.rounded_threshold, (estimate.threshold_interval.low, estimate.threshold_interval.high))
    assert all(number in as_text(snapshot_of(decision, rows, estimate=estimate)) for number in numbers)
    assert [number for number in numbers if f" {number}" in text] == []
    assert "Same decisions" not in text


@pytest.mark.parametrize("limit", [Constraint.at_most("flagged", 3), Constraint.at_least("recall", 0.95)])
def test_limits_tell_counts(limit: Constraint) -> None:
    """A limit that a withheld threshold keeps is not named, in no part of the memo; the settings would name it."""
    rows = predictions()
    decision = decide(rows, constraints=[limit])
    more: dict[str, Any] = {"settings": {"limit": str(limit)}, "link": "https://example.org/"}
    told, kept = (snapshot_of(decision, rows, suppress_below=k, **more) for k in (0, 20))
    assert not any(str(limit) in text for text in (as_text(kept), memo_html(kept)))
    assert kept.chosen == "Best F1 on these rows within limits that are withheld"
    assert (kept.settings, kept.link) == ({}, "")
    assert told.chosen == f"Best F1 on these rows with {limit}"


def test_limits_of_counts_that_are_told() -> None:
    """A limit is named where the counts of the threshold that keeps it are told, at every model's best."""
    rows = predictions(models=("forest", "linear"))
    limit = Constraint.at_most("flagged", 60)
    decision = decide(rows, constraints=[limit])
    more: dict[str, Any] = {"settings": {"limit": str(limit)}, "link": "https://example.org/"}
    kept = snapshot_of(decision, rows, suppress_below=3, **more)
    assert kept.chosen == "Best F1 on these rows with at most 60 flagged"
    assert kept.settings == more["settings"]
    tight = compare(rows, constraints=[Constraint.at_most("flagged", 1)])
    withheld = snapshot_of(decision, rows, suppress_below=3, comparison=tight, **more)
    assert withheld.chosen == "Best F1 on these rows within limits that are withheld"


def test_payloads_are_not_changed() -> None:
    """What is handed in stays as it is."""
    payload = dict(snapshot().card or {})
    before = json.dumps(payload)
    without_small_counts(payload, 10)
    assert json.dumps(payload) == before
