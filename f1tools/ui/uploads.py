"""Files that a visitor brings: read once, kept for the session, known by a fingerprint."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from f1tools.predictions import Predictions
from f1tools.reading import Choices, Reading, read_predictions

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
    id
        Fingerprint of content and choices: the same files, understood alike, have the same.
    """

    PREFIX: ClassVar[str] = "file-"

    files: Files
    reading: Reading
    id: str

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


def read(
    files: Files,
    choices: Choices | None = None,
    on_progress: Callable[[float], None] = lambda done: None,
) -> Upload:
    """Read files, by the choices where there are any.

    Raises
    ------
    InvalidPredictions
        When they cannot be read as tables at all, or the choices don't fit.
    """
    (name, content), *_ = files
    reading = read_predictions(content, name=name, choices=choices, on_progress=on_progress)
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for _, content in files))
    if reading.proposal is not None:
        digest.update(reading.proposal.to_json().encode())
    return Upload(files, reading, f"{Upload.PREFIX}{digest.hexdigest()[:24]}")
