"""Why a table cannot be used, and what would help: one sentence that names what was found."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.readers import names
from f1tools.readers.columns import Profile

_CURVE = frozenset(["fpr", "tpr", "fnr", "tnr", "precision", "recall", "sensitivity", "specificity"])
_LOG = frozenset(["epoch", "loss", "accuracy", "acc", "auc", "f1", "step", "lr", "auroc", "mae", "rmse", "mse"])


def reason(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    """Return why there is no pair of a truth and a score."""
    for find in (_summary, _single, _regression, _no_score, _no_truth):
        if found := find(profiles, parts, scores):
            return found
    return (
        f"Neither a truth with two values nor a score was found among {_list(profiles)}. "
        "Name the columns, or bring another file."
    )


def is_summary(profiles: Sequence[Profile]) -> bool:
    """Say whether the columns are those of a curve or of a training log, not of predictions."""
    said = [frozenset(names.tokens(profile.name)) for profile in profiles]
    curve = sum(bool(words & _CURVE) for words in said)
    log = sum(bool(words & (_LOG | _CURVE)) for words in said)
    truths = any(names.names_truth(profile.name) and len(profile.labels) in (2, 3) for profile in profiles)
    return not truths and (curve >= 2 or log >= max(2, 0.5 * len(profiles)))


def _summary(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    if not is_summary(profiles):
        return ""
    return (
        f"The columns {_list(profiles)} are those of a finished curve or a log of measures, not of predictions. "
        "Bring one row per case with its truth and its score."
    )


def is_measured(profile: Profile) -> bool:
    """Say whether a column is a truth by its name and a measurement by what it holds: the truth of a regression."""
    return (
        names.names_truth(profile.name)
        and profile.kind == "number"
        and not profile.whole
        and profile.n_distinct > max(3, 0.3 * profile.n)
    )


def _single(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    if len(profiles) > 1:
        return ""
    return f"There is only one column, {profiles[0].name}. Bring truth and score together, or as two files."


def _regression(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    for profile in profiles:
        many = profile.kind == "number" and profile.n_distinct > 30
        if ((many and names.names_truth(profile.name)) or is_measured(profile)) and len(scores) > 1:
            return (
                f"The truth {profile.name} has {profile.n_distinct:,} different numbers "
                f"from {profile.low:g} to {profile.high:g}: that is regression. Bring a truth with two classes."
            )
    return ""


def _no_score(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    truths = [each for each in profiles if len(each.labels) == 2 and not parts[each.name]]
    truths.sort(key=lambda each: -names.truth_points(each.name))
    named = [each for each in profiles if names.score_points(each.name) >= 3]
    constant = [each for each in named if each.kind == "number" and each.n_distinct == 1]
    decided = [each for each in truths if names.is_decision(each.name)]
    if not truths or scores:
        return ""
    if constant:
        only = constant[0]
        return (
            f"The score {only.name} is {only.low:g} in every row, so no threshold tells rows apart. Check its origin."
        )
    if decided:
        pair = " and ".join(f"{each.name} ({', '.join(each.labels)})" for each in (truths[0], decided[0]) if each)
        return (
            f"{pair} hold decisions only: without a score there is no threshold to choose. "
            "Bring the probabilities behind them."
        )
    return (
        f"{truths[0].name} ({', '.join(truths[0].labels)}) could be the truth, "
        "but no column looks like a model's score. Bring the scores, here or in a second file."
    )


def _no_truth(profiles: Sequence[Profile], parts: dict[str, str], scores: Sequence[Profile]) -> str:
    constant = [each for each in profiles if each.n_distinct == 1 and names.truth_points(each.name) >= 2]
    if constant:
        value = constant[0].labels[0]
        return (
            f"The truth {constant[0].name} is {value} in every row. Both classes are needed: bring rows of the other."
        )
    if scores:
        best = max(scores, key=lambda each: (names.score_points(each.name), each.unit))
        return (
            f"{best.name} could be a score, but no column with the two classes was found. "
            "Bring the truth, here or in a second file."
        )
    return ""


def _list(profiles: Sequence[Profile]) -> str:
    shown = ", ".join(profile.name for profile in profiles[:6])
    return shown + (f" and {len(profiles) - 6} more" if len(profiles) > 6 else "")
