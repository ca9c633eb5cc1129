"""The declaration of the sign-in room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.aws_permission import Function, table_permission
from chalicelib.room import Room, StoredData
from chalicelib.signing_in import routes
from chalicelib.tables.keys import PEOPLE, SESSION

if TYPE_CHECKING:
    from chalicelib.foundation.openapi.vocabulary import Vocabulary
    from chalicelib.signing_in.parts import SigningInParts


def _vocabulary() -> Vocabulary:
    from chalicelib.signing_in.vocabulary import VOCABULARY

    return VOCABULARY


ROOM: Room[SigningInParts] = Room(
    name="signing_in",
    title="Signing in",
    about="How a person signs in to the pages. Programs send a bearer token of the issuer instead.",
    vocabulary=_vocabulary,
    routes=(routes.routes,),
    keeps=(StoredData((SESSION,), lambda parts, owner: parts.sign_out(owner)),),
    permissions=(
        table_permission(PEOPLE.logical_id, "BatchWriteItem", "Query"),
        table_permission(PEOPLE.logical_id, "GetItem", "PutItem", functions=(Function.API,)),
    ),
)
