"""The memo about several classes: its numbers against scikit-learn, its words, and what it withholds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from f1tools.classes import ClassCurves, decide_classes, estimate_rules
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import UNDEFINED, count, metric_value
from f1tools.memo import ClassSnapshot, Section, class_memo_html
from f1tools.memo.context import WITHHELD
from tests.memo.class_memos import decided, estimates, hostile_memo, memo_of
from tests.memo.helpers import ParsedPage
from tests.record.class_records import labels, one_class, with_an_absent_class

KINDS = ("labels", "classes")


def columns(snapshot: ClassSnapshot) -> dict[str, tuple[str, ...]]:
    """Return the columns of the table of classes by their heads."""
    table = snapshot.classes.table
    return dict(zip(table.head, zip(*table.rows, strict=True), strict=True))


def section(snapshot: ClassSnapshot, kind: str) -> Section:
    return next(each for each in snapshot.sections if each.kind == kind)


def formatted(values: Any) -> tuple[str, ...]:
    return tuple(map(metric_value, np.asarray(values, dtype=float).tolist()))


@pytest.mark.parametrize("rule", ["default", "own"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_table_is_scikit_learns(kind: str, rule: Any) -> None:
    """Recall, precision and F1 of each class, by the rule of the memo and by the others."""
    decision = decided(kind, rule)
    found, curves = columns(memo_of(decision)), decision.curves
    y_true, by_rule = curves.y_true, {name: each.decide(curves.y_score) for name, each in decision.rules.items()}
    assert found["Cases"] == tuple(map(count, y_true.sum(axis=0).tolist()))
    assert found["Recall"] == formatted(recall_score(y_true, by_rule[rule], average=None))
    precision = precision_score(y_true, by_rule[rule], average=None, zero_division=np.nan)
    assert found["Precision"] == formatted(precision)
    assert found["F1"] == formatted(f1_score(y_true, by_rule[rule], average=None))
    others = [f1_score(y_true, each, average=None) for name, each in by_rule.items() if name != rule]
    shown = [column for head, column in found.items() if head.startswith("F1 ")]
    assert shown == list(map(formatted, others))


@pytest.mark.parametrize("curves", [labels(weighted=True), one_class(weighted=True)], ids=KINDS)
def test_of_weighted_rows_cases_are_counted_and_weights_named(curves: ClassCurves) -> None:
    """Metrics are those of scikit-learn with weights; the memo says so, and what is a sum of weights."""
    decision = decide_classes(curves)
    memo = memo_of(decision)
    found, y_pred = columns(memo), decision.rule.decide(curves.y_score)
    assert found["Cases"] == tuple(map(str, curves.y_true.sum(axis=0)))
    assert found["F1"] == formatted(f1_score(curves.y_true, y_pred, average=None, sample_weight=curves.sample_weight))
    assert "All metrics count cases by their weights." in memo.classes.notes
    pairs, provenance = section(memo, "confusion").table, section(memo, "provenance").table
    assert pairs is not None
    assert provenance is not None
    assert pairs.head[1] == "Sum of weights"
    assert "Weights" in [row[0] for row in provenance.rows]


def test_thresholds_decide_alike() -> None:
    """The thresholds of the table, as they are written, make the decisions of the rule."""
    decision = decided("labels")
    thresholds = [float(text) for text in columns(memo_of(decision))["Threshold"]]
    flagged = decision.curves.y_score >= np.array(thresholds)
    np.testing.assert_array_equal(flagged, decision.rule.decide(decision.curves.y_score))
    common = memo_of(decided("labels", "common"))
    threshold = float(common.sentences[0].removesuffix(" or more.").rpartition(" ")[2])
    flagged = decision.curves.y_score >= threshold
    np.testing.assert_array_equal(flagged, decision.rules["common"].decide(decision.curves.y_score))


@pytest.mark.parametrize("kind", KINDS)
def test_rules_are_compared_by_all_averages(kind: str) -> None:
    """On these rows as scikit-learn averages, and on new ones as estimated; the headline has the latter."""
    decision, found = decided(kind), estimates(kind)
    memo = memo_of(decision, estimates=found)
    table = section(memo, "rules").table
    assert table is not None
    y_true, y_score = decision.curves.y_true, decision.curves.y_score
    for row, (name, rule) in zip(table.rows, decision.rules.items(), strict=True):
        values = dict(zip(table.head, row, strict=True))
        for average in ("macro", "weighted", "micro"):
            value = f1_score(y_true, rule.decide(y_score), average=average, zero_division=0)
            assert values[f"{average.capitalize()} F1 on these cases"] == metric_value(value)
        assert values["Macro F1 on new cases"] == metric_value(found.rules[name].values["macro"])
        assert values["95% interval"] == found.rules[name].intervals["macro"].text
    expected = found.rules["own"]
    assert memo.figure == ("Macro F1", metric_value(expected.values["macro"]), "expected on new cases")
    assert expected.intervals["macro"].text in memo.sentences[1]
    assert columns(memo)["F1 on new cases"] == formatted(expected.each)


def test_matrices_are_scikit_learns() -> None:
    """Before and after; labels have none, and pairs instead."""
    decision = decided("classes")
    truth = np.argmax(decision.curves.y_true, axis=1)
    memo = memo_of(decision)
    for matrix, rule in zip(memo.matrices, decision.rules.values(), strict=True):
        expected = confusion_matrix(truth, np.argmax(rule.decide(decision.curves.y_score), axis=1))
        assert matrix.counts == tuple(tuple(map(count, row)) for row in expected.tolist())
    assert len(memo_of(decided("classes", "default")).matrices) == 1
    assert memo_of(decided("labels")).matrices == ()
    table = section(memo_of(decided("labels")), "confusion").table
    assert table is not None
    decision = decided("labels")
    flagged, y_true = decision.rule.decide(decision.curves.y_score), decision.curves.y_true
    for name, cases, _ in table.rows:
        missed, wrong = ("abcd".index(part[1]) for part in (name, name.partition(", ")[2]))
        both = y_true[:, missed] & ~flagged[:, missed] & flagged[:, wrong] & ~y_true[:, wrong]
        assert cases == str(both.sum())


def test_what_to_keep_in_mind() -> None:
    """Few positives, tuning on the same rows, thresholds by hand, limits and better rules are mentioned."""
    text = ParsedPage(class_memo_html(memo_of(decided("labels"), estimates=estimates("labels")))).text
    assert "Tuned on these cases" in text
    assert "Fewer than 10 positives: d" in text
    assert "* fewer than ten positive cases" in text
    assert "best found" in ParsedPage(class_memo_html(memo_of(decided("classes")))).text


def test_of_thresholds_by_hand_nothing_is_expected() -> None:
    """The value of the memo is that on its own cases; what rules are expected to achieve is not said of it."""
    decision = decided("labels").with_thresholds({"a": 0.9})
    memo = memo_of(decision, estimates=estimates("labels"))
    flagged = decision.rule.decide(decision.curves.y_score)
    value = metric_value(f1_score(decision.curves.y_true, flagged, average="macro"))
    assert memo.figure == ("Macro F1", value, "on these cases")
    titles = [each.title for each in memo.sections]
    assert "Set by hand" in titles
    assert not {"Another rule is better", "A simpler rule is as good"} & set(titles)
    table = section(memo, "rules").table
    assert table is not None
    assert [row[0] for row in table.rows if "this memo" in row[0]] == ["With 1 threshold set by hand (this memo)"]
    assert table.rows[-1][1:4] == ("n/a", "n/a", value)
    assert "F1 on new cases" not in columns(memo)


@pytest.mark.parametrize("rule", ["default", "common", "own"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_narrow_screen_shows_before_and_after(kind: str, rule: Any) -> None:
    """Class, cases, how it is decided, F1 by the rule of the memo, by another one, and what to expect."""
    if kind == "classes" and rule == "common":
        return
    table = memo_of(replace(decided(kind), chosen=rule), estimates=estimates(kind)).classes
    heads = [table.table.head[place] for place in table.narrow]
    assert heads[:2] == [table.table.head[0], "Cases"]
    other = {"labels": ("F1 own", "F1 at 0.5"), "classes": ("F1 with weights", "F1 highest score")}[kind]
    assert set(heads[3:]) == {"F1", other[rule != "default"], "F1 on new cases"}
    assert sorted(heads + list(table.only_wide)) == sorted(table.table.head)


@pytest.mark.parametrize("chosen", ["default", "common", "own"])
def test_another_rule_is_named(chosen: Any) -> None:
    """A better one than the memo's is a warning, a simpler one that is as good a note."""
    found = estimates("labels")
    memo = memo_of(replace(decided("labels"), chosen=chosen), estimates=found)
    titles = {each.title: each.warning for each in memo.sections if each.kind == "warnings"}
    places = [("default", "common", "own").index(rule) for rule in (chosen, found.recommended())]
    assert titles.get("Another rule is better", False) == (places[0] < places[1])
    assert ("A simpler rule is as good" in titles) == (places[0] > places[1])
    values = {rule: each.values["macro"] for rule, each in found.rules.items()}
    best_other = max(value for rule, value in values.items() if rule != chosen)
    assert f", against {metric_value(best_other)} with " in memo.sentences[1]


def test_a_simpler_rule_can_be_better_beyond_chance() -> None:
    """Thirty thresholds that fit the noise of calibrated scores are worse than a common one: a warning."""
    rng = np.random.default_rng(0)
    score = rng.random((150, 30)) ** 4
    curves = ClassCurves.from_predictions((rng.random(score.shape) < score).astype(int), score)
    found = estimate_rules(decide_classes(curves, min_positives=0))
    assert found.recommended() == "common"
    assert found.difference("common", "own").interval.low > 0
    memo = memo_of(found.decision, estimates=found)
    assert {each.title: each.warning for each in memo.sections}["A simpler rule is better"]


def test_many_classes() -> None:
    """The most frequent ones are in the table, and there is no matrix."""
    rng = np.random.default_rng(0)
    codes = np.concatenate([np.arange(70), rng.integers(0, 30, 100)])
    curves = ClassCurves.from_predictions(codes, rng.random((codes.size, 70)))
    memo = memo_of(decide_classes(curves, rule="default"))
    assert memo.matrices == ()
    assert len(memo.classes.table.rows) == 60
    assert "The 60 most frequent of 70 classes." in memo.classes.notes
    assert {str(code) for code in range(30)} <= {row[0].removesuffix(" *") for row in memo.classes.table.rows}


def test_names_are_text() -> None:
    """Markup in names is displayed as text; the memo has no script, and loads nothing."""
    page = class_memo_html(hostile_memo())
    parsed = ParsedPage(page)
    assert (parsed.all("script"), parsed.all("img")) == ([], [])
    assert [link["href"] for link in parsed.all("a")] == ["#decision"]
    assert "onerror=alert(1)>" in parsed.text
    assert "src=" not in page.replace("&lt;img src=", "")
    assert not any("style" in attributes for _, attributes in parsed.elements)  # the policy forbids it


def test_small_counts_of_labels() -> None:
    """Only labels of which each count is 0 or large enough are displayed, and averaged; nothing else is derived."""
    decision = decided("labels")
    flagged = decision.rule.decide(decision.curves.y_score)
    memo = memo_of(decision, estimates=estimates("labels"), suppress_below=10, link="https://example.org/")
    found = columns(memo)
    shown = [place for place, cases in enumerate(found["Cases"]) if cases != WITHHELD]
    cells = [confusion_matrix(decision.curves.y_true[:, i], flagged[:, i]).ravel() for i in range(4)]
    assert shown == [i for i in range(4) if all(cell == 0 or cell >= 10 for cell in cells[i])]
    assert 0 < len(shown) < 4
    value = f1_score(decision.curves.y_true[:, shown], flagged[:, shown], average="macro")
    assert memo.figure == ("Macro F1", metric_value(value), "on these cases")
    assert {each.kind for each in memo.sections} == {"warnings", "provenance"}
    assert (memo.link, memo.settings, memo.matrices) == ("", {}, ())
    assert list(found) == ["Label", "Cases", "Threshold", "Recall", "Precision", "F1"]
    text = ParsedPage(class_memo_html(memo)).text
    assert "Fewer than 10" not in text
    assert "fewer than ten" not in text


@settings(max_examples=25)
@given(st.integers(0, 1000), st.sampled_from([3, 5, 10, 20]))
def test_small_counts_of_classes(seed: int, minimum: int) -> None:
    """Of displayed classes, and of the others together, no number of right or wrong cases is small.

    Precision is displayed only where each cell of the confusion matrix may be.
    """
    curves = one_class(150, seed=seed)
    decision = decide_classes(curves, rule="default")
    matrix = confusion_matrix(np.argmax(curves.y_true, axis=1), np.argmax(curves.y_score, axis=1))
    right = np.diag(matrix)
    outcomes = np.stack([right, matrix.sum(axis=1) - right], axis=1)
    try:
        found = columns(memo_of(decision, suppress_below=minimum))
    except InvalidPredictions:
        return
    shown = np.array([cases != WITHHELD for cases in found["Cases"]])
    displayed = [*outcomes[shown].ravel(), *outcomes[~shown].sum(axis=0)]
    assert all(cell == 0 or cell >= minimum for cell in displayed)
    assert ("Precision" in found) == bool(((matrix == 0) | (matrix >= minimum)).all())


def test_what_cannot_be_suppressed() -> None:
    """Weighted rows, and classes that all have small counts, are refused."""
    with pytest.raises(InvalidPredictions, match="weighted"):
        memo_of(decide_classes(labels(weighted=True)), suppress_below=5)
    with pytest.raises(InvalidPredictions, match="every class has such a count"):
        memo_of(decided("classes"), suppress_below=300)


def test_parts_of_other_decisions_are_refused() -> None:
    """Estimates and source must be about the decision."""
    with pytest.raises(ValueError, match="another decision"):
        memo_of(decide_classes(one_class(seed=1)), estimates=estimates("classes"))


def test_a_class_without_rows_has_no_recall_and_no_f1() -> None:
    """Its line tells how many cases get it by mistake only in the confusion; a note says what it is."""
    decision = decide_classes(with_an_absent_class())
    snapshot = memo_of(decision)
    found = columns(snapshot)
    assert (found["Cases"][3], found["Recall"][3], found["F1"][3]) == ("0", UNDEFINED, UNDEFINED)
    assert snapshot.classes.bars[3] is None
    assert "No case is of w: cases that get such a class are errors." in snapshot.classes.notes
    assert class_memo_html(snapshot)
    matrix = snapshot.matrices[0]
    assert matrix.counts[3] == ("0",) * 4
