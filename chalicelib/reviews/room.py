"""Declares the room of reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.room import Room

if TYPE_CHECKING:
    from chalicelib.reviews.parts import ReviewParts

ROOM: Room[ReviewParts] = Room(name="reviews")
