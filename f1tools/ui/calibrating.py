"""Whether scores are probabilities, and what would change if they were made into probabilities."""

from dataclasses import dataclass

import streamlit as st

from f1tools import words
from f1tools.calibration import Reliability, brier_score, brier_skill, is_probability, recalibrated, reliability
from f1tools.counts import FloatArray
from f1tools.curve import ThresholdCurve
from f1tools.errors import InvalidPredictions
from f1tools.optimum import Optimum, best
from f1tools.plots import plot_reliability
from f1tools.predictions import Predictions
from f1tools.ui import exports, figures, state, trust
from f1tools.ui.jobs import Job, OnProgress
from f1tools.ui.shown import Shown
from f1tools.ui.tables import file_name
from f1tools.ui.texts import aside, plain
from f1tools.ui.view import RECALIBRATIONS

_TITLES = {"isotonic": "Isotonic", "sigmoid": "Platt (sigmoid)"}
_ABOUT = {
    "isotonic": "Isotonic regression: the rising staircase that fits best. It needs some hundreds of positives.",
    "sigmoid": "Platt's method: one S-shaped curve, two numbers. It needs few rows, and fits only if the shape does.",
}
_MEANING = (
    "For calibrated scores the best F1 threshold is half of the best F1, and the cheapest one follows from the prices "
    "alone. Recalibrating changes what a score means, hardly the order of the cases: the best F1 stays about the same "
    "and its threshold moves. Out of fold: no row had a part in its own new score, so the order may change a little "
    "where folds meet."
)


@dataclass(frozen=True, eq=False)
class Recalibrated:
    """The scores made into probabilities, out of fold, and what follows from them."""

    rows: Predictions
    scores: FloatArray
    curve: ThresholdCurve
    optimum: Optimum


def method_picker(now: Shown) -> None:
    """Ask how to recalibrate."""
    st.segmented_control(
        "Recalibrate by",
        RECALIBRATIONS,
        format_func=lambda name: _TITLES[name],
        required=True,
        key=state.controlled("recalibration", now.view.recalibration),
        on_change=state.choosing("recalibration", "recalibration"),
    )
    st.markdown(aside(plain(_ABOUT[now.view.recalibration])))


def job(now: Shown) -> Job[Recalibrated]:
    """Give the recalibrated scores, once they are there."""
    rows, model, method = now.data.predictions.part("report"), now.model, now.view.recalibration

    def work(on_progress: OnProgress) -> Recalibrated:
        on_progress(0.0)
        scores = recalibrated(
            rows.y_true,
            rows.scores[model],
            method="sigmoid" if method == "sigmoid" else "isotonic",
            sample_weight=rows.sample_weight,
        )
        on_progress(0.8)
        curve = ThresholdCurve.from_predictions(rows.y_true, scores, sample_weight=rows.sample_weight)
        return Recalibrated(rows, scores, curve, best(curve))

    return state.jobs().get("recalibrated", (now.data.id, model, method), work)


def as_it_is(now: Shown) -> None:
    """Say how well the scores are calibrated."""
    curve = now.overview.curve
    if not is_probability(curve):
        st.info(
            "The scores of this model are not between 0 and 1, so they cannot be read as probabilities. Their order is "
            "all that thresholds need, and the answers about costs and other shares of positives. Below they are "
            "made into probabilities."
        )
        return
    skill = brier_skill(curve)
    st.markdown(
        plain(
            "The Brier score, the mean squared distance between score and truth, is "
            f"{words.figure(brier_score(curve))}: {_better(skill)} than saying the share of positives of every case."
        )
    )


def _better(skill: float) -> str:
    return f"{words.percent(abs(skill))} {'better' if skill >= 0 else 'worse'}" if abs(skill) <= 1 else "far worse"


def result(now: Shown) -> None:
    """Show both sides, once the scores are recalibrated."""
    try:
        trust.when_ready(job(now), "Fitting, out of fold …", lambda new: _both(now, new))
    except InvalidPredictions as error:
        st.error(plain(str(error)))
        _diagram(now, None)


def _both(now: Shown, new: Recalibrated) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        _diagram(now, new)
    with right:
        st.header("What it would change", anchor=False)
        st.markdown(_table(now, new))
        st.markdown(aside(_MEANING))
        exports.scores_button(
            "Download recalibrated scores",
            lambda: exports.scores_csv(new.rows, now.model, {f"{now.view.recalibration}_out_of_fold": new.scores}),
            f"recalibrated-{file_name(now.model)}.csv",
            "Out of fold: no row had a part in its own new score.",
        )


def _diagram(now: Shown, new: Recalibrated | None) -> None:
    curves = [now.overview.curve] if is_probability(now.overview.curve) else []
    bins: list[Reliability] = [reliability(curve) for curve in [*curves, *([new.curve] if new else [])]]
    if bins:
        other = bins[1] if len(bins) > 1 else None
        figures.show(plot_reliability(bins[0], other=other, theme="streamlit"), "reliability")


def _table(now: Shown, new: Recalibrated) -> str:
    old = now.overview.curve
    best_old = best(old)
    lines = [
        ("Brier score", [_brier(curve) for curve in (old, new.curve)]),
        ("Best F1", [words.figure(found.value) for found in (best_old, new.optimum)]),
        ("at the threshold", [_written(best_old), _written(new.optimum)]),
        ("half of the best F1", [words.figure(found.value / 2) for found in (best_old, new.optimum)]),
        ("F1 at 0.5", [_at_half(curve) for curve in (old, new.curve)]),
    ]
    head = ["| Figure | As they are | Recalibrated |", "|---|---:|---:|"]
    return "\n".join([*head, *(f"| {name} | {' | '.join(values)} |" for name, values in lines)])


def _brier(curve: ThresholdCurve) -> str:
    return words.figure(brier_score(curve)) if is_probability(curve) else words.UNDEFINED


def _at_half(curve: ThresholdCurve) -> str:
    return words.figure(float(curve.at(0.5).counts.f1())) if is_probability(curve) else words.UNDEFINED


def _written(optimum: Optimum) -> str:
    return words.decision_text(optimum.interval[0], optimum.point.threshold)
