"""One threshold for each group as CSV."""

from __future__ import annotations

from collections.abc import Mapping

from f1tools.export.cells import field


def group_thresholds_csv(thresholds: Mapping[str, float], common_threshold: float) -> bytes:
    """Return the threshold of each group in full precision, beside the one for all, which applies to other groups.

    A row of the group is flagged where ``y_score >= threshold``; ``inf`` flags nothing.

    Parameters
    ----------
    thresholds : mapping from group to float
    common_threshold : float

    Examples
    --------
    >>> print(group_thresholds_csv({"north": 0.1 + 0.2, "=1": float("inf")}, 0.4).decode())
    group,threshold,common_threshold
    north,0.30000000000000004,0.4
    "'=1",inf,0.4
    <BLANKLINE>
    """
    lines = [f"{field(name)},{threshold!r},{common_threshold!r}\n" for name, threshold in thresholds.items()]
    return "".join(["group,threshold,common_threshold\n", *lines]).encode()
