"""Reads an uploaded file: keeps its rows, and what there is to say about the file and its columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.file_imports.job_kinds import READ
from chalicelib.file_imports.planning.forms import form_of, is_same_form
from chalicelib.file_imports.planning.plan_progress import RowProgress
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import MAPPING, ImportFiles, description_name
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.stored_rows import to_json
from chalicelib.files.formats import Format
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.files.mapping.suggest import Suggested, suggest_mapping
from chalicelib.files.mapping.survey import Survey
from chalicelib.files.read_file import Choices, OpenedFile, read_file
from chalicelib.files.records import Card, Row, Table
from chalicelib.files.unreadable import LARGEST_FILE, UnreadableFile, file_too_large
from chalicelib.foundation.blobs import BlobTooLarge
from chalicelib.foundation.json import Json
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run

_BACKUPS = frozenset({"google", "google_before_2024"})  # the presets of tables that phones are backed up to


@dataclass(frozen=True)
class ReadUpload:
    """Reads uploads."""

    imports: FileImportStore

    def __call__(self, run: Run, found: FileImport, files: ImportFiles) -> FileImport:
        """Reads the file and stores what was read. Returns the import, which is now either read or mapped.

        Raises:
            UnreadableFile: it cannot be read.
            ExtraWriteRefused: the import was changed meanwhile.
            OutOfTime: the time is up; the file is read again from the start.
        """
        opened = read_file(_content(found, files), found.file_name, choices=Choices(**found.choices))
        if found.choices.get("sheet") and not opened.sheets:
            raise UnreadableFile("unknown_sheet", "This file has no sheets. Read it again without the name of one.")
        survey, reading = Survey(), f"reading-{run.job.job_id}-{run.job.rev}"
        count = files.put_blocks(found, reading, _rows(opened, survey), RowProgress(run, READ))
        if not count:
            raise UnreadableFile("no_rows", "The file has no contacts. Export it again, or choose another file.")
        table = opened.contents if isinstance(opened.contents, Table) else None
        suggested = suggest_mapping(table.columns, survey, region=found.region) if table else None
        description = FileDescription.of(opened, suggested, table.header_row if table else 0)
        files.put(found, description_name(reading), description.json())
        match_by = found.match_by if found.is_match_chosen else suited_rule(opened.format, suggested)
        form = form_of(description, suggested.mapping.fingerprint if suggested else "")
        read = found.changed(
            format=description.format,
            program=description.program,
            reading=reading,
            rows=count,
            form=form,
            region=found.region or self._region_of(found.owner, form),
            match_by=match_by,
            **_mapped(found, files, suggested),
        )
        done = {READ: count}
        run.commit(Progress(run.job.cursor, estimate=count, details=done, extra_writes=[self.imports.write(read)]))
        return read

    def _region_of(self, owner: str, form: str) -> str:
        """The region that the person chose for the last committed file of this form; "" for none."""
        earlier = (each for each in self.imports.of_owner(owner) if is_same_form(each.form, form))
        return next((each.region for each in earlier if each.state is FileImportState.COMMITTED), "")


def _content(found: FileImport, files: ImportFiles) -> bytes:
    """What has arrived. Its size is checked as it is read, since the form can be used until it expires."""
    try:
        content = files.upload(found, LARGEST_FILE)
    except BlobTooLarge:
        raise file_too_large() from None
    if content is None:
        raise UnreadableFile("expired", "The uploaded file is no longer stored. Upload it again.")
    return content


def _mapped(found: FileImport, files: ImportFiles, suggested: Suggested | None) -> dict[str, object]:
    """The state that the import gets, with its mapping."""
    if suggested is None:
        return {"state": FileImportState.MAPPED, "mapping": ""}
    mapping = _confirmed_before(found, files, suggested)
    if mapping is None and not suggested.is_certain:
        return {"state": FileImportState.READ, "mapping": ""}
    name = files.put_named(found, MAPPING, (mapping or suggested.mapping).to_json())
    return {"state": FileImportState.MAPPED, "mapping": name}


def _confirmed_before(found: FileImport, files: ImportFiles, suggested: Suggested) -> ColumnMapping | None:
    """The mapping that the person confirmed for an earlier file with the same headers.

    None if there is none, or if it does not say in which order dates of this file are written.
    """
    stored = files.remembered_mapping(found.owner, suggested.mapping.fingerprint)
    if stored is None:
        return None
    try:
        mapping = ColumnMapping.from_json(stored)
    except ValueError:  # of a version that had other fields
        return None
    same = [column.header for column in mapping.columns] == [each.header for each in suggested.mapping.columns]
    return suggested.with_orders(mapping) if same else None


def suited_rule(file_format: Format, suggested: Suggested | None) -> MatchBy:
    """The rule by which the rows of a file match contacts, unless a person chooses another.

    Backups of phones, whose contacts often share an address or have none, are matched with care.
    """
    is_backup = file_format is Format.VCARD or (suggested and suggested.mapping.preset in _BACKUPS)
    return MatchBy.NUMBER_AND_NAME if is_backup else MatchBy.NUMBER_OR_EMAIL_AND_NAME


def _rows(opened: OpenedFile, survey: Survey) -> Iterator[Json]:
    """The rows as JSON. Notes in the survey what the cells of tables look like."""
    rows: Iterator[Row | Card] = opened.contents.rows if isinstance(opened.contents, Table) else opened.contents
    for row in rows:
        if isinstance(row, Row):
            survey.add(row.cells)
        yield to_json(row)
