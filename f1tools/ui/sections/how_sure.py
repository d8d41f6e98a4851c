"""Trust: confidence intervals at the current threshold, and an estimate of the best threshold on new data."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import defined_values, reported_metrics
from f1tools.plots import Mark, plot_band, plot_threshold_spread
from f1tools.ui.components import figures, markdown
from f1tools.ui.components.decision_notes import clusters_line, roles_text, tuned_job
from f1tools.ui.components.job_results import show_when_done
from f1tools.ui.components.layout import metric_box
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import MAX_SEED
from f1tools.ui.session.widget_echo import bind
from f1tools.uncertainty import TunedEstimate, metric_interval
from f1tools.uncertainty.intervals import widening
from f1tools.uncertainty.sentences import SPREAD_NOTE, interval_validity_text, threshold_spread_text


def at_threshold(context: PageContext) -> None:
    """Show the metrics at the current threshold with their confidence intervals, and when these are valid."""
    decision, names = context.decision, context.curves.role_names
    at = formatting.at_threshold(decision.threshold_text)
    st.header(formatting.capitalized(at), anchor=False)
    rows = []
    for metric in reported_metrics(context.view.objective):
        value = formatting.metric_value(float(defined_values(metric, context.point.counts)))
        interval = metric_interval(metric, context.point)
        rows.append((escape(metric.label), [value, "–" if interval is None else interval.text]))
    where = f"On {escape(formatting.truncate(names[1]))}" if names else "On this data"
    st.markdown(markdown.table(["Metric", where, "95% interval"], rows))
    validity = interval_validity_text(
        decision.threshold_text, chosen_here=decision.is_best, suggested=scenarios.tuned_purpose(context)
    )
    st.markdown(small(escape(roles_text(context) if names else validity)))


def out_of_sample(context: PageContext) -> None:
    """Show what to expect of the best threshold on new data."""
    decision, names = context.decision, context.curves.role_names
    label = formatting.lowercase_label(context.view.objective.label)
    if names is None:
        st.header(f"Highest {label}, here and on new data", anchor=False)
        show_when_done(
            tuned_job(context),
            "Tuning and evaluating on resampled rows …",
            lambda estimate: _estimate(context, estimate),
        )
        return
    st.header(f"Highest {label}, tuned and evaluated separately", anchor=False)
    tuning_set, evaluation_set = (escape(formatting.truncate(name)) for name in names)
    left, right = st.columns(2)
    with left:
        where = f"{formatting.at_threshold(decision.best_threshold_text)}, tuned there"
        metric_box(f"On {tuning_set}", formatting.metric_value(decision.tuning.value), where)
    with right:
        metric_box(
            f"On {evaluation_set}", formatting.metric_value(decision.evaluation.value), "what to expect on new data"
        )
    clusters_line(context, widening=widening(context.view.objective, decision.evaluation.point))


def _estimate(context: PageContext, estimate: TunedEstimate) -> None:
    apparent, expected = st.columns(2)
    with apparent:
        optimism = formatting.difference(estimate.apparent, estimate.estimate).lstrip("+")
        metric_box("On this data", formatting.metric_value(estimate.apparent), f"Optimism: {optimism}")
    interval = estimate.interval
    with expected:
        uncertainty = "no interval" if interval is None else f"{interval.level_text}: {interval.text}"
        metric_box("Expect on new data", formatting.metric_value(estimate.estimate), uncertainty)
    if interval is None:
        label = escape(formatting.lowercase_label(estimate.metric.label))
        st.markdown(small(f"No interval for {label} is known to have its nominal coverage."))
    clusters_line(context, widening=estimate.widening)
    st.markdown(
        small(
            f"Estimated by tuning on one part of the rows and evaluating on the rest, {estimate.n_resamples:,} times "
            f"(the .632 bootstrap, seed {estimate.random_state}). It corrects for tuning the threshold only: if the "
            "model was trained on this data, the estimate is still too high."
        )
    )
    st.page_link("pages/data.py", label="Use separate tuning and test data →")


def charts(context: PageContext) -> None:
    """Show the objective with its confidence band at all thresholds, and how much the best threshold varies."""
    left, right = st.columns(2, gap="medium")  # as above
    with left:
        band = plot_band(
            figures.curve(context), context.view.objective, marks=figures.marks(context), theme="streamlit"
        )
        figures.show(band, "band")
    with right:
        show_when_done(tuned_job(context), "Tuning on resampled rows …", lambda estimate: _spread(context, estimate))


def _spread(context: PageContext, estimate: TunedEstimate) -> None:
    best = Mark("best", context.curves.tuning.at(estimate.threshold), context.decision.best_threshold_text)
    figure = plot_threshold_spread(
        estimate.thresholds, interval=estimate.threshold_interval, best=best, theme="streamlit"
    )
    figures.show(figure, "spread")
    has_range = not math.isinf(estimate.threshold_interval.low)  # then the figure states it
    st.markdown(small(escape(SPREAD_NOTE if has_range else threshold_spread_text(estimate))))


def settings(context: PageContext) -> None:
    """Ask for the seed of the resampling."""
    with st.expander("Repeat with another seed"):
        st.number_input(
            "Seed",
            min_value=0,
            max_value=MAX_SEED,
            step=1,
            width=200,
            help="The same seed gives the same numbers. Digits that change with the seed are not reliable.",
            **bind("seed", context.view.seed, "seed"),
        )
