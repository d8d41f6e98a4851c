"""Limited capacity: only so many cases a day can be reviewed."""

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.bins import several_scores
from f1tools.core.curve import ThresholdCurve
from f1tools.core.operating_point import OperatingPoint
from f1tools.plots import Mark, plot_gains
from f1tools.ui.components import figures
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session.link_values import MAX_COUNT
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import at_capacity, sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion

_DEFAULT_CASES, _DEFAULT_REVIEWS = 1000, 100


def inputs(context: PageContext, _: PageContext) -> None:
    """Ask how many cases arrive and how many can be reviewed."""
    cases, reviews = _daily(context)
    fields = ("Cases a day", "cases", cases, 1), ("Reviews a day", "reviews", reviews, 0)
    for column, (label, key, value, least) in zip(st.columns(2, gap="medium"), fields, strict=True):
        column.number_input(
            label, min_value=least, max_value=MAX_COUNT, value=None, step=10, **bind(key, value, f"daily_{key}")
        )


def _daily(context: PageContext) -> tuple[int, int]:
    """Return the number of cases and of reviews a day."""
    cases, reviews = context.view.daily_cases, context.view.daily_reviews
    return _DEFAULT_CASES if cases is None else cases, _DEFAULT_REVIEWS if reviews is None else reviews


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show what the capacity allows beside what the current threshold flags."""
    answer = result(context, assumed)
    st.markdown(escape(" ".join(answer.sentences)))
    shared.offer_thresholds(context, answer.suggestions)
    shared.comparison_table(answer.columns, context.view.objective)
    shared.ignored_constraints(context)
    if context.curves.role_names:
        tuning_set, evaluation_set = map(formatting.truncate, context.curves.role_names)
        text = f"The threshold follows from the scores of {tuning_set}; the numbers are those of {evaluation_set}."
        st.markdown(small(escape(text)))
    st.markdown(small(escape(answer.assumption)))
    with beside:
        (cases, reviews), point = _daily(context), assumed.curves.evaluation.at(context.point.threshold)
        now = Mark("now", point, context.decision.threshold_text)
        figure = plot_gains(figures.curve(assumed), cases=cases, capacity=reviews, now=now, theme="streamlit")
        figures.show(figure, "gains")


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with the lowest one that the capacity allows."""
    (cases, reviews), curve, tuning = _daily(context), assumed.curves.evaluation, assumed.curves.tuning
    threshold = at_capacity(tuning, min(reviews / cases, 1.0)).threshold
    text = formatting.threshold_text(max(curve.next_below(threshold), tuning.next_below(threshold)), threshold)
    point = curve.at(threshold)
    texts = (
        _sentence(cases, reviews, point, text, has_unscored=curve.has_unscored),
        _unused_sentence(tuning, threshold, cases),
    )
    columns = []
    for heading, shown, each in (
        (shared.current_heading(assumed), context.decision.threshold_text, curve.at(context.point.threshold)),
        ("Within the capacity", text, point),
    ):
        flagged = formatting.of_cases(each.counts.flagged(), each.counts.total(), cases)
        columns.append(Column(heading, shown, each.counts, (("Flagged a day", flagged),)))
    purpose = f"for {reviews:,} review{'' if reviews == 1 else 's'} of {cases:,} case{'' if cases == 1 else 's'} a day"
    suggestions = () if math.isinf(threshold) else (Suggestion(text, purpose, tuned=False),)
    return ScenarioResult("", tuple(filter(None, texts)), sentences.CAPACITY, tuple(columns), suggestions=suggestions)


def _unused_sentence(curve: ThresholdCurve, threshold: float, cases: int) -> str:
    """Say why reviews are left over where scores were counted in bins: the next threshold flags too many."""
    position = int(curve.positions([threshold])[0]) + 1
    if position == len(curve) or not several_scores(curve)[position]:
        return ""
    following = formatting.lower_threshold_text(curve, float(curve.thresholds[position]))
    flagged = formatting.of_cases(float(curve.tp[position] + curve.fp[position]), float(curve.counts.total()[0]), cases)
    return (
        f"The next lower threshold of the table, {formatting.displayed_threshold(following)}, flags about {flagged} a "
        "day: the scores that it adds were counted together, and a threshold among them may use more of the reviews."
    )


def _sentence(cases: int, reviews: int, point: OperatingPoint, threshold: str, *, has_unscored: bool) -> str:
    counts = point.counts
    start = f"With {reviews:,} review{'' if reviews == 1 else 's'} for {cases:,} case{'' if cases == 1 else 's'} a day"
    threshold = formatting.displayed_threshold(threshold)
    flagged, caught, positives = (
        formatting.of_cases(n, counts.total(), cases) for n in (counts.flagged(), counts.tp, counts.positives())
    )
    if reviews >= cases and not has_unscored:
        return f"{start} every case can be reviewed, so all positives (about {positives} a day) are caught."
    if math.isinf(point.threshold):
        return (
            f"{start} no threshold works: the cases with the highest score alone are already too many. Flag nothing, "
            f"or choose among those by other means; about {positives} positives arrive."
        )
    return (
        f"{start}, review scores of {threshold} or more: about {flagged} a day, which catch {caught} of the "
        f"{positives} positives that arrive."
    )
