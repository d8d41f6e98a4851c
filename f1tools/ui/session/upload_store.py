"""Uploads that outlive a reload: for each visitor, in the memory of the server, for a while and up to a total size.

A visitor is known by the cookie of :class:`f1tools.ui.server.VisitorCookie`. An upload is found by that cookie and by
its own id together; neither is enough.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Timer
from time import monotonic

import streamlit as st

from f1tools.ui.server import VISITOR_COOKIE, keep_minutes
from f1tools.ui.session.uploads import Upload

MAX_BYTES = 1_000_000_000
MAX_UPLOADS = 3
"""Uploads of one visitor; another reading of the same files is another upload."""


@dataclass
class _Kept:
    upload: Upload
    last_use: float


class UploadStore:
    """A bounded store of uploads; what was used least recently goes first.

    Parameters
    ----------
    keep_seconds : float
        How long an upload is kept after its last use; 0 keeps nothing.
    max_bytes : int
        Of all uploads together.
    max_uploads : int
        Of one visitor.
    clock : callable
        Returns the time in seconds.
    """

    def __init__(
        self,
        keep_seconds: float,
        *,
        max_bytes: int = MAX_BYTES,
        max_uploads: int = MAX_UPLOADS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._keep_seconds, self._max_bytes, self._max_uploads = keep_seconds, max_bytes, max_uploads
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}  # by visitor and upload, the least recently used first
        self._lock = Lock()
        self._timer: Timer | None = None

    def keep(self, visitor: str, upload: Upload) -> None:
        """Keep an upload of a visitor, or note that it was used."""
        with self._lock:
            self._kept.pop((visitor, upload.id), None)
            self._kept[visitor, upload.id] = _Kept(upload, self._clock())
            own = [key for key in self._kept if key[0] == visitor]
            for key in own[: -self._max_uploads]:
                del self._kept[key]
            total = sum(each.upload.n_bytes for each in self._kept.values())
            while total > self._max_bytes:
                total -= self._kept.pop(next(iter(self._kept))).upload.n_bytes
            self._remove_expired()

    def get(self, visitor: str, upload_id: str) -> Upload | None:
        """Return an upload of a visitor; None where it is not kept, or not the visitor's."""
        with self._lock:
            self._remove_expired()
            kept = self._kept.get((visitor, upload_id))
        return None if kept is None else kept.upload

    def clear(self, visitor: str) -> None:
        """Remove all uploads of a visitor."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == visitor]:
                del self._kept[key]

    def _remove_expired(self) -> None:
        """Remove what was not used for too long, and come back when the next upload expires."""
        now = self._clock()
        for key in [key for key, each in self._kept.items() if each.last_use + self._keep_seconds <= now]:
            del self._kept[key]
        if self._timer is None and self._kept:
            oldest = next(iter(self._kept.values()))
            self._timer = Timer(oldest.last_use + self._keep_seconds - now, self._wake)
            self._timer.daemon = True
            self._timer.start()

    def _wake(self) -> None:
        with self._lock:
            self._timer = None
            self._remove_expired()


STORE = UploadStore(60 * keep_minutes())
"""The store of this server."""


def visitor() -> str | None:
    """Return the visitor of this session; None without a cookie, such as in a frame of another site."""
    return st.context.cookies.get(VISITOR_COOKIE)
