"""Checkpoints beside the output, so that an interrupted run resumes, and a lock, so that only one run writes them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.files import (
    checkpoint_folder,
    delete_checkpoint,
    load_checkpoint,
    replace_file,
    save_checkpoint,
)
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

_FINGERPRINT, _LOCK = "run.json", "run.lock"
_SCORES = re.compile(r"\d{4}_\w+\.scores(\.unfinished)?", re.ASCII)
_ROWS = "data sha256_of_rows"


class Checkpoints:
    """A folder with one file of scores for each finished strategy and repeat, and the fingerprint of their run.

    A file holds float64 scores after their SHA-256, so that damaged files are recognized; nothing is unpickled.

    Parameters
    ----------
    output : path
        The file that will be written; see :func:`checkpoint_folder`.
    fingerprint : mapping
        Everything that the scores depend on, such as data and settings, ready for JSON.
    restart : bool
        Whether to delete existing checkpoints.

    Raises
    ------
    InvalidPredictions
        If existing checkpoints have another fingerprint.
    """

    def __init__(self, output: Path, fingerprint: Mapping[str, Any], *, restart: bool = False) -> None:
        self.folder = checkpoint_folder(output)
        if restart:
            _delete(_score_files(self.folder))
        check_fingerprint(self.folder, fingerprint)
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / _FINGERPRINT, json.dumps(fingerprint, indent=2).encode())

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Return the scores of a strategy in a repeat; None if they are missing or the file is damaged."""
        content = load_checkpoint(self._file(repeat, strategy))
        if content is None or len(content) % 8:
            return None
        return np.frombuffer(content, dtype="<f8").astype(np.float64)

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Write the scores of a strategy in a repeat, atomically."""
        save_checkpoint(self._file(repeat, strategy), scores.astype("<f8").tobytes())

    def delete(self, finished: Iterable[tuple[int, str]]) -> None:
        """Delete the checkpoints of some repeats and strategies, and the folder if nothing else is in it."""
        _delete(self._file(repeat, strategy) for repeat, strategy in finished)
        if not _score_files(self.folder):
            _delete([self.folder / _FINGERPRINT])
            with suppress(OSError):
                self.folder.rmdir()

    def _file(self, repeat: int, strategy: str) -> Path:
        return self.folder / f"{repeat:04d}_{strategy}.scores"


def check_fingerprint(folder: Path, fingerprint: Mapping[str, Any]) -> None:
    """Check that existing checkpoints belong to a run.

    Parameters
    ----------
    folder : path
    fingerprint : mapping
        The fingerprint of the run, or the known part of it.

    Raises
    ------
    InvalidPredictions
        If they don't.
    """
    if not _score_files(folder):
        return
    try:
        stored = dict(json.loads((folder / _FINGERPRINT).read_bytes()))
        differences = list(_differences(stored, json.loads(json.dumps(fingerprint))))[:4]
    except (OSError, TypeError, ValueError, RecursionError):
        differences = ["their fingerprint can't be read"]
    if differences:
        raise InvalidPredictions(
            f"{folder} holds checkpoints of another run: {'; '.join(differences)}. Repeat the old command to resume "
            "that run, add --restart to start again, or choose another output."
        )


def _differences(before: object, now: object, name: str = "") -> Iterator[str]:
    """Describe the leaves of two trees that differ; at the top, only the keys of the second one count."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*now, *(before if name else ()))):
            yield from _differences(before.get(key), now.get(key), f"{name} {key}".strip())
    elif before != now and name == _ROWS:
        yield "the rows or the feature columns differ, for example by another --ignore"
    elif before != now:
        yield f"{name} was {_value_text(before)} and is {_value_text(now)}"


def _value_text(value: object) -> str:
    return "missing" if value is None else truncate(json.dumps(value).strip('"'))


def _score_files(folder: Path) -> list[Path]:
    files = folder.iterdir() if folder.is_dir() else ()
    return [each for each in files if _SCORES.fullmatch(each.name) and each.is_file()]


def _delete(files: Iterable[Path]) -> None:
    for file in files:
        delete_checkpoint(file)


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Lock a folder for this run; it is created if necessary and removed at the end if it is empty.

    The operating system holds the lock and releases it when the process ends: a lock file left behind locks nothing.

    Raises
    ------
    InvalidPredictions
        If another run holds the lock.
    """
    from filelock import FileLock, Timeout

    path = folder / _LOCK
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InvalidPredictions(
            f"Another run{_process_text(path)} is writing {folder.stem}. Wait for it, or choose another output."
        ) from error
    try:
        path.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with suppress(OSError):  # before the release, or the file of the next run would be deleted; fails on Windows
            path.unlink()
        lock.release()
        with suppress(OSError):
            folder.rmdir()


def check_unlocked(folder: Path) -> None:
    """Check that no other run holds the lock of a folder.

    Raises
    ------
    InvalidPredictions
        If another run does.
    """
    if (folder / _LOCK).exists():
        with run_lock(folder):
            pass


def _process_text(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f", process {int(path.read_text(encoding='ascii'))},"
    return ""
