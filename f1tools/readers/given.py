"""What the caller knows already: columns that must exist, a truth and a positive label that must fit."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.columns import Profile
from f1tools.readers.formats.parsing import normalize_label as called
from f1tools.readers.pairs import scores_among
from f1tools.readers.result import Choices
from f1tools.readers.truths import Truth, of_two, one_against_rest, two_sided


def complete(given: Choices) -> bool:
    """Say whether truth and scores are given, so that nothing is left to ask about them."""
    return given.truth is not None and bool(given.scores)


def require(given: Choices, found: Sequence[Profile]) -> None:
    """Refuse choices that name columns the table does not have."""
    known = [profile.name for profile in found]
    for name in given.columns():
        if name not in known:
            shown = ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
            raise InvalidPredictions(f"There is no column {name!r}. The columns are: {shown}.")
    for name in filter(None, (given.weight, given.amount)):
        if other := _no_numbers(found[known.index(name)]):
            raise InvalidPredictions(f"The column {name!r} holds {other}, not numbers. Choose a column of numbers.")
    labelled = (given.role, given.split, given.predicted, given.group, given.id)
    for name in filter(None, labelled):
        if name in (*given.scores, given.weight, given.amount):
            raise InvalidPredictions(f"The column {name!r} is chosen for two things. Choose one of them.")
    _require_roles(given)


def _require_roles(given: Choices) -> None:
    """Refuse a column of roles that leaves open which rows do what."""
    if given.role is None:
        return
    if not given.report:
        raise InvalidPredictions(
            f"It is not said what {given.role} is to mean. Name the values that the threshold is chosen on, "
            "and those that report."
        )
    reporting = {called(name) for name in given.report}
    both = [name for name in given.tune if called(name) in reporting]
    if both:
        raise InvalidPredictions(
            f"Rows whose {given.role} is {both[0]} cannot both choose the threshold and report. Give them one role."
        )


def _no_numbers(profile: Profile) -> str:
    """Name what a column holds instead of numbers; empty where it holds some."""
    return "" if profile.kind == "number" else ", ".join(profile.labels[:3]) or "nothing"


def given_scores(found: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[Profile]:
    """Return the score columns given, in their order, else all that could be scores.

    Raises
    ------
    InvalidPredictions
        If one of those given holds no numbers.
    """
    if not given.scores:
        taken = (given.truth, given.weight, given.amount, given.role)
        return [each for each in scores_among(found, parts) if each.name not in taken]
    by_name = {each.name: each for each in found}
    chosen = [by_name[name] for name in given.scores]
    for each in chosen:
        if other := _no_numbers(each):
            raise InvalidPredictions(f"The column {each.name!r} holds {other}, not scores. Choose a column of numbers.")
    return chosen


def given_truth(profile: Profile, given: Choices, *, strict: bool = True) -> list[Truth]:
    """Return the truth column the caller named, its positive side settled where a label is given."""
    if given.pos_label is None:
        return two_sided([profile], frozenset())
    label = next((each for each in profile.labels if each.lower() == called(given.pos_label).lower()), None)
    if label is None:
        if not strict or not profile.labels:
            return []
        raise InvalidPredictions(
            f"{profile.name} has no value {given.pos_label!r}. Its values are: {', '.join(profile.labels[:12])}."
        )
    others = [each for each in profile.labels if each != label and each not in given.dropped_truth]
    if given.one_vs_rest or len(others) != 1:
        return [one_against_rest(profile, label)] if others else []
    return [of_two(profile, label, others[0], "convention", given.dropped_truth)]
