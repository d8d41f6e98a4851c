"""A second look at a record: it agrees to the last count, or every difference is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import Difference, FileSeen, Verification, read_record, record_of, to_json, verify
from f1tools.record import verify as verify_function
from tests.record.making import Made, all_made, as_data, made, patients, source

ENDS = ("low", "high")
NO_ESTIMATE = "The record has no estimate: nothing about new rows can be checked, neither here nor by a gate."
PATIENT = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))


def shuffled(predictions: Predictions, seed: int = 1) -> Predictions:
    """Give the same rows in another order."""
    order = np.random.default_rng(seed).permutation(predictions.n)
    weight, tunes = predictions.sample_weight, predictions.tuning
    return replace(
        predictions,
        y_true=predictions.y_true[order],
        scores={name: score[order] for name, score in predictions.scores.items()},
        sample_weight=None if weight is None else weight[order],
        tuning=None if tunes is None else tunes[order],
    )


def names(found: Verification) -> list[str]:
    """Give what differs."""
    return [each.what for each in found.differences]


@PATIENT
@given(all_made(), st.integers(0, 9))
def test_a_record_agrees_with_its_rows(one: Made, seed: int) -> None:
    """Written, read and verified, with the rows in any order."""
    record = read_record(to_json(one.record))
    notes = () if record.expected is not None else (NO_ESTIMATE,)
    assert verify(record, one.predictions) == Verification((), notes)
    # Weights of which some are lost beside others, 1e-8 beside 1e3, are not the same sum in another order.
    weight = one.predictions.sample_weight
    if weight is None or weight.max() < 1e5 * weight[weight > 0].min():
        assert verify(record, shuffled(one.predictions, seed)).agrees


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("roles", [False, True])
@pytest.mark.parametrize("objective", ["f1", "mcc", "precision"])
def test_thousands_of_rows(weighted: bool, roles: bool, objective: str) -> None:
    """Also where sums of weights are long."""
    predictions = patients(3000, weighted=weighted, roles=roles)
    record = made(predictions, objective=objective, constraints=[Constraint.at_least("recall", 0.6)]).record
    assert verify(record, shuffled(predictions)).differences == ()


@pytest.mark.parametrize(
    ("path", "value", "differs"),
    [
        ("pos_label", "ill", ["Positive label"]),
        ("neg_label", "fine", ["Negative label"]),
        ("objective.best_value", 0.5, ["Best F1"]),
        ("objective.value_where_tuned", 0.5, ["Best F1 where it was chosen"]),
        ("same_decisions.above", 0.0, ["Same decisions above"]),
        ("same_decisions.up_to", None, ["Same decisions up to"]),
        ("metrics.f1.value", 0.7, ["F1"]),
        ("metrics.precision.value", None, ["Precision"]),
        ("metrics.recall.interval", [0.1, 0.2], [f"Recall, {end} end of its interval" for end in ENDS]),
        ("expected.value", 0.123, ["Expected value"]),
        ("expected.optimism", None, ["Optimism"]),
        ("expected.interval", None, [f"Expected value, {end} end of its interval" for end in ENDS]),
        ("expected.threshold_interval", [0.31, None], [f"Best threshold, {e} end of its interval" for e in ENDS]),
        ("scores.span", [-1, 2], ["Lowest score", "Highest score"]),
        ("scores.shares", [0.11, 0.09, *[0.1] * 8], [f"Share of scores in bin {n}" for n in (1, 2)]),
        ("data.tables", dict.fromkeys(["tune", "report"], f"sha256:{'0' * 64}"), ["Table of counts"]),
        ("objective.not_met", "No threshold gives it.", []),
    ],
)  # fmt: skip
def test_what_is_changed_in_a_record_is_found(path: str, value: Any, differs: list[str]) -> None:
    """That, and nothing else."""
    data = as_data(made().record)
    *way, last = path.split(".")
    part = data
    for step in way:
        part = part[step]
    part[last] = value
    found = verify(read_record(json.dumps(data)), patients())
    assert names(found) == differs
    assert found.agrees == (not differs)


def test_one_row_fewer_among_the_counts() -> None:
    """Counts that were moved from one cell to another are off by one, and so are the metrics."""
    record = made().record
    counts = record.counts
    moved = replace(record, counts=ConfusionCounts(tn=counts.tn + 1, fp=counts.fp - 1, fn=counts.fn, tp=counts.tp))
    assert verify(moved, patients()).differences == (
        Difference("True negatives", f"{counts.tn + 1}", f"{counts.tn}"),
        Difference("False positives", f"{counts.fp - 1}", f"{counts.fp}"),
    )


def test_another_threshold() -> None:
    """A record whose threshold and decisions were moved has other counts; the best threshold stays what it is."""
    record = made(threshold=0.5).record
    wrong = replace(record, threshold=0.3, same_decisions=(None, None))
    differs = names(verify(wrong, patients()))
    assert {"True positives", "Precision", "Same decisions above"} <= set(differs)
    assert "Best threshold" not in differs


def test_numbers_that_look_alike() -> None:
    """Three decimals that are the same are told in full."""
    record = made().record
    exact = record.metrics["f1"].value
    assert exact is not None
    wrong = replace(record, metrics={**record.metrics, "f1": replace(record.metrics["f1"], value=exact + 1e-7)})
    assert verify(wrong, patients()).differences == (Difference("F1", repr(exact + 1e-7), repr(exact)),)
    rounded = replace(record, metrics={**record.metrics, "f1": replace(record.metrics["f1"], value=exact + 1e-13)})
    assert verify(rounded, patients()).agrees


def test_other_rows() -> None:
    """One label that changed: rows, table, counts and what follows from them."""
    predictions = patients()
    turned = predictions.y_true.copy()
    turned[np.argmax(turned)] = False
    found = verify(made().record, replace(predictions, y_true=turned))
    assert names(found)[:2] == ["Positive rows", "Table of counts"]


def test_another_model() -> None:
    """A model that is not there is all that is told."""
    record = made(model="forest").record
    others = replace(patients(), scores={"guess": patients().scores["guess"]})
    assert verify(record, others) == Verification((Difference("Model", "“forest”", "“guess”"),), ())


def test_roles_and_weights_that_went() -> None:
    """Without them rows are other ones."""
    weighted = patients(weighted=True)
    differs = names(verify(made(weighted).record, replace(weighted, sample_weight=None)))
    assert {"Weights", "Table of counts"} <= set(differs)
    apart = patients(roles=True)
    differs = names(verify(made(apart).record, apart.with_roles(None)))
    assert {"Roles", "Rows that report", "Table of counts where the threshold is chosen"} <= set(differs)
    assert "Roles" in names(verify(made().record, apart))


def test_limits_that_can_not_be_kept_any_more() -> None:
    """The record keeps them, the rows don't."""
    record = made(n_resamples=0, constraints=[Constraint.at_most("flagged", 400)]).record
    impossible = replace(record, constraints=(Constraint.at_least("precision", 2),))
    differences = verify(impossible, patients()).differences
    assert [(each.what, each.recorded) for each in differences] == [("Limits", "kept")]
    assert differences[0].found.startswith("No threshold gives precision at least 2; the closest is ")


def test_limits_that_could_not_be_kept() -> None:
    """They can't be kept today either, and that agrees; if they can, it does not."""
    limits = [Constraint.at_least("precision", 2)]
    decision = decide(patients().curves(), constraints=limits, on_unmet="relax")
    record = record_of(decision, source(patients()), constraints=limits)
    assert verify(record, patients()).agrees
    possible = replace(record, constraints=(Constraint.at_least("recall", 0.1),))
    assert verify(possible, patients()).differences == (Difference("Limits", decision.tuning.not_met, "kept"),)


def test_files() -> None:
    """Other bytes with the same rows are a note; with other rows the note says that it is another file."""
    record = made().record
    same, other = FileSeen("again.csv", 3, "ab" * 32), FileSeen("other.csv", 4, "cd" * 32)
    assert verify(record, patients(), [same]).notes == ()
    assert verify(record, patients(), [other]) == Verification(
        (), ("“other.csv” is not byte for byte a file of the record, but holds the same rows.",)
    )
    assert verify(record, patients(seed=1), [other]).notes == (
        "“other.csv” is another file than the record's: its SHA-256 begins with cdcdcdcdcdcdcdcd.",
    )
    assert verify(record, patients(seed=1), [same]).notes == (
        "The files are the record's to the last byte: they were read in another way, or the record changed.",
    )
    never_in_one = replace(record, source=replace(record.source, files=()))
    assert verify(never_in_one, patients(), [other]).notes == ()


def test_another_version_of_the_package() -> None:
    """Where something differs, versions are told; where nothing does, nobody needs to know."""
    old = replace(made().record, versions={"f1tools": "0.0.1", "python": "3.11.0", "numpy": np.__version__})
    assert verify(old, patients()).notes == ()
    assert verify(old, patients(seed=1)).notes == (
        f"The record is of f1tools 0.0.1, this is {made().record.versions['f1tools']}.",
    )


def test_a_metric_that_is_undefined() -> None:
    """Where no threshold has a value there is nothing to compare with."""
    nothing = Metric("f1", "F1", lambda counts: np.full(np.shape(counts.tp), np.nan))
    record = replace(made(n_resamples=0).record, metric=nothing)
    other = FileSeen("other.csv", 4, "cd" * 32)
    found = verify(record, patients(), [other])
    assert names(found) == ["Decision"]
    assert found.differences[0].found.startswith("F1 is undefined at every threshold")
    assert "another file" in found.notes[0]


def test_the_name_is_the_function() -> None:
    """The module is called like its function; what the package gives is the function."""
    import f1tools

    assert f1tools.verify is verify_function
    assert callable(f1tools.verify)
