"""What the pages show of leads: channels by their titles, identities, and where a lead comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.foundation.http import Person
from chalicelib.foundation.organizations import Role, has_role
from chalicelib.leads.channels.identity import ANYWHERE
from chalicelib.leads.lead import OF_REQUEST, Lead, LeadIdentity, Stamp
from chalicelib.leads.lead_json import identity_json, lead_json

NO_NAME = "No name"
_TITLES = {
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "email": "Email",
    "instagram": "Instagram",
    "messenger": "Messenger",
    "telegram": "Telegram",
}
_KINDS = {"bsuid": "business-scoped ID", "parent_bsuid": "ID in the parent portfolio", "id": "ID"}


def channel_title(channel: str) -> str:
    """What pages call the channel; a configured one has its name."""
    return _TITLES.get(channel, channel)


def channel_titles(channels: Sequence[str]) -> Mapping[str, str]:
    """The titles of the channels, by name."""
    return {channel: channel_title(channel) for channel in channels}


def allowed(person: Person, organization: str) -> dict[str, Any]:
    """What the person may do with the leads of the organization."""
    return {
        "may_edit": has_role(person, organization, Role.IMPORTER),
        "may_delete": has_role(person, organization, Role.ADMIN),
    }


def listed(lead: Lead) -> dict[str, Any]:
    """A line of a list."""
    shown = lead_json(lead)
    first, *others = lead.identities
    return {
        **shown,
        "name": lead.profile.name or NO_NAME,
        "identity": _identity_view(first),
        "further": len(others),
    }


def lead_view(lead: Lead) -> dict[str, Any]:
    """A lead on its page."""
    return {
        **lead_json(lead),
        "name": lead.profile.name or NO_NAME,
        "identities": [_identity_view(each) for each in lead.identities],
        "created_by": _origin(lead.created_by),
        "changed_by": None if lead.change is None else _origin(lead.change.stamp),
    }


def _identity_view(identity: LeadIdentity) -> dict[str, Any]:
    return {
        **identity_json(identity),
        "title": channel_title(identity.channel),
        "kind": _KINDS.get(identity.kind, ""),
        "scope": "" if identity.scope == ANYWHERE else identity.scope,
        "raw": "" if identity.raw == identity.form else identity.raw,
    }


def _origin(stamp: Stamp) -> dict[str, Any]:
    """The import and the row, or neither for a request."""
    if stamp.source.startswith(OF_REQUEST):
        return {"import_id": None, "row": None}
    return {"import_id": stamp.source, "row": stamp.row}
