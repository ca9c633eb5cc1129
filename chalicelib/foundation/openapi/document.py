"""The whole document: what the rooms declare, in the form of OpenAPI 3.1."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.foundation.openapi.common_words import COMMON_WORDS
from chalicelib.foundation.openapi.components import REFERENCE, Components, without_titles
from chalicelib.foundation.openapi.examples import example_of
from chalicelib.foundation.openapi.headers import HEADERS, header, parameter_components
from chalicelib.foundation.openapi.operations import FORM, FORM_NAME, Operations, body_name, tag_of
from chalicelib.foundation.openapi.problems import PROBLEM_SCHEMA, ProblemResponses
from chalicelib.foundation.openapi.vocabulary import Dictionary, Schema, Vocabulary
from chalicelib.foundation.router import Route

DIALECT = "3.1.0"
_ABOUT = (
    "Collects people's contacts into one address book and keeps it free of duplicates. Every error is a problem "
    "document (RFC 9457), every list has a cursor, and every job is followed by polling: `ETag` and `Retry-After` keep "
    "it cheap."
)
_THIS_DOCUMENT: Schema = {"type": "object", "description": "This document.", "examples": [{"openapi": DIALECT}]}
_SECURITY_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer that the service trusts, as `Authorization: Bearer …`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "The cookie of a person who signed in on the pages; changes also need `x-csrf-token`.",
    },
    "viewer": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-import-{job_id}",
        "description": "The cookie of the browser that connected an account: it may follow that one import.",
    },
    "cron": {
        "type": "apiKey",
        "in": "header",
        "name": "x-cron-secret",
        "description": "The secret of the scheduler.",
    },
    "cron_query": {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "The secret of the scheduler, where the operator allows it in URLs.",
    },
    "source": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "in_<id>.<secret>",
        "description": "The key of a source, as `Authorization: Bearer …`.",
    },
    "source_header": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The key of a source."},
    "source_query": {
        "type": "apiKey",
        "in": "query",
        "name": "key",
        "description": "The key of a source, where its owner allows it in URLs.",
    },
}
_MESSAGE_HEADERS = {
    "webhook-id": ("Names the event; the same each time it is sent.", "msg_7QmC2xW9Lk0aRz5tVb8nYg"),
    "webhook-timestamp": ("When it is sent, in seconds since 1970.", "1796026500"),
    "webhook-signature": (
        "One signature for each valid secret, separated by blanks.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}


@dataclass(frozen=True, slots=True)
class WebhookDescription:
    """A message that endpoints get."""

    summary: str
    #: The schema of its body.
    schema: Schema


@dataclass(frozen=True, slots=True)
class RoomDescription:
    """What a room adds to the document."""

    name: str
    #: The name of the tag of its operations.
    title: str
    #: What the room is for.
    about: str
    #: The schemas of its responses, by the names that its routes use.
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    #: The words of its fields and parameters.
    vocabulary: Vocabulary = field(default_factory=dict)
    #: The messages that endpoints get, by their types.
    webhooks: Mapping[str, WebhookDescription] = field(default_factory=dict)


def describe(
    routes: Iterable[Route], rooms: Sequence[RoomDescription], *, public_url: str, version: str
) -> dict[str, Any]:
    """The whole description.

    Args:
        public_url: the URL of the service.
        version: the version of the API.
    """
    routes = list(routes)
    dictionaries = {room.name: Dictionary((room.vocabulary, COMMON_WORDS)) for room in rooms}
    components = _components(routes, rooms, dictionaries)
    tags, problems = {room.name: room.title for room in rooms}, ProblemResponses()
    operations = Operations(tags, dictionaries, components.schemas, problems)
    paths: dict[str, dict[str, Any]] = {}
    for route, name in zip(routes, _operation_ids(routes), strict=True):
        paths.setdefault(route.path, {})[route.method.lower()] = operations.describe(route, name)
    webhooks = _webhooks(rooms, components, dictionaries)
    return {
        "openapi": DIALECT,
        "info": {"title": "Contact Intake", "version": version, "description": _ABOUT},
        "servers": [{"url": public_url}],
        "tags": _tags(routes, rooms),
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": components.schemas,
            "responses": problems.responses,
            "parameters": parameter_components(),
            "headers": HEADERS,
            "examples": problems.examples,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _components(
    routes: Sequence[Route], rooms: Sequence[RoomDescription], dictionaries: Mapping[str, Dictionary]
) -> Components:
    """All named schemas: those of responses, which may get further fields, and those of bodies, which do not."""
    common = Dictionary((COMMON_WORDS,))
    bodies: dict[str, tuple[Schema, Dictionary]] = {}
    for route in routes:
        for name, schema in _body_schemas(route).items():
            known, _ = bodies.setdefault(name, (schema, dictionaries[route.room]))
            if known != schema:
                raise ValueError(f"Two models of bodies have the name {name}. Rename one.")
    own = {"Problem": PROBLEM_SCHEMA, "OpenApi": _THIS_DOCUMENT, FORM_NAME: FORM}
    components = Components([*own, *(name for room in rooms for name in room.schemas), *bodies])
    for room in rooms:
        components.name_enums(room.schemas)
    for name, schema in own.items():
        components.add(name, schema, common, is_open=True)
    for room in rooms:
        for name, schema in room.schemas.items():
            components.add(name, schema, dictionaries[room.name], is_open=True)
    for name, (schema, dictionary) in bodies.items():
        components.add(name, schema, dictionary, is_open=False)
    return components


def _operation_ids(routes: Sequence[Route]) -> list[str]:
    """The name of each route's view; with the method, where a view has several routes."""
    uses = Counter(route.view.__name__ for route in routes)
    return [
        route.view.__name__ if uses[route.view.__name__] == 1 else f"{route.view.__name__}_{route.method.lower()}"
        for route in routes
    ]


def _tags(routes: Sequence[Route], rooms: Sequence[RoomDescription]) -> list[dict[str, str]]:
    used = {tag_of(route, {room.name: room.title for room in rooms}) for route in routes}
    of_api = [{"name": room.title, "description": room.about} for room in rooms if room.title in used]
    of_pages = [
        {"name": f"{room.title} pages", "description": f"Pages and forms for browsers. {room.about}"}
        for room in rooms
        if f"{room.title} pages" in used
    ]
    return [*of_api, *of_pages]


def _body_schemas(route: Route) -> Mapping[str, Schema]:
    """The schema of the body and those that it refers to."""
    if route.body is None:
        return {}
    schema = route.body().model_json_schema(ref_template=REFERENCE.format(name="{model}"))
    schemas = {body_name(route): schema, **schema.get("$defs", {})}
    return {name: without_titles(each) for name, each in schemas.items()}


def _webhooks(
    rooms: Sequence[RoomDescription], components: Components, dictionaries: Mapping[str, Dictionary]
) -> dict[str, Any]:
    found = {}
    for room in rooms:
        for name, described in room.webhooks.items():
            schema = "".join(word.capitalize() for word in name.replace("_", ".").split(".")) + "Message"
            components.add(schema, described.schema, dictionaries[room.name], is_open=True)
            found[name] = {"post": _webhook(name, described.summary, schema, components, room.title)}
    return found


def _webhook(name: str, summary: str, schema: str, components: Components, tag: str) -> dict[str, Any]:
    """The description of a message, by Standard Webhooks."""
    example = example_of(components.schemas[schema], components.schemas)
    return {
        "operationId": name.replace(".", "_") + "_message",
        "tags": [tag],
        "summary": summary,
        "description": "Sent to endpoints that want it, by Standard Webhooks: verify `webhook-signature` first.",
        "security": [],
        "parameters": [
            {
                "name": each,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
                "example": value,
            }
            for each, (text, value) in _MESSAGE_HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": REFERENCE.format(name=schema)},
                    "examples": {schema: {"value": example}},
                }
            },
        },
        "responses": {
            "2XX": {"description": "Accepted. Anything else is a failure, and the message is sent again."},
            "410": {"description": "Nothing is ever sent to this endpoint again."},
            "503": {
                "description": "Sent again later.",
                "headers": {"Retry-After": header("Retry-After")},
            },
        },
    }
