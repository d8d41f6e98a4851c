"""Checkpoints of a long count: what each part gave in each pass, so that a run which was stopped resumes."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.files import checkpoint_folder, delete_checkpoint, load_checkpoint, save_checkpoint

_FORMAT = "f1tools-counts/2"
_NAME = re.compile(r"[0-9a-f]{64}\.npz(\.unfinished)?", re.ASCII)


class FolderCheckpoints:
    """A folder with one file of arrays for each part of a source and each finished step.

    The name of a file is a digest of all that its arrays depend on, so that a run finds its own and no other: the part,
    its content, and the step. A file holds the SHA-256 of its arrays, and damaged ones count as missing; nothing is
    unpickled.

    Parameters
    ----------
    output : path
        The file that will be written; the folder beside it is called ``OUTPUT.checkpoints``.
    fingerprints : mapping of str to str
        What identifies the content of each part, see :func:`f1tools.backends.open_source`. Parts that are not named
        are not kept, because nothing would show that they have changed.

    Attributes
    ----------
    n_resumed : int
        Number of counts that were loaded and did not have to be computed again.

    Raises
    ------
    InvalidPredictions
        If the folder is a link or a file.
    """

    def __init__(self, output: Path, fingerprints: Mapping[str, str]) -> None:
        self.folder = checkpoint_folder(output)
        self.n_resumed = 0
        self._fingerprints = fingerprints

    def load(self, part: str, step: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays of a part and a step; None if they were not saved, or the file is damaged."""
        path = self._path(part, step)
        content = None if path is None else load_checkpoint(path)
        if content is None:
            return None
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                loaded = {name: stored[f"array{i}"] for i, name in enumerate(stored["names"].tolist())}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        self.n_resumed += 1
        return loaded

    def save(self, part: str, step: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write the arrays of a part and a step, atomically.

        Raises
        ------
        ValueError
            If an array holds objects.
        """
        path = self._path(part, step)
        if path is None:
            return
        content = io.BytesIO()
        numbered = {f"array{i}": array for i, array in enumerate(arrays.values())}
        np.savez(content, allow_pickle=False, names=np.array(list(arrays), np.str_), **numbered)
        self.folder.mkdir(parents=True, exist_ok=True)
        save_checkpoint(path, content.getvalue())

    def delete(self) -> None:
        """Delete all checkpoints, and the folder if nothing else is in it."""
        if not self.folder.is_dir():
            return
        for file in self.folder.iterdir():
            if _NAME.fullmatch(file.name) and file.is_file():
                delete_checkpoint(file)
        with suppress(OSError):
            self.folder.rmdir()

    def _path(self, part: str, step: str) -> Path | None:
        if part not in self._fingerprints:
            return None
        key = json.dumps([_FORMAT, part, self._fingerprints[part], step])
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.npz"
