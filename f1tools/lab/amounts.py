"""Amounts of money and long numbers, as people write them, become numbers where there is one way to read them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIGN = r"(?:\s*(?:[$€£¥₹]|EUR|USD|GBP|CHF|JPY)\s*)?"
_SIGNED = re.compile(rf"([+-]?){_SIGN}([+-]?)(\d[\d.,'’ \u00a0\u202f]*){_SIGN}")
_POINT = re.compile(r"(?:\d+|\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+)(?:\.\d+)?")
_COMMA = re.compile(r"(?:\d+|\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+)(?:,\d+)?")
_BETWEEN = re.compile(r"['’ \u00a0\u202f]")


def look_like_amounts(labels: Sequence[str]) -> bool:
    """Say whether all are numbers with a currency, or with marks between their digits.

    Examples
    --------
    >>> look_like_amounts(["986.79 €", "12 €"]), look_like_amounts(["12-34", "56"]), look_like_amounts([])
    (True, False, False)
    """
    return bool(labels) and all(_SIGNED.fullmatch(each) for each in labels)


def amounts(labels: Sequence[str]) -> list[float] | None:
    """Read amounts; None where they are none, or where point and comma may each be the decimal mark.

    Examples
    --------
    >>> amounts(["986.79 €", "1,012.57 €"]), amounts(["1 234,50", "7,5"]), amounts(["-$3", "$1,200", "$0.5"])
    ([986.79, 1012.57], [1234.5, 7.5], [-3.0, 1200.0, 0.5])
    >>> amounts(["$1,200", "$7,300"]) is amounts(["12-34"]) is None  # 1200 or 1.2
    True
    """
    found = [_SIGNED.fullmatch(each) for each in labels]
    read: list[list[float]] = []
    for pattern, grouping, decimal in ((_POINT, ",", "."), (_COMMA, ".", ",")):
        values = []
        for each in found:
            digits = each[3].strip() if each else ""
            if each is None or pattern.fullmatch(digits) is None:
                break
            plain = _BETWEEN.sub("", digits).replace(grouping, "").replace(decimal, ".")
            values.append(float(plain) * (-1 if "-" in (each[1], each[2]) else 1))
        else:
            read.append(values)
    if not read or any(each != read[0] for each in read):
        return None
    return read[0]
