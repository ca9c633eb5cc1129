"""GraphQL resolvers of file imports; they call the same use cases as the REST routes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.file_imports.committing.commit_import import Confirmation
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.planning.create_import import NewFile
from chalicelib.file_imports.planning.plan_rows import RowOutcome
from chalicelib.file_imports.records.list_records import LARGEST_PAGE
from chalicelib.file_imports.rest.fields_json import fields_body
from chalicelib.file_imports.rest.record_json import distinct_headers, record_body
from chalicelib.file_imports.rest.responses import announced_body, bodies, decisions_body
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict
from chalicelib.foundation.cursors import decode_cursor, encode_cursor
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.graphql_part import GraphQlPart, Resolver
from chalicelib.foundation.http import Request
from chalicelib.foundation.json import Json, JsonObject

if TYPE_CHECKING:
    from chalicelib.file_imports.parts import FileImportParts
    from chalicelib.file_imports.storing.file_import import FileImport

_SCHEMA = Path(__file__).with_name("schema.graphql")
_POSITION = re.compile(r"[0-9]{1,6}")


def graphql_part(parts: FileImportParts) -> GraphQlPart:
    """The types of `schema.graphql`, and what resolves their root fields."""
    return GraphQlPart(_SCHEMA.read_text(), {**_queries(parts), **_mutations(parts)})


def _queries(parts: FileImportParts) -> Mapping[str, Resolver]:
    def get_import(request: Request, **arguments: Any) -> Json:
        return bodies(parts, [parts.follow(request.owner, arguments["id"])])[0]

    def get_fields(request: Request, **arguments: Any) -> Json:
        found = parts.imports.get(request.owner, arguments["id"])
        description = parts.follow.description(found)
        return fields_body(found, description, parts.follow.mapping(found, description))["columns"]

    def list_records(request: Request, *, after: str | None = None, first: int | None = None, **more: Any) -> Json:
        limit = 50 if first is None else first
        if not 1 <= limit <= LARGEST_PAGE:
            raise InvalidInput(f"first must be a whole number from 1 to {LARGEST_PAGE}.", field="first")
        followed = parts.follow(request.owner, more["id"])
        page = parts.list_records.page(
            followed,
            planned=[RowOutcome(each) for each in more.get("planned") or ()],
            done=[FileOutcome(each) for each in more.get("outcome") or ()],
            start=int(decode_cursor(after, _POSITION)[0]) if after else 0,
            limit=limit,
        )
        headers = _headers(parts, followed.found)
        return {
            "total": page.total,
            "records": [_record(record_body(each, headers)) for each in page.records],
            "next_cursor": None if page.next_position is None else encode_cursor(str(page.next_position)),
        }

    def verify(request: Request, **arguments: Any) -> Json:
        return parts.verify(parts.follow(request.owner, arguments["id"])).as_json()

    return {
        "Query.import": get_import,
        "Query.verifyImport": verify,
        "Query.importFields": get_fields,
        "Query.importRecords": list_records,
    }


def _mutations(parts: FileImportParts) -> Mapping[str, Resolver]:
    def start(request: Request, *, input: dict[str, Any]) -> Json:  # noqa: A002 # GraphQL's name for it
        content, size = input.get("content"), input.get("size")
        if (content is None) == (size is None):
            raise InvalidInput("Send either the content of the file, or its size.", field="content")
        new = _new_file(input)
        if content is None:
            return _with_upload(announced_body(parts, parts.create.announce(request.owner, new, int(size or 0))))
        return _body(parts, parts.create.receive(request.owner, new, _decoded(content)))

    def uploaded(request: Request, **arguments: Any) -> Json:
        return _body(parts, parts.create.uploaded(request.owner, arguments["id"]))

    def commit(request: Request, *, plan_id: str, new: int, update: int, **more: Any) -> Json:
        confirmed = Confirmation(plan_id, new, update, more.get("remove") or 0)
        return _body(parts, parts.commit(request.owner, more["id"], confirmed))

    def decide(request: Request, *, decisions: Sequence[Mapping[str, Any]], **more: Any) -> Json:
        decided = [RowDecision(each["row"], Verdict(each["verdict"]), each.get("contact_id")) for each in decisions]
        return decisions_body(parts.decide_rows(request.owner, more["id"], decided))

    return {
        "Mutation.decideImportRows": decide,
        "Mutation.startImport": start,
        "Mutation.importUploaded": uploaded,
        "Mutation.commitImport": commit,
    }


def _body(parts: FileImportParts, found: FileImport) -> JsonObject:
    return bodies(parts, [parts.follow.of(found)])[0]


def _new_file(fields: Mapping[str, Any]) -> NewFile:
    match_by = fields.get("match_by")
    return NewFile(
        fields["file_name"],
        MatchBy(match_by) if match_by else None,
        fields.get("tag") or "",
        fields.get("collection_id"),
        fields.get("region") or "",
    )


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("content must be the file in Base64.", field="content") from None


def _with_upload(body: JsonObject) -> JsonObject:
    upload = body["upload"]
    fields = [{"name": name, "value": value} for name, value in upload["fields"].items()]
    return {**body, "upload": {**upload, "fields": fields}}


def _headers(parts: FileImportParts, found: FileImport) -> Sequence[str]:
    """The distinct headers of a table; none for cards."""
    return distinct_headers([str(each["header"]) for each in parts.follow.description(found).columns or ()])


def _record(body: JsonObject) -> JsonObject:
    """A row with lists of objects in place of objects with names of the file."""
    cells = [{"header": header, "value": value} for header, value in body["cells"].items()]
    changes = [
        {"field": name, "before": _as_json(change["before"]), "after": _as_json(change["after"])}
        for name, change in body["changes"].items()
    ]
    beside = [
        {**each, "field": name, "file": _as_json(each["file"]), "shown": _as_json(each["shown"])}
        for name, each in body["kept_beside"].items()
    ]
    return {**body, "cells": cells, "changes": changes, "kept_beside": beside}


def _as_json(value: Json) -> str | None:
    return None if value is None else encode_json(value)
