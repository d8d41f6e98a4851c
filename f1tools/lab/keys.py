"""Columns that say which row it is, or to whom it belongs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.lab.loaded import Loaded
from f1tools.readers.formats.table import Categorical
from f1tools.readers.inference import names
from f1tools.readers.inference.profiles import ColumnProfile

# Whose rows they are: such a column is a key without being called one, and with "id" glued to it.
_OWNERS = (
    *("account", "applicant", "borrower", "case", "child", "client", "company", "customer", "device", "donor"),
    *("driver", "employee", "family", "firm", "hospital", "house", "household", "machine", "member", "participant"),
    *("patient", "person", "player", "school", "store", "student", "subject", "user", "vehicle"),
)


def names_rows(profile: ColumnProfile, loaded: Loaded) -> bool:
    """Tell whether a column counts the rows, or is called a key and holds something else in each row."""
    key = names.suggested_role(profile.name) == "id"
    if profile.name in loaded.texts:
        codes = loaded.texts[profile.name].codes
        return key and codes.size > 2 and codes.min() >= 0 and np.unique(codes).size == codes.size
    values = loaded.numbers[profile.name]
    if values.size < 3 or np.isnan(values).any() or not profile.is_integer:
        return False
    return bool((np.diff(values) == 1).all()) or (key and np.unique(values).size == values.size)


def named_ids(name: str, coded: Categorical) -> list[str]:
    """Give what the rows are called by a column that was named.

    Raises
    ------
    InvalidPredictions
        When two are called the same, or one is not called anything.
    """
    if (coded.codes < 0).any() or np.unique(coded.codes).size < coded.codes.size:
        raise InvalidPredictions(
            f"The column {truncate(name)!r} does not name each row differently. Name another one with --id, or "
            f"keep rows that belong together on one side with --group {truncate(name)}."
        )
    return [coded.labels[code] for code in coded.codes.tolist()]


def groups_of(coded: Categorical) -> NDArray[np.intp]:
    """Give groups as numbers; a row without one is a group of its own."""
    codes = coded.codes.astype(np.intp)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(coded.labels) + np.arange(alone.size)
    return codes


def key_notes(features: Sequence[ColumnProfile], loaded: Loaded) -> Iterator[str]:
    """Say which columns look like keys by their names and hold the same in several rows."""
    for profile in features:
        if profile.name in loaded.texts:
            codes = loaded.texts[profile.name].codes
            values = codes[codes >= 0].astype(np.float64)
        else:
            values = loaded.numbers[profile.name]
            values = values[~np.isnan(values)]
            if not profile.is_integer:
                continue
        if is_key(profile.name) and 2 < np.unique(values).size < values.size:
            column = shlex.quote(truncate(profile.name, 60))
            yield (
                f"{truncate(profile.name)} looks like a key whose values repeat: --group {column} keeps its rows on "
                f"one side of every split, --ignore {column} leaves it out."
            )


def is_key(name: str) -> bool:
    """Tell whether a column is called a key, such as a patient's, and not just something that ends with "id".

    Examples
    --------
    >>> [is_key(name) for name in ("patient_id", "customer", "userid", "PatientID", "citric acid", "age", "paid")]
    [True, True, True, True, False, False, False]
    """
    words = names.tokens(name)
    if words and "".join(words).removesuffix("id") in _OWNERS:
        return True
    return names.suggested_role(name) == "id" and (not name.lower().endswith("id") or words[-1] == "id")
