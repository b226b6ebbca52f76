"""What drf-spectacular does not know by itself."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

from destalin_site.common import problems

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "enum": [f"{problems.BASE}{name}" for name in problems.TYPES]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
    "additionalProperties": True,
}
# Any request may meet these; what an operation adds, its own @extend_schema says.
ALWAYS = {
    "400": "The request cannot be read",
    "401": "Nobody is signed in, or the token is no longer good",
    "403": "Visible, but not yours to do",
    "404": "Absent, or not visible to the caller",
    "405": "No such verb here",
    "406": "Only application/json is spoken",
    "415": "Only application/json is understood",
    "429": "Too many tries",
}
WITH_BODY = {
    "409": "The state forbids it now",
    "412": "Made upon an old version",
    "413": "Over the limit",
    "422": "The content is wrong",
    "428": "If-Match is missing",
}

# For the `responses` of what is read, which meets it only here and there.
MAY_CONFLICT: dict[Any, Any] = {
    (409, problems.MEDIA_TYPE): OpenApiResponse({"$ref": "#/components/schemas/Problem"}, description=WITH_BODY["409"])
}


def page_of(item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of one page of a list of `item` (`common.api.Page.response`)."""
    return inline_serializer(
        f"{item.__name__.removesuffix('Out')}Page",
        {
            "results": item(many=True),
            "next": serializers.CharField(allow_null=True, help_text="The address of the next page, or null."),
        },
    )


def only_v1(endpoints: list[Any]) -> list[Any]:
    """Keeps the documented API: allauth documents its own part."""
    return [row for row in endpoints if row[0].startswith("/api/v1/")]


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Adds the problem document and the statuses that every operation may answer."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        f"Problem{status}": {
            "description": words,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, words in sorted((ALWAYS | WITH_BODY).items())
    }
    for operations in result["paths"].values():
        for verb, operation in operations.items():
            for status in ALWAYS if verb == "get" else ALWAYS | WITH_BODY:
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    return result
