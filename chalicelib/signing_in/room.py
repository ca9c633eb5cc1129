"""What signing in on our own pages adds to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.room import Room
from chalicelib.signing_in import routes

if TYPE_CHECKING:
    from chalicelib.signing_in.parts import SigningInParts

ROOM: Room[SigningInParts] = Room(
    name="signing_in",
    routes=(routes.routes,),
    keeps={"people/sessions#": lambda parts, owner: parts.sign_out(owner)},
)
