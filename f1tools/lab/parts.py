"""What is done so far, beside the output: a run that was stopped goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from f1tools.counts import FloatArray
from f1tools.errors import InvalidPredictions
from f1tools.lab.output import replace_file
from f1tools.words import shortened

_ABOUT = "run.json"


class Parts:
    """A folder with a file for each strategy and repeat that is done, and a note of what they rest on.

    Parameters
    ----------
    output : path
        The file that will be written; the folder has its name and ``.parts``.
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
        self.folder = output.with_name(f"{output.name}.parts")
        if restart:
            self.remove()
        wanted = json.loads(json.dumps(about))
        if self.folder.exists() and any(self._files()):
            self._compare(wanted)
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.folder / _ABOUT, json.dumps(wanted, indent=2).encode())

    def _compare(self, wanted: Mapping[str, Any]) -> None:
        """Make sure that what is there belongs to this run."""
        try:
            kept = json.loads((self.folder / _ABOUT).read_bytes())
        except (OSError, ValueError):
            kept = {}
        differs = [
            f"{name} was {_shown(before)} and is {_shown(now)}"
            for name, before, now in _differences(kept, wanted)
            if before != now
        ]
        if differs:
            raise InvalidPredictions(
                f"{self.folder} holds parts of another run: {'; '.join(differs[:4])}. Run as before to go on with it, "
                "or add --restart to begin anew."
            )

    def load(self, repeat: int, strategy: str) -> FloatArray | None:
        """Give the scores of a cell; None where it is not done, or its file was damaged."""
        try:
            scores = np.load(self._file(repeat, strategy), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return scores if isinstance(scores, np.ndarray) and scores.dtype == np.float64 else None

    def save(self, repeat: int, strategy: str, scores: FloatArray) -> None:
        """Keep the scores of a cell, wholly or not at all."""
        file = self._file(repeat, strategy)
        temporary = file.with_suffix(".unfinished.npy")
        np.save(temporary, scores)
        temporary.replace(file)

    def remove(self) -> None:
        """Throw away what is there; a file that is none of ours stays, and so does its folder."""
        for file in self._files():
            file.unlink()
        (self.folder / _ABOUT).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _files(self) -> Iterator[Path]:
        yield from self.folder.glob("*.npy")

    def _file(self, repeat: int, strategy: str) -> Path:
        return self.folder / f"{repeat:04d}_{strategy}.npy"


def _differences(before: object, now: object, name: str = "") -> Iterator[tuple[str, object, object]]:
    """Go through the leaves of two trees."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            yield from _differences(before.get(key), now.get(key), f"{name} {key}".strip())
    else:
        yield name, before, now


def _shown(value: object) -> str:
    return "not there" if value is None else shortened(json.dumps(value).strip('"'))
