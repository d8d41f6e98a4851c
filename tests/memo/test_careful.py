"""What a memo warns of, and where it says so: limits that are broken, thresholds that flagging everything beats."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools import formatting
from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.memo import Section, Snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.memo.making import Parsed, as_text, part, predictions, snapshot, snapshot_of

ROWS = predictions(3000)
SCORES = ROWS.scores["forest"]
PRECISE = Constraint.at_least("precision", 0.5)


def warnings(taken: Snapshot) -> dict[str, Section]:
    return {section.title: section for section in taken.sections if section.warning}


def test_a_threshold_by_hand_that_breaks_limits() -> None:
    """Each limit that is broken is named with what there is, scikit-learn's number; those that are kept are not."""
    flagged = SCORES >= 0.2
    limits = [PRECISE, Constraint.at_most("flagged", 500), Constraint.at_least("recall", 0.3)]
    taken = snapshot_of(decide(ROWS, constraints=limits, threshold=0.2), ROWS)
    assert warnings(taken)["Limits that are not kept"].sentences == (
        "The threshold 0.2 does not keep the limits: precision at least 0.5; there it is "
        f"{formatting.metric_value(precision_score(ROWS.y_true, flagged))}; at most 500 flagged; there it is "
        f"{formatting.count(int(flagged.sum()))}.",
    )
    assert recall_score(ROWS.y_true, flagged) > 0.3
    for keeps in (None, 0.9):
        decision = decide(ROWS, constraints=[PRECISE], threshold=keeps)
        flagged = float(decision.written) <= SCORES
        assert precision_score(ROWS.y_true, flagged) >= 0.5
        assert "Limits that are not kept" not in warnings(snapshot_of(decision, ROWS))


def test_limits_broken_by_a_hair() -> None:
    """What is broken looks broken, though it rounds to the limit."""
    precision = float(precision_score(ROWS.y_true, SCORES >= 0.2))
    bound = float(formatting.metric_value(precision))
    limits = [Constraint.at_least("precision", bound), Constraint.at_most("precision", bound)]
    broken = limits[0] if precision < bound else limits[1]
    (said,) = warnings(snapshot_of(decide(ROWS, constraints=[broken], threshold=0.2), ROWS))[
        "Limits that are not kept"
    ].sentences
    assert said.endswith(
        f"there it is just {'under' if precision < bound else 'over'} {formatting.metric_value(precision)}."
    )


def test_limits_kept_where_chosen_but_not_where_judged() -> None:
    """Also a best threshold may break its limits on other rows: it is said on which."""
    n = 400
    y_true = np.tile([True, False], n // 2)
    scores = np.where(np.arange(n) < n // 2, y_true, ~y_true) * 0.5 + np.arange(n) / (3 * n)
    rows = Predictions(y_true, {"m": scores}, "1", "0", tunes=np.arange(n) < n // 2, role_names=("old", "new"))
    decision = decide(rows, constraints=[PRECISE])
    judged = precision_score(y_true[n // 2 :], scores[n // 2 :] >= float(decision.written))
    assert warnings(snapshot_of(decision, rows))["Limits that are not kept"].sentences == (
        f"The threshold {decision.written} does not keep the limits on new: precision at least 0.5; there it is "
        f"{formatting.metric_value(judged)}.",
    )


def test_limits_on_what_is_undefined() -> None:
    """Where nothing is flagged there is no precision to keep a limit."""
    (said,) = warnings(snapshot_of(decide(ROWS, constraints=[PRECISE], threshold=2), ROWS))[
        "Limits that are not kept"
    ].sentences
    assert said == "The threshold 2 does not keep the limits: precision at least 0.5; there it is undefined."


def test_worse_than_flagging_everything() -> None:
    """A threshold by hand that flagging every case beats is warned of, with scikit-learn's two numbers."""
    here, everything = (formatting.metric_value(f1_score(ROWS.y_true, each)) for each in (SCORES >= 0.9, SCORES >= 0))
    warned = warnings(snapshot_of(decide(ROWS, threshold=0.9), ROWS))
    assert warned["Worse than flagging everything"].sentences == (
        f"At the threshold 0.9, F1 is {here}. Flagging every case gives {everything}, without any model.",
    )


@pytest.mark.parametrize(
    ("objective", "limits", "threshold"),
    [("f1", [], None), ("f1", [], 0.4), ("f1", [], 0.0), ("recall", [], 0.9), ("f1", [PRECISE], 0.9)],
    ids=["best", "better", "the same", "a metric that asks for it", "everything breaks the limits"],
)
def test_no_worse_than_flagging_everything(objective: str, limits: list[Constraint], threshold: float | None) -> None:
    """Nothing is warned of where flagging everything is no better, or no choice."""
    decision = decide(ROWS, objective=objective, constraints=limits, threshold=threshold)
    assert "Worse than flagging everything" not in warnings(snapshot_of(decision, ROWS))


def test_small_counts_are_not_told_by_warnings() -> None:
    """With small counts kept out the threshold is judged only where all that it does may be told."""
    flags_five = float(np.sort(SCORES)[-5])
    few = snapshot_of(decide(ROWS, constraints=[PRECISE], threshold=flags_five), ROWS, suppress_below=10)
    assert warnings(few) == {}
    many = snapshot_of(decide(ROWS, threshold=0.9), ROWS, suppress_below=10)
    assert set(warnings(many)) == {"Worse than flagging everything"}


def test_warnings_stand_under_the_decision() -> None:
    """Above all else a line names the warnings and leads to them; there is none where nothing is amiss."""
    limits = [Constraint.at_least("recall", 0.5)]
    page = memo_html(snapshot_of(decide(ROWS, constraints=limits, threshold=0.95), ROWS))
    care = "Read with care: Limits that are not kept · Worse than flagging everything"
    assert care in Parsed(page).text
    assert page.index('class="care"') < page.index('class="glossary"')
    (link,) = [link["href"] for link in Parsed(page).all("a") if link["href"] != "#decision"]
    assert re.findall(rf'<section class="part careful" id="{(link or "")[1:]}"', page)
    assert "Read with care" not in Parsed(memo_html(snapshot(ROWS))).text


def test_numbers_below_zero_have_a_minus_sign() -> None:
    """Wherever people read them; the data for the card and names stay as they are."""
    y_true = np.tile([True, False], 150)
    scores = np.random.default_rng(0).normal(y_true, 1.0) - 2
    rows = Predictions(y_true, {"run -1": scores, "run -2": scores - 1}, "1", "0")
    for threshold in (None, -1.5):
        decision = decide(rows, threshold=threshold)
        asked = ScenarioResult("a mix", ("From -1 to -2.5.",), "At -3.", (Column("Now", "-1", decision.point.counts),))
        estimate = tuned_estimate(decision.tuning, n_resamples=20)
        limit = [Constraint.at_least("precision", 0.99)]
        taken = snapshot_of(
            decide(rows, threshold=threshold, constraints=limit if threshold else ()),
            rows,
            comparison=compare(rows),
            estimate=None if threshold else estimate,
            supposed=[asked],
        )
        text = Parsed(memo_html(taken)).text
        assert f"or more is called “{rows.pos_label}”" in text
        assert set(re.findall(r"(?:\S+ |^)[-][\d.]+", text)) <= {"run -1", "“run -1", "run -2"}
        assert taken.written.startswith("-")
        assert f'"{taken.written}"' in as_text(taken)


def test_facts_say_what_they_are() -> None:
    """A label like 1 does not read like a count."""
    rows = Predictions(ROWS.y_true, ROWS.scores, "1", "0")
    assert "Counted as real “1” Model “forest”" in Parsed(memo_html(snapshot(rows))).text


def test_few_thresholds_are_said_to_be_few() -> None:
    """With small counts kept out it is said how many thresholds are shown, and that lines only join them."""
    said = "What lies between them is left out; the lines of the chart only join them."
    taken = snapshot(ROWS, suppress_below=100)
    assert taken.card is not None
    assert f"Only {len(taken.card['stops'])} thresholds are shown. {said}" in Parsed(memo_html(taken)).text
    assert said not in Parsed(memo_html(snapshot(ROWS))).text


def test_areas_are_explained_where_they_stand() -> None:
    """A note under the comparison says what ROC AUC and average precision are; none where they are left out."""
    rows = predictions(models=("forest", "linear"))
    for below, told in ((0, True), (5, False)):
        notes = part(snapshot(rows, comparison=compare(rows), suppress_below=below), "compared").notes
        assert any(note.startswith("ROC AUC is how often") for note in notes) == told
