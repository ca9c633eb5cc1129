"""The parts of the room of ingest."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.files.mapping.column_mapping import ColumnMapping
    from chalicelib.ingest.applied_store import AppliedStore
    from chalicelib.ingest.arrival_store import ArrivalStore
    from chalicelib.ingest.batch import Batches
    from chalicelib.ingest.envelope import Envelope
    from chalicelib.ingest.follow_records import FollowRecords
    from chalicelib.ingest.forget_sources import ForgetSources
    from chalicelib.ingest.gate_store import GateStore
    from chalicelib.ingest.import_leads import ImportLeads
    from chalicelib.ingest.import_records import ImportRecords
    from chalicelib.ingest.ingest_intake import IngestIntakes
    from chalicelib.ingest.lead_imports import LeadImports
    from chalicelib.ingest.manage_sources import ContactRules, LeadRules, ManageSources
    from chalicelib.ingest.plan_leads import PlanLeads
    from chalicelib.ingest.receive_records import ReceiveRecords
    from chalicelib.ingest.source import IngestSource
    from chalicelib.ingest.source_store import SourceStore
    from chalicelib.ingest.start_ingest import StartIngest
    from chalicelib.shared_parts import SharedParts


class IngestParts:
    """Each is built when it is first needed."""

    def __init__(
        self,
        shared: SharedParts,
        *,
        saved_mapping: Callable[[str, str], ColumnMapping | None],
        lead_imports: Callable[[], LeadImports],
    ) -> None:
        """Args:
        saved_mapping: the mapping of a person's file import, by its id; None if there is none.
        lead_imports: the imports of leads.
        """
        self.shared, self._saved_mapping, self._lead_imports = shared, saved_mapping, lead_imports

    # ── stores

    @cached_property
    def sources(self) -> SourceStore:
        from chalicelib.ingest.source_store import SourceStore

        return SourceStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def gates(self) -> GateStore:
        from chalicelib.ingest.gate_store import GateStore

        return GateStore(self.shared.dynamo, self.shared.settings.jobs_table)

    @cached_property
    def arrivals(self) -> ArrivalStore:
        from chalicelib.ingest.arrival_store import ArrivalStore

        return ArrivalStore(self.shared.dynamo, self.shared.settings.people_table, self.shared.blobs)

    @cached_property
    def applied(self) -> AppliedStore:
        from chalicelib.ingest.applied_store import AppliedStore

        return AppliedStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def batches(self) -> Batches:
        from chalicelib.ingest.batch import Batches

        return Batches(self.arrivals, self.gates, self.shared.blobs, self.shared.store_clock)

    @cached_property
    def forget(self) -> ForgetSources:
        from chalicelib.ingest.forget_sources import ForgetSources

        return ForgetSources(self.sources, self.arrivals, self.gates, self.shared.blobs)

    # ── use cases

    @cached_property
    def manage(self) -> ManageSources:
        from chalicelib.ingest.manage_sources import ManageSources

        shared = self.shared
        return ManageSources(
            self.sources,
            self.forget,
            lambda: shared.seal,
            shared.store_clock,
            self._saved_mapping,
            shared.books.not_erasing_check,
            shared.settings.ingest_requests_per_minute,
            shared.settings.ingest_records_per_day,
        )

    @cached_property
    def contact_rules(self) -> ContactRules:
        from chalicelib.ingest.manage_sources import ContactRules

        return ContactRules()

    @cached_property
    def lead_rules(self) -> LeadRules:
        from chalicelib.ingest.manage_sources import LeadRules

        return LeadRules(self._lead_imports())

    @cached_property
    def start(self) -> StartIngest:
        from chalicelib.ingest.new_job import new_job
        from chalicelib.ingest.start_ingest import StartIngest

        shared = self.shared
        return StartIngest(self.gates, self.sources, shared.jobs, shared.work_queue, shared.store_clock, new_job)

    def start_due(self) -> None:
        """Part of every run of the minute schedule."""
        self.start.start_due()

    @cached_property
    def receive(self) -> ReceiveRecords:
        from chalicelib.ingest.receive_records import ReceiveRecords

        shared = self.shared
        return ReceiveRecords(
            self.sources,
            self.arrivals,
            self.gates,
            self.start,
            lambda: shared.seal,
            shared.store_clock,
            shared.public_url,
        )

    @cached_property
    def intakes(self) -> IngestIntakes:
        from chalicelib.ingest.ingest_intake import IngestIntakes

        return IngestIntakes(self.shared.contacts, self.shared.clock)

    @cached_property
    def import_records(self) -> ImportRecords:
        from chalicelib.ingest.import_records import ImportRecords

        shared = self.shared
        return ImportRecords(
            self.sources,
            self.batches,
            self.arrivals,
            self.applied,
            self.intakes,
            shared.change_book,
            self.start,
            self.forget,
            shared.clock,
            shared.settings.default_region,
        )

    @cached_property
    def import_leads(self) -> ImportLeads:
        from chalicelib.ingest.import_leads import ImportLeads

        return ImportLeads(
            self.sources,
            self.batches,
            self.arrivals,
            self.applied,
            self._lead_imports(),
            self.start,
            self.forget,
            self.shared.clock,
        )

    @cached_property
    def plan_leads(self) -> PlanLeads:
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.ingest.plan_leads import PlanLeads

        return PlanLeads(self._lead_imports(), fresh_id)

    def plan(self, source: IngestSource, envelope: Envelope) -> dict[str, Any]:
        """As `PlanRecords`."""
        from chalicelib.ingest.plan_records import PlanRecords

        return PlanRecords(self.applied, self.intakes, self.shared.store_clock, self.shared.settings.default_region)(
            source, envelope
        )

    @cached_property
    def follow(self) -> FollowRecords:
        from chalicelib.ingest.follow_records import FollowRecords, ledger_of

        shared = self.shared
        return FollowRecords(
            shared.jobs,
            self.batches,
            self.gates,
            self.arrivals,
            self.start,
            shared.store_clock,
            ledger_of(shared.jobs),
        )

    # ── published forms

    def source_json(self, source: IngestSource) -> dict[str, Any]:
        from chalicelib.ingest.source_json import source_json

        return source_json(source, self.shared.public_url)

    def records_json(self, source: IngestSource, limit: int) -> dict[str, Any]:
        from chalicelib.ingest.source_json import record_json

        return {
            "records": [record_json(each) for each in self.follow.last(source, limit)],
            "unknown_fields": self.follow.unknown_fields(source),
            "last_envelope": self.follow.last_envelope(source),
        }

    def failed_json(self, source: IngestSource) -> list[dict[str, Any]]:
        from chalicelib.ingest.source_json import failed_json

        return [failed_json(each) for each in self.follow.failed(source)]

    def names(self, owner: str) -> dict[str, str]:
        """What a person calls their sources, by the keys of the sources of records."""
        return {each.of_records.key: each.name for each in self.sources.of_owner(owner)}
