"""The What-if page: every figure of it against scikit-learn or brute force."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score
from streamlit.testing.v1 import AppTest

from f1tools.ui.components import expected_line
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if import WhatIf
from tests.app.conftest import Open
from tests.app.tables import Table, table_of
from tests.app.test_pages import address, sample, texts, upload

QUESTIONS = ("prevalence", "costs", "weights", "reviews", "triage")
ASKED = {
    "prevalence": {"prevalence": "0.05"},
    "costs": {"what": "costs", "fp": "2.0", "fn": "7.0"},
    "weights": {"what": "weights", "class_weight": "3.0", "positive_weight": "2.0"},
    "reviews": {"what": "reviews", "cases": "200", "reviews": "20"},
    "triage": {"what": "triage", "no": "0.2", "yes": "0.6"},
}


def table(app: AppTest) -> Table:
    assert not app.exception
    return table_of(app)


def rows() -> tuple[np.ndarray, np.ndarray]:
    predictions = sample()
    return predictions.y_true, predictions.scores[predictions.models[0]]


def written(value: float) -> str:
    return f"{value:.3f}"


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_and_an_assumption(open_app: Open, question: str) -> None:
    """Each says in one sentence what it assumes, and shows a table; the address holds what was asked."""
    app = open_app("what_if", **ASKED[question])
    assert not app.exception
    assert "Assumes that" in texts(app)
    assert table(app).names
    assert address(app) == ASKED[question]


def test_without_a_question_nothing_changes(open_app: Open) -> None:
    """A first visit supposes nothing: there is one column, and a sentence says what to do."""
    app = open_app("what_if")
    assert table(app).heads == ["Now"]
    assert "Choose the share of positives where you will use the model" in texts(app)


def test_another_share_of_positives(open_app: Open) -> None:
    """Keeping the threshold gives what scikit-learn gives with weights; tuning it gives the best of all thresholds."""
    y_true, y_score = rows()
    shown = table(open_app("what_if", prevalence="0.05"))
    own = y_true.mean()
    weight = np.where(y_true, 0.05 / own, 0.95 / (1 - own))
    kept = y_score >= float(shown["What if, threshold kept"]["Threshold"])
    for name, metric in (("F1", f1_score), ("Precision", precision_score), ("Recall", recall_score)):
        assert shown["What if, threshold kept"][name] == written(metric(y_true, kept, sample_weight=weight))
    best = max(f1_score(y_true, y_score >= score, sample_weight=weight) for score in np.unique(y_score))
    assert shown["What if, threshold tuned"]["F1"] == written(best)
    assert shown["What if, threshold tuned"]["Caught"].isdecimal()


def test_a_what_if_too_says_what_to_expect(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The honest estimate is that of the supposed curve."""
    monkeypatch.setattr(expected_line, "_PATIENCE", 30.0)
    expected = tuned_estimate(WhatIf(prevalence=0.05).apply(sample().curve()))
    said = texts(open_app("what_if", prevalence="0.05")).replace("\\", "")
    assert f"expect an F1 of about {expected.estimate:.3f}" in said
    assert "expect to pay a little more on new ones" in texts(open_app("what_if", what="costs"))
    assert "expect somewhat more mistakes on new ones" in texts(open_app("what_if", what="triage"))
    assert "expect" not in texts(open_app("what_if", what="triage", no="0.2", yes="0.6"))


def test_typical_cases_add_up(open_app: Open) -> None:
    """Caught, missed, false alarms and left alone make 1,000, or 10,000 where positives are rare."""
    for share, among in (("0.05", 1_000), ("0.002", 10_000)):
        shown = table(open_app("what_if", prevalence=share))
        for head in shown.heads:
            cases = [shown[head][name] for name in shown.names[-4:]]
            assert sum(int(number.replace(",", "")) for number in cases) == among


def test_the_slider_and_the_field_ask_for_the_same(open_app: Open) -> None:
    """Either sets the share; the data's own share supposes nothing."""
    app = open_app("what_if")
    app.select_slider(key="prevalence slider").set_value(0.02).run()
    assert address(app) == {"prevalence": "0.02"}
    assert app.number_input(key="prevalence field").value == pytest.approx(2)
    app.number_input(key="prevalence field").set_value(40.0).run()
    assert address(app) == {"prevalence": "0.4"}
    app.number_input(key="prevalence field").set_value(99.99).run()
    assert address(app) == {"prevalence": "0.9999"}
    app.select_slider(key="prevalence slider").set_value(float(rows()[0].mean())).run()
    assert address(app) == {}


def test_costs(open_app: Open) -> None:
    """The cheapest threshold costs what brute force finds, per 1,000 cases."""
    y_true, y_score = rows()

    def cost(threshold: float) -> float:
        flagged = y_score >= threshold
        return float(1000 * (2 * (flagged & ~y_true).sum() + 7 * (~flagged & y_true).sum()) / y_true.size)

    shown = table(open_app("what_if", what="costs", fp="2", fn="7"))
    least = min(map(cost, np.unique(y_score)))
    for head in shown.heads:
        column = shown[head]
        assert float(column["Cost per 1,000 cases"].replace(",", "")) == pytest.approx(
            cost(float(column["Threshold"])), rel=1e-3
        )
    assert float(shown["Cheapest"]["Cost per 1,000 cases"].replace(",", "")) == pytest.approx(least, rel=1e-3)


def test_prices_under_which_nothing_is_to_be_decided(open_app: Open) -> None:
    """They stay as they were typed, and a sentence says what is wrong with them."""
    app = open_app("what_if", what="costs")
    app.number_input(key="cost_fp").set_value(-1.0).run()
    assert not app.exception
    assert "nothing to decide" in app.error[0].value
    assert app.number_input(key="cost_fp").value == -1


def test_training_weights_move_the_threshold_only(open_app: Open) -> None:
    """0.5 of the balanced model decides like the share of positives does now; the best F1 stays."""
    y_true, y_score = rows()
    app = open_app("what_if", what="weights")
    app.button(key="weight Balanced").click().run()
    shown = table(app)
    half = y_score >= y_true.mean()
    assert shown["What if, at 0.5"]["F1"] == written(f1_score(y_true, half))
    assert shown["What if, threshold tuned"]["F1"] == shown["Now"]["F1"]
    assert "0.5 makes the decisions that 0.3009 makes now" in texts(app).replace("\\", "")


def test_evaluation_weights_are_scikit_learns(open_app: Open) -> None:
    """The metrics are scikit-learn's weighted ones; cases stay as common as they are."""
    y_true, y_score = rows()
    shown = table(open_app("what_if", what="weights", positive_weight="2"))
    weight = np.where(y_true, 2.0, 1.0)
    best = max(f1_score(y_true, y_score >= score, sample_weight=weight) for score in np.unique(y_score))
    assert shown["What if, threshold tuned"]["F1, weighted"] == written(best)
    now = y_score >= float(shown["Now"]["Threshold"])
    assert shown["Now"]["F1, weighted"] == written(f1_score(y_true, now, sample_weight=weight))
    for head in shown.heads:
        real = int(shown[head]["Caught"]) + int(shown[head]["Missed"])
        assert real == pytest.approx(1000 * y_true.mean(), abs=1)


def test_forgetting(open_app: Open) -> None:
    """One click forgets all that is supposed, and keeps the question."""
    app = open_app("what_if", what="weights", class_weight="3", prevalence="0.1")
    assert "training weight 3" in texts(app)
    assert "10\\.0\\% positives" in texts(app)
    app.button(key="forget").click().run()
    assert address(app) == {"what": "weights"}


def test_reviews(open_app: Open) -> None:
    """The lowest threshold that flags no more than there is room for."""
    _, y_score = rows()
    shown = table(open_app("what_if", what="reviews", cases="200", reviews="20"))
    threshold = float(shown["Within the capacity"]["Threshold"])
    assert (y_score >= threshold).mean() <= 0.1
    lower = y_score[y_score < threshold].max()
    assert (y_score >= lower).mean() > 0.1


def test_triage(open_app: Open) -> None:
    """Three zones with all cases in them, cut where the sliders stand."""
    y_true, y_score = rows()
    app = open_app("what_if", what="triage", no="0.2", yes="0.6")
    shown = table(app)
    zones = {"Sure no, below 0.2": y_score < 0.2, "Sure yes, 0.6 or more": y_score >= 0.6}
    for name, zone in zones.items():
        place = shown.names.index(name)
        found = [shown[head].column[place] for head in ("Cases", "Real", "Not real")]
        assert [int(number) for number in found] == [zone.sum(), (zone & y_true).sum(), (zone & ~y_true).sum()]
    app.select_slider(key="sure no slider").set_value("0.6").run()
    assert address(app) == {"what": "triage", "no": "0.6", "yes": "0.6"}
    assert table(app).names == ["Sure no, below 0.6", "Sure yes, 0.6 or more"]
    assert "the suggestion is" in texts(app)
    app.button(key="suggested").click().run()
    assert address(app) == {"what": "triage"}
    assert "the suggestion is" not in texts(app)


def test_the_suggested_zones_keep_what_was_asked(open_app: Open) -> None:
    """With at most 10% wrong among the sure yes and 5% of all real cases among the sure no."""
    shown = table(open_app("what_if", what="triage"))
    cases, real, others = (shown[head].column for head in ("Cases", "Real", "Not real"))
    assert int(real[0]) <= 0.05 * sum(map(int, real))
    assert int(others[2]) <= 0.1 * int(cases[2])


def test_scores_that_are_no_probabilities_have_no_training_weight(open_app: Open) -> None:
    """The page says so, and the rest of it works."""
    margins = b"y_true,margin\n" + b"".join(b"%d,%d\n" % (i % 3 == 0, i % 17 + 5 * (i % 3 == 0)) for i in range(300))
    app = upload(open_app("data", what="weights", class_weight="3"), ("margins.csv", margins))
    for question in QUESTIONS:
        app.switch_page("pages/what_if.py")
        app.query_params["what"] = question
        app.run()
        assert not app.exception
        assert ("not probabilities" in texts(app)) == (question == "weights")


def test_other_data_start_without_suppositions(open_app: Open) -> None:
    """A share or a weight that was set for the old data is forgotten, the question stays."""
    app = open_app("data", what="weights", class_weight="3", prevalence="0.1")
    app.button(key="sample breast_cancer").click().run()
    assert address(app) == {"data": "breast_cancer", "what": "weights"}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "link",
    [
        {"cases": "9" * 15, "reviews": "9" * 15},
        {"cases": "0", "reviews": "0", "no": "-1e308", "yes": "1e308"},
        {"prevalence": "0.0001", "class_weight": "1000.0", "positive_weight": "0.001"},
        {"prevalence": "0.9999", "fp": "-1000000000.0", "tn": "-1000000000.0", "fn": "1000000000.0"},
        {"fp": "0.0", "max_false": "0.0", "max_missed": "1.0"},
        {"t": "1e300", "metric": "specificity"},
        {"t": "-5", "metric": "lift", "min_recall": "1", "min_precision": "1"},
    ],
)
def test_extreme_links_open(open_app: Open, question: str, link: dict[str, str]) -> None:
    """Whatever a link asks for within the bounds, every question has an answer."""
    assert not open_app("what_if", what=question, **link).exception


def test_rare_positives(open_app: Open) -> None:
    """One positive in 20,000 rows is less than the field offers, and shown all the same."""
    lines = [f"{int(i == 7)},{(i * 37 % 1000) / 1000:.3f}" for i in range(20_000)]
    app = upload(open_app("data"), ("rare.csv", "\n".join(["y_true,p", *lines]).encode()))
    for question in QUESTIONS:
        app.switch_page("pages/what_if.py")
        app.query_params["what"] = question
        assert not app.run().exception
