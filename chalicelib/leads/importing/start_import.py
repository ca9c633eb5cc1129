"""Accepts an import of leads: looks at the file, finds its columns, and creates the job."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from chalicelib.files.mapping.column_mapping import ColumnMapping
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.service_owners import organization_owner
from chalicelib.jobs.job import Job
from chalicelib.jobs.new_job import NewJob
from chalicelib.leads.importing.columns import Columns, InvalidColumns, check_fields, find_columns
from chalicelib.leads.importing.identity_cells import IdentityCells
from chalicelib.leads.importing.import_details import ImportDetails
from chalicelib.leads.importing.import_parts import ImportParts
from chalicelib.leads.importing.job_kinds import LANE, LEAD_IMPORT
from chalicelib.leads.importing.look_at_file import FileLook, look_at_file
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.saved_columns import saved_columns
from chalicelib.leads.profile_input import InvalidProfile, checked_tags

LATEST = "latest"  # the name of what a person last confirmed for a file with the same headers
FindsMapping = Callable[[str, str, Sequence[str]], ColumnMapping | None]


class SavedMapping(NamedTuple):
    """What the columns are, as a person confirmed it for a file of contacts."""

    owner: str
    name: str


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
    saved: SavedMapping | None = None  #: in place of `mapping`


@dataclass(frozen=True)
class StartImport:
    """The use case of importing a file."""

    parts: Callable[[], ImportParts]
    #: the mapping that an owner saved under a name, for a file with these headers
    saved_mapping: FindsMapping = lambda *_: None

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
        look = look_at_file(parts.blobs(), organization, request.key, largest=parts.limits.size)
        if request.saved is not None:
            request = self._with_saved(look.headers, request, request.saved, parts.channels.names)
        columns = _columns(look, request, parts.channels.names)
        cells = IdentityCells(columns, parts.channels, request.channel, request.scope, request.region)
        return ImportDetails(
            organization,
            look.source,
            look.is_packed or look.is_utf_16,
            look.delimiter,
            columns,
            look.start,
            request.channel,
            request.scope,
            request.region,
            request.on_existing,
            request.on_existing_fields,
            _tags(request.tags),
            request.dry_run,
            _as_json(request),
            header_row=look.header_row,
            has_several_values=cells.has_several(look.rows()),
        )

    def _with_saved(
        self, headers: Sequence[str], request: ImportRequest, wanted: SavedMapping, channels: Sequence[str]
    ) -> ImportRequest:
        """The request with the mapping that the person saved, as it is now."""
        saved = self.saved_mapping(wanted.owner, wanted.name, headers)
        if saved is None:
            words = "You have no such mapping. Name one of your file imports whose columns are confirmed."
            raise InvalidInput(words, field="savedMapping", code="unknown_mapping")
        check_channel(request.channel, channels)
        columns = saved_columns(headers, saved, channels=channels, channel=request.channel)
        return replace(request, saved=None, mapping=columns.json(), region=request.region or saved.region or None)


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


def _columns(look: FileLook, request: ImportRequest, channels: Sequence[str]) -> Columns:
    check_channel(request.channel, channels)
    try:
        columns = find_columns(look.headers, channels=channels, channel=request.channel, mapping=request.mapping)
        check_fields(columns, look.rows())
        return columns
    except InvalidColumns as invalid:
        raise InvalidInput(invalid.words, field="mapping", code=invalid.code) from None


def check_channel(channel: str, channels: Sequence[str]) -> None:
    """Raises InvalidInput if there is no such channel."""
    if channel not in channels:
        raise InvalidInput(f"There is no channel {channel!r}.", field="channel", code="unknown_channel")


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    try:
        return checked_tags(tags)
    except InvalidProfile as invalid:
        raise InvalidInput(invalid.words, field=invalid.field, code=invalid.code) from None
