"""The parts of a snapshot belong together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools.core.metrics import Metric

if TYPE_CHECKING:
    from f1tools.comparison import Comparison
    from f1tools.decision import Decision
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate


def check_parts(
    decision: Decision, source: DataSource, estimate: TunedEstimate | None, comparison: Comparison | None
) -> None:
    """Make sure that all parts are of the same rows and of the same decision.

    Raises
    ------
    ValueError
        When they are not.
    """
    if source.rows != (sum(decision.rows) if decision.has_roles else decision.rows[1]):
        raise ValueError(f"The source has {source.rows:,} rows, the decision {decision.rows}: they are of other data.")
    if not decision.curve.weighted and source.positives != _positives(decision):
        raise ValueError(
            f"The source has {source.positives:,} positive rows, the decision {_positives(decision):,}: they are of "
            "other data."
        )
    if estimate is not None and not _is_of(estimate, decision):
        raise ValueError("The estimate is of another decision: make it from decision.tuning, by the same metric.")
    if comparison is not None:
        _check_comparison(decision, comparison)


def _positives(decision: Decision) -> int:
    curves = (decision.tuning, decision.curve) if decision.has_roles else (decision.curve,)
    return sum(int(curve.positives) for curve in curves)


def _is_of(estimate: TunedEstimate, decision: Decision) -> bool:
    tuned = decision.tuned
    same_value = math.isclose(estimate.apparent, tuned.value, rel_tol=1e-9, abs_tol=1e-12) or (
        math.isnan(estimate.apparent) and math.isnan(tuned.value)
    )
    return (
        _names(estimate.metric) == _names(tuned.metric) and estimate.threshold == tuned.point.threshold and same_value
    )


def _check_comparison(decision: Decision, comparison: Comparison) -> None:
    if _names(comparison.objective) != _names(decision.objective):
        raise ValueError(
            f"The comparison is by {comparison.objective.label}, the decision by {decision.objective.label}: compare "
            "by the same metric."
        )
    if any(result.decision.rows != decision.rows for result in comparison.results):
        raise ValueError("The comparison is of other rows than the decision: compare the models on the same rows.")


def _names(wanted: Metric) -> tuple[str, float | None]:
    return wanted.name, wanted.beta
