"""Tables that need more than a truth and a score: confidences, stacks, classes, inverted scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers import names, roles
from f1tools.readers.columns import Profile
from f1tools.readers.drafts import INVERTED, Draft, both_classes, draft, restricted
from f1tools.readers.pairs import Pair, is_confidence
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices
from f1tools.readers.truths import one_against_rest

MOST_PARTS_OFFERED = 4


def flips(best: Draft) -> list[Draft]:
    """Return the draft with its inverted scores turned around, if it has any."""
    low = tuple(pair.score.name for pair in best.pairs if pair.auc < 0.5)
    worst = min(pair.auc for pair in best.pairs)
    if not low or worst > 0.48:
        return []
    note = "the score turned around, because low values go with the positive class"
    return [replace(best, choices=replace(best.choices, flipped=low), rank=best.rank - 0.1, note=note)]


def inverted(best: Draft) -> bool:
    """Say whether low scores clearly go with the positive class."""
    return any(pair.auc < INVERTED for pair in best.pairs)


def confidences(best: Draft, profiles: Sequence[Profile]) -> list[Draft]:
    """Return drafts that take a score as the confidence in a predicted label: p for one side, 1 - p for the other."""
    found = []
    sides = {best.truth.pos_label, best.truth.neg_label}
    for pair in filter(is_confidence, best.pairs):
        for profile in profiles:
            if set(profile.labels) == sides and profile is not best.truth.profile:
                derived = _derived_from(best, pair, profile)
                found += [derived] if derived.pairs[0].auc > pair.auc + 0.02 else []
        if not found:
            alone = _derived_from(best, pair, best.truth.profile)
            note = f"{alone.note}; of use only with the truth from a second file"
            found.append(replace(alone, rank=best.rank - 5, note=note))
    return found


def _derived_from(best: Draft, pair: Pair, profile: Profile) -> Draft:
    label = best.truth.pos_label
    says = profile.codes == profile.labels.index(label)
    values = np.where(says, pair.score.values, 1 - pair.score.values)
    values[profile.codes < 0] = np.nan
    note = f"{pair.score.name} taken as the confidence in {profile.name}: p where it says {label}, else 1 - p"
    choices = replace(best.choices, scores=(pair.score.name,), predicted=profile.name)
    return Draft((_derived(pair, values),), choices, best.rank + 3, note=note)


def _derived(pair: Pair, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Pair:
    return Pair(pair.truth, replace(pair.score, values=values))


def classes(profile: Profile, scores: Sequence[Profile]) -> list[Draft]:
    """Return one draft per class of a truth of several classes, that class against the rest."""
    if any(_bands(profile, each) for each in scores if each is not profile):
        return []
    found = []
    ordered = sorted(profile.labels)
    columns = _class_columns(ordered, scores)
    for label in ordered:
        truth = one_against_rest(profile, label)
        score = columns.get(label)
        pairs = [Pair(truth, score)] if score is not None else []
        if not columns:
            pairs = sorted((Pair(truth, each) for each in scores if each is not profile), key=lambda pair: -pair.rank)[
                :1
            ]
        if pairs:
            note = f"one of {len(ordered)} classes against the others"
            found.append(replace(draft(pairs, note=note), rank=pairs[0].rank - 1 + 2 * bool(columns)))
    found.sort(key=lambda each: (-round(each.rank), ordered.index(each.truth.pos_label)))
    return found


def _bands(profile: Profile, score: Profile) -> bool:
    """Say whether the classes are just bands of the score, one above the other, as `low`, `medium` and `high`."""
    keep = (profile.codes >= 0) & ~np.isnan(score.values)
    order = np.argsort(score.values[keep], kind="stable")
    changes = np.count_nonzero(np.diff(profile.codes[keep][order]))
    return bool(keep.sum() > 2 * len(profile.labels)) and changes == len(profile.labels) - 1


def _class_columns(ordered: Sequence[str], scores: Sequence[Profile]) -> dict[str, Profile]:
    """Return the score column named after each class, or, where they are just counted, in their order."""
    found = {label: [each for each in scores if names.names_label(each.name, label)] for label in ordered}
    if all(found.values()):
        return {label: columns[0] for label, columns in found.items()}
    unit = [each for each in scores if each.unit]
    total = sum(each.values for each in unit) if unit else np.array([0.0])
    if len(unit) == len(ordered) and bool(np.all(np.abs(np.asarray(total) - 1) < 0.05)):
        return dict(zip(ordered, unit, strict=True))
    return {label: columns[0] for label, columns in found.items() if columns}


def stacks(best: Draft, profiles: Sequence[Profile], parts: dict[str, str]) -> list[Draft]:
    """Return drafts that take apart what a column such as `model`, `fold` or `set` stacks, if there is one."""
    column = stacking(profiles, parts)
    if column is None:
        return []
    found = []
    key = next((each for each in profiles if parts[each.name] == "id"), None)
    if parts[column.name] in ("stack", "fold") and _aligned(best, column, key) and len(best.pairs) == 1:
        choices = replace(best.choices, split=column.name, split_value=SPLIT_INTO_MODELS, id=key.name if key else None)
        found.append(replace(best, choices=choices, rank=best.rank + 2, note=f"every {column.name} a model of its own"))
    if parts[column.name] == "part":
        found += _with_roles(best, column)
    order = sorted(column.labels, key=lambda label: (not _held_out(label), column.labels.index(label)))
    for at, label in enumerate(order[:MOST_PARTS_OFFERED]):
        choices = replace(best.choices, split=column.name, split_value=label)
        found.append(
            replace(
                _only(best, column, (label,)),
                choices=choices,
                rank=best.rank + 1 - 0.1 * at,
                note=f"only {column.name} {label}",
            )
        )
    if parts[column.name] == "fold":
        return [replace(each, rank=each.rank - 3) for each in found]
    return found


def _with_roles(best: Draft, column: Profile) -> list[Draft]:
    """Return the draft that chooses the threshold on one part and reports on another, where the parts allow it."""
    sides = roles.sides(column.labels)
    if sides is None or not all(both_classes(_only(best, column, side)) for side in sides):
        return []
    others = [label for label in column.labels if label not in sides.tune + sides.report]
    note = f"without {' and '.join(others)}" if others else ""
    choices = replace(best.choices, role=column.name, tune=sides.tune, report=sides.report)
    used = _only(best, column, sides.tune + sides.report)
    return [replace(used, choices=choices, rank=best.rank + 1.5, note=note)]


def _only(best: Draft, column: Profile, labels: Sequence[str]) -> Draft:
    return restricted(best, np.isin(column.codes, [column.labels.index(label) for label in labels]))


def _held_out(label: str) -> bool:
    return any(word in label.lower() for word in ("test", "valid", "val", "hold", "oof", "eval"))


def stacking(profiles: Sequence[Profile], parts: dict[str, str]) -> Profile | None:
    """Return the column that stacks models, else folds, else sets of rows; None where there is none."""
    for kind in ("stack", "part", "fold"):
        named = [each for each in profiles if parts[each.name] == kind]
        if named:
            largest = max(named, key=lambda each: len(each.labels))
            return next((each for each in named if "model" in each.name.lower()), largest)
    return None


def once_each(profiles: Sequence[Profile], parts: dict[str, str]) -> bool:
    """Say whether a key shows that every row is a case of its own."""
    return any(parts[each.name] == "id" and each.unique for each in profiles)


def _aligned(best: Draft, column: Profile, key: Profile | None) -> bool:
    """Say whether all parts hold the same cases: by key, else by equal truths row after row."""
    members = [np.flatnonzero(column.codes == code) for code in range(len(column.labels))]
    if key is not None and not key.unique and key.n_distinct > 2:
        keys = [{key.cells[row] for row in rows.tolist()} for rows in members]
        return all(
            len(each) == len(rows) and len(each & keys[0]) >= 0.5 * len(keys[0])
            for each, rows in zip(keys, members, strict=True)
        )
    first = best.truth.positive[members[0]]
    return all(np.array_equal(best.truth.positive[rows], first) for rows in members)


def doubts(top: Draft, profiles: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[str]:
    """Return what a stack or a confidence leaves open."""
    found = []
    column = stacking(profiles, parts)
    asked = given.split is None and given.role is None
    if column is not None and asked and not (parts[column.name] == "fold" and once_each(profiles, parts)):
        found.append(f"{column.name} stacks {len(column.labels)} parts on top of each other, and pooling mixes them")
    if top.choices.predicted is not None and given.predicted is None:
        found.append(f"the score looks like the confidence in {top.choices.predicted}")
    return found
