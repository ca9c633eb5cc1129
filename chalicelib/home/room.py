"""Declares the room: home page, static files, API description with its documentation, and GraphQL endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.home import docs_routes, graphql_routes, routes
from chalicelib.room import Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema
    from chalicelib.home.parts import HomeParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.home.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.home.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[HomeParts] = Room(
    name="home",
    title="Service",
    about=(
        "The service itself: the files of its pages, this description, and a GraphQL endpoint for bulk runs and file "
        "imports."
    ),
    vocabulary=_vocabulary,
    routes=(routes.routes, docs_routes.routes, graphql_routes.routes),
    schemas=_schemas,
)
