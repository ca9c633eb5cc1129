"""What the bucket holds of file imports: the uploads, what was read, the mappings, the changes of rows and the plans.

    uploads/{owner}/{import}                         the file as it was uploaded; expires
    files/{owner}/{import}/{reading}/file            what was read, apart from the rows
    files/{owner}/{import}/{reading}/rows-000000     a thousand rows
    files/{owner}/{import}/mapping-{digest}          what the columns become
    files/{owner}/{import}/edits-{digest}            fixed cells, and rows that are left out
    files/{owner}/{import}/{plan}/rows-000000        what becomes of a thousand rows
    files/{owner}/{import}/{plan}/summary            of all of them
    files/{owner}/{import}/{plan}/problem-rows       which of them have which problem
    files/{owner}/{import}/{plan}/gone               the contacts of rows that only the earlier version had
    files/{owner}/{import}/{plan}/by-key-000000      the number and the rule of some of its rows; when its commit begins
    files/{owner}/{import}/{result}/rows-000000      what a commit did with a thousand rows, complete once it has ended
    files/{owner}/{import}/{result}/summary          of all of them, once it has ended
    files/{owner}/columns/{fingerprint}              the last mapping of a file with these headers

Everything but the upload is compressed JSON. `owner` is a hash of the owner's id.
"""

import contextlib
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from isal import igzip, isal_zlib  # several times as fast as gzip, at the same size

from chalicelib.file_imports.storing.file_import import FileImport
from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.executor import Executor, Task
from chalicelib.foundation.fast_json import canonical_json, decode_json, encode_json
from chalicelib.foundation.ids import id_of
from chalicelib.foundation.json import Json
from chalicelib.foundation.setting_kinds import url_origin

if TYPE_CHECKING:
    from chalicelib.foundation.blobs import UploadForm

BLOCK_ROWS = 1_000  # of one blob
MAPPING, EDITS = "mapping", "edits"  # begin the names of mappings and of changes of rows
UPLOADS, FILES = "uploads/", "files/"
FORM_LASTS = timedelta(minutes=10)
WRITTEN_AT_ONCE = 2  # blocks, while the rows of the next one are made
_DIGEST = 32  # characters
_GZIP = isal_zlib.MAX_WBITS | 16


class Blobs(Protocol):
    """The bucket."""

    def put(self, key: str, content: bytes) -> None: ...
    def find(self, key: str, *, largest: int | None = None) -> bytes | None: ...
    def size(self, key: str) -> int | None: ...
    def upload_form(self, key: str, size: int, *, lasts: timedelta) -> "UploadForm": ...
    def delete_prefix(self, prefix: str) -> int: ...


def description_name(reading: str) -> str:
    """What the description of a file is stored under, by the name of what was read."""
    return f"{reading}/file"


def plan_name(plan_id: str) -> str:
    """What the rows of a plan are stored under."""
    return f"plan-{plan_id}"


def summary_name(rows: str) -> str:
    """What the summary of the rows of a plan or a result is stored under."""
    return f"{rows}/summary"


def problem_rows_name(plan: str) -> str:
    """What the positions of the rows with each problem are stored under."""
    return f"{plan}/problem-rows"


def gone_name(plan: str) -> str:
    """What the contacts of the rows that are gone are stored under, by the keys of the rows."""
    return f"{plan}/gone"


def by_key_name(plan: str, part: int) -> str:
    """What the numbers and the rules of some rows are stored under, by the keys of the rows."""
    return f"{plan}/by-key-{part:06d}"


def result_name(job_id: str) -> str:
    """What the outcomes of a commit are stored under, by its job."""
    return f"result-{job_id}"


def upload_key(found: FileImport) -> str:
    """The key of the upload; the random id of the import makes it impossible to guess."""
    return f"{UPLOADS}{id_of(found.owner)}/{found.import_id}"


@dataclass(frozen=True)
class ImportFiles:
    """Reads and writes these blobs."""

    blobs: Blobs
    executor: Executor  #: writes blocks
    #: The content of the blobs that this run has written and not read since; None if they are not kept.
    written: dict[str, bytes] | None = None

    def keeping_written(self) -> "ImportFiles":
        """The same for one run that reads what it writes: that is kept, compressed, until it is read."""
        return replace(self, written={})

    # ── the upload

    def put_upload(self, found: FileImport, content: bytes) -> None:
        self.blobs.put(upload_key(found), content)

    def upload_form(self, found: FileImport) -> "UploadForm":
        """A form by which the file of the announced size is uploaded, within `FORM_LASTS`."""
        return self.blobs.upload_form(upload_key(found), found.size, lasts=FORM_LASTS)

    def upload_origin(self) -> str:
        """The origin to which the forms of all imports send their files."""
        return url_origin(self.blobs.upload_form(UPLOADS, 1, lasts=FORM_LASTS).url)

    def upload(self, found: FileImport, largest: int) -> bytes | None:
        """The uploaded file; None if it has not arrived, or has expired.

        Raises:
            BlobTooLarge: what has arrived has more than `largest` bytes.
        """
        return self.blobs.find(upload_key(found), largest=largest)

    def upload_size(self, found: FileImport) -> int | None:
        """The size in bytes of what has arrived; None if nothing has."""
        return self.blobs.size(upload_key(found))

    # ── JSON

    def put(self, found: FileImport, name: str, value: Json) -> None:
        self._put(_key(found, name), value)

    def put_all(self, found: FileImport, values: Mapping[str, Json]) -> None:
        """Store several values, each under its name, at the same time."""
        self.executor.all([partial(self.put, found, name, value) for name, value in values.items()])

    def put_named(self, found: FileImport, kind: str, value: Json) -> str:
        """Store a value under a name made of its kind and its digest. Returns the name."""
        digest = hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{kind}-{digest[:_DIGEST]}"
        self.put(found, name, value)
        return name

    def get(self, found: FileImport, name: str) -> Any:
        """The stored value.

        Raises:
            NotFound: it is no longer stored.
        """
        value = self.find(found, name)
        if value is None:
            raise NotFound("The file of this import is no longer stored. Upload it again.")
        return value

    def find(self, found: FileImport, name: str) -> Any | None:
        """The stored value; None if it is not stored."""
        return self._find(_key(found, name))

    def put_blocks(
        self, found: FileImport, name: str, rows: Iterable[Json], on_block: Callable[[int], None] = lambda _: None
    ) -> int:
        """Store rows in blocks, each while the rows of the next one are made. Returns the number of rows.

        Args:
            on_block: called with the number of rows after each block, which may not be stored yet.
        """
        rest, writer = iter(rows), self.block_writer(found, name)
        try:
            while block := list(islice(rest, BLOCK_ROWS)):
                writer.put(block)
                on_block(writer.made)
            return writer.end()
        finally:
            writer.stop()

    def block_writer(self, found: FileImport, name: str) -> "BlockWriter":
        """Stores rows in blocks as they come."""
        return BlockWriter(self, found, name)

    def block(self, found: FileImport, name: str, number: int) -> list[Any]:
        """The rows of one block. Raises NotFound."""
        rows: list[Any] = self.get(found, _block_name(name, number))
        return rows

    # ── mappings of earlier files

    def remember_mapping(self, owner: str, fingerprint: str, mapping: Json) -> None:
        self._put(_remembered_key(owner, fingerprint), mapping)

    def remembered_mapping(self, owner: str, fingerprint: str) -> Any | None:
        """The mapping that this person last confirmed for a file with these headers; None if there is none."""
        return self._find(_remembered_key(owner, fingerprint))

    # ── forgetting

    def forget_import(self, found: FileImport) -> None:
        """Delete everything of one import. Safe to repeat."""
        self.blobs.delete_prefix(upload_key(found))
        self.blobs.delete_prefix(_key(found, ""))

    def forget_owner(self, owner: str) -> None:
        """Delete everything of one owner. Safe to repeat."""
        self.blobs.delete_prefix(f"{UPLOADS}{id_of(owner)}/")
        self.blobs.delete_prefix(f"{FILES}{id_of(owner)}/")

    def _put(self, key: str, value: Json) -> None:
        content = igzip.compress(encode_json(value).encode("utf-8", "surrogatepass"), 1, mtime=0)
        self.blobs.put(key, content)
        if self.written is not None:
            self.written[key] = content

    def _find(self, key: str) -> Any | None:
        content = self.written.pop(key, None) if self.written else None
        content = self.blobs.find(key) if content is None else content
        return None if content is None else decode_json(isal_zlib.decompress(content, _GZIP))


class BlockWriter:
    """Stores the rows of a file, a plan or a result: each block while the rows of the next one are made."""

    made: int  #: the number of rows so far; the last of them may not be stored yet

    def __init__(self, files: ImportFiles, found: FileImport, name: str) -> None:
        self._files, self._found, self._name = files, found, name
        self.made = 0
        self._writing = deque[Task[None]]()

    def put(self, block: Sequence[Json]) -> None:
        """Store the next `BLOCK_ROWS` rows, or the last ones. Raises the error of a block that could not be stored."""
        if len(self._writing) == WRITTEN_AT_ONCE:
            self._writing.popleft().result()
        name = _block_name(self._name, self.made // BLOCK_ROWS)
        self._writing.append(self._files.executor.start(partial(self._files.put, self._found, name, block)))
        self.made += len(block)

    def end(self) -> int:
        """Wait until all blocks are stored. Returns the number of rows. Raises as `put`."""
        while self._writing:
            self._writing.popleft().result()
        return self.made

    def stop(self) -> None:
        """Wait for the blocks that were begun, whatever becomes of them: nothing is written after that."""
        while self._writing:
            with contextlib.suppress(Exception):
                self._writing.popleft().result()


def _key(found: FileImport, name: str) -> str:
    return f"{FILES}{id_of(found.owner)}/{found.import_id}/{name}"


def _block_name(name: str, number: int) -> str:
    return f"{name}/rows-{number:06d}"


def _remembered_key(owner: str, fingerprint: str) -> str:
    return f"{FILES}{id_of(owner)}/columns/{fingerprint}"
