"""Wide tables of several classes or labels: a column of scores for each, and one truth, or a truth for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray
from f1tools.readers.formats.table import label_to_number, normalize_label
from f1tools.readers.inference import names
from f1tools.readers.inference.candidates import two_classes
from f1tools.readers.inference.class_evidence import ClassCandidate, same_labels
from f1tools.readers.inference.class_names import (
    MIN_CLASSES,
    SPELLINGS,
    Affixes,
    families_of,
    numbered_families,
    shared_families,
)
from f1tools.readers.inference.class_truth import Truth, sorted_labels
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices, ReadingWarning

LABELS_OR_TRUTHS = "could be two labels, or each a truth of its own"
_MAX_MAPPINGS = 6  # examined for each truth
_MAX_TRUTHS = 6
_CONSTANTS = {"0": ("1", "0"), "1": ("1", "0"), "false": ("true", "false"), "no": ("yes", "no")}
_NO_TRUTHS = frozenset(["weight", "stack", "fold"])


def wide_candidates(
    profiles: Sequence[ColumnProfile], choices: Choices, more: Mapping[str, Sequence[str]]
) -> list[ClassCandidate]:
    """Return the ways to read a wide table as several classes or labels, in no order.

    Parameters
    ----------
    profiles : sequence of ColumnProfile
        All columns.
    choices : Choices
        What is known of the mapping.
    more : mapping of str to sequence of str
        Labels of truth columns that are known from other rows than those of the sample.
    """
    named = {choices.weight, choices.id, choices.split, choices.truth}
    scores = [each for each in profiles if _can_be_score(each) and each.name not in named]
    if len(scores) < 2:
        return []
    truths = [
        each for each in profiles if choices.truth in (None, each.name) and each.name not in {*named} - {choices.truth}
    ]
    of_labels = [] if choices.truth is not None else list(_labels_a_row(truths, scores))
    return [*_classes_a_row(truths, scores, choices, more), *of_labels]


def _can_be_score(profile: ColumnProfile) -> bool:
    is_plain = profile.role not in ("weight", "fold", "stack", "part", "id", "ranked")
    return profile.kind == "number" and is_plain and not profile.numbers_rows


def are_scores(columns: Sequence[ColumnProfile]) -> bool:
    """Return whether most of some columns have more than two values, so that they are no hard predictions."""
    return 2 * sum(each.n_distinct > 2 for each in columns) > len(columns)


def _classes_a_row(
    profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile], choices: Choices,
    more: Mapping[str, Sequence[str]],
) -> Iterator[ClassCandidate]:  # fmt: skip
    """Yield the mappings with one truth."""
    named = sorted(profiles, key=lambda each: -names.target_points(each.name))
    possible = (each for each in named if each.role not in _NO_TRUTHS)
    n_found = 0
    for profile in possible:
        more_labels, others = more.get(profile.name, ()), [each for each in scores if each.name != profile.name]
        truth = Truth.of(profile, more_labels, choices.dropped_truth)
        if truth is None or n_found == _MAX_TRUTHS or len(truth.labels) > 2 * len(scores):
            continue
        found = list(_mappings(truth, others))
        if truth.has_sets and (whole := Truth.of(profile, more_labels, choices.dropped_truth, has_sets=False)):
            mappings = [each for each in _mappings(whole, others) if each.is_named]
            complete = [each for each in mappings if {*each.columns} >= {*whole.labels}]
            truth, found = (whole, complete) if complete else (truth, found)  # a class may be called "a, b"
        n_found += bool(found)
        yield from (_evident(each, truth, profile, others) for each in found)


@dataclass(frozen=True)
class _Mapping:
    """Columns of scores by class, in the order of the classes."""

    columns: dict[str, str]
    text: str
    points: float = 0.0
    is_named: bool = True
    ambiguities: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def _mappings(truth: Truth, scores: Sequence[ColumnProfile]) -> Iterator[_Mapping]:
    by_name = {each.name: each for each in scores}
    found: list[_Mapping] = []
    described = {normalize_label(each.class_label): each.name for each in scores if each.class_label}
    if described and set(described) == set(truth.labels):
        columns = {label: described[label] for label in truth.labels}
        found.append(_Mapping(columns, formatting.join_names(columns.values()), 2.0))
    families = families_of(truth.labels, by_name)
    for affixes, columns in islice(families.items(), _MAX_MAPPINGS):
        if len(columns) >= max(MIN_CLASSES, 0.5 * len(truth.labels)) and are_scores(
            [by_name[x] for x in columns.values()]
        ):
            found += _with_unseen(_by_name(truth, affixes, columns, by_name), affixes, truth, by_name)
    for affixes, listed in islice(numbered_families(by_name).items(), _MAX_MAPPINGS):
        columns = dict(zip(truth.labels, listed, strict=False))
        if described:  # the order of the classes is known
            continue
        is_new = all(columns != each.columns for each in found)
        if len(listed) == len(truth.labels) and is_new and are_scores([by_name[each] for each in listed]):
            found.append(_Mapping(columns, str(affixes), _affix_points(affixes, truth), is_named=False))
    if not found:
        unit = [each.name for each in scores if each.in_unit_interval]
        if len(unit) == len(truth.labels) and _sum_to_one([by_name[each] for each in unit]):
            ambiguity = f"the columns {formatting.join_names(unit)} are not named after the classes of {truth.name}"
            columns = dict(zip(truth.labels, unit, strict=True))
            found.append(_Mapping(columns, formatting.join_names(unit), is_named=False, ambiguities=(ambiguity,)))
    yield from found


def _by_name(truth: Truth, affixes: Affixes, columns: dict[str, str], by_name: Mapping[str, ColumnProfile]) -> _Mapping:
    """Return a mapping by names, with the classes that only columns have, and without the labels that none has."""
    used = set(columns.values())
    if affixes.size:
        others = {affixes.middle(name): name for name in by_name if name not in used}
        unseen = {normalize_label(middle): name for middle, name in others.items() if middle}
        are_classes = _are_classes(columns, unseen, by_name, are_named=_affix_points(affixes, truth) >= 1)
    else:  # any column could be named like a class: only sums of probabilities tell
        shares = (name for name, each in by_name.items() if name not in used and each.in_unit_interval)
        unseen = {normalize_label(name): name for name in shares}
        are_classes = bool(unseen) and _complete_sums(columns, unseen, by_name)
    known = {**columns, **unseen} if are_classes else columns
    ordered = {label: known[label] for label in sorted_labels(list(known))}
    missing = [label for label in truth.labels if label not in columns]
    ambiguities = (
        (f"{truth.name} has {formatting.join_names(missing)}, without a column of scores like {affixes}",)
        if missing
        else ()
    )
    extra = () if are_classes or not affixes.size else tuple(unseen.values())
    points = _affix_points(affixes, truth) - 3 * len(missing) / len(truth.labels)
    return _Mapping(
        ordered,
        str(affixes) if affixes.size else formatting.join_names(ordered.values()),
        points,
        ambiguities=ambiguities,
        extra=extra,
    )


def _with_unseen(
    mapping: _Mapping, affixes: Affixes, truth: Truth, by_name: Mapping[str, ColumnProfile]
) -> list[_Mapping]:
    """Return a mapping; in doubt, also that in which columns of no label are those of classes that no row is of.

    It matters where such a column is the highest of a row, and it is known where probabilities sum to 1.
    """
    known = [by_name[name] for name in mapping.columns.values()]
    extra = [by_name[name] for name in mapping.extra]
    if not extra or _affix_points(affixes, truth) < 1 or _sum_to_one(known):
        return [mapping]
    highest, of_extra = (np.max([each.values for each in some], axis=0) for some in (known, extra))
    if not np.any(of_extra > highest):
        return [mapping]
    listed = formatting.join_names(map(formatting.truncate, mapping.extra))
    scores = "the score of a class" if len(extra) == 1 else "the scores of classes"
    ambiguities = (*mapping.ambiguities, f"{listed} could be {scores} that no row is of")
    columns = mapping.columns | {normalize_label(affixes.middle(name)): name for name in mapping.extra}
    ordered = {label: columns[label] for label in sorted_labels(list(columns))}
    asked = replace(mapping, ambiguities=ambiguities)
    return [replace(asked, columns=ordered, extra=()), asked]


def _are_classes(
    columns: Mapping[str, str], unseen: Mapping[str, str], by_name: Mapping[str, ColumnProfile], *, are_named: bool
) -> bool:
    """Return whether columns without a label in the sample are those of classes: of rare ones, or of numbered ones."""
    if not unseen:
        return False
    if all(label.isdecimal() for label in (*columns, *unseen)) and (are_named or len(unseen) <= max(2, len(columns))):
        return max(map(int, (*columns, *unseen))) <= len(columns) + len(unseen)
    return _complete_sums(columns, unseen, by_name)


def _complete_sums(columns: Mapping[str, str], unseen: Mapping[str, str], by_name: Mapping[str, ColumnProfile]) -> bool:
    """Return whether probabilities sum to 1 with the columns of some classes, and do not without."""
    known = [by_name[name] for name in columns.values()]
    return not _sum_to_one(known) and _sum_to_one([*known, *(by_name[name] for name in unseen.values())])


def _sum_to_one(columns: Sequence[ColumnProfile]) -> bool:
    if not all(each.in_unit_interval for each in columns):
        return False
    total = np.sum([each.values for each in columns], axis=0)
    known = total[~np.isnan(total)]
    return bool(known.size) and bool(np.all(np.abs(known - 1) <= 0.02 + 0.0005 * len(columns)))


def _affix_points(affixes: Affixes, truth: Truth) -> float:
    """Rate how likely the common part of names is that of scores: 0 where it says nothing."""
    if not affixes.size:
        return 1.0 if all(label_to_number(each) is None for each in truth.labels) else 0.5
    text = f"{affixes.prefix} {affixes.suffix}"
    points = names.score_points(text)
    return max(points, 2.0 if names.share_stem(truth.name, text) else points) / 2


def _evident(
    mapping: _Mapping, truth: Truth, profile: ColumnProfile, scores: Sequence[ColumnProfile]
) -> ClassCandidate:
    """Return a mapping with the rows of the sample, and what is doubtful about its names."""
    by_name = {each.name: each for each in scores}
    columns, classes = tuple(mapping.columns.values()), tuple(mapping.columns)
    missing = tuple(label for label in truth.labels if label not in mapping.columns)
    ambiguities = list(mapping.ambiguities)
    points = mapping.points + names.target_points(truth.name) / 2
    if names.is_decision_name(truth.name):
        ambiguities.append(f"{truth.name} sounds like a hard prediction of the model, not like the truth")
        points -= 3
    values = np.column_stack([by_name[each].values for each in columns])
    members, known = truth.members(classes)
    used = known & np.isfinite(values).all(axis=1)
    candidate = ClassCandidate(
        Choices(truth.name, columns, classes=classes, dropped_truth=missing),
        members[used], values[used], mapping.text, points, mapping.is_named,
        ambiguities=tuple(ambiguities), notes=_extra_note(mapping.extra, profile.name),
    )  # fmt: skip
    is_feature = mapping.points < 1 and label_to_number(classes[0]) is not None and not candidate.sums_to_one
    unclear = f"it is not certain that {mapping.text} are scores of the classes of {truth.name}"
    return candidate.with_ambiguities(unclear) if is_feature else candidate


def _extra_note(extra: Sequence[str], truth: str) -> tuple[ReadingWarning, ...]:
    if not extra:
        return ()
    listed = formatting.join_names(map(formatting.truncate, extra))
    are, its = ("is", "its") if len(extra) == 1 else ("are", "their")
    return (ReadingWarning("unused_columns", f"{listed} {are} not used: no class of {truth} has {its} name."),)


def _labels_a_row(profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile]) -> Iterator[ClassCandidate]:
    """Yield the mappings with a truth for each label."""
    targets = {each.name: found for each in profiles if (found := _binary(each)) is not None}
    constant = {each.name for each in profiles if each.name in targets and each.n_distinct == 1}
    by_name = {each.name: each for each in (*profiles, *scores)}
    columns = [each.name for each in scores if each.name not in targets]
    seen: list[tuple[str, ...]] = []
    for usual in dict.fromkeys(found[:2] for name, found in targets.items() if name not in constant):
        truths = [name for name, found in targets.items() if found[:2] == usual or name in constant]
        dropped = tuple({label: None for name in truths for label in targets[name][2]})
        pairs = list(islice(shared_families(truths, columns), 4 * _MAX_MAPPINGS))
        best = max((len(shared) for _, _, shared in pairs), default=0)
        for of_truth, of_score, shared in pairs:
            mapping = _LabelMapping.of(of_truth, of_score, shared, columns, truths)
            used = (*mapping.truths, *mapping.scores)
            is_new = used not in seen and not set(mapping.truths) & set(mapping.scores)
            has_scores = are_scores([by_name[name] for name in mapping.scores])
            if len(shared) >= max(2, 0.5 * best) and is_new and has_scores and not constant.issuperset(mapping.truths):
                seen.append(used)
                yield _evident_labels(mapping, (*usual, dropped), by_name)


def _binary(profile: ColumnProfile) -> tuple[str, str, tuple[str, ...]] | None:
    """Return positive label, negative label and other values of a column that says whether rows have a label."""
    if profile.role in _NO_TRUTHS:
        return None
    if profile.n_distinct == 1 and profile.labels and (known := _CONSTANTS.get(profile.labels[0].lower())) is not None:
        return *known, ()
    target = two_classes(profile)
    if target is None or target.neg_label is None or target.evidence != "convention":
        return None
    return target.pos_label, target.neg_label, target.dropped


@dataclass(frozen=True)
class _LabelMapping:
    """Columns of the truth and of the scores of labels, in the order of the file."""

    classes: tuple[str, ...]
    truths: tuple[str, ...]
    scores: tuple[str, ...]
    text: str
    points: float
    unscored: tuple[str, ...]
    extra: tuple[str, ...]
    is_certain: bool

    @classmethod
    def of(
        cls, of_truth: Affixes, of_score: Affixes, shared: Mapping[str, str], scores: Sequence[str],
        truths: Sequence[str],
    ) -> _LabelMapping:  # fmt: skip
        """Return the mapping of columns with some affixes, and which columns with them have no counterpart."""
        middles = {middle: name for name in scores if (middle := of_score.middle(name))}
        by_middle = {spell(middle): name for spell in reversed(SPELLINGS) for middle, name in middles.items()}
        labels = sorted(shared, key=lambda label: truths.index(shared[label]))
        mapped = tuple(shared[label] for label in labels)
        own = tuple(by_middle[label] for label in labels)
        classes = tuple(of_truth.middle(name) or name for name in mapped)
        others = [name for name in truths if name not in mapped and of_truth.middle(name)]
        extra = [name for name in scores if of_score.size and name not in own and of_score.middle(name)]
        points = (names.score_points(f"{of_score.prefix} {of_score.suffix}") / 2 if of_score.size else 0.0) + 1
        points -= 3 * any(names.is_decision_name(name) for name in mapped)
        text = str(of_score) if of_score.size else formatting.join_names(own)
        is_certain = len(shared) >= MIN_CLASSES and points >= 2.5  # a word such as prob, pred or score
        return cls(classes, mapped, own, text, points, tuple(others), tuple(extra), is_certain)


def _evident_labels(
    mapping: _LabelMapping, convention: tuple[str, str, tuple[str, ...]], by_name: Mapping[str, ColumnProfile]
) -> ClassCandidate:
    """Return a mapping of labels with the rows of the sample, and what is doubtful about it."""
    positive, negative, dropped = convention
    choices = Choices(
        scores=mapping.scores, pos_label=positive, neg_label=negative, dropped_truth=dropped,
        classes=mapping.classes, truths=mapping.truths,
    )  # fmt: skip
    values = np.column_stack([by_name[name].values for name in mapping.scores])
    truths = [by_name[name] for name in mapping.truths]
    members = np.column_stack([each.rows_with([positive]) for each in truths])
    known = np.column_stack([each.rows_with([positive, negative]) for each in truths])
    used = known.all(axis=1) & np.isfinite(values).all(axis=1)
    return ClassCandidate(
        choices, members[used], values[used], mapping.text, mapping.points,
        is_certain_by_name=mapping.is_certain,
        ambiguities=tuple(_ambiguities_of_labels(mapping, members[used])),
        notes=tuple(_notes_of_labels(mapping, convention)),
    )  # fmt: skip


def _ambiguities_of_labels(mapping: _LabelMapping, members: BoolArray) -> Iterator[str]:
    if len(mapping.classes) == 2:
        one, other = mapping.truths
        yield f"{one} and {other} {LABELS_OR_TRUTHS}"
    if decisions := [name for name in mapping.truths if names.is_decision_name(name)]:
        yield f"{decisions[0]} sounds like a hard prediction of the model, not like the truth"
    if same := same_labels(members, mapping.truths):
        yield same
    unscored = [name for name in mapping.unscored if not names.is_decision_name(name)]
    alike = [name for name in unscored if names.target_points(name) >= 2]
    if alike or (unscored and mapping.classes != mapping.truths):
        listed = formatting.join_names(map(formatting.truncate, alike or unscored))
        yield f"{listed} could be labels as well, without a column of scores like {mapping.text}"


def _notes_of_labels(mapping: _LabelMapping, convention: tuple[str, str, tuple[str, ...]]) -> Iterator[ReadingWarning]:
    for columns, use, reason in (
        (mapping.unscored, "read as {}", "no column of scores has {} name"),
        (mapping.extra, "used", f"no label with the values {' and '.join(convention[:2])} has {{}} name"),
    ):
        if columns:
            listed = formatting.join_names(map(formatting.truncate, columns))
            are, kind, its = ("is", "a label", "its") if len(columns) == 1 else ("are", "labels", "their")
            sentence = f"{listed} {are} not {use.format(kind)}: {reason.format(its)}."
            yield ReadingWarning("unused_columns", sentence)
