"""Explore: choose the objective and the threshold, and read what the best one achieves."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.core.optimum import Optimum, Plateau
from f1tools.decision import Decision
from f1tools.formatting import parse_threshold
from f1tools.plots import digits
from f1tools.ui.components import decision_notes
from f1tools.ui.components.layout import metric_box
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import cache, state, widget_echo
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import BETA_RANGE, MAX_COUNT, OBJECTIVES
from f1tools.ui.session.widget_echo import bind

_ZOOM_STEPS = 200


def toolbar(context: PageContext) -> None:
    """Ask for the objective, the constraints and the threshold, side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _objective(context)
        _constraints(context)
        _threshold(context)


def _objective(context: PageContext) -> None:
    st.selectbox(
        "Best by",
        OBJECTIVES,
        format_func=lambda name: "F-beta" if name == "fbeta" else metric(name).label,
        width=200,
        **bind("metric picker", context.view.metric, "metric", threshold=None),
    )
    if context.view.metric == "fbeta":
        st.number_input(
            "Beta",
            *BETA_RANGE,
            step=0.5,
            format="%g",
            width=110,
            help="How many times more recall counts than precision.",
            **bind("beta", context.view.beta, "beta", threshold=None),
        )


def _constraints(context: PageContext) -> None:
    view, count = context.view, len(context.view.constraints)
    with st.popover(f"Constraints ({count})" if count else "Constraints"):
        st.markdown(small("Only thresholds that satisfy all constraints can be the best one."))
        for label, field in (("Recall at least", "min_recall"), ("Precision at least", "min_precision")):
            st.number_input(
                f"{label} (0 to 1)",
                0.0,
                1.0,
                step=0.05,
                format="%g",
                placeholder="none",
                help="A share: 0.8 means 80%.",
                **bind(field, getattr(view, field), field, threshold=None),
            )
        st.number_input(
            "Flagged at most",
            min_value=0,
            max_value=MAX_COUNT,
            step=1,
            placeholder="none",
            help="A number of rows, or the sum of their weights.",
            **bind("max_flagged", view.max_flagged, "max_flagged", threshold=None),
        )


def _threshold(context: PageContext) -> None:
    """Ask for the threshold: a slider over scores, a field for any number, a way back to the best."""
    decision, threshold = context.decision, context.point.threshold
    st.select_slider(
        "Threshold",
        sorted({*cache.slider_stops(context.best_key, decision), decision.threshold_text}, key=parse_threshold),
        **bind("threshold slider", decision.threshold_text, "threshold", parse_threshold),
    )
    st.number_input(
        "Exactly",
        value=None,
        step=None,
        format="%.12g",
        width=150,
        placeholder=formatting.ABOVE_ALL_SCORES,
        **bind("threshold field", threshold if math.isfinite(threshold) else None, "threshold"),
    )
    st.button(
        _best_label(context),
        key="best",
        on_click=lambda: state.update(threshold=None),
        help=f"Go to {formatting.using_threshold(decision.best_threshold_text)}",
    )


def zoom_slider(context: PageContext) -> None:
    """Ask for the range of thresholds to look at."""
    low, high = context.score_range
    st.slider(
        "Zoom",
        low,
        high,
        step=(high - low) / _ZOOM_STEPS,
        format=f"%.{digits(context.score_range, 3)}g",
        key=widget_echo.show("zoom", context.zoom_range),
        on_change=lambda: _zoom(context.score_range, widget_echo.value_of("zoom")),
    )


def _zoom(whole: tuple[float, float], chosen: tuple[float, float]) -> None:
    half_step = (whole[1] - whole[0]) / _ZOOM_STEPS / 2  # the browser may round an end
    low, high = (None if abs(value - end) < half_step else value for value, end in zip(chosen, whole, strict=True))
    state.update(zoom_low=low, zoom_high=high)


def headline(context: PageContext) -> None:
    """Show the best value beside what the current threshold achieves."""
    decision, counts = context.decision, context.point.counts
    label, best = decision.objective.label, decision.evaluation.value
    has_roles = context.curves.has_roles
    current = float(decision.objective.evaluate(counts))
    gap, target = formatting.difference(current, best), "the tuned one" if has_roles else "the best"
    tuned = (
        f"{label}, tuned on {escape(formatting.truncate(context.tuning_set))}" if has_roles else _best_label(context)
    )
    at_best = formatting.at_threshold(decision.best_threshold_text)
    where = f"{at_best}{'' if has_roles else ', tuned on these rows'}"
    caught, flagged, positives = (formatting.count(float(n)) for n in (counts.tp, counts.flagged(), counts.positives()))
    left, right = st.columns(2)
    with left, st.container(horizontal=True):
        metric_box(tuned, formatting.metric_value(best), where)
        metric_box(f"{label} now", formatting.metric_value(current), target if gap == "±0" else f"{gap} to {target}")
    with right, st.container(horizontal=True):
        precision, recall = float(counts.precision(math.nan)), float(counts.recall())
        metric_box("Precision now", formatting.metric_value(precision), f"{caught} of {flagged} flagged")
        metric_box("Recall now", formatting.metric_value(recall), f"{caught} of {positives} positives")


def _best_label(context: PageContext) -> str:
    optimum, tuning_set = context.decision.evaluation, context.tuning_set
    label = formatting.best_label(optimum.metric.label, limited=bool(optimum.constraints))
    return f"{label} on {escape(formatting.truncate(tuning_set))}" if tuning_set else label


def average_precision_note(context: PageContext) -> None:
    """Say how the average precision counts rows without a score, where they count as not flagged."""
    if context.curves.evaluation.has_unscored:
        st.markdown(small("Positives without a score add 0 to the average precision."))


def verdict(context: PageContext) -> None:
    """Describe the best threshold, with dropped constraints before it and the expected value after it."""
    decision_notes.dropped_constraints(context)
    sentences = verdict_sentences(context.best, context.curves.role_names)
    st.markdown(" ".join(map(escape, sentences)))
    decision_notes.expected_line(context)


def verdict_sentences(best: Decision, role_names: tuple[str, str] | None = None) -> list[str]:
    """Describe the best threshold: its value, which thresholds decide alike, which are nearly as good.

    Thresholds are printed with as few digits as still name one inside of the range. With roles, all sentences but the
    first describe the tuning set.
    """
    sentences = [_value_text(best), _same_decisions_text(best.tuning)]
    if role_names is not None:
        tuning_set, evaluation_set = map(formatting.truncate, role_names)
        value, at = formatting.metric_value(best.evaluation.value), formatting.at_threshold(best.best_threshold_text)
        sentences[0] = f"On {tuning_set}: {sentences[0][0].lower()}{sentences[0][1:]}"
        sentences.insert(0, f"On {evaluation_set}, {best.evaluation.metric.label} {at} is {value}.")
    if trivial := formatting.trivial_optimum_text(best.tuning, best.best_threshold_text):
        sentences.append(trivial)
    if math.isfinite(best.plateau.round_threshold):
        sentences.append(_plateau_text(best.tuning, best.plateau))
    return sentences


def _value_text(best: Decision) -> str:
    optimum = best.tuning
    label, value = optimum.metric.label, formatting.metric_value(optimum.value)
    if optimum.constraints:
        label = f"{label} under your constraints ({', '.join(map(str, optimum.constraints))})"
    if math.isinf(optimum.point.threshold):
        return f"The best {label} is {value}, reached by flagging nothing."
    ties = len(optimum.ties)
    others = f", the lowest of {ties:,} thresholds that reach it" if ties > 1 else ""
    return f"The best {label} is {value}, at {best.best_threshold_text}{others}."


def _same_decisions_text(optimum: Optimum) -> str:
    low, high = optimum.interval
    if math.isinf(high):
        return f"Every threshold{formatting.threshold_range_text(low, high)} flags nothing."
    return f"All thresholds{formatting.threshold_range_text(low, high)} make the same decisions."


def _plateau_text(optimum: Optimum, plateau: Plateau) -> str:
    gap = formatting.difference(optimum.value - plateau.round_cost, optimum.value)
    cost = "less than 0.001" if gap == "±0" else gap[1:]  # without its sign
    if plateau.round_cost == 0:
        cost = "nothing"
    within = formatting.threshold_range_text(plateau.low, plateau.high)
    return (
        f"Any threshold{within} comes within {plateau.within:g} of it; the round "
        f"number {formatting.decimal(plateau.round_threshold)} costs {cost}."
    )
