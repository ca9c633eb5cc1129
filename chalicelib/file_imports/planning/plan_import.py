"""The step that reads an uploaded file and plans what becomes of its rows. It changes no contact."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import itemgetter, or_

from chalicelib.file_imports.job_kinds import PLANNED
from chalicelib.file_imports.planning.earlier_edits import as_in_earlier_version, edits_of_earlier_version
from chalicelib.file_imports.planning.file_intake import FileIntake
from chalicelib.file_imports.planning.forms import is_same_form
from chalicelib.file_imports.planning.import_rows_reader import ImportRowReader
from chalicelib.file_imports.planning.intakes import FileIntakes
from chalicelib.file_imports.planning.plan_progress import OutOfTime, RowProgress
from chalicelib.file_imports.planning.plan_rows import AT_ONCE, FilePlan, FileRow
from chalicelib.file_imports.planning.plan_summary import PlanSummary
from chalicelib.file_imports.planning.read_upload import ReadUpload
from chalicelib.file_imports.storing.decision_store import DecisionStore
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState, Plan
from chalicelib.file_imports.storing.import_files import (
    BLOCK_ROWS,
    EDITS,
    ImportFiles,
    description_name,
    gone_name,
    plan_name,
    problem_rows_name,
    summary_name,
)
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.row_decision import Verdict
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.json import Json
from chalicelib.foundation.memory import tune_memory
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.run import Run

MOST_STARTS = 20  # of one job; a file that needs more never ends, or has a row that stops every worker
_AHEAD = 10_000  # rows that are mapped and prepared while the book is read; they take 25 MB
_SAMPLE = BLOCK_ROWS  # rows that tell whether a file is the newer version of another
_SAME_FILE = 0.5  # the share of them that the other one has


@dataclass(frozen=True)
class PlanImport:
    """Runs the jobs that read and plan."""

    imports: FileImportStore
    files: ImportFiles
    read_upload: ReadUpload
    intakes: FileIntakes
    decisions: DecisionStore
    #: The default country of phone numbers without a country code.
    region: str

    def __call__(self, run: Run) -> None:
        """Reads the file if it has not been read, and plans its rows if the mapping is certain or confirmed.

        What was read is kept; a plan that is interrupted begins again.

        Raises:
            UnreadableFile: the file cannot be read; the job fails with the reason.
        """
        tune_memory()
        if run.job.attempts > MOST_STARTS:
            run.fail("The file takes too long. Split it into smaller files, and try again.", "too_long")
            return
        found = self.imports.find(run.job.owner, str(run.job.details["import_id"]))
        if found is None or found.job_id != run.job.job_id:
            _end(run, JobState.CANCELED)
            return
        try:
            self._advance(run, found)
        except OutOfTime:  # the next claim begins again with what is not done
            return
        except ExtraWriteRefused:  # a person changed the import meanwhile, and another job plans it
            _end(run, JobState.CANCELED)

    def _advance(self, run: Run, found: FileImport) -> None:
        files = self.files.keeping_written()
        if found.state is FileImportState.UPLOADED:
            found = self.read_upload(run, found, files)
        if found.state is FileImportState.MAPPED:
            self._plan(run, found, files)
        else:
            _end(run, JobState.COMPLETED)

    def _plan(self, run: Run, found: FileImport, files: ImportFiles) -> None:
        reading = self.intakes.contacts.begin_reading(found.owner)
        reader = ImportRowReader(files, found, self.region)
        intake = self.intakes.of(run.job, found, reader.mapping)
        intake.take_reading(reading)
        rows = (read.row for read in reader.rows())
        ahead = deque(islice(rows, _AHEAD))  # while the book is read
        intake.prepare_ahead(each.incoming for each in ahead)
        by_key = reader.mapping is not None or _is_report(files, found)
        found = self._as_newer_version(found, intake, [*islice(ahead, _SAMPLE)], by_key=by_key)
        found = replace(found, renews=self._renews(found, reader.mapping))
        intake.renews = found.renews
        if found.edits and not reader.edits:
            rows, ahead = (read.row for read in ImportRowReader(self.files, found, self.region).rows()), deque()
        plan, summary = FilePlan(intake), PlanSummary()
        plan_id = f"{run.job.job_id}-{run.job.rev}"
        planned = _planned(plan, chain(_drained(ahead), rows), summary)
        count = self.files.put_blocks(found, plan_name(plan_id), planned, RowProgress(run, PLANNED, found.rows))
        gone = plan.gone() if found.newer_than else {}
        self.files.put_all(found, _beside_rows(plan_name(plan_id), summary, gone))
        done = found.changed(state=FileImportState.PLANNED, plan=Plan(plan_id, summary.counts, len(gone)))
        run.commit(
            Progress(
                run.job.cursor,
                state=JobState.COMPLETED,
                details={PLANNED: count},
                estimate=found.rows,
                extra_writes=[self.imports.write(done)],
            )
        )

    def _as_newer_version(
        self, found: FileImport, intake: FileIntake, rows: Sequence[FileRow], *, by_key: bool
    ) -> FileImport:
        """The import as the newer version of a committed one of the same form that has most of its first rows.

        Rows of tables are recognized by their keys, because equal columns tell that it is the same file, and so are
        those of reports. Cards of phones say hardly more than their format, so most of them must be as they were. Rows
        that the book does not have, since they were invalid, in conflict or left out, are recognized if they are
        written as they were.

        Args:
            rows: the first rows.
        """
        if found.newer_than is not None:  # a person said so, or an earlier plan found it
            return found
        others = [each for each in self.imports.of_owner(found.owner) if _is_earlier_version(each, found)]
        if not others:
            return found
        others.sort(key=lambda each: each.stands, reverse=True)  # of equal ones the first is taken
        shares = ((self._shared(found, rows, each, intake, by_key=by_key), each) for each in others)
        shared, other = max(shares, key=itemgetter(0), default=(0, found))
        if shared < max(1, _SAME_FILE * len(rows)):
            return found
        found = replace(found, newer_than=other.import_id, source_id=other.source.id, tag=found.tag or other.tag)
        intake.take_for(found.source)
        return found if found.edits else self._with_earlier_edits(found, other)

    def _shared(
        self, found: FileImport, rows: Sequence[FileRow], other: FileImport, intake: FileIntake, *, by_key: bool
    ) -> int:
        """How many of these rows another import has."""
        source, repeated = other.source.key, intake.repeated_rows(other.source.key)
        incoming = [repeated.keyed(each.number, each.incoming).incoming for each in rows]
        recognized = intake.recognized_in(source, incoming, by_key=by_key)
        if not other.stands or all(recognized):
            return sum(recognized)
        try:
            return sum(map(or_, recognized, as_in_earlier_version(self.files, found, other)))
        except NotFound:
            return sum(recognized)

    def _with_earlier_edits(self, found: FileImport, other: FileImport) -> FileImport:
        """The import with what the person changed about the same rows of its earlier version."""
        try:
            edits = edits_of_earlier_version(self.files, found, other, self._decided_to_leave_out(other))
        except NotFound:
            return found
        return replace(found, edits=self.files.put_named(found, EDITS, edits.json())) if edits else found

    def _renews(self, found: FileImport, mapping: ColumnMapping | None) -> bool:
        """Whether the tag or the fields that go before other sources are others than those of the earlier version."""
        other = self.imports.find(found.owner, found.newer_than) if found.newer_than else None
        if other is None:
            return False
        stored = self.files.find(other, other.mapping) if other.mapping else None
        before = ColumnMapping.from_json(stored).leading if stored else ()
        return (other.source.own_tag, before) != (found.source.own_tag, mapping.leading if mapping else ())

    def _decided_to_leave_out(self, other: FileImport) -> list[int]:
        """The numbers of the rows that the person decided to leave out after the commit."""
        stored = self.decisions.between(other.owner, other.import_id) if other.decided else {}
        decided = (each.decided for each in stored.values() if each.outcome is not None)
        return [each.row for each in decided if each.verdict is Verdict.LEAVE_OUT]


def _is_earlier_version(other: FileImport, found: FileImport) -> bool:
    """Whether another import may be: it is committed, and its file has the same format, columns and program."""
    return other.state is FileImportState.COMMITTED and is_same_form(other.form, found.form)


def _is_report(files: ImportFiles, found: FileImport) -> bool:
    """Whether the file is a report of ours about cards."""
    return FileDescription.of_json(files.get(found, description_name(found.reading))).is_report


def _drained(rows: deque[FileRow]) -> Iterator[FileRow]:
    """The rows, each of which is forgotten as it is taken."""
    while rows:
        yield rows.popleft()


def _planned(plan: FilePlan, rows: Iterator[FileRow], summary: PlanSummary) -> Iterator[Json]:
    """The planned rows as JSON. Counts them in `summary`."""
    while at_once := list(islice(rows, AT_ONCE)):
        for planned in plan(at_once):
            summary.add(planned)
            yield planned.json()


def _beside_rows(plan: str, summary: PlanSummary, gone: Mapping[str, str]) -> Mapping[str, Json]:
    """What is stored of a plan beside its rows, by name."""
    values: dict[str, Json] = {
        summary_name(plan): summary.json(),
        problem_rows_name(plan): summary.problem_rows_json(),
    }
    return {**values, gone_name(plan): gone} if gone else values


def _end(run: Run, state: JobState) -> None:
    run.commit(Progress(run.job.cursor, state=state))
