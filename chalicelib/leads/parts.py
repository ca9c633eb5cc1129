"""The parts of the room of leads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.foundation.json import Json
    from chalicelib.foundation.part_uploads import PartUploads
    from chalicelib.jobs.worker import Step
    from chalicelib.leads.channels.channels import Channels
    from chalicelib.leads.channels.lead_keys import LeadKeys
    from chalicelib.leads.erasing.erase_leads import EraseLeads
    from chalicelib.leads.exporting.export_leads import ExportLeads
    from chalicelib.leads.exporting.exports import Exports
    from chalicelib.leads.importing.follow_import import ControlImports, FollowedImport, FollowImports
    from chalicelib.leads.importing.import_parts import ImportParts
    from chalicelib.leads.importing.lanes import WakeImport
    from chalicelib.leads.importing.look_at_file import FileLook
    from chalicelib.leads.importing.record_imports import RecordImports
    from chalicelib.leads.importing.start_import import FindsMapping, StartImport
    from chalicelib.leads.importing.uploads import Uploads
    from chalicelib.leads.importing.uploads_in_parts import UploadsInParts
    from chalicelib.leads.managing.change_leads import ChangeLeads
    from chalicelib.leads.managing.list_imported import ListImported
    from chalicelib.leads.managing.list_leads import ListLeads
    from chalicelib.leads.managing.read_leads import ReadLeads
    from chalicelib.leads.read_inputs import InputReader
    from chalicelib.leads.resolve_leads import ResolveLeads
    from chalicelib.leads.resolving.resolve_batch import ResolveBatch
    from chalicelib.leads.store.lead_store import LeadStore
    from chalicelib.leads.undoing.undo_imports import LeadUndo, UndoImports
    from chalicelib.shared_parts import SharedParts


PREPARING_AND_COMMITTING = 8  # threads of imports beside those that store leads
BLOCKS_READ_AT_ONCE = 4


class LeadsParts:
    """Each is built when it is first needed."""

    def __init__(
        self, shared: SharedParts, *, saved_mapping: FindsMapping, forget_failed: Callable[[str], object]
    ) -> None:
        """Args:
        saved_mapping: the mapping of file imports that a person saved under a name, for a file with these headers.
        forget_failed: deletes what other systems have sent to an organization and could not be imported.
        """
        self.shared, self.saved_mapping, self.forget_failed = shared, saved_mapping, forget_failed

    @cached_property
    def leads(self) -> LeadStore:
        from chalicelib.leads.store.lead_store import LeadStore

        return LeadStore(self.shared.dynamo, self.shared.settings.leads_table, self.shared.executor)

    @cached_property
    def channels(self) -> Channels:
        from chalicelib.leads.channels.channels import Channels

        return Channels(self.shared.settings.lead_channels, self.shared.settings.default_region)

    @cached_property
    def keys(self) -> LeadKeys:
        """Read, or made, when the first lead is looked up."""
        from chalicelib.leads.store.lead_key_store import LeadKeyStore

        shared = self.shared
        return LeadKeyStore(shared.dynamo, shared.settings.leads_table, lambda: shared.seal).load()

    @cached_property
    def reader(self) -> InputReader:
        from chalicelib.leads.read_inputs import InputReader

        return InputReader(self.channels, self.keys)

    @cached_property
    def resolve_batch(self) -> ResolveBatch:
        from chalicelib.leads.channels.lead_keys import fresh_key
        from chalicelib.leads.resolving.resolve_batch import ResolveBatch

        return ResolveBatch(self.leads, self.shared.executor, self.shared.clock, fresh_key)

    @cached_property
    def resolve(self) -> ResolveLeads:
        from chalicelib.jobs.idempotency_keys import IdempotencyKeys
        from chalicelib.leads.resolve_leads import ResolveLeads
        from chalicelib.leads.resolving.request_source import RequestSource

        shared = self.shared
        keys = IdempotencyKeys(shared.dynamo, shared.settings.jobs_table, shared.store_clock)
        return ResolveLeads(lambda: self.reader, self.resolve_batch, RequestSource(keys))

    @cached_property
    def change(self) -> ChangeLeads:
        from chalicelib.leads.managing.change_leads import ChangeLeads

        return ChangeLeads(self.leads, self.shared.clock)

    @cached_property
    def erase(self) -> EraseLeads:
        from chalicelib.leads.erasing.erase_leads import EraseLeads

        return EraseLeads(
            self.change, self.exports.delete_all, self.forget_failed, self.shared.jobs, self.shared.work_queue
        )

    @cached_property
    def clean_imports(self) -> Step:
        from chalicelib.leads.erasing.clean_imports import CleanImports
        from chalicelib.leads.importing.forget_lead import ForgetLead

        return CleanImports(ForgetLead(self.imports), self.shared.clock)

    @cached_property
    def read(self) -> ReadLeads:
        from chalicelib.leads.managing.read_leads import ReadLeads

        return ReadLeads(self.leads)

    @cached_property
    def list_leads(self) -> ListLeads:
        from chalicelib.leads.managing.list_leads import ListLeads

        return ListLeads(self.leads, self.shared.executor, lambda: self._list_imported)

    @cached_property
    def _list_imported(self) -> ListImported:
        from chalicelib.leads.managing.list_imported import ListImported

        return ListImported(lambda: self.imports)

    @cached_property
    def exports(self) -> Exports:
        from chalicelib.leads.exporting.exports import Exports

        shared = self.shared
        return Exports(shared.jobs, shared.work_queue, lambda: shared.blobs, shared.cancel_job)

    @cached_property
    def export_leads(self) -> ExportLeads:
        from chalicelib.leads.exporting.export_leads import ExportLeads

        return ExportLeads(self.leads, self.shared.blobs, self.part_uploads, self.channels)

    @cached_property
    def part_uploads(self) -> PartUploads:
        from chalicelib.foundation.part_uploads import PartUploads

        shared = self.shared
        return PartUploads(shared.clients("s3"), shared.settings.blobs_bucket, shared.settings.token_kms_key_id)

    # ── imports

    @cached_property
    def imports(self) -> ImportParts:
        from datetime import timedelta

        from chalicelib.leads.importing.import_parts import ImportParts, Limits

        shared = self.shared
        return ImportParts(
            jobs=shared.jobs,
            leads=self.leads,
            blobs=lambda: shared.blobs,
            channels=self.channels,
            keys=lambda: self.keys,
            work_queue=shared.work_queue,
            clock=shared.clock,
            executor=shared.executor_of(PREPARING_AND_COMMITTING),
            reading=shared.executor_of(BLOCKS_READ_AT_ONCE),
            limits=Limits(lanes=shared.settings.lead_lanes),
            files_last=timedelta(days=shared.settings.upload_days),
        )

    @cached_property
    def import_step(self) -> Step:
        from chalicelib.leads.importing.import_step import ImportStep

        return ImportStep(self.imports)

    @cached_property
    def lane_step(self) -> Step:
        from chalicelib.leads.importing.lane_step import LaneStep

        return LaneStep(self.imports)

    def look_at_file(self, organization: str, key: str) -> FileLook:
        """As `look_at_file`."""
        from chalicelib.leads.importing.look_at_file import look_at_file

        return look_at_file(self.shared.blobs, organization, key, largest=self.imports.limits.size)

    @cached_property
    def wake_import(self) -> WakeImport:
        from chalicelib.leads.importing.lanes import WakeImport

        return WakeImport(self.imports)

    @cached_property
    def start_import(self) -> StartImport:
        from chalicelib.leads.importing.start_import import StartImport

        return StartImport(lambda: self.imports, self.saved_mapping)

    @cached_property
    def record_imports(self) -> RecordImports:
        from chalicelib.leads.importing.record_imports import RecordImports

        return RecordImports(lambda: self.imports, self.start_import, self.follow_imports)

    @cached_property
    def follow_imports(self) -> FollowImports:
        from chalicelib.leads.importing.follow_import import FollowImports

        return FollowImports(lambda: self.imports)

    @cached_property
    def control_imports(self) -> ControlImports:
        from chalicelib.leads.importing.follow_import import ControlImports

        return ControlImports(lambda: self.imports, self.follow_imports, self.start_import)

    @cached_property
    def undo_imports(self) -> UndoImports:
        from datetime import timedelta

        from chalicelib.leads.undoing.undo_imports import UndoImports

        lasts = timedelta(days=self.shared.settings.undo_days)
        return UndoImports(lambda: self.imports, self.follow_imports, lasts)

    @cached_property
    def undo_step(self) -> Step:
        from chalicelib.leads.undoing.undo_step import UndoStep

        return UndoStep(self.imports)

    def undo_json(self, undo: LeadUndo) -> dict[str, Json]:
        from chalicelib.leads.undoing.undo_imports import undo_json

        return undo_json(undo, self.imports)

    def import_json(self, followed: FollowedImport) -> dict[str, Json]:
        from chalicelib.leads.importing.follow_import import import_json

        return import_json(followed, self.imports)

    @cached_property
    def uploads(self) -> Uploads:
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.leads.importing.uploads import Uploads

        return Uploads(lambda: self.shared.blobs, fresh_id)

    @cached_property
    def uploads_in_parts(self) -> UploadsInParts:
        from chalicelib.leads.importing.uploads_in_parts import UploadsInParts

        shared = self.shared
        return UploadsInParts(self.uploads, lambda: self.part_uploads, shared.blobs.size, shared.clock)
