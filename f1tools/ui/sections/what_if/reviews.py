"""Limited capacity: so many cases a day can be looked at."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.curve import OperatingPoint
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections.what_if import side_by_side
from f1tools.ui.sections.what_if.scenario import head_of_now, limits_aside
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import at_capacity, sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult

_MOST = 10**12
_USUAL_CASES, _USUAL_REVIEWS = 1000, 100


def ask(now: PageContext, _: PageContext) -> None:
    """Ask how many cases come in and how many can be looked at."""
    for label, key, field, value in (
        ("Cases a day", "cases", "daily_cases", _cases(now)),
        ("Reviews a day", "reviews", "daily_reviews", _reviews(now)),
    ):
        st.number_input(
            label,
            min_value=1 if key == "cases" else 0,
            max_value=_MOST,
            value=None,
            step=10,
            **bind(key, value, field),
        )


def _cases(now: PageContext) -> int:
    return min(max(now.view.daily_cases if now.view.daily_cases is not None else _USUAL_CASES, 1), _MOST)


def _reviews(now: PageContext) -> int:
    return min(now.view.daily_reviews if now.view.daily_reviews is not None else _USUAL_REVIEWS, _MOST)


def answer(now: PageContext, then: PageContext) -> None:
    """Show what the capacity allows beside what the threshold in force asks for."""
    supposed = supposition(now, then)
    st.markdown(plain(" ".join(supposed.sentences)))
    side_by_side.show(supposed.columns, now.view.objective)
    limits_aside(now)
    if now.has_roles:
        tune, report = map(formatting.truncate, now.data.predictions.role_names)
        st.markdown(aside(plain(f"The scores of {tune} say where to cut; the numbers are those of {report}.")))
    st.markdown(aside(plain(supposed.assumption)))


def supposition(now: PageContext, then: PageContext) -> ScenarioResult:
    """Give the question with its answer."""
    curve, tuning, cases = then.curves.evaluation, then.curves.tuning, _cases(now)
    cut = at_capacity(tuning, min(_reviews(now) / cases, 1.0)).threshold
    written = formatting.threshold_text(max(curve.next_below(cut), tuning.next_below(cut)), cut)
    point, kept = curve.at(cut), curve.at(now.point.threshold)
    shares = (float(counts.predicted_positive_rate()) for counts in (kept.counts, point.counts))
    daily = [("Flagged a day", formatting.amount(cases * share, 3)) for share in shares]
    columns = (
        Column(head_of_now(then), now.written, kept.counts, (daily[0],)),
        Column("Within the capacity", written, point.counts, (daily[1],)),
    )
    return ScenarioResult("Reviews a day", (_sentence(now, point, written),), sentences.CAPACITY, columns)


def _sentence(now: PageContext, point: OperatingPoint, written: str) -> str:
    cases, reviews, counts = _cases(now), _reviews(now), point.counts
    start = f"With {reviews:,} review{'' if reviews == 1 else 's'} for {cases:,} case{'' if cases == 1 else 's'} a day"
    real = formatting.amount(cases * float(counts.prevalence()), 3)
    if reviews >= cases:
        return f"{start} every case can be looked at, so all of the about {real} real ones are found."
    if math.isinf(point.threshold):
        return (
            f"{start} there is no threshold: the cases with the highest score alone would already be too many. Flag "
            f"nothing, or choose among those by other means; about {real} real ones come in."
        )
    flagged, caught = (formatting.amount(cases * float(n / counts.total()), 3) for n in (counts.flagged(), counts.tp))
    return (
        f"{start}, look at scores of {written} or more: about {flagged} a day, {caught} of them real, out of {real} "
        "real ones that come in."
    )
