"""Declares the room: home page, static files, API description with its documentation, and GraphQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.home import docs_routes, graphql_routes, routes
from chalicelib.room import Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.schema import Schema
    from chalicelib.home.parts import HomeParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.home.schemas import SCHEMAS

    return SCHEMAS


ROOM: Room[HomeParts] = Room(
    name="home", routes=(routes.routes, docs_routes.routes, graphql_routes.routes), schemas=_schemas
)
