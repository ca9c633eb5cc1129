"""Where people decide about enrichment: by REST, and by the form on the page "My data"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, redirect
from chalicelib.foundation.router import Access, Router

if TYPE_CHECKING:
    from chalicelib.enrichment.bodies import EnrichmentChoiceBody
    from chalicelib.enrichment.parts import EnrichmentParts

MINE = "/api/v1/me/enrichment"
#: What the buttons of the form send as `do`, and what each decides.
ACTS = {
    "allow": {"consents": True},
    "withdraw": {"consents": False},
    "opt-out": {"has_opted_out": True},
    "opt-in": {"has_opted_out": False},
}


def routes(router: Router, parts: EnrichmentParts) -> None:
    @router.get(MINE, Access.PERSON, "Get what I decided about enrichment", {200: "EnrichmentChoice"})
    def get_choice(request: Request) -> Response:
        return Response(parts.choice_json(parts.choices.get(request.owner)))

    @router.put(MINE, Access.PERSON, "Decide about enrichment", {200: "EnrichmentChoice"}, body=_choice_body)
    def put_choice(request: Request) -> Response:
        body = read_body(request, _choice_body())
        now = parts.shared.clock.now()
        chosen = parts.choices.put(request.owner, now, consents=body.consents, has_opted_out=body.has_opted_out)
        return Response(parts.choice_json(chosen))

    @router.form_action("/me/enrichment", Access.PERSON, "Decide about enrichment on the My data page")
    def choose_on_page(request: Request) -> Response:
        chosen = ACTS.get(read_form(request).text("do"))
        if chosen is None:
            raise InvalidInput("The form must say what to do. Press one of its buttons.", field="do")
        parts.choices.put(request.owner, parts.shared.clock.now(), **chosen)
        return redirect(f"{parts.shared.public_url}/me#enrichment")


def _choice_body() -> type[EnrichmentChoiceBody]:
    from chalicelib.enrichment.bodies import EnrichmentChoiceBody

    return EnrichmentChoiceBody
