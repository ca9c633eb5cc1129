"""Which leads a list or an export has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.leads.lead import Lead


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list has."""

    tag: str | None = None
    #: the import that created or last changed them
    source: str | None = None

    def has(self, lead: Lead) -> bool:
        return (self.tag is None or self.tag in lead.profile.tags) and (
            self.source is None or self.source in (lead.source, lead.stamp.source)
        )
