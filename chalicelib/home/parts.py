"""The parts of the front page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.foundation.router import Route
    from chalicelib.foundation.schema import Schema
    from chalicelib.room import NavigationEntry
    from chalicelib.shared_parts import SharedParts

API_VERSION = "1.0.0"


class HomeParts:
    """The parts of the home page."""

    def __init__(self, shared: SharedParts, *, provider_titles: Sequence[str]) -> None:
        """Args:
        provider_titles: the titles of all providers; the page names them.
        """
        self.shared, self.provider_titles = shared, provider_titles

    @property
    def first_page(self) -> str:
        """The path of the page that a person who is signed in sees first."""
        entries: Iterator[NavigationEntry] = (entry for room in self.shared.rooms for entry in room.navigation)
        return next(entries).path

    def describe(self, routes: Sequence[Route]) -> Schema:
        """The API description, as an OpenAPI document."""
        from chalicelib.foundation.openapi import describe

        schemas = {name: schema for room in self.shared.rooms for name, schema in room.schemas().items()}
        return dict(describe(routes, schemas, public_url=self.shared.public_url, version=API_VERSION))
