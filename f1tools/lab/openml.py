"""Data sets from OpenML: the only part of the lab that sends a request, and only when asked to."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import single_line, truncate

if TYPE_CHECKING:
    import pandas as pd


def fetch(wanted: str) -> tuple[pd.DataFrame, str | None, str]:
    """Fetch a data set, or take it from scikit-learn's cache.

    Parameters
    ----------
    wanted : str
        Its name, or name and version with a colon between, such as ``credit-g:1``.

    Returns
    -------
    (DataFrame, str or None, str)
        The table with its target among the columns; the target's name where there is one; name and version.

    Raises
    ------
    InvalidPredictions
        When there is none, or the network fails.
    """
    from sklearn.datasets import fetch_openml

    name, _, version = wanted.partition(":")
    if not name or (version and not version.isdecimal()):
        raise InvalidPredictions(
            f"{truncate(wanted)} names no data set. Write its name, or name:version, such as credit-g:1."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # several versions: which one was taken is said
            found = fetch_openml(name=name, version=int(version) if version else "active", as_frame=True, parser="auto")
    except (OSError, ValueError) as error:  # no network, or no such data set
        why = single_line(str(error)) or type(error).__name__
        raise InvalidPredictions(
            f"OpenML's data set {truncate(wanted)} can't be had: {why.rstrip('.')}. Check its name and the network, "
            "or bring a file."
        ) from error
    targets = list(found.target_names or [])
    title = f"OpenML {found.details.get('name', name)} version {found.details.get('version', version or '?')}"
    return found.frame, targets[0] if len(targets) == 1 else None, title
