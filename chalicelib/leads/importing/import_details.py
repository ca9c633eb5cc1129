"""What the job of an import knows: the file as it was when the import was accepted, and how to read it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from chalicelib.foundation.json import Json
from chalicelib.foundation.pinned_object import Pinned
from chalicelib.jobs.job import Job
from chalicelib.leads.importing.columns import Columns, IdentityColumn
from chalicelib.leads.importing.profiles import OnExisting, Policies


@dataclass(frozen=True)
class ImportDetails:
    """The details of the job."""

    organization: str
    source: Pinned
    is_packed: bool  #: whether it can only be read from its beginning: packed by gzip, or in UTF-16
    delimiter: str
    columns: Columns
    start: int  #: the offset of the first row behind the headers, in the unpacked file, in UTF-8
    channel: str
    scope: str | None
    region: str | None
    on_existing: OnExisting
    on_existing_fields: Mapping[str, OnExisting]
    tags: Sequence[str]
    dry_run: bool
    request: Mapping[str, Json]  #: as it was sent, so that the import can be started again
    header_row: int = 1  #: the number of the row with the headers
    has_several_values: bool = False  #: whether a cell near the beginning holds several identifiers

    @property
    def has_several(self) -> bool:
        """Whether rows may have several identities: what becomes of one may depend on those before it."""
        return len(self.columns.identities) > 1 or self.has_several_values

    @property
    def policies(self) -> Policies:
        return Policies(self.on_existing, self.on_existing_fields)

    def json(self) -> dict[str, Json]:
        stored: dict[str, Any] = {**self.__dict__, "source": asdict(self.source)}
        stored["columns"] = {
            "headers": list(self.columns.headers),
            "identities": [list(each) for each in self.columns.identities],
            "fields": dict(self.columns.fields),
            "custom": [list(each) for each in self.columns.custom],
        }
        stored["on_existing_fields"] = {field: str(policy) for field, policy in self.on_existing_fields.items()}
        return {**stored, "on_existing": str(self.on_existing), "tags": list(self.tags), "request": dict(self.request)}

    @classmethod
    def of(cls, job: Job) -> "ImportDetails":
        stored: dict[str, Any] = {name: value for name, value in job.details.items() if name in cls.__annotations__}
        columns = stored["columns"]
        policies = {field: OnExisting(policy) for field, policy in stored["on_existing_fields"].items()}
        return cls(
            **{
                **stored,
                "source": Pinned(**stored["source"]),
                "columns": Columns(
                    tuple(columns["headers"]),
                    tuple(IdentityColumn(*each) for each in columns["identities"]),
                    columns["fields"],
                    tuple((name, index) for name, index in columns["custom"]),
                ),
                "on_existing": OnExisting(stored["on_existing"]),
                "on_existing_fields": policies,
            }
        )


class Work(StrEnum):
    """What a lane does."""

    ROWS = "rows"  # imports the rows of its range
    KEYS = "keys"  # writes hashes of the identities of its range, to find the rows that share one
    APART = "apart"  # imports those rows of its range that share nothing with others, and defers the rest
    DEFERRED = "deferred"  # imports the rows that others have deferred, in their order


@dataclass(frozen=True, slots=True)
class LaneDetails:
    """The details of the job of a lane: the range of the file that it reads."""

    import_id: str
    number: int
    start: int
    end: int | None  #: None for the end of a packed file
    row: int  #: the number of its first row
    work: Work = Work.ROWS

    def json(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def of(cls, job: Job) -> "LaneDetails":
        details: Mapping[str, Any] = job.details
        import_id, number, start, end, row = (details[each] for each in ("import_id", "number", "start", "end", "row"))
        return cls(import_id, number, start, end, row, Work(details.get("work", Work.ROWS)))
