"""Recognize threshold tables of any tool by their columns: thresholds with the counts of rows at or above them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from f1tools.readers.inference import names
from f1tools.readers.inference.profiles import ColumnProfile

Kind = Literal["cumulative", "bins", "scores"]

MAX_PARTS = 60
_SPELLINGS = {
    "threshold": """
        threshold thresholds thr thresh cutoff cutoffs cutpoint cutoffpoint confidencethreshold classthreshold
        positiveclassthreshold decisionthreshold scorethreshold probabilitythreshold probthreshold probabilitycutoff
    """,
    "lowest": "lowest lowestscore minscore scoremin minimumscore lowscore scorelow minprob minprobability",
    "highest": "highest highestscore maxscore scoremax maximumscore highscore scorehigh maxprob maxprobability",
    "score": "score scores yscore prob proba probability",
    "tp": "tp tps truepositive truepositives truepositivecount truepositivescore numtruepositives truepos",
    "fp": "fp fps falsepositive falsepositives falsepositivecount falsepositivescore numfalsepositives falsepos",
    "tn": "tn tns truenegative truenegatives truenegativecount truenegativescore numtruenegatives trueneg",
    "fn": "fn fns falsenegative falsenegatives falsenegativecount falsenegativescore numfalsenegatives falseneg",
    "positives": "positives npos npositives numpositives positivecount",
    "negatives": "negatives nneg nnegatives numnegatives negativecount",
    "tp_squares": "tpsquares",
    "fp_squares": "fpsquares",
    "positive_squares": "positivesquares positivessquares",
    "negative_squares": "negativesquares negativessquares",
    "rows": "rows nrows",
}
_ROLE_OF = {spelling: role for role, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_USED: dict[Kind, tuple[str, ...]] = {
    "cumulative": (
        *("threshold", "tp", "fp", "tn", "fn", "highest", "positives", "negatives"),
        *("tp_squares", "fp_squares", "rows"),
    ),
    "bins": ("lowest", "highest", "positives", "negatives", "positive_squares", "negative_squares", "rows"),
    "scores": ("score", "positives", "negatives", "positive_squares", "negative_squares", "rows"),
}
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "cumulative": ("threshold", "tp", "fp"),
    "bins": ("lowest", "highest", "positives", "negatives"),
    "scores": ("score", "positives", "negatives"),
}
_RATIOS = frozenset([
    *("rate", "precision", "recall", "sensitivity", "specificity", "tpr", "fpr", "tnr", "fnr", "ppv", "npv"),
    *("f1", "f2", "f0point5", "fscore", "accuracy", "mcc"),
])  # fmt: skip
_TOOLS = (  # by columns that the tables of others do not have
    ("H2O", {"tps", "fps", "absolutemcc"}),
    ("Snowflake SHOW_THRESHOLD_METRICS", {"datasettype", "class", "tp", "fp"}),
    ("BigQuery ML.ROC_CURVE", {"threshold", "recall", "falsepositiverate", "truepositives"}),
    ("Vertex AI", {"confidencethreshold", "truepositivecount"}),
    ("DataRobot", {"truepositivescore", "falsepositivescore"}),
)
_CLASS_NAMES = frozenset(["class", "classes", "label", "target", "category"])
_PLAIN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True)
class CountColumns:
    """The columns of a threshold table.

    Attributes
    ----------
    kind : {"cumulative", "bins", "scores"}
        Counts at or above each threshold; counts in bins of the score; or counts of each distinct score.
    columns : dict of str to str
        The name of the column by what it holds.
    keys : tuple of str
        Columns that may name the model or the class that a row is about.
    tool : str
        What wrote the table; empty if unknown.
    may_be_rows : bool
        Whether another column has two or three values, as the true labels of rows have.
    """

    kind: Kind
    columns: dict[str, str]
    keys: tuple[str, ...]
    tool: str
    may_be_rows: bool

    @property
    def at(self) -> str:
        """The column with the threshold, or with the lowest score of a bin."""
        return self.columns[_NEEDED[self.kind][0]]


def is_class_name(name: str) -> bool:
    """Return whether a column of a threshold table names the class that counts as positive, rather than a model."""
    return _plain(name) in _CLASS_NAMES


def may_have_counts(columns: Iterable[str]) -> bool:
    """Return whether columns have the names of those of a threshold table; few tables need a closer look.

    Examples
    --------
    >>> may_have_counts(["Threshold", "TP", "false_positives"]), may_have_counts(["threshold", "y_true", "score"])
    (True, False)
    """
    return _kind(_ROLE_OF.get(_plain(name), "") for name in columns) is not None


def has_only_ratios(columns: Iterable[str]) -> bool:
    """Return whether a table has ratios such as precision at thresholds, without the counts behind them."""
    listed = list(columns)
    roles = {_ROLE_OF.get(_plain(name), "") for name in listed}
    return "threshold" in roles and any(_RATIOS & {*names.tokens(name)} for name in listed)


def find_count_columns(profiles: Sequence[ColumnProfile]) -> CountColumns | None:
    """Return what the columns of a threshold table hold; None where a table has predictions, or other numbers."""
    by_role: dict[str, ColumnProfile] = {}
    for profile in profiles:
        role = _ROLE_OF.get(_plain(profile.name))
        if role is not None and profile.kind == "number":
            by_role.setdefault(role, profile)
    kind = _kind(by_role)
    if kind is None:
        return None
    used = {role: by_role[role] for role in _USED[kind] if role in by_role}
    others = [each for each in profiles if each not in used.values() and not _RATIOS & {*names.tokens(each.name)}]
    if _are_flags(kind, used) or any(_names_each_row(each) for each in others):
        return None
    keys = tuple(each.name for each in others if _may_be_key(each))
    plain = {_plain(each.name) for each in profiles}
    tool = next((name for name, needed in _TOOLS if needed <= plain), "")
    may_be_rows = not tool and any(len(each.labels) in (2, 3) and not _is_key_name(each.name) for each in others)
    return CountColumns(kind, {role: each.name for role, each in used.items()}, keys, tool, may_be_rows)


def _kind(roles: Iterable[str]) -> Kind | None:
    found = set(roles)
    return next((kind for kind, needed in _NEEDED.items() if found.issuperset(needed)), None)


def _are_flags(kind: Kind, used: dict[str, ColumnProfile]) -> bool:
    """Return whether each row counts one case at most, as rows of predictions with their own outcome do."""
    one, other = (used[role] for role in _NEEDED[kind][-2:])
    return kind == "cumulative" and not bool((one.values + other.values > 1).any())


def _names_each_row(profile: ColumnProfile) -> bool:
    """Return whether each row is another model, as in a log of experiments: no model has several thresholds."""
    is_named = is_class_name(profile.name) or names.suggested_role(profile.name) == "stack"
    return is_named and profile.n_distinct > 1 and profile.is_unique


def _may_be_key(profile: ColumnProfile) -> bool:
    return 2 <= profile.n_distinct <= MAX_PARTS and (profile.kind == "text" or _is_key_name(profile.name))


def _is_key_name(name: str) -> bool:
    return is_class_name(name) or bool(names.suggested_role(name))


def _plain(name: str) -> str:
    return _PLAIN.sub("", name.lower())
