"""How far to trust the best threshold: one line for every page, worked out in the background."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from f1tools import words
from f1tools.ui import state
from f1tools.ui.jobs import Job, OnProgress
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.uncertainty.sentences import chosen_elsewhere_text, expected_text

Result = TypeVar("Result")

RESAMPLES = 2000
_PATIENCE = 0.25  # seconds that a page waits before it goes on without the result
_LOOK_AGAIN = 0.7  # seconds


def tuned(now: Shown) -> Job[TunedEstimate]:
    """Give the honest estimate for the best threshold in force, once it is there."""
    curve, view = now.overview.tuning, now.view
    wanted, constraints = view.objective, now.best.tuned.constraints

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
    if job.ready(_PATIENCE):
        show(job.result())
    else:
        st.fragment(_wait, run_every=_LOOK_AGAIN)(job, waiting)


def _wait(job: Job[Result], waiting: str) -> None:
    if job.ready():
        st.rerun()
    st.progress(job.share, waiting)


def line(now: Shown) -> None:
    """Say in one line what the best threshold is worth on rows that did not choose it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if now.has_roles:
            st.markdown(aside(plain(roles_text(now))), width="content")
        else:
            when_ready(tuned(now), "How much of this is luck? Resampling …", _expected)
        st.page_link("pages/how_sure.py", label="How sure is this? →")


def caution(now: Shown) -> None:
    """Say what to think of thresholds that were chosen on the rows that judge them, where no estimate is at hand."""
    st.markdown(aside(plain(roles_text(now) if now.has_roles else words.IN_SAMPLE)))


def roles_text(now: Shown) -> str:
    """Say which rows chose the threshold and which ones the numbers come from."""
    tune, report = now.data.predictions.role_names
    n_tune, n_report = now.overview.rows
    return chosen_elsewhere_text(tune, n_tune, report, n_report)


def _expected(estimate: TunedEstimate) -> None:
    st.markdown(aside(plain(expected_text(estimate))), width="content")
