"""Verifying the comparison of a record: all models are compared again, with the recorded resamples."""

from __future__ import annotations

from f1tools.comparison import model_differences
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record.comparison import RecordedComparison, recorded_comparison
from f1tools.record.diff import RecordDifference, comparison_differences, quoted
from f1tools.record.model import DecisionRecord
from f1tools.threshold_table import ThresholdTable


def compare_again(
    record: DecisionRecord, predictions: Predictions | ThresholdTable, *, why_resamples_differ: str
) -> tuple[list[RecordDifference], list[str]]:
    """Return the differences between the recorded comparison and one that is computed again, and notes.

    Parameters
    ----------
    record : DecisionRecord
    predictions : Predictions or ThresholdTable
        Without rows nothing can be compared again, and a note says so.
    why_resamples_differ : str
        Why the resamples may be others than the recorded ones, so that intervals need to agree approximately only;
        empty where they are the same.
    """
    recorded = record.comparison
    if recorded is None:
        return [], []
    if isinstance(predictions, ThresholdTable):
        return [], ["The comparison with other models cannot be checked: a threshold table has counts, no rows."]
    names = {recorded.reference, *(each.model for each in recorded.models)}
    missing = sorted(names - set(predictions.models))
    if missing:
        return [RecordDifference("Compared model", quoted(missing[0]), "no such model")], []
    if recorded.clustered != (predictions.cluster is not None):
        texts = ["clusters" if each else "rows" for each in (recorded.clustered, not recorded.clustered)]
        return [RecordDifference("Resamples of the comparison", *texts)], []
    computed = _computed(record, recorded, predictions, [name for name in predictions.models if name in names])
    label = record.metric.label
    exact = comparison_differences(recorded, computed, label=label, same_resamples=True)
    if not (exact and why_resamples_differ):
        return exact, []
    near = comparison_differences(recorded, computed, label=label, same_resamples=False)
    note = f"The intervals of the comparison agree only approximately: {why_resamples_differ}."
    return near, [] if near else [note]


def _computed(
    record: DecisionRecord, recorded: RecordedComparison, predictions: Predictions, names: list[str]
) -> RecordedComparison:
    decisions = [
        decide(predictions.curves(name), record.metric, constraints=record.constraints, on_unmet="relax")
        for name in names
    ]
    found = model_differences(
        predictions,
        decisions,
        n_resamples=recorded.n_resamples,
        confidence_level=recorded.confidence_level,
        random_state=recorded.random_state,
    )
    return recorded_comparison(found, recorded.reference, recorded.margin)
