"""What commands say about threshold tables, whose counts are known at some thresholds only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.cli.reading import name_text
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum
from f1tools.formatting.bounds import bound_text, inside_bin_text, needed_counts_text, thresholds_text
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from f1tools.decision import Decision
    from f1tools.readers import Reading


def table_lines(reading: Reading, table: ThresholdTable) -> Iterator[str]:
    """Yield what a threshold table is: rows and labels, what counted them, and at how many thresholds."""
    yield (
        f"{name_text(reading.name)} ({reading.layout}): {_rows_text(table)}. {name_text(table.pos_label)} is positive, "
        f"{name_text(table.neg_label)} negative."
    )
    if len({each.n for each in table.by_model.values()}) > 1:
        sizes = (f"{name_text(name)} on {formatting.count(each.n)}" for name, each in table.by_model.items())
        yield f"The models were counted on different rows: {formatting.join_names(sizes)}."
    source = table.source
    by = f" by {name_text(source.engine)}" if source.engine else ""
    where = f" from {name_text(source.name)}" if source.name not in ("", reading.name) else ""
    when = f" on {name_text(source.created.partition('T')[0])}" if source.created else ""
    yield f"Counted{by}{where}{when} at {thresholds_text(table.curve())}."


def _rows_text(table: ThresholdTable) -> str:
    counted, curve = table.by_model[table.models[0]], table.curve()
    share = formatting.percent(float(curve.positives) / (float(curve.positives) + float(curve.negatives)))
    if table.weighted and counted.n_pos is None:
        return f"{formatting.count(table.n)} rows, {share} of their weight positive"
    weight = f", {share} of the weight" if table.weighted else f" ({share})"
    return f"{formatting.count(table.n)} rows, {formatting.count(table.n_pos)} of them positive{weight}"


def certainty_text(optimum: Optimum, curve: ThresholdCurve) -> str:
    """Say whether a threshold between those of the table could be better than the best one; empty for rows."""
    if curve.is_exact:
        return ""
    return open_text(optimum, curve) or "No threshold between those of the table is better."


def open_text(optimum: Optimum, curve: ThresholdCurve) -> str:
    """Say how much better a threshold between those of the table could be, and which counts would tell."""
    return " ".join(filter(None, (bound_text(optimum), needed_counts_text(curve, optimum))))


def table_notes(decision: Decision) -> Iterator[str]:
    """Yield what is not known of a decision because rows were counted in bins."""
    texts = [open_text(decision.tuning, decision.curves.tuning)]
    if decision.manual_threshold is not None:
        curve = decision.curves.evaluation
        texts.insert(0, inside_bin_text(curve, decision.manual_threshold, decision.objective))
    yield from filter(None, texts)


def table_json(table: ThresholdTable) -> dict[str, Any]:
    """Return what a threshold table is, for JSON."""
    source = table.source
    return {
        "source": source.name,
        "engine": source.engine,
        "counted": source.created,
        "n_bins": source.n_bins,
        "exact": table.is_exact,
        "group": table.group_column,
    }


def bounds_json(optimum: Optimum, curve: ThresholdCurve) -> dict[str, Any]:
    """Return the highest value that any threshold can have, null if unknown, and the bounds of the areas."""
    from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds

    return {
        "thresholds": len(curve) - 1,
        "bound": optimum.bound if math.isfinite(optimum.bound) else None,
        "roc_auc_bounds": list(roc_auc_bounds(curve)),
        "average_precision_bounds": list(average_precision_bounds(curve)),
    }
