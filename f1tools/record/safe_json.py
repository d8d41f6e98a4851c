"""JSON from untrusted files: without NaN, duplicate keys, huge numbers, or more content than a record can have."""

from __future__ import annotations

import json
import math
import reprlib
import sys
from collections.abc import Sequence
from typing import Any

from f1tools import formatting

MAX_SIZE = 2_000_000
"""Most characters or bytes of a record; a usual one has a few thousand."""

_MAX_DEPTH = 12
_MAX_PARTS = 50_000
_MAX_TEXT = 100_000
_MAX_INTEGER = int(sys.float_info.max)


class UnsafeJson(ValueError):
    """JSON that is refused; the message continues a sentence that begins with the name of the file."""


def load_json(content: str | bytes) -> Any:
    """Return the content of a JSON text.

    Raises
    ------
    UnsafeJson
        When it is not JSON, is too large or nested too deeply, or holds NaN, infinity, a number that no float can
        hold, a duplicate key or a lone surrogate.

    Examples
    --------
    >>> load_json('{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    >>> load_json("[1e999]")
    Traceback (most recent call last):
    f1tools.record.safe_json.UnsafeJson: holds the number 1e999, which is too large
    """
    if len(content) > MAX_SIZE:
        raise UnsafeJson(f"is too large: {len(content):,} characters, but a record has a few thousand")
    text = content if isinstance(content, str) else _decode(content)
    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=_parse_float,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except UnsafeJson:
        raise
    except RecursionError:
        raise UnsafeJson("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UnsafeJson(f"is not JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}") from None
    except ValueError:  # Python refuses to parse integers of thousands of digits
        raise UnsafeJson("holds a number that is too large") from None
    _check_content(data)
    return data


def _decode(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise UnsafeJson("is not text in UTF-8") from None


def _parse_float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise UnsafeJson(f"holds the number {formatting.truncate(digits)}, which is too large")
    return value


def _refuse_constant(name: str) -> float:
    raise UnsafeJson(f"holds {name}, which is not JSON: an unknown number is null")


def _unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        duplicate = next(key for key in content if keys.count(key) > 1)
        raise UnsafeJson(f"holds the key {preview(duplicate)} twice")
    return content


def _check_content(data: Any) -> None:
    """Refuse what is too deep or too large to work with; without recursion, because depth is one of the dangers."""
    pending, visited = [(data, 1)], 0
    while pending:
        part, depth = pending.pop()
        visited += 1
        if depth > _MAX_DEPTH:
            raise UnsafeJson("is nested too deeply")
        if visited + len(pending) > _MAX_PARTS:
            raise UnsafeJson(f"has more than {_MAX_PARTS:,} parts, but a record has a few dozen")
        if isinstance(part, dict):
            pending.extend((child, depth + 1) for item in part.items() for child in item)
        elif isinstance(part, list):
            pending.extend((child, depth + 1) for child in part)
        elif isinstance(part, str):
            _check_text(part)
        elif isinstance(part, int) and abs(part) > _MAX_INTEGER:
            raise UnsafeJson("holds a number that is too large")


def _check_text(text: str) -> None:
    if len(text) > _MAX_TEXT:
        raise UnsafeJson(f"holds a text of {len(text):,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnsafeJson(f"holds a lone surrogate in {text[:40]!a}, which is not text") from None


def preview(value: object) -> str:
    """Return a short text for any JSON value, for use in messages.

    Examples
    --------
    >>> preview("x" * 100), preview(None), preview({"a": {"b": 1}})
    ("'xxxxxxxxxxxx...xxxxxxxxxxxxx'", 'null', 'an object')
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return reprlib.repr(value)
