"""The What-if page as a whole: every question, what it assumes, links, constraints, weights, and unusual data."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import streamlit
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools.ui.sections.what_if.scenarios import REGISTRY
from f1tools.ui.session.view import SCENARIOS
from tests.app.conftest import Open
from tests.app.helpers import (
    MARGINS,
    address,
    best_f1,
    card,
    go,
    plain_texts,
    sample_rows,
    settled,
    table_of,
    upload,
)

LINKS = {
    "prevalence": {"prevalence": "0.05"},
    "costs": {"what": "costs", "fp": "2.0", "fn": "7.0"},
    "weights": {"what": "weights", "class_weight": "3.0", "positive_weight": "2.0"},
    "reviews": {"what": "reviews", "cases": "200", "reviews": "20"},
    "triage": {"what": "triage", "no": "0.2", "yes": "0.6"},
}


def test_every_scenario_states_its_assumption(open_app: Open) -> None:
    """The registry has all of them. Each shows its assumption and a table; the URL holds what was set."""
    assert set(REGISTRY) == set(SCENARIOS)
    for scenario in SCENARIOS:
        app = open_app("what_if", **LINKS[scenario])
        assert "Assumes that" in plain_texts(app)
        assert table_of(app).rows
        assert address(app) == LINKS[scenario]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_suggested_threshold_is_used(open_app: Open, monkeypatch: pytest.MonkeyPatch, scenario: str) -> None:
    """One click: Decide has exactly its counts, as measured; Share and the memo say why, with these numbers."""
    written: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(streamlit, "download_button", lambda label, data, *_, **__: written.update({label: data}))
    app = open_app("what_if", **LINKS[scenario])
    button = next(each for each in reversed(app.button) if each.label.startswith("Use this threshold"))
    text = button.label.rpartition(" ")[2]
    assert "In use: **0.3438**" in plain_texts(app)
    button.click().run()
    assert re.search(rf"In use: \*\*{re.escape(text)}\*\*, as suggested (for|to|as) ", plain_texts(app))
    y_true, y_score = sample_rows()
    flagged = y_score >= float(text)
    shown = card(go(app, "decide"))
    assert shown["stops"][shown["current"]] == text
    assert shown["tp"][shown["current"]] == np.sum(y_true & flagged)
    assert shown["fp"][shown["current"]] == np.sum(~y_true & flagged)
    assert re.search("was set as suggested (for|to|as) ", plain_texts(go(app, "share")))
    memo = written["Download the memo"]().decode()
    assert re.search("was set as suggested (for|to|as) ", memo)
    for name, metric in (("Precision", precision_score), ("Recall", recall_score), ("F1", f1_score)):
        assert re.search(rf'<th scope="row">{name}</th><td[^>]*>{metric(y_true, flagged):.3f}</td>', memo)


def test_switching_scenarios(open_app: Open) -> None:
    """The chosen scenario is in the URL; the share of positives stays assumed in all of them."""
    app = open_app("what_if", prevalence="0.05")
    for scenario in SCENARIOS[1:]:
        app.button_group(key="question").set_value(scenario).run()
        assert address(app) == {"prevalence": "0.05", "what": scenario}
        assert "Assumed: 5.0% positives" in plain_texts(app)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_looking_at_a_question_assumes_nothing(open_app: Open, scenario: str) -> None:
    """Share names what was set, not what was opened; example costs are called that."""
    app = open_app("what_if", what=scenario)
    assert ("Example costs" in plain_texts(app)) == (scenario == "costs")
    assert "Example costs" not in plain_texts(go(app, "what_if", **LINKS[scenario]))
    assumed = f"in sections of its own: {REGISTRY[scenario].title}."
    assert assumed in plain_texts(open_app("share", **LINKS[scenario]))
    assert assumed not in plain_texts(open_app("share", what=scenario))


def test_constraints_in_a_scenario(open_app: Open) -> None:
    """Constraints that cannot be met are warned about where they apply; elsewhere the page says that they do not."""
    limited, free = open_app("what_if", min_recall="1", min_precision="1"), open_app("what_if")
    for scenario in SCENARIOS:
        app = go(limited, "what_if", what=scenario, min_recall="1", min_precision="1")
        assert table_of(app).rows
        applies = scenario in ("prevalence", "costs", "weights")
        assert len(app.warning) == applies
        assert ("do not apply" in plain_texts(app)) != applies
        assert "do not apply" not in plain_texts(go(free, "what_if", what=scenario))


def test_training_weights_only_move_the_threshold(open_app: Open) -> None:
    """0.5 of the balanced model decides like the share of positives does now; the best F1 stays."""
    y_true, y_score = sample_rows()
    app = open_app("what_if", what="weights")
    app.button(key="weight Balanced").click().run()
    shown = table_of(app)
    assert shown["What if, at 0.5"]["F1"] == f"{f1_score(y_true, y_score >= y_true.mean()):.3f}"
    assert shown["What if, threshold tuned"]["F1"] == shown["Measured"]["F1"]
    assert f"0.5 makes the decisions that {y_true.mean():.4g} makes now" in plain_texts(app)


def test_evaluation_weights(open_app: Open) -> None:
    """The metrics are scikit-learn's weighted ones; typical cases stay as common as they are."""
    y_true, y_score = sample_rows()
    shown = table_of(open_app("what_if", what="weights", positive_weight="2"))
    weights = np.where(y_true, 2.0, 1.0)
    assert shown["What if, threshold tuned"]["F1, weighted"] == f"{best_f1(y_true, y_score, weights):.3f}"
    now = y_score >= float(shown["Measured, weighted"]["Threshold"])
    assert shown["Measured, weighted"]["F1, weighted"] == f"{f1_score(y_true, now, sample_weight=weights):.3f}"
    for column in shown.columns.values():
        assert int(column["Caught"]) + int(column["Missed"]) == pytest.approx(1000 * y_true.mean(), abs=1)


def test_weights_apply_to_their_own_scenario_only(open_app: Open) -> None:
    """Elsewhere they are neither assumed nor mentioned; one click resets all assumptions."""
    link = {"class_weight": "3.0", "positive_weight": "2.0", "prevalence": "0.1"}
    without = table_of(settled(open_app("what_if", prevalence="0.1")))
    for scenario in ("prevalence", "costs", "reviews", "triage"):
        app = settled(open_app("what_if", what=scenario, **link))
        assert not re.search("weight [23]", plain_texts(app))
        assert scenario != "prevalence" or table_of(app) == without
    app = open_app("what_if", what="weights", **link)
    assert "10.0% positives, training weight 3, evaluation weight 2" in plain_texts(app)
    app.button(key="reset").click().run()
    assert address(app) == {"what": "weights"}


def test_scores_that_are_not_probabilities_have_no_training_weight(open_app: Open) -> None:
    """The page says so, and the other scenarios work."""
    app = upload(open_app("data", what="weights", class_weight="3"), ("margins.csv", MARGINS))
    for scenario in SCENARIOS:
        go(app, "what_if", what=scenario)
        assert any("not probabilities" in info.value for info in app.info) == (scenario == "weights")


def test_other_data_start_without_assumptions(open_app: Open) -> None:
    """What was assumed about the old data is reset; the scenario stays open."""
    app = open_app("data", what="weights", class_weight="3", prevalence="0.1")
    app.radio(key="sample").set_value("breast_cancer").run()
    assert address(app) == {"data": "breast_cancer", "what": "weights"}


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
def test_extreme_links_open(open_app: Open, link: dict[str, str]) -> None:
    """Within the bounds of the parameters every scenario has an answer."""
    app = open_app("what_if", **link)
    for scenario in SCENARIOS:
        go(app, "what_if", what=scenario, **link)


def test_rare_positives(open_app: Open) -> None:
    """One positive in 20,000 rows is below the range of the field, and works all the same."""
    lines = [f"{int(i == 7)},{(i * 37 % 1000) / 1000:.3f}" for i in range(20_000)]
    app = upload(open_app("data"), ("rare.csv", "\n".join(["y_true,p", *lines]).encode()))
    for scenario in SCENARIOS:
        go(app, "what_if", what=scenario)


@pytest.mark.parametrize(
    ("scenario", "field", "parameter"),
    [
        ("prevalence", "prevalence field", "prevalence"),
        ("costs", "cost_fn", "fn"),
        ("weights", "positive weight", "positive_weight"),
        ("reviews", "cases", "cases"),
        ("triage", "max_false", "max_false"),
    ],
)
def test_an_emptied_field_restores_its_default(open_app: Open, scenario: str, field: str, parameter: str) -> None:
    """It does not jump to its lowest value."""
    value = {"cases": "200"}.get(parameter, "0.2")
    app = open_app("what_if", what=scenario, **{parameter: value})
    app.number_input(key=field).set_value(None).run()
    assert not app.exception
    assert parameter not in address(app)
    assert app.number_input(key=field).value is not None
