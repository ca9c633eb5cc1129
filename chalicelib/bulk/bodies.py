"""What people send: each request body, and no member besides. Loaded only when one is read or described."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.bulk.bulk_job import MOST_CONTACTS
from chalicelib.bulk.contact_input import InputCreateContact


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    idempotency_key: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        default=None, description="In place of the header Idempotency-Key: the same request again is the same job."
    )


class BulkCreateOptions(_Body):
    collection_id: str | None = Field(default=None, description="A collection that all of them become members of.")
    client_source: str | None = Field(
        default=None,
        description="What the client calls itself; in the tracking key and the tag of its contacts' sources.",
    )
    client_reference_id: str | None = Field(default=None, description="What it calls this run; likewise.")
    on_existing: Literal["create", "skip", "update"] | None = Field(
        default="create",
        description=(
            "What happens to a contact that the address book or this list has already: `create` a second one "
            "that points to it, `skip` it, or `update` it (skipped as `ambiguous` if several may be meant)."
        ),
    )


class BulkCreateBody(BulkCreateOptions):
    """Create many contacts. All are checked before any is created; one that cannot be refuses them all."""

    contacts: list[InputCreateContact] = Field(  # type: ignore[valid-type] # made of the table of members
        min_length=1, max_length=MOST_CONTACTS
    )


class BulkCleanupBody(_Body):
    """Take away what one bulk create made. `bulk_create_job_id` or `tracking_key` is needed."""

    bulk_create_job_id: str | None = Field(default=None, min_length=1, max_length=100)
    tracking_key: str | None = Field(default=None, min_length=1, max_length=1_000)
    contact_ids: list[str] | None = Field(
        default=None, max_length=MOST_CONTACTS, description="Only these of its contacts; all of them where absent."
    )
    dry_run: bool | None = Field(default=False, description="List what would be deleted, and delete nothing.")


class GraphQlBody(BaseModel):
    """A GraphQL request. The contacts of a bulk create go into `variables`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 # GraphQL's name for it
    extensions: dict[str, Any] | None = Field(default=None, description="Taken, and of no meaning here.")
