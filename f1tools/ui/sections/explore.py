"""Explore: choose the objective and the threshold, and read what the best one achieves."""

import math
from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.card import card_payload, explorer_payload, kept_thresholds
from f1tools.core.constraints import parse_flagged_limit
from f1tools.core.metrics import metric
from f1tools.core.optimum import Optimum, Plateau
from f1tools.decision import Decision
from f1tools.export import file_name
from f1tools.plots import digits
from f1tools.ui.components.browser import threshold_card
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.components.objective import beta_field
from f1tools.ui.session import state, widget_echo
from f1tools.ui.session.link_values import MAX_COUNT
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import OBJECTIVES, View
from f1tools.ui.session.widget_echo import bind

_ZOOM_STEPS = 200


def toolbar(context: PageContext) -> None:
    """Ask for the objective, the constraints, the threshold and the zoom, side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        objective(context)
        _constraints(context)
        _threshold(context)
        _zoom(context)


def objective(context: PageContext) -> None:
    """Ask for the metric that the best threshold maximizes."""
    st.selectbox(
        "Optimize for",
        OBJECTIVES,
        format_func=lambda name: "F-beta" if name == "fbeta" else metric(name).label,
        width=200,
        **bind("metric picker", context.view.metric, "metric", threshold=None),
    )
    if context.view.metric == "fbeta":
        beta_field(context.view)


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
                **bind(field, getattr(view, field), field, threshold=None),
            )
        st.text_input(
            "Flagged at most",
            placeholder="none",
            help="A number of cases, such as 200, or a share of all cases, such as 5%. Weights count.",
            key=widget_echo.show("max_flagged", _flagged_text(view)),
            on_change=_set_flagged,
        )


def _flagged_text(view: View) -> str:
    if view.max_flagged_share is not None:
        return f"{100 * view.max_flagged_share:.12g}%"
    return "" if view.max_flagged is None else f"{view.max_flagged:,}"


def _set_flagged() -> None:
    """Limit the number or the share of flagged cases as the field says; text that is neither changes nothing."""
    text = widget_echo.value_of("max_flagged")
    fields: dict[str, Any] = {"max_flagged": None, "max_flagged_share": None}
    if text.strip():
        try:
            limit = parse_flagged_limit(text)
        except ValueError as error:
            st.toast(escape(f"{error}. Enter a number of cases, such as 200, or a share of them, such as 5%."))
            return
        if limit.counts_rows:
            fields["max_flagged"] = min(math.floor(limit.bound), MAX_COUNT)
        else:
            fields["max_flagged_share"] = limit.bound
    state.update(**fields, threshold=None)


def _threshold(context: PageContext) -> None:
    """Ask for any threshold as a number; the slider is part of the curves."""
    threshold = context.point.threshold
    st.number_input(
        "Enter a value",
        value=None,
        step=None,
        format="%.12g",
        width=190,
        placeholder=formatting.ABOVE_ALL_SCORES,
        help="The threshold: cases with this score or a higher one are flagged.",
        **bind("threshold field", threshold if math.isfinite(threshold) else None, "threshold"),
    )


def _zoom(context: PageContext) -> None:
    """Ask for the range of thresholds to look at."""
    whole, zoomed = context.score_range, context.zoom_range
    precision = digits(whole, 3)
    label = "Zoom" if zoomed == whole else f"Zoom: {zoomed[0]:.{precision}g} to {zoomed[1]:.{precision}g}"
    with st.popover(escape(label)):
        st.slider(
            "Thresholds to show",
            *whole,
            step=(whole[1] - whole[0]) / _ZOOM_STEPS,
            format=f"%.{precision}g",
            key=widget_echo.show("zoom", zoomed),
            on_change=lambda: _set_zoom(whole, widget_echo.value_of("zoom")),
        )


def _set_zoom(whole: tuple[float, float], chosen: tuple[float, float]) -> None:
    half_step = (whole[1] - whole[0]) / _ZOOM_STEPS / 2  # the browser may round an end
    low, high = (None if abs(value - end) < half_step else value for value, end in zip(chosen, whole, strict=True))
    state.update(zoom_low=low, zoom_high=high)


def curves(context: PageContext) -> None:
    """Show the figures, the curves and the table; while the slider moves they need no server."""
    curve, plateau = context.curves.evaluation, context.best.plateau
    zoom = None if context.zoom_range == context.score_range else context.zoom_range
    constraints = context.decision.evaluation.constraints
    payload = card_payload(
        curve,
        context.decision.evaluation,
        positives=context.positives,
        threshold=context.point.threshold,
        round_threshold=context.best.round_threshold,
        chosen_on=context.tuning_set,
        keep=kept_thresholds(curve, plateau, zoom),
    )
    about = f"{formatting.truncate(context.model)} · {formatting.truncate(context.data.title, 40)}"
    threshold_card(
        explorer_payload(
            payload,
            context.curves,
            plateau,
            constraints=constraints,
            zoom=zoom,
            summary=" ".join(verdict_sentences(context.best, context.curves.role_names)),
            about=about,
            file_name=file_name(context.model),
        ),
        key="explorer",
        data=context.data.id,
        on_choose=lambda threshold: state.update(threshold=threshold),
    )


def verdict_sentences(best: Decision, role_names: tuple[str, str] | None = None) -> list[str]:
    """Describe the best threshold: its value, which thresholds decide alike, which are nearly as good.

    Thresholds are printed with as few digits as still name one inside of the range. With roles, all sentences but the
    first describe the tuning set.
    """
    is_certain = best.tuning.is_certain
    sentences = [_value_text(best)]
    if is_certain and (same := _same_decisions_text(best.tuning)):
        sentences.append(same)
    if role_names is not None:
        tuning_set, evaluation_set = map(formatting.truncate, role_names)
        value, at = formatting.metric_value(best.evaluation.value), formatting.at_threshold(best.best_threshold_text)
        sentences[0] = f"On {tuning_set}: {sentences[0][0].lower()}{sentences[0][1:]}"
        sentences.insert(0, f"On {evaluation_set}, {best.evaluation.metric.label} {at} is {value}.")
    if trivial := formatting.trivial_optimum_text(best.tuning, best.best_threshold_text):
        sentences.append(trivial)
    is_wide = is_certain or best.plateau.low < best.tuning.interval[0]
    if is_wide and math.isfinite(best.plateau.round_threshold):
        sentences.append(_plateau_text(best.tuning, best.plateau, best.best_threshold_text))
    return sentences


def _value_text(best: Decision) -> str:
    optimum = best.tuning
    label, value = optimum.metric.label, formatting.metric_value(optimum.value)
    if optimum.constraints:
        label = f"{label} under your constraints ({formatting.constraints_text(optimum.constraints)})"
    elif optimum.not_met:
        label = f"{label} without your constraints"
    if not optimum.is_certain:
        label = f"{label} at the thresholds of the table"
    if math.isinf(optimum.point.threshold):
        return f"The highest {label} is {value}, reached by flagging nothing."
    ties = len(optimum.ties)
    others = f", the lowest of {ties:,} thresholds that reach it" if ties > 1 else ""
    return f"The highest {label} is {value}, {formatting.at_threshold(best.best_threshold_text)}{others}."


def _same_decisions_text(optimum: Optimum) -> str:
    """Say which thresholds decide alike; empty where it is one alone."""
    low, high = optimum.interval
    if math.isinf(high):
        return f"Every threshold{formatting.threshold_range_text(low, high)} flags nothing."
    if formatting.is_one_threshold(low, high):
        return ""
    return f"All thresholds{formatting.threshold_range_text(low, high)} make the same decisions."


def _plateau_text(optimum: Optimum, plateau: Plateau, threshold: str) -> str:
    gap = formatting.difference(optimum.value - plateau.round_cost, optimum.value)
    within = (
        f"Any threshold{formatting.threshold_range_text(plateau.low, plateau.high)} comes within {plateau.within:g}"
    )
    number = formatting.decimal(plateau.round_threshold)
    if number == threshold:
        return f"{within} of it."
    lower = "as high" if plateau.round_cost == 0 else f"{'less than 0.001' if gap == '±0' else gap[1:]} lower"
    return f"{within} of it; at the round number {number} it is {lower}."
