"""The scores of strategies over repeated splits, read from a sample or an upload and compared by F1."""

from dataclasses import dataclass

from f1tools.core.errors import InvalidPredictions
from f1tools.readers import Choices, read_repeated
from f1tools.repeats import Outcomes, RepeatedPredictions, outcomes
from f1tools.ui.session.data import Sample, Upload

MAX_COMPARISONS = 4_000
"""Splits times strategies: a few seconds of work for the page."""


@dataclass(frozen=True, eq=False)
class StrategyData:
    """The scores of all strategies, and what each of them achieved."""

    repeated: RepeatedPredictions
    outcomes: Outcomes


def from_sample(sample: Sample) -> StrategyData:
    """Read a sample that has repeated splits."""
    repeated = read_repeated(sample.path, choices=Choices(pos_label=sample.positive))
    if repeated is None:
        raise RuntimeError(f"The sample {sample.id} has no repeated splits.")
    return StrategyData(repeated, outcomes(repeated))


def from_upload(upload: Upload, max_comparisons: int = MAX_COMPARISONS) -> StrategyData | None:
    """Read an upload by its column mapping; None if it has no repeated splits.

    Raises
    ------
    InvalidPredictions
        If a split cannot be compared, or there are too many of them for a page.
    """
    choices = upload.reading.proposal
    if choices is None or len(upload.files) > 1:
        return None
    if not upload.reading.repeat_column and (choices.split is None or choices.role is None):
        return None
    name, content = upload.files[0]
    repeated = read_repeated(content, name=name, choices=choices)
    if repeated is None:
        return None
    if repeated.n_repeats * len(repeated.models) > max_comparisons:
        raise InvalidPredictions(
            f"{repeated.n_repeats:,} splits of {len(repeated.models):,} scores are more than this page can compare "
            f"({max_comparisons:,} in all). Upload fewer splits, or compare them with f1tools.outcomes in a notebook."
        )
    return StrategyData(repeated, outcomes(repeated))
