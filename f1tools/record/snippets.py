"""The decision as code, ready to paste.

Names come from files and go into code that somebody runs. In Python they are literals as ``repr`` writes them, and
never in the first two lines, where a comment can declare the encoding of the file. SQL dialects and drivers treat
backslashes, percent signs, colons and the like differently, so only names of letters, digits, spaces and ``_-.`` are
written; any other is a placeholder that no database runs, for people to fill in.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from f1tools.readers import SPLIT_INTO_MODELS
from f1tools.record.classes.model import ClassRecord
from f1tools.record.classes.snippets import class_snippets
from f1tools.record.group_lookup import BOOLEANS, python_lookup, python_threshold, sql_notes, sql_threshold
from f1tools.record.groups import GroupThresholds
from f1tools.record.literals import is_portable, literal, quoted
from f1tools.record.model import DecisionRecord

_FLAGS_NOTHING = "The decision is to flag nothing: no score is high enough."


class _Column(NamedTuple):
    """The column of the score or the two it is the difference of, how values become scores, and predicted labels."""

    names: tuple[str, ...]
    transform: str  # "{}", "(1 - {})" or "-{}"
    comment: str
    predicted: str | None


def snippets(record: DecisionRecord | ClassRecord) -> dict[str, str]:
    """Return the decision rule as code.

    Parameters
    ----------
    record : DecisionRecord or ClassRecord

    Returns
    -------
    dict of str to str
        By "scikit-learn", "Python" and "SQL". Each predicts positive where ``y_score >= threshold``, with scores as in
        the file, and states what it assumes. Where the record has thresholds of groups, each takes the group of a row.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> from f1tools.predictions import Predictions
    >>> from f1tools.record import build_record, data_source
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], {"p_sick": [0.93, 0.41, 0.41, 0.12]})
    >>> print(snippets(build_record(decide(predictions.curves()), data_source(predictions)))["SQL"])
    -- 1 is positive, 0 is negative, NULL stays NULL. Keep the scores in double precision.
    -- Names are quoted as in the SQL standard; MySQL and BigQuery need `backticks` instead.
    CASE WHEN "p_sick" >= 0.4 THEN 1 WHEN "p_sick" < 0.4 THEN 0 END
    """
    if isinstance(record, ClassRecord):
        return class_snippets(record)
    column = _column(record)
    return {"scikit-learn": _scikit_learn(record), "Python": _python(record, column), "SQL": _sql(record, column)}


def _column(record: DecisionRecord) -> _Column:
    read_as, name = record.data.read_as, record.model
    if read_as.split_value == SPLIT_INTO_MODELS and name not in read_as.scores and len(read_as.scores) == 1:
        name = read_as.scores[0]  # models are stacked in one column
    columns = read_as.operands(name)
    if name not in read_as.flipped:
        return _Column(columns, "{}", "", read_as.predicted)
    low = "Low values indicate the positive label"
    if _are_probabilities(record):
        return _Column(columns, "(1 - {})", f"{low}, and all are from 0 to 1: s becomes 1 - s.", read_as.predicted)
    return _Column(columns, "-{}", f"{low}: s becomes -s.", read_as.predicted)


def _are_probabilities(record: DecisionRecord) -> bool:
    low, high = record.scores.span
    return low >= 0 and high <= 1


def _scikit_learn(record: DecisionRecord) -> str:
    if _are_probabilities(record):
        method, reason = "predict_proba", "All scores are from 0 to 1"
    else:
        method, reason = "decision_function", "Some scores are outside 0 to 1"
    positive = [
        f"labels = {list(_spellings(_label_of_model(record)))!r}  # possible spellings of the positive label",
        "positive = [label for label in model.classes_.tolist() if str(label) in labels]",
        "if len(positive) != 1:",
        '    raise ValueError(f"Exactly one class of the model must be positive, got {positive}: edit labels.")',
    ]
    if record.groups is not None:
        return "\n".join(_scikit_learn_by_group(record.groups, record.threshold, method, reason, positive))
    lines = [
        "from sklearn.frozen import FrozenEstimator",
        "from sklearn.model_selection import FixedThresholdClassifier",
        "",
        "# model is your fitted classifier, X and y are any rows with both labels: nothing is trained again.",
        f"# {reason}, so they are assumed to come from {method}.",
    ]
    if record.data.read_as.one_vs_rest or (record.data.read_as.one_class and not record.data.read_as.truths):
        lines.append("# It supports two classes; with more, compare the probability of the positive one.")
    lines += [
        *positive,
        "classifier = FixedThresholdClassifier(",
        "    FrozenEstimator(model),",
        f"    threshold={literal(record.threshold)},",
        "    pos_label=positive[0],",
        f'    response_method="{method}",',
        ").fit(X, y)",
    ]
    return "\n".join(lines)


def _scikit_learn_by_group(
    groups: GroupThresholds, common: float, method: str, reason: str, positive: list[str]
) -> list[str]:
    """Return the lines of a function of the features and the groups; scikit-learn's classes have one threshold."""
    score = "model.predict_proba(X)[:, model.classes_.tolist().index(positive[0])]"
    if method == "decision_function":
        score = "model.decision_function(X) * (1 if positive[0] == model.classes_.tolist()[1] else -1)"
    return [
        "from re import fullmatch, sub",
        "",
        "from numpy import array",
        "",
        "# model is your fitted classifier: nothing is trained again.",
        f"# {reason}, so they are assumed to come from {method}.",
        *positive,
        *python_lookup(groups),
        "",
        "",
        "def predict_positive(X, groups):",
        '    """Return which rows are predicted positive, from their features and the group of each."""',
        f"    threshold = array([{python_threshold(common)} for group in groups])",
        f"    return {score} >= threshold",
    ]


def _label_of_model(record: DecisionRecord) -> str:
    """Return the positive label of the model: of one of several labels, that of a classifier of this label alone."""
    read_as = record.data.read_as
    return read_as.pos_label or "1" if read_as.truths else record.pos_label


def _spellings(label: str) -> tuple[str, ...]:
    """Return how Python may write a label: a file has 1 or true where a model has 1.0 or True."""
    for spellings in BOOLEANS:
        if label in spellings or label.lower() == spellings[1]:
            return tuple(dict.fromkeys((label, *spellings)))
    try:
        number = float(label)
    except ValueError:
        return (label,)
    integer = (str(int(number)),) if number.is_integer() else ()
    return tuple(dict.fromkeys((label, *integer, str(number))))


def _predicted_spellings(label: str) -> tuple[str, ...]:
    """Return how a column of predicted labels may write one: Hugging Face has LABEL_1 for 1."""
    return (label, f"LABEL_{label}") if label.isdecimal() else (label,)


def _python(record: DecisionRecord, column: _Column) -> str:
    counts_unscored = record.data.read_as.count_unscored
    argument = "score" if column.predicted is None else "confidence"
    annotation = "float | None" if counts_unscored else "float"
    more = "" if column.predicted is None else f", predicted_label: {annotation.replace('float', 'str')}"
    threshold = literal(record.threshold)
    if record.groups is not None:
        more, threshold = f"{more}, group: object", python_threshold(record.threshold)
    lines = [
        f"def decide({argument}: {annotation}{more}) -> bool:",
        '    """Return whether a row is predicted positive."""',
        f"    # {argument} is the value of the column {' minus that of the column '.join(map(repr, column.names))}.",
    ]
    if _flags_nothing(record):
        return "\n".join([*lines, f"    # {_FLAGS_NOTHING}", "    return False"])
    if counts_unscored:
        lines += [
            f'    if str({argument}) in ("None", "nan", "<NA>"):  # without a score, a row is not flagged',
            "        return False",
        ]
    if column.predicted is not None:
        spellings = _predicted_spellings(record.pos_label)
        is_positive = f"== {spellings[0]!r}" if len(spellings) == 1 else f"in {spellings!r}"
        lines += [
            f"    # predicted_label is the value of the column {column.predicted!r}.",
            f"    score = confidence if predicted_label {is_positive} else 1 - confidence",
        ]
    if column.comment:
        lines.append(f"    # {column.comment}")
    if record.groups is not None:
        lines = ["from re import fullmatch, sub", "", *python_lookup(record.groups), "", "", *lines]
    return "\n".join([*lines, f"    return {column.transform.format('score')} >= {threshold}"])


def _sql(record: DecisionRecord, column: _Column) -> str:
    counts_unscored = record.data.read_as.count_unscored
    null = "; without a score, a row is not flagged: 0." if counts_unscored else ", NULL stays NULL."
    comments = [
        f"-- 1 is positive, 0 is negative{null} Keep the scores in double precision.",
        "-- Names are quoted as in the SQL standard; MySQL and BigQuery need `backticks` instead.",
    ]
    names = [*column.names, *([] if column.predicted is None else [column.predicted, record.pos_label])]
    if record.groups is not None:
        names += [record.groups.column, *(each.group for each in record.groups.thresholds if each.group is not None)]
    if not all(map(is_portable, names)):
        comments.append("-- A name has characters that databases treat differently: replace each <placeholder>.")
    score = " - ".join(quoted(name, '"', placeholder="score") for name in column.names)
    score = score if len(column.names) == 1 else f"({score})"
    if column.predicted is not None:
        label = quoted(column.predicted, '"', placeholder="predicted label")
        spellings = _predicted_spellings(record.pos_label)
        positive = ", ".join(quoted(each, "'", placeholder="positive label") for each in spellings)
        score = (
            f"(CASE WHEN {label} IN ({positive}) THEN {score} WHEN {label} NOT IN ({positive}) THEN 1 - {score} END)"
        )
    if column.comment:
        comments.append(f"-- {column.comment}")
    score, threshold = column.transform.format(score), literal(record.threshold)
    below = f"WHEN {score} < {threshold}"
    if record.groups is not None:  # a threshold of NULL flags nothing
        comments += sql_notes(record.groups)
        threshold, below = sql_threshold(record.groups, record.threshold), f"WHEN {score} IS NOT NULL"
    rule = f"CASE WHEN {score} >= {threshold} THEN 1 {'ELSE' if counts_unscored else f'{below} THEN'} 0 END"
    if _flags_nothing(record):
        comments.append(f"-- {_FLAGS_NOTHING}")
        rule = "0" if counts_unscored else f"CASE WHEN {score} IS NOT NULL THEN 0 END"
    return "\n".join([*comments, rule])


def _flags_nothing(record: DecisionRecord) -> bool:
    """Return whether no score is high enough, whatever the group."""
    groups = () if record.groups is None else record.groups.thresholds
    return all(map(math.isinf, (record.threshold, *(each.threshold for each in groups))))
