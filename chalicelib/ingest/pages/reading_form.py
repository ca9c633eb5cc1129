"""The form that says how the records of a source are read: what an object of a request is, and what fields become."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form
from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.source import IngestSource

MOST_ROWS = 400  # two fields of a form each
_NEW = ("", "")  # the row for a further field
IGNORED = "-"  # what people write for a field that is ignored, since an empty input lets us recognize it
OBJECT_KINDS: Mapping[ObjectKind, str] = {
    ObjectKind.GUESS: "Recognize it in each request",
    ObjectKind.RECORD: "One record, whatever lists it has",
    ObjectKind.RECORDS: "Records in the list “records”",
    ObjectKind.DATA: "Records in the list “data”",
    ObjectKind.INPUTS: "Records in the list “inputs”",
    ObjectKind.EVENTS: "Records in the list “events”",
    ObjectKind.BATCH: "Records in the list “batch”",
    ObjectKind.OBJECT_RECORDS: "Records in “object.records”, as Polytomic sends them",
}
_ENVELOPES: Mapping[str, str] = {
    "object": "one record",
    "array": "an array of records",
    "lines": "one record a line",
    "form": "a form",
    "soap": "an outbound message of Salesforce",
}


def envelope_words(envelope: str) -> str:
    """How a request was wrapped, in words; "" for none."""
    return _ENVELOPES.get(envelope) or (f"records in the list “{envelope}”" if envelope else "")


def reading_view(source: IngestSource, unknown: Sequence[str], given: Form | None) -> dict[str, Any]:
    """What the form shows: what the source has, the unknown fields last, or what was given.

    `fields` is empty if the source has more of them than a form can hold.
    """
    if given is not None:
        rows = [row for row in _rows(given) if row[0]]
        return {"of_object": given.text("of_object"), "fields": [*rows, _NEW]}
    mapped = source.rules.fields
    if len(mapped) > MOST_ROWS:
        return {"of_object": source.of_object.value, "fields": []}
    rows = [(name, target or IGNORED) for name, target in mapped.items()]
    rows += [(name, "") for name in unknown if name not in mapped][: MOST_ROWS - len(mapped)]
    return {"of_object": source.of_object.value, "fields": [*rows, _NEW]}


def sent_rules(form: Form) -> tuple[ObjectKind, dict[str, Any]]:
    """What the form says. Raises InvalidInput if it is not one that we have shown."""
    try:
        of_object = ObjectKind(form.text("of_object"))
    except ValueError:
        raise InvalidInput("Choose what an object is.", field="of_object") from None
    fields = {}
    for name, target in _rows(form):
        if name and target:
            fields[name] = "" if target == IGNORED else target
        elif target:
            raise InvalidInput("Name the field that becomes this.", field="fields")
    return of_object, {"fields": fields}


def _rows(form: Form) -> list[tuple[str, str]]:
    names, targets = form.every("field"), form.every("target")
    return [(name.strip(), target.strip()) for name, target in zip(names, targets, strict=False)]
