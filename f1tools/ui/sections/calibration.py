"""Calibration: whether the scores are probabilities, and what recalibration would change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.calibration import (
    CalibrationAssessment,
    Method,
    assess_calibration,
    brier_bounds,
    brier_score,
    brier_skill,
    out_of_fold,
    recalibrated,
    scores_are_known,
)
from f1tools.calibration.sentences import verdict_texts
from f1tools.core.counts import FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, best, transfer
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.export import file_name, scores_csv
from f1tools.formatting.bounds import known_value
from f1tools.plots import plot_reliability
from f1tools.predictions import Predictions
from f1tools.ui.components import figures, markdown
from f1tools.ui.components.decision_notes import in_sample_note
from f1tools.ui.components.job_results import show_when_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.components.table_notes import needs_rows
from f1tools.ui.session import cache, state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, best_by_f1
from f1tools.ui.session.view import CALIBRATION_METHODS
from f1tools.ui.session.widget_echo import bind

_TITLES = {"isotonic": "Isotonic", "sigmoid": "Platt (sigmoid)"}
_ABOUT = {
    "isotonic": "Isotonic regression: the increasing step function that fits best. It needs hundreds of positives.",
    "sigmoid": "Platt scaling: an S-shaped curve with two parameters. It needs few rows, but the shape has to fit.",
}
_MEANING = (
    "For calibrated scores the best F1 threshold is half of the highest F1, and the cheapest threshold follows from "
    "the costs alone. Recalibration changes what a score means and hardly changes the ranking of the cases. No row was "
    "used to compute its own new score."
)


@dataclass(frozen=True, eq=False)
class Recalibrated:
    """Recalibrated scores and the best threshold by F1 for them.

    Attributes
    ----------
    rows
        The evaluation set.
    scores
        Its new scores: fitted on the tuning set, or out of fold without roles.
    curve
        Curve of the new scores.
    assessment
        How far the new scores are from calibrated.
    tuning, evaluation
        The best threshold by F1 on the tuning set and on the evaluation set; the same object without roles.
    """

    rows: Predictions
    scores: FloatArray
    curve: ThresholdCurve
    assessment: CalibrationAssessment
    tuning: Optimum
    evaluation: Optimum


def recalibrate(predictions: Predictions, model: str, method: Method, on_progress: OnProgress) -> Recalibrated:
    """Recalibrate the scores of a model.

    Raises
    ------
    InvalidPredictions
        If a class has too few rows for the folds.
    """
    tuning_rows, rows = predictions.tuning_set, predictions.evaluation_set
    options: dict[str, Any] = {"method": method, "on_progress": on_progress}
    tuning_scores = _scored_only(recalibrated, tuning_rows, model, **options)
    tuning_curve = _curve(tuning_rows, tuning_scores)
    tuning = best(tuning_curve)
    if predictions.tuning is None:
        return Recalibrated(rows, tuning_scores, tuning_curve, assess_calibration(tuning_curve), tuning, tuning)
    # The two sets as two folds: each is scored by a fit on the other one, and only the evaluation set is used.
    scores = _scored_only(out_of_fold, predictions, model, predictions.tuning.astype(np.intp), **options)
    scores = scores[~predictions.tuning]
    curve = _curve(rows, scores)
    return Recalibrated(rows, scores, curve, assess_calibration(curve), tuning, transfer(tuning, curve))


def _scored_only(
    fit: Callable[..., FloatArray], rows: Predictions, model: str, *columns: NDArray[Any], **options: Any
) -> FloatArray:
    """Recalibrate the rows with a score; the others still have none."""
    score = rows.scores[model]
    scored = score != -np.inf
    weight = None if rows.sample_weight is None else rows.sample_weight[scored]
    of_rows = (column[scored] for column in (rows.y_true, score, *columns))
    result = np.full(score.shape, -np.inf)
    result[scored] = fit(*of_rows, sample_weight=weight, **options)
    return result


def _curve(rows: Predictions, scores: FloatArray) -> ThresholdCurve:
    return ThresholdCurve.from_predictions(rows.y_true, scores, sample_weight=rows.sample_weight)


_WIDE_BINS = (
    "The bins of this threshold table are too wide to judge whether the scores are probabilities: within a bin, scores "
    "are not known. Count the rows in more bins, by SQL or with f1tools summarize, or upload a file of rows."
)
_BRIER = "The Brier score, the mean squared difference between score and outcome, is"
_UNSCORED = " Cases without a score are left out here."


def assessment(context: PageContext) -> None:
    """Show how well the scores are calibrated."""
    curve = context.curves.evaluation
    if not curve.is_probability:
        st.info(
            "The scores of this model are not between 0 and 1, so they are not probabilities. Thresholds only need the "
            "ranking. Below, the scores are turned into probabilities."
        )
        return
    if not scores_are_known(curve):
        st.info(_WIDE_BINS)
        share = float(curve.tp[-1]) / float(curve.n_scored)
        reference = formatting.metric_value(share * (1 - share))
        text = f"{_BRIER} {_brier(curve)}; scoring every case with the share of positives gives {reference}."
        st.markdown(small(escape(text)))
        return
    title, finding = verdict_texts(_assess(context), positive=context.positives.name)
    st.markdown(f"**{title}.** {escape(finding)}")
    skill = brier_skill(curve)
    size = f"{formatting.percent(abs(skill))} {'better' if skill >= 0 else 'worse'}" if abs(skill) <= 1 else "far worse"
    unscored = _UNSCORED if curve.has_unscored else ""
    text = f"{_BRIER} {_brier(curve)}: {size} than scoring every case with the share of positives.{unscored}"
    st.markdown(small(escape(text)))


def _assess(context: PageContext) -> CalibrationAssessment:
    return cache.calibration_assessment(context.model_key, context.curves.evaluation)


def comparison(context: PageContext) -> None:
    """Compare the scores as they are with recalibrated ones, once these are computed."""
    if context.data.rows is None:
        _diagram(context, None)
        needs_rows(context.data, "What recalibration would change")
        return
    left, right = st.columns([3, 2], gap="large")
    results: list[Recalibrated] = []
    with right:
        st.header("What recalibration would change", anchor=False)
        _method_picker(context)
        try:
            show_when_done(_job(context), "Fitting on some rows, scoring the others …", results.append)
        except InvalidPredictions as error:
            st.error(escape(str(error)))
        for result in results:
            _changes(context, result)
    with left:
        _diagram(context, results[0] if results else None)
        in_sample_note(context)
        st.markdown(small(_MEANING))


def _method_picker(context: PageContext) -> None:
    """Ask for the calibration method."""
    method = context.view.calibration_method
    st.pills(
        "Recalibrate by",
        CALIBRATION_METHODS,
        format_func=lambda name: _TITLES[name],
        required=True,
        **bind("recalibration", method, "calibration_method"),
    )
    st.markdown(small(escape(_ABOUT[method])))


def _job(context: PageContext) -> Job[Recalibrated]:
    predictions, model, name = context.data.predictions, context.model, context.view.calibration_method
    method: Method = "isotonic" if name == "isotonic" else "sigmoid"

    def work(on_progress: OnProgress) -> Recalibrated:
        return recalibrate(predictions, model, method, on_progress)

    return state.session().jobs.get("recalibrated", (context.data.id, model, method), work)


def _changes(context: PageContext, result: Recalibrated) -> None:
    st.markdown(_table(context, result))
    column = f"{context.view.calibration_method}_recalibrated"
    st.download_button(
        "Download recalibrated scores",
        lambda: scores_csv(result.rows, context.model, {column: result.scores}),
        f"recalibrated-{file_name(context.model)}.csv",
        "text/csv",
        on_click="ignore",
        help="No row was used to compute its own new score.",
    )


def _diagram(context: PageContext, result: Recalibrated | None) -> None:
    curve = context.curves.evaluation
    are_known = curve.is_probability and scores_are_known(curve)
    assessments = {"scores as they are": _assess(context)} if are_known else {}
    if result is not None:
        assessments["recalibrated"] = result.assessment
    bins = [each.bins for each in assessments.values()]
    if bins:
        names = (*assessments, "")
        other = bins[1] if len(bins) > 1 else None
        figure = plot_reliability(bins[0], other=other, names=(names[0], names[1]), theme="streamlit")
        figures.show(figure, "reliability")


def _table(context: PageContext, result: Recalibrated) -> str:
    before, best_before = context.curves.evaluation, best_by_f1(context)
    half_before = _half(best_before.tuning) if before.is_probability else formatting.UNDEFINED
    label = "F1 at its threshold" if context.curves.has_roles else "Highest F1"
    rows = [
        ("Brier score", [_brier(before), _brier(result.curve)]),
        (
            "Bins that miss",
            [_missed(_assess(context)) if before.is_probability else formatting.UNDEFINED, _missed(result.assessment)],
        ),
        (label, [formatting.metric_value(each.value) for each in (best_before.evaluation, result.evaluation)]),
        ("Best threshold", [formatting.threshold_text(*each.interval) for each in (best_before.tuning, result.tuning)]),
        ("Half of the highest F1", [half_before, _half(result.tuning)]),
        ("F1 at 0.5", [_f1_at_half(before), _f1_at_half(result.curve)]),
    ]
    return markdown.table(["Figure", "As they are", "Recalibrated"], rows)


def _missed(assessment: CalibrationAssessment) -> str:
    missed = assessment.bins.missed
    return f"{int(missed.sum())} of {missed.size}"


def _half(optimum: Optimum) -> str:
    return formatting.metric_value(optimum.value / 2)


def _brier(curve: ThresholdCurve) -> str:
    if not curve.is_probability:
        return formatting.UNDEFINED
    score = brier_score(curve)
    if not curve.is_exact:
        return known_value(*brier_bounds(curve))
    return formatting.amount(score, 2) if 0 < score < 0.01 else formatting.metric_value(score)


def _f1_at_half(curve: ThresholdCurve) -> str:
    return formatting.metric_value(float(curve.at(0.5).counts.f1())) if curve.is_probability else formatting.UNDEFINED
