"""Request bodies of bulk create and cleanup. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.contact_input import InputCreateContact
from chalicelib.foundation.http import LONGEST_IDEMPOTENCY_KEY


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    idempotency_key: Annotated[str, Field(min_length=1, max_length=LONGEST_IDEMPOTENCY_KEY)] | None = Field(
        default=None,
        description="Alternative to the Idempotency-Key header. Repeating the same request returns the same job.",
    )


class BulkCreateOptions(_Body):
    """The fields of a bulk create other than its contacts."""

    collection_id: str | None = Field(default=None, description="Add the contacts to this collection.")
    client_source: str | None = Field(
        default=None,
        description="The client's name. Part of the tracking key, and the tag of the contacts' source.",
    )
    client_reference_id: str | None = Field(
        default=None, description="The client's name for this run. Part of the tracking key."
    )
    on_existing: Literal["create", "skip", "update"] | None = Field(
        default="create",
        description=(
            "What to do with a contact that is already in the address book or earlier in the list: `create` another "
            "one and mark both as possible duplicates, `skip` it, or `update` the existing one (skipped with "
            "`ambiguous` if several match). A contact that is found by its `external_id` is never created again: "
            "`create` updates it, too."
        ),
    )
    update: Literal["fill", "overwrite"] | None = Field(
        default="fill",
        description=(
            "What the values of an updated contact do beside those of other sources: `fill` what they lack, or "
            "`overwrite` them, so that they are shown first. What the person wrote goes first in any case, and the "
            "client's own earlier values are always replaced where the contact is found by its `external_id`."
        ),
    )
    dry_run: bool | None = Field(
        default=False, description="Report what would become of each contact without changing anything."
    )


class BulkCreateBody(BulkCreateOptions):
    """Create many contacts. All are validated first; if one is invalid, none is created."""

    contacts: list[InputCreateContact] = Field(  # type: ignore[valid-type] # built from the table of fields
        min_length=1, max_length=MOST_CONTACTS
    )


class BulkCleanupBody(_Body):
    """Delete the contacts that one bulk create created. Requires `bulk_create_job_id` or `tracking_key`."""

    bulk_create_job_id: str | None = Field(default=None, min_length=1, max_length=100)
    tracking_key: str | None = Field(default=None, min_length=1, max_length=1_000)
    contact_ids: list[str] | None = Field(
        default=None, max_length=MOST_CONTACTS, description="Delete only these of its contacts. Default: all."
    )
    dry_run: bool | None = Field(default=False, description="List what would be deleted without deleting it.")
