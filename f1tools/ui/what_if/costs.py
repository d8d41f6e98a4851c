"""What outcomes cost: the cheapest threshold, and how much it depends on the prices."""

import streamlit as st

from f1tools import words
from f1tools.errors import InvalidPredictions
from f1tools.plots import Mark, plot_cost_ratio, plot_costs
from f1tools.ui import cached, figures, state, sure, trust
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.ui.view import HIGHEST_COST
from f1tools.ui.what_if import side_by_side
from f1tools.ui.what_if.pricing import Cheapest
from f1tools.ui.what_if.side_by_side import Column
from f1tools.what_if import sentences

_PER = 1000


def ask(now: Shown, _: Shown) -> None:
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
            key=state.controlled("amounts", view.amounts),
            on_change=state.choosing("amounts", "amounts"),
        )
    st.markdown(aside(plain(sentences.AMOUNTS if amounts else sentences.COSTS)))


def _price(label: str, field: str, value: float) -> None:
    st.number_input(
        label,
        -HIGHEST_COST,
        HIGHEST_COST,
        step=1.0,
        format="%.10g",
        key=state.controlled(field, value),
        on_change=state.choosing(field, field),
    )


def answer(now: Shown, then: Shown) -> None:
    """Show what the threshold in force costs, what the cheapest one costs, and how it depends on the prices."""
    try:
        cheap = _cheapest(now, then)
    except InvalidPredictions as error:
        st.error(plain(str(error)))
    else:
        _answer(now, then, cheap)


def _answer(now: Shown, then: Shown, cheap: Cheapest) -> None:
    st.markdown(plain(_sentence(now, cheap)))
    cost = [("Cost per 1,000 cases", words.amount(_PER * cheap.per_case(threshold))) for threshold in _both(now, cheap)]
    kept = then.overview.curve.at(now.point.threshold)
    side_by_side.show(
        [
            Column("Today's threshold", now.written, kept.counts, (cost[0],)),
            Column("Cheapest", cheap.written, then.overview.curve.at(cheap.threshold).counts, (cost[1],)),
        ],
        now.view.objective,
    )
    trust.caution(now)
    sure.calibration_note(now)
    left, right = st.columns(2, gap="medium")
    marks = [Mark("now", cheap.curve.at(now.point.threshold), now.written)]
    marks.append(Mark("best", cheap.curve.at(cheap.threshold), cheap.written))
    with left:
        thin = cached.thin(cheap.curve, [mark.point.threshold for mark in marks])
        figures.show(plot_costs(thin, cheap.costs, marks=marks, cases=cheap.cases, theme="streamlit"), "costs")
    with right:
        figures.show(plot_cost_ratio(cheap.ranges, ratio=cheap.costs.ratio, theme="streamlit"), "ratio")


def _cheapest(now: Shown, then: Shown) -> Cheapest:
    data, overviews = now.data, (now.overview, then.overview)
    return cached.cheapest_by(
        data.id, now.model, now.view.costs(), then.what_if, _by_amounts(now), overviews, data.predictions
    )


def _by_amounts(now: Shown) -> bool:
    return now.view.amounts and now.data.predictions.amount is not None


def _both(now: Shown, cheap: Cheapest) -> tuple[float, float]:
    return now.point.threshold, cheap.threshold


def _sentence(now: Shown, cheap: Cheapest) -> str:
    before, after = (_PER * cheap.per_case(threshold) for threshold in _both(now, cheap))
    start = "" if cheap.by_amounts else f"{sentences.ratio_text(cheap.costs)} "
    where = "flagging nothing" if cheap.flags_nothing else f"the threshold {cheap.written}"
    return (
        f"{start}On these rows {where} is cheapest: {words.amount(after)} per 1,000 cases, "
        f"against {words.amount(before)} at {now.written}."
    )
