"""Records with one threshold for each group: chosen as brute force does, read again, verified, and checked."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, recall_score

from f1tools import own_thresholds, parity_thresholds
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.decision import decide
from f1tools.groups.parity import ParityRate
from f1tools.predictions import Predictions
from f1tools.record import (
    DecisionRecord,
    InvalidRecord,
    build_record,
    check,
    group_thresholds,
    read_record,
    to_json,
    verify,
)
from tests.record.helpers import as_data, by_region, changed, levels, one, record_decision, replaced, source

REGIONS = ("north", "south", None)


def record_by_region(
    predictions: Predictions, *, equal: ParityRate | None = None, tolerance: float = 0.05, **options: Any
) -> DecisionRecord:
    """Record one threshold for each region."""
    decision = decide(predictions.curves(), **options)
    groups = group_thresholds(predictions, decision, "region", equal=equal, tolerance=tolerance)
    about = source(predictions)
    about = changed(about, read_as=changed_choices(about.read_as))
    return build_record(decision, about, groups=groups)


def changed_choices(choices: Any) -> Any:
    """Return the column mapping with a column of groups."""
    return type(choices)(**{**vars(choices), "group": "region"})


def flagged(record: DecisionRecord, predictions: Predictions) -> Any:
    """Apply the thresholds of a record row by row, in plain Python."""
    assert record.groups is not None
    assert predictions.group is not None
    known = {each.group: each.threshold for each in record.groups.thresholds}
    rows = zip(predictions.scores[record.model].tolist(), predictions.group.tolist(), strict=True)
    return np.array([score >= known.get(group or None, record.threshold) for score, group in rows])


SMALL = st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.sampled_from("ab")), min_size=4, max_size=10).map(
    lambda rows: [(True, 3, "a"), (False, 2, "a"), (True, 4, "b"), (False, 1, "b"), *rows]
)


@given(SMALL, st.none() | st.sampled_from([0.0, 0.3]))
def test_no_other_thresholds_are_better(rows: list[tuple[bool, int, str]], tolerance: float | None) -> None:
    """Of all pairs of thresholds, the recorded ones have the highest F1, and the highest where recall is alike."""
    y_true, score, group = (np.array(each) for each in zip(*rows, strict=True))
    predictions = Predictions.from_arrays(y_true, score / 10, group=group)
    equal: ParityRate | None = None if tolerance is None else "recall"
    found = group_thresholds(
        predictions, decide(predictions.curves()), equal=equal, tolerance=tolerance or 0.0, min_rows=1
    )

    is_a, total = group == "a", y_true.sum()

    def of(pair: tuple[float, float]) -> tuple[float, float]:
        decided = score / 10 >= np.where(is_a, *pair)
        caught = decided & y_true
        first, second = (caught[rows].sum() / y_true[rows].sum() for rows in (is_a, ~is_a))
        return 2 * caught.sum() / (decided.sum() + total), abs(first - second)

    every = [of(pair) for pair in product([*(np.arange(7) / 10), math.inf], repeat=2)]
    allowed = math.inf if tolerance is None else tolerance + 1e-9
    first, second = (each.threshold for each in found.thresholds)
    assert found.value == pytest.approx(max(value for value, gap in every if gap <= allowed), abs=1e-12)
    assert of((first, second)) == pytest.approx((found.value, of((first, second))[1] if equal is None else found.gap))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("roles", [False, True])
@pytest.mark.parametrize("equal", [None, "recall", "predicted_positive_rate"])
def test_record_and_verify(weighted: bool, roles: bool, equal: ParityRate | None) -> None:
    """Counts are scikit-learn's; the record is read again and agrees with its rows in any order."""
    predictions = by_region(weighted=weighted, roles=roles)
    record = record_by_region(predictions, equal=equal)
    groups, judged = record.groups, predictions.evaluation_set
    assert groups is not None
    assert (tuple(each.group for each in groups.thresholds), groups.too_few) == (REGIONS, ("island",))
    decided = flagged(record, judged)
    counts = confusion_matrix(judged.y_true, decided, sample_weight=judged.sample_weight).ravel()
    assert [groups.counts.tn, groups.counts.fp, groups.counts.fn, groups.counts.tp] == pytest.approx(counts.tolist())
    assert groups.value == pytest.approx(f1_score(judged.y_true, decided, sample_weight=judged.sample_weight))
    assert read_record(to_json(record)) == record
    assert verify(record, predictions).agrees
    order = np.random.default_rng(1).permutation(predictions.n)
    moved: dict[str, Any] = {
        name: None if (column := getattr(predictions, name)) is None else column[order]
        for name in ("y_true", "sample_weight", "group", "tuning")
    }
    shuffled = replace(predictions, scores={"score": predictions.scores["score"][order]}, **moved)
    assert verify(record, shuffled).agrees


def test_own_thresholds_are_those_of_the_package() -> None:
    """They are those of own_thresholds and parity_thresholds, with as few digits as make the best decisions."""
    predictions = by_region()
    record = record_by_region(predictions)
    decision = decide(predictions.curves())
    own, alike = own_thresholds(predictions, decision), parity_thresholds(predictions, decision)
    at_recall = group_thresholds(predictions, decision, equal="recall")
    assert own.common_threshold == record.threshold
    for each in at_recall.thresholds:
        assert each.threshold == alike.parity.thresholds[each.group or "(no value)"]
    assert record.groups is not None
    assert predictions.group is not None
    for each in record.groups.thresholds:
        score = predictions.scores["score"][predictions.group == (each.group or "")]
        assert each.threshold == own.thresholds[each.group or "(no value)"]
        lowest = score[score >= each.threshold].min()
        shorter = f"{lowest:.{max(len(repr(each.threshold)) - 3, 0)}f}"
        assert not score[score < lowest].max(initial=-1) < float(shorter) <= lowest


def test_only_records_with_groups_have_the_new_format() -> None:
    """A record with one threshold for all is what it was; readers of version 1 refuse one with several."""
    plain, by_group = record_decision(by_region(), n_resamples=0).record, record_by_region(by_region())
    assert (as_data(plain)["schema"], "groups" in as_data(plain)) == ("f1tools-decision/1", False)
    assert as_data(by_group)["schema"] == "f1tools-decision/2"
    for data in (
        as_data(plain) | {"schema": "f1tools-decision/2"},
        as_data(by_group) | {"schema": "f1tools-decision/1"},
    ):
        with pytest.raises(InvalidRecord, match="groups belong to f1tools-decision/2"):
            read_record(json.dumps(data))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("groups.thresholds.0.group", "south", "named only once"),
        ("groups.too_few", [None], "named only once"),
        ("groups.thresholds", [], "1 or more entries"),
        ("groups.rate", "precision", "groups.rate"),
        ("groups.rate", None, "belong to parity"),
        ("groups.tolerance", None, "belong to parity"),
        ("groups.chosen", "own", "belong to parity"),
        ("groups.counts.tp", 1, "same rows"),
        ("groups.value", 1.5, "ranges from 0 to 1"),
        ("groups.column", "site", "read_as.group"),
        ("objective.metric", "mcc", "metrics"),
    ],
)  # fmt: skip
def test_contradictions(path: str, value: Any, message: str) -> None:
    """A record whose parts contradict each other is refused."""
    data = as_data(record_by_region(by_region(), equal="recall"))
    with pytest.raises(InvalidRecord, match=message):
        read_record(json.dumps(replaced(data, path, value)))


def test_no_constraints_with_groups() -> None:
    """Thresholds of groups do not keep them, so none can be recorded, or claimed."""
    predictions = by_region()
    decision = decide(predictions.curves(), constraints=[Constraint.at_least("recall", 0.8)])
    with pytest.raises(InvalidPredictions, match="cannot keep constraints"):
        group_thresholds(predictions, decision)
    groups = group_thresholds(predictions, decide(predictions.curves()))
    with pytest.raises(InvalidPredictions, match="cannot keep constraints"):
        build_record(decision, source(predictions), groups=groups)
    data = as_data(record_by_region(predictions))
    data["objective"]["constraints"] = [{"metric": "recall", "sense": "at least", "bound": 0.1}]
    with pytest.raises(InvalidRecord, match="without constraints"):
        read_record(json.dumps(data))


@pytest.mark.parametrize(
    ("predictions", "options", "message"),
    [
        (by_region(), {"objective": "mcc"}, "not by Matthews correlation"),
        (by_region(30), {}, "No group of region has 10 positives"),
        (Predictions.from_arrays([1, 0, 1], [0.9, 0.1, 0.4]), {}, "have no groups"),
    ],
)
def test_no_thresholds_of_groups(predictions: Predictions, options: dict[str, Any], message: str) -> None:
    """One sentence says why."""
    with pytest.raises(InvalidPredictions, match=message):
        group_thresholds(predictions, decide(predictions.curves(), **options), "region")


def test_threshold_by_hand() -> None:
    """It applies to the groups with too few rows; the others have the best thresholds that go with it."""
    predictions = by_region()
    record = record_by_region(predictions, threshold=0.05)
    assert (record.threshold, record.chosen) == (0.05, "by hand")
    assert record.groups is not None
    decided = flagged(record, predictions)
    assert predictions.group is not None
    assert decided[predictions.group == "island"].all() == (predictions.scores["score"][:4] >= 0.05).all()
    assert record.groups.counts.tp == (decided & predictions.y_true).sum()
    assert verify(record, predictions).agrees


def test_a_literal_name_of_missing_values() -> None:
    """A region that is called "(no value)" is not taken for rows without one."""
    some = by_region()
    assert some.group is not None
    named = Predictions(some.y_true, some.scores, group=np.where(some.group == "north", "(no value)", some.group))
    record = record_by_region(named)
    assert record.groups is not None
    assert [each.group for each in record.groups.thresholds] == ["(no value)", "south", None]
    assert record.groups.counts.tp == (flagged(record, named) & named.y_true).sum()
    without = Predictions(some.y_true, some.scores, group=np.where(some.group == "", "(no value)", some.group))
    recorded = record_by_region(without).groups
    assert recorded is not None
    assert None not in [each.group for each in recorded.thresholds]


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("groups.thresholds.0.threshold", 0.9, "Threshold of “north”"),
        ("groups.thresholds.2.threshold", 0.9, "Threshold of rows without a value"),
        ("groups.thresholds.0.group", "west", "Threshold of “north”"),
        ("groups.too_few", [], "Groups with too few rows"),
        ("groups.value", 0.5, "F1 with thresholds of groups"),
        ("groups.gap", 0.5, "Gap of the recall"),
        ("groups.tolerance", 0.9, "Threshold of “south”"),
    ],
)
def test_verification_finds_changes(path: str, value: Any, what: str) -> None:
    """Each changed part of the groups is a difference with its name."""
    predictions = by_region()
    data = replaced(as_data(record_by_region(predictions, equal="recall", tolerance=0.01)), path, value)
    result = verify(read_record(json.dumps(data)), predictions)
    assert what in [each.what for each in result.differences]


def test_verification_finds_changed_counts() -> None:
    """One row more among the true positives is found, and rows without groups are one difference."""
    predictions = by_region()
    record = record_by_region(predictions)
    assert record.groups is not None
    counts = as_data(record)["groups"]["counts"]
    moved = {**counts, "tp": counts["tp"] + 1, "fn": counts["fn"] - 1}
    found = verify(read_record(json.dumps(replaced(as_data(record), "groups.counts", moved))), predictions)
    assert [each.what for each in found.differences] == [
        "False negatives with thresholds of groups", "True positives with thresholds of groups"
    ]  # fmt: skip
    without = Predictions(predictions.y_true, predictions.scores, "True", "False")
    assert [each.what for each in verify(record, without).differences] == ["Thresholds of groups"]


def test_check_applies_the_thresholds_of_groups() -> None:
    """New rows are judged at the threshold of their group; a group that the record does not know has the common one."""
    record, new = record_by_region(by_region(roles=True)), by_region(2000, seed=1)
    assert new.group is not None
    new.group[:40] = "west"
    floors = [Constraint.at_least("recall", 0.5)]
    findings = check(record, new, floors=floors, by="region")
    recall = recall_score(new.y_true, flagged(record, new))
    assert f"Recall is {recall:.3f} with one threshold for each group" in one("floor", findings).sentence
    assert "“west” (40)" in one("rows", findings).sentence
    assert levels(findings)["rows"] == "warn"
    assert set(levels(findings)) == {"rows", "floor", "group", "value", "prevalence", "scores"}
    assert record.groups is not None
    assert record.groups.value is not None
    assert f"{record.groups.value:.3f}" in one("value", findings).sentence
    for group in ("north", "south"):
        rows = new.group == group
        value = recall_score(new.y_true[rows], flagged(record, new)[rows])
        lowest = min(recall_score(new.y_true[new.group == each], flagged(record, new)[new.group == each])
                     for each in ("north", "south", "west", ""))  # fmt: skip
        assert value >= lowest
    assert f"{lowest:.3f}" in one("group", findings).sentence
    with pytest.raises(InvalidPredictions, match="by “region”, so requirements can be checked by this column"):
        check(record, new, floors=floors, by="site")
    with pytest.raises(InvalidPredictions, match="these rows have no groups"):
        check(record, Predictions(new.y_true, new.scores, "True", "False"))


def test_without_roles_the_value_is_not_compared() -> None:
    """The rows that chose the thresholds say too much of them."""
    found = one("value", check(record_by_region(by_region()), by_region(seed=1)))
    assert (found.level, "no estimate of this for new data" in found.sentence) == ("warn", True)


@pytest.mark.parametrize(("shift", "level"), [(0.0, "ok"), (0.3, "fail")])
def test_a_rate_that_is_no_longer_alike(shift: float, level: str) -> None:
    """The gap is that of scikit-learn's recalls; only more than the tolerance and than chance explains fails."""
    record, new = record_by_region(by_region(2000), equal="recall", tolerance=0.05), by_region(4000, seed=1)
    assert new.group is not None
    new.scores["score"][new.group == "south"] -= shift
    finding = one("parity", check(record, new))
    decided = flagged(record, new)
    recalls = [
        recall_score(new.y_true[rows], decided[rows]) for rows in (new.group == each for each in ("north", "south", ""))
    ]
    assert f"differs by {max(recalls) - min(recalls):.3f}" in finding.sentence
    assert finding.level == level
    assert one("parity", check(record, new, allow=["parity"])).level != "fail"


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize("drawing", [1, 2])
def test_the_format_says_how_resamples_were_drawn(groups: bool, drawing: int) -> None:
    """Only format 3 has the other way of drawing, with groups or without."""
    record = record_decision().record
    data = as_data(record_by_region(by_region()) if groups else record)
    data["expected"] = as_data(record)["expected"] | {"drawing": drawing}
    for schema in ("f1tools-decision/1", "f1tools-decision/2", "f1tools-decision/3"):
        content = json.dumps(data | {"schema": schema})
        if schema[-1] == ("3" if drawing == 2 else "2" if groups else "1"):
            assert read_record(content).format == schema
        else:
            with pytest.raises(InvalidRecord, match="belong"):
                read_record(content)
