"""Reviews and triage on the What-if page: thresholds by brute force, zones, limits and roles."""

import re

import numpy as np
import pytest
from sklearn.metrics import recall_score

from tests.app.conftest import Open
from tests.app.helpers import (
    address,
    go,
    plain_texts,
    sample_rows,
    table_of,
    take,
    upload,
)
from tests.app.what_if_rows import open_with_roles, part, shifted


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
