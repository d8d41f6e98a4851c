"""Background jobs: work that takes too long for a page runs in a thread, reports progress and can be cancelled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import finalize

from f1tools.core.types import OnProgress

Result = TypeVar("Result")

_MAX_THREADS = 2  # for all sessions: more would only slow each other down
_MAX_JOBS = 6  # of one session, finished ones included: some results are as large as the data
_FIRST_SECONDS = 3.0
_POOL = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="f1tools")


class JobCancelled(Exception):
    """The result is no longer needed."""


class Job(Generic[Result]):
    """One piece of work and its progress.

    Parameters
    ----------
    work : callable
        Runs in another thread and receives a callback for the fraction done, 0 to 1. It has to call back from time
        to time: a cancelled job ends there.
    """

    def __init__(self, work: Callable[[OnProgress], Result]) -> None:
        self.progress = 0.0
        self._started = 0.0
        self._cancelled = Event()
        self._future = _POOL.submit(self._run, work)

    def _run(self, work: Callable[[OnProgress], Result]) -> Result:
        self._started = monotonic()
        return work(self._on_progress)

    def _on_progress(self, fraction: float) -> None:
        if self._cancelled.is_set():
            raise JobCancelled
        self.progress = min(max(fraction, 0.0), 1.0)

    @property
    def seconds_left(self) -> float | None:
        """How long the work will go on at its pace; None in its first seconds, in which the pace is not known."""
        elapsed, done = monotonic() - self._started, self.progress
        if not self._started or elapsed < _FIRST_SECONDS or done == 0:
            return None
        return elapsed * (1 - done) / done

    @property
    def is_cancelled(self) -> bool:
        """Whether the job was cancelled, so that there may be no result."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End the work at its next progress report, or before it starts."""
        self._cancelled.set()
        self._future.cancel()

    def is_done(self, timeout: float = 0.0) -> bool:
        """Return whether the job has ended, waiting for it up to `timeout` seconds."""
        wait([self._future], timeout=timeout)
        return self._future.done()

    def result(self) -> Result:
        """Wait for the job and return its result, or raise what the work raised."""
        return self._future.result()


class Jobs:
    """The jobs of one session: for each purpose only the latest one goes on.

    Two runs of a page may overlap for a moment, hence the lock. When the session ends, its jobs are cancelled.

    Attributes
    ----------
    awaited
        The jobs whose results the page will show, with what it says until then.
    last
        Those of them without which the page is drawn again once the others have ended.
    page_is_complete
        Whether the page was drawn to its end: what is drawn later belongs to a part of it.
    """

    def __init__(self) -> None:
        self.awaited: dict[Job[Any], str] = {}
        self.last: set[Job[Any]] = set()
        self.page_is_complete = False
        self._jobs: dict[tuple[str, Any], Job[Any]] = {}
        self._stopped: set[tuple[str, Any]] = set()
        self._lock = Lock()
        finalize(self, _cancel_all, self._jobs)

    def start_page(self) -> None:
        """Note that a page is drawn anew and awaits nothing yet."""
        self.awaited, self.last, self.page_is_complete = {}, set(), False

    def pending(self) -> dict[Job[Any], str]:
        """Return the awaited jobs that have not ended."""
        return {job: text for job, text in self.awaited.copy().items() if not job.is_done()}

    @property
    def can_be_drawn(self) -> bool:
        """Whether the page would show what it awaits, or all but what takes longest."""
        pending = self.pending().keys()
        return not pending or pending <= self.last < self.awaited.keys()

    def clear(self) -> None:
        """Cancel and forget all jobs."""
        with self._lock:
            _cancel_all(self._jobs)

    def stop(self, purpose: str, key: Any) -> None:
        """Cancel a job that a visitor will not wait for. Callers ask :meth:`is_stopped` before they start it again."""
        with self._lock:
            job = self._jobs.get((purpose, key))
            if job is None or not job.is_done():
                self._stopped.add((purpose, key))
                if job is not None:
                    self._jobs.pop((purpose, key)).cancel()

    def is_stopped(self, purpose: str, key: Any) -> bool:
        """Return whether a visitor stopped this job."""
        return (purpose, key) in self._stopped

    def resume(self, purpose: str, key: Any) -> None:
        """Allow a job again that was stopped."""
        self._stopped.discard((purpose, key))

    def result(self, purpose: str, key: Any) -> Any | None:
        """Return the result of a job that has ended well; None where there is none."""
        job = self._jobs.get((purpose, key))
        return job.result() if job is not None and job.is_done() and not job.is_cancelled else None

    def get(self, purpose: str, key: Any, work: Callable[[OnProgress], Result]) -> Job[Result]:
        """Return the job of this key, starting it if needed; other running jobs of the same purpose are cancelled.

        Parameters
        ----------
        purpose : str
        key : hashable
            Everything that the result depends on.
        work : callable
            See :class:`Job`.
        """
        with self._lock:
            for other in [each for each in self._jobs if each[0] == purpose and each[1] != key]:
                if not self._jobs[other].is_done():
                    self._jobs.pop(other).cancel()
            if (purpose, key) not in self._jobs:
                self._jobs[purpose, key] = Job(work)
                for oldest in list(self._jobs)[:-_MAX_JOBS]:
                    self._jobs.pop(oldest).cancel()
            return self._jobs[purpose, key]


def _cancel_all(jobs: dict[tuple[str, Any], Job[Any]]) -> None:
    for job in jobs.values():
        job.cancel()
    jobs.clear()
