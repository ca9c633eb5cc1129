"""The parts of the room of leads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.leads.store.lead_store import LeadStore
    from chalicelib.shared_parts import SharedParts


class LeadsParts:
    """Each is built when it is first needed."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    @cached_property
    def leads(self) -> LeadStore:
        from chalicelib.leads.store.lead_store import LeadStore

        return LeadStore(self.shared.dynamo, self.shared.settings.leads_table, self.shared.executor)
