"""Request bodies about sources. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.ingest.envelope import ObjectKind
from chalicelib.ingest.signature_rule import DEFAULT_TOLERANCE

Text = Annotated[str, StringConstraints(max_length=200)]
FieldName = Annotated[str, StringConstraints(max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SignatureBody(_Body):
    """How requests are signed."""

    header: Text = Field(description="The name of the header with the signature.")
    algorithm: Literal["sha256", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Text = Field(default="", description='What the signature begins with, such as "sha256=" or "v1,".')
    signed: list[Literal["body", "id", "timestamp", "method", "url", "first_record"]] = Field(
        default=["body"], min_length=1, max_length=6, description="What is signed, in this order."
    )
    separator: Text = Field(default="", description="What is between these parts.")
    id_header: Text = ""
    timestamp_header: Text = ""
    tolerance_seconds: int = Field(default=DEFAULT_TOLERANCE, description="How old a signed timestamp may be.")
    unit: Literal["s", "ms"] = "s"
    secret: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="The signing secret. It is never shown."
    )
    secret_encoding: Literal["text", "base64"] = "text"  # noqa: S105 # no secret


class SourceChangeBody(_Body):
    """What changes; what is not there stays."""

    name: Text | None = None
    tag: Text | None = Field(default=None, description="Lowercase letters, digits and hyphens.")
    paused: bool | None = None
    saved_mapping: Text | None = Field(
        default=None, description="One of your file imports, whose confirmed mapping gives the fields."
    )
    fields: dict[FieldName, Text] | None = Field(
        default=None, description='What fields of records become, such as {"mail": "emails.1"}; "" ignores one.'
    )
    region: Text | None = Field(default=None, description="The country of phone numbers without a country code.")
    id_field: Text | None = Field(default=None, description="The field with your id of the record.")
    event_field: Text | None = Field(default=None, description="The field with an id of the event.")
    time_field: Text | None = Field(default=None, description="The field with the time of the record's last change.")
    null_clears: bool | None = Field(default=None, description="Whether null clears a value.")
    empty_clears: bool | None = Field(default=None, description="Whether an empty text clears a value.")
    on_existing: Text | None = Field(
        default=None,
        description="What to do with what is there. Contacts: create, skip or update. Leads: keep, fill or overwrite.",
    )
    signature: SignatureBody | Literal["none"] | None = Field(default=None, description='"none" takes it off.')
    key_in_url: bool | None = Field(
        default=None, description="Whether the key may be sent as the query parameter key. URLs end up in logs."
    )
    of_object: ObjectKind | None = Field(
        default=None,
        strict=False,
        description="What an object as the body is: record for one record, or the name of the list that has them.",
    )
    requests_per_minute: int | None = None
    records_per_day: int | None = None


class SourceBody(SourceChangeBody):
    """A new source."""

    name: Text


class LeadSourceChangeBody(SourceChangeBody):
    """What changes of a source of leads."""

    channel: Text | None = Field(default=None, description="That of identities whose channel nothing else says.")
    scope: Text | None = None


class LeadSourceBody(LeadSourceChangeBody):
    """A new source of leads."""

    name: Text


class RotateBody(_Body):
    """A new key."""

    overlap_hours: int = Field(
        default=24, ge=0, le=168, description="For how long the last key stays valid beside the new one."
    )
