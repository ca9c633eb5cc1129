"""GraphQL over HTTP: one path for bulk create and cleanup, for clients that speak it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bulk import routes as bulk_routes
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.bulk.bodies import GraphQlBody
    from chalicelib.bulk.parts import BulkParts
    from chalicelib.foundation.graphql_server import GraphQlServer

GRAPHQL = "/graphql"


def routes(router: Router, parts: BulkParts) -> None:
    @cache
    def server() -> GraphQlServer:
        from chalicelib.bulk.resolvers import resolvers, schema
        from chalicelib.foundation.graphql_server import GraphQlServer

        return GraphQlServer(schema(), resolvers(parts), introspection=parts.shared.settings.graphql_introspection)

    @router.post(
        GRAPHQL, Access.PERSON, "GraphQL: bulk create and cleanup", {200: "GraphQl", 503: "GraphQl"}, body=_graphql_body
    )
    def ask_graphql(asked: Request) -> Response:
        """A request that could be read is answered with 200; its faults are in `errors`.

        503 with `Retry-After` and the same body: AWS does not respond, so no field could be resolved.
        """
        from chalicelib.foundation.graphql_errors import seconds_to_wait
        from chalicelib.foundation.graphql_server import GraphQlRequest

        body = read_body(asked, _graphql_body(), bulk_routes.LARGEST_BODY)
        request = GraphQlRequest(body.query, body.variables or {}, body.operationName)
        told = server()(request, asked, asked.request_id)
        wait = seconds_to_wait(told)
        return Response(told, 503, {"Retry-After": str(wait)}) if wait else Response(told)


def _graphql_body() -> type[GraphQlBody]:
    from chalicelib.bulk.bodies import GraphQlBody

    return GraphQlBody
