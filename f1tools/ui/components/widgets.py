"""What more than one page asks or says about thresholds, and the choices of Explore."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.plots import digits
from f1tools.ui.components import expected_line
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.components.verdict import verdict
from f1tools.ui.session import state, widget_echo
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import BETA_RANGE, OBJECTIVES
from f1tools.ui.session.widget_echo import bind

_ZOOM_STEPS = 200


def metric_picker(shown: PageContext) -> None:
    """Ask what "best" means."""
    st.selectbox(
        "Best by",
        OBJECTIVES,
        format_func=lambda name: "F-beta" if name == "fbeta" else metric(name).label,
        width=200,
        **bind("metric picker", shown.view.metric, "metric", threshold=None),
    )


def beta_input(shown: PageContext) -> None:
    """Ask for F-beta's beta, if that is the metric."""
    if shown.view.metric == "fbeta":
        st.number_input(
            "Beta",
            *BETA_RANGE,
            step=0.5,
            format="%g",
            width=110,
            help="How many times more recall counts than precision.",
            **bind("beta", shown.view.beta, "beta", threshold=None),
        )


def limits_popover(shown: PageContext) -> None:
    """Ask for limits that the best threshold must keep."""
    count = len(shown.view.constraints)
    with st.popover(f"Limits ({count})" if count else "Limits"):
        st.markdown(aside("The best threshold is looked for among those that keep all limits."))
        for label, field in (("Recall at least", "min_recall"), ("Precision at least", "min_precision")):
            st.number_input(
                f"{label} (0 to 1)",
                0.0,
                1.0,
                step=0.05,
                format="%g",
                placeholder="no limit",
                help="A share: 0.8 stands for 80%.",
                **bind(field, getattr(shown.view, field), field, threshold=None),
            )
        st.number_input(
            "Flagged at most",
            min_value=0,
            max_value=10**15 - 1,
            step=1,
            placeholder="no limit",
            help="A number of rows, or of their weights.",
            **bind("max_flagged", shown.view.max_flagged, "max_flagged", threshold=None),
        )


def threshold_inputs(shown: PageContext) -> None:
    """Ask for the threshold: a slider over real scores, a field for any number, a way back to the best."""
    st.select_slider(
        "Threshold",
        sorted({*shown.best.stops, shown.written}, key=float),
        **bind("threshold slider", shown.written, "threshold", float),
    )
    st.number_input(
        "Exactly",
        step=None,
        format="%.12g",
        width=150,
        **bind("threshold field", shown.point.threshold, "threshold"),
    )
    st.button(
        _best_name(shown),
        key="best",
        on_click=lambda: state.update(threshold=None),
        help=f"Go to {shown.best.threshold_text}",
    )


def zoom_slider(now: PageContext) -> None:
    """Ask for the range of thresholds to look at."""
    low, high = now.span
    st.slider(
        "Zoom",
        low,
        high,
        step=(high - low) / _ZOOM_STEPS,
        format=f"%.{digits(now.span, 3)}g",
        key=widget_echo.show("zoom", now.zoom),
        on_change=lambda: _zoom(now.span, widget_echo.value_of("zoom")),
    )


def _zoom(span: tuple[float, float], chosen: tuple[float, float]) -> None:
    step = (span[1] - span[0]) / _ZOOM_STEPS  # the browser may miss an end by a rounding
    low, high = (None if abs(value - end) < step / 2 else value for value, end in zip(chosen, span, strict=True))
    state.update(zoom_low=low, zoom_high=high)


def toolbar(now: PageContext) -> None:
    """Ask what "best" means and for the threshold, side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric_picker(now)
        beta_input(now)
        limits_popover(now)
        threshold_inputs(now)


def headline(now: PageContext) -> None:
    """Show the best value beside what the threshold in force gives."""
    label, best, counts = now.view.objective.label, now.best.evaluation, now.point.counts
    gap = formatting.difference(float(now.view.objective.evaluate(counts)), best.value)
    caught = formatting.count(float(counts.tp))
    left, right = st.columns(2)
    with left, st.container(horizontal=True):
        name = f"{label} as chosen on {plain(formatting.truncate(now.chosen_on))}" if now.has_roles else _best_name(now)
        _figure(name, best.value, f"at {now.best.threshold_text}{'' if now.has_roles else ', chosen on these rows'}")
        _figure(f"{label} now", now.view.objective.evaluate(counts), _against(now, gap))
    with right, st.container(horizontal=True):
        _figure(
            "Precision now",
            counts.precision(math.nan),
            f"{caught} of {formatting.count(float(counts.flagged()))} flagged",
        )
        _figure("Recall now", counts.recall(), f"{caught} of {formatting.count(float(counts.positives()))} real")


def _against(now: PageContext, gap: str) -> str:
    best = "the choice" if now.has_roles else "the best"
    return best if gap == "±0" else f"{gap} to {best}"


def _best_name(now: PageContext) -> str:
    optimum = now.best.evaluation
    name = formatting.best_label(optimum.metric.label, limited=bool(optimum.constraints))
    return f"{name} on {plain(formatting.truncate(now.chosen_on))}" if now.chosen_on else name


def _figure(label: str, value: float, below: str) -> None:
    st.metric(
        label,
        formatting.metric_value(float(value)),
        below,
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )


def verdict_text(now: PageContext) -> None:
    """Say what is best, which limits could not be kept, and how far to trust it."""
    limits_not_met(now)
    st.markdown(" ".join(plain(sentence) for sentence in verdict(now.best, now.roles)))
    expected_line.line(now)


def limits_not_met(now: PageContext) -> None:
    """Warn that the limits had to be left aside, where they had to."""
    if now.best.tuning.not_met:
        st.warning(plain(now.best.tuning.not_met))


def limits_line(now: PageContext) -> None:
    """Say which limits the best threshold keeps, for pages that don't ask for them."""
    limits_not_met(now)
    kept = now.best.evaluation.constraints
    broken = [] if now.is_best else [each for each in kept if not each.is_satisfied_by(now.point.counts)]
    if broken:
        st.warning(plain(f"The threshold {now.written} does not keep your limits: {', '.join(map(str, broken))}."))
    elif kept:
        st.markdown(aside(plain(f"Within your limits: {', '.join(map(str, kept))}.")))
