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

from f1tools import words
from f1tools.comparison import compare
from f1tools.decision import decide
from f1tools.errors import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.report import Snapshot, memo_html, take_snapshot
from f1tools.report.suppress import without_small_counts
from f1tools.what_if.side_by_side import Column, Supposition
from tests.report.making import Parsed, as_text, cells, part, predictions, snapshot, snapshot_of, source_of

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
        if words.figure(precision) == table["Precision"] and words.figure(tp / positives) == table["Recall"]:
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
    below = min(below, rows.n_pos)
    decision = decide(rows, threshold=threshold)
    whole, taken = (snapshot_of(decision, rows, suppress_below=k) for k in (0, below))
    every, kept = shown_counts(whole), shown_counts(taken) or [(0, 0), (rows.n_pos, rows.n - rows.n_pos)]
    assert set(kept) <= set(every)
    for one in set(every) - set(kept):
        assert any(is_small(a - b, below) for other in kept for a, b in zip(one, other, strict=True))
    counts = decision.point.counts
    safe = not any(is_small(count, below) for count in (counts.tp, counts.fp, counts.fn, counts.tn))
    assert (taken.headline == whole.headline) == safe
    assert (part(taken, "sure").table is not None) == safe


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
    asked = Supposition("another mix", ("Then 3 cases.",), "", (Column("Now", "0.5", decision.point.counts),))
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


def test_a_size_below_0() -> None:
    """A size is a number of cases."""
    with pytest.raises(ValueError, match="from 0 up"):
        snapshot(suppress_below=-1)


def test_payloads_are_not_changed() -> None:
    """What is handed in stays as it is."""
    payload = dict(snapshot().card or {})
    before = json.dumps(payload)
    without_small_counts(payload, 10)
    assert json.dumps(payload) == before
