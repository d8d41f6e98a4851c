"""Files that a visitor brings: read once, kept for the session, known by a fingerprint."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap
from typing import ClassVar

from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading, read_several
from f1tools.record import DataSource, FileSeen, file_seen, source_of

Files = tuple[tuple[str, bytes], ...]
"""Name and content of each file."""


@dataclass(frozen=True, eq=False)
class Upload:
    """Files with what the reader made of them.

    Attributes
    ----------
    files
        Kept so that they can be read again with other choices.
    reading
        What was recognised.
    seen
        Their digests.
    by_hand
        What the visitor chose; None where the reader found everything by itself.
    """

    PREFIX: ClassVar[str] = "file-"

    files: Files
    reading: Reading
    seen: tuple[FileSeen, ...]
    by_hand: Choices | None

    @cached_property
    def id(self) -> str:
        """Fingerprint of content and choices: the same files, understood alike, have the same."""
        return upload_id(self.seen, self.reading.proposal)

    @cached_property
    def source(self) -> DataSource:
        """Where the rows come from, for records and memos."""
        return source_of(self.reading, self.seen, title=self.title)

    @property
    def title(self) -> str:
        """What to call it."""
        return " + ".join(name for name, _ in self.files)

    @property
    def is_readable(self) -> bool:
        """Whether there are predictions to show."""
        return self.reading.predictions is not None

    @property
    def predictions(self) -> Predictions:
        """The predictions of a readable upload."""
        if self.reading.predictions is None:
            raise RuntimeError("There are no predictions yet; ask is_readable first.")
        return self.reading.predictions


def read(files: Files, choices: Choices | None, on_progress: Callable[[float], None]) -> Upload:
    """Read a file, or two: side by side where they hold the same rows, else one below the other; by the choices.

    Raises
    ------
    InvalidPredictions
        When they cannot be read as tables at all, don't belong together, or the choices don't fit.
    """
    names = [name for name, _ in files]
    contents = [content for _, content in files]
    reading = read_several(contents, names=names, choices=choices, on_progress=on_progress)
    return Upload(files, reading, tuple(starmap(file_seen, files)), choices)


def upload_id(files: Sequence[FileSeen], choices: Choices | None) -> str:
    """Give the fingerprint of files that are understood so."""
    digest = hashlib.sha256(b"".join(bytes.fromhex(each.sha256) for each in files))
    if choices is not None:
        digest.update(choices.to_json().encode())
    return f"{Upload.PREFIX}{digest.hexdigest()[:24]}"
