"""The addresses of the pages of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from chalicelib.leads.parts import LeadsParts

ORGANIZATIONS = "/organizations"
LEADS = f"{ORGANIZATIONS}/{{org}}/leads"
LEAD = f"{LEADS}/{{lead_id}}"
IMPORTS = f"{LEADS}/imports"
COLUMNS = f"{IMPORTS}/columns"
IMPORT = f"{IMPORTS}/{{job_id}}"


def leads_url(parts: LeadsParts, org: str, **query: str | None) -> str:
    """The URL of the list, with the parameters that have a value."""
    given = {name: value for name, value in query.items() if value}
    return f"{parts.shared.public_url}{LEADS.format(org=org)}" + (f"?{urlencode(given)}" if given else "")


def lead_url(parts: LeadsParts, org: str, lead_id: str, **query: str) -> str:
    address = f"{parts.shared.public_url}{LEAD.format(org=org, lead_id=lead_id)}"
    return address + (f"?{urlencode(query)}" if query else "")


def imports_url(parts: LeadsParts, org: str, cursor: str) -> str:
    return f"{parts.shared.public_url}{IMPORTS.format(org=org)}?{urlencode({'cursor': cursor})}"


def import_url(parts: LeadsParts, org: str, job_id: str) -> str:
    return f"{parts.shared.public_url}{IMPORT.format(org=org, job_id=job_id)}"


def columns_url(parts: LeadsParts, org: str, key: str, **query: str) -> str:
    """The URL of the page of the columns of a file in the folder of the organization."""
    from chalicelib.leads.importing.uploads import folder_of

    asked = urlencode({"file": key.removeprefix(folder_of(org)), **query})
    return f"{parts.shared.public_url}{COLUMNS.format(org=org)}?{asked}"
