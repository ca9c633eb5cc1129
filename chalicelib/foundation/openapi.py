"""The OpenAPI 3.1 description of the API, generated from the list of routes, so that the two cannot differ."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.foundation.errors import ServiceError
from chalicelib.foundation.router import Access, Query, Route

Schema = Mapping[str, Any]
DIALECT = "3.1.0"
_BRACES = re.compile(r"{(\w+)}")
_DESCRIPTIONS = {
    200: "Success.",
    201: "Created.",
    202: "Accepted. A job does the work.",
    204: "Success, without a body.",
    302: "Redirect.",
    303: "Redirect.",
    304: "Not modified.",
    307: "Moved for now; do not store it.",
    409: "Conflict with the current state. Read it again.",
    413: "Request too large.",
    422: "Invalid request. The page names the invalid fields.",
    503: "Some dependencies are unhealthy. The body names them.",
}
_TEXTS = {
    "page": "text/html",
    "text": "text/plain",
    "markdown": "text/markdown",
    "style": "text/css",
    "script": "text/javascript",
    "picture": "image/svg+xml",
    "acknowledgment": "text/xml",
    "csv": "text/csv",
    "vcard": "text/vcard",
    "ldif": "text/x-ldif",
}
_FILES = {
    "json": "application/json",
    "jcard": "application/vcard+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # whose content is not described
_MEDIA_TYPES = {**_TEXTS, **_FILES}
_SECURITY: Mapping[Access, list[dict[str, list[str]]]] = {
    Access.ANYONE: [],
    Access.PERSON: [{"person": []}, {"session": []}],
    Access.ORGANIZATION: [{"person": []}, {"session": []}],
    Access.OPERATOR: [{"person": []}, {"session": []}],
    Access.VIEWER: [{"person": []}, {"session": []}, {"viewer": []}],
    Access.CRON: [{"cron": []}, {"cron_query": []}],
    Access.SOURCE: [{"source": []}, {"source_header": []}, {"source_query": []}],
}
_REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class WebhookDescription:
    """A message that endpoints get."""

    summary: str
    #: The schema of its body.
    schema: Schema


def describe(
    routes: Iterable[Route],
    schemas: Mapping[str, Schema],
    *,
    public_url: str,
    version: str,
    webhooks: Mapping[str, WebhookDescription] | None = None,
) -> Schema:
    """The whole description.

    Args:
        schemas: the schemas of responses, by the names that routes use.
        public_url: the URL of the service.
        version: the version of the API.
        webhooks: the messages that endpoints get, by their types.
    """
    routes = list(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    bodies = {name: _plain(schema) for route in routes for name, schema in _body_schemas(route)}
    return {
        "openapi": DIALECT,
        "info": {
            "title": "Contact Intake",
            "version": version,
            "description": "Collects people's contacts into one address book and keeps it free of duplicates.",
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "webhooks": {name: {"post": _webhook(name, each)} for name, each in (webhooks or {}).items()},
        "components": {
            "schemas": {"Problem": _problem_schema(), "OpenApi": {"type": "object"}, **schemas, **bodies},
            "securitySchemes": {
                "person": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
                "viewer": {"type": "apiKey", "in": "cookie", "name": "__Host-import-{job_id}"},
                "cron": {"type": "apiKey", "in": "header", "name": "x-cron-secret"},
                "cron_query": {"type": "apiKey", "in": "query", "name": "key"},
                "source": {"type": "http", "scheme": "bearer", "bearerFormat": "in_<id>.<secret>"},
                "source_header": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "source_query": {"type": "apiKey", "in": "query", "name": "key"},
            },
        },
    }


def _webhook(name: str, described: WebhookDescription) -> dict[str, Any]:
    """The description of a message, by Standard Webhooks."""
    texts = {
        "webhook-id": "Names the event; the same each time it is sent.",
        "webhook-timestamp": "When it is sent, in seconds since 1970.",
        "webhook-signature": "One signature for each valid secret, separated by blanks.",
    }
    return {
        "operationId": name.replace(".", "_") + "_message",
        "summary": described.summary,
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for header, text in texts.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": described.schema}}},
        "responses": {
            "2XX": {"description": "Accepted. Anything else is a failure, and the message is sent again."},
            "410": {"description": "Nothing is ever sent to this endpoint again."},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.view.__name__}_{route.method.lower()}",
        "summary": route.summary,
        "security": _SECURITY[route.access],
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {
            **{str(status): _response(status, names) for status, names in route.responses.items()},
            "default": _problem_response(shows_pages=route.shows_pages or route.is_download),
        },
    }
    if route.body is not None or route.takes_file:
        operation["requestBody"] = _request_body(route)
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = _BRACES.findall(route.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": query.name, "in": "query", "description": query.description, "schema": _query_schema(route, query)}
        for query in route.query
    ]


def _query_schema(route: Route, query: Query) -> Schema:
    """The schema of a query parameter; routes that check their query strictly refuse empty ones."""
    is_free = query.schema.get("type") == "string" and "enum" not in query.schema
    return {"minLength": 1, **query.schema} if route.strict_query and is_free else dict(query.schema)


def _response(status: int, names: str) -> dict[str, Any]:
    """The description of a response.

    Args:
        names: the possible schemas, separated by "|"; "page", "csv" and so on for files, "" for no body.
    """
    response: dict[str, Any] = {"description": _DESCRIPTIONS[status]}
    if status in (201, 202, 302, 303, 307):
        response["headers"] = {"Location": {"schema": {"type": "string"}, "description": "Where to continue."}}
    content: dict[str, Any] = {}
    for name in filter(None, names.split("|")):
        content.setdefault(_MEDIA_TYPES.get(name, "application/json"), []).append(name)
    if content:
        response["content"] = {kind: {"schema": _schema_of(alternatives)} for kind, alternatives in content.items()}
    return response


def _schema_of(names: Sequence[str]) -> Schema:
    schemas = [_schema(name) for name in names]
    return schemas[0] if len(schemas) == 1 else {"oneOf": schemas}


def _schema(name: str) -> Schema:
    if name in _TEXTS:
        return {"type": "string"}
    return {} if name in _FILES else _reference(name)


def _problem_response(*, shows_pages: bool) -> dict[str, Any]:
    content: dict[str, Any] = {"application/problem+json": {"schema": _reference("Problem")}}
    if shows_pages:
        content["text/html"] = {"schema": {"type": "string"}}
    return {"description": "A problem; `type` and `detail` identify it.", "content": content}


def _problem_schema() -> Schema:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "A problem document (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "examples": [f"/problems/{ServiceError.slug}"]},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "request_id": {"type": "string", "description": "The `X-Request-Id` of the response."},
            "field": {"type": "string", "description": "The invalid field, parameter or header."},
            "errors": {
                "type": "array",
                "description": "All errors, if there are several.",
                "items": {"type": "object"},
            },
        },
    }


def _request_body(route: Route) -> dict[str, Any]:
    if route.body is None:
        return {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}, "required": True}
    schema = {"schema": _reference(_body_name(route))}
    content = {"application/json": schema}
    if route.form:
        content["application/x-www-form-urlencoded"] = schema
    if route.takes_file:
        content["*/*"] = {"schema": {"type": "string", "format": "binary"}}
    return {"content": content, "required": bool(_body_schemas(route)[0][1].get("required"))}


def _body_name(route: Route) -> str:
    assert route.body is not None  # noqa: S101 # tells mypy
    return route.body().__name__


def _body_schemas(route: Route) -> Sequence[tuple[str, Schema]]:
    """The schema of the body and those that it refers to."""
    if route.body is None:
        return []
    schema = route.body().model_json_schema(ref_template=_REFERENCE.format(name="{model}"))
    parts = schema.pop("$defs", {})
    return [(_body_name(route), schema), *parts.items()]


def _plain(schema: Schema) -> Schema:
    """The schema without the titles that pydantic generates from the names of fields."""
    members = schema.get("properties", {})
    properties = {
        name: {key: value for key, value in member.items() if key != "title"} for name, member in members.items()
    }
    return {**{key: value for key, value in schema.items() if key != "title"}, "properties": properties}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=name)}
