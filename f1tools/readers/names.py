"""What a column's name says about what is in it: evidence, never proof."""

from __future__ import annotations

import re
from functools import lru_cache

from f1tools.readers import vocabulary

_ROW_NUMBER = re.compile(r"unnamed: \d+|index|row.*|column \d+", re.IGNORECASE)
_JOINED = re.compile(r"(.+) \([^()]*\)")  # a column of a second file, see join.py
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")

_ID = re.compile(
    r"(?:.*[ _.\-])?(?:id|ids|idx|index|uid|uuid|guid|key|row|rowid|rownames|rowindex|name|filename|file|path|image|"
    r"img|inst#|inst|filepath|fname|utt|uttid|url|sample|record|instance)|unnamed.*|.*id|"
    r"\w*(?:filename|file_name|image_name|image_path)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words and numbers a name is made of, in lower case."""
    return tuple(token.lower() for token in _TOKEN.findall(name))


def _words(name: str) -> set[str]:
    return {*tokens(name), "".join(tokens(name))}


def _points(name: str, table: tuple[tuple[float, frozenset[str]], ...]) -> float:
    return next((points for points, known in table if _words(name) & known), 0.0)


def _tells_score(name: str) -> bool:
    lower = name.lower()
    return any(
        stem in lower for stem in ("prob", "score", "logit", "confid", "likelihood", "decision_func", "decisionfunc")
    )


def is_decision(name: str) -> bool:
    """Say whether a column of two values by this name is a model's decision rather than the truth."""
    words = tokens(name)
    if words and words[-1] in ("outcome", "truth", "true", "actual", "target") and "predicted" not in words:
        return False
    return bool(vocabulary.DECIDED & set(words)) or "pred" in name.lower() or _tells_score(name)


@lru_cache(maxsize=4096)
def truth_points(name: str) -> float:
    """Return how much a name speaks for a truth: 4 (`y_true`) to -4 (`predicted`)."""
    words = tokens(name)
    if words and words[-1] == "outcome":
        return 4.0
    if is_decision(name):
        return -4.0
    if words[-1:] == ("rank",):
        return -3.0
    points = _points(
        name, ((4.0, vocabulary.TRUTH_SURE), (3.0, vocabulary.TRUTH_LIKELY), (2.0, vocabulary.TRUTH_DOMAIN))
    )
    lower = name.lower()
    if points < 4 and any(stem in lower for stem in ("truth", "target", "actual", "ground")):
        points = 4.0
    if points < 3 and ("label" in lower or lower.startswith("ytrue")):
        points = 3.0
    if vocabulary.DECOY & set(words) and points < 4:
        return -3.0
    return points


def judges(name: str) -> bool:
    """Say whether a column of two values by this name may tell whether a prediction was right."""
    return bool(vocabulary.JUDGES & _words(name))


def aftermath(name: str) -> bool:
    """Say whether a column by this name is made from truth and prediction, such as a residual."""
    return bool(vocabulary.AFTERMATH & set(tokens(name)))


@lru_cache(maxsize=4096)
def score_points(name: str) -> float:
    """Return how much a name speaks for a score: 4 (`y_prob`) to -3 (`age`)."""
    if (joined := _JOINED.fullmatch(name)) is not None:
        return max(2.0, score_points(joined[1]))
    words = set(tokens(name))
    if words & vocabulary.MEASURED:
        return -1.0
    points = _points(
        name, ((4.0, vocabulary.SCORE_SURE), (3.0, vocabulary.SCORE_LIKELY), (2.0, vocabulary.SCORE_MODEL))
    )
    if _tells_score(name):
        points = 4.0
    elif points < 3 and "pred" in name.lower():
        points = 3.0
    if points < 3 and words & vocabulary.PLAIN_NUMBER:
        return -3.0
    if (
        points == 4.0
        and words & {"error", "loss", "log", "std", "rank", "entropy", "var", "variance"}
        and "logit" not in words
    ):
        return 2.5
    return points


def names_truth(name: str) -> bool:
    """Say whether the name is that of a truth, whatever the column holds."""
    return truth_points(name) >= 3


def role(name: str) -> str:
    """Return the part the name suggests beside truth and score: a key of `vocabulary.ROLES`, "id" or ""."""
    plain = " ".join(tokens(name))
    if tokens(name)[-1:] == ("weight",) and len(tokens(name)) > 1 and "sample" in tokens(name):
        return "weight"
    for known, spellings in vocabulary.ROLES.items():
        if plain in spellings:
            return known
    return "id" if _ID.fullmatch(name.strip()) and score_points(name) < 3 else ""


def counts_rows(name: str) -> bool:
    """Say whether a key by this name may be nothing but the number of the row."""
    return _ROW_NUMBER.fullmatch(name) is not None


def share_stem(truth: str, score: str) -> bool:
    """Say whether two names belong together, as `prob1` and `prob1_outcome` or `cancer` and `cancerpredmarker`."""
    joined = _JOINED.fullmatch(score)
    if joined is not None and joined[1] == truth:
        return True
    one, other = "".join(tokens(truth)), "".join(tokens(score))
    if len(one) >= 4 and one in other and one not in vocabulary.FILLERS:
        return True
    stem = "".join(word for word in tokens(truth) if word != "outcome")
    if tokens(truth)[-1:] == ("outcome",) and stem == other:
        return True
    left = {token for token in tokens(truth) if token not in vocabulary.FILLERS and (len(token) > 2)}
    return bool(left & {token for token in tokens(score) if token not in vocabulary.FILLERS})


def same_but(one: str, other: str) -> bool:
    """Say whether two names differ in their last word only, as `logit_0` and `logit_1`."""
    words, others = tokens(one), tokens(other)
    return len(words) > 1 and words != others and words[:-1] == others[:-1]


def names_label(score: str, label: str) -> bool:
    """Say whether a score column is named after a class: `p_cat`, `Class1`, `prob_1`, `1`, `noPep`."""
    wanted = "".join(tokens(label)) or label.strip().lower()
    words = list(tokens(score))
    if not wanted or "".join(words) == wanted or score.strip().lower() == label.strip().lower():
        return bool(wanted)
    if wanted.isdigit():
        return words[-1:] == [wanted] and bool(vocabulary.FILLERS & set(words[:-1]))
    rest = "".join(word for word in words if word not in vocabulary.FILLERS)
    return rest == wanted or (len(wanted) >= 3 and wanted in words)
