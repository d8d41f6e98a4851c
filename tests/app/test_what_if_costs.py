"""Costs on the What-if page: every number against scikit-learn or brute force, with amounts and roles."""

import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, recall_score

from f1tools.uncertainty import tuned_estimate
from f1tools.what_if import Costs
from tests.app.conftest import Open
from tests.app.helpers import (
    address,
    csv_rows,
    figures,
    go,
    plain_texts,
    sample,
    sample_rows,
    settled,
    table_of,
    upload,
)
from tests.app.what_if_rows import number, open_with_roles, part


def test_costs(open_app: Open) -> None:
    """Both thresholds cost what scikit-learn's counts give, and none is cheaper than the cheapest."""
    y_true, y_score = sample_rows()

    def cost(threshold: float) -> float:
        (_, fp), (fn, _) = confusion_matrix(y_true, y_score >= threshold)
        return float(1000 * (2 * fp + 7 * fn) / y_true.size)

    shown = table_of(open_app("what_if", what="costs", fp="2", fn="7"))
    for column in shown.columns.values():
        expected = cost(float(column["Threshold"]))
        assert number(column["Cost per 1,000 cases"]) == pytest.approx(expected, rel=1e-3)
    least = min(map(cost, np.unique(y_score)))
    assert number(shown["Cheapest"]["Cost per 1,000 cases"]) == pytest.approx(least, rel=1e-3)


def test_the_total_cost_in_a_currency(open_app: Open) -> None:
    """The saving is that of the counts for as many cases; what to expect on new rows is the .632 bootstrap's."""
    y_true, y_score = sample_rows()
    link = {"what": "costs", "fp": "2.0", "fn": "7.0", "currency": "€", "volume": "5000", "per": "week", "t": "0.5"}
    app = settled(open_app("what_if", **link))
    shown, text = table_of(app), plain_texts(app)
    now, least = (number(column["Cost a week"].removesuffix(" €")) for column in shown.columns.values())
    (_, fp), (fn, _) = confusion_matrix(y_true, y_score >= 0.5)
    assert now == pytest.approx(5000 * (2 * fp + 7 * fn) / y_true.size, rel=1e-3)
    saving = number(re.findall(r"instead of 0\.5 saves (\S+) € a week at 5,000 cases", text)[0])
    assert saving < now - least
    expected = -5000 * tuned_estimate(sample().curve(), Costs(fp=2, fn=7).metric()).estimate
    assert saving == pytest.approx(now - expected, abs=2)
    assert number(re.findall(r"expect that it costs (\S+) € a week", text)[0]) == pytest.approx(expected, rel=1e-3)
    app.number_input(key="cost cases").set_value(None).run()
    app.text_input(key="currency").set_value(" ").run()
    assert address(app) == {key: link[key] for key in ("what", "fp", "fn", "per", "t")}
    assert "€" not in plain_texts(app)


def test_the_saving_on_new_data(open_app: Open) -> None:
    """It is against the threshold that is named: on rows out of the bag this one costs what it costs here."""
    y_true, y_score = sample_rows()
    thresholds = np.unique(y_score)
    app = settled(open_app("what_if", what="costs"))
    current, text = float(table_of(app)["Now"]["Threshold"]), plain_texts(app)

    def costs(by: np.ndarray) -> np.ndarray:
        """Return what each row costs at each threshold: 1 for a false alarm, 5 for a missed case."""
        flagged = y_score[:, np.newaxis] >= by
        return np.where(y_true[:, np.newaxis], 5.0 * ~flagged, 1.0 * flagged)

    at_all, now = costs(thresholds), costs(np.array([current]))[:, 0]
    rng, fixed, tuned = np.random.default_rng(7), [], []
    for _ in range(500):
        drawn = np.bincount(rng.integers(y_true.size, size=y_true.size), minlength=y_true.size)
        left_out = drawn == 0
        fixed.append(now[left_out].mean())
        tuned.append(at_all[left_out, np.argmin(drawn @ at_all)].mean())
    expected = 1000 * (0.368 * at_all.mean(axis=0).min() + 0.632 * np.mean(tuned))
    saving = number(re.findall(r"saves (\S+) per 1,000 cases", text)[0])
    assert saving == pytest.approx(1000 * np.mean(fixed) - expected, abs=12)
    shown = number(re.findall(r"expect that it costs (\S+) per 1,000", text)[0])
    assert shown == pytest.approx(expected, abs=8)
    assert saving == pytest.approx(number(table_of(app)["Now"]["Cost per 1,000 cases"]) - shown, abs=1)


def test_a_column_of_amounts_is_proposed(open_app: Open) -> None:
    """One click uses it as what a missed case costs; the file stays readable, and the settings stay as they were."""
    rows = [f"{line},{10 + i % 50}" for i, line in enumerate(csv_rows(300))]
    app = upload(open_app("data"), ("mine.csv", "\n".join(["y_true,p_model,Amount", *rows]).encode()))
    go(app, "what_if", what="costs", t="0.3", fp="20.0")
    before = address(app)
    app.button(key="use amounts").click().run()
    about_data = ("data", "read")
    after = address(app)
    assert "Amount" in after["read"]
    assert {key: after[key] for key in after if key not in about_data} == {
        key: before[key] for key in before if key not in about_data
    } | {"amounts": "True"}
    cost = sum(
        (10 + i % 50) * (float(score) < 0.3) if label == "1" else 20 * (float(score) >= 0.3)
        for i, (label, score) in enumerate(line.split(",") for line in csv_rows(300))
    )
    assert number(table_of(app)["Now"]["Cost per 1,000 cases"]) == pytest.approx(1000 * cost / 300, rel=1e-3)
    for name in ("age", "p_other"):
        app = upload(open_app("data"), ("mine.csv", "\n".join([f"y_true,p_model,{name}", *rows]).encode()))
        assert not [each for each in go(app, "what_if", what="costs").button if each.key == "use amounts"]


def test_costs_that_leave_nothing_to_decide(open_app: Open) -> None:
    """They stay as they were typed, and one message says what is wrong."""
    app = open_app("what_if", what="costs")
    app.number_input(key="cost_fp").set_value(-1.0).run()
    assert not app.exception
    assert (len(app.error), app.number_input(key="cost_fp").value) == (1, -1)


def test_the_current_threshold_may_be_the_cheapest(open_app: Open) -> None:
    """Then the page says so; earnings are not called a cost."""
    cheapest = table_of(open_app("what_if", what="costs"))["Cheapest"]["Threshold"]
    assert "is already the cheapest" in plain_texts(open_app("what_if", what="costs", t=cheapest))
    assert "earns" in plain_texts(settled(open_app("what_if", what="costs", tp="-20.0")))


def test_the_bayes_threshold_needs_calibrated_scores_of_these_cases(open_app: Open) -> None:
    """With another share of positives the same scores are not probabilities, and it is not mentioned."""
    for link, mentioned in (({}, True), ({"prevalence": "0.05"}, False)):
        app = open_app("what_if", what="costs", **link)
        assert ("For calibrated scores" in plain_texts(app)) == mentioned
        assert ("if calibrated" in str(figures(app))) == mentioned


@pytest.mark.parametrize("by_amounts", [False, True])
@pytest.mark.parametrize("min_recall", [0.0, 0.95])
def test_costs_with_roles(open_app: Open, by_amounts: bool, min_recall: float) -> None:
    """The cheapest threshold of one set is brute force's, with its cost on the other set.

    The constraint on recall is one on cases, also where a missed case costs the amount in its row.
    """
    link = {"what": "costs", "fp": "20.0", "fn": "3.0"} | ({"min_recall": str(min_recall)} if min_recall else {})
    app = open_with_roles(open_app, **link, **({"amounts": "True"} if by_amounts else {}))

    def cost(name: str, threshold: float) -> float:
        y_true, score, loss = part(name)
        missed = loss if by_amounts else np.full(y_true.size, 3.0)
        total = 20 * (~y_true & (score >= threshold)).sum() + missed[y_true & (score < threshold)].sum()
        return float(1000 * total / y_true.size)

    y_true, score, _ = part("valid")
    allowed = [t for t in np.unique(score) if recall_score(y_true, score >= t) >= min_recall]
    shown = table_of(app)
    cheapest = float(shown["Cheapest"]["Threshold"])
    assert recall_score(y_true, score >= cheapest) >= min_recall
    assert cost("valid", cheapest) == pytest.approx(min(cost("valid", t) for t in allowed))
    for column in shown.columns.values():
        expected = cost("test", float(column["Threshold"]))
        assert number(column["Cost per 1,000 cases"]) == pytest.approx(expected, rel=1e-3)
    assert ("recall at least 0.95" in plain_texts(app)) == bool(min_recall)
    assert ("if calibrated" in str(figures(app))) != by_amounts
