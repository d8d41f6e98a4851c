"""Work that takes longer than a page may take: in a thread of its own, with its progress, stopped when nobody waits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any, Generic, TypeVar
from weakref import finalize

from f1tools.core.progress import OnProgress

Result = TypeVar("Result")

_AT_ONCE = 2  # of all sessions: more would only slow each other down
_KEPT = 6  # of one session, finished ones included: some results are as large as the data
_POOL = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="f1tools")


class GivenUp(Exception):
    """Nobody waits for this work any more."""


class Job(Generic[Result]):
    """One piece of work and how far it is.

    Parameters
    ----------
    work : callable
        Called in another thread with a function that takes the share done, from 0 to 1. It has to be called now and
        then: that is where work which is not wanted any more ends.
    """

    def __init__(self, work: Callable[[OnProgress], Result]) -> None:
        self.share = 0.0
        self._unwanted = Event()
        self._future = _POOL.submit(work, self._progress)

    def _progress(self, share: float) -> None:
        if self._unwanted.is_set():
            raise GivenUp
        self.share = min(max(share, 0.0), 1.0)

    @property
    def is_unwanted(self) -> bool:
        """Whether it was given up, so that there may be no result."""
        return self._unwanted.is_set()

    def give_up(self) -> None:
        """End the work at its next progress; do not begin it if it has not begun."""
        self._unwanted.set()
        self._future.cancel()

    def ready(self, patience: float = 0.0) -> bool:
        """Tell whether the result is there, after waiting for it so many seconds at most."""
        wait([self._future], timeout=patience)
        return self._future.done()

    def result(self) -> Result:
        """Give the result, or raise what the work raised; waits for it."""
        return self._future.result()


class Jobs:
    """The work of one session: for each purpose, only what was asked for last goes on.

    Two runs of a page may overlap for a moment, so a lock keeps the books. When the session ends, so does its work.
    """

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, Any], Job[Any]] = {}
        self._lock = Lock()
        finalize(self, _give_up_all, self._jobs)

    def clear(self) -> None:
        """Give up and forget everything: the data are others."""
        with self._lock:
            _give_up_all(self._jobs)

    def get(self, purpose: str, key: Any, work: Callable[[OnProgress], Result]) -> Job[Result]:
        """Give the job of this key, begun now or earlier; what goes on for the same purpose is given up.

        Parameters
        ----------
        purpose : str
        key : hashable
            All that the result depends on.
        work : callable
            See :class:`Job`.
        """
        with self._lock:
            for other in [one for one in self._jobs if one[0] == purpose and one[1] != key]:
                if not self._jobs[other].ready():
                    self._jobs.pop(other).give_up()
            if (purpose, key) not in self._jobs:
                self._jobs[purpose, key] = Job(work)
                for oldest in list(self._jobs)[:-_KEPT]:
                    self._jobs.pop(oldest).give_up()
            return self._jobs[purpose, key]


def _give_up_all(jobs: dict[tuple[str, Any], Job[Any]]) -> None:
    for job in jobs.values():
        job.give_up()
    jobs.clear()
