"""Runs the job of an export: reads the leads shard by shard, and stores the file part by part.

A part is stored before the job notes it. A worker that continues the job writes the same part again, so the file has
every lead that was there all the time once; leads that change meanwhile are in it as they were before or after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.part_uploads import PartUploads
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.lead_keys import SHARDS
from chalicelib.leads.exporting.export_job import ExportCursor, ExportRequest, export_key
from chalicelib.leads.exporting.export_lines import LeadLines
from chalicelib.leads.store.entry import Entry
from chalicelib.leads.store.lead_store import LeadStore

PART_BYTES = 8 * 1024 * 1024
ENCODED_TOGETHER = 1_000  # items


@dataclass(frozen=True, slots=True)
class _Part:
    """The content of one part, and where the next one begins."""

    content: bytes
    leads: int
    shard: int
    after: str

    @property
    def is_last(self) -> bool:
        return self.shard == SHARDS


@dataclass(frozen=True)
class ExportLeads:
    """The step of an export."""

    store: LeadStore
    blobs: BucketBlobs
    uploads: PartUploads
    channels: Channels
    part_bytes: int = PART_BYTES

    def __call__(self, run: Run) -> None:
        request, cursor = ExportRequest.of(run.job), ExportCursor.of(run.job)
        key, leads = export_key(request.organization, run.job.job_id, request), int(run.job.details.get("leads", 0))
        while not run.out_of_time():
            part = self._next_part(request, cursor)
            leads += part.leads
            if part.is_last:
                self._finish(key, cursor, part.content)
                run.commit(Progress(None, state=JobState.COMPLETED, details={"leads": leads}))
                return
            cursor = self._store(key, cursor, part)
            run.commit(Progress(cursor.json(), details={"leads": leads}))

    def _store(self, key: str, cursor: ExportCursor, part: _Part) -> ExportCursor:
        upload_id = cursor.upload_id or self.uploads.begin(key)
        tag = self.uploads.put(key, upload_id, len(cursor.tags) + 1, part.content)
        return ExportCursor(part.shard, part.after, upload_id, (*cursor.tags, tag))

    def _finish(self, key: str, cursor: ExportCursor, rest: bytes) -> None:
        """Store the rest, which may be the whole file."""
        if not cursor.tags:
            self.blobs.put(key, rest)
            return
        tags = list(cursor.tags)
        if rest:
            tags.append(self.uploads.put(key, cursor.upload_id, len(tags) + 1, rest))
        self.uploads.join(key, cursor.upload_id, tags)

    def _next_part(self, request: ExportRequest, cursor: ExportCursor) -> _Part:
        """The leads behind the cursor, until they fill a part."""
        lines = LeadLines(request.format, self.channels.names)
        content, leads = bytearray(lines.header() if cursor == ExportCursor() else b""), 0
        for shard, entries in self._pieces(request.organization, cursor):
            wanted = [each.lead for each in entries if each.lead is not None and request.wanted.has(each.lead)]
            content += lines.lines(wanted)
            leads += len(wanted)
            if len(content) >= self.part_bytes:
                return _Part(bytes(content), leads, shard, entries[-1].key)
        return _Part(bytes(content), leads, SHARDS, "")

    def _pieces(self, organization: str, cursor: ExportCursor) -> Iterator[tuple[int, list[Entry]]]:
        """The items behind the cursor, a thousand or fewer of one shard at a time."""
        rest = self.store.shard(organization, cursor.shard, cursor.after)
        yield from ((cursor.shard, piece) for piece in _chunks(rest))
        for shard, entries in self.store.all(organization, first=cursor.shard + 1):
            yield from ((shard, piece) for piece in _chunks(iter(entries)))


def _chunks(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while chunk := list(islice(entries, ENCODED_TOGETHER)):
        yield chunk
