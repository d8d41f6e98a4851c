"""Uploads that outlive a reload: whose they are, how long, and how many."""

import time
import weakref

import pytest

from f1tools.ui.session.upload_store import UploadStore
from f1tools.ui.session.uploads import Upload
from tests.app.helpers import complete_file


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def read(n: int = 60, shift: int = 0) -> Upload:
    return Upload.read((("mine.csv", complete_file(n, shift)),), None, lambda _: None)


def test_an_upload_is_found_by_its_visitor_and_its_id_together() -> None:
    """Neither another visitor with the right id nor the visitor with another id finds it."""
    store, mine, other = UploadStore(60), read(), read(shift=5)
    store.keep("me", mine)
    store.keep("you", other)
    found = {(who, each.id): store.get(who, each.id) for who in ("me", "you", "") for each in (mine, other)}
    assert {key for key, upload in found.items() if upload is not None} == {("me", mine.id), ("you", other.id)}
    assert store.get("me", mine.id) is mine
    store.clear("me")
    assert store.get("me", mine.id) is None
    assert store.get("you", other.id) is other


def test_it_is_kept_for_a_while_after_its_last_use() -> None:
    """Each use starts the time again; afterwards it is gone."""
    clock = Clock()
    store, upload = UploadStore(60, clock=clock), read()
    store.keep("me", upload)
    clock.now += 59
    store.keep("me", upload)
    clock.now += 59
    assert store.get("me", upload.id) is upload
    clock.now += 2
    assert store.get("me", upload.id) is None


def test_memory_is_freed_without_another_visit() -> None:
    """Nobody has to come for it: the store lets go of an upload by itself when its time is over."""
    store, upload = UploadStore(0.05), read()
    gone = weakref.ref(upload)
    store.keep("me", upload)
    del upload
    deadline = time.monotonic() + 20
    while gone() is not None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert gone() is None


@pytest.mark.parametrize("limit", ["uploads", "bytes"])
def test_what_was_used_least_recently_goes_first(limit: str) -> None:
    """The number of uploads of a visitor and the memory of all are bounded."""
    uploads = [read(shift=shift) for shift in (0, 5, 11)]
    store = UploadStore(60, max_uploads=2) if limit == "uploads" else UploadStore(60, max_bytes=2 * uploads[0].n_bytes)
    for upload in (*uploads[:2], uploads[0], uploads[2]):
        store.keep("me", upload)
    assert [store.get("me", each.id) is not None for each in uploads] == [True, False, True]


def test_an_upload_above_the_limit_is_not_kept() -> None:
    """Nor is any with a time of zero."""
    upload = read()
    for store in (UploadStore(60, max_bytes=upload.n_bytes - 1), UploadStore(0)):
        store.keep("me", upload)
        assert store.get("me", upload.id) is None


def test_the_memory_of_an_upload() -> None:
    """It is that of the file and of its rows: a class of one byte and a score of eight each."""
    content = complete_file(60)
    assert read().n_bytes == len(content) + 60 * (1 + 8)
