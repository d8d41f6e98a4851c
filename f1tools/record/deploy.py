"""The decision as code, ready to paste.

Names come from files and go into code that somebody runs: in Python they are literals as ``repr`` writes them, and
never in the first two lines, where a comment can declare another encoding of the whole file. In SQL, whose dialects and
drivers read backslashes, percent signs, colons and the like each in their own way, only names of letters, digits,
spaces and ``_-.`` are written. Any other is a placeholder that no database runs, for people to fill in.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from f1tools import formatting
from f1tools.readers import SPLIT_INTO_MODELS
from f1tools.record.record import DecisionRecord

_PLAIN = " _-."
_MODIFIERS = range(0x2B0, 0x300)  # letters to Unicode, quotes to databases that map them to their own characters
_BOOLEANS = {"true": ("True", "true", "TRUE", "1", "1.0"), "false": ("False", "false", "FALSE", "0", "0.0")}


@dataclass(frozen=True)
class _Column:
    """Where the score comes from: a column, and what makes the score of it."""

    name: str
    turned: str  # "", "1 - s" or "-s"
    predicted: str | None


def snippets(record: DecisionRecord) -> dict[str, str]:
    """Give the rule as code.

    Parameters
    ----------
    record : DecisionRecord

    Returns
    -------
    dict of str to str
        By "scikit-learn", "Python" and "SQL". Each calls ``y_score >= threshold`` positive, with scores as they were
        in the file, and says what it assumes.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> from f1tools.predictions import Predictions
    >>> from f1tools.record import record_of, source_of
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], {"p_sick": [0.93, 0.41, 0.41, 0.12]})
    >>> print(snippets(record_of(decide(predictions.curves()), source_of(predictions)))["SQL"])
    -- 1 is positive, 0 is negative, NULL stays NULL. Keep the scores in double precision.
    -- Names are in the quotes of the SQL standard; MySQL and BigQuery want `backticks` instead.
    CASE WHEN "p_sick" >= 0.4 THEN 1 WHEN "p_sick" < 0.4 THEN 0 END
    """
    column = _column(record)
    return {"scikit-learn": _scikit_learn(record), "Python": _python(record, column), "SQL": _sql(record, column)}


def _column(record: DecisionRecord) -> _Column:
    read_as = record.source.read_as
    name = record.model
    if read_as.split_value == SPLIT_INTO_MODELS and name not in read_as.scores and len(read_as.scores) == 1:
        name = read_as.scores[0]  # models are stacked in one column
    turned = ""
    if name in read_as.flipped:
        turned = "1 - s" if _is_probability(record) else "-s"
    return _Column(name, turned, read_as.predicted)


def _is_probability(record: DecisionRecord) -> bool:
    low, high = record.scores.span
    return low is not None and high is not None and low >= 0 and high <= 1


def _scikit_learn(record: DecisionRecord) -> str:
    method = "predict_proba" if _is_probability(record) else "decision_function"
    why = "The scores lie from 0 to 1" if method == "predict_proba" else "The scores go beyond 0 to 1"
    several = record.source.read_as.one_vs_rest
    lines = [
        "from sklearn.frozen import FrozenEstimator",
        "from sklearn.model_selection import FixedThresholdClassifier",
        "",
        "# model is your fitted classifier, X and y are any rows with both labels: nothing is trained again.",
        f"# {why}: here they are taken from {method}.",
        *(["# It knows two classes; of a model with more, compare the positive one's probability."] if several else []),
        f"labels = {_listed(_spellings(record.pos_label))}  # the positive label, as the model may have it",
        "positive = [label for label in model.classes_.tolist() if str(label) in labels]",
        "if len(positive) != 1:",
        '    raise ValueError(f"Exactly one class of the model must be positive, got {positive}: put it into labels.")',
        "classifier = FixedThresholdClassifier(",
        "    FrozenEstimator(model),",
        f"    threshold={record.threshold!r},",
        "    pos_label=positive[0],",
        f'    response_method="{method}",',
        ").fit(X, y)",
    ]
    return "\n".join(lines)


def _listed(labels: tuple[str, ...]) -> str:
    return f"[{', '.join(map(repr, labels))}]"


def _spellings(label: str) -> tuple[str, ...]:
    """Give the ways in which Python writes a label: a file has 1 or true where a model may have 1.0 or True."""
    for spellings in _BOOLEANS.values():
        if label in spellings or label.lower() == spellings[1]:
            return tuple(dict.fromkeys((label, *spellings)))
    try:
        number = float(label)
    except ValueError:
        return (label,)
    whole = (str(int(number)),) if number.is_integer() else ()
    return tuple(dict.fromkeys((label, *whole, str(number))))


def _python(record: DecisionRecord, column: _Column) -> str:
    takes = "score: float" if column.predicted is None else "confidence: float, predicted_label: str"
    lines = [
        f"def decide({takes}) -> bool:",
        '    """Tell whether a row is called positive."""',
        f"    # {'score' if column.predicted is None else 'confidence'} is as in the column {column.name!r}.",
    ]
    if column.predicted is not None:
        lines += [
            f"    # predicted_label is as in the column {column.predicted!r}; the score is that of the positive label.",
            f"    score = confidence if predicted_label == {record.pos_label!r} else 1 - confidence",
        ]
    if column.turned:
        lines.append(f"    # {_why_turned(column)}")
    return "\n".join([*lines, f"    return {_turned(column, 'score')} >= {record.threshold!r}"])


def _why_turned(column: _Column) -> str:
    return (
        "Low values of the column go with the positive label, and all lie from 0 to 1: it is turned round as 1 - s."
        if column.turned == "1 - s"
        else "Low values of the column go with the positive label: it is turned round as -s."
    )


def _turned(column: _Column, score: str) -> str:
    return {"": score, "1 - s": f"(1 - {score})", "-s": f"-{score}"}[column.turned]


def _sql(record: DecisionRecord, column: _Column) -> str:
    comments = [
        "-- 1 is positive, 0 is negative, NULL stays NULL. Keep the scores in double precision.",
        "-- Names are in the quotes of the SQL standard; MySQL and BigQuery want `backticks` instead.",
    ]
    names = [column.name, *([] if column.predicted is None else [column.predicted, record.pos_label])]
    if not all(map(_same_everywhere, names)):
        comments.append("-- A name has characters that databases read differently: fill in what stands in <brackets>.")
    score = _quoted(column.name, '"', instead="score")
    if column.predicted is not None:
        label = _quoted(column.predicted, '"', instead="predicted label")
        positive = _quoted(record.pos_label, "'", instead="positive label")
        score = f"(CASE WHEN {label} = {positive} THEN {score} WHEN {label} <> {positive} THEN 1 - {score} END)"
    if column.turned:
        comments.append(f"-- {_why_turned(column)}")
        score = _turned(column, score)
    threshold = repr(record.threshold)
    rule = f"CASE WHEN {score} >= {threshold} THEN 1 WHEN {score} < {threshold} THEN 0 END"
    return "\n".join([*comments, rule])


def _same_everywhere(name: str) -> bool:
    """Tell whether a name in quotes means the same to every database, and to what fills in its statements."""
    return bool(name) and formatting.single_line(name) == name and "--" not in name and all(map(_harmless, name))


def _harmless(char: str) -> bool:
    kind = unicodedata.category(char)
    return char in _PLAIN or ((kind[0] in "LM" or kind == "Nd") and ord(char) not in _MODIFIERS)


def _quoted(name: str, mark: str, *, instead: str) -> str:
    """Write a name or a label between quotes; what is not harmless, as a placeholder without them."""
    return f"{mark}{name}{mark}" if _same_everywhere(name) else f"<{instead}>"
