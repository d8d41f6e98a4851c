"""The strategies as a table for machines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from f1tools.core.metrics import metric
from f1tools.repeats.comparing import default_reference, differences, ranks, reached
from f1tools.repeats.corrected import mean_known
from f1tools.repeats.cuts import CutName
from f1tools.repeats.outcomes import Outcomes

if TYPE_CHECKING:
    import pandas as pd

_CUTS: dict[CutName, str] = {
    "half": "at_0_5",
    "tuned": "tuned",
    "in_sample": "in_sample",
    "in_sample_middle": "in_sample_middle",
}
_AT_TUNED = ("precision", "recall", "g_mean")


def results_frame(outcomes: Outcomes, reference: str | None = None) -> pd.DataFrame:
    """Give a row a strategy: what it reaches, its ranks, and its difference from the reference.

    All are means over the repeats. What does not apply is nan: 0.5 for scores that are no probabilities, the
    thresholds chosen in sample where there are no such rows, the reference's difference from itself, intervals of
    fewer than five repeats.

    Parameters
    ----------
    outcomes : Outcomes
    reference : str, optional
        See :func:`f1tools.repeats.default_reference`.

    Raises
    ------
    KeyError
        For a reference that is not there.
    """
    import pandas as pd  # slow to load, and only this function needs it

    chosen = default_reference(outcomes.models) if reference is None else reference
    compared = {each.model: each for each in differences(outcomes, chosen)}
    ranked = {cut: ranks(outcomes, cut) for cut in _CUTS}
    rows: list[dict[str, object]] = []
    for each in outcomes.results:
        row: dict[str, object] = {"model": each.model}
        for cut, name in _CUTS.items():
            row |= _interval(outcomes, each.model, cut, f"{outcomes.objective.name}_{name}")
        row |= {name: mean_known(each.tuned.value(metric(name))).item() for name in _AT_TUNED}
        row |= {"roc_auc": float(each.roc_auc.mean()), "average_precision": float(each.average_precision.mean())}
        row["threshold"] = float(each.tuned.threshold.mean())
        row |= {f"rank_{name}": ranked[cut].get(each.model, math.nan) for cut, name in _CUTS.items()}
        other = compared.get(each.model)
        ends = (math.nan,) * 3 if other is None else (other.interval.mean, other.interval.low, other.interval.high)
        row |= dict(zip(("difference", "difference_low", "difference_high"), ends, strict=True))
        rows.append(row | {"detectable": other is not None and other.detectable})
    return pd.DataFrame(rows)


def _interval(outcomes: Outcomes, model: str, cut: CutName, name: str) -> dict[str, float]:
    found = reached(outcomes, model, cut)
    ends = (math.nan,) * 3 if found is None else (found.mean, found.low, found.high)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
