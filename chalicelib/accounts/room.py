"""The declaration of the accounts room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts import consent_routes
from chalicelib.accounts.job_kinds import DISCONNECT
from chalicelib.foundation.aws_permission import Function, Permission, folder_permission, table_permission
from chalicelib.room import Room, RoomJob, StoredData
from chalicelib.tables.keys import CONNECTION, PEOPLE, REFRESH

if TYPE_CHECKING:
    from chalicelib.accounts.parts import AccountsParts
    from chalicelib.foundation.openapi.vocabulary import Vocabulary


def _forget_fingerprints(parts: AccountsParts, owner: str) -> None:
    parts.fingerprints.forget(owner)


def _forget_refreshes(parts: AccountsParts, owner: str) -> None:
    parts.refreshes.erase(owner)


def _vocabulary() -> Vocabulary:
    from chalicelib.accounts.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[AccountsParts] = Room(
    name="accounts",
    title="Consents",
    about="How a person lets the service read an account at a provider, such as Google.",
    vocabulary=_vocabulary,
    routes=(consent_routes.routes,),
    jobs=(
        RoomJob(
            kind=DISCONNECT,
            title="Disconnect",
            step=lambda parts: parts.disconnect_step,
            not_cancelable="Disconnecting cannot be canceled, because access to the account may already be revoked.",
        ),
    ),
    keeps=(
        StoredData((CONNECTION,), lambda parts, owner: parts.connections.erase(owner)),
        StoredData((REFRESH,), _forget_refreshes),  # after the connections, without which none can be stored
        StoredData(("fingerprints/",), _forget_fingerprints),
    ),
    permissions=(
        table_permission(PEOPLE.logical_id, "BatchWriteItem", "GetItem", "Query", "UpdateItem"),
        table_permission(PEOPLE.logical_id, "PutItem", functions=(Function.API,)),  # consents
        folder_permission("fingerprints", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
        Permission("Key", ("kms:Decrypt", "kms:GenerateDataKey")),  # seals tokens
    ),
)
