"""How far to trust the best threshold: one line for every page, worked out in the background."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from f1tools import formatting
from f1tools.core.progress import OnProgress
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.session import state, widget_echo
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.uncertainty.sentences import evaluation_set_text, expected_value_text

Result = TypeVar("Result")

RESAMPLES = 2000
_PATIENCE = 0.25  # seconds that a page waits before it goes on without the result
_LOOK_AGAIN = 0.7  # seconds


def tuned(now: PageContext) -> Job[TunedEstimate]:
    """Give the honest estimate for the best threshold in force, once it is there."""
    curve, view = now.curves.tuning, now.view
    wanted, constraints = view.objective, now.best.tuning.constraints

    def work(on_progress: OnProgress) -> TunedEstimate:
        return tuned_estimate(
            curve,
            wanted,
            constraints=constraints,
            n_resamples=RESAMPLES,
            random_state=view.seed,
            on_progress=on_progress,
        )

    key = (now.data.id, now.model, now.what_if, *now.objective_key, constraints, view.seed)
    return state.jobs().get("tuned", key, work)


def when_ready(job: Job[Result], waiting: str, show: Callable[[Result], None]) -> None:
    """Show a result; until it is there, how far it is. The rest of the page does not wait for it."""
    if not job.is_done(_PATIENCE):
        st.fragment(_wait, run_every=_LOOK_AGAIN)(job, waiting)
    elif not job.is_cancelled:  # else this run of the page is out of date, and a newer one is on its way
        show(job.result())


def _wait(job: Job[Result], waiting: str) -> None:
    widget_echo.note_rerun()
    if job.is_done():
        st.rerun()
    st.progress(job.progress, waiting)


def line(now: PageContext, *, link: bool = True) -> None:
    """Say in one line what the best threshold is worth on rows that did not choose it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if now.has_roles:
            st.markdown(aside(plain(roles_text(now, by_hand=not now.is_best))), width="content")
        else:
            when_ready(tuned(now), "How much of this is luck? Resampling …", _expected)
        if link:
            st.page_link("pages/how_sure.py", label="How sure is this? →")


def caution(now: PageContext, sentence: str = formatting.IN_SAMPLE) -> None:
    """Say what to think of a threshold that was chosen on the rows that judge it, where no estimate is at hand."""
    st.markdown(aside(plain(roles_text(now, by_hand=False) if now.has_roles else sentence)))


def roles_text(now: PageContext, *, by_hand: bool) -> str:
    """Say which rows choose thresholds and which ones judge them."""
    tune, report = now.data.predictions.role_names
    n_tune, n_report = now.curves.n_rows
    return evaluation_set_text(tune, n_tune, report, n_report, by_hand=by_hand)


def _expected(estimate: TunedEstimate) -> None:
    st.markdown(aside(plain(expected_value_text(estimate))), width="content")
