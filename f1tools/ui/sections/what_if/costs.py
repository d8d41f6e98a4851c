"""Costs of the outcomes: the cheapest threshold, and how it depends on the costs."""

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.plots import Mark, plot_cost_ratio, plot_costs
from f1tools.ui.components import figures
from f1tools.ui.components.decision_notes import calibration_note, in_sample_note
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import COST_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import sentences
from f1tools.what_if.pricing import CheapestThreshold
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion

_CASES = 1000
_CAUTION = "The cheapest threshold was tuned on these same rows; expect a slightly higher cost on new ones."


def inputs(context: PageContext, _: PageContext) -> None:
    """Ask for the cost of each outcome."""
    view = context.view
    left, right = st.columns(2, gap="medium")
    with left:
        _cost_input("A false alarm costs", "cost_fp", view.cost_fp)
    if not _by_amounts(context):
        with right:
            _cost_input("A missed case costs", "cost_fn", view.cost_fn)
        with st.expander("When correct decisions cost or earn something, too"):
            _cost_input("A caught case costs", "cost_tp", view.cost_tp)
            _cost_input("A correctly ignored case costs", "cost_tn", view.cost_tn)
            st.markdown(small("Enter earnings as negative costs."))
    if context.data.predictions.amount is not None:
        st.toggle("A missed case costs the amount in its row", **bind("amounts", view.use_amounts, "use_amounts"))


def _cost_input(label: str, field: str, value: float) -> None:
    st.number_input(label, *COST_RANGE, value=None, step=1.0, format="%.10g", **bind(field, value, field))


def _by_amounts(context: PageContext) -> bool:
    return context.view.use_amounts and context.data.predictions.amount is not None


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show the cost of the current and of the cheapest threshold, and how it depends on the costs."""
    try:
        answer, cheapest = result(context, assumed), _cheapest(context, assumed)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    if cheapest.not_met:
        st.warning(escape(cheapest.not_met))
    st.markdown(escape(" ".join(answer.sentences)))
    shared.offer_thresholds(context, answer.suggestions)
    shared.comparison_table(answer.columns, context.view.objective)
    in_sample_note(context, _CAUTION)
    st.markdown(small(escape(answer.assumption)))
    if _bayes_applies(context, assumed):
        calibration_note(context)
    with beside:
        _charts(context, assumed, cheapest)


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with the cheapest one.

    Raises
    ------
    InvalidPredictions
        If the costs leave nothing to decide.
    """
    cheapest = _cheapest(context, assumed)
    thresholds = context.point.threshold, cheapest.threshold
    headings = shared.current_heading(assumed), "Cheapest"
    texts = context.decision.threshold_text, cheapest.threshold_text
    columns = []
    for heading, text, threshold in zip(headings, texts, thresholds, strict=True):
        cost = sentences.cost_text(_CASES * cheapest.cost_per_case(threshold)).removeprefix("costs ")
        counts = assumed.curves.evaluation.at(threshold).counts
        columns.append(Column(heading, text, counts, (("Cost per 1,000 cases", cost),)))
    assumption = sentences.AMOUNTS if cheapest.by_amounts else sentences.COSTS
    if cheapest.constraints:
        assumption = f"Under your constraints: {', '.join(map(str, cheapest.constraints))}. {assumption}"
    caution = "" if context.curves.has_roles else _CAUTION
    suggestion = Suggestion(cheapest.threshold_text, "for the lowest cost")
    sentence = _sentence(context, assumed, cheapest)
    return ScenarioResult("", (sentence,), assumption, tuple(columns), caution, (suggestion,))


def _cheapest(context: PageContext, assumed: PageContext) -> CheapestThreshold:
    return cache.cheapest(
        assumed.model_key,
        context.view.costs(),
        _by_amounts(context),
        context.view.constraints,
        (context.curves, assumed.curves),
        context.data.predictions,
    )


def _bayes_applies(context: PageContext, assumed: PageContext) -> bool:
    """Return whether the Bayes threshold has a meaning: for probabilities of the cases as they are."""
    return context.curves.is_probability and not assumed.what_if.active and not _by_amounts(context)


def _sentence(context: PageContext, assumed: PageContext, cheapest: CheapestThreshold) -> str:
    now, least = (
        _CASES * cheapest.cost_per_case(threshold) for threshold in (context.point.threshold, cheapest.threshold)
    )
    start = ""
    if not cheapest.by_amounts:
        start = f"{sentences.ratio_text(cheapest.costs, calibrated=_bayes_applies(context, assumed))} "
    current = formatting.using_threshold(context.decision.threshold_text)
    where = formatting.using_threshold(cheapest.threshold_text)
    comparison = f"it {sentences.cost_text(least)} per 1,000 cases; {current} {sentences.cost_text(now)}."
    if context.curves.has_roles:
        return f"{start}Tuned on {formatting.truncate(context.tuning_set)}, {where} is cheapest: here {comparison}"
    if math.isclose(now, least, rel_tol=1e-9, abs_tol=1e-9):
        cost = sentences.cost_text(least)
        return f"{start}{formatting.capitalized(current)} is already the cheapest: it {cost} per 1,000 cases."
    rows = "In this scenario" if assumed.what_if.active else "On these rows"
    return f"{start}{rows} {where} is cheapest: {comparison}"


def _charts(context: PageContext, assumed: PageContext, cheapest: CheapestThreshold) -> None:
    """Draw the cost at all thresholds, and the cheapest threshold for all cost ratios."""
    marks = [
        Mark("now", cheapest.curve.at(context.point.threshold), context.decision.threshold_text),
        Mark("best", cheapest.curve.at(cheapest.threshold), cheapest.threshold_text),
    ]
    curve = cache.thinned(cheapest.curve, [mark.point.threshold for mark in marks])
    figure = plot_costs(curve, cheapest.costs, marks=marks, cases=cheapest.n_cases, theme="streamlit")
    figures.show(figure, "costs")
    figure = plot_cost_ratio(
        cheapest.ranges,
        ratio=cheapest.costs.ratio,
        threshold_text=None if cheapest.constraints else cheapest.threshold_text,
        amounts=cheapest.by_amounts,
        probabilities=_bayes_applies(context, assumed),
        theme="streamlit",
    )
    figures.show(figure, "ratio")
    if cheapest.constraints:
        st.markdown(small("Without your constraints."))
