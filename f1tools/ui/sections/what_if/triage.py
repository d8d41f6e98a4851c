"""Triage: two thresholds, with reviews for the cases in between."""

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.formatting import parse_threshold
from f1tools.plots import plot_triage
from f1tools.ui.components import figures
from f1tools.ui.components.decision_notes import in_sample_note
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache, state
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind, value_of
from f1tools.ui.session.widget_echo import show as show_value
from f1tools.what_if import Triage, Zone, optimal_triage, sentences, triage
from f1tools.what_if.scenario_table import ScenarioResult, Suggestion
from f1tools.what_if.triage import may_need_less_review

_CAUTION = "The suggestion was tuned on this data; expect somewhat more errors on new data."
_BETWEEN = "Between the table's thresholds there may be two that need fewer reviews."
_LOW, _HIGH = "triage low slider", "triage high slider"


def inputs(context: PageContext, assumed: PageContext) -> None:
    """Ask for the two thresholds, or for the error rates that they must keep to."""
    view = context.view
    columns = st.columns(2, gap="medium")
    limits = (
        ("Of the positives, missed: at most (%)", "max_missed", view.max_missed),
        ("Of the flagged, wrong: at most (%)", "max_false", view.max_false),
    )
    for column, (label, field, value) in zip(columns, limits, strict=True):
        column.number_input(
            label,
            0.0,
            100.0,
            value=None,
            step=1.0,
            format="%.6g",
            **bind(field, shared.to_percent(value), field, shared.to_fraction, triage_low=None, triage_high=None),
        )
    low, high = map(formatting.exact_threshold, _thresholds(assumed))
    stops = sorted({*cache.slider_stops(assumed.best_key, assumed.decision), low, high}, key=parse_threshold)
    sliders = ("Ignore below", _LOW, low), ("Flag from", _HIGH, high)
    for column, (label, key, text) in zip(columns, sliders, strict=True):
        column.select_slider(
            label,
            stops,
            format_func=formatting.displayed_threshold,
            key=show_value(key, text),
            on_change=_choose,
            args=(key,),
        )
    suggested = _suggested(assumed)
    if _thresholds(assumed) != suggested:
        texts = " and ".join(dict.fromkeys(map(_text, suggested)))
        st.markdown(small(escape(f"Set by hand; the suggestion is {texts}.")))
        reset = {"triage_low": None, "triage_high": None}
        st.button("Back to the suggestion", key="suggested", on_click=lambda: state.update(**reset))


def _choose(moved: str) -> None:
    """Set both thresholds; the one that was not moved gives way where they would cross."""
    low, high = parse_threshold(value_of(_LOW)), parse_threshold(value_of(_HIGH))
    if low > high:
        low = high = low if moved == _LOW else high
    state.update(triage_low=low, triage_high=high)


def _thresholds(assumed: PageContext) -> tuple[float, float]:
    """Return the two thresholds: the chosen ones, or the suggested ones."""
    view = assumed.view
    if view.triage_low is not None and view.triage_high is not None:
        return view.triage_low, view.triage_high
    return _suggested(assumed)


def _suggested(assumed: PageContext) -> tuple[float, float]:
    """Find both thresholds on the tuning set, rounded to as few digits as the scores allow."""
    curve, tuning, view = assumed.curves.evaluation, assumed.curves.tuning, assumed.view
    zones = optimal_triage(tuning, max_false=view.max_false, max_missed=view.max_missed)

    def rounded(threshold: float) -> float:
        below = max(curve.next_below(threshold), tuning.next_below(threshold))
        return parse_threshold(formatting.threshold_text(below, threshold))

    low = rounded(zones.low)
    return low, max(low, rounded(zones.high))


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show the three zones with their workload and their errors."""
    thresholds, answer = _thresholds(assumed), result(context, assumed)
    zones = triage(assumed.curves.evaluation, *thresholds)
    exceeded = _exceeded(assumed, thresholds)
    is_one = thresholds[0] == thresholds[1]
    # The button shows two thresholds; where one is enough, only the first sentence says so.
    shown = answer.sentences if is_one else answer.sentences[1:]
    st.markdown(escape(" ".join(each for each in shown if each != exceeded)))
    if exceeded:
        st.warning(escape(exceeded))
    if is_one:
        shared.offer_thresholds(context, answer.suggestions)
    else:
        _offer(context, thresholds)
    with beside:
        figures.show(plot_triage(zones, labels=context.class_names, theme="streamlit"), "triage")
        _table(zones, assumed)
    shared.ignored_constraints(context)
    if thresholds == _suggested(assumed):
        in_sample_note(context, _CAUTION, several=not is_one)
    st.markdown(small(escape(answer.assumption)))
    if answer.suggestions and not is_one:
        st.markdown("Decide and the code use a single threshold, without reviews. Choose one of the two:")
        shared.offer_thresholds(context, answer.suggestions)


def _text(threshold: float) -> str:
    return formatting.displayed_threshold(formatting.exact_threshold(threshold))


def _offer(context: PageContext, thresholds: tuple[float, float]) -> None:
    """Offer to keep the two thresholds, whatever is suggested later; say so where they are kept."""
    texts, view = list(map(_text, thresholds)), context.view
    if (view.triage_low, view.triage_high) == thresholds:
        st.markdown(escape(f"Kept for reviews: {' and '.join(texts)}. Link, memo and record contain them."))
    else:
        kept = dict(zip(("triage_low", "triage_high"), thresholds, strict=True))
        st.button(f"Keep both for reviews: {' and '.join(texts)}", key="use both", on_click=state.update, kwargs=kept)


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Describe the workload and the errors of the triage."""
    thresholds = _thresholds(assumed)
    where = sentences.zones_text(*map(formatting.exact_threshold, thresholds))
    is_suggested = thresholds == _suggested(assumed)
    is_tuned_here = not context.curves.has_roles and is_suggested
    text = sentences.triage_text(triage(assumed.curves.evaluation, *thresholds))
    unmet = _unmet(assumed) if is_suggested else []
    uncertain = _few_alarms(context, thresholds[1]) if is_suggested else ""
    between = _BETWEEN if is_suggested and _may_need_less(assumed) else ""
    texts = (where, *unmet, text, _exceeded(assumed, thresholds), uncertain, between)
    purposes = ("to ignore the same cases as with two thresholds", "to flag the same cases as with two thresholds")
    if thresholds[0] == thresholds[1]:
        purposes = ("to decide without reviews", "")
    return ScenarioResult(
        "",
        tuple(filter(None, texts)),
        sentences.TRIAGE,
        caution=_CAUTION if is_tuned_here else "",
        suggestions=tuple(
            Suggestion(formatting.exact_threshold(each), purpose, tuned=is_suggested)
            for purpose, each in zip(purposes, thresholds, strict=True)
            if purpose and math.isfinite(each)
        ),
    )


def _may_need_less(assumed: PageContext) -> bool:
    view = assumed.view
    return may_need_less_review(assumed.curves.tuning, max_false=view.max_false, max_missed=view.max_missed)


def _exceeded(assumed: PageContext, thresholds: tuple[float, float]) -> str:
    """Say which limits the suggested thresholds exceed on the evaluation set; empty for thresholds set by hand."""
    if thresholds != _suggested(assumed):
        return ""
    names, view = assumed.curves.role_names, assumed.view
    max_missed = math.inf if _unmet(assumed) else view.max_missed  # another sentence says so
    return sentences.exceeded_limits_text(
        triage(assumed.curves.evaluation, *thresholds),
        max_missed=max_missed,
        max_false=view.max_false,
        where=names[1] if names else "",
    )


def _few_alarms(context: PageContext, upper: float) -> str:
    """Warn that few measured false alarms determine the upper threshold; empty where rows are weighted."""
    tuning = context.curves.tuning
    return "" if tuning.weighted else sentences.few_false_alarms_text(tuning.at(upper).counts, context.tuning_set)


def _unmet(assumed: PageContext) -> list[str]:
    """Say so where positives without a score are more than may be missed, whatever the thresholds are."""
    curve, allowed = assumed.curves.tuning, assumed.view.max_missed
    share = float(curve.unscored.positives / curve.positives)
    if share <= allowed:
        return []
    return [
        f"Of the positives {formatting.percent(share)} have no score and are ignored, more than the "
        f"{formatting.percent(allowed)} that may be missed."
    ]


def _table(zones: Triage, assumed: PageContext) -> None:
    """Show the zones as a table of cases, or of their weights."""
    weighted = assumed.data.counted.weighted
    unit = "Weight" if weighted else "Cases, about" if assumed.what_if.active else "Cases"
    total = zones.auto_negative.total + zones.review.total + zones.auto_positive.total
    rows = []
    for name, zone in _named_zones(zones, has_unscored=assumed.curves.evaluation.has_unscored):
        numbers = (float(zone.total), float(zone.positives), float(zone.negatives))
        cases, positives, negatives = (formatting.count(each) if weighted else f"{each:,.0f}" for each in numbers)
        rows.append((name, [cases, formatting.percent(float(zone.total / total)), positives, negatives]))
    figures_table("Zones", ["Zone", unit, "Share", "Positives", "Negatives"], rows)


def _named_zones(zones: Triage, *, has_unscored: bool) -> list[tuple[str, Zone]]:
    """Return the zones by a name with their scores; the review only where there is one."""
    low, high = _text(zones.low), _text(zones.high)
    ignored = "all scores" if math.isinf(zones.low) else f"below {low}"
    flagged = "no score" if math.isinf(zones.high) else f"{high} or more"
    review = f"{low} or more" if math.isinf(zones.high) else f"{low} up to {high}"
    named = [
        (f"Ignored, {ignored}{' or no score' if has_unscored else ''}", zones.auto_negative),
        (f"Review, {review}", zones.review),
        (f"Flagged, {flagged}", zones.auto_positive),
    ]
    return named if zones.low < zones.high else [named[0], named[2]]
