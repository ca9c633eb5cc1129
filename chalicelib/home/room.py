"""Declares the room: home page, static files and API description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.home import routes
from chalicelib.room import Room

if TYPE_CHECKING:
    from chalicelib.home.parts import HomeParts

ROOM: Room[HomeParts] = Room(name="home", routes=(routes.routes,))
