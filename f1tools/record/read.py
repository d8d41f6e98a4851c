"""From JSON back to the record: whatever comes, a record or one sentence."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.core.errors import InvalidPredictions
from f1tools.record.layout import from_json_objects
from f1tools.record.record import SCHEMA, DecisionRecord
from f1tools.record.sense import Senseless, check_sense
from f1tools.record.strict import NotStrict, shortened, strict_json
from f1tools.version import __version__

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_FAMILY, _VERSION = SCHEMA.split("/")
_WRITE_AGAIN = "Write it again with `f1tools record`."


class InvalidRecord(InvalidPredictions):
    """What was brought is no decision record, or one that does not fit together."""


def schema() -> dict[str, Any]:
    """Give the published JSON Schema of decision records, draft 2020-12.

    Examples
    --------
    >>> schema()["$id"]
    'urn:f1tools:decision:1'
    """
    text = files("f1tools.record").joinpath("decision.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def read_record(content: str | bytes, *, name: str = "The record") -> DecisionRecord:
    """Read a record that :func:`f1tools.to_json` wrote; whatever comes, nothing but a record gets through.

    Parameters
    ----------
    content : str or bytes
        Of the file.
    name : str
        What to call it in messages.

    Raises
    ------
    InvalidRecord
        When it is something else, of a later version of the format, or says what cannot be.

    Examples
    --------
    >>> read_record("{}", name="record.json")
    Traceback (most recent call last):
    f1tools.record.read.InvalidRecord: record.json is no decision record of f1tools: it does not say \
"schema": "f1tools-decision/1". Write one with `f1tools record`.
    """
    called = formatting.truncate(name, longest=100) or "The record"
    try:
        data = strict_json(content)
    except NotStrict as error:
        raise InvalidRecord(f"{called} {error}. Bring a record that `f1tools record` wrote.") from None
    _check_version(data, called)
    wrong = _wrong(data)
    if wrong:
        raise InvalidRecord(f"{called} is no valid decision record: {wrong}. {_WRITE_AGAIN}")
    try:
        record = from_json_objects(data)
        check_sense(record, data)
    except Senseless as error:
        raise InvalidRecord(f"{called} does not fit together: {error}. {_WRITE_AGAIN}") from None
    except ValueError as error:  # of a metric or a constraint: a sentence of its own
        raise InvalidRecord(f"{called} can't be used. {formatting.truncate(str(error), longest=600)}") from None
    return record


def _check_version(data: Any, called: str) -> None:
    """Tell a record of another version from what is none."""
    said = data.get("schema") if isinstance(data, dict) else None
    if said == SCHEMA:
        return
    version = re.fullmatch(rf"{_FAMILY}/([1-9][0-9]{{0,5}})", said) if isinstance(said, str) else None
    if version:
        raise InvalidRecord(
            f"{called} has version {version[1]} of the format, and f1tools {__version__} reads version {_VERSION}. "
            "Update f1tools, or write the record again."
        )
    raise InvalidRecord(
        f'{called} is no decision record of f1tools: it does not say "schema": "{SCHEMA}". '
        "Write one with `f1tools record`."
    )


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema())


def _wrong(data: Any) -> str:
    """Say what the schema does not allow; empty where it allows all."""
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(data))
    return "" if error is None else _in_words(error)


def _in_words(error: ValidationError) -> str:
    """Say it shortly: the library's own messages quote everything that was found."""
    wanted, found = error.validator_value, error.instance
    match error.validator:
        case "required":
            said = f"lacks {next(key for key in wanted if key not in found)}"
        case "additionalProperties":
            known = error.schema.get("properties", {})
            said = f"has {next(shortened(key) for key in found if key not in known)}, which is unknown"
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            said = f"must be {' or '.join(kinds)}, got {shortened(found)}"
        case "const" | "enum":
            among = [wanted] if isinstance(wanted, str) else wanted
            said = f"must be {' or '.join(map(repr, among))}, got {shortened(found)}"
        case "minimum" | "maximum":
            bound = "at least" if error.validator == "minimum" else "at most"
            said = f"must be {bound} {wanted}, got {shortened(found)}"
        case "pattern":
            said = f"is not written as it must be, got {shortened(found)}"
        case _:
            said = "is too long or too short"
    return f"{_place(error)} {said}"


def _place(error: ValidationError) -> str:
    """Name the part that is wrong, as in "data.files[0].name"."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{_plain(step)}" for step in error.absolute_path]
    return "".join(steps).removeprefix(".") or "it"


def _plain(key: str) -> str:
    return key if re.fullmatch(r"\w{1,40}", key) else shortened(key)
