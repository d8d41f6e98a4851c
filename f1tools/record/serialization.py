"""Decision records as JSON: strict reading of files that may come from anybody, and writing."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.record.classes.model import CLASSES_SCHEMA, ClassRecord
from f1tools.record.model import SCHEMA, SCHEMAS, DecisionRecord
from f1tools.version import __version__

MAX_SIZE = 2_000_000
"""Most characters or bytes of a record; a usual one has a few thousand."""
_MAX_COMMAS = 50_000  # so that reports on thousands of invalid parts take no time

_FAMILY = SCHEMA.partition("/")[0]
_VERSIONS = formatting.join_names(each.partition("/")[2] for each in (*SCHEMAS, CLASSES_SCHEMA))


_EXPECTED = {
    "string_type": "should be text",
    "string_too_short": "should be text of {min_length} or more characters",
    "string_too_long": "should be text of up to {max_length} characters",
    "string_pattern_mismatch": "should be written as `f1tools record` writes it",
    "bool_type": "should be true or false",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a finite number",
    "greater_than": "should be more than {gt}",
    "greater_than_equal": "should be {ge} or more",
    "less_than": "should be less than {lt}",
    "less_than_equal": "should be {le} or less",
    "literal_error": "should be {expected}",
    "too_short": "should have {min_length} or more entries",
    "too_long": "should have up to {max_length} entries",
    **dict.fromkeys(("list_type", "tuple_type"), "should be a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "should be an object"),
}
"""What a field should be, by pydantic's type of the error, whose own texts are about Python."""


class InvalidRecord(InvalidPredictions):
    """The file is not a decision record, or its parts contradict each other."""


def to_json(record: DecisionRecord | ClassRecord) -> str:
    """Return a record as strict JSON in ASCII: no name in it can control a terminal or reverse the text direction.

    Returns
    -------
    str
        Ends with a newline. :func:`f1tools.read_record` reads it.
    """
    return json.dumps(record.model_dump(mode="json", by_alias=True), indent=2, allow_nan=False) + "\n"


def read_record(content: str | bytes, *, name: str = "The record") -> DecisionRecord:
    """Read a record of one threshold that :func:`f1tools.to_json` wrote; the content may come from anybody.

    Parameters
    ----------
    content : str or bytes
        Content of the file.
    name : str
        Name of the file, for messages.

    Raises
    ------
    InvalidRecord
        When the content is not a record, has a later version of the format, contradicts itself, or decides about
        several classes, see :func:`f1tools.read_any_record`.

    Examples
    --------
    >>> read_record("{}", name="record.json")
    Traceback (most recent call last):
    f1tools.record.serialization.InvalidRecord: record.json is not a decision record of f1tools: it lacks \
"schema": "f1tools-decision/...". Write one with `f1tools record`.
    """
    record = read_any_record(content, name=name)
    if isinstance(record, ClassRecord):
        raise InvalidRecord(
            f"{_short(name)} decides about {len(record.classes):,} classes, and has no single threshold. Read it with "
            "read_any_record."
        )
    return record


def read_any_record(content: str | bytes, *, name: str = "The record") -> DecisionRecord | ClassRecord:
    """Read a record of one threshold, or of a decision about several classes; the content may come from anybody.

    Parameters
    ----------
    content : str or bytes
        Content of the file.
    name : str
        Name of the file, for messages.

    Raises
    ------
    InvalidRecord
        When the content is not a record, has a later version of the format, or contradicts itself.
    """
    name = _short(name)
    try:
        data = _load(content)
    except _NotJson as error:
        raise InvalidRecord(f"{name} {error}. Use a record that `f1tools record` wrote.") from None
    _check_version(data, name)
    try:
        if data["schema"] == CLASSES_SCHEMA:
            return ClassRecord.model_validate(data)
        return DecisionRecord.model_validate(data)
    except ValidationError as error:
        problem = formatting.truncate(_first_problem(error), longest=600).removesuffix(".")
        raise InvalidRecord(
            f"{name} is not a valid decision record: {problem}. Write it again with `f1tools record`."
        ) from None


def _short(name: str) -> str:
    return formatting.truncate(name, longest=100) or "The record"


def is_record(content: bytes) -> bool:
    """Return whether a file is meant to be a decision record, rather than a table in JSON.

    Examples
    --------
    >>> is_record(b'{"schema": "f1tools-decision/1"}'), is_record(b'{"y_true": [0, 1], "y_score": [0.1, 0.9]}')
    (True, False)
    """
    start = content[:MAX_SIZE]
    text = start.decode(json.detect_encoding(start), "ignore").lstrip("\ufeff \t\r\n")  # as json.loads decodes it
    return text.startswith("{") and f'"{_FAMILY}/' in text


class _NotJson(ValueError):
    """The content is not JSON; the message continues a sentence that begins with the name of the file."""


def _load(content: str | bytes) -> Any:
    """Return the content of a JSON text of limited size without duplicate keys.

    The models refuse all else that JSON may hold: NaN, infinity, lone surrogates, unknown fields and deep nesting.
    """
    if len(content) > MAX_SIZE:
        raise _NotJson(f"is too large: {len(content):,} characters, but a record has a few thousand")
    commas = content.count(",") if isinstance(content, str) else content.count(b",")
    if commas > _MAX_COMMAS:
        raise _NotJson(f"has more than {_MAX_COMMAS:,} parts, but a record has a few dozen")
    text = content.removeprefix("\ufeff") if isinstance(content, str) else content
    try:
        return json.loads(text, object_pairs_hook=_unique_keys)
    except (_NotJson, UnicodeDecodeError) as error:
        raise _NotJson("is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)) from None
    except RecursionError:
        raise _NotJson("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _NotJson(f"is not JSON: {error.msg.lower()} in line {error.lineno}, column {error.colno}") from None
    except ValueError:  # Python refuses to parse integers of thousands of digits
        raise _NotJson("holds a number that is too large") from None


def _unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise _NotJson(f"holds the key {_preview(key)} twice")
        content[key] = value
    return content


def _check_version(data: Any, name: str) -> None:
    """Distinguish a record of another version from a file that is not a record."""
    version = data.get("schema") if isinstance(data, dict) else None
    if version in (*SCHEMAS, CLASSES_SCHEMA):
        return
    later = re.fullmatch(rf"{_FAMILY}/([1-9][0-9]{{0,5}})", version) if isinstance(version, str) else None
    if later:
        raise InvalidRecord(
            f"{name} has version {later[1]} of the format, and f1tools {__version__} reads versions {_VERSIONS}. "
            "Update f1tools, or write the record again."
        )
    raise InvalidRecord(
        f'{name} is not a decision record of f1tools: it lacks "schema": "{_FAMILY}/...". Write one with '
        "`f1tools record`."
    )


def _first_problem(error: ValidationError) -> str:
    """Return the first problem, with the path of the field, such as "data.files[0].name"."""
    problem = error.errors(include_url=False)[0]
    steps = (f"[{step}]" if isinstance(step, int) else f".{_printable(step)}" for step in problem["loc"])
    path = "".join(steps).removeprefix(".")
    match problem["type"]:
        case "missing":
            return f"{path} is missing"
        case "extra_forbidden":
            return f"{path} is not a known field"
        case "string_unicode":
            return f"{path or 'a key'} holds a lone surrogate, which is not text"
        case "value_error":
            message = str(problem["ctx"]["error"])
            return f"{path}: {message}" if path else message
        case kind:
            limits = {name: _limit(value) for name, value in problem.get("ctx", {}).items()}
            expected = _EXPECTED.get(kind, "should be what `f1tools record` writes").format_map(limits)
            return f"{path or 'the record'} {expected}, got {_preview(problem['input'])}"


def _limit(value: object) -> object:
    return formatting.decimal(value) if isinstance(value, float) else value


def _printable(key: str) -> str:
    return key if re.fullmatch(r"\w{1,40}", key) else _preview(key)


def _preview(value: object) -> str:
    """Return a short text for any JSON value, for messages.

    Examples
    --------
    >>> _preview("x" * 100), _preview(None), _preview({"a": {"b": 1}})
    ("'xxxxxxxxxxxx...xxxxxxxxxxxxx'", 'null', 'an object')
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return reprlib.repr(value)
