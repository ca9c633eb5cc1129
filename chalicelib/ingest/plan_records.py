"""Says what records would do to an address book, without storing anything."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.books.chunk import Limits, Result
from chalicelib.contacts.source_record import Incoming, LeftOut
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.ingest.applied_store import AppliedStore
from chalicelib.ingest.combine_records import Applied, combine
from chalicelib.ingest.contact_mapper import ContactMapper
from chalicelib.ingest.envelope import Envelope
from chalicelib.ingest.ingest_intake import IngestIntake
from chalicelib.ingest.received_records import received_records
from chalicelib.ingest.source import IngestSource, RecordRules
from chalicelib.jobs.job import Job

_LIMITS = Limits(contacts=200, lines=200)


@dataclass(frozen=True)
class PlanRecords:
    """The use case of a trial."""

    applied: AppliedStore
    #: makes the intake of a job; here there is none
    intake: Callable[[IngestSource, RecordRules, str, Job | None, ContactMapper], IngestIntake]
    clock: Clock
    region: str

    def __call__(self, source: IngestSource, envelope: Envelope) -> dict[str, Any]:
        """What each record would do if it came now, in the order of the records."""
        mapper = ContactMapper(source.rules.fields, source.rules.region or self.region)
        readable = [each.cells for each in envelope.elements if not each.refused]
        now = milliseconds(self.clock.now())
        records = received_records([(cells, now) for cells in readable], source.rules, mapper)
        known = self.applied.find(source.source_id, [each.key for each in records])
        intake = self.intake(source, source.rules, source.tag, None, mapper)
        intake.reload_book()
        steps = combine(records, known, **source.rules.clears)
        incoming: list[Incoming] = [
            LeftOut(f"record#{number}", step.skipped)
            if step.skipped
            else intake.incoming(step, known.get(step.key, Applied()))
            for number, step in enumerate(steps)
        ]
        results = _results(intake, incoming)
        planned = [
            {"index": index, "outcome": "refused", "reason": each.refused, "contact_id": None}
            if each.refused
            else _planned(index, next(results))
            for index, each in enumerate(envelope.elements)
        ]
        names = list(dict.fromkeys(name for cells in readable for name in cells))
        return {
            "envelope": envelope.kind,
            "results": planned,
            "fields": mapper.suggestions(names),
            "unknown_fields": sorted(mapper.unknown),
        }


def _results(intake: IngestIntake, incoming: list[Incoming]) -> Iterator[Result]:
    at = 0
    while at < len(incoming):
        chunk = intake.plan(incoming[at:], _LIMITS)
        yield from chunk.results
        intake.pretend(chunk)
        at += chunk.consumed


def _planned(index: int, result: Result) -> dict[str, Any]:
    contact_id = None if result.outcome == "created" else result.contact_id
    return {
        "index": index,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "contact_id": contact_id,
    }
