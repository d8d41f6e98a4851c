"""From column profiles to candidates: possible targets, possible scores, which go together, which class is positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.core.types import InvalidPredictions
from f1tools.readers.formats.table import label_to_number, normalize_label
from f1tools.readers.inference import names, vocabulary
from f1tools.readers.inference.logits import difference, merge_logits
from f1tools.readers.inference.pairs import CLEAR_AUC, MARGIN, Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices

MAX_SCORES = 100
MAX_TARGETS = 12
MAX_CLASSES = 30


def find_targets(profiles: Sequence[ColumnProfile], choices: Choices) -> list[Target]:
    """Return the columns with two classes that can be the target under the given choices, likeliest first."""
    if choices.truth is not None:
        return _chosen_target(next(each for each in profiles if each.name == choices.truth), choices)
    columns = choices.weight, choices.split, choices.id, choices.role, choices.amount, choices.cluster
    excluded = {*choices.scores, *columns}
    free = [
        each for each in profiles if each.name not in excluded and each.role not in ("weight", "stack", "fold", "part")
    ]
    two_valued = [target for profile in free if (target := two_classes(profile)) is not None]
    targets = sorted(two_valued, key=lambda target: -target.points)[:MAX_TARGETS]
    if choices.pos_label is not None:
        if targets and not any(_label_of(each, choices) for each in free):
            labels = "; ".join(f"{each.name}: {', '.join(each.profile.labels)}" for each in targets)
            raise InvalidPredictions(
                f"No column has the value {choices.pos_label!r}. With two classes there is {labels}."
            )
        targets = [each for target in targets for each in _with_chosen_label(target.profile, choices)]
    has_one_class = any(each.n_distinct == 1 and names.is_target_name(each.name) for each in free)
    if has_one_class and not any(target.points >= 2 or _has_predictions(target, profiles) for target in targets):
        return []
    decisions = [set(each.labels) for each in targets if names.is_decision_name(each.name)]
    real = [
        replace(each, is_predicted=set(each.labels) in decisions and not names.are_common(each.labels))
        for each in targets
        if not names.is_decision_name(each.name)
    ]
    return [target for target in real if not _flags_correctness(target, real, profiles)] or targets


def _has_predictions(target: Target, profiles: Sequence[ColumnProfile]) -> bool:
    """Return whether another column has the predictions of a target by its name, as `churn_PREDICTION` of `churn`."""
    others = (each.name for each in profiles if each.name != target.name and names.score_points(each.name) >= 2)
    return not names.is_decision_name(target.name) and any(names.share_stem(target.name, name) for name in others)


def _chosen_target(profile: ColumnProfile, choices: Choices) -> list[Target]:
    if choices.pos_label is None:
        target = two_classes(profile)
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
        return [Target.one_vs_rest(profile, pos_label, choices.dropped_truth)]
    return [Target.of_two(profile, pos_label, others[0], "convention", choices.dropped_truth)]


def two_classes(profile: ColumnProfile) -> Target | None:
    """Return a column with two classes, and perhaps a third value that is in neither, as a target; else None."""
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
    for find, evidence in ((names.positive_by_convention, "convention"), (names.positive_by_words, "words")):
        if (positive := find(values)) is not None:
            return positive, evidence
    one, other = map(label_to_number, values)
    return values[int(one is not None and other is not None and other > one)], ""


def _stray_value(profile: ColumnProfile) -> str | None:
    """Return the third value that belongs to neither class: a tie, "unknown", a code for missing, a rare typo."""
    values = set(profile.labels)
    if values == {"0", "0.5", "1"}:
        return "0.5"
    for each in profile.labels:
        is_code = each in vocabulary.MISSING_CODES and values - {each} == {"0", "1"}
        is_word = each.lower() in vocabulary.UNDECIDED and names.positive_by_convention(sorted(values - {each}))
        if is_code or is_word:
            return each
    rarest, count = profile.labels[-1], profile.counts[-1]
    is_rare = count <= max(1, 0.02 * profile.n_present)
    is_text = label_to_number(rarest) is None
    return rarest if is_rare and (is_text or names.positive_by_convention(sorted(values - {rarest}))) else None


def find_class_columns(profiles: Sequence[ColumnProfile], choices: Choices) -> list[ColumnProfile]:
    """Return the columns that look like a target with three or more classes."""
    if choices.truth is not None:
        free = [each for each in profiles if each.name == choices.truth]
    else:
        free = [each for each in profiles if not each.role]
    return [
        each
        for each in free
        if 3 <= len(each.labels) <= MAX_CLASSES
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


def find_scores(profiles: Sequence[ColumnProfile], choices: Choices) -> list[ColumnProfile]:
    """Return the chosen score columns in their order, else all columns that can be scores.

    These have numbers with three or more values, and neither count nor identify rows. Of very wide tables the likeliest
    hundred by name and range are returned.
    """
    if choices.scores:
        by_name = {each.name: each for each in profiles}
        columns = [[by_name[name] for name in choices.operands(score)] for score in choices.scores]
        return [difference(*each) if len(each) == 2 else each[0] for each in columns]
    class_numbers = _class_numbers(profiles)
    numeric = [
        each for each in profiles if each.kind == "number" and each.n_distinct >= 3 and each.name not in class_numbers
    ]
    free = [each for each in numeric if each.role in ("", "weight?")]
    scores = free or [each for each in numeric if each.role == "weight"]
    by_likelihood = sorted(scores, key=lambda each: (-names.score_points(each.name), not each.in_unit_interval))
    likeliest = {each.name for each in by_likelihood[:MAX_SCORES]}
    excluded = (choices.truth, choices.weight, choices.amount, choices.role, choices.cluster)
    return [each for each in scores if each.name in likeliest and each.name not in excluded]


def _class_numbers(profiles: Sequence[ColumnProfile]) -> set[str]:
    """Return the columns that hold class numbers: a target with several classes, and its hard predictions."""
    numbered = [each for each in profiles if each.is_integer and len(each.labels) >= 3]
    targets = [each for each in numbered if names.is_target_name(each.name)]
    decisions = [each for each in numbered if names.is_decision_name(each.name)]
    return {
        each.name
        for target in targets
        for decision in decisions
        if len(set(target.labels) & set(decision.labels)) > 0.5 * len(decision.labels)
        for each in (target, decision)
    }


def plain_candidates(
    targets: Sequence[Target], scores: Sequence[ColumnProfile], *, use_all_scores: bool
) -> list[RankedCandidate]:
    """Return the candidates of each target, best first: its models, and single scores that are nearly as likely.

    Of equivalent targets only the likeliest is kept. With `use_all_scores` every score column is a model.
    """
    candidates: list[RankedCandidate] = []
    for target in targets:
        pairs, ambiguities = _with_positive_class(target, scores)
        if not pairs:
            continue
        if use_all_scores:
            models = [Pair(pairs[0].target, each) for each in scores]
            candidates.append(RankedCandidate.of_pairs(models).with_ambiguities(*ambiguities))
            continue
        models, doubtful = _models(pairs, targets)
        best = RankedCandidate.of_pairs(models).with_ambiguities(*ambiguities)
        candidates += _single_scores(best, pairs)
        if doubtful:
            certain = RankedCandidate.of_pairs([pair for pair in models if pair.score.name not in doubtful])
            candidates.append(replace(certain, rank=best.rank - 0.2))
        candidates.append(best)
    candidates = _demote_hard_predictions(candidates)
    candidates.sort(
        key=lambda each: (-round(each.rank, 6), _digit_order(each.target.name), each.target.profile.position)
    )
    kept: list[RankedCandidate] = []
    for each in candidates:
        rivals = (other.target for other in kept if other.target.name != each.target.name)
        if not any(each.target.is_equivalent(rival) for rival in rivals):
            kept.append(each)
    return kept


def model_scores(target: Target, scores: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the scores without those that follow from others, and with the logits of two classes as one."""
    pairs = [Pair(target, score) for score in scores if score.name != target.name]
    free = [pair.score for pair in pairs]
    bases = (pair for pair in pairs if pair.name_points >= 2 or pair.named_class)
    derived = {score.name for base in bases for score in base.derived(free)}
    return merge_logits(target, [score for score in free if score.name not in derived])


def rank_pairs(target: Target, scores: Sequence[ColumnProfile]) -> list[Pair]:
    """Return the target with each score, best first; one of two complements or copies is left out.

    Of copies the first one is kept, unless only a later one can be a score by its name.
    """
    kept: list[Pair] = []
    for pair in (Pair(target, score) for score in model_scores(target, scores)):
        rival = next((each for each in kept if pair.is_same_model(each)), None)
        if rival is None:
            kept.append(pair)
        elif not pair.is_copy(rival):
            kept[kept.index(rival)] = _positive_column(rival, pair)
        elif rival.name_points < 0 <= pair.name_points:
            kept[kept.index(rival)] = replace(pair, ambiguity=rival.ambiguity)
    return sorted(kept, key=lambda pair: -pair.rank)


def _positive_column(one: Pair, other: Pair) -> Pair:
    """Return the column of the positive class, of the two columns of a model's classes.

    Names decide, even where the model is worse than chance: those of the labels, else the order of numbered columns, or
    words such as normal. Where names say nothing, the column that ranks positives high is the likelier one.
    """
    first, second = sorted((one, other), key=lambda pair: pair.named_class)
    if first.named_class < 0 < second.named_class:
        return second
    by_auc = max(one, other, key=lambda pair: pair.auc)
    named = names.positive_column([one.score.name, other.score.name])
    by_name = next((pair for pair in (one, other) if pair.score.name == named), None)
    if by_name is by_auc or (by_name is not None and by_auc.strength < CLEAR_AUC):
        return by_name or by_auc
    if by_auc.shares_stem or (by_name is None and by_auc.strength > 2.5 * CLEAR_AUC):
        return by_auc
    columns = f"{one.score.name} and {other.score.name}"
    return replace(by_auc, ambiguity=f"{columns} belong to the two classes, and it is unclear which is which")


def _models(pairs: Sequence[Pair], targets: Sequence[Target]) -> tuple[list[Pair], list[str]]:
    """Return the pairs that are models of the target, in the order of the file, and the names of doubtful ones.

    Scores named after another target are left out, and of one model on two scales the likelier score is kept.
    """
    others = [each for each in targets if each.name != pairs[0].target.name and each.points >= 0]
    own = [
        pair
        for pair in pairs
        if pair.shares_stem or not any(names.share_stem(each.name, pair.score.name) for each in others)
    ]
    best, *rest = own or pairs
    models, doubtful = [best], []
    for pair in rest:
        kinship = "" if any(each.is_rescaled(pair) for each in models) else best.kinship(pair)
        if kinship:
            models.append(pair)
        if kinship == "doubtful":
            doubtful.append(pair.score.name)
    return sorted(models, key=lambda pair: pair.score.position), doubtful


def _single_scores(best: RankedCandidate, pairs: Sequence[Pair]) -> list[RankedCandidate]:
    """Return candidates of single scores that are not among the models although they are nearly as likely."""
    others = [pair for pair in pairs if pair not in best.pairs and pair.rank > best.rank - 2 * MARGIN]
    return [replace(RankedCandidate.of_pairs([pair]), rank=pair.rank - 0.2) for pair in others[:3]]


def _demote_hard_predictions(candidates: list[RankedCandidate]) -> list[RankedCandidate]:
    """Rank targets that are a thresholded score behind those that are not."""
    if not any(not pair.is_separable and each.target.points >= 2 for each in candidates for pair in each.pairs):
        return candidates
    return [replace(each, rank=each.rank - 4 * any(pair.is_separable for pair in each.pairs)) for each in candidates]


def _digit_order(name: str) -> int:
    """Order equivalent targets: `y_1` before `y_0`, and `prob1_outcome` before `prob2_outcome`."""
    digits = [token for token in names.tokens(name) if token.isdigit()]
    return {"1": 0, "2": 1, "0": 2}.get(digits[-1], 1) if digits else 1


def _with_positive_class(target: Target, scores: Sequence[ColumnProfile]) -> tuple[list[Pair], list[str]]:
    """Return the ranked pairs of a target with its positive class settled, and what is ambiguous about that class."""
    pairs = rank_pairs(target, scores)
    if not pairs or target.evidence == "convention" or target.neg_label is None:
        return pairs, []
    first = _first_class_column(target, scores)
    if first is not None and target.evidence == "":
        chosen = target if first == target.pos_label else target.swapped()
        unclear = f"{chosen.pos_label} and {chosen.neg_label} could each be the positive class"
        return rank_pairs(chosen, scores), [unclear]
    best, by_words = pairs[0], target.evidence == "words"
    if not best.ambiguity and (best.auc >= 0.5 or best.is_confidence or (by_words and best.named_class > 0)):
        return pairs, [] if best.auc < 0.5 else _unclear_class(best)
    swapped = rank_pairs(target.swapped(), scores)
    if best.ambiguity and swapped[0].ambiguity:
        return pairs, []
    if by_words:
        return swapped, [f"higher scores go with {target.neg_label}"]
    return swapped, _unclear_class(swapped[0])


def _first_class_column(target: Target, scores: Sequence[ColumnProfile]) -> str | None:
    """Return the class whose own score column comes first, where both classes have one."""
    unit = [each for each in scores if each.in_unit_interval]
    named = [[each for each in unit if names.is_named_after(each.name, label)] for label in target.labels]
    positive = [each for each in named[0] if each not in named[1]]
    negative = [each for each in named[1] if each not in named[0]]
    if not positive or not negative:
        return None
    return target.labels[int(negative[0].position < positive[0].position)]


def _unclear_class(best: Pair) -> list[str]:
    target = best.target
    if target.evidence == "words" or best.strength >= 0.2:
        return []
    return [f"it is unclear which of {target.pos_label} and {target.neg_label} is the positive class"]
