"""Request bodies of collections. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_ADDED = 500  # contacts in one request

_Id = Annotated[str, Field(min_length=1, max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CollectionBody(_Body):
    """The name of a collection."""

    name: str = Field(min_length=1, max_length=1_000)


class AddMembersBody(_Body):
    """Contacts from my address book to add."""

    contact_ids: list[_Id] = Field(min_length=1, max_length=MOST_ADDED)


class ShareBody(_Body):
    """The role of a person in a collection."""

    role: Literal["editor", "viewer"]
