"""The GraphQL endpoint, to whose schema rooms add their own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.foundation.graphql_server import GraphQlServer
    from chalicelib.home.bodies import GraphQlBody
    from chalicelib.home.parts import HomeParts

GRAPHQL = "/graphql"
LARGEST_BODY = 4 * 1024 * 1024  # Lambda's 6 MB are for the whole event, in which a body may come as base64


def routes(router: Router, parts: HomeParts) -> None:
    @cache
    def server() -> GraphQlServer:
        from chalicelib.foundation.graphql_server import GraphQlServer

        schema, resolvers = parts.graphql()
        return GraphQlServer(schema, resolvers, introspection=parts.shared.settings.graphql_introspection)

    @router.post(
        GRAPHQL,
        Access.PERSON,
        "GraphQL queries and mutations for bulk create, cleanup and file imports",
        {200: "GraphQl", 503: "GraphQl"},
        body=_graphql_body,
    )
    def graphql(request: Request) -> Response:
        """Every valid HTTP request gets 200, with errors of the query in `errors`.

        If AWS does not respond and no field could be resolved, it gets 503 with `Retry-After` and the same body.
        """
        from chalicelib.foundation.graphql_errors import seconds_to_wait
        from chalicelib.foundation.graphql_server import GraphQlRequest

        body = read_body(request, _graphql_body(), LARGEST_BODY)
        query = GraphQlRequest(body.query, body.variables or {}, body.operationName)
        result = server()(query, request, request.request_id)
        wait = seconds_to_wait(result)
        return Response(result, 503, {"Retry-After": str(wait)}) if wait else Response(result)


def _graphql_body() -> type[GraphQlBody]:
    from chalicelib.home.bodies import GraphQlBody

    return GraphQlBody
