"""What looking after the service adds to it: the operator's pages and routes, health, and the schedule by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.operating import cron_routes, page_routes, routes
from chalicelib.room import NavigationEntry, Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.foundation.schema import Schema
    from chalicelib.operating.parts import OperatingParts


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.jobs.schemas import SCHEMAS as OF_JOBS
    from chalicelib.operating.schemas import SCHEMAS

    return {**OF_JOBS, **SCHEMAS}


ROOM: Room[OperatingParts] = Room(
    name="operating",
    routes=(cron_routes.routes, routes.routes, page_routes.routes),
    navigation=(NavigationEntry("/operator/jobs", "All jobs", for_operators=True),),
    schemas=_schemas,
)
