"""What is done so far, beside the output: a run that was stopped goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from f1tools.core.counts import FloatArray
from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.lab.output import replace_file

_ABOUT = "run.json"
_CELL = re.compile(r"\d{4}_\w+\.scores(\.unfinished)?", re.ASCII)
_DIGEST = 32  # bytes of a SHA-256
_ROWS = "data sha256_of_rows"


def folder_of(output: Path) -> Path:
    """Give the folder of the parts of an output: its name and ``.parts``.

    Raises
    ------
    InvalidPredictions
        When there is something else of this name.
    """
    folder = output.with_name(f"{output.name}.parts")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InvalidPredictions(
            f"{folder} is {'a link' if folder.is_symlink() else 'no folder'}, and a folder for what is done so far "
            "belongs there. Move it away, or write to another file."
        )
    return folder


class Parts:
    """A folder with a file for each strategy and repeat that is done, and a note of what they rest on.

    A file holds the scores as they are in memory, after their SHA-256: whatever became of it, it is not mistaken.

    Parameters
    ----------
    output : path
        The file that will be written; see :func:`folder_of`.
    about : mapping
        What the scores rest on, such as data and settings, ready for JSON.
    restart : bool
        Whether to throw away what is there.

    Raises
    ------
    InvalidPredictions
        When what is there rests on something else.
    """

    def __init__(self, output: Path, about: Mapping[str, Any], *, restart: bool = False) -> None:
        self.folder = folder_of(output)
        if restart:
            _remove(self._files())
        compare(self.folder, about)
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / _ABOUT, json.dumps(about, indent=2).encode())

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Give the scores of a cell; None where it is not done, or its file was damaged."""
        try:
            content = self._file(repeat, strategy).read_bytes()
        except OSError:
            return None
        numbers = content[_DIGEST:]
        if len(numbers) % 8 or content[:_DIGEST] != hashlib.sha256(numbers).digest():
            return None
        return np.frombuffer(numbers, dtype="<f8").astype(np.float64)

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Keep the scores of a cell, wholly or not at all."""
        numbers = scores.astype("<f8").tobytes()
        replace_file(self._file(repeat, strategy), hashlib.sha256(numbers).digest() + numbers)

    def remove(self, cells: Iterable[tuple[int, str]]) -> None:
        """Throw away the cells of a finished table; those of a longer run stay, and all that is none of ours.

        Parameters
        ----------
        cells : iterable of (int, str)
            Repeat and strategy.
        """
        _remove(self._file(repeat, strategy) for repeat, strategy in cells)
        if not any(self._files()):
            _remove([self.folder / _ABOUT])
            with suppress(OSError):
                self.folder.rmdir()

    def _files(self) -> Iterator[Path]:
        return _cells(self.folder)

    def _file(self, repeat: int, strategy: str) -> Path:
        return self.folder / f"{repeat:04d}_{strategy}.scores"


def compare(folder: Path, wanted: Mapping[str, Any]) -> None:
    """Make sure that parts that are there belong to a run.

    Parameters
    ----------
    folder : path
    wanted : mapping
        What the run rests on, or what is known of that so far.

    Raises
    ------
    InvalidPredictions
        When they don't.
    """
    if not any(_cells(folder)):
        return
    try:
        kept = dict(json.loads((folder / _ABOUT).read_bytes()))
        found = [each for each in _differences(kept, json.loads(json.dumps(wanted))) if each[1] != each[2]]
        differs = [_told(*each) for each in found[:4]]
    except (OSError, TypeError, ValueError, RecursionError):  # it was damaged
        differs = ["what they rest on can't be read"]
    if differs:
        raise InvalidPredictions(
            f"{folder} holds parts of another run: {'; '.join(differs)}. Run as before to go on with it, add --restart "
            "to begin anew, or write to another file."
        )


def _cells(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (each for each in folder.iterdir() if _CELL.fullmatch(each.name) and each.is_file())


def _remove(files: Iterable[Path]) -> None:
    for file in list(files):
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}.unfinished").unlink(missing_ok=True)


def _differences(before: object, now: object, name: str = "") -> Iterator[tuple[str, object, object]]:
    """Go through the leaves of two trees, as far as the second one reaches."""
    if isinstance(before, dict) and isinstance(now, dict):
        # What the first has beside it counts below the top only: there the second may not be known as a whole.
        for key in dict.fromkeys((*now, *(before if name else ()))):
            yield from _differences(before.get(key), now.get(key), f"{name} {key}".strip())
    else:
        yield name, before, now


def _told(name: str, before: object, now: object) -> str:
    if name == _ROWS:
        return "the rows or the columns that are features differ, as after another --ignore"
    return f"{name} was {_shown(before)} and is {_shown(now)}"


def _shown(value: object) -> str:
    return "not there" if value is None else truncate(json.dumps(value).strip('"'))
