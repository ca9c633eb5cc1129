"""Declares the room of events out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events import pages, routes
from chalicelib.events.job_kinds import DELIVERY
from chalicelib.foundation.aws_permission import Function, Permission, table_permission
from chalicelib.room import NavigationEntry, Room, RoomJob, StoredData
from chalicelib.tables.keys import ENDPOINT, EVENT, JOBS, PAST_DELIVERY, WAITING_DELIVERY, WANTED_EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.events.parts import EventsParts
    from chalicelib.foundation.openapi.document import WebhookDescription
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema


def _forget_endpoints(parts: EventsParts, owner: str) -> None:
    parts.forget(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.events.schemas import SCHEMAS

    return SCHEMAS


def _webhooks() -> Mapping[str, WebhookDescription]:
    from chalicelib.events.schemas import webhooks

    return webhooks()


def _vocabulary() -> Vocabulary:
    from chalicelib.events.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[EventsParts] = Room(
    name="events",
    title="Webhooks",
    about="Endpoints that are told what happened, and the log of what was sent to them.",
    vocabulary=_vocabulary,
    routes=(routes.routes, pages.routes),
    jobs=(
        RoomJob(
            kind=DELIVERY,
            title="Delivery of events",
            is_activity=False,
            step=lambda parts: parts.deliver,
            not_cancelable="Pause the endpoint: then nothing is sent to it.",
        ),
    ),
    keeps=(StoredData((WANTED_EVENTS, ENDPOINT, EVENT, WAITING_DELIVERY, PAST_DELIVERY), _forget_endpoints),),
    navigation=(
        NavigationEntry("/webhooks", "Webhooks"),
        NavigationEntry("/operator/webhooks", "Service webhooks", for_operators=True),
    ),
    permissions=(
        table_permission(JOBS.logical_id, "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
        Permission("Key", ("kms:Decrypt",)),
        Permission("Key", ("kms:GenerateDataKey",), functions=(Function.API,)),
    ),
    schemas=_schemas,
    webhooks=_webhooks,
)
