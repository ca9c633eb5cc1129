"""Changes an import before its plan is committed; then it is read or planned again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.source import validate_tag
from chalicelib.file_imports.planning.checked_region import checked_region
from chalicelib.file_imports.planning.start_planning import StartPlanning
from chalicelib.file_imports.storing.file_description import FileDescription
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import EDITS, MAPPING, ImportFiles, description_name
from chalicelib.file_imports.storing.import_store import FileImportStore, repeat_if_overtaken
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.file_imports.storing.row_edits import RowEdits
from chalicelib.file_imports.storing.state_conflict import NOT_READ, state_conflict
from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True, slots=True)
class SettingChanges:
    """The settings to change; None leaves one as it is."""

    match_by: MatchBy | None = None
    tag: str | None = None
    region: str | None = None
    collection_id: str | None = None
    #: The id of the import whose newer version this file is; "" for a file of its own.
    newer_than: str | None = None
    #: About reading the file, by the names of `files.read_file.Choices`; the file is read again.
    choices: Mapping[str, Json] | None = None


@dataclass(frozen=True)
class ChangeImport:
    """Changes drafts. Each method returns the import as it was stored.

    Every method raises NotFound if there is no such import, and Conflict if it is being committed, was committed or
    canceled, or was changed at the same time.
    """

    imports: FileImportStore
    jobs: JobStore
    files: ImportFiles
    start_planning: StartPlanning
    collections: CollectionStore

    @repeat_if_overtaken
    def settings(self, owner: str, import_id: str, changes: SettingChanges) -> FileImport:
        """Change settings.

        Raises:
            InvalidInput: one is invalid.
            NotFound, NotAllowed: also if the person may not add contacts to the collection.
        """
        found = self.draft(owner, import_id)
        changed = self._with_settings(found, changes)
        if found.state is FileImportState.UPLOADING:
            return self._save(changed)
        if changes.choices is not None:
            return self._read_again(changed)
        return self._plan_again(changed)

    @repeat_if_overtaken
    def mapping(self, owner: str, import_id: str, mapping: ColumnMapping, *, remember: bool = True) -> FileImport:
        """Confirm what the columns become.

        Args:
            remember: whether the next file with the same headers is read like this without asking.

        Raises:
            InvalidInput: it is not a mapping of this file's columns, or no column says who a contact is.
        """
        found = self.draft(owner, import_id)
        description = self._description(found)
        if description.columns is None:
            raise InvalidInput("The columns of this file cannot be mapped: its format says what they mean.")
        headers = [str(each["header"]) for each in description.columns]
        if [column.header for column in mapping.columns] != headers:
            raise InvalidInput(
                "The mapping must name all columns of the file, in their order.", field="columns", columns=headers
            )
        if missing := mapping.missing():
            raise InvalidInput(
                "No column is a name, an email address or a phone number. Choose at least one.",
                field="columns",
                missing=list(missing),
            )
        if lone := mapping.lone_labels():
            named = ", ".join(f'"{column.header}"' for column in lone)
            raise InvalidInput(
                f"No column has the values of the labels in {named}. Choose what their values are, or ignore them.",
                field="columns",
                labels=[column.header for column in lone],
            )
        if remember:
            self.files.remember_mapping(owner, mapping.fingerprint, mapping.to_json())
        name = self.files.put_named(found, MAPPING, mapping.to_json())
        return self._plan_again(replace(found, mapping=name, region=mapping.region or found.region))

    @repeat_if_overtaken
    def fix_cells(self, owner: str, import_id: str, rows: Mapping[int, Mapping[int, str]]) -> FileImport:
        """Replace cells, by the number of their row and the place of their column.

        A place beyond the columns of a card is ignored.

        Raises:
            InvalidInput: a table has no such column.
        """
        found = self.draft(owner, import_id)
        return self._with_edits(found, self._fixed(found, rows))

    @repeat_if_overtaken
    def change_row(
        self, owner: str, import_id: str, number: int, cells: Mapping[int, str], *, left_out: bool | None
    ) -> FileImport:
        """Replace cells of one row, and leave it out or take it in unless that is None. Raises as `fix_cells`."""
        found = self.draft(owner, import_id)
        edits = self._fixed(found, {number: cells}) if cells else self._edits(found)
        if left_out is not None:
            edits = edits.without([number]) if left_out else edits.with_rows([number])
        return self._with_edits(found, edits)

    @repeat_if_overtaken
    def leave_out(self, owner: str, import_id: str, numbers: Collection[int]) -> FileImport:
        """Leave rows out, by their numbers."""
        found = self.draft(owner, import_id)
        return self._with_edits(found, self._edits(found).without(numbers))

    @repeat_if_overtaken
    def take_in(self, owner: str, import_id: str, numbers: Collection[int]) -> FileImport:
        """Take rows in that were left out."""
        found = self.draft(owner, import_id)
        return self._with_edits(found, self._edits(found).with_rows(numbers))

    def draft(self, owner: str, import_id: str) -> FileImport:
        """The import, which can be changed. An import whose commit was canceled or has failed is a draft again."""
        found = self.imports.get(owner, import_id)
        if found.state in (FileImportState.COMMITTED, FileImportState.CANCELED):
            what = f"This import was {found.state.value}. It can no longer be changed."
            raise state_conflict(what, found, self.jobs)
        if found.state is FileImportState.COMMITTING and not self._is_stopped(found):
            raise state_conflict("This import is being committed.", found, self.jobs)
        return found

    def _is_stopped(self, found: FileImport) -> bool:
        job = self.jobs.find(found.job_id) if found.job_id else None
        return job is None or job.is_finished

    # ── what is stored

    def _with_settings(self, found: FileImport, changes: SettingChanges) -> FileImport:
        changed = found
        if changes.match_by is not None:
            changed = replace(changed, match_by=changes.match_by, is_match_chosen=True)
        if changes.tag is not None:
            changed = replace(changed, tag=validate_tag(changes.tag) if changes.tag else "")
        if changes.region is not None:
            changed = replace(changed, region=checked_region(changes.region))
        if changes.collection_id is not None:
            if changes.collection_id:
                self.collections.for_editor(found.owner, changes.collection_id)
            changed = replace(changed, collection_id=changes.collection_id or None)
        if changes.newer_than is not None:
            source_id = self._source_of_version(found, changes.newer_than)
            changed = replace(changed, newer_than=changes.newer_than, source_id=source_id)
        if changes.choices is not None:
            self._check_sheet(found, str(changes.choices.get("sheet") or ""))
            changed = replace(changed, choices={**found.choices, **changes.choices})
        return changed

    def _check_sheet(self, found: FileImport, sheet: str) -> None:
        """Raises InvalidInput if the file, which has been read, has no such sheet."""
        if not sheet or not found.reading:
            return
        sheets = self._description(found).sheets
        if not sheets:
            raise InvalidInput("This file has no sheets. Leave the sheet out.", field="sheet")
        if sheet not in sheets:
            raise InvalidInput(
                "The file has no such sheet. Choose one of `sheets`.", field="sheet", sheets=list(sheets)
            )

    def _source_of_version(self, found: FileImport, other_id: str) -> str:
        """The id of the source of a newer version of another import; "" for a file of its own."""
        other = self.imports.find(found.owner, other_id) if other_id else None
        if other_id and (other is None or other.state is not FileImportState.COMMITTED):
            raise InvalidInput("newer_than must be the id of a committed import of yours.", field="newer_than")
        return other.source.id if other else ""

    def _description(self, found: FileImport) -> FileDescription:
        if not found.reading:
            raise state_conflict(NOT_READ, found, self.jobs)
        return FileDescription.of_json(self.files.get(found, description_name(found.reading)))

    def _edits(self, found: FileImport) -> RowEdits:
        if not found.reading:
            raise state_conflict(NOT_READ, found, self.jobs)
        return RowEdits.of(self.files.get(found, found.edits)) if found.edits else RowEdits()

    def _fixed(self, found: FileImport, rows: Mapping[int, Mapping[int, str]]) -> RowEdits:
        """The changes of rows with these cells."""
        columns, places = self._description(found).columns, {place for cells in rows.values() for place in cells}
        if columns is not None and not all(0 <= place < len(columns) for place in places):
            raise InvalidInput("Only cells in the columns of a table can be changed.", field="cells")
        edits = self._edits(found)
        for number, cells in rows.items():
            edits = edits.with_cells(number, cells)
        return edits

    def _with_edits(self, found: FileImport, edits: RowEdits) -> FileImport:
        return self._plan_again(replace(found, edits=self.files.put_named(found, EDITS, edits.json())))

    def _save(self, changed: FileImport) -> FileImport:
        saved = changed.changed()
        self.imports.save(self.imports.write(saved))
        return saved

    def _read_again(self, changed: FileImport) -> FileImport:
        """What was said about columns and rows is void, since they may be others now."""
        unread = changed.changed(
            state=FileImportState.UPLOADED, reading="", form="", rows=None, mapping="", edits="", plan=None
        )
        return self.start_planning(unread)

    def _plan_again(self, changed: FileImport) -> FileImport:
        """Plan the rows again; an import that waits for its mapping, or for being read, only keeps the changes."""
        if not changed.reading:
            return self.start_planning(changed.changed(state=FileImportState.UPLOADED))
        if changed.state is FileImportState.READ and not changed.mapping:
            return self._save(changed)
        return self.start_planning(changed.changed(state=FileImportState.MAPPED, plan=None))
