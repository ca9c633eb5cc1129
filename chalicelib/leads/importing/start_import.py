"""Accepts an import of leads: looks at the file, finds its columns, and creates the job."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.pinned_object import ObjectChanged, Pinned
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.leads.importing.blocks import DamagedArchive, UnpackedTooLarge, unpacked
from chalicelib.leads.importing.columns import Columns, InvalidColumns, find_columns, find_delimiter
from chalicelib.leads.importing.cutting import RowTooLong
from chalicelib.leads.importing.import_details import HEADER_ROW, ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LANE, LEAD_IMPORT
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.row_reader import RowChunk, RowReader
from chalicelib.leads.importing.uploads import check_folder, check_type
from chalicelib.leads.profile_input import InvalidProfile, checked_tags

HEAD = 1 << 18  # bytes that are read to find the columns
LONGEST_HEADERS = 20_000  # characters
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PACKED = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a client wants to import."""

    key: str  #: of the file in the bucket
    mapping: Mapping[str, str] | None = None  #: what the columns are, by header; None to recognize them
    channel: str = "whatsapp"
    scope: str | None = None
    region: str | None = None
    on_existing: OnExisting = OnExisting.FILL
    on_existing_fields: Mapping[str, OnExisting] = field(default_factory=dict)
    tags: Sequence[str] = ()
    dry_run: bool = False


@dataclass(frozen=True)
class StartImport:
    """The use case of importing a file."""

    parts: Callable[[], ImportParts]

    def __call__(
        self,
        organization: str,
        request: ImportRequest,
        *,
        idempotency_key: str | None = None,
        retry_of: str | None = None,
    ) -> Job:
        """Accept the import; the same idempotency key gives the same job.

        Raises:
            InvalidInput: the file or the request cannot be imported; `code` says why.
            NotFound: there is no such file.
        """
        parts, owner = self.parts(), organization_owner(organization)
        details = self._details(parts, organization, request)
        new = NewJob(fresh_id(), owner, LEAD_IMPORT.name, details.json(), retry_of=retry_of, lane=LANE)
        job = parts.jobs.create(new, idempotency_key=idempotency_key)
        parts.work_queue.send(job.job_id)
        return job

    def _details(self, parts: ImportParts, organization: str, request: ImportRequest) -> ImportDetails:
        check_folder(organization, request.key)
        source = parts.blobs().pin(request.key)
        if source is None:
            raise NotFound("There is no such file.", field="s3Key")
        _check_file(source, parts.limits.size)
        head, is_packed = _head(parts, source)
        delimiter, columns, start = _columns(head, request, parts.channels.names)
        return ImportDetails(
            organization,
            source,
            is_packed,
            delimiter,
            columns,
            start,
            request.channel,
            request.scope,
            request.region,
            request.on_existing,
            request.on_existing_fields,
            _tags(request.tags),
            request.dry_run,
            _as_json(request),
        )


def request_of(details: ImportDetails) -> ImportRequest:
    """The request by which an import was started."""
    sent: dict[str, Any] = dict(details.request)
    return ImportRequest(**sent, on_existing=details.on_existing, on_existing_fields=details.on_existing_fields)


def _as_json(request: ImportRequest) -> dict[str, Any]:
    return {
        "key": request.key,
        "mapping": None if request.mapping is None else dict(request.mapping),
        "channel": request.channel,
        "scope": request.scope,
        "region": request.region,
        "tags": list(request.tags),
        "dry_run": request.dry_run,
    }


def _check_file(source: Pinned, largest: int) -> None:
    check_type(source.content_type, field="s3Key")
    if source.size == 0:
        raise _refused("empty", "The file is empty.")
    if source.size > largest:
        raise _refused("too_large", f"The file is larger than {largest:,} bytes. Split it.")


def _head(parts: ImportParts, source: Pinned) -> tuple[bytes, bool]:
    """The beginning of the unpacked file, and whether it is packed."""
    try:
        head = parts.blobs().read_range(source, 0, min(source.size, HEAD))
    except ObjectChanged:
        raise _refused("file_changed", "The file is being changed. Try again when it is whole.") from None
    if not head.startswith(_PACKED):
        return head, False
    pieces = unpacked([head], largest=parts.limits.size, size=HEAD)
    try:
        return next(islice(pieces, 1), b""), True
    except (DamagedArchive, UnpackedTooLarge):
        raise _refused("damaged_archive", "The gzip file is damaged.") from None


def _columns(head: bytes, request: ImportRequest, channels: Sequence[str]) -> tuple[str, Columns, int]:
    """The delimiter, the columns, and where the first row behind the headers begins."""
    if head.startswith(_UTF_16) or b"\x00" in head[:1_000]:
        raise _refused("wrong_encoding", "The file is no text in UTF-8. Save it as CSV in UTF-8.")
    skipped = len(_BYTE_ORDER_MARK) if head.startswith(_BYTE_ORDER_MARK) else 0
    text = head[skipped:]
    delimiter = find_delimiter(text.split(b"\n", 1)[0].split(b"\r", 1)[0].decode("utf-8", "replace"))
    first = _first_row(text, delimiter)
    headers = [header.strip() for header in first.rows[0]]
    if sum(map(len, headers)) > LONGEST_HEADERS:
        raise _refused("no_headers", "The first row of the file must hold the headers of its columns.")
    if request.channel not in channels:
        raise InvalidInput(f"There is no channel {request.channel!r}.", field="channel", code="unknown_channel")
    try:
        columns = find_columns(headers, channels=channels, channel=request.channel, mapping=request.mapping)
    except InvalidColumns as invalid:
        raise InvalidInput(invalid.words, field="mapping", code=invalid.code) from None
    return delimiter, columns, skipped + first.end


def _first_row(text: bytes, delimiter: str) -> RowChunk:
    try:
        return next(iter(RowReader(iter([text]), delimiter, 0, HEADER_ROW, most_rows=1)))
    except (StopIteration, RowTooLong):
        raise _refused("no_headers", "The first row of the file must hold the headers of its columns.") from None


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    try:
        return checked_tags(tags)
    except InvalidProfile as invalid:
        raise InvalidInput(invalid.words, field=invalid.field, code=invalid.code) from None


def _refused(code: str, words: str) -> InvalidInput:
    return InvalidInput(words, field="s3Key", code=code)
