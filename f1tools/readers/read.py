"""The door: open, understand, load."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import ignore_progress
from f1tools.readers.again import again_in
from f1tools.readers.assemble import assemble
from f1tools.readers.columns import Profile
from f1tools.readers.formats import Readable, open_table
from f1tools.readers.formats.parsing import label_to_number, normalize_label
from f1tools.readers.formats.table import Progress, Sample, Table
from f1tools.readers.given import complete
from f1tools.readers.load import Loaded, TruthAs, load
from f1tools.readers.result import Candidate, Choices, Reading
from f1tools.readers.understand import Understanding, understand
from f1tools.readers.warn import warnings


def read_predictions(
    source: Readable,
    *,
    name: str | None = None,
    choices: Choices | None = None,
    on_progress: Progress = ignore_progress,
    extras: bool = True,
) -> Reading:
    """Read predictions from a file, whatever its shape, or say what to choose or why it cannot be used.

    Parameters
    ----------
    source : path, bytes, binary file or DataFrame
        CSV and its relatives, gzip of these, Parquet or xlsx; told by content, not by the extension.
    name : str, optional
        What to call the source in messages; the file's name by default.
    choices : Choices, optional
        What is known already. With truth and scores given, nothing is asked.
    on_progress : callable, optional
        Called with the share done, from 0 to 1, while the rows are read.
    extras : bool
        Whether to read the group and key columns as well; not needed for thresholds.

    Returns
    -------
    Reading
        With `outcome` "sure", "ask" or "refuse".

    Raises
    ------
    InvalidPredictions
        If the source is no table or is damaged, or the choices do not fit it.
    """
    return read_table(open_table(source, name), choices or Choices(), on_progress=on_progress, extras=extras)


def read_table(table: Table, given: Choices, *, on_progress: Progress, extras: bool) -> Reading:
    """Read an opened table; see `read_predictions`."""
    sample = table.sample()
    seen = understand(sample, given)
    reading = _seen(table, sample, seen)
    if seen.outcome != "sure":
        return reading
    chosen = seen.drafts[0].choices
    unproven = seen.repeats is not None and not seen.repeats.whole
    loaded = load_chosen(table, chosen, seen, on_progress, extras=extras or unproven)
    if loaded.strange and not complete(given):
        return _third_value(reading, loaded)
    again = again_in(seen.repeats, chosen, loaded)
    if again is None and seen.repeats is not None and not (given.split or complete(given)):
        return _different_rows(reading, seen.repeats.split)
    predictions = assemble(loaded, chosen)
    dropped = dict(loaded.dropped)
    top = replace(reading.candidates[0], n_pos=predictions.n_pos, n_neg=predictions.n - predictions.n_pos)
    return replace(
        reading, predictions=predictions, dropped=dropped, n_rows=loaded.n_rows,
        candidates=(top, *reading.candidates[1:]),
        warnings=warnings(predictions, chosen, dropped, loaded.n_rows, reading.columns, again),
    )  # fmt: skip


def _seen(table: Table, sample: Sample, seen: Understanding) -> Reading:
    candidates = tuple(draft.candidate() for draft in seen.drafts)
    proposal = candidates[0].choices if candidates else None
    return Reading(
        seen.outcome, table.name, table.layout, tuple(seen.columns), candidates, proposal,
        reason=seen.reason, n_rows=sample.n_rows + sample.n_skipped,
        repeats=seen.repeats.split if seen.repeats is not None else seen.different.split if seen.different else None,
    )  # fmt: skip


def load_chosen(table: Table, chosen: Choices, seen: Understanding, on_progress: Progress, *, extras: bool) -> Loaded:
    """Return all usable rows of a table under choices that leave nothing open."""
    truth = next(profile for profile in seen.profiles if profile.name == chosen.truth)
    sides: Iterable[str] = (
        chosen.pos_label or "",
        *([chosen.neg_label] if chosen.neg_label else []),
        *chosen.dropped_truth,
    )
    numeric = truth.kind == "number" and all(label_to_number(normalize_label(side)) is not None for side in sides)
    truth_as: TruthAs = "text" if not numeric else "small" if _small(truth) else "number"
    return load(table, chosen, truth_as=truth_as, extras=extras, on_progress=on_progress)


def _small(truth: Profile) -> bool:
    if not (truth.low >= -128 and truth.high < 128):
        return False
    return all(cell.lstrip("-").isdecimal() for cell in set(truth.cells) if cell)


def _different_rows(reading: Reading, split: str) -> Reading:
    """Ask about repeats that turned out not to be the same rows when all of them were read."""
    reason = f"Please choose: {split} stacks parts of different rows on top of each other, and pooling mixes them."
    return replace(reading, outcome="ask", reason=reason)


def _third_value(reading: Reading, loaded: Loaded) -> Reading:
    """Ask about truth values that showed only when all rows were read."""
    top = reading.candidates[0]
    shown = ", ".join(f"{value} ({times:,} rows)" for value, times in loaded.strange.most_common(5))
    if len(loaded.strange) > 20:
        raise InvalidPredictions(
            f"The truth {top.choices.truth} has more than two values: {shown} ... Bring a truth with two classes."
        )
    n_pos, rows = int(loaded.y_true.sum()), int(loaded.y_true.size)
    choices = replace(top.choices, dropped_truth=(*top.choices.dropped_truth, *loaded.strange))
    asked = Candidate(
        choices, f"{top.reason}; rows left out where it is {shown}", n_pos, rows - n_pos, top.roc_auc, top.rank
    )
    reason = f"Please choose: {top.choices.truth} has further values, {shown}."
    return replace(
        reading,
        outcome="ask",
        candidates=(asked, *reading.candidates[1:]),
        proposal=choices,
        reason=reason,
        n_rows=loaded.n_rows,
    )
