"""A record that would disarm the gate does not pass for right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from f1tools.record import DecisionRecord, Expected, FileSeen, Verification, record_of, verify
from f1tools.uncertainty import tuned_estimate
from tests.record.making import Made, made, patients, source
from tests.record.test_verify import NO_ESTIMATE, names, shuffled

OLD = "1.26.4"
SAME, OTHER = FileSeen("patients.csv", 3, "ab" * 32), FileSeen("other.csv", 4, "cd" * 32)
MAJOR, MINOR, _ = np.__version__.split(".", 2)


def changed(record: DecisionRecord, numpy: str = np.__version__, **expected: Any) -> DecisionRecord:
    """Say something else about new rows, in the name of some numpy."""
    assert record.expected is not None
    return replace(record, versions={**record.versions, "numpy": numpy}, expected=replace(record.expected, **expected))


def other_draws(one: Made, seed: int) -> DecisionRecord:
    """Record what other random numbers give, as another numpy would draw them from the same seed."""
    estimate = tuned_estimate(one.decision.curves.tuning, one.decision.objective, random_state=seed)
    record = record_of(one.decision, source(one.predictions), estimate=estimate)
    return changed(record, OLD, random_state=0)


@pytest.mark.parametrize("objective", ["f1", "lift"])
@pytest.mark.parametrize("weighted", [False, True])
def test_other_resamples_are_near(objective: str, weighted: bool) -> None:
    """What another numpy draws agrees nearly, and a note names both versions; the same numpy draws the same."""
    one = made(patients(weighted=weighted), objective=objective)
    for seed in (1, 2):
        record = other_draws(one, seed)
        found = verify(record, one.predictions)
        assert found.differences == ()
        if record.expected is not None and len(set(record.expected.threshold_interval)) == 2:
            assert found.notes == (
                "What to expect on new rows agrees only nearly: other random resamples, the record's are of numpy "
                f"{OLD}, these of {np.__version__}.",
            )
            here = changed(record, f"{MAJOR}.{MINOR}.999")
            assert not verify(here, one.predictions, [SAME]).agrees


ENDS = ("low", "high")
ONE = made(n_resamples=400)


def shifted(expected: Expected) -> dict[str, dict[str, Any]]:
    """Give what would disarm a gate."""
    low, high = expected.threshold_interval
    assert low is not None
    assert high is not None
    assert expected.value is not None
    wide = high - low
    return {
        "everything": {"threshold_interval": (-1e9, 1e9)},
        "a range of all scores": {"threshold_interval": (0.0, 1.0)},
        "above all scores": {"threshold_interval": (low, None)},
        "beyond half the width": {"threshold_interval": (low - 0.51 * wide, high)},
        "a low value": {"value": expected.value - 0.02},
        "a low value of few resamples": {"value": expected.value - 0.3, "n_resamples": 1},
        "no value": {"value": None},
        "no interval": {"interval": None},
    }


@pytest.mark.parametrize("numpy", [np.__version__, OLD, "", "garbage"])
@pytest.mark.parametrize("how", shifted(ONE.record.expected or Expected(0, 0, None, (0.0, 1.0), 0.95, 1, 0)))
def test_what_is_expected_is_compared_whatever_numpy_it_names(numpy: str, how: str) -> None:
    """No version string opens the gate."""
    assert ONE.record.expected is not None
    assert not verify(changed(ONE.record, numpy, **shifted(ONE.record.expected)[how]), patients()).agrees


@pytest.mark.parametrize(
    ("files", "agrees"), [([SAME], False), ([OTHER], True), ([], True), ([SAME, SAME], True)]
)  # fmt: skip
def test_weighted_rows_are_exact_where_the_bytes_are(files: Sequence[FileSeen], agrees: bool) -> None:
    """Sums of weights round otherwise only where rows may come in another order; the note speaks of nothing else."""
    one = made(patients(weighted=True), n_resamples=400)
    assert one.record.expected is not None
    assert one.record.expected.value is not None
    record = changed(one.record, value=one.record.expected.value + 0.003)
    found = verify(record, one.predictions, files)
    assert found.agrees == agrees
    assert names(found) == ([] if agrees else ["Expected value"])
    rounding = "What to expect on new rows agrees only nearly: sums of weights round otherwise"
    assert any(note.startswith(rounding) for note in found.notes) == agrees
    assert "numpy" not in " ".join(found.notes)
    assert verify(one.record, one.predictions, files).agrees
    assert verify(one.record, shuffled(one.predictions), [OTHER]).agrees


def test_bins_are_looked_for_again() -> None:
    """A record without edges, or with others, would find that scores never move."""
    record = made().record
    edges, shares = record.scores.edges, record.scores.shares
    none = replace(record, scores=replace(record.scores, edges=(), shares=(1.0,)))
    assert names(verify(none, patients())) == [f"Edge {place} of the bins of scores" for place in range(1, 10)]
    moved = (*edges[:-1], (edges[-1] + (record.scores.span[1] or 0.0)) / 2)
    y_score = patients().scores["forest"]
    held = np.histogram(y_score, [-np.inf, *moved, np.inf])[0] / y_score.size
    other = replace(record, scores=replace(record.scores, edges=moved, shares=tuple(held.tolist())))
    assert names(verify(other, patients())) == ["Edge 9 of the bins of scores"]
    assert len(shares) == 10


def test_bins_of_weighted_rows_may_lie_one_score_apart() -> None:
    """Where sums in another order choose the other of two edges that are equally good; no further, nor on one file."""
    predictions = patients(weighted=True)
    record = made(predictions).record
    scores = np.unique(predictions.scores["forest"])
    place = int(np.searchsorted(scores, record.scores.edges[4]))
    for steps, agrees in ((1, True), (2, False)):
        edges = (*record.scores.edges[:4], float(scores[place + steps]), *record.scores.edges[5:])
        weight, y_score = predictions.sample_weight, predictions.scores["forest"]
        held = np.histogram(y_score, [-np.inf, *edges, np.inf], weights=weight)[0]
        other = replace(record, scores=replace(record.scores, edges=edges, shares=tuple((held / held.sum()).tolist())))
        assert verify(other, predictions, [OTHER]).agrees == agrees
        assert not verify(other, predictions, [SAME]).agrees


def test_a_record_without_an_estimate_is_told() -> None:
    """It is right as far as it goes, and that is not far."""
    assert verify(made(n_resamples=0).record, patients()) == Verification((), (NO_ESTIMATE,))
    taken_out = replace(made().record, expected=None)
    assert verify(taken_out, patients()).notes == (NO_ESTIMATE,)


def test_how_the_rows_are_read_is_compared() -> None:
    """The negative label, the rows left out by reason, and the sizes of files that are the recorded ones."""
    record = made().record
    read_as = replace(record.source.read_as, neg_label="unknown")
    other = replace(record, source=replace(record.source, read_as=read_as))
    assert names(verify(other, patients())) == ["Negative label that is read"]
    dropped = replace(record, source=replace(record.source, dropped={"missing score": 3}))
    assert verify(dropped, patients()).agrees
    assert verify(dropped, patients(), left_out={"missing score": 3}).agrees
    told = verify(dropped, patients(), left_out={"missing truth": 2}).differences
    assert [str(each) for each in told] == [
        "Rows left out, “missing score”: recorded 3, found 0", "Rows left out, “missing truth”: recorded 0, found 2",
    ]  # fmt: skip
    larger = FileSeen("patients.csv", 4, SAME.sha256)
    assert [str(each) for each in verify(record, patients(), [larger]).differences] == [
        "Bytes of “patients.csv”: recorded 3, found 4"
    ]


def test_notes_do_not_contradict_differences() -> None:
    """Rows with another label are not the same rows, whatever their table of counts."""
    record, other = made().record, replace(patients(), pos_label="ill")
    found = verify(record, other, [OTHER])
    assert names(found) == ["Positive label"]
    assert not any("the same rows" in note for note in found.notes)
