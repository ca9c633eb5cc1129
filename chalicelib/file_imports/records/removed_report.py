"""The report of the rows that a commit took away, since the file no longer has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.prepared_contact import display_name
from chalicelib.file_imports.committing.commit_results import CommitResults, RemovedRow
from chalicelib.file_imports.job_kinds import FileOutcome
from chalicelib.file_imports.records.follow_file_import import FollowedImport
from chalicelib.file_imports.records.report import ended_job

HEADER = ("name", "key", "outcome", "reason", "contact_id")
_AT_ONCE = 100  # contacts
_DELETED = "The contact was deleted: it had no other source."
_KEPT = "The contact stays, since it has other sources. What this file said of it was taken away."


@dataclass(frozen=True)
class RemovedReport:
    """Makes it."""

    results: CommitResults
    contacts: ContactStore

    def __call__(self, followed: FollowedImport) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
        """The header and the rows. Raises Conflict if the commit has not ended, and NotFound."""
        job = ended_job(followed)
        return HEADER, self._rows(followed.found.owner, self.results.removed(followed.found, job))

    def _rows(self, owner: str, removed: Sequence[RemovedRow]) -> Iterator[Sequence[str]]:
        for start in range(0, len(removed), _AT_ONCE):
            at_once = removed[start : start + _AT_ONCE]
            kept = self.contacts.get_many(owner, [each.contact_id for each in at_once if each.contact_id])
            for key, name, contact_id in at_once:
                contact = kept.get(contact_id or "")
                shown = display_name(contact.shown) if contact else name
                yield shown, key, FileOutcome.REMOVED, _KEPT if contact_id else _DELETED, contact_id or ""
