"""A file import: one upload of a file of contacts, from its arrival to the commit of its plan.

    create ──► uploading ──► uploaded ──► read ──► mapped ──► planned ──► committing ──► committed
                             (being read)          (being planned)

A draft waits for days: it is an item of its own, not a job. What it refers to by name is stored in the bucket.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.contacts.source import Source, file_source
from chalicelib.file_imports.storing.match_by import MatchBy
from chalicelib.foundation.json import Json, JsonObject


class FileImportState(StrEnum):
    """How far an import has come. In the three states with a job, its job tells the rest."""

    UPLOADING = "uploading"  # the file has not arrived
    UPLOADED = "uploaded"  # a job reads it
    READ = "read"  # a person has to confirm what its columns become
    MAPPED = "mapped"  # a job plans it
    PLANNED = "planned"
    COMMITTING = "committing"  # a job commits the plan
    COMMITTED = "committed"
    CANCELED = "canceled"


WORKING = (FileImportState.UPLOADED, FileImportState.MAPPED, FileImportState.COMMITTING)


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the rows. Its rows are stored under its id."""

    plan_id: str
    #: The number of rows by `RowOutcome`.
    counts: Mapping[str, int]
    #: How many contacts of the earlier version of the file it no longer has.
    gone: int = 0

    @classmethod
    def of(cls, stored: Mapping[str, Json]) -> "Plan":
        return cls(stored["plan_id"], stored["counts"], stored["gone"])

    def json(self) -> JsonObject:
        return {"plan_id": self.plan_id, "counts": dict(self.counts), "gone": self.gone}


@dataclass(frozen=True, slots=True)
class FileImport:
    """One import of a file."""

    import_id: str
    owner: str
    created_at: datetime
    #: As the person's device calls the file.
    file_name: str
    #: Of the file in bytes, as it was announced.
    size: int = 0
    #: The rule by which rows match contacts.
    match_by: MatchBy = MatchBy.NUMBER_AND_NAME
    #: Whether a person chose the rule; else the program that wrote the file decides.
    is_match_chosen: bool = False
    #: The operator's name of the source; "" for the default.
    tag: str = ""
    #: The collection that the contacts of its rows are added to; None for none.
    collection_id: str | None = None
    #: Every change adds one.
    version: int = 1
    state: FileImportState = FileImportState.UPLOADING
    #: The last job of the import.
    job_id: str | None = None
    #: The country of phone numbers without a country code; "" for the default.
    region: str = ""
    #: What a person chose about reading the file, by the names of `files.read_file.Choices`.
    choices: Mapping[str, Json] = field(default_factory=dict)
    #: What the file is, and what wrote it, as `FileDescription` has them; "" until it is read.
    format: str = ""
    program: str = ""
    #: The number of rows; None until the file is read.
    rows: int | None = None
    #: The file's format, program and columns, by which later versions of it are recognized; "" until it is read.
    form: str = ""
    #: The name of what was read: of the rows and of the description of the file; "" until then.
    reading: str = ""
    #: The name of the mapping; "" if the file needs none, or nobody has confirmed one.
    mapping: str = ""
    #: The name of the changes of rows; "" for none.
    edits: str = ""
    plan: Plan | None = None
    #: The import whose newer version this file is; None for a file of its own.
    newer_than: str | None = None
    #: The id of the file as a source, which all its versions share.
    source_id: str = ""
    #: Whether the rows that the earlier version had and this one lacks are taken away.
    removes_gone: bool = False
    #: Whether the tag or the rules of fields are others than those of the earlier version, so that records which stay
    #: as they are get them too.
    renews: bool = False
    #: The number of rows by outcome that a person has decided since the commit, which had left them as conflicts.
    decided: Mapping[str, int] = field(default_factory=dict)
    #: The job that has undone the commit; None while the commit stands.
    undone_by: str | None = None
    updated_at: datetime | None = None

    @property
    def is_committed(self) -> bool:
        return self.state is FileImportState.COMMITTED

    @property
    def stands(self) -> bool:
        """Whether it is committed, and that was not undone."""
        return self.is_committed and self.undone_by is None

    @property
    def source(self) -> Source:
        """The source of the records that its rows become."""
        source = file_source(self.source_id or self.import_id)
        return source.with_tag(self.tag) if self.tag else source

    def changed(self, **changes: object) -> "FileImport":
        """The next version."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type] # of declared fields
