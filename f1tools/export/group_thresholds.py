"""One threshold for each group as CSV."""

from __future__ import annotations

from collections.abc import Mapping

from f1tools.export.cells import first_field


def group_thresholds_csv(thresholds: Mapping[str | None, float], common_threshold: float) -> bytes:
    """Return the threshold of each group beside the one for all, which applies to other groups.

    A row of the group is flagged where ``y_score >= threshold``; ``inf`` flags nothing. Groups are named as in the
    data, so that rows can be joined by them, but for an apostrophe before what a spreadsheet would evaluate.

    Parameters
    ----------
    thresholds : mapping from group to float
        By value of the group; None, an empty cell, for rows without a value.
    common_threshold : float

    Examples
    --------
    >>> print(group_thresholds_csv({"north": 0.3, "=1": float("inf"), None: 0.25}, 0.4).decode())
    group,threshold,common_threshold
    north,0.3,0.4
    "'=1",inf,0.4
    ,0.25,0.4
    <BLANKLINE>
    """
    lines = [
        f"{'' if name is None else first_field(name)},{threshold!r},{common_threshold!r}\n"
        for name, threshold in thresholds.items()
    ]
    return "".join(["group,threshold,common_threshold\n", *lines]).encode()
