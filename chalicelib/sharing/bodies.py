"""What people send to collections, and no member besides. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_ADDED = 500  # contacts, by one request

_Id = Annotated[str, Field(min_length=1, max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CollectionBody(_Body):
    """A collection's name."""

    name: str = Field(min_length=1, max_length=1_000)


class AddMembersBody(_Body):
    """Contacts of one's own book that shall be members."""

    contact_ids: list[_Id] = Field(min_length=1, max_length=MOST_ADDED)


class ShareBody(_Body):
    """What somebody may do with a collection."""

    role: Literal["editor", "viewer"]
