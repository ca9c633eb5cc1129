"""The page between an upload and its import: what each column becomes, and how the file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.foundation.errors import CallerError
from chalicelib.foundation.forms import read_form
from chalicelib.foundation.http import Request, Response, page, redirect
from chalicelib.foundation.organizations import Role
from chalicelib.foundation.router import Access, Query, Router
from chalicelib.leads.pages.addresses import COLUMNS, columns_url, import_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.leads.importing.look_at_file import FileLook
    from chalicelib.leads.parts import LeadsParts

_FILE = Query("file", "The file: its key without the folder of the organization.")
_BY_HEADERS = Query("by", "`headers`: not by what the person confirmed before.")


def routes(router: Router, parts: LeadsParts) -> None:
    @router.page(
        COLUMNS,
        Access.ORGANIZATION,
        "Page of the columns of a file of leads",
        query=[_FILE, _BY_HEADERS],
        role=Role.IMPORTER,
    )
    def lead_columns_page(request: Request, org: str) -> Response:
        from chalicelib.leads.importing.uploads import folder_of
        from chalicelib.leads.pages.import_form import DEFAULTS

        look, saved = parts.look_at_file(org, folder_of(org) + request.query.get("file", "")), None
        if request.query.get("by") != "headers":
            saved = _saved(parts, request, look)
        fields = saved or _recognized(parts, look)
        html = _page(parts, request, org, look, fields, DEFAULTS, is_saved=saved is not None)
        return page(html)

    @router.form_action(
        COLUMNS,
        Access.ORGANIZATION,
        "Import a file of leads (form)",
        {303: "", 422: "page"},
        role=Role.IMPORTER,
    )
    def import_leads_on_page(request: Request, org: str) -> Response:
        from chalicelib.leads.pages.column_choice import chosen_fields, mapping_of
        from chalicelib.leads.pages.import_form import request_from, sent_fields

        form = read_form(request)
        look = parts.look_at_file(org, form.text("s3_key"))
        fields, sent = chosen_fields(form, look.headers), sent_fields(form)
        try:
            job = parts.start_import(org, request_from(sent, mapping_of(look.headers, fields)))
        except CallerError as error:
            return page(_page(parts, request, org, look, fields, sent, problem=error), error.status)
        return redirect(import_url(parts, org, job.job_id))


def _recognized(parts: LeadsParts, look: FileLook) -> Sequence[str]:
    """What the columns become by their headers."""
    from chalicelib.leads.importing.columns import recognize_columns
    from chalicelib.leads.pages.import_form import DEFAULTS

    found = recognize_columns(look.headers, channels=parts.channels.names, channel=DEFAULTS["channel"])
    return found.fields_in_order()


def _saved(parts: LeadsParts, request: Request, look: FileLook) -> Sequence[str] | None:
    """What the columns become as the person confirmed it for a file of contacts with these headers; None if not."""
    from chalicelib.leads.importing.saved_columns import saved_columns
    from chalicelib.leads.importing.start_import import LATEST
    from chalicelib.leads.pages.import_form import DEFAULTS

    saved = parts.saved_mapping(request.owner, LATEST, look.headers)
    if saved is None:
        return None
    channels = parts.channels.names
    return saved_columns(look.headers, saved, channels=channels, channel=DEFAULTS["channel"]).fields_in_order()


def _page(
    parts: LeadsParts,
    request: Request,
    org: str,
    look: FileLook,
    fields: Sequence[str],
    sent: Mapping[str, str],
    *,
    is_saved: bool = False,
    problem: CallerError | None = None,
) -> str:
    from chalicelib.contacts.countries import countries
    from chalicelib.leads.importing.uploads import file_name_of
    from chalicelib.leads.pages.column_choice import column_rows, field_groups
    from chalicelib.leads.pages.import_view import DELIMITERS, POLICIES
    from chalicelib.leads.pages.lead_view import channel_titles

    wrong = str(problem.members.get("field", "")) if problem else ""
    return parts.shared.pages.render(
        request,
        "leads/columns.html",
        org=org,
        key=look.source.key,
        file_name=file_name_of(look.source.key),
        delimiter=DELIMITERS[look.delimiter],
        is_packed=look.is_packed,
        is_utf_16=look.is_utf_16,
        columns=column_rows(look.headers, fields, look.first_rows()),
        groups=field_groups(parts.channels.names, parts.channels.scoped),
        is_saved=is_saved,
        other_url=columns_url(parts, org, look.source.key, by="headers"),
        fields=sent,
        policies=POLICIES,
        channels=channel_titles(parts.channels.names),
        countries=countries(),
        default_region=parts.shared.settings.default_region,
        problem=problem.detail if problem else "",
        wrong_field={"mapping": "columns"}.get(wrong, wrong),
    )
