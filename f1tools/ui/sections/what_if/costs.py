"""Costs of the outcomes: the cheapest threshold, and how it depends on the costs."""

import math
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.plots import Mark, plot_cost_ratio, plot_costs
from f1tools.readers import Choices, ColumnSummary
from f1tools.readers.inference.names import is_amount_name
from f1tools.ui.components import figures
from f1tools.ui.components.decision_notes import N_RESAMPLES, calibration_note, in_sample_note
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.upload import read_keeping
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache, state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.link_values import MAX_COUNT, MAX_CURRENCY, parse_currency
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import COST_RANGE, PERIODS
from f1tools.ui.session.widget_echo import bind
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.what_if import sentences
from f1tools.what_if.pricing import CheapestThreshold
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion, case_base

_CAUTION = "Expect a slightly higher cost on new data: the cheapest threshold was tuned on this data."


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
            _cost_input("A case correctly not flagged costs", "cost_tn", view.cost_tn)
            st.markdown(small("Enter earnings as negative costs."))
    if not _has_amounts(context):
        _propose_amounts(context)
    else:
        st.toggle("A missed case costs the amount in its row", **bind("amounts", view.use_amounts, "use_amounts"))

    first, second, third = st.columns([2, 4, 3], gap="small")
    currency = bind("currency", view.currency or "", "currency", parse_currency)
    first.text_input("Currency", placeholder="none", max_chars=MAX_CURRENCY, **currency)
    second.number_input(
        "Number of cases",
        1,
        MAX_COUNT,
        value=None,
        step=1000,
        placeholder="for a total",
        **bind("cost cases", view.cost_cases, "cost_cases"),
    )
    third.selectbox("Period", PERIODS, **bind("cost period", view.cost_period, "cost_period"))


def _propose_amounts(context: PageContext) -> None:
    """Offer a column that may say what it costs to miss each case, where the upload has one."""
    upload = state.session().current_upload
    proposal = None if upload is None else upload.reading.proposal
    if upload is None or proposal is None:
        return
    name = next((each.name for each in upload.reading.columns if _may_be_amounts(each, proposal)), None)
    if name is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = escape(formatting.truncate(name))
        st.markdown(f"Column **{shown}** could be what a missed case costs.", width="content")
        is_chosen = st.button("Use it", key="use amounts")
    if is_chosen:
        read_keeping(upload, replace(proposal, amount=name), replace(context.view, use_amounts=True))


def _may_be_amounts(column: ColumnSummary, proposal: Choices) -> bool:
    """Return whether a column that is not used otherwise has the name and the values of an amount."""
    is_free = column.name not in proposal.columns() and not column.role and column.kind == "number"
    return is_free and is_amount_name(column.name) and column.low is not None and column.low >= 0


def _cost_input(label: str, field: str, value: float) -> None:
    st.number_input(label, *COST_RANGE, value=None, step=1.0, format="%.10g", **bind(field, value, field))


def _by_amounts(context: PageContext) -> bool:
    return context.view.use_amounts and _has_amounts(context)


def _has_amounts(context: PageContext) -> bool:
    return context.data.rows is not None and context.data.rows.amount is not None


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show the cost of the current and of the cheapest threshold, and how it depends on the costs."""
    try:
        cheapest = _cheapest(context, assumed)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    job = _job(context, assumed, cheapest)
    with beside:
        is_known = job is not None and all_done([job], "Tuning and evaluating on resampled rows …")
    answer = result(context, assumed)
    if cheapest.not_met:
        st.warning(escape(cheapest.not_met))
    if not context.view.uses("costs"):
        examples = (formatting.amount(each) for each in (context.view.cost_fp, context.view.cost_fn))
        st.markdown("**Example costs:** a false alarm {}, a miss {}. Enter yours.".format(*examples))
    st.markdown(escape(" ".join(answer.sentences)))
    shared.offer_thresholds(context, answer.suggestions)
    shared.comparison_table(answer.columns, context.view.objective)
    if answer.bound:
        st.markdown(small(escape(answer.bound)))
    if job is None:
        in_sample_note(context, _CAUTION)
    elif is_known:
        _expected_line(context, assumed, cheapest, job.result())
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
    columns, currency = [], context.view.currency or ""
    costs_here = tuple(map(cheapest.cost_per_case, thresholds))
    for heading, text, threshold, cost in zip(headings, texts, thresholds, costs_here, strict=True):
        more = tuple(
            (
                f"Cost {label}",
                sentences.cost_text(n * cost, currency, _decimals(n, costs_here)).removeprefix("costs "),
            )
            for label, n in _bases(context, assumed)
        )
        columns.append(Column(heading, text, assumed.curves.evaluation.at(threshold).counts, more))
    assumption = sentences.AMOUNTS if cheapest.by_amounts else sentences.COSTS
    if cheapest.constraints:
        assumption = f"{formatting.under_constraints(cheapest.constraints)} {assumption}"
    caution = "" if context.curves.has_roles else _CAUTION
    suggestion = Suggestion(cheapest.threshold_text, "for the lowest cost")
    bound = _bound(context, assumed, cheapest)
    plain = ScenarioResult("", (), assumption, tuple(columns), caution, bound, (suggestion,))
    job = _job(context, assumed, cheapest)
    if job is None:
        return replace(plain, sentences=(_sentence(context, assumed, cheapest, costs_here),))

    def complete() -> ScenarioResult:
        tuned = job.result()
        # The current threshold is a given number, which costs the same on new rows: only the cheapest is tuned again.
        expected = costs_here if math.isnan(tuned.estimate) else (costs_here[0], -tuned.estimate)
        return replace(plain, sentences=(_sentence(context, assumed, cheapest, expected),))

    if job.is_done() and not job.is_cancelled:
        return complete()
    return replace(plain, sentences=(_sentence(context, assumed, cheapest, None),), complete=complete)


def _decimals(n: float, costs_per_case: Iterable[float]) -> int:
    """Return how many decimals all costs of a number of cases have, from those of the two thresholds on these rows."""
    return formatting.common_decimals([n * each for each in costs_per_case])


def _cheapest(context: PageContext, assumed: PageContext) -> CheapestThreshold:
    return cache.cheapest(
        assumed.model_key,
        context.view.costs(),
        _by_amounts(context),
        context.view.constraints,
        (context.curves, assumed.curves),
        context.data.rows,
    )


def _bayes_applies(context: PageContext, assumed: PageContext) -> bool:
    """Return whether the Bayes threshold has a meaning: for probabilities of the cases as they are."""
    return context.curves.is_probability and not assumed.what_if.active and not _by_amounts(context)


def _expected_line(
    context: PageContext, assumed: PageContext, cheapest: CheapestThreshold, estimate: TunedEstimate
) -> None:
    """State what the cheapest threshold is expected to cost on new rows."""
    text, (base, n) = _CAUTION, _bases(context, assumed)[0]
    if not math.isnan(estimate.estimate):
        decimals = _decimals(n, map(cheapest.cost_per_case, (context.point.threshold, cheapest.threshold)))
        there, here = (
            sentences.cost_text(-n * each, context.view.currency or "", decimals)
            for each in (estimate.estimate, estimate.apparent)
        )
        text = f"On new data expect that it {there} {base}, not {here.split(' ', 1)[1]}: it was tuned on this data."
    st.markdown(small(escape(text)))


def _bound(context: PageContext, assumed: PageContext, cheapest: CheapestThreshold) -> str:
    """Return what a threshold between those of a threshold table could cost; empty where none can be cheaper."""
    (base, n), here = _bases(context, assumed)[0], cheapest.cost_per_case(cheapest.threshold)
    if not cheapest.lowest_cost < here:
        return ""
    decimals = _decimals(n, map(cheapest.cost_per_case, (context.point.threshold, cheapest.threshold)))
    least, now = (
        sentences.cost_text(n * each, context.view.currency or "", decimals) for each in (cheapest.lowest_cost, here)
    )
    return "" if least == now else f"Between the table's thresholds there may be one that {least} {base}."


def _job(context: PageContext, assumed: PageContext, cheapest: CheapestThreshold) -> Job[TunedEstimate] | None:
    """Return the job that estimates what the cheapest threshold costs on new rows; None where that is unknown."""
    if cheapest.by_amounts or assumed.what_if.active or context.curves.has_roles:
        return None
    curve, objective, seed = context.curves.tuning, cheapest.costs.metric(), context.view.seed

    def work(on_progress: OnProgress) -> TunedEstimate:
        return tuned_estimate(
            curve,
            objective,
            constraints=cheapest.constraints,
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=on_progress,
        )

    key = (context.model_key, cheapest.costs, cheapest.constraints, seed)
    return state.session().jobs.get("cheapest", key, work)


def _bases(context: PageContext, assumed: PageContext) -> list[tuple[str, float]]:
    """Return what costs refer to: the number of cases of the visitor, if there is one, and typical cases."""
    typical = case_base(assumed.point.counts)
    view, bases = context.view, [(f"per {typical:,} cases", float(typical))]
    if view.cost_cases is not None:
        bases.insert(0, (f"a {view.cost_period}", float(view.cost_cases)))
    return bases


def _sentence(
    context: PageContext, assumed: PageContext, cheapest: CheapestThreshold, per_case: tuple[float, ...] | None
) -> str:
    """Describe what the cheapest threshold saves, and the cost ratio.

    `per_case` is what a case costs now and at the cheapest threshold; None while that is not known.
    """
    view, (base, n) = context.view, _bases(context, assumed)[0]
    if view.cost_cases is not None:
        base += f" at {view.cost_cases:,} case{'' if view.cost_cases == 1 else 's'}"
    current = formatting.using_threshold(context.decision.threshold_text)
    where = formatting.using_threshold(cheapest.threshold_text)
    text = f"On this data {where} is cheapest."
    if context.curves.has_roles:
        text = f"Tuned on {formatting.truncate(context.tuning_set)}, {where} is cheapest."
    elif assumed.what_if.active:
        text = f"In this scenario {where} is cheapest."
    here = [n * cheapest.cost_per_case(each) for each in (context.point.threshold, cheapest.threshold)]
    decimals = formatting.common_decimals(here)
    if math.isclose(*here, rel_tol=1e-9, abs_tol=1e-9) and not context.curves.has_roles:
        cost = sentences.cost_text(here[1], view.currency or "", decimals)
        text = f"{formatting.capitalized(current)} is already the cheapest: on this data it {cost} {base}."
    elif per_case is not None:
        saving = sentences.saving_text(n * per_case[0], n * per_case[1], view.currency or "", decimals)
        using = f"sing it instead of {current.removeprefix('the threshold ')} {saving} {base}."
        text += f" On new data expect that u{using}" if _job(context, assumed, cheapest) else f" U{using}"
    if cheapest.by_amounts:
        return text
    return f"{text} {sentences.ratio_text(cheapest.costs, calibrated=_bayes_applies(context, assumed))}"


def _charts(context: PageContext, assumed: PageContext, cheapest: CheapestThreshold) -> None:
    """Draw the cost at all thresholds, and the cheapest threshold for all cost ratios."""
    marks = [
        Mark("now", cheapest.curve.at(context.point.threshold), context.decision.threshold_text),
        Mark("best", cheapest.curve.at(cheapest.threshold), cheapest.threshold_text),
    ]
    curve = cache.thinned(cheapest.curve, [mark.point.threshold for mark in marks])
    figure = plot_costs(
        curve,
        cheapest.costs,
        marks=marks,
        cases=cheapest.n_cases,
        per=case_base(assumed.point.counts),
        currency=context.view.currency or "",
        theme="streamlit",
    )
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
