"""The kind of the jobs that export leads, what they are asked for, and where their file is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from chalicelib.foundation.clock import rfc3339
from chalicelib.foundation.json import Json, JsonObject
from chalicelib.jobs.counts import Outcomes
from chalicelib.jobs.job import Job, JobState
from chalicelib.jobs.job_kinds import JobKind
from chalicelib.jobs.job_result import result_word
from chalicelib.leads.managing.lead_filter import LeadFilter

LEAD_EXPORT = JobKind("lead-export", Outcomes(), changes_book=False)
EXPORT_LANE = "lead-exports"  # an export changes nothing, so it waits for no import
FOLDER = "lead-exports"


class ExportFormat(StrEnum):
    """The formats of the file."""

    CSV = "csv"  # for spreadsheets; no cell runs as a formula
    NDJSON = "ndjson"  # one lead on each line, as the API returns it


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is exported, and how; kept in the details of the job."""

    organization: str
    format: ExportFormat
    wanted: LeadFilter

    @classmethod
    def of(cls, job: Job) -> Self:
        details = job.details
        wanted = LeadFilter(details.get("tag"), details.get("source"))
        return cls(str(details["organization"]), ExportFormat(details["format"]), wanted)

    def json(self) -> dict[str, Json]:
        tag, source = self.wanted.tag, self.wanted.source
        return {"organization": self.organization, "format": self.format.value, "tag": tag, "source": source}

    @property
    def file_name(self) -> str:
        return f"leads.{self.format}"


@dataclass(frozen=True, slots=True)
class ExportCursor:
    """How far an export has come."""

    shard: int = 0
    #: the key behind which the shard continues
    after: str = ""
    #: of the upload in parts; "" before the first part
    upload_id: str = ""
    #: of the parts that are stored
    tags: tuple[str, ...] = ()
    #: names the blob with lines that do not fill a part yet; "" if there are none
    rest: str = ""

    @classmethod
    def of(cls, job: Job) -> Self:
        stored: Any = job.cursor
        if stored is None:
            return cls()
        return cls(stored["shard"], stored["after"], stored["upload"], tuple(stored["tags"]), stored["rest"])

    def json(self) -> dict[str, Json]:
        return {
            "shard": self.shard,
            "after": self.after,
            "upload": self.upload_id,
            "tags": list(self.tags),
            "rest": self.rest,
        }


def exports_prefix(organization: str) -> str:
    return f"{FOLDER}/{organization}/"


def export_key(organization: str, job_id: str, request: ExportRequest) -> str:
    return f"{exports_prefix(organization)}{job_id}/{request.file_name}"


def export_json(job: Job, download_url: str | None) -> JsonObject:
    """The published JSON of an export."""
    request = ExportRequest.of(job)
    return {
        "jobId": job.job_id,
        "status": job.state.value,
        "result": result_word(job),
        "format": request.format.value,
        "tag": request.wanted.tag,
        "source": request.wanted.source,
        "leads": int(job.details.get("leads", 0)),
        "downloadUrl": download_url if job.state is JobState.COMPLETED else None,
        "createdAt": rfc3339(job.created_at),
        "finishedAt": rfc3339(job.finished_at),
        "error": job.error,
    }
