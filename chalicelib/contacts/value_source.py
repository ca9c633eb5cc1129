"""The source of a value as pages show it: what people call it, the job, the row of a file, and the date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.contacts.source import PERSON, Source, SourceKind

_RUNS = (SourceKind.BULK, SourceKind.ENRICHMENT)  # a job of theirs is a run, any other an import
_MATCHED = {
    "number": "matched by number",
    "decided": "decided by you",
    "email": "matched by email",
    "name": "matched by name",
    "id": "matched by contact id",
    "key": "known from an earlier import",
}


@dataclass(frozen=True, slots=True)
class ValueSource:
    """One of the sources of a value."""

    #: What people call it: "Google ada@example.org".
    name: str
    tag: str
    #: The kind of job it came with, "import" or "run".
    job_kind: str
    #: The job it came with; None for the person's own edits, and for a file.
    job_id: str | None
    #: When it last changed, RFC 3339.
    changed_at: str
    #: The import of the file it came from; None for no file, or one that is no longer stored.
    import_id: str | None = None
    #: The row of the file, and why it is this contact: "row 12", "matched by number"; each may be missing.
    row_words: Sequence[str] = ()


def value_source(source: Mapping[str, Any], source_names: Mapping[str, str]) -> ValueSource:
    """One of the `sources` of a value in `provenance`.

    Args:
        source_names: what people call the sources, by key.
    """
    if Source.of(source["source"]).kind is SourceKind.FILE:
        return _file_source(source)
    return ValueSource(
        source_name(source["source"], source_names),
        source["tag"],
        "run" if Source.of(source["source"]).kind in _RUNS else "import",
        None if source["source"] == PERSON else source["job_id"],
        source["at"],
    )


def _file_source(source: Mapping[str, Any]) -> ValueSource:
    file = source.get("file")
    if file is None:
        return ValueSource(Source.of(source["source"]).title, source["tag"], "import", None, source["at"])
    words = (f"row {file['row']}" if file["row"] is not None else "", _MATCHED.get(file["rule"], ""))
    return ValueSource(
        file["file_name"], source["tag"], "import", None, source["at"], file["import_id"], tuple(filter(None, words))
    )


def source_name(source: str, source_names: Mapping[str, str]) -> str:
    """What people call a source."""
    return source_names.get(source) or Source.of(source).title
