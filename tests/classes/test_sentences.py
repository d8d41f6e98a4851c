"""How thresholds of several labels are written."""

import numpy as np
from sklearn.metrics import precision_score

from f1tools.classes import ClassCurves, Rule, decide_classes, estimate_rules
from f1tools.classes.sentences import caution_sentences, recommendation_text, threshold_texts
from f1tools.core.constraints import Constraint
from f1tools.formatting import metric_value


def test_labels_with_the_common_threshold_show_it_alike() -> None:
    """A label with few positives shows the same text as where all labels have that threshold, and it decides alike."""
    rng = np.random.default_rng(5)
    y_true = rng.random((400, 3)) < [0.5, 0.3, 0.01]
    curves = ClassCurves.from_predictions(y_true, rng.random((400, 3)) * [1, 0.7, 0.2] + 0.2 * y_true)
    shown = {}
    for rule in ("common", "own"):
        decision = decide_classes(curves, rule=rule)
        assert len(decision.few) == 1
        shown[rule] = threshold_texts(decision)
        np.testing.assert_array_equal(decision.rule.thresholds, list(map(float, shown[rule])))
        assert max(map(len, shown[rule])) <= 6  # the scores have 16 digits
    assert len(set(shown["common"])) == 1
    assert shown["own"][2] == shown["common"][0]


def test_one_label_with_few_positives_is_one() -> None:
    """The sentence about it is in the singular."""
    scores = np.random.default_rng(3).dirichlet([1, 1, 1], 90)
    labels = ClassCurves.from_predictions(np.arange(90)[:, None] % [2, 30] == 0, scores[:, :2])
    (few,) = [each for each in caution_sentences(decide_classes(labels)) if "Fewer than" in each]
    assert "it keeps the common one" in few


def test_the_recommendation_says_what_to_do_first() -> None:
    """A default that others beat only by chance is kept; a rule that is better beyond chance is used."""
    rng = np.random.default_rng(0)
    y_true = rng.random((120, 3)) < [0.3, 0.2, 0.2]
    noise = rng.normal(size=(120, 3))
    for shift, start in ((0.3, "Keep 0.5 for every label: macro F1 "), (4, "Use one threshold for ")):
        curves = ClassCurves.from_predictions(y_true, 1 / (1 + np.exp(shift - 3 * (y_true - 0.5) - noise)))
        estimates = estimate_rules(decide_classes(curves), n_resamples=30)
        answer, _ = recommendation_text(estimates)
        value = metric_value(estimates.rules[estimates.recommended()].values["macro"])
        assert answer.startswith(start)
        assert f"macro F1 {value} expected on new rows" in answer
        values = {name: each.values["macro"] for name, each in estimates.rules.items()}
        is_highest = values[estimates.recommended()] == max(values.values())
        assert ("the difference may be chance" in answer) == (not is_highest)


def test_a_rule_breaks_a_limit_only_where_its_counts_do() -> None:
    """A rule with a higher value that is not recommended breaks the limits of labels, or is only not tuned to them."""
    rng = np.random.default_rng(1)
    y_true = rng.random((300, 2)) < 0.3
    score = 1 / (1 + np.exp(1.5 - 2 * y_true - rng.normal(size=(300, 2))))
    curves = ClassCurves.from_predictions(y_true, score, classes=["cat", "dog"])
    free = estimate_rules(decide_classes(curves), n_resamples=20)
    for least in (0.3, 0.9):
        limits = {"dog": [Constraint.at_least("precision", least)]}
        estimates = estimate_rules(decide_classes(curves, constraints=limits), n_resamples=20)
        values: dict[str, float] = {name: each.values["macro"] for name, each in estimates.rules.items()}
        answer, _ = recommendation_text(estimates)
        rival: Rule = "default" if values["default"] >= values["common"] else "common"
        flagged = estimates.decision.rules[rival].decide(score)
        is_broken = precision_score(y_true[:, 1], flagged[:, 1]) < least
        assert ("breaks the limit of dog" in answer) == (is_broken and values["own"] < values[rival])
        assert ("not tuned to the limits" in answer) == (not is_broken and values["own"] < values[rival])
        assert "Limits of labels are met" in " ".join(caution_sentences(estimates.decision))
        fixed = estimates.decision.with_thresholds({"dog": 0.5})
        assert "Limits" not in " ".join(caution_sentences(fixed))
    assert "limit" not in " ".join([*recommendation_text(free), *caution_sentences(free.decision)]).lower()


def test_rules_that_decide_alike() -> None:
    """Without a difference in any resample no interval of it is claimed."""
    curves = ClassCurves.from_predictions(["a"] * 12 + ["b"] * 12, [[0.9, 0.1]] * 12 + [[0.1, 0.9]] * 12)
    _, support = recommendation_text(estimate_rules(decide_classes(curves), n_resamples=5))
    assert support.endswith("decides the same on these rows.")
    assert "difference" not in support


def test_labels_that_keep_the_common_threshold_have_fewer_positives_than_was_asked_for() -> None:
    """The number in the sentence is that of the choice: 40 positives are not fewer than ten."""
    rng, y_true = np.random.default_rng(0), np.repeat(["cat", "cow", "dog"], [60, 1, 40])
    curves = ClassCurves.from_predictions(y_true, rng.dirichlet([1, 1, 1], y_true.size))
    for fewest, kept in ((50, "Fewer than 50 positives: cow and dog. "), (0, "Fewer than 2 positives: cow. ")):
        (few,) = [each for each in caution_sentences(decide_classes(curves, min_positives=fewest)) if "Fewer" in each]
        assert few.startswith(kept)


def test_micro_is_called_as_it_is_and_blamed_only_where_it_chose() -> None:
    """With beta 2 it is micro F2; logits are not called probabilities; 0.5 misses a label whatever is maximized."""
    rng, codes = np.random.default_rng(0), np.repeat([0, 1], 30)
    logits = ClassCurves.from_predictions(codes, rng.normal(size=(60, 2)) * 3)
    first = caution_sentences(decide_classes(logits, "micro", beta=2))[0]
    assert first == "Micro F2 is the accuracy here."
    labels = ClassCurves.from_predictions(np.eye(2, dtype=int)[codes], rng.random((60, 2)) * [1, 0.4])
    assert caution_sentences(decide_classes(labels, "micro", rule="default")) == ["Never flagged here: 1."]
