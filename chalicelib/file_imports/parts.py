"""The parts of the room of file imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.contacts.source_record import SourceRecord
    from chalicelib.contacts.source_row import SourceRows
    from chalicelib.file_imports.committing.cancel_file_import import CancelFileImport
    from chalicelib.file_imports.committing.commit_import import CommitImport
    from chalicelib.file_imports.committing.commit_plan import CommitPlan
    from chalicelib.file_imports.committing.commit_results import CommitResults
    from chalicelib.file_imports.comparing.compare import CompareImport
    from chalicelib.file_imports.deciding.carry_out_decisions import CarryOutDecisions
    from chalicelib.file_imports.deciding.decide_rows import DecideRows
    from chalicelib.file_imports.deciding.decided_apart import FindDecidedApart
    from chalicelib.file_imports.deciding.reopen_rows import ReopenRows
    from chalicelib.file_imports.deciding.waiting_rows import WaitingRows
    from chalicelib.file_imports.planning.change_import import ChangeImport
    from chalicelib.file_imports.planning.create_import import CreateFileImport
    from chalicelib.file_imports.planning.gone_rows import GoneRows
    from chalicelib.file_imports.planning.intakes import FileIntakes
    from chalicelib.file_imports.planning.plan_import import PlanImport
    from chalicelib.file_imports.planning.start_planning import StartPlanning
    from chalicelib.file_imports.records.follow_file_import import FollowFileImports
    from chalicelib.file_imports.records.list_records import ListRecords
    from chalicelib.file_imports.records.removed_report import RemovedReport
    from chalicelib.file_imports.records.report import ImportReport
    from chalicelib.file_imports.records.trace_records import TraceRecords
    from chalicelib.file_imports.records.verify_import import VerifyImport
    from chalicelib.file_imports.storing.decision_store import DecisionStore
    from chalicelib.file_imports.storing.import_files import ImportFiles
    from chalicelib.file_imports.storing.import_store import FileImportStore
    from chalicelib.files.mapping.column_mapping import ColumnMapping
    from chalicelib.foundation.json import Json
    from chalicelib.jobs.job import Job
    from chalicelib.shared_parts import SharedParts


class FileImportParts:
    """Each is built when it is first needed. The readers of files are loaded by the steps alone."""

    def __init__(self, shared: SharedParts) -> None:
        self.shared = shared

    @cached_property
    def imports(self) -> FileImportStore:
        from chalicelib.file_imports.storing.import_store import FileImportStore

        shared = self.shared
        return FileImportStore(shared.dynamo, shared.settings.people_table, shared.clock)

    def saved_mapping(self, owner: str, name: str, headers: Sequence[str]) -> ColumnMapping | None:
        """As `SavedMappings`."""
        from chalicelib.file_imports.storing.saved_mappings import SavedMappings

        return SavedMappings(self.imports, self.files)(owner, name, headers)

    def collection_of(self, job: Job) -> str | None:
        """The id of the collection that a commit added contacts to; None for any other job."""
        import_id = job.details.get("import_id")
        found = None if import_id is None else self.imports.find(job.owner, str(import_id))
        return None if found is None else found.collection_id

    @cached_property
    def files(self) -> ImportFiles:
        from chalicelib.file_imports.storing.import_files import WRITTEN_AT_ONCE, ImportFiles

        return ImportFiles(self.shared.blobs, self.shared.executor_of(WRITTEN_AT_ONCE))

    @cached_property
    def start_planning(self) -> StartPlanning:
        from chalicelib.file_imports.planning.start_planning import StartPlanning

        return StartPlanning(self.imports, self.shared.jobs, self.shared.work_queue)

    @cached_property
    def create(self) -> CreateFileImport:
        from chalicelib.file_imports.planning.create_import import CreateFileImport

        shared = self.shared
        return CreateFileImport(self.imports, self.files, self.start_planning, shared.collections, shared.clock)

    @cached_property
    def change(self) -> ChangeImport:
        from chalicelib.file_imports.planning.change_import import ChangeImport

        shared = self.shared
        return ChangeImport(self.imports, shared.jobs, self.files, self.start_planning, shared.collections)

    @cached_property
    def commit(self) -> CommitImport:
        from chalicelib.file_imports.committing.commit_import import CommitImport

        shared = self.shared
        return CommitImport(self.imports, shared.jobs, shared.collections, shared.work_queue)

    @cached_property
    def cancel(self) -> CancelFileImport:
        from chalicelib.file_imports.committing.cancel_file_import import CancelFileImport

        return CancelFileImport(self.imports, self.files, self.shared.jobs, self.shared.cancel_job)

    @cached_property
    def decisions(self) -> DecisionStore:
        from chalicelib.file_imports.storing.decision_store import DecisionStore

        return DecisionStore(self.shared.dynamo, self.shared.settings.people_table)

    @cached_property
    def results(self) -> CommitResults:
        from chalicelib.file_imports.committing.commit_results import CommitResults

        return CommitResults(self.files, self.shared.jobs, self.decisions)

    @cached_property
    def follow(self) -> FollowFileImports:
        from chalicelib.file_imports.records.follow_file_import import FollowFileImports

        shared = self.shared
        has_queue = bool(shared.settings.work_queue_url)
        return FollowFileImports(self.imports, self.files, shared.jobs, shared.store_clock, has_queue)

    @cached_property
    def list_records(self) -> ListRecords:
        from chalicelib.file_imports.records.list_records import ListRecords

        return ListRecords(
            self.files, self.follow, self.results, self.shared.contacts, self.shared.settings.default_region
        )

    @cached_property
    def report(self) -> ImportReport:
        from chalicelib.file_imports.records.report import ImportReport

        return ImportReport(self.files, self.follow, self.results)

    @cached_property
    def gone_rows(self) -> GoneRows:
        from chalicelib.file_imports.planning.gone_rows import GoneRows

        return GoneRows(self.files, self.shared.contacts)

    @cached_property
    def removed_report(self) -> RemovedReport:
        from chalicelib.file_imports.records.removed_report import RemovedReport

        return RemovedReport(self.results, self.shared.contacts)

    @cached_property
    def verify(self) -> VerifyImport:
        from chalicelib.file_imports.records.verify_import import VerifyImport

        shared = self.shared
        return VerifyImport(shared.jobs, self.results, self.decisions, shared.executor)

    @cached_property
    def compare(self) -> CompareImport:
        from chalicelib.file_imports.comparing.compare import CompareImport

        return CompareImport(self.list_records, self.shared.contacts, self.shared.executor)

    @cached_property
    def waiting_rows(self) -> WaitingRows:
        from chalicelib.file_imports.deciding.waiting_rows import WaitingRows

        jobs = self.shared.jobs
        return WaitingRows(self.follow, self.list_records, self.results, self.decisions, self.files, jobs)

    @cached_property
    def decide_rows(self) -> DecideRows:
        from chalicelib.file_imports.deciding.decide_rows import DecideRows

        shared = self.shared
        return DecideRows(
            self.waiting_rows,
            self.decisions,
            self.files,
            shared.contacts,
            shared.jobs,
            shared.work_queue,
            shared.clock,
        )

    def decide_many_rows(self, owner: str, import_id: str, decided: Mapping[int, str | None]) -> Job:
        """The job that imports these rows of one file, each as a contact or, for None, as a new one.

        Raises as `DecideRows`.
        """
        from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict

        decisions = [
            RowDecision(row, Verdict.NEW if contact_id is None else Verdict.SAME, contact_id)
            for row, contact_id in decided.items()
        ]
        return self.decide_rows(owner, import_id, decisions)

    def decide_row(
        self, owner: str, import_id: str, row: int, contact_id: str | None, choices: Mapping[str, Json]
    ) -> Job:
        """The job that imports a row that waits, as this contact or, for None, as a new one. Raises as `DecideRows`."""
        from chalicelib.file_imports.storing.row_decision import RowDecision, Verdict

        verdict = Verdict.NEW if contact_id is None else Verdict.SAME
        return self.decide_rows(owner, import_id, [RowDecision(row, verdict, contact_id, choices)])

    @cached_property
    def reopen_rows(self) -> ReopenRows:
        from chalicelib.file_imports.deciding.reopen_rows import ReopenRows

        shared = self.shared
        return ReopenRows(self.imports, self.files, self.decisions, shared.contacts, shared.pairs)

    @cached_property
    def decided_apart(self) -> FindDecidedApart:
        from chalicelib.file_imports.deciding.decided_apart import FindDecidedApart

        return FindDecidedApart(self.decisions)

    def after_undo(self, run: Job, undone_by: str | None) -> None:
        """Note on the import that its commit was undone, or let the rows wait again that a run had decided.

        Does nothing for other runs. May be repeated.

        Args:
            undone_by: the job of the undo; None if that was undone itself.
        """
        from chalicelib.file_imports.job_kinds import COMMIT

        if run.kind == COMMIT.name:
            import_id = str(run.details["import_id"])
            found = self.imports.find(run.owner, import_id)
            if found is not None and found.job_id == run.job_id:
                self.imports.save(self.imports.note_undone(run.owner, import_id, undone_by))
        elif undone_by is not None:
            self.reopen_rows(run)

    @cached_property
    def _trace_records(self) -> TraceRecords:
        from chalicelib.file_imports.records.trace_records import TraceRecords

        return TraceRecords(self.imports, self.files, self.shared.jobs)

    def trace_records(self, owner: str, records: Sequence[SourceRecord]) -> SourceRows:
        """The rows of files that the records of a contact came from. Loads and reads nothing for one of no file."""
        from chalicelib.contacts.source import is_file

        of_files = [record for record in records if is_file(record.source)]
        return self._trace_records(owner, of_files) if of_files else {}

    @cached_property
    def intakes(self) -> FileIntakes:
        from chalicelib.file_imports.planning.intakes import FileIntakes

        return FileIntakes(self.shared.contacts, self.shared.clock, self.shared.settings.default_region)

    @cached_property
    def plan_import(self) -> PlanImport:
        from chalicelib.file_imports.planning.plan_import import PlanImport
        from chalicelib.file_imports.planning.read_upload import ReadUpload

        region = self.shared.settings.default_region
        read_upload = ReadUpload(self.imports)
        return PlanImport(self.imports, self.files, read_upload, self.intakes, self.decisions, region)

    @cached_property
    def commit_plan(self) -> CommitPlan:
        from chalicelib.file_imports.committing.commit_plan import CommitPlan

        shared = self.shared
        region = shared.settings.default_region
        return CommitPlan(
            self.imports,
            self.files,
            shared.jobs,
            shared.change_book,
            self.results,
            shared.collections,
            self.intakes,
            region,
        )

    @cached_property
    def carry_out_decisions(self) -> CarryOutDecisions:
        from chalicelib.file_imports.deciding.carry_out_decisions import CarryOutDecisions

        shared = self.shared
        return CarryOutDecisions(
            self.imports,
            self.files,
            self.decisions,
            self.waiting_rows,
            shared.change_book,
            shared.collections,
            self.intakes,
            shared.contacts,
            shared.pairs,
            shared.clock,
            shared.settings.default_region,
        )
