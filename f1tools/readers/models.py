"""What the readers return: the column mapping they chose or propose, the columns they found, and their warnings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import utf8_safe

if TYPE_CHECKING:
    from f1tools.classes import ClassCurves
    from f1tools.predictions import Predictions
    from f1tools.threshold_table import ThresholdTable

Outcome = Literal["sure", "ask", "refuse"]
ColumnKind = Literal["number", "text", "empty"]
SPLIT_INTO_MODELS = "*"
MINUS = " - "
SPLIT_INTO_CLASSES = "**"
_LATER_FIELDS = (  # of Choices, added after version 0.1
    *("differences", "count_unscored", "cluster"),
    *("classes", "truths", "one_class"),
)


class DifferentRows(InvalidPredictions):
    """Several files have no rows in common, so that their scores cannot stand side by side."""


@dataclass(frozen=True)
class Choices:
    """The column mapping: which columns hold what. The reader infers anything left at its default.

    Attributes
    ----------
    truth : str or None
        The column with the two classes.
    scores : tuple of str
        One column per model.
    pos_label, neg_label : str or None
        The labels of the two classes, as written in the file (1.0 and 1 are the same label).
    one_vs_rest : bool
        Whether every label other than `pos_label` is negative.
    dropped_truth : tuple of str
        Labels whose rows are left out (a tie, "unknown").
    weight, group, id : str or None
        Columns with sample weights, with a group per row, and with a unique key per row.
    split : str or None
        A column that stacks models, runs or folds in long format.
    split_value : str or None
        None pools all parts, "*" turns each part into a model of its own, "**" into a class or label of its own, any
        other value selects that part.
    differences : tuple of str
        Scores that are the difference of two columns, such as the logits of the two classes; named `a - b`.
    flipped : tuple of str
        Scores to invert: 1 - s where all scores lie in [0, 1], else -s.
    predicted : str or None
        A column of predicted labels that the scores belong to: the scores are the confidence in that label, and the
        score of the positive class is s where the label is `pos_label`, and 1 - s elsewhere.
    role : str or None
        A column that marks the tuning set, on which the threshold is chosen, and the evaluation set.
    tune, report : tuple of str
        Its values for tuning and evaluation set; rows with other values are left out. Without `tune`, the evaluation
        set is read as a file without roles.
    amount : str or None
        A column with the cost of missing each row. It is never inferred.
    count_unscored : bool
        Whether rows without a score count as not flagged, such as a case that a detector never proposed, or a pair that
        was never compared. By default they are left out.
    cluster : str or None
        A column with the patient, user or document that several rows belong to: intervals then keep these together. It
        is never inferred.
    classes : tuple of str
        Three or more classes of which a row has one, or labels of which it has any number. `scores` has a column for
        each, in this order, where a column of lists is read as columns such as `scores[0]`; or, with the split "**",
        one column in which each row is about one class.
    truths : tuple of str
        Where rows have several labels: the column of each that says whether a row has it, in the order of `classes`.
        There is no `truth` then, unless its cells are lists, or the split is "**".
    one_class : str or None
        The class that is read against all others; None reads all of them.
    """

    truth: str | None = None
    scores: tuple[str, ...] = ()
    pos_label: str | None = None
    neg_label: str | None = None
    one_vs_rest: bool = False
    dropped_truth: tuple[str, ...] = ()
    weight: str | None = None
    group: str | None = None
    id: str | None = None
    split: str | None = None
    split_value: str | None = None
    differences: tuple[str, ...] = ()
    flipped: tuple[str, ...] = ()
    predicted: str | None = None
    role: str | None = None
    tune: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    amount: str | None = None
    count_unscored: bool = False
    cluster: str | None = None
    classes: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()
    one_class: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether target and scores are chosen, so that nothing about them is ambiguous."""
        return (self.truth is not None or bool(self.truths)) and bool(self.scores)

    @property
    def truth_column(self) -> str | None:
        """The column with the true classes; where one of several labels is read, the column of this label."""
        if self.one_class in self.classes and self.truths:
            return self.truths[self.classes.index(self.one_class)]
        return self.truth

    @property
    def splits_into_models(self) -> bool:
        """Whether each part of a long format is a model of its own."""
        return self.split is not None and self.split_value == SPLIT_INTO_MODELS

    @property
    def negative_name(self) -> str:
        """The display name of the negative class."""
        return self.neg_label or ("others" if self.dropped_truth else f"not {self.pos_label}")

    def to_json(self) -> str:
        """Return the choices as one line of JSON, the same for equal choices, so that it can be a cache key.

        Fields that links of version 0.1 do not know are left out at their defaults, so that keys of old links hold.
        """
        unused = {key for key in _LATER_FIELDS if getattr(self, key) == getattr(Choices(), key)}
        return json.dumps({key: value for key, value in asdict(self).items() if key not in unused}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Choices:
        """Return the choices that `to_json` wrote.

        Raises
        ------
        InvalidPredictions
            If the text is not such a line.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or not set(data) <= {each.name for each in fields(cls)}:
            raise InvalidPredictions("These choices are not what Choices.to_json writes. Choose the columns again.")
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        if not all(_is_valid(value, getattr(cls(), key)) for key, value in values.items()):
            raise InvalidPredictions(
                "These choices name columns or labels by a non-text value. Choose the columns again."
            )
        return cls(**values)

    def chosen(self) -> dict[str, Any]:
        """Return the fields that differ from their defaults, ready for JSON."""
        default = Choices()
        return {key: value for key, value in asdict(self).items() if value != getattr(default, key)}

    def operands(self, score: str) -> tuple[str, ...]:
        """Return the columns that a score is computed from: itself, or the two that it is the difference of."""
        return tuple(score.split(MINUS, 1)) if score in self.differences else (score,)

    def columns(self) -> tuple[str, ...]:
        """Return each column that the choices name, once."""
        extras = (self.weight, self.group, self.id, self.split, self.predicted, self.role, self.amount, self.cluster)
        scores = (column for score in self.scores for column in self.operands(score))
        named = (self.truth, *self.truths, *scores, *extras)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def _is_valid(value: object, default: object) -> bool:
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(each, str) and each == utf8_safe(each) for each in value)
    return value is None or (isinstance(value, str) and value == utf8_safe(value))


@dataclass(frozen=True)
class Candidate:
    """One possible column mapping, with the evidence for it.

    Attributes
    ----------
    choices : Choices
        Pass them to `read_predictions` to read the file this way.
    reason : str
        One line that describes the mapping.
    n_pos, n_neg : int
        Number of rows per class.
    roc_auc : mapping of str to float
        ROC AUC per score column, after flipping, from the rows looked at.
    rank : float
        Larger is likelier; comparable within one file only.
    examples : mapping of str to tuple of str
        Values of each score column in the rows that are used, as in `ColumnSummary`.
    """

    choices: Choices
    reason: str
    n_pos: int
    n_neg: int
    roc_auc: Mapping[str, float]
    rank: float
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnSummary:
    """What a column holds, from the rows looked at.

    Attributes
    ----------
    kind : {"number", "text", "empty"}
        What at least nine in ten of its cells are.
    n_distinct : int
        Number of distinct values.
    labels : tuple of (str, int)
        The most common values with their counts; all of them for a split column; empty for columns with many values.
    low, high : float or None
        The range of a column of numbers.
    missing : int
        Number of empty cells.
    role : str
        The inferred role: "truth", "score", "weight", "group", "id", "split", "role", "amount",
        "cluster", "hard prediction" or "".
    examples : tuple of str
        The first different cells as they are written, at most four, each cut to 40 characters.
    head : tuple of str
        The cells of the first rows as they are written, at most five, each cut to 40 characters.
    """

    name: str
    kind: ColumnKind
    n_distinct: int
    labels: tuple[tuple[str, int], ...] = ()
    low: float | None = None
    high: float | None = None
    missing: int = 0
    role: str = ""
    examples: tuple[str, ...] = ()
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadingWarning:
    """A warning about the data: `kind` for programs, `sentence` for people."""

    kind: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Reading:
    """The result of reading a file.

    Attributes
    ----------
    outcome : {"sure", "ask", "refuse"}
        "sure": `predictions` are there. "ask": choose among `candidates` and read again with its choices.
        "refuse": `reason` says what was found and what would help.
    name : str
        The file's name.
    layout : str
        The file format, such as "CSV, semicolon, decimal comma".
    columns : tuple of ColumnSummary
        All columns, in the order of the file.
    candidates : tuple of Candidate
        Likeliest first; with "sure", the first was used.
    proposal : Choices or None
        The choices of the first candidate.
    predictions : Predictions or None
        Only with "sure", unless the file is a threshold table.
    table : ThresholdTable or None
        The counts, where the file is a threshold table and has no rows.
    classes : ClassCurves or None
        Labels and scores of all classes, where the file has several; `predictions` are then those of one class against
        all others, where the choices name one.
    dropped : mapping of str to int
        Number of rows left out, by reason.
    unscored : mapping of str to (int, int)
        Positive and negative rows without a score, by model, whether they were left out or count as not flagged. A row
        that lacks the scores of several models is listed for each.
    warnings : tuple of ReadingWarning
        Only with "sure".
    reason : str
        One sentence: what was used, what to choose, or why the file is refused.
    n_rows : int
        Rows of the table, including those left out; only the rows looked at where the outcome is not "sure".
    repeat_column : str or None
        The column of repeats where the table declares repeated splits. `read_repeated` then reads all repeats.
    joined : str
        How the files of several models were joined, such as "3 files joined by id"; empty for other files.
    copies : tuple of (str, str)
        The columns that the proposal leaves out because they equal a score in each row looked at, each with that score.
    """

    outcome: Outcome
    name: str
    layout: str
    columns: tuple[ColumnSummary, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    proposal: Choices | None = None
    predictions: Predictions | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    unscored: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    warnings: tuple[ReadingWarning, ...] = ()
    reason: str = ""
    n_rows: int = 0
    repeat_column: str | None = None
    joined: str = ""
    copies: tuple[tuple[str, str], ...] = ()
    table: ThresholdTable | None = None
    classes: ClassCurves | None = None

    @property
    def counted(self) -> Predictions | ThresholdTable | None:
        """What was read: rows, or a threshold table; None unless the outcome is "sure", or for several classes."""
        return self.table if self.predictions is None else self.predictions

    @property
    def other_numbers(self) -> tuple[str, ...]:
        """Columns of numbers of rows that the proposal uses for nothing, whatever they may be."""
        if self.proposal is None or self.table is not None:
            return ()
        used = {*self.proposal.columns(), *(() if self.predictions is None else self.predictions.models)}
        return tuple(each.name for each in self.columns if each.kind == "number" and each.name not in used)

    @property
    def unused_cluster(self) -> str | None:
        """A column that may name the patient, user or document of several rows, where none was chosen for that."""
        choices = self.proposal
        if choices is None or choices.cluster is not None:
            return None
        free = (each for each in self.columns if each.name not in choices.columns())
        return next((each.name for each in free if each.role == "cluster"), None)

    @property
    def ranks_candidates(self) -> bool:
        """Whether the first candidate is likelier than the others; not where one of them only flips its scores."""
        if len(self.candidates) < 2 or self.proposal is None:
            return False
        return not any(
            replace(each.choices, flipped=self.proposal.flipped) == self.proposal for each in self.candidates[1:]
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything but predictions, threshold table and classes as plain lists, strings and numbers."""
        values = asdict(replace(self, predictions=None, table=None, classes=None))
        del values["predictions"], values["table"], values["classes"]
        return values
