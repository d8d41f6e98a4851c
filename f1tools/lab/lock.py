"""One run at a time for one output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from f1tools.core.errors import InvalidPredictions

_NAME = "run.lock"
_FAR = 1 << 20  # Windows locks bytes, and what is locked can't be read: not the first ones, which tell who it is


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder for this run, which makes it if need be; one that is empty in the end goes.

    The system holds the lock and lets it go with the process, however that ends: a file that is left behind stops
    nobody.

    Parameters
    ----------
    folder : path
        That of the parts.

    Raises
    ------
    InvalidPredictions
        When another run has it.
    """
    file = _taken(folder)
    try:
        yield
    finally:
        if sys.platform == "win32":  # there an open file can't be removed; here nobody else must find it meanwhile
            os.close(file)
        with suppress(OSError):
            (folder / _NAME).unlink()
        if sys.platform != "win32":
            os.close(file)
        with suppress(OSError):
            folder.rmdir()


def refuse_if_locked(folder: Path) -> None:
    """Tell at once when another run has the folder, and touch nothing else.

    Raises
    ------
    InvalidPredictions
        When it has.
    """
    if (folder / _NAME).exists():
        with locked(folder):
            pass


def _taken(folder: Path) -> int:
    """Open the file of the lock, and lock it."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _NAME
        with suppress(FileNotFoundError):  # whoever had it removed the folder in between
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _lock(file, folder)
                if os.path.samestat(os.fstat(file), path.stat()):
                    os.ftruncate(file, 0)
                    os.write(file, str(os.getpid()).encode())
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)  # it was removed in between: the next one to come would make another


def _lock(file: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, _FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        who = os.read(file, 20).decode("ascii", "replace")
        process = f", process {who}," if who.isdecimal() else ""
        raise InvalidPredictions(
            f"Another run{process} is at work on {folder.name.removesuffix('.parts')}. Wait for it, or write to "
            "another file."
        ) from error
    except OSError:  # a file system without locks
        return
