"""What the forms on the pages of leads do: edit, identities, delete and erase."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import CallerError, InvalidInput, NotFound
from chalicelib.foundation.forms import Form, read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Router
from chalicelib.leads.pages.addresses import LEAD, lead_url, leads_url
from chalicelib.leads.pages.lead_pages import show_edit, show_lead
from chalicelib.leads.region import checked_region

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

IDENTITIES = f"{LEAD}/identities"
_RESPONSES = {303: "", 409: "page", 422: "page"}


def routes(router: Router, parts: LeadsParts) -> None:
    _edit_route(router, parts)
    _identity_routes(router, parts)
    _removal_routes(router, parts)


def _edit_route(router: Router, parts: LeadsParts) -> None:
    @router.form_action(f"{LEAD}/edit", Access.ORGANIZATION, "Edit a lead (form)", _RESPONSES, role=Role.IMPORTER)
    def edit_lead_on_page(request: Request, org: str, lead_id: str) -> Response:
        from chalicelib.leads.pages.edit_form import edit_of, sent_fields

        lead = parts.read.get(org, lead_id)
        fields = sent_fields(read_form(request))
        try:
            parts.change.edit(org, lead_id, edit_of(fields, lead), revision=fields["revision"])
        except NotFound:
            raise
        except CallerError as error:
            fields["revision"] = lead.rev
            return page(show_edit(parts, request, org, lead, fields, problem=error), error.status)
        return redirect(lead_url(parts, org, lead_id, saved="yes"))


def _identity_routes(router: Router, parts: LeadsParts) -> None:
    @router.form_action(
        IDENTITIES, Access.ORGANIZATION, "Give a lead an identity (form)", _RESPONSES, role=Role.IMPORTER
    )
    def add_identity_on_page(request: Request, org: str, lead_id: str) -> Response:
        form = read_form(request)

        def add() -> None:
            sent = {name: form.text(name) for name in form.fields}
            region = checked_region(sent.get("region") or None)
            parts.change.add_identity(org, lead_id, parts.reader.identity_in(org, sent, region))

        return _changed(parts, request, org, lead_id, add, form)

    @router.form_action(
        f"{IDENTITIES}/{{identity_key}}/move",
        Access.ORGANIZATION,
        "Move an identity to another lead (form)",
        _RESPONSES,
        role=Role.IMPORTER,
    )
    def move_identity_on_page(request: Request, org: str, lead_id: str, identity_key: str) -> Response:
        to = read_form(request).text("to").strip().rstrip("/").rpartition("/")[2]

        def move() -> None:
            if parts.read.find(org, to) is None:
                raise InvalidInput("There is no such lead in this organization.", field="to")
            parts.change.move_identity(org, lead_id, identity_key, to)

        return _changed(parts, request, org, lead_id, move)

    @router.form_action(
        f"{IDENTITIES}/{{identity_key}}/remove",
        Access.ORGANIZATION,
        "Take an identity off a lead (form)",
        _RESPONSES,
        role=Role.IMPORTER,
    )
    def remove_identity_on_page(request: Request, org: str, lead_id: str, identity_key: str) -> Response:
        def remove() -> None:
            parts.change.remove_identity(org, lead_id, identity_key)

        return _changed(parts, request, org, lead_id, remove)


def _removal_routes(router: Router, parts: LeadsParts) -> None:
    @router.form_action(f"{LEAD}/delete", Access.ORGANIZATION, "Delete a lead (form)", role=Role.ADMIN)
    def delete_lead_on_page(_request: Request, org: str, lead_id: str) -> Response:
        parts.change.delete(org, lead_id)
        return redirect(leads_url(parts, org, done="deleted"))

    @router.form_action(f"{LEAD}/erase", Access.ORGANIZATION, "Erase a lead (form)", role=Role.ADMIN)
    def erase_lead_on_page(_request: Request, org: str, lead_id: str) -> Response:
        parts.erase(org, lead_id)
        return redirect(leads_url(parts, org, done="erased"))


def _changed(
    parts: LeadsParts,
    request: Request,
    org: str,
    lead_id: str,
    change: Callable[[], object],
    form: Form | None = None,
) -> Response:
    """Changes the identities of a lead and leads back to its page; a problem is shown there."""
    lead = parts.read.get(org, lead_id)
    try:
        change()
    except CallerError as error:
        sent = {name: form.text(name) for name in form.fields} if form else None
        return page(show_lead(parts, request, org, lead, problem=error, sent=sent), error.status)
    return redirect(lead_url(parts, org, lead_id, saved="yes"))
