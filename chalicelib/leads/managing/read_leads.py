"""Reads single leads, by id or by an identity."""

from dataclasses import dataclass

from chalicelib.foundation.errors import NotFound
from chalicelib.leads.channels.lead_keys import is_key
from chalicelib.leads.lead import Lead
from chalicelib.leads.store.lead_store import LeadStore


@dataclass(frozen=True)
class ReadLeads:
    """The leads of one organization; those of others do not exist."""

    store: LeadStore

    def find(self, organization: str, lead_id: str) -> Lead | None:
        """The lead with this id, if there is one."""
        return self.store.find(organization, lead_id) if is_key(lead_id) else None

    def get(self, organization: str, lead_id: str) -> Lead:
        """The lead with this id. Raises NotFound if there is none."""
        lead = self.find(organization, lead_id)
        if lead is None:
            raise NotFound("This does not exist, or you do not have access to it.")
        return lead

    def with_identity(self, organization: str, key: str) -> list[Lead]:
        """The lead that the identity with this key belongs to, if it is one."""
        stored = self.store.find_many(organization, [key], consistent=True).get(key)
        return [] if stored is None or stored.lead is None else [stored.lead]
