"""The threshold of a row's group as code, which finds the group however the value is written.

A file has True, 7 or 007 where a data frame has ``numpy.True_`` or 7.0, and a database 1 or '7.0'. All are one group to
the reader of files, so they are one group to the code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from f1tools.readers.formats.cells import MISSING
from f1tools.record.groups import GroupThresholds
from f1tools.record.literals import is_portable, literal, quoted

BOOLEANS = (("True", "true", "TRUE", "1", "1.0"), ("False", "false", "FALSE", "0", "0.0"))
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})( 00:00:00)?")
_MOST_DIGITS = 5  # of numbers with zeros in front: codes of regions, branches and the like
_GROUP_KEY = f"""\
def group_key(group):
    \"\"\"Return a group as files are read: without blanks around, 7 for 007 and 7.0, None for no value.\"\"\"
    text = "" if group is None else str(group).strip()
    if text in thresholds:
        return text
    if text in ("", *"{" ".join(filter(None, MISSING))}".split()):
        return None
    if fullmatch(r"[+-]?\\d{{1,300}}(\\.0*)?", text):
        return str(int(text.partition(".")[0]))  # exact, whatever its size
    if fullmatch(r"[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?", text) and abs(float(text)) < float("inf"):
        number = float(text)
        return str(int(number)) if abs(number) < 2**64 and number.is_integer() else str(number)
    return sub(r"T00:00:00(\\.0+)?$", " 00:00:00", text)  # midnight as numpy writes it"""


def python_lookup(groups: GroupThresholds) -> list[str]:
    """Return the lines that assign the thresholds and define the function that finds the key of a group."""
    lines = [
        f"# Groups are the values of the column {groups.column!r}; None has no value. A group that is not listed, such",
        "# as a new one, has the threshold of the record.",
        "thresholds = {",
    ]
    for each in groups.thresholds:
        keys = [each.group, *(key for key in _other_spellings(each.group, groups) if key != each.group)]
        lines += [f"    {key!r}: {literal(each.threshold)}," for key in keys]
    return [*lines, "}", "", "", *_GROUP_KEY.splitlines()]


def python_threshold(common: float) -> str:
    """Return the expression of a group's threshold."""
    return f"thresholds.get(group_key(group), {literal(common)})"


def sql_threshold(groups: GroupThresholds, common: float) -> str:
    """Return the expression of a row's threshold; NULL where it is above all scores."""
    # CHAR is the one type of text that all databases cast to; some pad it with blanks.
    width = max(255, *(len(each.group or "") for each in groups.thresholds))
    column = quoted(groups.column, '"', placeholder="group column")
    key = f"TRIM(CAST({column} AS CHAR({width})))"
    whens, missing = [], ""
    for place, each in enumerate(groups.thresholds, start=1):
        value = _sql_literal(each.threshold)
        if each.group is None:
            missing = value
            continue
        others = [*_other_spellings(each.group, groups), *_other_numbers(each.group, groups)]
        for name in (each.group, *filter(is_portable, others)):
            text = quoted(name, "'", placeholder=f"group {place}")
            whens.append(f"WHEN {text} THEN {value}")
    otherwise = _sql_literal(common)
    found = f"CASE {key} {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise
    if not missing:
        return found
    none = ", ".join(f"'{each}'" for each in MISSING if each not in _names(groups))
    return f"CASE WHEN {key} IS NULL OR {key} IN ({none}) THEN {missing} ELSE {found} END"


def _sql_literal(threshold: float) -> str:
    return literal(threshold) if math.isfinite(threshold) else "NULL"


def sql_notes(groups: GroupThresholds) -> list[str]:
    """Return comments on how groups are found in the database."""
    names = [each.group for each in groups.thresholds if each.group is not None]
    notes = ["-- A group that is not listed, such as a new one, has the threshold of the record: the last one."]
    if not all(map(is_portable, names)):
        notes.append("-- <group 2> is the second group of the record, and so on.")
    if len({name.casefold() for name in names}) < len(names):
        notes.append("-- Some groups differ only in upper and lower case: compare them exactly.")
    if any(map(_NUMBER.fullmatch, names)):
        notes.append(
            f"-- Other spellings of a number, such as 1e1 or 7 with over {_MOST_DIGITS} digits, are not listed."
        )
    return notes


def _names(groups: GroupThresholds) -> set[str | None]:
    """Return the names of all groups of the record."""
    return {*(each.group for each in groups.thresholds), *groups.too_few}


def _other_spellings(group: str | None, groups: GroupThresholds) -> list[str]:
    """Return how programs may write a boolean or a date, where that is not the name of another group."""
    if group is None:
        return []
    names, found = _names(groups), []
    if names - {None} <= {*BOOLEANS[0], *BOOLEANS[1]}:
        found += [each for spellings in BOOLEANS if group in spellings for each in spellings]
    if (date := _DATE.fullmatch(group)) is not None:
        found += [date[1], f"{date[1]} 00:00:00"]
    return [each for each in found if each not in names]


def _other_numbers(group: str, groups: GroupThresholds) -> Iterator[str]:
    """Yield how databases may write a number: 7.0, or 007 in a column of text."""
    if _NUMBER.fullmatch(group) is None:
        return
    number = group if "." in group else f"{group}.0"
    padded = [group.zfill(width) for width in range(len(group) + 1, _MOST_DIGITS + 1)] if group.isdecimal() else []
    yield from (each for each in (number, *padded) if each not in {*_names(groups), *_other_spellings(group, groups)})
