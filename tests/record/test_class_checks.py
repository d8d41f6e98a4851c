"""Checks of a decision about several classes on new rows: the same rows pass, what has changed is named."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, fbeta_score

from f1tools import formatting
from f1tools.classes import Average, ClassCurves, estimate_rules
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.record import FileDigest, Finding, check_classes
from f1tools.record.checks.class_average import average_deviation, expected_average
from f1tools.record.classes.model import Expectation
from tests.record.class_records import labels, one_class, record_classes, with_an_absent_class, without

MAKE: dict[str, Callable[..., ClassCurves]] = {"labels": labels, "one class": one_class}
RECORDS = {name: record_classes(make(800), n_resamples=30).record for name, make in MAKE.items()}

FLOOR = Constraint.at_least("recall", 0.5)


def by_name(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    """Return findings by name."""
    return {each.name: each for each in findings}


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
@pytest.mark.parametrize("make", [labels, one_class, with_an_absent_class])
def test_deviation_of_an_average(make: Any, average: Average) -> None:
    """It is the root of the sum of squares of what each row adds, by differences of scikit-learn's values."""
    curves = make(30, weighted=True)
    decided = record_classes(curves).decision.rule.decide(curves.y_score)
    weight, step, added = curves.sample_weight, 1e-5, []
    with_rows = None if average == "micro" else np.flatnonzero(curves.has_rows)
    for row in range(30):
        values = []
        for sign in (-1, 1):
            changed = weight.copy()
            changed[row] *= 1 + sign * step
            values.append(
                fbeta_score(
                    curves.y_true, decided, beta=2.0, labels=with_rows, average=average, sample_weight=changed,
                    zero_division=0,
                )
            )  # fmt: skip
        added.append((values[1] - values[0]) / (2 * step))
    expected = np.sqrt(np.sum(np.square(added)))
    assert average_deviation(curves, decided, average, 2.0) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("kind", MAKE)
def test_new_rows_of_the_same_kind_pass(kind: str) -> None:
    """Nothing fails, and the values are scikit-learn's."""
    record, curves = RECORDS[kind], MAKE[kind](800, seed=1)
    findings = check_classes(record, curves)
    assert [each.sentence for each in findings if each.level == "fail"] == []
    decided = record.decide(curves.y_score)
    macro = f1_score(curves.y_true, decided, average="macro", zero_division=0)
    assert f"Macro F1 is {macro:.3f}; the record expects" in by_name(findings)["macro F1 as recorded"].sentence
    first = f1_score(curves.y_true[:, 0], decided[:, 0])
    name = record.names[0]
    assert f"F1 of “{name}” is {first:.3f}" in by_name(findings)[f"F1 of “{name}”"].sentence


@pytest.mark.parametrize("kind", MAKE)
def test_drift_fails_and_can_be_allowed(kind: str) -> None:
    """A class whose scores became noise fails by its F1 and its scores; so does another share of a class."""
    record, curves = RECORDS[kind], MAKE[kind](800, seed=1)
    noise = curves.y_score.copy()
    noise[:, 0] = np.random.default_rng(0).random(800) ** 4
    findings = by_name(check_classes(record, replace(curves, y_score=noise)))
    name = record.names[0]
    assert (findings[f"F1 of “{name}”"].level, findings["scores"].level) == ("fail", "fail")
    assert f"“{name}”" in findings["scores"].sentence
    allowed = check_classes(record, replace(curves, y_score=noise), allow=("class", "scores", "value", "prevalence"))
    assert all(each.level != "fail" for each in allowed)
    kept = np.flatnonzero(~curves.y_true[:, 0] | (np.arange(800) % 4 == 0))
    fewer = replace(curves, y_true=curves.y_true[kept], y_score=curves.y_score[kept])
    assert by_name(check_classes(record, fewer))["shares of the classes"].level == "fail"


def test_rows() -> None:
    """Recorded rows and left-out rows are named."""
    curves = labels(800)
    record = RECORDS["labels"]
    rows = check_classes(record, curves, left_out={"missing score": 5})[0]
    assert rows.level == "warn"
    assert "5 more were left out: missing score (5)" in rows.sentence
    assert "The decision was made on these rows" in rows.sentence
    assert check_classes(record, curves, left_out={"missing score": 500})[0].level == "fail"
    digest = FileDigest(name="rows.csv", size=1, sha256="0" * 64)
    assert "made on the rows of" not in check_classes(record, labels(800, seed=1), files=[digest])[0].sentence


def test_requirements_and_limits() -> None:
    """Each class must meet a requirement; a limit fails where it is broken beyond chance."""
    curves = labels(800, seed=1)
    record = record_classes(labels(800), limited=True, n_resamples=5).record
    floors = (Constraint.at_least("recall", 0.1), Constraint.at_least("precision", 0.99))
    findings = by_name(check_classes(record, curves, floors=floors))
    assert findings["recall at least 0.1 of each class"].level == "ok"
    assert findings["precision at least 0.99 of each class"].level == "fail"
    limit = "precision at least 0.7 of “b” (recorded)"
    assert findings[limit].level == "ok"
    truth = curves.y_true.copy()
    truth[:, 1] &= np.arange(800) % 3 == 0
    assert by_name(check_classes(record, replace(curves, y_true=truth)))[limit].level == "fail"


def test_rows_that_do_not_fit() -> None:
    """Missing classes, several classes a row, and weights of only one of both are refused in a sentence."""
    two = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 1]], np.zeros((3, 2)), classes=["a", "b"])
    with pytest.raises(InvalidPredictions, match="read without “c”, which none or all of them have"):
        check_classes(RECORDS["labels"], two)
    several = ClassCurves.from_predictions(labels(50).y_true[:, :3], labels(50).y_score[:, :3], classes=list("xyz"))
    with pytest.raises(InvalidPredictions, match="Some rows have several classes"):
        check_classes(RECORDS["one class"], several)
    with pytest.raises(InvalidPredictions, match="these rows are weighted"):
        check_classes(RECORDS["labels"], labels(200, weighted=True))


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
@pytest.mark.parametrize("kind", MAKE)
def test_a_class_that_no_row_has(kind: str, average: Average) -> None:
    """It only warns, by name; the average and what the record expects of it are of the other classes."""
    record, new = RECORDS[kind].model_copy(update={"average": average}), without(MAKE[kind](800, seed=1), 2)
    findings = by_name(check_classes(record, new, floors=[Constraint.at_least("recall", 0.1)], allow=["prevalence"]))
    assert all(each.level != "fail" for each in findings.values())
    name, k = record.names[2], len(record.names)
    assert f"No row has “{name}”: F1 of it is undefined" in findings["rows"].sentence
    decided = record.decide(new.y_score)
    share = formatting.percent(decided[:, 2].mean())
    undefined = f"F1 of “{name}” is undefined: no row has it, and {share} of the rows get it."
    assert (findings[f"F1 of “{name}”"].level, findings[f"F1 of “{name}”"].sentence) == ("warn", undefined)
    floor = findings["recall at least 0.1 of each class"]
    assert (floor.level, f"All {k - 1} classes that occur have recall" in floor.sentence) == ("warn", True)
    used = [*range(k)] if average == "micro" else [place for place in range(k) if place != 2]
    value = f1_score(new.y_true[:, used], decided[:, used], average=average, zero_division=0)
    of = "" if average == "micro" else f" of {k - 1} of {k} classes"
    assert f"{average.capitalize()} F1{of} is {value:.3f}; the record" in findings[f"{average} F1 as recorded"].sentence


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_what_is_expected_of_the_classes_that_occur(average: Average) -> None:
    """The average of all is that of some, together with the others; the interval holds for all errors."""
    record, decision = record_classes(labels(800, weighted=True), n_resamples=30)
    expected = estimate_rules(decision, n_resamples=30).rules["own"]
    whole, interval = expected.values[average], expected.intervals[average]
    own = Expectation(value=whole, interval=(float(interval.low), float(interval.high)))
    rules = {**record.rules, "own": record.rules["own"].model_copy(update={"expected": own})}
    record = record.model_copy(update={"average": average, "rules": rules})
    shares = np.ones(4) if average == "macro" else np.asarray(decision.rules["own"].counts.positives())
    assert expected_average(record, record.names) == own
    found = expected_average(record, ("a", "c"))
    assert found is not None
    assert found.value == pytest.approx(np.average(expected.each[[0, 2]], weights=shares[[0, 2]]))
    ends = []
    for up in itertools.product((False, True), repeat=3):  # the average, b and d at their ends
        b, d = (float((expected.each_interval.high if high else expected.each_interval.low)[at]) for high, at in
                zip(up[1:], (1, 3), strict=True))  # fmt: skip
        end = float(interval.high if up[0] else interval.low)
        ends.append((shares.sum() * end - shares[1] * b - shares[3] * d) / shares[[0, 2]].sum())
    assert found.interval == pytest.approx((max(min(ends), 0), min(max(ends), 1)))
    by_hand = record.model_copy(update={"by_hand": ("b",)})
    assert expected_average(by_hand, ("a", "c")) is None


def test_rows_that_none_or_all_have() -> None:
    """Where no row has any class, nothing is judged but scores; a class that all rows have is judged."""
    record, new = RECORDS["labels"], labels(800, seed=1)
    empty = by_name(check_classes(record, replace(new, y_true=np.zeros_like(new.y_true)), floors=[FLOOR]))
    assert empty["macro F1 as recorded"].sentence == "Macro F1 is undefined, because no row has any of its classes."
    assert empty["recall at least 0.5 of each class"].level == "warn"
    full = new.y_true.copy()
    full[:, 0] = True
    finding = by_name(check_classes(record, replace(new, y_true=full)))["F1 of “a”"]
    value = f1_score(full[:, 0], record.decide(new.y_score)[:, 0])
    assert finding.sentence.startswith(f"F1 of “a” is {value:.3f}")
    assert finding.level != "fail"  # it is the only kind of rows


def test_a_class_that_the_record_has_no_rows_of() -> None:
    """The average is of the other classes, as in the record; the share of the class has changed."""
    record = record_classes(without(one_class(800), 2), n_resamples=5).record
    same, new = without(one_class(800, seed=1), 2), one_class(800, seed=1)
    assert [each.sentence for each in check_classes(record, same) if each.level == "fail"] == []
    findings = by_name(check_classes(record, new))
    value = f1_score(new.y_true[:, :2], record.decide(new.y_score)[:, :2], average="macro")
    assert findings["macro F1 as recorded"].sentence.startswith(
        f"Macro F1 of 2 of 3 classes is {value:.3f}; the record"
    )
    assert findings["F1 of “z”"].sentence.endswith("the record has no estimate for new rows.")
    assert findings["shares of the classes"].level == "fail"
    assert "“z”" in findings["shares of the classes"].sentence
