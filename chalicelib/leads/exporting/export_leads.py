"""Runs the job of an export: reads the leads shard by shard, and stores the file part by part.

S3 takes no small part but the last, so lines that do not fill one yet are kept in a blob of their own. What is stored
is noted by the job afterwards. A worker that continues the job writes the same again, so the file has every lead once
that was there all the time; one that changes meanwhile is in it as it was before or after.
"""

from dataclasses import dataclass, replace

from chalicelib.foundation.blobs import BucketBlobs
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.part_uploads import PartsChanged, PartUploads
from chalicelib.jobs.job import JobState
from chalicelib.jobs.progress import Progress
from chalicelib.jobs.run import Run
from chalicelib.leads.channels.channels import Channels
from chalicelib.leads.channels.lead_keys import SHARDS
from chalicelib.leads.exporting.export_job import ExportCursor, ExportRequest, export_key
from chalicelib.leads.exporting.export_lines import LeadLines
from chalicelib.leads.store.lead_store import LeadStore

PART_BYTES = 8 * 1024 * 1024
READ_BEFORE_COMMIT = 50_000  # items; reading them takes seconds, and a lease a minute


@dataclass(frozen=True, slots=True)
class _Read:
    """Lines that were read, and where reading continues."""

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
    read_before_commit: int = READ_BEFORE_COMMIT

    def __call__(self, run: Run) -> None:
        request, cursor = ExportRequest.of(run.job), ExportCursor.of(run.job)
        key, leads = export_key(request.organization, run.job.job_id, request), int(run.job.details.get("leads", 0))
        content = self._rest(key, cursor)
        while not run.out_of_time():
            read = self._read(request, cursor, content)
            leads += read.leads
            if read.is_last:
                self._end(run, key, cursor, read.content, leads)
                return
            cursor, content = self._keep(key, cursor, read)
            run.commit(Progress(cursor.json(), details={"leads": leads}))

    def _rest(self, key: str, cursor: ExportCursor) -> bytes:
        return (self.blobs.find(_rest_key(key, cursor.rest)) or b"") if cursor.rest else b""

    def _read(self, request: ExportRequest, cursor: ExportCursor, content: bytes) -> _Read:
        """The leads behind the cursor, after `content`, until they fill a part or many were read."""
        lines = LeadLines(request.format, self.channels)
        text, leads, items = bytearray(lines.header() if cursor == ExportCursor() else content), 0, 0
        for shard, entries in self.store.all(request.organization, first=cursor.shard, after=cursor.after):
            wanted = [each.lead for each in entries if each.lead is not None and request.wanted.has(each.lead)]
            text += lines.lines(wanted)
            leads += len(wanted)
            items += len(entries)
            if entries and (len(text) >= self.part_bytes or items >= self.read_before_commit):
                return _Read(bytes(text), leads, shard, entries[-1].key)
        return _Read(bytes(text), leads, SHARDS, "")

    def _keep(self, key: str, cursor: ExportCursor, read: _Read) -> tuple[ExportCursor, bytes]:
        """Store what was read; returns the new cursor, and the lines that no part has yet."""
        if len(read.content) < self.part_bytes:
            rest = fresh_id()
            self.blobs.put(_rest_key(key, rest), read.content)
            return replace(cursor, shard=read.shard, after=read.after, rest=rest), read.content
        upload_id = cursor.upload_id or self.uploads.begin(key)
        tag = self.uploads.put(key, upload_id, len(cursor.tags) + 1, read.content)
        return ExportCursor(read.shard, read.after, upload_id, (*cursor.tags, tag)), b""

    def _end(self, run: Run, key: str, cursor: ExportCursor, content: bytes, leads: int) -> None:
        """Store the rest, which may be the whole file, and end the job."""
        run.commit(Progress(cursor.json()))  # it was not canceled: an erasure has deleted what was stored by then
        try:
            self._finish(key, cursor, content)
        except PartsChanged:  # by a worker that had lost the job
            run.restart(None, {"leads": 0})
            return
        self.blobs.delete_prefix(_rest_key(key, ""))
        run.commit(Progress(None, state=JobState.COMPLETED, details={"leads": leads}))

    def _finish(self, key: str, cursor: ExportCursor, content: bytes) -> None:
        if self.blobs.size(key) is not None:  # a worker that was killed afterwards has finished it
            return
        if not cursor.tags:
            self.blobs.put(key, content)
            return
        tags = list(cursor.tags)
        if content:
            tags.append(self.uploads.put(key, cursor.upload_id, len(tags) + 1, content))
        self.uploads.join(key, cursor.upload_id, tags)


def _rest_key(key: str, rest: str) -> str:
    return f"{key}.rest-{rest}"
