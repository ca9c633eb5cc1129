"""Request bodies about imports of leads. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from chalicelib.foundation.errors import InvalidInput
from chalicelib.leads.importing.profiles import OnExisting
from chalicelib.leads.importing.uploads import LARGEST_UPLOAD, LONGEST_FILE_NAME
from chalicelib.leads.importing.uploads_in_parts import MOST_PARTS

Policy = Literal["keep", "fill", "overwrite"]
FileName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_FILE_NAME),
    Field(description="Ends the key, with `_` for the signs that keys cannot have everywhere."),
]
Size = Annotated[int, Field(ge=1, le=LARGEST_UPLOAD, description="Of the file, in bytes.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class PoliciesBody(_Body):
    """What rows do to the values of leads that there are, by field; fields that are not named are filled."""

    name: Policy = "fill"
    email: Policy = "fill"
    phone: Policy = "fill"
    tags: Policy = "fill"
    custom: Policy = "fill"


class LeadImportBody(_Body):
    """A file of leads to import."""

    s3_key: str = Field(
        alias="s3Key",
        min_length=1,
        max_length=1_024,
        description="The key of the file in the bucket; begins with `imports/{org}/`. CSV or TSV, also gzip, "
        "in UTF-8, UTF-16 or Windows-1252.",
    )
    mapping: dict[str, str] | None = Field(
        default=None,
        description="What the columns are, by header, or by number as #2 where headers are missing or equal: name, "
        "first_name, last_name, email, phone, tags, custom:NAME, custom (a JSON object of custom fields), identity, "
        "identity:CHANNEL, identity:CHANNEL:SCOPE, channel, scope or scope:CHANNEL (what the identities of the row are "
        "unique in), or ignore; email, phone and custom:NAME may be an identity too, as phone+identity:sms. Columns "
        "that it does not name are ignored. Default: recognized by their headers.",
    )
    saved_mapping: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="In place of `mapping`: the id of one of your file imports, for its columns as you confirmed them, "
        "or `latest` for those that you last confirmed for a file with the same headers. Fields of contacts that "
        "leads lack become custom fields.",
    )
    channel: str = Field(default="whatsapp", description="Of identities whose channel nothing else says.")
    scope: str | None = Field(default=None, description="What identities are unique in whose column does not say it.")
    region: str | None = Field(default=None, description="The country of phone numbers without a country code.")
    on_existing: Policy | PoliciesBody = Field(
        default="fill",
        description="What a row does to a lead that there is: keep leaves it as it is, fill gives it what it lacks, "
        "overwrite replaces its values. Empty cells change nothing, and tags are only ever added. May be given by "
        "field.",
    )
    tags: list[str] = Field(default=[], description="Of every lead that is created or changed.")
    dry_run: bool = Field(default=False, description="Only tell what would happen.")

    def policies(self) -> tuple[OnExisting, dict[str, OnExisting]]:
        """The policy of all fields, and those of single ones."""
        if isinstance(self.on_existing, str):
            return OnExisting(self.on_existing), {}
        return OnExisting.FILL, {field: OnExisting(policy) for field, policy in self.on_existing.model_dump().items()}


class LeadUploadBody(_Body):
    """A file to upload."""

    file_name: FileName
    size: Size


class LeadUploadInPartsBody(_Body):
    """A file to upload in parts."""

    file_name: FileName
    size: Size
    content_type: str = Field(default="text/csv", max_length=100, description="CSV, TSV, text or gzip.")


class _UploadBody(_Body):
    """Which upload."""

    s3_key: str = Field(alias="s3Key", min_length=1, max_length=1_024)
    upload_id: str = Field(min_length=1, max_length=1_024)


class LeadUploadAbortBody(_UploadBody):
    """The upload to give up."""


class LeadUploadPartsBody(_UploadBody):
    """Which parts of an upload."""

    size: Size
    first_part: int = Field(default=1, ge=1, le=MOST_PARTS, description="The first one of the page.")


class UploadedPartBody(_Body):
    """A part that was sent."""

    part_number: int = Field(ge=1, le=MOST_PARTS)
    etag: str = Field(min_length=1, max_length=200, description="The header `ETag` of the response to it.")


class LeadUploadCompleteBody(_UploadBody):
    """All parts of an upload."""

    size: Size
    parts: list[UploadedPartBody] = Field(min_length=1, max_length=MOST_PARTS)

    def tags(self) -> list[str]:
        """The tags of the parts in their order.

        Raises:
            InvalidInput: a part is missing, or named twice.
        """
        tags = {part.part_number: part.etag for part in self.parts}
        if len(tags) != len(self.parts) or max(tags) != len(tags):
            raise InvalidInput("Name each part once, from 1 on.", field="parts", code="wrong_parts")
        return [tags[number] for number in sorted(tags)]
