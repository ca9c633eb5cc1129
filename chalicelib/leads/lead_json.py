"""Leads as JSON, the same in REST and GraphQL."""

from collections.abc import Mapping
from typing import Any

from chalicelib.foundation.clock import instant, rfc3339
from chalicelib.leads.lead import Lead, LeadIdentity
from chalicelib.leads.resolving.resolve_batch import Resolved


def lead_json(lead: Lead) -> dict[str, Any]:
    profile = lead.profile
    return {
        "leadId": lead.id,
        "identities": [identity_json(each) for each in lead.identities],
        "name": profile.name,
        "email": profile.email,
        "phone": profile.phone,
        "custom": dict(profile.custom),
        "tags": list(profile.tags),
        "source": lead.source,
        "sourceRow": None if lead.source == "api" else lead.created_by.row,
        "createdAt": rfc3339(instant(lead.created_at)),
        "changedAt": rfc3339(instant(lead.changed_at)),
        "revision": lead.rev,
    }


def identity_json(identity: LeadIdentity) -> dict[str, Any]:
    return {
        "identityKey": identity.key,
        "channel": identity.channel,
        "scope": identity.scope,
        "kind": identity.kind,
        "channelIdentifier": identity.form,
        "asGiven": identity.raw,
    }


def resolved_json(resolved: Resolved) -> Mapping[str, Any]:
    return {
        "index": resolved.index,
        "outcome": resolved.outcome.value,
        "lead": None if resolved.lead is None else lead_json(resolved.lead),
        "conflictingLeadIds": list(resolved.conflicting_lead_ids),
        "code": resolved.code,
        "message": resolved.message,
        "field": resolved.field,
    }
