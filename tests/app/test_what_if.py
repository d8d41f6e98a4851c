"""The What-if page: every number against scikit-learn or brute force; table, figures and rows agree."""

import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score, matthews_corrcoef, precision_score, recall_score
from streamlit.testing.v1 import AppTest

from f1tools.core.metrics import metric as metric_named
from f1tools.memo import build_snapshot
from f1tools.ui.sections.what_if.scenarios import REGISTRY
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import SCENARIOS
from f1tools.uncertainty import Interval, tuned_estimate
from f1tools.what_if import Costs, WhatIf
from f1tools.what_if.scenario_table import ScenarioResult
from tests.app.conftest import Open
from tests.app.helpers import (
    MARGINS,
    address,
    csv_rows,
    figures,
    file_with_roles,
    go,
    plain_texts,
    read_again,
    sample,
    sample_rows,
    settled,
    table_of,
    take,
    upload,
    widget,
    with_roles,
)
from tests.memo.helpers import CREATED, section

LINKS = {
    "prevalence": {"prevalence": "0.05"},
    "costs": {"what": "costs", "fp": "2.0", "fn": "7.0"},
    "weights": {"what": "weights", "class_weight": "3.0", "positive_weight": "2.0"},
    "reviews": {"what": "reviews", "cases": "200", "reviews": "20"},
    "triage": {"what": "triage", "no": "0.2", "yes": "0.6"},
}
SHARE = 0.1


def part(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return class, score and amount of the rows of one part of the file with roles."""
    lines = [line.split(",") for line in file_with_roles().decode().splitlines()[1:]]
    values = np.array([[float(value) for value in line[1:]] for line in lines if line[0] == f'"{name}"'])
    return values[:, 0] == 1, values[:, 1], values[:, 2]


def open_with_roles(open_app: Open, **link: str) -> AppTest:
    """Open the page on a file with roles, and with amounts if the link uses them."""
    app = with_roles(open_app("data"))
    if "amounts" in link:
        widget(app.selectbox, "Amount").select("loss").run()
        read_again(app)
    return go(app, "what_if", **link)


def shifted(y_true: np.ndarray, share: float) -> np.ndarray:
    """Return row weights with which this share is positive."""
    weights: np.ndarray = np.where(y_true, share / y_true.mean(), (1 - share) / (1 - y_true.mean()))
    return weights


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def test_every_scenario_states_its_assumption(open_app: Open) -> None:
    """The registry has all of them. Each shows its assumption and a table; the URL holds what was set."""
    assert set(REGISTRY) == set(SCENARIOS)
    for scenario in SCENARIOS:
        app = open_app("what_if", **LINKS[scenario])
        assert "Assumes that" in plain_texts(app)
        assert table_of(app).rows
        assert address(app) == LINKS[scenario]


def test_switching_scenarios(open_app: Open) -> None:
    """The chosen scenario is in the URL; the share of positives stays assumed in all of them."""
    app = open_app("what_if", prevalence="0.05")
    for scenario in SCENARIOS[1:]:
        app.button_group(key="question").set_value(scenario).run()
        assert address(app) == {"prevalence": "0.05", "what": scenario}
        assert "Assumed: 5.0% positives" in plain_texts(app)


@pytest.mark.parametrize(("share", "n_cases"), [("0.05", 1_000), ("0.002", 10_000)])
def test_another_share_of_positives(open_app: Open, share: str, n_cases: int) -> None:
    """The kept threshold gives what scikit-learn gives with weights; the tuned one is the best of all thresholds.

    The four outcomes add up to 1,000 cases, or to 10,000 where positives are rare.
    """
    y_true, y_score = sample_rows()
    shown = table_of(open_app("what_if", prevalence=share))
    weights = shifted(y_true, float(share))
    kept = y_score >= float(shown["What if, threshold kept"]["Threshold"])
    for name, metric in (("F1", f1_score), ("Precision", precision_score), ("Recall", recall_score)):
        assert shown["What if, threshold kept"][name] == f"{metric(y_true, kept, sample_weight=weights):.3f}"
    best = max(f1_score(y_true, y_score >= score, sample_weight=weights) for score in np.unique(y_score))
    assert shown["What if, threshold tuned"]["F1"] == f"{best:.3f}"
    for column in shown.columns.values():
        assert sum(number(column[name]) for name in shown.rows[-4:]) == n_cases


def test_what_to_expect_in_a_scenario(open_app: Open) -> None:
    """The estimate for new rows is that of the shifted curve; tuned costs and triages have a caution."""
    share, curve, f1 = 0.001, sample().curve(), metric_named("f1")
    measured, tuned = (tuned_estimate(WhatIf(prevalence=each).apply(curve)) for each in (None, share))
    kept = measured.rates.at_prevalence(share)
    app = settled(open_app("what_if", prevalence=str(share)))
    chart = str(figures(app)[0])
    assert f"on new data instead of {measured.estimate:.3f}" in plain_texts(app)
    shown = [(column["F1 on new data"], column["95% interval"]) for column in table_of(app).columns.values()]
    for cell, value, interval in (
        (shown[0], measured.estimate, measured.interval),
        (shown[1], measured.at_prevalence(share), Interval(*kept.bounds(f1, 0.95), 0.95)),
        (shown[2], tuned.estimate, tuned.interval),
    ):
        assert interval is not None
        assert cell == (f"{value:.3f}", f"{interval.low:.3f} to {interval.high:.3f}")
    assert f"best {tuned.estimate:.3f}" in chart
    assert f"kept {measured.at_prevalence(share):.3f}" in chart
    assert "Dotted where" in plain_texts(app)
    assert "no false alarm among 309 negatives" in plain_texts(app)
    assert "On this data" in next(each.proto.body for each in app.get("html") if "<table>" in each.proto.body)
    assert "tuned on this data" in plain_texts(settled(open_app("what_if", what="costs")))
    assert "tuned on this data; expect somewhat more" in plain_texts(open_app("what_if", what="triage"))
    assert "tuned on this data; expect" not in plain_texts(open_app("what_if", what="triage", no="0.2", yes="0.6"))


def test_the_memo_says_what_the_rows_cannot_tell(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its scenario explains a wide interval as the page does, and is silent at a share that the rows determine."""
    said: dict[float | None, bool] = {}  # a page may run twice

    def write(context: PageContext, results: list[ScenarioResult]) -> list[str]:
        final = [each.final() for each in results]
        memo = build_snapshot(context.decision, context.data.source, scenarios=final, created=CREATED)
        answer = " ".join(section(memo, "scenario").sentences)
        said[context.view.prevalence] = "cannot tell it more precisely: with no false alarm among 309" in answer
        return []  # what the memo includes

    monkeypatch.setattr("f1tools.ui.sections.share.memo", write)
    app = open_app("what_if")
    for share in ("0.001", "0.3"):
        go(app, "share", prevalence=share)
    assert said == {0.001: True, 0.3: False}


def test_a_proposed_share_keeps_its_values(open_app: Open) -> None:
    """The data's own share has the value that Decide expects for both thresholds; a click changes no number.

    The thresholds of a column have the same number of decimals.
    """
    app = settled(open_app("what_if"))
    proposed = table_of(app)
    own = f"{tuned_estimate(sample().curve()).estimate:.3f}"
    kept, tuned, threshold = proposed.columns.values()
    assert (kept["30.1% as here"], tuned["30.1% as here"]) == (own, own)
    assert len({len(text.partition(".")[2]) for text in threshold.values()}) == 1
    shown = table_of(settled(app.button(key="share 0.05").click().run()))
    assert shown["What if, threshold kept"]["F1 on new data"] == kept["5.0%"]
    assert shown["What if, threshold tuned"]["F1 on new data"] == tuned["5.0%"]
    assert float(shown["What if, threshold tuned"]["Threshold"]) == float(threshold["5.0%"])


def test_slider_and_field_set_the_same_share(open_app: Open) -> None:
    """Either sets the share of positives; the data's own share, as on a first visit, assumes nothing."""
    app = open_app("what_if")
    assert "Now" not in table_of(app).columns
    assert address(app) == {}
    app.select_slider(key="prevalence slider").set_value(0.02).run()
    assert address(app) == {"prevalence": "0.02"}
    assert app.number_input(key="prevalence field").value == pytest.approx(2)
    for percent, share in ((40.0, "0.4"), (99.99, "0.9999")):
        app.number_input(key="prevalence field").set_value(percent).run()
        assert address(app) == {"prevalence": share}
    app.select_slider(key="prevalence slider").set_value(float(sample_rows()[0].mean())).run()
    assert address(app) == {}


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


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_looking_at_a_question_assumes_nothing(open_app: Open, scenario: str) -> None:
    """Share names what was set, not what was opened; example costs are called that."""
    app = open_app("what_if", what=scenario)
    assert ("Example costs" in plain_texts(app)) == (scenario == "costs")
    assert "Example costs" not in plain_texts(go(app, "what_if", **LINKS[scenario]))
    assumed = f"in sections of its own: {REGISTRY[scenario].title}."
    assert assumed in plain_texts(open_app("share", **LINKS[scenario]))
    assert assumed not in plain_texts(open_app("share", what=scenario))


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
    """With another share of positives the same scores are no probabilities, and it is not mentioned."""
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


def test_the_sweep_agrees_with_the_table(open_app: Open) -> None:
    """A manual threshold, a constraint, another metric and roles: figure and table show what brute force finds."""
    app = open_with_roles(open_app, prevalence=str(SHARE), t="0.7", min_recall="0.9", metric="mcc")
    tuning, evaluation = part("valid"), part("test")

    def mcc(rows: tuple[np.ndarray, ...], threshold: float) -> float:
        return float(matthews_corrcoef(rows[0], rows[1] >= threshold, sample_weight=shifted(rows[0], SHARE)))

    allowed = [t for t in np.unique(tuning[1]) if recall_score(tuning[0], tuning[1] >= t) >= 0.9]
    best = f"{mcc(evaluation, max(allowed, key=lambda t: mcc(tuning, t))):.3f}"
    kept = f"{mcc(evaluation, 0.7):.3f}"
    shown = table_of(app)
    assert shown["What if, threshold tuned"]["Matthews correlation"] == best
    assert shown["What if, threshold kept"]["Matthews correlation"] == kept
    assert best in str(figures(app)[0])
    assert kept in str(figures(app)[0])
    assert "recall at least 0.9" in plain_texts(app)


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
    best = max(f1_score(y_true, y_score >= score, sample_weight=weights) for score in np.unique(y_score))
    assert shown["What if, threshold tuned"]["F1, weighted"] == f"{best:.3f}"
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


def test_reviews(open_app: Open) -> None:
    """The threshold is the lowest one that flags no more than the capacity."""
    _, y_score = sample_rows()
    shown = table_of(open_app("what_if", what="reviews", cases="200", reviews="20"))
    threshold = float(shown["Within the capacity"]["Threshold"])
    assert (y_score >= threshold).mean() <= 0.1
    assert (y_score >= y_score[y_score < threshold].max()).mean() > 0.1


def test_capacity_in_words(open_app: Open) -> None:
    """One review is singular; capacity for all cases and for less than the first tie is stated."""
    assert "With 1 review for" in plain_texts(open_app("what_if", what="reviews", reviews="1"))
    assert "every case can be reviewed" in plain_texts(open_app("what_if", what="reviews", cases="5", reviews="9"))
    assert "no threshold works" in plain_texts(open_app("what_if", what="reviews", reviews="0"))


def test_triage(open_app: Open) -> None:
    """Three zones that contain all cases, separated where the sliders are."""
    y_true, y_score = sample_rows()
    app = open_app("what_if", what="triage", no="0.2", yes="0.6")
    shown = table_of(app)
    for name, zone in {shown.rows[0]: y_score < 0.2, shown.rows[-1]: y_score >= 0.6}.items():
        counts = [int(shown[column][name]) for column in ("Cases", "Positives", "Negatives")]
        assert counts == [zone.sum(), (zone & y_true).sum(), (zone & ~y_true).sum()]
    app.select_slider(key="triage low slider").set_value("0.6").run()
    assert address(app) == {"what": "triage", "no": "0.6", "yes": "0.6"}
    assert len(table_of(app).rows) == 2
    app.button(key="suggested").click().run()
    assert address(app) == {"what": "triage"}
    assert not [button for button in app.button if button.key == "suggested"]


def test_the_suggested_triage_keeps_the_error_rates(open_app: Open) -> None:
    """At most 10% false alarms among the flagged cases, and 5% of all positives among the ignored ones."""
    shown = table_of(open_app("what_if", what="triage"))
    cases, real, others = ([int(n) for n in shown[name].values()] for name in ("Cases", "Positives", "Negatives"))
    assert real[0] <= 0.05 * sum(real)
    assert others[2] <= 0.1 * cases[2]


def test_one_threshold_is_enough(open_app: Open) -> None:
    """Where the limits need no review, one threshold is offered, which Decide then shows."""
    app = open_app("what_if", what="triage", max_missed="1", max_false="0")
    assert "One threshold is enough" in plain_texts(app)
    assert not [button for button in app.button if button.key == "use both"]
    y_true, y_score = sample_rows()
    app.button(key="use 0").click().run()
    flagged = y_score >= float(address(app)["t"])
    assert not (flagged & ~y_true).any()
    assert flagged.sum() == (y_score > y_score[~y_true].max()).sum()


def test_exceeded_limits_are_said(open_app: Open) -> None:
    """With roles and an assumed share, the page names each limit that the evaluation rows exceed."""
    rng = np.random.default_rng(7)
    y_true, is_test = rng.random(500) < 0.3, np.arange(500) >= 100
    y_score = (1 / (1 + np.exp(-rng.normal(2.0 * y_true - 1, 1.2)))).round(4)
    names = np.where(is_test, "test", "valid")
    lines = [f"{name},{y:d},{score}" for name, y, score in zip(names, y_true, y_score, strict=True)]
    app = take(upload(open_app("data"), ("two.csv", "\n".join(["set,y_true,p_model", *lines]).encode())))
    go(app, "what_if", what="triage", prevalence="0.01")
    low, high = (float(str(app.select_slider(key=f"triage {end} slider").value)) for end in ("low", "high"))
    weight = shifted(y_true[is_test], 0.01)
    positive, flagged = y_true[is_test], y_score[is_test] >= high
    missed = float((positive & (y_score[is_test] < low)).sum() / positive.sum())
    wrong = float(weight[flagged & ~positive].sum() / weight[flagged].sum())
    assert missed > 0.05
    assert wrong > 0.1
    warned = " ".join(each.value for each in app.warning).replace("\\", "")
    assert f"{100 * missed:.1f}% of the positives are missed, allowed are 5.0%" in warned
    assert f"{100 * wrong:.1f}% of the automatically flagged cases are false alarms, allowed are 10.0%" in warned
    alarms = int((~y_true & ~is_test & (y_score >= high)).sum())
    assert alarms < 10
    assert f"rests on {alarms or 'no'} false alarm" in plain_texts(app)
    assert "The thresholds were tuned on" in plain_texts(app)


def test_reviews_and_triage_tune_on_the_tuning_set(open_app: Open) -> None:
    """Their thresholds are found on one set; the numbers are those of the other set."""
    (y_tuning, tuning, _), (y_test, test, _) = part("valid"), part("test")
    shown = table_of(open_with_roles(open_app, what="reviews", cases="100", reviews="20"))["Within the capacity"]
    threshold = min(t for t in np.unique(tuning) if (tuning >= t).mean() <= 0.2)
    assert float(shown["Recall"]) == pytest.approx(recall_score(y_test, test >= threshold), abs=5e-4)
    zones = table_of(open_with_roles(open_app, what="triage"))
    assert sum(int(cell) for cell in zones["Cases"].values()) == y_test.size
    low = float(re.findall(r"below (\S+)", zones.rows[0])[0])
    assert (y_tuning & (tuning < low)).sum() <= 0.05 * y_tuning.sum()


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
