"""The samples that come with the project, as sample_data/index.json describes them."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "sample_data"


@dataclass(frozen=True)
class Sample:
    """A file of real predictions: where it is, what it is called and what it is about.

    A lab file holds the scores of many strategies over repeated splits; `short` is its name where there is little room.
    """

    id: str
    file: str
    title: str
    sentence: str
    source: str
    positive: str
    lab: bool = False
    short: str = ""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FOLDER / self.file


def all_samples() -> dict[str, Sample]:
    """Every sample by its id; the first is the one a new visitor sees."""
    entries = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    return {entry["id"]: Sample(**entry) for entry in entries}


def default_sample() -> Sample:
    """Give the sample a new visitor sees."""
    return next(iter(all_samples().values()))
