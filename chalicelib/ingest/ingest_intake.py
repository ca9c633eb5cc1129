"""Takes the records of a source into a book: what a record does not say stays as the source said it before."""

from dataclasses import dataclass
from typing import Any

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.intake import Intake
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.source_record import Incoming, SourceContact, Unreadable
from chalicelib.files.mapping.column_mapping import BLOCKING
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.ids import fresh_ids
from chalicelib.ingest.combine_records import Applied, Step, after, cleared
from chalicelib.ingest.contact_mapper import ContactMapper
from chalicelib.ingest.record_reader import identity_of
from chalicelib.ingest.source import IngestSource, RecordRules
from chalicelib.jobs.job import Job


class IngestIntake(Intake):
    """Plans records, each on top of what the source said of it before."""

    def __init__(self, *arguments: Any, rules: RecordRules, mapper: ContactMapper, **more: Any) -> None:
        """Take the same arguments as `Intake`.

        Args:
            rules: how records are read.
            mapper: maps them.
        """
        super().__init__(*arguments, **more)
        self._rules, self._mapper = rules, mapper
        #: All cells of the records that were planned, by key, as far as they are known.
        self.whole_cells: dict[str, dict[str, str]] = {}

    def job_of(self, key: str) -> str:
        """The job that wrote the book's record of the source with this key; "" if it has none."""
        mark = self._book.record(self._source, key)
        return "" if mark is None else mark.job

    def incoming(self, step: Step, applied: Applied) -> Incoming:
        """The contact that a record makes.

        The fields that were applied before count only while the book has the record that they made. If an undo or
        something else has changed it, the record changes those fields of a contact alone that it names.
        """
        rules, job = self._rules, self.job_of(step.key)
        is_partial = bool(job) and job != applied.job
        cells = after(step, applied.cells if job and not is_partial else {}, **rules.clears)
        if is_partial:
            self.whole_cells.pop(step.key, None)
        else:
            self.whole_cells[step.key] = cells
        identity = identity_of(dict(cells), rules)
        mapped = self._mapper(dict(cells), identity.fields)
        if mapped.is_nobody and not is_partial:
            return Unreadable(step.key, BLOCKING)
        if not is_partial:
            return SourceContact(step.key, mapped.fields, dropped=mapped.unread)
        gone = self._mapper.fields_of(cleared(step, **rules.clears)) - mapped.fields.keys()
        return SourceContact(step.key, mapped.fields, partial=True, cleared=tuple(sorted(gone)), dropped=mapped.unread)


@dataclass(frozen=True)
class IngestIntakes:
    """Makes intakes of sources."""

    contacts: ContactStore
    clock: Clock

    def __call__(
        self, source: IngestSource, rules: RecordRules, tag: str, job: Job | None, mapper: ContactMapper
    ) -> IngestIntake:
        """The intake of a job, or of a trial without one.

        A record of a contact that is there is merged into it by the rules of matching, unless the owner chose other.
        """
        policy = OnExisting(rules.on_existing)
        return IngestIntake(
            self.contacts,
            owner=source.owner,
            source=source.of_records.with_tag(tag),
            region=mapper.region,
            job="" if job is None else job.job_id,
            generation=0 if job is None else job.generation,
            now=self.clock.now,
            fresh_id=fresh_ids().__next__,
            on_existing=None if policy is OnExisting.UPDATE else policy,
            rules=rules,
            mapper=mapper,
        )
