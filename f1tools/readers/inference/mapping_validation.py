"""Validation of chosen columns: they must exist, hold what they are chosen for, and have one role each."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.parsing import normalize_label
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices


def validate_mapping(choices: Choices, profiles: Sequence[ColumnProfile]) -> None:
    """Check choices against the columns of a table.

    Raises
    ------
    InvalidPredictions
        If a column does not exist, holds no numbers where numbers are needed, or has two roles, or if the values of a
        role column are ambiguous.
    """
    by_name = {profile.name: profile for profile in profiles}
    for name in choices.columns():
        if name not in by_name:
            shown = ", ".join(list(by_name)[:12]) + (" ..." if len(by_name) > 12 else "")
            raise InvalidPredictions(f"There is no column {name!r}. The columns are: {shown}.")
    for name in filter(None, (choices.weight, choices.amount)):
        _require_numbers(by_name[name], "numbers")
    for name in filter(None, (choices.role, choices.split, choices.predicted, choices.group, choices.id)):
        if name in (*choices.scores, choices.weight, choices.amount):
            raise InvalidPredictions(f"The column {name!r} is chosen for two things. Choose one of them.")
    _require_role_values(choices)
    for name in choices.scores:
        _require_numbers(by_name[name], "scores")


def _require_numbers(profile: ColumnProfile, expected: str) -> None:
    if profile.kind != "number":
        content = ", ".join(profile.labels[:3]) or "nothing"
        raise InvalidPredictions(
            f"The column {profile.name!r} holds {content}, not {expected}. Choose a column of numbers."
        )


def _require_role_values(choices: Choices) -> None:
    if choices.role is None:
        return
    if not choices.report:
        raise InvalidPredictions(
            f"The values of {choices.role} have no meaning yet. Name those of the tuning set, on which the "
            "threshold is chosen, and those of the evaluation set."
        )
    report = {normalize_label(name) for name in choices.report}
    both = [name for name in choices.tune if normalize_label(name) in report]
    if both:
        raise InvalidPredictions(
            f"Rows whose {choices.role} is {both[0]} cannot both choose the threshold and report. Give them one role."
        )
