"""Evidence from column names: how much a name suggests a target, a score or another role. Evidence, not proof."""

from __future__ import annotations

import re
from functools import lru_cache

from f1tools.readers.inference import vocabulary

_ROW_NUMBER = re.compile(r"unnamed: \d+|index|row.*|column \d+", re.IGNORECASE)
_JOINED = re.compile(r"(.+) \([^()]*\)")  # a column of the second of two joined files, see merge.py
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
    """Return 4 for a word of the first vocabulary, 3 for the second, 2 for the third, else 0."""
    return next((4.0 - rank for rank, words in enumerate(vocabularies) if _words(name) & words), 0.0)


def _has_score_stem(name: str) -> bool:
    return any(stem in name.lower() for stem in _SCORE_STEMS)


def is_decision_name(name: str) -> bool:
    """Return whether a two-valued column with this name holds a model's hard predictions, not the target."""
    words = tokens(name)
    if words and words[-1] in _TARGET_ENDINGS and "predicted" not in words:
        return False
    return bool(vocabulary.DECISION & set(words)) or "pred" in name.lower() or _has_score_stem(name)


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
    if points < 3 and ("label" in lower or lower.startswith("ytrue")):
        points = 3.0
    if vocabulary.FEATURE_FLAG & set(words) and points < 4:
        return -3.0
    return points


def is_target_name(name: str) -> bool:
    """Return whether a name is that of a target, whatever the column holds."""
    return target_points(name) >= 3


def is_correctness_name(name: str) -> bool:
    """Return whether a two-valued column with this name may flag correct predictions."""
    return bool(vocabulary.CORRECTNESS & _words(name))


def is_error_name(name: str) -> bool:
    """Return whether a column with this name is computed from target and prediction, such as a residual."""
    return bool(vocabulary.ERROR_MEASURE & set(tokens(name)))


@lru_cache(maxsize=4096)
def score_points(name: str) -> float:
    """Return how strongly a name suggests a score: from 4 (`y_prob`) to -3 (`age`)."""
    if (joined := _JOINED.fullmatch(name)) is not None:
        return max(2.0, score_points(joined[1]))
    words = set(tokens(name))
    if words & vocabulary.MEASUREMENT:
        return -1.0
    points = _points(name, vocabulary.SCORE_CERTAIN, vocabulary.SCORE_LIKELY, vocabulary.SCORE_MODEL)
    if _has_score_stem(name):
        points = 4.0
    elif points < 3 and "pred" in name.lower():
        points = 3.0
    if points < 3 and words & vocabulary.PLAIN_NUMBER:
        return -3.0
    if points == 4.0 and words & _DERIVED and "logit" not in words:
        return 2.5
    return points


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


def differ_in_last_word(one: str, other: str) -> bool:
    """Return whether two names differ in their last word only, as `logit_0` and `logit_1`."""
    words, others = tokens(one), tokens(other)
    return len(words) > 1 and words != others and words[:-1] == others[:-1]


def is_named_after(score: str, label: str) -> bool:
    """Return whether a score column is named after a class: `p_cat`, `Class1`, `prob_1`, `1`, `noPep`."""
    name = "".join(tokens(label)) or label.strip().lower()
    words = list(tokens(score))
    if not name or "".join(words) == name or score.strip().lower() == label.strip().lower():
        return bool(name)
    if name.isdigit():
        return words[-1:] == [name] and bool(vocabulary.FILLERS & set(words[:-1]))
    rest = "".join(word for word in words if word not in vocabulary.FILLERS)
    return rest == name or (len(name) >= 3 and name in words)
