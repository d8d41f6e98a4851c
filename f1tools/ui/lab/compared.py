"""Strategies over repeated splits, read from a file and compared by F1."""

from dataclasses import dataclass

from f1tools.reading import Choices, read_repeated
from f1tools.repeats import Outcomes, RepeatedPredictions, default_reference, outcomes
from f1tools.ui.samples import Sample
from f1tools.ui.uploads import Upload


@dataclass(frozen=True, eq=False)
class Compared:
    """The scores of all strategies, and what each of them reached."""

    repeated: RepeatedPredictions
    outcomes: Outcomes

    @property
    def reference(self) -> str:
        """The strategy that the others are compared with."""
        return default_reference(self.outcomes.models)

    @property
    def others(self) -> list[str]:
        """All other strategies."""
        return [model for model in self.outcomes.models if model != self.reference]


def of_sample(sample: Sample) -> Compared:
    """Read a sample of this kind."""
    repeated = read_repeated(sample.path, choices=Choices(pos_label=sample.positive))
    if repeated is None:
        raise RuntimeError(f"The sample {sample.id} holds no repeated splits.")
    return Compared(repeated, outcomes(repeated))


def of_upload(upload: Upload) -> Compared | None:
    """Read an upload with the columns it was recognised by; None where it holds no repeated splits.

    Raises
    ------
    InvalidPredictions
        If a split lacks what a comparison needs.
    """
    choices = upload.reading.proposal
    if choices is None or choices.split is None or choices.role is None or len(upload.files) > 1:
        return None
    name, content = upload.files[0]
    repeated = read_repeated(content, name=name, choices=choices)
    return None if repeated is None else Compared(repeated, outcomes(repeated))
