"""Makes the planner of an import's rows, the same for its plan and its commit."""

from dataclasses import dataclass

from chalicelib.books.contact_store import ContactStore
from chalicelib.file_imports.planning.file_intake import FileIntake
from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.files.mapping.column_mapping import ColumnMapping, Rule
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.ids import fresh_ids
from chalicelib.jobs.job import Job


@dataclass(frozen=True)
class FileIntakes:
    """Makes them."""

    contacts: ContactStore
    clock: Clock
    #: The default country of phone numbers without a country code.
    region: str

    def of(self, job: Job, found: FileImport, mapping: ColumnMapping | None) -> FileIntake:
        """The planner for one job.

        Args:
            mapping: of a table; None for cards.
        """
        rules = mapping.rules if mapping else {}
        return FileIntake(
            self.contacts,
            owner=job.owner,
            source=found.source,
            region=found.region or (mapping.region if mapping else "") or self.region,
            job=job.job_id,
            generation=job.generation,
            now=self.clock.now,
            fresh_id=fresh_ids().__next__,
            match_by=found.match_by,
            only_where_empty=frozenset(name for name, rule in rules.items() if rule is Rule.WHERE_EMPTY),
            leads=mapping.leading if mapping else (),
            renews=found.renews,
        )
