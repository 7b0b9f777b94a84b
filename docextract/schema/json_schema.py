"""The JSON Schema of template files, by which editors complete and check them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from docextract.schema.template import Template

_ATTRIBUTE = regex.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", regex.MULTILINE)


def template_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a template file: that of the models, and what `extends` adds and spares."""
    schema = Template.model_json_schema(schema_generator=_FileSchema)
    rule = schema["$defs"]["FieldRule"]
    rule["properties"]["locate_also"] = rule["properties"]["locate"] | {
        "title": "Locate Also",
        "description": "Locators that join those of the template that this one extends.",
    }
    complete = {"fields": {"additionalProperties": {"required": rule.pop("required")}}}
    schema["required"].remove("fields")
    schema["if"] = {"required": ["extends"]}
    schema["else"] = {"required": ["fields"], "properties": complete}
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}


class _FileSchema(GenerateJsonSchema):
    """Knows that a file has no null, and that the docstring of a model describes its keys."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        summary, _, attributes = found.get("description", "").partition("\n\nAttributes:\n")
        described = {match[1]: " ".join(match[2].split()) for match in _ATTRIBUTE.finditer(attributes)}
        return found | {"description": summary, "properties": _described(found["properties"], described)}


def _described(
    properties: Mapping[str, JsonSchemaValue], descriptions: Mapping[str, str]
) -> dict[str, JsonSchemaValue]:
    return {
        name: property_ | ({"description": descriptions[name]} if name in descriptions else {})
        for name, property_ in properties.items()
    }
