"""Evidence from names and labels: what a column is for, which class is positive, which subset is the evaluation set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from f1tools.readers.inference import vocabulary

_ROW_NUMBER = re.compile(r"unnamed: \d+|index|row.*|column \d+", re.IGNORECASE)
_JOINED = re.compile(r"(.+) \([^()]*\)")  # a column of the second of two joined files, see merge.py
_SIGNED = re.compile(r"(?:^|[ _.])(-\d+)$")  # the class -1 in p_-1; but prob-1 is class 1
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")

_ID = re.compile(
    r"(?:.*[ _.\-])?(?:id|ids|idx|index|uid|uuid|guid|key|row|rowid|rownames|rowindex|name|filename|file|path|image|"
    r"img|inst#|inst|filepath|fname|utt|uttid|url|sample|record|instance)|unnamed.*|.*id|"
    r"\w*(?:filename|file_name|image_name|image_path)",
    re.IGNORECASE,
)
_SCORE_STEMS = ("prob", "score", "logit", "confid", "likelihood", "decision_func", "decisionfunc")
_TARGET_STEMS = ("truth", "target", "actual", "ground")
_TARGET_ENDINGS = ("outcome", "truth", "true", "actual", "target")
_DERIVED = frozenset(["error", "loss", "log", "std", "rank", "entropy", "var", "variance"])
_CONVENTIONS = (
    ("1", "0"), ("1", "-1"), ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("positive", "negative"),
    ("pos", "neg"), ("+", "-"), ("+1", "-1"), ("p", "n"),
)  # fmt: skip
_NEGATIONS = ("no", "not", "non", "un", "in", "ir", "without")
_HELD_OUT = ("tune", "either", "report")
_FILE_ORDER = ("train", "tune", "", "either", "report")


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words and numbers in a name, in lower case.

    Examples
    --------
    >>> tokens("predScore_v2")
    ('pred', 'score', 'v', '2')
    """
    return tuple(token.lower() for token in _TOKEN.findall(name))


def _words(name: str) -> set[str]:
    return {*tokens(name), "".join(tokens(name))}


def _points(name: str, *vocabularies: frozenset[str]) -> float:
    """Return 4 for a word of the first vocabulary, 3 for the second, and so on; 0 without one."""
    return next((4.0 - rank for rank, words in enumerate(vocabularies) if _words(name) & words), 0.0)


def _has_score_stem(name: str) -> bool:
    return any(stem in name.lower() for stem in _SCORE_STEMS)


def is_decision_name(name: str) -> bool:
    """Return whether a two-valued column with this name holds a model's hard predictions, not the target."""
    words = tokens(name)
    is_predicted = "pred" in name.lower()
    if words and "predicted" not in words and words[-1] in _TARGET_ENDINGS:
        return False
    if vocabulary.TARGET_CERTAIN & set(words) and not is_predicted:
        return False
    return is_predicted or bool(vocabulary.DECISION & set(words)) or _has_score_stem(name)


@lru_cache(maxsize=4096)
def target_points(name: str) -> float:
    """Return how strongly a name suggests a target: from 4 (`y_true`) to -4 (`predicted`)."""
    words = tokens(name)
    if words and words[-1] == "outcome":
        return 4.0
    if is_decision_name(name):
        return -4.0
    if words[-1:] == ("rank",):
        return -3.0
    points = _points(name, vocabulary.TARGET_CERTAIN, vocabulary.TARGET_LIKELY, vocabulary.TARGET_DOMAIN)
    lower = name.lower()
    if any(stem in lower for stem in _TARGET_STEMS):
        points = 4.0
    if not points and any(word.startswith(vocabulary.TARGET_DOMAIN_STEMS) for word in words):
        points = 2.0
    if points < 3 and ("label" in lower or lower.startswith("ytrue")):
        points = 3.0
    if vocabulary.FEATURE_FLAG & set(words) and points < 4:
        return -3.0
    return points


def is_target_name(name: str) -> bool:
    """Return whether a name is that of a target, whatever the column holds."""
    return target_points(name) >= 3


def may_name_labels(name: str) -> bool:
    """Return whether a column with this name may say which label, of several, each row of a long table is about."""
    return is_target_name(name) or bool(vocabulary.LABEL_KINDS & _words(name))


def is_correctness_name(name: str) -> bool:
    """Return whether a two-valued column with this name may flag correct predictions."""
    return bool(vocabulary.CORRECTNESS & _words(name))


@lru_cache(maxsize=4096)
def score_points(name: str) -> float:
    """Return how strongly a name suggests a score: from 4 (`y_prob`) to -3 (`age`)."""
    if (joined := _JOINED.fullmatch(name)) is not None:
        return max(2.0, score_points(joined[1]))
    words = set(tokens(name))
    if words & vocabulary.MEASUREMENT:
        return -1.0
    points = _points(
        name, vocabulary.SCORE_CERTAIN, vocabulary.SCORE_LIKELY, vocabulary.SCORE_MODEL, vocabulary.SCORE_QUANTITY
    )
    if _has_score_stem(name):
        points = 4.0
    elif points < 3 and "pred" in name.lower():
        points = 3.0
    if points < 3 and words & vocabulary.PLAIN_NUMBER:
        return -3.0
    if points == 4.0 and words & _DERIVED and "logit" not in words:
        return 2.5
    return points


def names_model(name: str) -> bool:
    """Return whether a name has a word for a model, as `xgb`, `model_a` or `baseline_margin`."""
    return score_points(name) >= 2 and bool(vocabulary.SCORE_MODEL & _words(name))


def suggested_role(name: str) -> str:
    """Return the role that a name suggests beside target and score: a key of `vocabulary.ROLES`, "id" or ""."""
    words = tokens(name)
    if words[-1:] == ("weight",) and "sample" in words:
        return "weight"
    for role, spellings in vocabulary.ROLES.items():
        if " ".join(words) in spellings:
            return role
    return "id" if _ID.fullmatch(name.strip()) and score_points(name) < 3 else ""


def stage(name: str) -> str:
    """Return what a subset with this name is for: a key of `vocabulary.STAGES`, or "".

    Examples
    --------
    >>> stage("TrainingSet"), stage("valid_2"), stage("eval"), stage("Hold-out"), stage("Rome")
    ('train', 'tune', 'either', 'report', '')
    """
    all_tokens = tokens(name)
    letters = [token for token in all_tokens if not token.isdigit()]
    words = {*all_tokens, "".join(letters), *(token.removesuffix("set") for token in all_tokens)}
    return next((known for known, spellings in vocabulary.STAGES.items() if words & spellings), "")


def is_row_number_name(name: str) -> bool:
    """Return whether a key with this name may be a mere row number."""
    return _ROW_NUMBER.fullmatch(name) is not None


def share_stem(target: str, score: str) -> bool:
    """Return whether two names belong together, as `prob1_outcome` and `prob1` or `cancer` and `cancerpredmarker`."""
    joined = _JOINED.fullmatch(score)
    if joined is not None and joined[1] == target:
        return True
    words = tokens(target)
    one, other = "".join(words), "".join(tokens(score))
    if len(one) >= 4 and one in other and one not in vocabulary.FILLERS:
        return True
    if words[-1:] == ("outcome",) and "".join(word for word in words if word != "outcome") == other:
        return True
    subject = {word for word in words if len(word) > 2} - vocabulary.FILLERS
    return bool(subject & set(tokens(score)))


def is_named_after(score: str, label: str) -> bool:
    """Return whether a score column is named after a class: `p_cat`, `Class1`, `prob_1`, `1`, `-1`, `noPep`."""
    signed = _SIGNED.search(score.strip())
    if signed is not None or label.startswith("-"):
        return signed is not None and signed[1] == label
    name = "".join(tokens(label)) or label.strip().lower()
    words = list(tokens(score))
    if not name or "".join(words) == name or score.strip().lower() == label.strip().lower():
        return bool(name)
    if name.isdigit():
        return words[-1:] == [name] and bool(vocabulary.FILLERS & set(words[:-1]))
    rest = "".join(word for word in words if word == name or word not in vocabulary.FILLERS)
    return rest == name or (len(name) >= 3 and name in words)


def is_amount_name(name: str) -> bool:
    """Return whether a name is that of an amount of money, which missing the row may cost.

    Examples
    --------
    >>> is_amount_name("Amount"), is_amount_name("loan_amnt_usd"), is_amount_name("age")
    (True, True, False)
    """
    return bool(_words(name) & vocabulary.AMOUNT)


def is_cluster_name(name: str) -> bool:
    """Return whether a name is that of a patient, user or document, which several rows may belong to.

    Examples
    --------
    >>> is_cluster_name("patient_id"), is_cluster_name("UserID"), is_cluster_name("patient age"), is_cluster_name("id")
    (True, True, False, False)
    """
    words = set(tokens(name))
    return bool(words & vocabulary.CLUSTER) and not words - vocabulary.CLUSTER - vocabulary.IDENTIFIER


def are_common(labels: Sequence[str]) -> bool:
    """Return whether any column could have these labels, as 0 and 1, or no and yes."""
    return {label.strip().lower() for label in labels} in map(set, _CONVENTIONS[:6])


def positive_column(columns: Sequence[str]) -> str | None:
    """Return the positive one of two class columns by what their names differ in: no and yes, 1 and 2, normal and sick.

    Examples
    --------
    >>> positive_column(["p_normal", "p_sick"]), positive_column(["prob_2", "prob_1"]), positive_column(["p_a", "p_b"])
    ('p_sick', 'prob_2', None)
    """
    words = [tokens(name) for name in columns]
    shared = set(words[0]) & set(words[1])
    rest = {
        " ".join(word for word in each if word not in shared): name for each, name in zip(words, columns, strict=True)
    }
    if all(each.isdigit() for each in rest):
        return rest[max(rest, key=int)]
    positive = positive_by_convention([*rest]) or positive_by_words([*rest])
    return None if positive is None else rest[positive]


def positive_by_convention(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where usage is universal, as in 0/1 or no/yes; else None."""
    lower = {label.strip().lower(): label for label in labels}
    for positive, negative in _CONVENTIONS:
        if set(lower) == {positive, negative}:
            return lower[positive]
    return _positive_by_negation(labels)


def _positive_by_negation(labels: Sequence[str]) -> str | None:
    """Return the label that the other one negates: Pep of noPep, spam of not_spam; abnormal, not normal."""
    plain = {"".join(char for char in label.lower() if char.isalnum()): label for label in labels}
    if len(plain) != 2 or "" in plain:
        return None
    short, long = sorted(plain, key=len)
    if long == f"ab{short}":
        return plain[long]
    return plain[short] if long in {f"{prefix}{short}" for prefix in _NEGATIONS} else None


def positive_by_words(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where a word suggests it (malignant, not benign); else None."""
    if len(labels) != 2:
        return None
    points = [_label_points(label) for label in labels]
    if points[0] == points[1]:
        return None
    return labels[0] if points[0] > points[1] else labels[1]


def _label_points(label: str) -> int:
    words = set("".join(char if char.isalnum() else " " for char in label.lower()).split())
    return bool(words & vocabulary.POSITIVE) - 2 * bool(words & vocabulary.NEGATIVE)


class RoleValues(NamedTuple):
    """The values of a role column that mark the tuning set, which may be empty, and the evaluation set."""

    tune: tuple[str, ...]
    report: tuple[str, ...]


def role_values(labels: Sequence[str]) -> RoleValues | None:
    """Return the labels of tuning and evaluation set; None where the names do not tell. Training rows are in neither.

    Examples
    --------
    >>> role_values(["train", "test", "valid"])
    RoleValues(tune=('valid',), report=('test',))
    >>> role_values(["train", "test"]) is None
    True
    """
    by_stage = [tuple(label for label in labels if stage(label) == each) for each in _HELD_OUT]
    filled = [each for each in by_stage if each]
    return RoleValues(filled[0], filled[-1]) if len(filled) > 1 else None


def held_out(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the held-out subsets where another subset is a training set; empty otherwise.

    Examples
    --------
    >>> held_out(["train", "test"]), held_out(["Rome", "test"])
    (('test',), ())
    """
    has_training = any(stage(label) == "train" for label in labels)
    return tuple(label for label in labels if stage(label) in _HELD_OUT) if has_training else ()


def roles_of_files(first: str, second: str) -> RoleValues:
    """Return which of two files is the tuning set: the first, unless the names say otherwise."""
    tune, report = sorted((first, second), key=lambda name: _FILE_ORDER.index(stage(name)))
    return RoleValues((tune,), (report,))
