"""The published JSON Schema of decision records, generated from their models."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from f1tools.record.classes.model import ClassRecord
from f1tools.record.model import DecisionRecord


class _ConciseSchema(GenerateJsonSchema):
    """Generates JSON Schema without titles that repeat the names of fields, and with short nullable types."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False."""
        return False

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        """Return {"type": ["number", "null"]} for a number that may be null."""
        inner = self.generate_inner(schema["schema"])
        return {"type": [inner["type"], "null"]} if set(inner) == {"type"} else super().nullable_schema(schema)


def schema() -> dict[str, Any]:
    """Return the published JSON Schema of decision records, draft 2020-12: of one threshold, or of several classes.

    Examples
    --------
    >>> schema()["$id"], [each["$ref"] for each in schema()["anyOf"]]
    ('urn:f1tools:decision:3', ['#/$defs/DecisionRecord', '#/$defs/ClassRecord'])
    """
    records: TypeAdapter[DecisionRecord | ClassRecord] = TypeAdapter(DecisionRecord | ClassRecord)
    generated = records.json_schema(schema_generator=_ConciseSchema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:f1tools:decision:3"}
    return {**head, **generated, "title": "Decision record of f1tools"}
