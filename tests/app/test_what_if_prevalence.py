"""Another share of positives on the What-if page: every number against scikit-learn, and what to expect on new data."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score

from f1tools.core.metrics import metric as metric_named
from f1tools.memo import build_snapshot
from f1tools.ui.session.page_context import PageContext
from f1tools.uncertainty import Interval, tuned_estimate
from f1tools.what_if import WhatIf
from f1tools.what_if.scenario_table import ScenarioResult
from tests.app.conftest import Open
from tests.app.helpers import (
    address,
    best_f1,
    figures,
    go,
    plain_texts,
    sample,
    sample_rows,
    settled,
    table_of,
    upload,
)
from tests.app.what_if_rows import number, open_with_roles, part, shifted
from tests.memo.helpers import CREATED, section

SHARE = 0.1


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
    assert shown["What if, threshold tuned"]["F1"] == f"{best_f1(y_true, y_score, weights):.3f}"
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


def test_few_positives_give_no_forecast(open_app: Open) -> None:
    """With three positives no other share has a value: n/a in table and sentence; the data's own share has one."""
    rng = np.random.default_rng(0)
    rows = "".join(f"{int(i < 3)},{0.3 * rng.random() + 0.2 * (i < 3):.4f}\n" for i in range(120))
    app = settled(go(upload(open_app("data"), ("few.csv", f"y_true,p\n{rows}".encode())), "what_if"))
    reason = "No forecast for another share of positives: it needs at least 10 positives and 10 negatives, and these"
    proposed = list(table_of(app).columns.values())
    for values in proposed[:2]:
        assert [share for share, value in values.items() if value != "n/a"] == ["2.5% as here"]
    assert f"{reason} rows have 3 and 117." in plain_texts(app)
    app = settled(go(app, "what_if", prevalence="0.026"))
    assert f"F1 on new data is n/a. {reason}" in plain_texts(app)
    shown = table_of(app)
    assert shown["Measured"]["F1 on new data"] == proposed[0]["2.5% as here"]
    for column in ("What if, threshold kept", "What if, threshold tuned"):
        assert (shown[column]["F1 on new data"], shown[column]["95% interval"]) == ("n/a", "–")
