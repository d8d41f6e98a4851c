"""Whether scores are probabilities, and what would change if they were made into probabilities."""

import streamlit as st

from f1tools import formatting
from f1tools.calibration import brier_score, brier_skill, reliability
from f1tools.core.curve import ThresholdCurve
from f1tools.core.errors import InvalidPredictions
from f1tools.core.optimum import Optimum
from f1tools.core.progress import OnProgress
from f1tools.export import file_name, scores_csv
from f1tools.plots import plot_reliability
from f1tools.ui.components import expected_line, exports, figures, markdown
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections import uncertainty
from f1tools.ui.sections.recalibration import Recalibrated, recalibrate
from f1tools.ui.session import state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, by_f1
from f1tools.ui.session.view import CALIBRATION_METHODS
from f1tools.ui.session.widget_echo import bind

_TITLES = {"isotonic": "Isotonic", "sigmoid": "Platt (sigmoid)"}
_ABOUT = {
    "isotonic": "Isotonic regression: the rising staircase that fits best. It needs some hundreds of positives.",
    "sigmoid": "Platt's method: one S-shaped curve, two numbers. It needs few rows, and fits only if the shape does.",
}
_MEANING = (
    "For calibrated scores the best F1 threshold is half of the best F1, and the cheapest one follows from the prices "
    "alone. Recalibrating changes what a score means, hardly the order of the cases. No row had a part in its own new "
    "score."
)


def as_it_is(now: PageContext) -> None:
    """Say how well the scores are calibrated, and whether anything speaks against them."""
    curve = now.curves.evaluation
    if not curve.is_probability:
        st.info(
            "The scores of this model are not between 0 and 1, so they cannot be read as probabilities. Their order is "
            "all that thresholds need. Below they are made into probabilities."
        )
        return
    if not uncertainty.calibration_note(now, link=False):
        st.markdown("Nothing in these rows clearly contradicts the scores, so recalibrating is hardly worth it.")
    st.markdown(
        aside(
            plain(
                f"The Brier score, the mean squared distance between score and truth, is {_brier(curve)}: "
                f"{_better(brier_skill(curve))} than giving every case the share of positives as its score."
            )
        )
    )


def _better(skill: float) -> str:
    return f"{formatting.percent(abs(skill))} {'better' if skill >= 0 else 'worse'}" if abs(skill) <= 1 else "far worse"


def method_picker(now: PageContext) -> None:
    """Ask how to recalibrate."""
    st.segmented_control(
        "Recalibrate by",
        CALIBRATION_METHODS,
        format_func=lambda name: _TITLES[name],
        required=True,
        **bind("recalibration", now.view.calibration_method, "calibration_method"),
    )
    st.markdown(aside(plain(_ABOUT[now.view.calibration_method])))


def result(now: PageContext) -> None:
    """Show both sides, once the scores are recalibrated."""
    try:
        expected_line.when_ready(_job(now), "Fitting on some rows, scoring the others …", lambda new: _both(now, new))
    except InvalidPredictions as error:
        st.error(plain(str(error)))
        _diagram(now, None)


def _job(now: PageContext) -> Job[Recalibrated]:
    predictions, model, method = now.data.predictions, now.model, now.view.calibration_method

    def work(on_progress: OnProgress) -> Recalibrated:
        return recalibrate(predictions, model, "isotonic" if method == "isotonic" else "sigmoid", on_progress)

    return state.jobs().get("recalibrated", (now.data.id, model, method), work)


def _both(now: PageContext, new: Recalibrated) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        _diagram(now, new)
    with right:
        st.header("What it would change", anchor=False)
        st.markdown(_table(now, new))
        expected_line.caution(now)
        st.markdown(aside(_MEANING))
        exports.scores_button(
            "Download recalibrated scores",
            lambda: scores_csv(new.rows, now.model, {f"{now.view.calibration_method}_recalibrated": new.scores}),
            f"recalibrated-{file_name(now.model)}.csv",
            "No row had a part in its own new score.",
        )


def _diagram(now: PageContext, new: Recalibrated | None) -> None:
    curves = {"scores as they are": now.curves.evaluation} if now.curves.evaluation.is_probability else {}
    curves |= {"recalibrated": new.curve} if new else {}
    bins = [reliability(curve) for curve in curves.values()]
    if bins:
        names = (*curves, "")
        other = bins[1] if len(bins) > 1 else None
        figure = plot_reliability(bins[0], other=other, names=(names[0], names[1]), theme="streamlit")
        figures.show(figure, "reliability")


def _table(now: PageContext, new: Recalibrated) -> str:
    old = now.curves.evaluation
    chosen, measured = by_f1(now).tuning, by_f1(now).evaluation
    halves = [_half(chosen) if old.is_probability else formatting.UNDEFINED, _half(new.chosen)]
    lines = [
        ("Brier score", [_brier(curve) for curve in (old, new.curve)]),
        ("F1 at its threshold" if now.has_roles else "Best F1", [_value(found) for found in (measured, new.measured)]),
        ("the threshold", [_written(chosen), _written(new.chosen)]),
        ("half of the best F1", halves),
        ("F1 at 0.5", [_at_half(curve) for curve in (old, new.curve)]),
    ]
    return markdown.table(["Figure", "As they are", "Recalibrated"], lines)


def _value(optimum: Optimum) -> str:
    return formatting.metric_value(optimum.value)


def _half(optimum: Optimum) -> str:
    return formatting.metric_value(optimum.value / 2)


def _brier(curve: ThresholdCurve) -> str:
    if not curve.is_probability:
        return formatting.UNDEFINED
    score = brier_score(curve)
    return formatting.amount(score, 2) if 0 < score < 0.01 else formatting.metric_value(score)


def _at_half(curve: ThresholdCurve) -> str:
    return formatting.metric_value(float(curve.at(0.5).counts.f1())) if curve.is_probability else formatting.UNDEFINED


def _written(optimum: Optimum) -> str:
    return formatting.threshold_text(*optimum.interval)
