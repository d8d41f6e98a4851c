"""From a sample to several classes: rank the mappings, and say why a person must choose among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools import formatting
from f1tools.readers.formats.table import Sample
from f1tools.readers.inference import names
from f1tools.readers.inference.class_columns import LABELS_OR_TRUTHS, wide_candidates
from f1tools.readers.inference.class_evidence import MARGIN, ClassCandidate
from f1tools.readers.inference.long_format import MAX_PARTS, Stack, find_stack, long_format_ambiguities
from f1tools.readers.inference.pairs import Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

MAX_CANDIDATES = 4
_OF_TWO_CLASSES = (  # choices that only a truth of two classes has
    *("pos_label", "neg_label", "one_vs_rest", "differences", "flipped", "predicted", "role", "tune", "report"),
    *("amount", "count_unscored", "cluster", "group", "scores", "truths"),
)


@dataclass(frozen=True, eq=False)
class ClassInference:
    """What a sample shows about several classes.

    Attributes
    ----------
    candidates : list of ClassCandidate
        Likeliest first; at least one.
    ambiguities : list of str
        Why a person must choose; empty where the first candidate is certain.
    stack : Stack or None
        A column that parts the rows.
    """

    candidates: list[ClassCandidate]
    ambiguities: list[str]
    stack: Stack | None = None


def infer_classes(
    sample: Sample, profiles: Sequence[ColumnProfile], choices: Choices, more: Mapping[str, Sequence[str]]
) -> ClassInference | None:
    """Return how a table can be read as several classes or labels; None where nothing suggests it.

    Parameters
    ----------
    more : mapping of str to sequence of str
        Labels of truth columns that are known from other rows than those of the sample.
    """
    default = Choices()
    if any(getattr(choices, name) != getattr(default, name) for name in _OF_TWO_CLASSES):
        return None
    if choices.split_value == SPLIT_INTO_MODELS:
        return None
    found = sorted(wide_candidates(profiles, choices, more), key=lambda each: -each.rank)
    found = [each for each in found if len(each.members)]
    found = [each for each in found if not each.is_prediction] or found
    if not found:
        return None
    best = found[0]
    stack = _stack(best, profiles, sample) if choices.split is None else None
    ambiguities = [*best.all_ambiguities(), *_rivals(found), *long_format_ambiguities(stack)]
    if choices.one_class is not None:  # that there are several classes is no question then
        ambiguities = [each for each in ambiguities if not each.endswith(LABELS_OR_TRUTHS)]
    listed = [*_parts(best, stack), *found[1:]] if stack is not None and ambiguities else found[1:]
    ranked = [_with_other_columns(each, profiles, choices) for each in [best, *listed][: MAX_CANDIDATES + MAX_PARTS]]
    return ClassInference(ranked, list(dict.fromkeys(ambiguities)), stack)


def _rivals(found: Sequence[ClassCandidate]) -> Iterator[str]:
    """Yield which other columns are about as likely; not those that are another scale of the same model."""
    best = found[0]
    for rival in found[1:]:
        is_likely = rival.rank > best.rank - MARGIN
        if _is_part(rival.choices, best.choices) or _is_part(best.choices, rival.choices):
            continue
        if rival.choices.scores != best.choices.scores:
            if not best.is_same_model(rival) and (is_likely or not any(rival.all_ambiguities())):
                yield f"{rival.score_text} could be the scores as well"
        elif is_likely and rival.choices.truth != best.choices.truth and not _are_equal(rival, best):
            yield f"{rival.choices.truth or formatting.join_names(rival.choices.truths)} could be the truth as well"


def _is_part(one: Choices, other: Choices) -> bool:
    """Return whether a mapping has some of the pairs of columns of another one, and no others."""
    if one.truth != other.truth:
        return False
    pairs = ({*zip(each.truths or each.classes, each.scores, strict=False)} for each in (one, other))
    return next(pairs) < next(pairs)


def _are_equal(one: ClassCandidate, other: ClassCandidate) -> bool:
    """Return whether two truths give each row of the sample the same classes, as one column and several do."""
    return one.members.shape == other.members.shape and bool(np.array_equal(one.members, other.members))


def _stack(best: ClassCandidate, profiles: Sequence[ColumnProfile], sample: Sample) -> Stack | None:
    """Return the column that stacks models or parts of a data set, by the commonest class that some rows lack."""
    by_name = {each.name: each for each in profiles}
    choices = best.choices
    n_with, n = np.count_nonzero(best.members, axis=0), len(best.members)
    at = int(np.argmax(np.where(n_with < n, n_with, 0)))
    if not 0 < n_with[at] < n:
        return None
    if choices.truth is not None:
        profile = by_name[choices.truth]
        if choices.classes[at] not in profile.labels:
            return None
        target = Target.one_vs_rest(profile, choices.classes[at])
    else:
        target = Target.of_two(by_name[choices.truths[at]], choices.pos_label or "", choices.neg_label or "", "")
    seen = RankedCandidate((Pair(target, by_name[choices.scores[at]]),), choices, best.rank)
    stack = find_stack(seen, profiles, is_complete=sample.is_complete)
    return None if stack is None or stack.content == "labels" else stack


def _parts(best: ClassCandidate, stack: Stack | None) -> Iterator[ClassCandidate]:
    """Yield the best mapping with the rows of one part only, those that were held out first."""
    if stack is None or stack.content == "fold":
        return
    labels = stack.column.labels
    held_out = names.held_out(labels)
    for label in sorted(labels, key=lambda each: each not in held_out)[:MAX_PARTS]:
        yield replace(best, choices=replace(best.choices, split=stack.column.name, split_value=label))


def _with_other_columns(
    candidate: ClassCandidate, profiles: Sequence[ColumnProfile], choices: Choices
) -> ClassCandidate:
    """Return a mapping with the chosen or recognized columns of keys and weights, and the chosen part."""
    used = {*candidate.choices.columns(), choices.split}

    def first(role: str) -> str | None:
        free = (each for each in profiles if each.name not in used and each.role == role)
        return next((each.name for each in free if (each.low >= 0 if role == "weight" else each.is_unique)), None)

    mapping = replace(
        candidate.choices, id=choices.id or first("id"), weight=choices.weight or first("weight"),
        one_class=choices.one_class,
        dropped_truth=tuple(dict.fromkeys((*candidate.choices.dropped_truth, *choices.dropped_truth))),
    )  # fmt: skip
    if choices.split is not None:
        mapping = replace(mapping, split=choices.split, split_value=choices.split_value)
    return replace(candidate, choices=mapping)
