"""The pages that show leads: organizations, a list with its search, a lead, and the question before it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.http import Request, Response, choice, page
from chalicelib.foundation.organizations import Role, greatest_role
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.pages.addresses import LEAD, LEADS, ORGANIZATIONS, leads_url
from chalicelib.leads.region import REGION, checked_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.leads.lead import Lead
    from chalicelib.leads.parts import LeadsParts

ON_A_PAGE = 50
IMPORTS_TO_CHOOSE = 20
_FIELDS = ("channel", "channelIdentifier", "scope", "region", "tag", "source")
_DONE = {"deleted": "Deleted.", "erased": "Erased. Nothing can create this lead again."}
_QUERY = [
    Query("channel", "With `channelIdentifier`: only the lead with this identity, in any spelling."),
    Query("channelIdentifier", "The phone number, address or id on that channel."),
    Query("scope", "What the identifier is unique in, if not in the world."),
    REGION,
    Query("tag", "Only leads with this tag."),
    Query("source", "Only leads that this import created or last changed."),
    Query("cursor", "Where the page begins."),
    Query("done", "What was just done to a lead.", {"enum": list(_DONE)}),
]


def routes(router: Router, parts: LeadsParts) -> None:
    _list_routes(router, parts)
    _lead_routes(router, parts)


def _list_routes(router: Router, parts: LeadsParts) -> None:
    @router.page(ORGANIZATIONS, Access.PERSON, "Page of the person's organizations")
    def organizations_page(request: Request) -> Response:
        organizations = {org: greatest_role(roles) for org, roles in request.signed_in.organizations.items()}
        html = parts.shared.pages.render(
            request, "leads/organizations.html", organizations=sorted(organizations.items())
        )
        return page(html)

    @router.page(LEADS, Access.ORGANIZATION, "Page of an organization's leads", query=_QUERY)
    def leads_page(request: Request, org: str) -> Response:
        return list_page(parts, request, org)


def _lead_routes(router: Router, parts: LeadsParts) -> None:
    @router.page(LEAD, Access.ORGANIZATION, "Page of a lead", query=[Query("saved", "Whether an edit was just saved.")])
    def lead_page(request: Request, org: str, lead_id: str) -> Response:
        return page(show_lead(parts, request, org, parts.read.get(org, lead_id)))

    @router.page(f"{LEAD}/edit", Access.ORGANIZATION, "Page to edit a lead", role=Role.IMPORTER)
    def edit_lead_page(request: Request, org: str, lead_id: str) -> Response:
        from chalicelib.leads.pages.edit_form import fields_of

        lead = parts.read.get(org, lead_id)
        return page(show_edit(parts, request, org, lead, fields_of(lead)))

    @router.page(f"{LEAD}/delete", Access.ORGANIZATION, "Page to confirm that a lead is deleted", role=Role.ADMIN)
    def delete_lead_page(request: Request, org: str, lead_id: str) -> Response:
        return page(_show_question(parts, request, org, lead_id, "delete"))

    @router.page(f"{LEAD}/erase", Access.ORGANIZATION, "Page to confirm that a lead is erased", role=Role.ADMIN)
    def erase_lead_page(request: Request, org: str, lead_id: str) -> Response:
        return page(_show_question(parts, request, org, lead_id, "erase"))


def list_page(parts: LeadsParts, request: Request, org: str) -> Response:
    """The leads of the organization, or those that the person looks for; a problem with the search is shown there."""
    from chalicelib.contacts.countries import countries
    from chalicelib.leads.pages.lead_view import allowed, channel_titles, listed

    query, problem, wrong_field = _filled(request), "", ""
    leads: list[Lead] = []
    cursor = None
    try:
        leads, cursor = _found(parts, org, query)
    except CallerError as error:
        problem, wrong_field = error.detail, _field(error)
    kept = {name: query.get(name) for name in ("tag", "source")}
    html = parts.shared.pages.render(
        request,
        "leads/leads.html",
        org=org,
        leads=[listed(each) for each in leads],
        query={**dict.fromkeys(_FIELDS, ""), **query},
        is_search="channelIdentifier" in query,
        imports=_imports(parts, org, query.get("source")),
        channels=channel_titles(parts.channels.names),
        countries=countries(),
        default_region=parts.shared.settings.default_region,
        looked_through=_looked_through(cursor),
        next_url=leads_url(parts, org, **kept, cursor=cursor) if cursor else None,
        first_url=leads_url(parts, org, **kept) if "cursor" in query else None,
        done=_DONE.get(choice(request, "done", _DONE) or ""),
        problem=problem,
        wrong_field=wrong_field if wrong_field in query else "",
        **allowed(request.signed_in, org),
    )
    return page(html, 422 if problem else 200)


def _imports(parts: LeadsParts, org: str, chosen: str | None) -> Mapping[str, str]:
    """The latest imports that a person can choose from, by id, in words; also the chosen one if it is none of them."""
    from chalicelib.leads.pages.import_view import import_words

    jobs, _ = parts.follow_imports.page(org, cursor=None, limit=IMPORTS_TO_CHOOSE)
    latest = {job.job_id: import_words(job) for job in jobs}
    return latest if not chosen or chosen in latest else {chosen: "The chosen import", **latest}


def _looked_through(cursor: str | None) -> str:
    """How much of the leads was looked through for this page and those before it, such as "29%"; "" if not known."""
    from chalicelib.leads.managing.list_leads import share_looked_through

    share = share_looked_through(cursor) if cursor else None
    return "" if share is None else f"{share:.0%}"


def _field(problem: CallerError) -> str:
    """The field of the form that has the problem; "" if it is none of one field."""
    return str(problem.members.get("field", "")).partition(".")[0]


def _filled(request: Request) -> Mapping[str, str]:
    """The parameters without those that a form sends empty."""
    return {name: value.strip() for name, value in request.query.items() if value.strip()}


def _found(parts: LeadsParts, org: str, query: Mapping[str, str]) -> tuple[list[Lead], str | None]:
    """The leads of the page, and the cursor of the next one. Raises InvalidInput."""
    from chalicelib.leads.managing.lead_filter import LeadFilter

    if "channelIdentifier" in query:
        identity = parts.reader.identity_in(org, query, checked_region(query.get("region")))
        return parts.read.with_identity(org, identity.key), None
    wanted = LeadFilter(query.get("tag"), query.get("source"))
    return parts.list_leads(org, wanted, cursor=query.get("cursor"), limit=ON_A_PAGE)


def show_lead(
    parts: LeadsParts,
    request: Request,
    org: str,
    lead: Lead,
    *,
    problem: CallerError | None = None,
    sent: Mapping[str, str] | None = None,
) -> str:
    """The page of a lead.

    Args:
        problem: what is wrong with a change of its identities.
        sent: the identity that was to be added.
    """
    from chalicelib.contacts.countries import countries
    from chalicelib.leads.pages.lead_view import allowed, channel_titles, lead_view

    return parts.shared.pages.render(
        request,
        "leads/lead.html",
        org=org,
        lead=lead_view(lead),
        channels=channel_titles(parts.channels.names),
        countries=countries(),
        default_region=parts.shared.settings.default_region,
        saved="saved" in request.query,
        sent={**dict.fromkeys(_FIELDS, ""), **(sent or {})},
        is_adding=sent is not None,
        problem=problem.detail if problem else "",
        other_lead=problem.members.get("leadId") if problem else None,
        **allowed(request.signed_in, org),
    )


def show_edit(
    parts: LeadsParts,
    request: Request,
    org: str,
    lead: Lead,
    fields: Mapping[str, Any],
    *,
    problem: CallerError | None = None,
) -> str:
    """The form to edit a lead, filled with these fields."""
    from chalicelib.leads.pages.lead_view import lead_view

    wrong = _field(problem) if problem else ""
    return parts.shared.pages.render(
        request,
        "leads/edit.html",
        org=org,
        lead=lead_view(lead),
        fields=fields,
        problem=problem.detail if problem else "",
        wrong_field=wrong if wrong in fields else "",
    )


def _show_question(parts: LeadsParts, request: Request, org: str, lead_id: str, what: str) -> str:
    from chalicelib.leads.pages.lead_view import lead_view

    lead = lead_view(parts.read.get(org, lead_id))
    return parts.shared.pages.render(request, f"leads/{what}.html", org=org, lead=lead)
