"""The parts of the home page, the API description and the GraphQL endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.foundation.graphql_part import GraphQlPart
    from chalicelib.foundation.router import Route
    from chalicelib.foundation.schema import Schema
    from chalicelib.room import NavigationEntry
    from chalicelib.shared_parts import SharedParts

API_VERSION = "1.0.0"
_GRAPHQL_ROOT = Path(__file__).with_name("schema.graphql")


class HomeParts:
    """The parts of the home page."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        provider_titles: Callable[[], Sequence[str]],
        graphql_parts: Callable[[], Sequence[GraphQlPart]] = tuple,
    ) -> None:
        """Args:
        provider_titles: returns the titles of the providers that are set up; the page names them.
        graphql_parts: loads what each room adds to the GraphQL schema.
        """
        self.shared, self.provider_titles, self._graphql_parts = shared, provider_titles, graphql_parts
        self._description: Schema | None = None

    @property
    def first_page(self) -> str:
        """The path of the page that a person who is signed in sees first."""
        entries: Iterator[NavigationEntry] = (entry for room in self.shared.rooms for entry in room.navigation)
        return next(entries).path

    def graphql(self) -> GraphQlPart:
        """The GraphQL schema of all rooms, with its resolvers."""
        from chalicelib.foundation.graphql_part import whole

        return whole(_GRAPHQL_ROOT.read_text(), self._graphql_parts())

    def describe(self, routes: Sequence[Route]) -> Schema:
        """The API description, as an OpenAPI document. It takes a second to make, so it is kept."""
        if self._description is None:
            self._description = self._describe(routes)
        return self._description

    def _describe(self, routes: Sequence[Route]) -> Schema:
        from chalicelib.foundation.openapi.document import RoomDescription, describe

        rooms = [
            RoomDescription(room.name, room.title, room.about, room.schemas(), room.vocabulary(), room.webhooks())
            for room in self.shared.rooms
        ]
        return describe(routes, rooms, public_url=self.shared.public_url, version=API_VERSION)
