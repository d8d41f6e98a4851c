"""Work in the background: what is asked for goes on, what is not wanted any more stops."""

from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Event

import pytest

from f1tools.ui.session.jobs import Job, JobCancelled, Jobs

PATIENCE = 10.0
OnProgress = Callable[[float], None]


def endless(begun: Event) -> Callable[[OnProgress], None]:
    """Report progress until somebody stops it."""

    def work(on_progress: OnProgress) -> None:
        while True:
            on_progress(0.25)
            begun.set()

    return work


def test_a_job_gives_its_result_and_how_far_it_is() -> None:
    """The result is what the work returned; the share is the last one it reported, kept within 0 and 1."""

    def work(on_progress: OnProgress) -> str:
        on_progress(1.5)
        return "done"

    job = Job(work)
    assert job.is_done(PATIENCE)
    assert (job.result(), job.progress) == ("done", 1.0)


def test_what_fails_fails_where_it_is_asked_for() -> None:
    """A bug in the background is as loud as one on the page."""
    job = Job(lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        job.result()


def test_work_that_is_given_up_ends_at_its_next_progress() -> None:
    """Nothing goes on in the background for nobody."""
    begun = Event()
    job = Job(endless(begun))
    assert begun.wait(PATIENCE)
    assert not job.is_done()
    assert job.progress == 0.25
    job.cancel()
    assert job.is_done(PATIENCE)
    with pytest.raises(JobCancelled):
        job.result()


def test_other_inputs_stop_the_work_on_the_old_ones() -> None:
    """Within a purpose only the last key goes on; another purpose is left alone."""
    jobs, begun = Jobs(), Event()
    old = jobs.get("estimate", "old", endless(begun))
    assert begun.wait(PATIENCE)
    assert jobs.get("calibration", 1, lambda _: 1).result() == 1
    assert not old.is_done()
    new = jobs.get("estimate", "new", lambda _: "new")
    assert old.is_done(PATIENCE)
    assert new.result() == "new"


def test_a_finished_job_is_remembered() -> None:
    """The same key is worked on once; of very many the oldest is forgotten."""
    jobs, done = Jobs(), []

    def ask(key: int) -> int:
        def work(_: OnProgress) -> int:
            done.append(key)
            return key

        return jobs.get("estimate", key, work).result()

    assert [ask(1), ask(2), ask(1)] == [1, 2, 1]
    assert done == [1, 2]
    for key in range(3, 40):
        ask(key)
    assert ask(1) == 1
    assert done.count(1) == 2


def test_work_that_waits_its_turn_can_be_given_up() -> None:
    """It never begins."""
    begun = [Event(), Event()]
    running = [Job(endless(event)) for event in begun]
    assert all(event.wait(PATIENCE) for event in begun)
    waiting = Job(lambda _: "never")
    waiting.cancel()
    for job in running:
        job.cancel()
    with pytest.raises(CancelledError):
        waiting.result()


def test_a_job_tells_that_it_is_unwanted() -> None:
    """Whoever still waits for it knows that there may be no result."""
    begun = Event()
    job = Job(endless(begun))
    assert begun.wait(PATIENCE)
    assert not job.is_cancelled
    job.cancel()
    assert job.is_cancelled


def test_clearing_ends_everything() -> None:
    """Other data: nothing of the old work goes on or is kept."""
    jobs, begun = Jobs(), Event()
    running = jobs.get("estimate", 1, endless(begun))
    assert begun.wait(PATIENCE)
    jobs.clear()
    assert running.is_done(PATIENCE)
    assert jobs.get("estimate", 1, lambda _: "anew").result() == "anew"


def test_work_ends_with_its_session() -> None:
    """When nobody holds the jobs any more, what goes on is given up."""
    jobs, begun = Jobs(), Event()
    running = jobs.get("estimate", 1, endless(begun))
    assert begun.wait(PATIENCE)
    del jobs
    assert running.is_done(PATIENCE)


def test_two_runs_of_a_page_may_ask_at_once() -> None:
    """Each gets the job of its key; whichever was asked for last goes on, and nothing breaks."""
    jobs = Jobs()

    def ask(key: int) -> int | None:
        def work(on_progress: OnProgress) -> int:
            on_progress(0.5)
            return key

        job = jobs.get("estimate", key, work)
        return None if not job.is_done(PATIENCE) or job.is_cancelled else job.result()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(ask, [1, 2] * 200))
    assert set(answers) <= {1, 2, None}
    assert all(answer in (None, asked) for answer, asked in zip(answers, [1, 2] * 200, strict=True))
