"""Declares the room of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.room import Room

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

ROOM: Room[LeadsParts] = Room(name="leads")
