"""Why a mapping cannot be used: chosen columns that do not fit the table, or a table without target and score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import BOTH_CLASSES
from f1tools.formatting import counted, truncate
from f1tools.readers.formats.table import normalize_label
from f1tools.readers.inference import names
from f1tools.readers.inference.count_columns import has_only_ratios
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import SPLIT_INTO_CLASSES, SPLIT_INTO_MODELS, Choices

COUNTS_SQL = (
    "SELECT min(score) AS lowest, max(score) AS highest, sum(y_true) AS positives, sum(1 - y_true) AS negatives "
    "FROM predictions GROUP BY floor(score * 65536)"
)
_CURVE = frozenset(["fpr", "tpr", "fnr", "tnr", "precision", "recall", "sensitivity", "specificity"])
_LOG = frozenset(["epoch", "loss", "accuracy", "acc", "auc", "f1", "step", "lr", "auroc", "mae", "rmse", "mse"])


def validate_mapping(choices: Choices, profiles: Sequence[ColumnProfile]) -> None:
    """Check choices against the columns of a table.

    Raises
    ------
    InvalidPredictions
        If a column does not exist, holds no numbers where numbers are needed, or has two roles, or if the values of a
        role column are ambiguous.
    """
    by_name = {profile.name: profile for profile in profiles}
    extras = [name for name in (choices.weight, choices.amount) if name is not None]
    for name in choices.columns():
        if name not in by_name:
            shown = ", ".join(list(by_name)[:12]) + (" ..." if len(by_name) > 12 else "")
            raise InvalidPredictions(f"There is no column {name!r}. The columns are: {shown}.")
    scores = [column for score in choices.scores for column in choices.operands(score)]
    for name, expected in (*((each, "scores") for each in scores), *((each, "numbers") for each in extras)):
        profile = by_name[name]
        if profile.kind != "number":
            texts = dict.fromkeys(cell for cell in profile.cells if cell and profile.number_format.parse(cell) is None)
            content = ", ".join(islice(texts, 3)) or "nothing"
            raise InvalidPredictions(
                f"The column {name!r} holds {content}, not {expected}. Choose a column of numbers."
            )
    labelled = (choices.role, choices.split, choices.predicted, choices.group, choices.id, choices.cluster)
    if twice := [name for name in labelled if name in (*scores, *extras)]:
        raise InvalidPredictions(f"The column {twice[0]!r} is chosen for two things. Choose one of them.")
    if choices.role is not None and not choices.report:
        raise InvalidPredictions(
            f"The values of {choices.role} have no meaning yet. Name those of the tuning set, on which the "
            "threshold is chosen, and those of the evaluation set."
        )
    report = {normalize_label(name) for name in choices.report}
    if both := [name for name in choices.tune if normalize_label(name) in report]:
        raise InvalidPredictions(
            f"Rows whose {choices.role} is {both[0]} cannot both choose the threshold and report. Give them one role."
        )


def validate_classes(choices: Choices) -> None:
    """Check choices of several classes, apart from the table.

    Raises
    ------
    InvalidPredictions
        If classes and columns do not correspond, or something is chosen that only two classes have.
    """
    n = len(choices.classes)
    if n < 2 or len(set(choices.classes)) < n:
        raise InvalidPredictions(f"{n} different classes were expected, each named once. Name two or more.")
    is_stacked = choices.split_value == SPLIT_INTO_CLASSES
    if is_stacked and len(choices.scores) != 1:
        raise InvalidPredictions(
            f"{len(choices.scores):,} columns of scores are named, and each row is about one class. Name one column."
        )
    if not is_stacked and len(choices.scores) != n:
        raise InvalidPredictions(
            f"There are {n:,} classes, and {counted(len(choices.scores), 'column')} of scores. Name a column for each "
            "class, in the same order; those of a column of lists are named as in scores[0]."
        )
    if choices.truths and (len(choices.truths) != n or choices.truth is not None):
        raise InvalidPredictions(
            f"There are {n:,} labels, and {counted(len(choices.truths), 'column')} of truths. Name a column for each "
            "label, or one for all."
        )
    if not choices.truths and choices.truth is None:
        raise InvalidPredictions("The truth of the classes is missing. Name its column, or one for each label.")
    named = Counter([*choices.scores, *choices.truths, *filter(None, [choices.truth])])
    if twice := [name for name, times in named.items() if times > 1]:
        raise InvalidPredictions(f"The column {twice[0]!r} is chosen for two things. Choose one of them.")
    if chosen := only_of_two(choices):
        raise InvalidPredictions(
            f"Several classes are read together without {chosen}. Leave them out, or read one class alone: name its "
            "truth, its score and its label as the positive one."
        )


def only_of_two(choices: Choices) -> str:
    """Return what is chosen that only a truth of two classes has; empty without such a choice."""
    of_two = {
        "roles": choices.role, "clusters": choices.cluster, "groups": choices.group, "amounts": choices.amount,
        "confidences": choices.predicted, "differences": choices.differences, "flipped scores": choices.flipped,
        "rows that lack a score": choices.count_unscored,
        "models below each other": choices.split_value == SPLIT_INTO_MODELS,
    }  # fmt: skip
    return next((what for what, value in of_two.items() if value), "")


def refusal_reason(profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile]) -> str:
    """Return why a table has no pair of a target and a score, and what would help."""
    if is_summary(profiles) and has_only_ratios(profile.name for profile in profiles):
        return (
            f"The columns {_listed(profiles)} are those of a finished curve: ratios at thresholds, without the counts "
            "that intervals and other metrics need. Provide one row per case with its truth and its score, or counts "
            f"from SQL such as: {COUNTS_SQL}"
        )
    if is_summary(profiles):
        return (
            f"The columns {_listed(profiles)} are those of a finished curve or a log of metrics, not of predictions. "
            "Provide one row per case with its truth and its score."
        )
    if len(profiles) == 1:
        return f"There is only one column, {_listed(profiles)}. Provide truth and score together, or as two files."
    return (
        _regression(profiles, scores)
        or (_without_score(profiles) if not scores else "")
        or _without_target(profiles, scores)
        or f"None of the columns ({_listed(profiles)}) looks like the true class (two values, such as 0 and 1) or like "
        "the score of a model (numbers). Name the columns, or provide another file."
    )


def is_summary(profiles: Sequence[ColumnProfile]) -> bool:
    """Return whether the columns are those of a curve or of a training log, not of predictions."""
    words = [frozenset(names.tokens(profile.name)) for profile in profiles]
    n_curve = sum(bool(each & _CURVE) for each in words)
    n_log = sum(bool(each & (_LOG | _CURVE)) for each in words)
    has_target = any(names.is_target_name(each.name) and len(each.labels) in (2, 3) for each in profiles)
    return not has_target and (n_curve >= 2 or n_log >= max(2, 0.5 * len(profiles)))


def is_regression_target(profile: ColumnProfile) -> bool:
    """Return whether a column is a target by its name and a measurement by its values."""
    is_measurement = profile.kind == "number" and not profile.is_integer
    return (
        is_measurement and names.is_target_name(profile.name) and profile.n_distinct > max(3, 0.3 * profile.n_present)
    )


def _regression(profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile]) -> str:
    for each in profiles:
        has_many = each.kind == "number" and each.n_distinct > 30 and names.is_target_name(each.name)
        if (has_many or is_regression_target(each)) and len(scores) > 1:
            return (
                f'The truth column "{each.name}" has {each.n_distinct:,} different numbers '
                f"from {each.low:g} to {each.high:g}: that is regression. Provide a truth with two classes."
            )
    return ""


def _without_score(profiles: Sequence[ColumnProfile]) -> str:
    targets = [each for each in profiles if len(each.labels) == 2 and not each.role]
    if not targets:
        return ""
    targets.sort(key=lambda each: -names.target_points(each.name))
    constant = [each for each in profiles if names.score_points(each.name) >= 3 and each.kind == "number"]
    if constant := [each for each in constant if each.n_distinct == 1]:
        return (
            f'The score column "{constant[0].name}" is {constant[0].low:g} in every row, so no threshold tells '
            "rows apart. Check its origin."
        )
    if decisions := [each for each in targets if names.is_decision_name(each.name)]:
        listed = dict.fromkeys(f"{each.name} ({', '.join(each.labels)})" for each in (targets[0], decisions[0]))
        return (
            f"{' and '.join(listed)}: hard predictions only. Without a score there is no threshold to choose. "
            "Provide the probabilities behind them."
        )
    return (
        f"{targets[0].name} ({', '.join(targets[0].labels)}) could be the truth, "
        "but no column looks like a model's score. Provide the scores, here or in a second file."
    )


def _without_target(profiles: Sequence[ColumnProfile], scores: Sequence[ColumnProfile]) -> str:
    constant = [each for each in profiles if each.n_distinct == 1 and names.target_points(each.name) >= 2]
    if constant:
        name, value = constant[0].name, constant[0].labels[0]
        return f'The truth column "{name}" is {value} in every row. {BOTH_CLASSES}'
    if not scores:
        return ""
    best = max(scores, key=lambda each: (names.score_points(each.name), each.in_unit_interval))
    return (
        f"{best.name} could be a score, but no column with the two classes was found. "
        "Provide the truth, here or in a second file."
    )


def _listed(profiles: Sequence[ColumnProfile]) -> str:
    shown = ", ".join(truncate(profile.name, longest=60) for profile in profiles[:6])
    return shown + (f" and {len(profiles) - 6} more" if len(profiles) > 6 else "")
