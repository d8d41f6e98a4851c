"""The decision about several classes as code, ready to paste; see :mod:`f1tools.record.snippets` about names."""

from __future__ import annotations

import math

from f1tools.classes.weighting import SMALLEST, weights_of
from f1tools.record.classes.model import ClassRecord
from f1tools.record.literals import is_portable, literal, quoted, unused


def class_snippets(record: ClassRecord) -> dict[str, str]:
    """Return the decision about all classes as code.

    Parameters
    ----------
    record : ClassRecord

    Returns
    -------
    dict of str to str
        By "scikit-learn", a class around a fitted estimator, "Python" and "SQL". Each decides as the record does, with
        scores as in the file.

    Examples
    --------
    >>> from f1tools.classes import ClassCurves, decide_classes
    >>> from f1tools.record import build_class_record, class_source
    >>> y_true, y_score = [[1, 0], [0, 1], [1, 0], [0, 1]], [[.9, .1], [.2, .4], [.6, .3], [.7, .4]]
    >>> curves = ClassCurves.from_predictions(y_true, y_score)
    >>> record = build_class_record(decide_classes(curves, rule="default"), class_source(curves))
    >>> print(class_snippets(record)["SQL"])
    -- A column for each label: 1 where a row gets it, else 0. NULL stays NULL. Keep the scores in double precision.
    -- Names are quoted as in the SQL standard; MySQL and BigQuery need `backticks` instead.
    CASE WHEN "0" >= 0.5 THEN 1 WHEN "0" < 0.5 THEN 0 END AS "label 0",
    CASE WHEN "1" >= 0.5 THEN 1 WHEN "1" < 0.5 THEN 0 END AS "label 1"
    """
    sql = _sql_of_classes(record) if record.one_per_row else _sql_of_labels(record)
    return {"scikit-learn": _scikit_learn(record), "Python": _python(record), "SQL": "\n".join(sql)}


def _columns(record: ClassRecord) -> tuple[str, ...]:
    """Return the column of scores of each class; empty names where one column has the scores of all."""
    read_as = record.data.read_as
    if len(read_as.scores) != len(read_as.classes):
        return ("",) * len(record.classes)
    of_class = dict(zip(read_as.classes, read_as.scores, strict=True))
    return tuple(of_class[name] for name in record.names)


def _way(record: ClassRecord) -> str:
    """Return the name of what each class has."""
    if not record.one_per_row:
        return "thresholds"
    return "weights" if record.is_logarithmic else "offsets"


def _cuts(record: ClassRecord) -> list[float]:
    """Return the threshold, the weight or the offset of each class."""
    cuts: list[float] = (weights_of(record.cuts) if record.is_logarithmic else record.cuts).tolist()
    return cuts


def _table(record: ClassRecord) -> list[str]:
    """Return the lines of a dictionary with what each class has, and its column of scores."""
    lines = [f"{_way(record)} = {{  # in the order of the columns of scores"]
    for label, column, cut in zip(record.names, _columns(record), _cuts(record), strict=True):
        lines.append(f"    {label!r}: {literal(cut)}," + (f"  # {column!r}" if column else ""))
    return [*lines, "}"]


def _score_lines(record: ClassRecord, scores: str) -> list[str]:
    """Return the lines that decide from an array of scores, with a column for each class."""
    if not record.one_per_row:
        return [f"    return {scores} >= array(list(thresholds.values()))"]
    note, score = "Of equally high scores the first one decides.", f"{scores} + array(list(offsets.values()))"
    if record.is_logarithmic:
        note += f" Where all are 0, weights do: so {SMALLEST} is added."
        score = f"({scores} + {SMALLEST}) * array(list(weights.values()))"
    return [f"    # {note}", f"    highest = argmax({score}, axis=1)"]


def _imports(record: ClassRecord, *more: str) -> str:
    needed = {"array", *more} | ({"argmax"} if record.one_per_row else set())
    return f"from numpy import {', '.join(sorted(needed))}"


def _python(record: ClassRecord) -> str:
    what = "the class of each row" if record.one_per_row else "which labels each row gets, with a column for each"
    lines = [
        _imports(record, "asarray"),
        "",
        *_table(record),
        "",
        "",
        "def decide(scores):",
        f'    """Return {what}."""',
        *_score_lines(record, "asarray(scores, float)"),
    ]
    return "\n".join([*lines, f"    return array(list({_way(record)}))[highest]"] if record.one_per_row else lines)


def _scikit_learn(record: ClassRecord) -> str:
    low, high = min(each.scores.span[0] for each in record.classes), max(each.scores.span[1] for each in record.classes)
    method = "predict_proba" if low >= 0 and high <= 1 else "decision_function"
    reason = "All scores are from 0 to 1" if method == "predict_proba" else "Some scores are outside 0 to 1"
    head = [
        _imports(record, *(() if record.one_per_row or method != "predict_proba" else ("column_stack",))),
        "from sklearn.base import BaseEstimator, ClassifierMixin",
        "",
        *_table(record),
        "",
        "",
    ]
    body = _offset_classifier(method, reason, record) if record.one_per_row else _label_classifier(method, reason)
    return "\n".join([*head, *body])


def _offset_classifier(method: str, reason: str, record: ClassRecord) -> list[str]:
    change = "Multiplies the probability" if record.is_logarithmic else "Adds an offset to the score"
    return [
        "class OffsetClassifier(ClassifierMixin, BaseEstimator):",
        f'    """{change} of each class of a fitted model: nothing is trained again."""',
        "",
        "    def __init__(self, model):",
        "        self.model = model",
        "        self.classes_ = model.classes_",
        "",
        "    def fit(self, X, y=None):",
        "        return self",
        "",
        "    def predict(self, X):",
        f"        # {reason}, so they are assumed to come from {method}.",
        '        known = [str(each).removesuffix(".0") for each in self.classes_.tolist()]',
        f"        order = [known.index(name) for name in {_way(record)}]  # as in the file",
        f"        scores = self.model.{method}(X)[:, order].astype(float)",
        *(f"    {line}" for line in _score_lines(record, "scores")),
        "        return self.classes_[array(order)[highest]]",
    ]


def _label_classifier(method: str, reason: str) -> list[str]:
    lines = [
        "class ThresholdedLabels(ClassifierMixin, BaseEstimator):",
        '    """Decides about each label of a fitted model by its own threshold: nothing is trained again.',
        "",
        "    The labels of the model must be in the order of thresholds. It may be a OneVsRestClassifier, a",
        "    MultiOutputClassifier, or a forest or network that was fitted with a column for each label.",
        '    """',
        "",
        "    def __init__(self, model):",
        "        self.model = model",
        "",
        "    def fit(self, X, y=None):",
        "        return self",
        "",
        "    def predict(self, X):",
        f"        # {reason}, so they are assumed to come from {method}.",
        f"        scores = self.model.{method}(X)",
    ]
    if method == "predict_proba":
        lines += [
            "        if isinstance(scores, list):  # an array for each label",
            "            scores = column_stack([each[:, 1] for each in scores])",
        ]
    return [
        *lines,
        "        if scores.shape[1] != len(thresholds):",
        '            raise ValueError(f"There are {len(thresholds)} thresholds, and {scores.shape[1]} labels.")',
        "        return (scores >= array(list(thresholds.values()))).astype(int)",
    ]


def _sql_notes(first: str, record: ClassRecord) -> list[str]:
    columns = _columns(record)
    notes = [
        f"-- {first} NULL stays NULL. Keep the scores in double precision.",
        "-- Names are quoted as in the SQL standard; MySQL and BigQuery need `backticks` instead.",
    ]
    for one, other in _alike(record)[:1]:
        notes.append(
            f'-- "{one}" and "{other}" differ only in case: DuckDB, SQLite and MySQL take them for one column.'
        )
    if not all(map(is_portable, (*record.names, *columns))):
        notes.append("-- A name has characters that databases treat differently: replace each <placeholder>.")
        notes.append("-- Its number counts the classes as they come in the record and in the Python code.")
    return notes


def _alike(record: ClassRecord) -> list[tuple[str, str]]:
    """Return pairs of a column of scores and another known column whose names differ only in case."""
    scores = dict.fromkeys(filter(is_portable, _columns(record)))
    first = {name.casefold(): name for name in reversed(scores)}
    names = filter(is_portable, dict.fromkeys((*scores, *record.data.read_as.columns())))
    return [(first[key], name) for name in names if first.get(key := name.casefold(), name) != name]


def _sql_of_labels(record: ClassRecord) -> list[str]:
    """Return a column for each label; it is not called like the label, as the column with the truth is."""
    columns, rules = _columns(record), []
    taken = {name.casefold() for name in (*record.data.read_as.columns(), *columns)}
    for place, (name, column) in enumerate(zip(record.names, columns, strict=True), start=1):
        score = quoted(column, '"', placeholder=f"score {place}")
        alias = unused(f"label {name}", taken)
        taken.add(alias.casefold())
        label = quoted(alias, '"', placeholder=f"label {place}")
        cut = record.thresholds[name]
        rule = f"CASE WHEN {score} >= {literal(cut)} THEN 1 WHEN {score} < {literal(cut)} THEN 0 END"
        rules.append(f"{f'CASE WHEN {score} IS NOT NULL THEN 0 END' if math.isinf(cut) else rule} AS {label}")
    first = "A column for each label: 1 where a row gets it, else 0."
    return [*_sql_notes(first, record), ",\n".join(rules)]


def _sql_of_classes(record: ClassRecord) -> list[str]:
    """Return a subquery: the class with the highest score, of equally high ones the first."""
    columns = [
        quoted(column, '"', placeholder=f"score {place}") for place, column in enumerate(_columns(record), start=1)
    ]
    # Some databases take a name in AS for a column that is called so.
    taken = {name.casefold() for name in (*record.data.read_as.columns(), *_columns(record))}
    names = tuple(unused(name, taken) for name in ("class", "score", "place"))
    rows = []
    for place, (name, column, cut) in enumerate(zip(record.names, columns, _cuts(record), strict=True), start=1):
        score = f"({column} + {SMALLEST}) * {literal(cut)}" if record.is_logarithmic else f"{column} + {literal(cut)}"
        cells = (quoted(name, "'", placeholder=f"class {place}"), score, str(place))
        titled = (f"{cell} AS {title}" for cell, title in zip(cells, names, strict=True))
        row = ", ".join(titled if place == 1 else cells)
        rows.append(f"        {'SELECT' if place == 1 else 'UNION ALL SELECT'} {row}")
    how = "weighted" if record.is_logarithmic else "shifted"
    notes = _sql_notes(f"The class with the highest score, after each was {how}.", record)
    if record.is_logarithmic:
        notes.append(f"-- Where all are 0, weights decide: so {SMALLEST} is added.")
    decided, by_score, by_place = names
    return [
        *notes,
        f"CASE WHEN {' + '.join(columns)} IS NOT NULL THEN (",
        f"    SELECT {decided} FROM (",  # noqa: S608
        *rows,
        f"    ) AS weighted ORDER BY {by_score} DESC, {by_place} LIMIT 1",
        ") END",
    ]
