"""The declaration of the room of e-mails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.emails import routes
from chalicelib.foundation.aws_permission import Function, Permission, table_permission
from chalicelib.room import Room, StoredData
from chalicelib.tables.keys import MAILBOX, PEOPLE, UNSUBSCRIBE, WAITING_EMAIL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.emails.parts import EmailParts
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.foundation.schema import Schema

_SES = "arn:${AWS::Partition}:ses:*:${AWS::AccountId}:"
#: What e-mails are sent from and with; operators make both at SES.
IDENTITY, CONFIGURATION_SET = (
    f"{_SES}identity/${{EmailIdentity}}",
    f"{_SES}configuration-set/${{EmailConfigurationSet}}",
)


def _forget_mailbox(parts: EmailParts, owner: str) -> None:
    parts.forget_mailbox(owner)


def _forget_waiting_emails(parts: EmailParts, owner: str) -> None:
    parts.forget_waiting(owner)


def _schemas() -> Mapping[str, Schema]:
    from chalicelib.emails.schemas import SCHEMAS

    return SCHEMAS


def _vocabulary() -> Vocabulary:
    from chalicelib.emails.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[EmailParts] = Room(
    name="emails",
    title="E-mails",
    about="Which e-mails a person wants from the service.",
    vocabulary=_vocabulary,
    routes=(routes.routes,),
    keeps=(
        StoredData((MAILBOX, UNSUBSCRIBE), _forget_mailbox),
        StoredData((WAITING_EMAIL,), _forget_waiting_emails),
    ),
    permissions=(
        table_permission(PEOPLE.logical_id, "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
        *(
            Permission(resource, ("ses:SendEmail",), functions=(Function.API, Function.SCHEDULE))
            for resource in (IDENTITY, CONFIGURATION_SET)
        ),
    ),
    schemas=_schemas,
)
