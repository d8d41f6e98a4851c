"""Results of background jobs: pages show them once they are there, and one fragment polls for the jobs of a page.

Streamlit addresses an element by its position. A fragment that polls inside of another one, or below notes that come
and go, can draw to a position that the browser does not have (yet), which empties the page. So there is only one,
before everything else, and what the page shows in the meantime is drawn by the page itself.
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import state, widget_echo
from f1tools.ui.session.jobs import Job

Result = TypeVar("Result")

_PATIENCE = 0.25  # seconds that a page waits, once, for a job before it goes on without the result
_POLL_INTERVAL = 0.15  # seconds
_LONG = 2.0  # seconds that are worth words


def start_page() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the place of the progress of jobs, at the same position on all pages; for :func:`await_jobs`.

    The second part is a sign for scripts and style sheets that the page is not final, for as long as it is there.
    """
    state.session().jobs.start_page()
    place = st.container(key="background jobs")
    sign = place.empty()
    sign.container(key="not final").empty()
    return place, sign


def await_jobs(place: DeltaGenerator, sign: DeltaGenerator) -> None:
    """Poll for the jobs that the page needs, and rerun it when they are done. The page must be complete."""
    jobs = state.session().jobs
    jobs.page_is_complete = True
    if not jobs.awaited:
        sign.empty()
    with place:
        st.fragment(_poll, run_every=_POLL_INTERVAL if jobs.awaited else None)()


def _poll() -> None:
    jobs = state.session().jobs
    if not jobs.awaited:  # an answer to a timer of the browser that has been stopped
        return
    widget_echo.note_rerun()
    if jobs.can_be_drawn:
        jobs.awaited.clear()
        _rerun()
    shown = next(((job, text) for job, text in jobs.pending().items() if text), None)
    if shown is not None:
        job, text = shown
        st.progress(job.progress, text)
        left = job.seconds_left
        if left is not None and left >= _LONG:
            with st.container(key="long job"):
                st.markdown(escape(f"{text} {job.progress:.0%}, {_left_text(left)}"))


def _left_text(seconds: float) -> str:
    """Return how long a job will take, roughly.

    Examples
    --------
    >>> _left_text(3), _left_text(41), _left_text(130)
    ('about 5 seconds left', 'about 40 seconds left', 'about 2 minutes left')
    """
    if seconds < 90:
        return f"about {max(5 * round(seconds / 5), 5)} seconds left"
    return f"about {round(seconds / 60)} minutes left"


def show_when_done(job: Job[Result], waiting: str, show: Callable[[Result], None]) -> None:
    """Show the result of a job; until it is there, `waiting`. The page does not wait."""
    if all_done([job], waiting):
        show(job.result())


def all_done(jobs: Sequence[Job[Any]], waiting: str, *, in_place: bool = True, is_last: bool = False) -> bool:
    """Return whether jobs are done; until they are, show `waiting` if it is not empty, and the progress of the page.

    Without `in_place` only the progress says `waiting`: what comes later is a line that most pages don't have. For jobs
    that take much longer than all others, `is_last`, the rest of the page is not kept waiting.
    """
    known = state.session().jobs
    patience, pending = 0.0 if known.pending() else _PATIENCE, []
    for job in jobs:
        if not job.is_done(patience):
            pending.append(job)
            patience = 0.0
    if not pending:
        # With a canceled job this run of the page is outdated, and a newer one is on its way.
        return not any(job.is_cancelled for job in jobs)
    if known.page_is_complete and not known.pending():
        _rerun()  # a fragment needs the job: a run of the page starts to poll
    known.awaited |= dict.fromkeys(pending, waiting)  # all of them, or the page would be drawn again for each
    known.last |= set(pending) if is_last else set()
    if waiting and in_place:
        st.markdown(small(escape(waiting)), width="content")
    return False


def _rerun() -> NoReturn:
    """Rerun the page, unless another one was just chosen: a rerun replaces the request for it that waits."""
    state.session()  # where session state is read, Streamlit ends this run for a request that waits
    st.rerun()
