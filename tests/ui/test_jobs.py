"""Background jobs: the latest one of a purpose goes on, others are cancelled."""

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from f1tools.ui.session.jobs import Job, JobCancelled, Jobs

TIMEOUT = 10.0
OnProgress = Callable[[float], None]


def endless(started: Event) -> Callable[[OnProgress], None]:
    """Return work that reports progress until it is cancelled."""

    def work(on_progress: OnProgress) -> None:
        while True:
            on_progress(0.25)
            started.set()

    return work


@pytest.fixture
def started() -> Event:
    return Event()


def test_a_job_has_a_result_and_its_progress() -> None:
    """The result is what the work returned; the progress is the last one reported, clipped to 0 and 1."""

    def work(on_progress: OnProgress) -> str:
        on_progress(1.5)
        return "done"

    job = Job(work)
    assert job.is_done(TIMEOUT)
    assert (job.result(), job.progress) == ("done", 1.0)


def test_an_error_is_raised_with_the_result() -> None:
    """A bug in the background is not hidden."""
    job = Job(lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        job.result()


def test_a_cancelled_job_ends_at_its_next_progress_report(started: Event) -> None:
    """It has no result, and says that it was cancelled."""
    job = Job(endless(started))
    assert started.wait(TIMEOUT)
    assert not job.is_done()
    assert not job.is_cancelled
    assert job.progress == 0.25
    job.cancel()
    assert job.is_cancelled
    assert job.is_done(TIMEOUT)
    with pytest.raises(JobCancelled):
        job.result()


def test_a_waiting_job_can_be_cancelled() -> None:
    """It never starts."""
    events = [Event(), Event()]
    running = [Job(endless(event)) for event in events]
    assert all(event.wait(TIMEOUT) for event in events)
    waiting = Job(lambda _: "never")
    waiting.cancel()
    for job in running:
        job.cancel()
    with pytest.raises(CancelledError):
        waiting.result()


def test_another_key_cancels_the_old_job(started: Event) -> None:
    """Within a purpose only the latest key goes on; other purposes are not affected."""
    jobs = Jobs()
    old = jobs.get("estimate", "old", endless(started))
    assert started.wait(TIMEOUT)
    assert jobs.get("calibration", 1, lambda _: 1).result() == 1
    assert not old.is_done()
    new = jobs.get("estimate", "new", lambda _: "new")
    assert old.is_done(TIMEOUT)
    assert new.result() == "new"


def test_a_finished_job_is_kept() -> None:
    """The same key runs once; of very many jobs the oldest is forgotten."""
    jobs, runs = Jobs(), []

    def result_of(key: int) -> int:
        def work(_: OnProgress) -> int:
            runs.append(key)
            return key

        return jobs.get("estimate", key, work).result()

    assert [result_of(1), result_of(2), result_of(1)] == [1, 2, 1]
    assert runs == [1, 2]
    for key in range(3, 40):
        result_of(key)
    assert result_of(1) == 1
    assert runs.count(1) == 2


@pytest.mark.parametrize("cleared", [True, False])
def test_jobs_end_with_their_session(started: Event, cleared: bool) -> None:
    """When the jobs are cleared, or nothing refers to them any more, all are cancelled and forgotten."""
    jobs = Jobs()
    running = jobs.get("estimate", 1, endless(started))
    assert started.wait(TIMEOUT)
    if cleared:
        jobs.clear()
        assert jobs.get("estimate", 1, lambda _: "again").result() == "again"
    else:
        del jobs
    assert running.is_done(TIMEOUT)


def test_two_runs_of_a_page_at_once() -> None:
    """Each gets the job of its key, possibly cancelled by the other one."""
    jobs = Jobs()

    def result_of(key: int) -> int | None:
        def work(on_progress: OnProgress) -> int:
            on_progress(0.5)
            return key

        job = jobs.get("estimate", key, work)
        return None if not job.is_done(TIMEOUT) or job.is_cancelled else job.result()

    keys = [1, 2] * 200
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(result_of, keys))
    assert all(result in (None, key) for result, key in zip(results, keys, strict=True))


def test_a_page_awaits_all_jobs_of_a_result() -> None:
    """It is drawn again once, when all of them have ended, and not after each."""

    def page() -> None:
        from threading import Event

        import streamlit as st

        from f1tools.ui.components.job_results import all_done
        from f1tools.ui.session import state

        jobs, is_released = state.session().jobs, Event()
        two = [jobs.get(purpose, 1, lambda _: is_released.wait()) for purpose in ("estimate", "curve")]
        st.text(f"{all_done(two, 'Estimating …')}, {len(jobs.awaited)} awaited")
        is_released.set()
        st.text(f"{all_done([job for job in two if job.result()], '')}")

    app = AppTest.from_function(page).run()
    assert [each.value for each in app.text] == ["False, 2 awaited", "True"]


def test_a_job_that_was_stopped_is_not_started_before_it_is_resumed(started: Event) -> None:
    """Its callers ask; a job that has ended already keeps its result."""
    jobs = Jobs()
    job = jobs.get("count", 1, endless(started))
    assert started.wait(TIMEOUT)
    jobs.stop("count", 1)
    assert job.is_cancelled
    assert jobs.is_stopped("count", 1)
    assert not jobs.is_stopped("count", 2)
    jobs.resume("count", 1)
    assert not jobs.is_stopped("count", 1)
    done = jobs.get("count", 1, lambda _: "done")
    assert done.is_done(TIMEOUT)
    jobs.stop("count", 1)
    assert not jobs.is_stopped("count", 1)
    assert jobs.result("count", 1) == "done"


def test_the_time_that_is_left(started: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the pace so far; unknown in the first seconds."""
    now = [100.0]
    monkeypatch.setattr("f1tools.ui.session.jobs.monotonic", lambda: now[0])
    job = Job(endless(started))
    assert started.wait(TIMEOUT)
    assert job.seconds_left is None
    now[0] += 10
    assert job.seconds_left == pytest.approx(30)  # a quarter is done
    job.cancel()
    assert job.is_done(TIMEOUT)


def test_the_rest_of_a_page_does_not_wait_for_its_longest_job() -> None:
    """The page can be drawn when all others have ended, and then, when it awaits that one only, at the end of it."""
    jobs, ends = Jobs(), (Event(), Event())
    table, estimate = jobs.get("table", 1, lambda _: ends[0].wait()), jobs.get("estimate", 1, lambda _: ends[1].wait())
    jobs.awaited, jobs.last = {table: "Counting …", estimate: "Resampling …"}, {estimate}
    assert not jobs.can_be_drawn
    ends[0].set()
    assert table.is_done(TIMEOUT)
    assert jobs.can_be_drawn
    jobs.start_page()
    jobs.awaited, jobs.last = {estimate: "Resampling …"}, {estimate}
    assert not jobs.can_be_drawn
    ends[1].set()
    assert estimate.is_done(TIMEOUT)
    assert jobs.can_be_drawn
