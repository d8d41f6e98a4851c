"""Target candidates: columns with two classes, with two classes and a stray third value, or with several classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.parsing import label_to_number, normalize_label
from f1tools.readers.inference import labels, names
from f1tools.readers.inference.pairs import Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.inference.vocabulary import UNDECIDED
from f1tools.readers.models import Choices

MOST_CLASSES = 30
MOST_TARGETS = 12


def find_targets(profiles: Sequence[ColumnProfile], roles: Mapping[str, str], choices: Choices) -> list[Target]:
    """Return the columns with two classes that can be the target under the given choices, likeliest first."""
    if choices.truth is not None:
        return _chosen_target(next(each for each in profiles if each.name == choices.truth), choices)
    excluded = {*choices.scores, choices.weight, choices.split, choices.id, choices.role, choices.amount}
    free = [
        each
        for each in profiles
        if each.name not in excluded and roles[each.name] not in ("weight", "stack", "fold", "part")
    ]
    two_valued = [target for profile in free if (target := _two_classes(profile)) is not None]
    targets = sorted(two_valued, key=lambda target: -target.points)[:MOST_TARGETS]
    if choices.pos_label is not None:
        targets = [each for target in targets for each in _with_chosen_label(target.profile, choices)]
    real = [target for target in targets if not names.is_decision_name(target.name)]
    return [target for target in real if not _flags_correctness(target, real, profiles)] or targets


def _chosen_target(profile: ColumnProfile, choices: Choices) -> list[Target]:
    if choices.pos_label is None:
        target = _two_classes(profile)
        return [] if target is None else [target]
    targets = _with_chosen_label(profile, choices)
    if not targets and profile.labels and _label_of(profile, choices) is None:
        raise InvalidPredictions(
            f"{profile.name} has no value {choices.pos_label!r}. Its values are: {', '.join(profile.labels[:12])}."
        )
    return targets


def _label_of(profile: ColumnProfile, choices: Choices) -> str | None:
    pos_label = normalize_label(choices.pos_label or "").lower()
    return next((each for each in profile.labels if each.lower() == pos_label), None)


def _with_chosen_label(profile: ColumnProfile, choices: Choices) -> list[Target]:
    """Return the column with the chosen positive label, against the only other label or against the rest."""
    pos_label = _label_of(profile, choices)
    others = [each for each in profile.labels if each not in (pos_label, *choices.dropped_truth)]
    if pos_label is None or not others:
        return []
    if choices.one_vs_rest or len(others) > 1:
        return [Target.one_vs_rest(profile, pos_label)]
    return [Target.of_two(profile, pos_label, others[0], "convention", choices.dropped_truth)]


def _two_classes(profile: ColumnProfile) -> Target | None:
    values = list(profile.labels)
    dropped: tuple[str, ...] = ()
    if len(values) == 3 and (stray := _stray_value(profile)) is not None:
        values.remove(stray)
        dropped = (stray,)
    if len(values) != 2:
        return None
    pos_label, evidence = _positive_label(values)
    return Target.of_two(profile, pos_label, next(each for each in values if each != pos_label), evidence, dropped)


def _positive_label(values: Sequence[str]) -> tuple[str, str]:
    """Return the likelier positive one of two labels, and the evidence for it."""
    for find, evidence in ((labels.positive_by_convention, "convention"), (labels.positive_by_words, "words")):
        if (positive := find(values)) is not None:
            return positive, evidence
    one, other = map(label_to_number, values)
    return values[int(one is not None and other is not None and other > one)], ""


def _stray_value(profile: ColumnProfile) -> str | None:
    """Return the third value that belongs to neither class: a tie, "unknown", a rare typo."""
    values = set(profile.labels)
    if values == {"0", "0.5", "1"}:
        return "0.5"
    for each in profile.labels:
        if each.lower() in UNDECIDED and labels.positive_by_convention(sorted(values - {each})) is not None:
            return each
    rarest, count = profile.labels[-1], profile.counts[-1]
    is_rare = count <= max(1, 0.02 * profile.n_present)
    is_text = label_to_number(rarest) is None
    return rarest if is_rare and (is_text or labels.positive_by_convention(sorted(values - {rarest}))) else None


def find_class_columns(
    profiles: Sequence[ColumnProfile], roles: Mapping[str, str], choices: Choices
) -> list[ColumnProfile]:
    """Return the columns that look like a target with three or more classes."""
    if choices.truth is not None:
        free = [each for each in profiles if each.name == choices.truth]
    else:
        free = [each for each in profiles if not roles[each.name]]
    return [
        each
        for each in free
        if 3 <= len(each.labels) <= MOST_CLASSES
        and names.target_points(each.name) >= 0
        and (each.kind == "text" or (each.is_integer and names.is_target_name(each.name)))
        and each.n_distinct <= 0.5 * each.n_present
    ]  # fmt: skip


def _flags_correctness(target: Target, others: Sequence[Target], profiles: Sequence[ColumnProfile]) -> bool:
    """Return whether a column merely flags correct predictions, given another target and a hard prediction of it."""
    if not names.is_correctness_name(target.name):
        return False
    for other in others:
        for profile in profiles:
            if other.name in (target.name, profile.name) or set(profile.labels) != set(other.labels):
                continue
            is_correct = profile.rows_with([other.pos_label]) == other.positive
            if is_correct.all() or not is_correct.any():
                continue
            agree = target.positive == is_correct
            if agree.all() or not agree.any():
                return True
    return False
