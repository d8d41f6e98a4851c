"""What outcomes cost: the cheapest threshold, and how much it depends on the prices."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.errors import InvalidPredictions
from f1tools.plots import Mark, plot_cost_ratio, plot_costs
from f1tools.ui.components import expected_line, figures
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections import uncertainty
from f1tools.ui.sections.what_if import side_by_side
from f1tools.ui.sections.what_if.pricing import Cheapest
from f1tools.ui.sections.what_if.scenario import head_of_now
from f1tools.ui.session import cache
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import COST_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult

_PER = 1000
_CAUTION = "The cheapest threshold was chosen on these very rows; expect to pay a little more on new ones."


def ask(now: PageContext, _: PageContext) -> None:
    """Ask for the price of each outcome."""
    view = now.view
    amounts = _by_amounts(now)
    _price("A false alarm costs", "cost_fp", view.cost_fp)
    if not amounts:
        _price("A missed case costs", "cost_fn", view.cost_fn)
        with st.expander("When right decisions cost or earn something, too"):
            _price("A caught case costs", "cost_tp", view.cost_tp)
            _price("A case rightly left alone costs", "cost_tn", view.cost_tn)
            st.markdown(aside("What earns money has a negative cost."))
    if now.data.predictions.amount is not None:
        st.toggle(
            "A miss costs the amount in its row",
            **bind("amounts", view.use_amounts, "use_amounts"),
        )


def _price(label: str, field: str, value: float) -> None:
    st.number_input(
        label,
        *COST_RANGE,
        value=None,
        step=1.0,
        format="%.10g",
        **bind(field, value, field),
    )


def answer(now: PageContext, then: PageContext) -> None:
    """Show what the threshold in force costs, what the cheapest one costs, and how it depends on the prices."""
    try:
        cheap = _cheapest(now, then)
    except InvalidPredictions as error:
        st.error(plain(str(error)))
    else:
        _answer(now, then, cheap)


def _answer(now: PageContext, then: PageContext, cheap: Cheapest) -> None:
    supposed = _supposition(now, then, cheap)
    if cheap.not_met:
        st.warning(plain(cheap.not_met))
    st.markdown(plain(" ".join(supposed.sentences)))
    side_by_side.show(supposed.columns, now.view.objective)
    st.markdown(aside(plain(supposed.assumption)))
    expected_line.caution(now, _CAUTION)
    if _speaks_of_calibration(now, then):
        uncertainty.calibration_note(now)
    _pictures(now, then, cheap)


def supposition(now: PageContext, then: PageContext) -> ScenarioResult:
    """Give the question with its answer.

    Raises
    ------
    InvalidPredictions
        When there is nothing to decide under the prices.
    """
    return _supposition(now, then, _cheapest(now, then))


def _supposition(now: PageContext, then: PageContext, cheap: Cheapest) -> ScenarioResult:
    counts = [then.curves.evaluation.at(threshold).counts for threshold in _both(now, cheap)]
    costs = [(("Cost per 1,000 cases", _cell(cost)),) for cost in _per_1000(now, cheap)]
    heads, written = (head_of_now(then), "Cheapest"), (now.written, cheap.written)
    assumption = sentences.AMOUNTS if cheap.by_amounts else sentences.COSTS
    columns = tuple(map(Column, heads, written, counts, costs))
    if cheap.kept:
        assumption = f"Within your limits: {', '.join(map(str, cheap.kept))}. {assumption}"
    caution = "" if now.has_roles else _CAUTION
    return ScenarioResult("Costs", (_sentence(now, then, cheap),), assumption, columns, caution)


def _pictures(now: PageContext, then: PageContext, cheap: Cheapest) -> None:
    marks = [Mark("now", cheap.curve.at(now.point.threshold), now.written)]
    marks.append(Mark("best", cheap.curve.at(cheap.threshold), cheap.written))
    left, right = st.columns(2, gap="medium")
    with left:
        thin = cache.thin(cheap.curve, [mark.point.threshold for mark in marks])
        figures.show(plot_costs(thin, cheap.costs, marks=marks, cases=cheap.cases, theme="streamlit"), "costs")
    with right:
        by_ratio = plot_cost_ratio(
            cheap.ranges,
            ratio=cheap.costs.ratio,
            amounts=cheap.by_amounts,
            probabilities=_speaks_of_calibration(now, then),
            theme="streamlit",
        )
        figures.show(by_ratio, "ratio")
        if cheap.kept:
            st.markdown(aside("Without your limits."))


def _cheapest(now: PageContext, then: PageContext) -> Cheapest:
    data, view = now.data, now.view
    return cache.cheapest_by(
        data.id,
        now.model,
        view.costs(),
        then.what_if,
        _by_amounts(now),
        view.constraints,
        now.curves,
        then.curves,
        data.predictions,
    )


def _by_amounts(now: PageContext) -> bool:
    return now.view.use_amounts and now.data.predictions.amount is not None


def _both(now: PageContext, cheap: Cheapest) -> tuple[float, float]:
    return now.point.threshold, cheap.threshold


def _per_1000(now: PageContext, cheap: Cheapest) -> tuple[float, float]:
    before, after = (_PER * cheap.per_case(threshold) for threshold in _both(now, cheap))
    return before, after


def _cell(cost: float) -> str:
    return sentences.cost_text(cost).removeprefix("costs ")


def _speaks_of_calibration(now: PageContext, then: PageContext) -> bool:
    """Whether the threshold of Bayes means something: for probabilities, of cases as they are."""
    return now.curves.evaluation.is_probability and not then.what_if.active and not _by_amounts(now)


def _sentence(now: PageContext, then: PageContext, cheap: Cheapest) -> str:
    ratio = sentences.ratio_text(cheap.costs, calibrated=_speaks_of_calibration(now, then))
    start = "" if cheap.by_amounts else f"{ratio} "
    before, after = _per_1000(now, cheap)
    where = "flagging nothing" if cheap.flags_nothing else f"the threshold {cheap.written}"
    paid, instead = sentences.cost_text(after), f"{now.written} {sentences.cost_text(before)}"
    if now.has_roles:
        tune = formatting.truncate(now.chosen_on)
        return f"{start}The cheapest, chosen on {tune}, is {where}: here it {paid} per 1,000 cases; {instead}."
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-9):
        return f"{start}The threshold {now.written} is already the cheapest: it {paid} per 1,000 cases."
    rows = "Of cases as supposed" if then.what_if.active else "On these rows"
    return f"{start}{rows} {where} is cheapest: it {paid} per 1,000 cases; {instead}."
