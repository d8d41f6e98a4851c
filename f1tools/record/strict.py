"""JSON without its traps: no number that is none, no key twice, nothing too large or too deep to work with."""

from __future__ import annotations

import json
import math
import reprlib
import sys
from collections.abc import Sequence
from typing import Any

from f1tools import formatting

LARGEST = 2_000_000
"""Characters or bytes at most; a record has a few thousand."""

_DEEPEST = 12
_MOST_PARTS = 50_000
_LONGEST_NAME = 100_000
_LARGEST_INTEGER = int(sys.float_info.max)


class NotStrict(ValueError):
    """What is wrong with it, as the middle of a sentence that begins with a name."""


def strict_json(content: str | bytes) -> Any:
    """Read JSON of moderate size.

    Raises
    ------
    NotStrict
        When it is not JSON; or holds NaN, infinity, a number beyond doubles, a key twice, half a character or too much.

    Examples
    --------
    >>> strict_json('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> strict_json("[1e999]")
    Traceback (most recent call last):
    f1tools.record.strict.NotStrict: holds the number 1e999, which is too large
    """
    if len(content) > LARGEST:
        raise NotStrict(f"is too large: {len(content):,} characters, where a record has a few thousand")
    text = content if isinstance(content, str) else _decoded(content)
    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=_finite,
            parse_constant=_no_constant,
            object_pairs_hook=_each_once,
        )
    except NotStrict:
        raise
    except RecursionError:
        raise NotStrict("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotStrict(f"is not JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}") from None
    except ValueError:  # thousands of digits
        raise NotStrict("holds a number that is too large") from None
    _look_through(data)
    return data


def _decoded(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise NotStrict("is not text in UTF-8") from None


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise NotStrict(f"holds the number {formatting.truncate(digits)}, which is too large")
    return value


def _no_constant(name: str) -> float:
    raise NotStrict(f"holds {name}, which is not JSON: a number that is not known is null")


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise NotStrict(f"says {shortened(twice)} twice")
    return found


def _look_through(data: Any) -> None:
    """Refuse what could not be worked with: without recursion, because depth is one of the dangers."""
    waiting, seen = [(data, 1)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > _DEEPEST:
            raise NotStrict("is nested too deeply")
        if seen + len(waiting) > _MOST_PARTS:
            raise NotStrict(f"has more than {_MOST_PARTS:,} parts, where a record has a few dozen")
        if isinstance(part, dict):
            waiting.extend((key, depth + 1) for key in part)
            waiting.extend((value, depth + 1) for value in part.values())
        elif isinstance(part, list):
            waiting.extend((value, depth + 1) for value in part)
        elif isinstance(part, str):
            _check_text(part)
        elif isinstance(part, int) and abs(part) > _LARGEST_INTEGER:
            raise NotStrict("holds a number that is too large")


def _check_text(text: str) -> None:
    if len(text) > _LONGEST_NAME:
        raise NotStrict(f"holds a text of {len(text):,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotStrict(f"holds half of a character in {text[:40]!a}, which is no text") from None


def shortened(value: object) -> str:
    """Quote what was found, however large or strange it is.

    Examples
    --------
    >>> shortened("x" * 100), shortened(None), shortened({"a": {"b": 1}})
    ("'xxxxxxxxxxxx...xxxxxxxxxxxxx'", 'null', 'an object')
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return reprlib.repr(value)
