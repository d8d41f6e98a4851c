"""``f1tools compare --align``: models where they catch, hit or flag as much as the reference at its own threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.cli.best_text import align_columns
from f1tools.cli.options import BadOptions
from f1tools.cli.output import finite_or_none
from f1tools.cli.reading import name_text
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values, metric, reported_metrics_with_f1
from f1tools.formatting import count, metric_value

if TYPE_CHECKING:
    from f1tools.cli.compare_reading import ComparedRows
    from f1tools.comparison import AlignedDifferences, ModelDifferences
    from f1tools.comparison.alignment import AlignBy
    from f1tools.core.operating_point import OperatingPoint
    from f1tools.decision import Decision

_HEADINGS = {
    "recall": ("At the same recall as", "At no lower recall than"),
    "precision": ("At the same precision as", "At no lower precision than"),
    "flagged": ("At the same number flagged as", "At no more flagged than"),
    "threshold": ("At the same threshold as", ""),
}
_IN_COMMON = {"recall": "recall", "precision": "precision", "flagged": "number flagged", "threshold": "threshold"}


@dataclass(frozen=True, eq=False)
class AlignedModels:
    """The models at thresholds that have something in common with the reference.

    Attributes
    ----------
    by
        What they have in common.
    objective
        The metric of the decisions.
    points
        Operating point and threshold as text, by model; None where no threshold reaches what the reference has.
    differences
        With intervals.
    uncertain
        The models of which a threshold between those of a table may fit better.
    """

    by: AlignBy
    objective: Metric
    reference: str
    points: dict[str, tuple[OperatingPoint, str] | None]
    differences: AlignedDifferences | None
    uncertain: tuple[str, ...] = ()

    @property
    def tables(self) -> list[ModelDifferences]:
        """The differences by the metric of the decisions, and by the one that the alignment compares, each once."""
        found = self.differences
        if found is None:
            return []
        same = found.objective.metric.label == found.compared.metric.label
        return [found.compared] if same else [found.compared, found.objective]


def align(
    compared: Sequence[ComparedRows], decisions: Sequence[Decision], reference: str, by: AlignBy, *, intervals: bool
) -> AlignedModels:
    """Align all models with the reference.

    Raises
    ------
    BadOptions
        If the files have different rows.
    """
    if len(compared) > 1:
        raise BadOptions("--align compares models on the same rows, and these files have different rows. Leave it out.")
    from f1tools.comparison import aligned_differences  # slow to load
    from f1tools.comparison.alignment import aligned_point, may_fit_better

    base = next(each for each in decisions if each.curves.model == reference)
    points = {
        each.curves.model: (base.best_point, base.best_threshold_text)
        if each is base
        else aligned_point(each.curves.evaluation, base.point, by)
        for each in decisions
    }
    is_comparable = sum(each is not None for each in points.values()) > 1
    differences = None
    if intervals and is_comparable:
        differences = aligned_differences(compared[0].predictions, decisions, by, reference=reference)
    others = [each.curves for each in decisions if each is not base]
    uncertain = tuple(each.model for each in others if may_fit_better(each.evaluation, base.point, by))
    return AlignedModels(by, base.objective, reference, points, differences, uncertain)


def aligned_blocks(aligned: AlignedModels, margin: float) -> list[list[str]]:
    """Return blocks of text: the aligned models, and their differences where they have intervals."""
    differences = [list(_differences(table, _IN_COMMON[aligned.by], margin)) for table in aligned.tables]
    return [list(_models(aligned)), *differences]


def _models(aligned: AlignedModels) -> Iterable[str]:
    from f1tools.comparison.alignment import compared_metric  # slow to load

    common = _IN_COMMON[aligned.by]
    metrics = reported_metrics_with_f1(aligned.objective, by="label")
    yield f"{_HEADINGS[aligned.by][_differs(aligned)]} {name_text(aligned.reference)} at its own threshold:"
    rows = [["", "threshold", *(each.label for each in metrics), "flagged"]]
    for model, found in aligned.points.items():
        if found is not None:
            point, text = found
            values = (metric_value(float(defined_values(each, point.counts))) for each in metrics)
            cells = formatting.displayed_threshold(text), *values, count(float(point.counts.flagged()))
            rows.append([name_text(model), *cells])
    yield from align_columns(rows)
    for model, found in aligned.points.items():
        if found is None:
            of_table = " of the table" if model in aligned.uncertain else ""
            yield f"{name_text(model)}: no threshold{of_table} reaches this {common}."
    other = formatting.lowercase_label(compared_metric(aligned.by, aligned.objective).label)
    for model in aligned.uncertain:
        yield f"{name_text(model)}: a threshold between those of the table may fit better, with another {other}."


def _differs(aligned: AlignedModels) -> bool:
    """Return whether not all models have, as displayed, what their thresholds should have in common."""
    counts = [found[0].counts for found in aligned.points.values() if found is not None]
    if aligned.by == "threshold":
        return False
    if aligned.by == "flagged":
        return len({count(float(each.flagged())) for each in counts}) > 1
    return len({metric_value(float(defined_values(metric(aligned.by), each))) for each in counts}) > 1


def _differences(table: ModelDifferences, common: str, margin: float) -> Iterable[str]:
    level = table.differences[0].simultaneous.level_text
    label = formatting.lowercase_label(table.metric.label)
    yield f"Difference in {label} at the same {common}, to expect on new rows, with {level} intervals:"
    rows = [["", "difference", f"{level} interval", "verdict"]]
    for each in table.differences:
        gap = formatting.difference(each.model_value, each.reference_value)
        rows.append([name_text(each.model), gap, each.simultaneous.signed_text, each.verdict(margin)])
    yield from align_columns(rows)


def aligned_json(aligned: AlignedModels, margin: float) -> dict[str, Any]:
    """Return the aligned models for JSON."""
    return {
        "by": aligned.by,
        "models": [
            {"model": model, "threshold": None, **dict.fromkeys(("tn", "fp", "fn", "tp"))}
            if found is None
            else _point_json(model, found[0].threshold, found[0].counts)
            for model, found in aligned.points.items()
        ],
        "differences": [
            {
                "metric": table.metric.name,
                "model": each.model,
                "difference": finite_or_none(each.value),
                "interval": [finite_or_none(float(end)) for end in (each.simultaneous.low, each.simultaneous.high)],
                "verdict": each.verdict(margin),
            }
            for table in aligned.tables
            for each in table.differences
        ],
    }


def _point_json(model: str, threshold: float, counts: ConfusionCounts) -> dict[str, Any]:
    metrics = {name: float(getattr(counts, name)()) for name in ("precision", "recall", "f1")}
    return {"model": model, "threshold": finite_or_none(threshold), **vars(counts), **metrics}
