"""Cancels an import: a draft with everything that it has stored, or a commit, of which what is done stays."""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib.file_imports.storing.file_import import WORKING, FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore, repeat_if_overtaken
from chalicelib.file_imports.storing.state_conflict import state_conflict
from chalicelib.foundation.errors import Conflict
from chalicelib.jobs.cancel_job import CancelJob
from chalicelib.jobs.store import JobStore


@dataclass(frozen=True)
class CancelFileImport:
    """Cancels imports. May be repeated."""

    imports: FileImportStore
    files: ImportFiles
    jobs: JobStore
    cancel_job: CancelJob

    @repeat_if_overtaken
    def __call__(self, owner: str, import_id: str) -> FileImport:
        """The import as it was stored.

        Raises:
            NotFound: there is no such import.
            Conflict: it was committed, or was changed at the same time.
        """
        found = self.imports.get(owner, import_id)
        if found.state in WORKING and found.job_id is not None:
            with suppress(Conflict):  # it has just finished
                self.cancel_job(owner, found.job_id)
        if found.state in (FileImportState.COMMITTING, FileImportState.COMMITTED):
            return self._stopped(owner, import_id)
        if found.state is not FileImportState.CANCELED:
            found = found.changed(state=FileImportState.CANCELED, plan=None, reading="", mapping="", edits="")
            self.imports.save(self.imports.write(found))
        self.files.forget_import(found)
        return found

    def _stopped(self, owner: str, import_id: str) -> FileImport:
        """The import, unless its commit has ended. Raises Conflict."""
        found = self.imports.get(owner, import_id)
        if found.state is FileImportState.COMMITTED:
            raise state_conflict("This import was committed. It can no longer be canceled.", found, self.jobs)
        return found
