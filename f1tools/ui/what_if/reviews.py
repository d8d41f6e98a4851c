"""Limited capacity: so many cases a day can be looked at."""

import streamlit as st

from f1tools import words
from f1tools.ui import state
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.ui.what_if import side_by_side
from f1tools.ui.what_if.side_by_side import Column
from f1tools.what_if import at_capacity, sentences

_MOST = 10**12
_USUAL_CASES, _USUAL_REVIEWS = 1000, 100


def ask(now: Shown, _: Shown) -> None:
    """Ask how many cases come in and how many can be looked at."""
    for label, field, value in (
        ("Cases a day", "cases", _cases(now)),
        ("Reviews a day", "reviews", _reviews(now)),
    ):
        st.number_input(
            label,
            min_value=1 if field == "cases" else 0,
            max_value=_MOST,
            step=10,
            key=state.controlled(field, value),
            on_change=state.choosing(field, field),
        )
    st.markdown(aside(plain(sentences.CAPACITY)))


def _cases(now: Shown) -> int:
    return min(max(now.view.cases if now.view.cases is not None else _USUAL_CASES, 1), _MOST)


def _reviews(now: Shown) -> int:
    return min(now.view.reviews if now.view.reviews is not None else _USUAL_REVIEWS, _MOST)


def answer(now: Shown, then: Shown) -> None:
    """Show what the capacity allows beside what today's threshold asks for."""
    curve, cases = then.overview.curve, _cases(now)
    point = at_capacity(curve, min(_reviews(now) / cases, 1.0))
    written = words.decision_text(curve.next_below(point.threshold), point.threshold)
    kept = curve.at(now.point.threshold)
    flagged, caught, real = (
        words.amount(cases * float(share), 3)
        for share in (
            point.counts.predicted_positive_rate(),
            point.counts.tp / point.counts.total(),
            point.counts.prevalence(),
        )
    )
    st.markdown(
        plain(
            f"With {_reviews(now):,} reviews for {cases:,} cases a day, look at scores of {written} or more: about "
            f"{flagged} cases a day, {caught} of them real, out of {real} real ones that come in."
        )
    )
    shares = (float(counts.predicted_positive_rate()) for counts in (kept.counts, point.counts))
    daily = [("Flagged a day", words.amount(cases * share, 3)) for share in shares]
    side_by_side.show(
        [
            Column("Today's threshold", now.written, kept.counts, (daily[0],)),
            Column("Within the capacity", written, point.counts, (daily[1],)),
        ],
        now.view.objective,
    )
