"""What the reader hands out: the choices it made or offers, and what it saw on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from f1tools.core.errors import InvalidPredictions

if TYPE_CHECKING:
    from f1tools.predictions import Predictions

Outcome = Literal["sure", "ask", "refuse"]
SPLIT_INTO_MODELS = "*"


@dataclass(frozen=True)
class Choices:
    """Which columns mean what; anything left at its default is for the reader to find.

    Attributes
    ----------
    truth : str or None
        The column with the two classes.
    scores : tuple of str
        One column per model.
    pos_label, neg_label : str or None
        The truth values of the two classes, as written in the file (1.0 and 1 are one value).
    one_vs_rest : bool
        Every truth value other than `pos_label` is negative.
    dropped_truth : tuple of str
        Truth values whose rows are left out (a tie, "unknown").
    weight, group, id : str or None
        Columns with sample weights, with a group per row, with a key per row.
    split : str or None
        A column that stacks models, runs or folds on top of each other.
    split_value : str or None
        None pools all parts, "*" turns every part into a model of its own, anything else keeps that part only.
    flipped : tuple of str
        Score columns to turn around: 1 - s where all scores lie in [0, 1], else -s.
    predicted : str or None
        A column of predicted labels that the scores belong to: the scores are the confidence in that label,
        and the score of the positive class is s where it says `pos_label`, 1 - s elsewhere.
    role : str or None
        A column that says which rows the threshold is chosen on and which tell what it is worth.
    tune, report : tuple of str
        Its values for the one and for the other; rows with any other value are left out. Without any to `tune`, those
        that report are all there is, as in a file without roles.
    amount : str or None
        A column with what it costs to miss each row. Never found by the reader, only named.
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
    flipped: tuple[str, ...] = ()
    predicted: str | None = None
    role: str | None = None
    tune: tuple[str, ...] = ()
    report: tuple[str, ...] = ()
    amount: str | None = None

    def to_json(self) -> str:
        """Return the choices as one line of JSON, equal for equal choices; good for a cache key."""
        return json.dumps(asdict(self), sort_keys=True)

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
        given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
        if not all(_fits(value, getattr(cls(), key)) for key, value in given.items()):
            raise InvalidPredictions(
                "These choices name columns and labels by something that is no text. Choose the columns again."
            )
        return cls(**given)

    def chosen(self) -> dict[str, Any]:
        """Return what differs from the defaults, ready for JSON."""
        default = Choices()
        return {key: value for key, value in asdict(self).items() if value != getattr(default, key)}

    def columns(self) -> tuple[str, ...]:
        """Return every column the choices name, each once."""
        extras = (self.weight, self.group, self.id, self.split, self.predicted, self.role, self.amount)
        named = (self.truth, *self.scores, *extras)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def _fits(value: object, default: object) -> bool:
    """Tell whether a value is of the kind that a field holds."""
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, tuple):
        return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str)


def negatives(choices: Choices) -> str:
    """Return what the negative class is called."""
    return choices.neg_label or ("others" if choices.dropped_truth else f"not {choices.pos_label}")


@dataclass(frozen=True)
class Candidate:
    """One way to understand the file, with what speaks for it.

    Attributes
    ----------
    choices : Choices
        Give them back to `read_predictions` to read the file this way.
    reason : str
        One line for the person who chooses.
    n_pos, n_neg : int
        Rows of the two classes.
    roc_auc : mapping of str to float
        Per score column, after flipping; from the rows looked at.
    rank : float
        Larger is likelier; comparable within one file only.
    """

    choices: Choices
    reason: str
    n_pos: int
    n_neg: int
    roc_auc: Mapping[str, float]
    rank: float


@dataclass(frozen=True)
class ColumnSeen:
    """What a column holds, from the rows looked at.

    Attributes
    ----------
    kind : {"number", "text", "empty"}
        What nearly all of its cells are.
    n_distinct : int
        Different values seen.
    labels : tuple of (str, int)
        The most common values with their counts, of a column of parts all of them; empty for columns with many values.
    low, high : float or None
        The range of a column of numbers.
    missing : int
        Empty cells.
    role : str
        What the reader takes it for: "truth", "score", "weight", "group", "id", "split", "role", "amount",
        "hard prediction", "feature" or "".
    """

    name: str
    kind: Literal["number", "text", "empty"]
    n_distinct: int
    labels: tuple[tuple[str, int], ...] = ()
    low: float | None = None
    high: float | None = None
    missing: int = 0
    role: str = ""


@dataclass(frozen=True)
class ReadingWarning:
    """Something the owner of the file should know; `kind` for programs, `sentence` for people."""

    kind: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Reading:
    """A file, understood or not.

    Attributes
    ----------
    outcome : {"sure", "ask", "refuse"}
        Sure: `predictions` is there. Ask: choose among `candidates`, likeliest first, and read again with
        its choices. Refuse: `reason` says what was found and what would help.
    name : str
        The file's name.
    layout : str
        How it is written, such as "CSV, semicolon, decimal comma".
    columns : tuple of ColumnSeen
        All columns in the order of the file.
    candidates : tuple of Candidate
        Ranked; with "sure", the first is the one that was taken.
    proposal : Choices or None
        The choices taken ("sure") or on top ("ask").
    predictions : Predictions or None
        Only with "sure".
    dropped : mapping of str to int
        Rows that were left out, by reason.
    warnings : tuple of ReadingWarning
        What to keep in mind.
    reason : str
        One sentence: why sure, what to choose, or why refused.
    n_rows : int
        Rows of the table, those left out included; the rows looked at where the outcome is not "sure".
    repeats : str or None
        The column whose parts hold the same rows again and again, as far as the rows looked at show; None where nothing
        looks like it. Then `read_repeated` has something to say: all repeats, or what they lack to be compared.
    """

    outcome: Outcome
    name: str
    layout: str
    columns: tuple[ColumnSeen, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    proposal: Choices | None = None
    predictions: Predictions | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[ReadingWarning, ...] = ()
    reason: str = ""
    n_rows: int = 0
    repeats: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the predictions as plain lists, strings and numbers."""
        keep = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "predictions"}
        keep["columns"] = [asdict(column) for column in self.columns]
        keep["candidates"] = [asdict(candidate) for candidate in self.candidates]
        keep["warnings"] = [asdict(warning) for warning in self.warnings]
        keep["proposal"] = None if self.proposal is None else asdict(self.proposal)
        return {**keep, "dropped": dict(self.dropped)}
