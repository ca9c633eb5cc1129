"""Creates file imports: for a file that is uploaded to the bucket next, or one that a request brings along."""

from dataclasses import dataclass, replace

from chalicelib.collections.collection_store import CollectionStore
from chalicelib.contacts.source import validate_tag
from chalicelib.file_imports.planning.checked_region import checked_region
from chalicelib.file_imports.planning.start_planning import StartPlanning
from chalicelib.file_imports.storing.file_import import FileImport, FileImportState
from chalicelib.file_imports.storing.import_files import ImportFiles
from chalicelib.file_imports.storing.import_store import FileImportStore
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Conflict, InvalidInput, TooLarge
from chalicelib.foundation.ids import fresh_id

LARGEST_FILE = 50 * 1024 * 1024  # bytes
LONGEST_NAME = 255  # characters of a file's name
MOST_DRAFTS = 200  # imports of one person that are neither committed nor canceled
_ENDED = (FileImportState.COMMITTED, FileImportState.CANCELED)


@dataclass(frozen=True, slots=True)
class NewFile:
    """What a person says about a file before it is read."""

    file_name: str
    match_by: MatchBy | None = None  #: None for the rule that suits the file
    tag: str = ""
    collection_id: str | None = None
    region: str = ""


@dataclass(frozen=True)
class CreateFileImport:
    """Creates imports."""

    imports: FileImportStore
    files: ImportFiles
    start_planning: StartPlanning
    collections: CollectionStore
    clock: Clock
    most_drafts: int = MOST_DRAFTS

    def announce(self, owner: str, file: NewFile, size: int) -> FileImport:
        """An import that waits for its file of `size` bytes.

        Raises:
            InvalidInput: the name, the tag or the size is invalid.
            TooLarge: the file is too large.
            Conflict: the person has too many unfinished imports.
            NotFound, NotAllowed: the person may not add contacts to the collection.
        """
        new = self._new(owner, file, size)
        self.imports.save(self.imports.write_new(new))
        return new

    def receive(self, owner: str, file: NewFile, content: bytes) -> FileImport:
        """An import whose file is read at once. Raises as `announce`, and as `StartPlanning`."""
        new = replace(self._new(owner, file, len(content)), state=FileImportState.UPLOADED)
        self.files.put_upload(new, content)
        return self.start_planning(new, is_new=True)

    def uploaded(self, owner: str, import_id: str) -> FileImport:
        """The import whose file has arrived in the bucket and is read now. May be repeated.

        Raises:
            NotFound: there is no such import.
            Conflict: the file has not arrived, or has another size than was announced; or as `StartPlanning`.
        """
        found = self.imports.get(owner, import_id)
        if found.state is not FileImportState.UPLOADING:
            return found
        size = self.files.upload_size(found)
        if size is None:
            raise Conflict("The file has not arrived. Upload it to the address that the import has, then try again.")
        if size != found.size:
            raise Conflict(
                f"The file that has arrived has {size:,} bytes; {found.size:,} were announced. Import it again.",
                size=size,
                announced=found.size,
            )
        return self.start_planning(found.changed(state=FileImportState.UPLOADED))

    def _new(self, owner: str, file: NewFile, size: int) -> FileImport:
        if size <= 0:
            raise InvalidInput("The file is empty. Choose another one.", field="size")
        if size > LARGEST_FILE:
            raise TooLarge("The file is larger than 50 MB. Split it, or leave out photos.")
        if sum(each.state not in _ENDED for each in self.imports.of_owner(owner)) >= self.most_drafts:
            detail = f"You have {self.most_drafts} unfinished file imports, the maximum. Commit or cancel one first."
            raise Conflict(detail, limit=self.most_drafts)
        if file.collection_id:
            self.collections.for_editor(owner, file.collection_id)
        return FileImport(
            fresh_id(),
            owner,
            self.clock.now(),
            _checked_name(file.file_name),
            size,
            file.match_by or MatchBy.NUMBER_AND_NAME,
            is_match_chosen=file.match_by is not None,
            tag=validate_tag(file.tag) if file.tag else "",
            collection_id=file.collection_id or None,
            region=checked_region(file.region),
        )


def _checked_name(name: str) -> str:
    """The name of the file, without the folders that some browsers send."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not (0 < len(last) <= LONGEST_NAME and last.isprintable()):
        raise InvalidInput(f"A file's name must have 1 to {LONGEST_NAME} printable characters.", field="file_name")
    return last
