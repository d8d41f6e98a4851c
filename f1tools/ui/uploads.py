"""Files that a visitor brings: read once, kept for the session, known by a fingerprint."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from f1tools.errors import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.reading import Choices, Reading, join_predictions, read_predictions, stack_predictions, stackable

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
    def trained(self) -> str:
        """Why some of the rows probably trained the model; empty where nothing says so."""
        return " ".join(each.sentence for each in self.reading.warnings if each.kind == "train_rows")

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
    if len(files) > 2:
        raise InvalidPredictions(
            f"{len(files)} files came at once. Bring one, or two that belong together: the truth and the scores, "
            "or rows to choose the threshold on and rows to report from."
        )
    names = [name for name, _ in files]
    contents = [content for _, content in files]
    if len(files) == 1:
        reading = read_predictions(contents[0], name=names[0], choices=choices, on_progress=on_progress)
    else:
        both = (names[0], names[1])
        read_both = stack_predictions if stackable(*contents, names=both) else join_predictions
        reading = read_both(*contents, names=both, choices=choices, on_progress=on_progress)
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents))
    if reading.proposal is not None:
        digest.update(reading.proposal.to_json().encode())
    return Upload(files, reading, f"{Upload.PREFIX}{digest.hexdigest()[:24]}")
