"""From a sample to an outcome: profile the columns, rank the candidates, and be sure, ask or refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from f1tools.readers.formats.table import Sample
from f1tools.readers.inference import names
from f1tools.readers.inference.ambiguities import (
    copied_scores,
    copies_text,
    find_ambiguities,
    has_plausible_score,
    invalid_weights,
    question,
    unused_columns,
)
from f1tools.readers.inference.candidates import (
    find_class_columns,
    find_scores,
    find_targets,
    model_scores,
    plain_candidates,
)
from f1tools.readers.inference.logits import resolve_differences
from f1tools.readers.inference.long_format import (
    Stack,
    find_key_within,
    find_stack,
    find_stack_within,
    long_format_ambiguities,
    long_format_candidates,
    recurring_key,
)
from f1tools.readers.inference.mapping_validation import (
    is_regression_target,
    is_summary,
    refusal_reason,
    validate_mapping,
)
from f1tools.readers.inference.pairs import RankedCandidate
from f1tools.readers.inference.profiles import ColumnProfile, profile_columns
from f1tools.readers.inference.repeated_layout import RepeatedLayout, find_layout, repeated_candidates
from f1tools.readers.inference.variants import (
    confidence_candidates,
    flipped_candidates,
    is_certain_confidence,
    one_vs_rest_candidates,
)
from f1tools.readers.models import Choices, ColumnSummary, Outcome

MAX_CANDIDATES = 8
_MIN_CLUSTERS, _MIN_CLUSTER_SIZE = 10, 1.5  # with rows in each, on average
_EXTRAS = (
    *("weight", "group", "id", "differences", "flipped", "predicted", "split"),
    *("role", "tune", "report", "amount", "count_unscored", "cluster"),
)


@dataclass(frozen=True, eq=False)
class Inference:
    """What a sample shows: as in `Reading`, with the evidence.

    Attributes
    ----------
    candidates : list of RankedCandidate
        Likeliest first.
    profiles : list of ColumnProfile
        All columns.
    layout : RepeatedLayout or None
        The columns of repeated splits, where the table declares them.
    unused : tuple of str
        With "sure", the columns that look like a score or a target and are not used.
    copies : tuple of (str, str)
        The columns that are not used because they equal a score, each with that score.
    recurring : str
        With "sure", the column of ids that recur with the same class, where no column tells these rows apart; else "".
    """

    outcome: Outcome
    reason: str
    candidates: list[RankedCandidate]
    columns: list[ColumnSummary]
    profiles: list[ColumnProfile]
    layout: RepeatedLayout | None = None
    unused: tuple[str, ...] = ()
    recurring: str = ""
    copies: tuple[tuple[str, str], ...] = ()


def infer(sample: Sample, choices: Choices, profiles: Sequence[ColumnProfile] | None = None) -> Inference:
    """Return the column mapping of a table, within the given choices.

    Parameters
    ----------
    profiles : sequence of ColumnProfile, optional
        The profiles of the sample, where they were made already.

    Raises
    ------
    InvalidPredictions
        If the choices do not fit the columns.
    """
    chosen_roles = {choices.role: "role", choices.amount: "amount", choices.cluster: "cluster"}
    profiles = profile_columns(sample) if profiles is None else profiles
    profiles = [replace(each, role=chosen_roles.get(each.name, each.role)) for each in profiles]
    choices = resolve_differences(choices, profiles)
    validate_mapping(choices, profiles)
    scores = find_scores(profiles, choices)
    layout, stack, within = None, None, None
    candidates = _all_candidates(profiles, scores, choices)
    if candidates:
        if choices.split is not None and choices.splits_into_models and choices.id is None:
            key = find_key_within(candidates[0], profiles, choices.split, is_complete=sample.is_complete)
            choices = replace(choices, id=key)
        scores = model_scores(candidates[0].target, scores)
        layout = find_layout(profiles, candidates[0].target, choices, is_complete=sample.is_complete)
        repeated = repeated_candidates(layout, candidates, profiles, scores, choices) if layout else []
        layout = layout if repeated else None
        if layout is None and choices.role is None:
            if choices.split is None:
                stack = find_stack(candidates[0], profiles, is_complete=sample.is_complete)
            split = choices.split if stack is None else stack.column.name
            if split is not None:
                within = find_stack_within(candidates[0], profiles, split, is_complete=sample.is_complete)
        open_stacks = long_format_ambiguities(stack, within)
        candidates = repeated or _with_variants(candidates, profiles, scores, stack, open_stacks, choices)
    if candidates and not (choices.scores or has_plausible_score(candidates, scores)):
        candidates, scores, layout = [], [], None
    parting = (
        [layout.repeat] if layout is not None else [each.column.name for each in (stack, within) if each is not None]
    )
    columns = _summaries(profiles, candidates, parting)
    if not candidates:
        return Inference("refuse", refusal_reason(profiles, scores), [], columns, profiles)
    keys = {each.key.name for each in (stack, within) if each is not None and each.key is not None}
    free = [each for each in profiles if each.name not in keys]  # a key of stacked rows is not a group
    candidates = [_with_extra_columns(each, free, choices) for each in candidates[:MAX_CANDIDATES]]
    unused = () if choices.scores else unused_columns(candidates[0], profiles)
    copies = () if choices.scores else copied_scores(candidates[0], profiles)
    if ambiguities := dict.fromkeys((*candidates[0].ambiguities, *invalid_weights(profiles, choices, sample))):
        asked = " ".join(filter(None, [_question(ambiguities, candidates, unused), copies_text(copies)]))
        return Inference("ask", asked, candidates, columns, profiles, layout, copies=copies)
    is_pooled = layout is None and choices.split is None and (stack is None or stack.content == "fold")
    recurring = recurring_key(candidates[0].target, profiles) if is_pooled and sample.is_complete else ""
    reason = f"Taken: {candidates[0].public().reason}."
    return Inference("sure", reason, candidates, columns, profiles, layout, unused, recurring, copies)


def _question(ambiguities: Iterable[str], candidates: Sequence[RankedCandidate], unused: Sequence[str]) -> str:
    """Return what is asked, and which columns that look like a score or a target no candidate uses."""
    asked = question(ambiguities)
    offered = {name for candidate in candidates for name in candidate.choices.columns()}
    others = [name for name in unused if name not in offered]
    return f"{asked} No option uses {', '.join(others)}; choose the columns to use them." if others else asked


def _all_candidates(
    profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile], choices: Choices
) -> list[RankedCandidate]:
    """Return the candidates with two classes, and one class against the rest where no such target is as likely."""
    if not choices.truth and is_summary(profiles):
        return []
    plain = plain_candidates(find_targets(profiles, choices), scores, use_all_scores=bool(choices.scores))
    if choices.pos_label is not None:
        return plain
    best = plain[0].target if plain and plain[0].target.points >= 2 else None
    has_other_target = best is not None or any(is_regression_target(each) for each in profiles)
    candidates = plain
    for column in find_class_columns(profiles, choices):
        by_class = one_vs_rest_candidates(column, scores, choices.dropped_truth)
        is_known = any(each.target.is_equivalent(other.target) for each in by_class for other in plain)
        is_weaker = best is not None and names.target_points(best.name) > names.target_points(column.name)
        if not (is_known or is_weaker or (has_other_target and not names.is_target_name(column.name))):
            candidates = [*candidates, *by_class]
    return sorted(candidates, key=lambda each: -each.rank)


def _with_variants(
    candidates: list[RankedCandidate], profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile],
    stack: Stack | None, open_stacks: Sequence[str], choices: Choices,
) -> list[RankedCandidate]:  # fmt: skip
    """Return the candidates and the variants of the best one, likeliest first, that one with its ambiguities."""
    best = candidates[0].with_ambiguities(*find_ambiguities(candidates, scores, choices))
    stacked = [] if stack is None else long_format_candidates(best, stack)
    others = [*confidence_candidates(best, profiles), *flipped_candidates(best), *stacked, *candidates[1:]]
    if choices.is_complete:
        return [best, *sorted(others, key=lambda each: -each.rank)]
    top, *rest = sorted([best, *others], key=lambda each: -each.rank)
    ambiguities = [*best.ambiguities, *top.ambiguities, *open_stacks]
    if top.choices.predicted is not None and choices.predicted is None:
        if is_certain_confidence(top, best, profiles):
            ambiguities = [*find_ambiguities([top, *candidates[1:]], scores, choices), *open_stacks]
        else:
            ambiguities.append(f"the score looks like the confidence in {top.choices.predicted}")
        if top.target.evidence == "":
            ambiguities.append(f"{' and '.join(top.target.labels)} could each be the positive class")
    return [replace(top, ambiguities=tuple(dict.fromkeys(ambiguities))), *rest]


def _with_extra_columns(
    candidate: RankedCandidate, profiles: Sequence[ColumnProfile], choices: Choices
) -> RankedCandidate:
    """Return the candidate with the chosen or recognized columns for weights, groups and keys."""
    chosen = {name: value for name, value in choices.chosen().items() if name in _EXTRAS}
    if choices.split:
        chosen["split_value"] = choices.split_value
    mapping = replace(candidate.choices, **chosen)
    if choices.is_complete:
        return replace(candidate, choices=mapping)
    free = [profile for profile in profiles if profile.name not in mapping.columns()]

    def first(role: str) -> str | None:
        usable = (each for each in free if each.role == role)
        if role != "group":
            usable = (each for each in usable if (each.low >= 0 if role == "weight" else each.is_unique))
        return next((each.name for each in usable), None)

    inferred = ["weight"] if mapping.classes else ["weight", "group"]
    inferred += [] if mapping.classes or mapping.splits_into_models else ["id"]
    more: dict[str, Any] = {role: first(role) for role in inferred if getattr(mapping, role) is None}
    return replace(candidate, choices=replace(mapping, **more))


def _summaries(
    profiles: Sequence[ColumnProfile], candidates: Sequence[RankedCandidate], parting: Sequence[str]
) -> list[ColumnSummary]:
    """Return each column with its role under the first candidate; `parting` are those that part the rows."""
    top = candidates[0].choices if candidates else Choices()
    public = {"stack": "split", "fold": "split", "part": "split", "weight?": "weight", "ranked": ""}
    chosen = dict.fromkeys(parting, "split")
    chosen |= {column: "score" for score in top.scores for column in top.operands(score)}
    chosen |= {name: role for name, role in ((top.role, "role"), (top.truth, "truth")) if name is not None}
    summaries = []
    for profile in profiles:
        role = chosen.get(profile.name) or public.get(profile.role, profile.role)
        if role in ("", "id") and profile.name != top.id and _may_be_cluster(profile):
            role = "cluster"
        if not role and len(profile.labels) == 2 and names.is_decision_name(profile.name):
            role = "hard prediction"
        summaries.append(profile.summary(role))
    return summaries


def _may_be_cluster(profile: ColumnProfile) -> bool:
    """Return whether a column has the name of a patient, user or document, and several rows for each of many."""
    has_many = profile.n_distinct >= _MIN_CLUSTERS and profile.n_present >= _MIN_CLUSTER_SIZE * profile.n_distinct
    return has_many and names.is_cluster_name(profile.name)
