"""Strategies over repeated splits, read from a file and compared by F1."""

from dataclasses import dataclass

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, read_repeated
from f1tools.repeats import Outcomes, RepeatedPredictions, outcomes
from f1tools.ui.session.data import Sample, Upload

_MOST = 4_000  # splits times strategies: some seconds of work for the page


@dataclass(frozen=True, eq=False)
class Compared:
    """The scores of all strategies, and what each of them reached."""

    repeated: RepeatedPredictions
    outcomes: Outcomes


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
        If a split lacks what a comparison needs, or there are too many of them for a page.
    """
    choices, repeats = upload.reading.proposal, upload.reading.repeat_column
    given = choices is not None and choices.split is not None and choices.role is not None
    if choices is None or not (repeats or given) or len(upload.files) > 1:
        return None
    name, content = upload.files[0]
    repeated = read_repeated(content, name=name, choices=choices)
    if repeated is None:
        return None
    size = repeated.n_repeats * len(repeated.models)
    if size > _MOST:
        raise InvalidPredictions(
            f"{repeated.n_repeats:,} splits of {len(repeated.models):,} scores are more than this page can compare "
            f"({_MOST:,} in all). Bring fewer splits, or compare them with f1tools.outcomes in a notebook."
        )
    return Compared(repeated, outcomes(repeated))
