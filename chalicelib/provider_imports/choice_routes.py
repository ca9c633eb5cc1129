"""Routes of what a person can choose of a connected account: list with counts, preview, choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import Conflict, ConsentNeeded
from chalicelib.foundation.http import Request, Response, conditional_response
from chalicelib.foundation.router import Access, Router
from chalicelib.foundation.scopes import Scope
from chalicelib.provider_imports.account_routes import ONE

if TYPE_CHECKING:
    from chalicelib.foundation.json import Json
    from chalicelib.provider_imports.account_choices import OfferedChoices
    from chalicelib.provider_imports.bodies import ChoiceBody
    from chalicelib.provider_imports.parts import ImportsParts

CHOICES = f"{ONE}/choices"


def routes(router: Router, parts: ImportsParts) -> None:
    @router.get(
        CHOICES,
        Access.PERSON,
        "List what can be chosen of an account, with counts",
        {200: "Choices", 304: ""},
        problems=lambda: [Conflict, ConsentNeeded],
        scopes=[Scope.CONTACTS_READ, Scope.IMPORTS_WRITE],
    )
    def list_choices(request: Request, connection_id: str) -> Response:
        return conditional_response(request, choices_json(parts.offer_choices(request.owner, connection_id)))

    @router.post(
        f"{CHOICES}/preview",
        Access.PERSON,
        "Count the contacts that a choice would bring and leave out; changes nothing",
        {200: "ChoicePreview"},
        body=_choice_body,
        problems=lambda: [ConsentNeeded],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def preview_choice(request: Request, connection_id: str) -> Response:
        chosen = read_body(request, _choice_body()).chosen
        offered = parts.offer_choices(request.owner, connection_id)
        return Response(parts.preview_choice(request.owner, offered, chosen).as_json())

    @router.put(
        CHOICES,
        Access.PERSON,
        "Choose what comes of an account; a changed choice starts a full import",
        {200: "Connection"},
        body=_choice_body,
        problems=lambda: [ConsentNeeded],
        scopes=[Scope.IMPORTS_WRITE],
    )
    def choose_contacts(request: Request, connection_id: str) -> Response:
        chosen = read_body(request, _choice_body()).chosen
        parts.choose_contacts(request.owner, connection_id, chosen, person=request.signed_in.label)
        return Response(parts.list_connections.get(request.owner, connection_id))


def choices_json(offered: OfferedChoices) -> dict[str, Json]:
    """The published form."""
    return {
        "connection_id": offered.connection.connection_id,
        "waits_for_choice": offered.connection.waits_for_choice,
        "choices": [
            {
                "id": each.id,
                "kind": each.kind.value,
                "name": each.name,
                "count": each.count,
                "is_chosen": offered.is_chosen(each.id),
                "needs_permission": each.id in offered.without_permission,
            }
            for each in offered.choices
        ],
        "gone": [{"id": key, "name": name} for key, name in offered.gone.items()],
    }


def _choice_body() -> type[ChoiceBody]:
    from chalicelib.provider_imports.bodies import ChoiceBody

    return ChoiceBody
