"""Verifying a record: it agrees to the last count, or every difference is named; and no tampering goes unnoticed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import f1tools
from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import (
    DecisionRecord,
    Expected,
    FileDigest,
    RecordDifference,
    Verification,
    build_record,
    read_record,
    to_json,
    verify,
)
from f1tools.record.objective import RecordedConstraint
from f1tools.uncertainty import tuned_estimate
from f1tools.uncertainty.bootstrap import estimate_from_resamples
from f1tools.uncertainty.resampling import draw_resamples
from tests.record.helpers import (
    RecordedDecision,
    as_data,
    changed,
    digest,
    patients,
    record_decision,
    recorded_decisions,
    replaced,
    shuffled,
    source,
)

OLD_NUMPY = "1.26.4"
MAJOR, MINOR, _ = np.__version__.split(".", 2)
SAME, OTHER = digest(), digest("other.csv", 4, "cd")
BOUNDS = ("lower", "upper")
PATIENT = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))


def names(verification: Verification) -> list[str]:
    """Return what differs."""
    return [each.what for each in verification.differences]


def estimate_of(record: DecisionRecord) -> Expected:
    """Return the estimate for new data of a record that has one."""
    assert record.expected is not None
    return record.expected


def with_numpy(record: DecisionRecord, version: str, **fields: Any) -> DecisionRecord:
    """Return a copy of another numpy and with other fields."""
    return changed(record, versions={**record.versions, "numpy": version}, **fields)


@PATIENT
@given(recorded_decisions(), st.integers(0, 9))
def test_a_record_agrees_with_its_rows(one: RecordedDecision, seed: int) -> None:
    """A record that was written and read agrees with its rows in any order; a note reports a missing estimate."""
    record = read_record(to_json(one.record))
    verification = verify(record, one.predictions)
    assert verification.differences == ()
    assert len(verification.notes) == (record.expected is None)
    # Where weights differ by many magnitudes, 1e-8 beside 1e3, their sum depends on the order.
    weight = one.predictions.sample_weight
    if weight is None or weight.max() < 1e5 * weight[weight > 0].min():
        assert verify(record, shuffled(one.predictions, seed)).agrees


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("roles", [False, True])
@pytest.mark.parametrize("objective", ["f1", "mcc", "precision"])
def test_thousands_of_rows(weighted: bool, roles: bool, objective: str) -> None:
    """Records of thousands of rows agree with the same rows in another order."""
    predictions = patients(3000, weighted=weighted, roles=roles)
    record = record_decision(predictions, objective=objective, constraints=[Constraint.at_least("recall", 0.6)]).record
    assert verify(record, shuffled(predictions)).differences == ()


@pytest.mark.parametrize(
    ("path", "value", "differs"),
    [
        ("pos_label", "ill", ["Positive label"]),
        ("neg_label", "fine", ["Negative label"]),
        ("objective.best_value", 0.5, ["Highest F1"]),
        ("objective.value_where_tuned", 0.5, ["Highest F1 on the tuning rows"]),
        ("same_decisions.above", 0.0, ["Same decisions above"]),
        ("same_decisions.up_to", None, ["Same decisions up to"]),
        ("metrics.f1.value", 0.7, ["F1"]),
        ("metrics.precision.value", None, ["Precision"]),
        ("metrics.recall.interval", [0.1, 0.2], [f"Recall, {side} bound" for side in BOUNDS]),
        ("expected.value", 0.123, ["Expected value"]),
        ("expected.optimism", None, ["Optimism"]),
        ("expected.interval", None, [f"Expected value, {side} bound" for side in BOUNDS]),
        ("expected.threshold_interval", [0.31, None], [f"Best threshold, {side} bound" for side in BOUNDS]),
        ("scores.span", [-1, 2], ["Lowest score", "Highest score"]),
        ("scores.shares", [0.11, 0.09, *[0.1] * 8], [f"Share of scores in bin {n}" for n in (1, 2)]),
        ("data.tables", dict.fromkeys(["tune", "report"], f"sha256:{'0' * 64}"), ["Table of counts"]),
        ("data.read_as.neg_label", "unknown", ["Negative label of the file"]),
        ("objective.not_met", "No threshold gives it.", []),
        ("expected", None, []),
    ],
)  # fmt: skip
def test_each_change_is_one_difference(path: str, value: Any, differs: list[str]) -> None:
    """Each changed field is reported, and nothing else is."""
    data = replaced(as_data(record_decision().record), path, value)
    verification = verify(read_record(json.dumps(data)), patients())
    assert names(verification) == differs
    assert verification.agrees == (not differs)


def test_counts_are_exact() -> None:
    """Counts that differ by one are differences."""
    record = record_decision().record
    counts = record.counts
    wrong = changed(record, cells__tn=counts.tn + 1, cells__fp=counts.fp - 1)
    assert verify(wrong, patients()).differences == (
        RecordDifference("True negatives", f"{counts.tn + 1}", f"{counts.tn}"),
        RecordDifference("False positives", f"{counts.fp - 1}", f"{counts.fp}"),
    )


def test_another_threshold() -> None:
    """Another threshold has other counts; the best threshold stays the same."""
    record = record_decision(threshold=0.5).record
    wrong = changed(record, threshold=0.3, same_decisions__above=None, same_decisions__up_to=None)
    differs = names(verify(wrong, patients()))
    assert {"True positives", "Precision", "Same decisions above"} <= set(differs)
    assert "Best threshold" not in differs


@pytest.mark.parametrize(("error", "agrees"), [(1e-7, False), (1e-13, True)])
def test_metrics_agree_to_nine_digits(error: float, agrees: bool) -> None:
    """A difference that three decimals do not show is shown with all digits."""
    record = record_decision().record
    exact = record.metrics["f1"].value
    assert exact is not None
    wrong = changed(record, metrics={**record.metrics, "f1": changed(record.metrics["f1"], value=exact + error)})
    expected = () if agrees else (RecordDifference("F1", repr(exact + error), repr(exact)),)
    assert verify(wrong, patients()).differences == expected


def test_other_rows() -> None:
    """Another label, and weights or roles on one side only, make other rows; another model is compared no further."""
    predictions, weighted, apart = patients(), patients(weighted=True), patients(roles=True)
    record, y_true = record_decision().record, predictions.y_true.copy()
    y_true[np.argmax(y_true)] = False
    assert names(verify(record, replace(predictions, y_true=y_true)))[:2] == ["Positive rows", "Table of counts"]
    unweighted = verify(record_decision(weighted).record, replace(weighted, sample_weight=None))
    assert {"Weights", "Table of counts"} <= set(names(unweighted))
    together = verify(record_decision(apart).record, apart.with_roles(None))
    assert {"Roles", "Evaluation rows", "Table of counts of the tuning rows"} <= set(names(together))
    assert "Roles" in names(verify(record, apart))
    other_model = verify(record, replace(predictions, scores={"guess": predictions.scores["guess"]}))
    assert other_model == Verification((RecordDifference("Model", "“forest”", "“guess”"),), ())


def test_constraints_are_met_as_recorded() -> None:
    """A record that meets them differs where no threshold does, and the other way round."""
    impossible = RecordedConstraint(metric="precision", sense="at least", bound=2)
    record = record_decision(n_resamples=0, constraints=[Constraint.at_most("flagged", 400)]).record
    (difference,) = verify(changed(record, objective__constraints=(impossible,)), patients()).differences
    assert (difference.what, difference.recorded) == ("Constraints", "met")
    assert difference.computed.startswith("No threshold gives precision at least 2")
    limits = [impossible.constraint()]
    decision = decide(patients().curves(), constraints=limits, on_unmet="relax")
    record = build_record(decision, source(patients()), constraints=limits)
    assert verify(record, patients()).agrees
    possible = RecordedConstraint(metric="recall", sense="at least", bound=0.1)
    wrong = changed(record, objective__constraints=(possible,))
    assert verify(wrong, patients()).differences == (RecordDifference("Constraints", decision.tuning.not_met, "met"),)


@pytest.mark.parametrize(
    ("seed", "file", "note"),
    [
        (0, digest("again.csv"), ""),
        (0, OTHER, "“other.csv” is not byte for byte a file of the record, but holds the same rows"),
        (1, OTHER, "“other.csv” is not a file of the record: its SHA-256 begins with cdcdcdcdcdcdcdcd"),
        (1, digest("again.csv"), "byte for byte those of the record: they were read differently"),
    ],
)
def test_files(seed: int, file: FileDigest, note: str) -> None:
    """Files with other bytes cause a note, not a difference; other names cause neither."""
    record = record_decision().record
    notes = verify(record, patients(seed=seed), [file]).notes
    assert len(notes) == bool(note)
    assert note in "".join(notes)
    assert verify(changed(record, data__files=()), patients(), [file]).notes == ()


def test_how_the_rows_were_read() -> None:
    """The rows left out are compared by reason, and the sizes of files that have the recorded bytes."""
    record = record_decision().record
    dropped = changed(record, data__dropped={"missing score": 3})
    assert verify(dropped, patients()).agrees
    assert verify(dropped, patients(), left_out={"missing score": 3}).agrees
    differences = verify(dropped, patients(), left_out={"missing truth": 2}).differences
    assert [(each.what, each.recorded, each.computed) for each in differences] == [
        ("Rows left out, “missing score”", "3", "0"), ("Rows left out, “missing truth”", "0", "2"),
    ]  # fmt: skip
    larger = verify(record, patients(), [changed(SAME, size=4)]).differences
    assert larger == (RecordDifference("Bytes of “patients.csv”", "3", "4"),)
    # Rows with another label are not the same rows, whatever their table of counts.
    verification = verify(record, replace(patients(), pos_label="ill"), [OTHER])
    assert names(verification) == ["Positive label"]
    assert "the same rows" not in "".join(verification.notes)


def test_another_version_of_the_package() -> None:
    """A note names the versions where something differs; otherwise they do not matter."""
    record = record_decision().record
    old = changed(record, versions={**record.versions, "f1tools": "0.0.1"})
    assert verify(old, patients()).notes == ()
    (note,) = verify(old, patients(seed=1)).notes
    assert "f1tools 0.0.1" in note


def test_a_metric_that_is_undefined_everywhere() -> None:
    """Where products of weights underflow, no threshold has a kappa, and there is nothing else to compare."""
    predictions = patients(weighted=True)
    record = record_decision(predictions, n_resamples=0, objective="kappa").record
    tiny = replace(predictions, sample_weight=np.full(predictions.n, 1e-200))
    verification = verify(record, tiny, [OTHER])
    assert names(verification) == ["Decision"]
    assert "undefined at every threshold" in verification.differences[0].computed
    assert "not a file of the record" in verification.notes[0]


def test_the_name_of_the_module_is_the_function() -> None:
    """The module and its function have one name; the package exports the function."""
    assert f1tools.verify is verify
    assert callable(verify)


@pytest.mark.parametrize("objective", ["f1", "lift"])
@pytest.mark.parametrize("weighted", [False, True])
def test_other_resamples_agree_approximately(objective: str, weighted: bool) -> None:
    """Resamples of another numpy may differ, with a note that names both versions; those of the same numpy must not."""
    one = record_decision(patients(weighted=weighted), objective=objective)
    for seed in (1, 2):
        other = tuned_estimate(one.decision.curves.tuning, one.decision.objective, random_state=seed)
        record = build_record(one.decision, source(one.predictions), estimate=other)
        record = with_numpy(record, OLD_NUMPY, expected__random_state=0)
        verification = verify(record, one.predictions)
        assert verification.differences == ()
        if len(set(estimate_of(record).threshold_interval)) == 2:
            (note,) = verification.notes
            assert OLD_NUMPY in note
            assert np.__version__ in note
            assert not verify(with_numpy(record, f"{MAJOR}.{MINOR}.999"), one.predictions, [SAME]).agrees


ONE = record_decision(n_resamples=400)
VALUE = float(estimate_of(ONE.record).value or 0)
LOW, HIGH = ((np.inf if bound is None else bound) for bound in estimate_of(ONE.record).threshold_interval)


@pytest.mark.parametrize("numpy", [np.__version__, OLD_NUMPY, "", "garbage"])
@pytest.mark.parametrize(
    "fields",
    [
        {"threshold_interval": (-1e9, 1e9)},
        {"threshold_interval": (0.0, 1.0)},
        {"threshold_interval": (LOW, None)},
        {"threshold_interval": (LOW - 0.51 * (HIGH - LOW), HIGH)},
        {"value": VALUE - 0.02},
        {"value": VALUE - 0.3, "n_resamples": 1},
        {"value": None},
        {"interval": None},
    ],
)
def test_tampered_estimates_never_agree(numpy: str, fields: dict[str, Any]) -> None:
    """An estimate that would disarm a check is a difference, whatever numpy the record names."""
    tampered = with_numpy(ONE.record, numpy, **{f"expected__{name}": value for name, value in fields.items()})
    assert not verify(tampered, patients()).agrees


@pytest.mark.parametrize(("files", "agrees"), [([SAME], False), ([OTHER], True), ([], True), ([SAME, SAME], True)])
def test_estimates_of_weighted_rows_are_exact_for_the_same_bytes(files: Sequence[FileDigest], agrees: bool) -> None:
    """Sums of weights are rounded differently only where rows may be in another order; a note says so."""
    one = record_decision(patients(weighted=True), n_resamples=400)
    value = float(estimate_of(one.record).value or 0) + 0.003
    verification = verify(changed(one.record, expected__value=value), one.predictions, files)
    assert names(verification) == ([] if agrees else ["Expected value"])
    assert any("sums of weights" in note for note in verification.notes) == agrees
    assert "numpy" not in " ".join(verification.notes)
    assert verify(one.record, one.predictions, files).agrees
    assert verify(one.record, shuffled(one.predictions), [OTHER]).agrees


def with_edges(record: DecisionRecord, predictions: Predictions, edges: Sequence[float]) -> DecisionRecord:
    """Return a copy with other edges of the score bins, and the shares between them."""
    bins = [-np.inf, *edges, np.inf]
    held = np.histogram(predictions.scores["forest"], bins, weights=predictions.sample_weight)[0]
    shares = tuple((held / held.sum()).tolist())
    return changed(record, scores__edges=tuple(edges), scores__shares=shares)


def test_score_bins_are_computed_again() -> None:
    """A record without edges, or with others, would never find drift."""
    record = record_decision().record
    edges, highest = record.scores.edges, record.scores.span[1]
    missing = with_edges(record, patients(), ())
    assert names(verify(missing, patients())) == [f"Edge {position} of the score bins" for position in range(1, 10)]
    moved = with_edges(record, patients(), (*edges[:-1], (edges[-1] + highest) / 2))
    assert names(verify(moved, patients())) == ["Edge 9 of the score bins"]


@pytest.mark.parametrize(("steps", "agrees"), [(1, True), (2, False)])
def test_edges_of_weighted_rows_may_move_by_one_score(steps: int, agrees: bool) -> None:
    """The order of rows decides between two equally good edges; it is known where the bytes are the same."""
    predictions = patients(weighted=True)
    record = record_decision(predictions).record
    scores = np.unique(predictions.scores["forest"])
    position = int(np.searchsorted(scores, record.scores.edges[4])) + steps
    edges = (*record.scores.edges[:4], float(scores[position]), *record.scores.edges[5:])
    moved = with_edges(record, predictions, edges)
    assert verify(moved, predictions, [OTHER]).agrees == agrees
    assert not verify(moved, predictions, [SAME]).agrees


def test_resamples_of_many_rows() -> None:
    """Where thresholds are merged, the record names the other way of drawing; older records still agree."""
    one = record_decision(patients(9000))
    data = as_data(one.record)
    assert (data["schema"], data["expected"]["drawing"]) == ("f1tools-decision/3", 2)
    assert verify(one.record, one.predictions).agrees
    curve, tuning = one.decision.curves.tuning, one.decision.tuning
    first_way = estimate_from_resamples(tuning, draw_resamples(curve, tuning, 20, drawing=1))
    old = build_record(one.decision, source(one.predictions), estimate=first_way)
    assert (as_data(old)["schema"], "drawing" in as_data(old)["expected"]) == ("f1tools-decision/1", False)
    assert verify(read_record(to_json(old)), one.predictions).agrees
    assert estimate_of(old).value != estimate_of(one.record).value
