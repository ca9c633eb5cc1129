"""Erases a lead, and deletes the files of the organization that may hold it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.leads.lead import LeadIdentity
from chalicelib.leads.managing.change_leads import ChangeLeads, Erased


@dataclass(frozen=True)
class EraseLeads:
    """One use case for the API and the pages, so that both leave nothing behind."""

    change: ChangeLeads
    #: of an organization; returns the ids of their jobs
    delete_exports: Callable[[str], Sequence[str]]

    def __call__(self, organization: str, whom: str | LeadIdentity) -> tuple[Erased, Sequence[str]]:
        """Erase the lead with this id, or whoever has the identity; also returns the exports that are deleted.

        Raises:
            NotFound: there is no lead with this id.
        """
        if isinstance(whom, str):
            erased = self.change.erase(organization, whom)
        else:
            erased = self.change.erase_identity(organization, whom)
        return erased, self.delete_exports(organization)
