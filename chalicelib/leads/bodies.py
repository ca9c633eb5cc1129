"""Request bodies about leads. Loaded only when a body is read or described."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints
from pydantic.alias_generators import to_camel

from chalicelib.leads.lead import MOST_IDENTITIES

MOST_INPUTS = 1_000
LONGEST_IDENTIFIER = 320  # characters
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_IDENTIFIER)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class IdentityBody(_Body):
    """What identifies a lead on a channel."""

    channel: str = Field(description="whatsapp, sms, email, instagram, messenger, telegram, or a configured channel.")
    channel_identifier: Identifier | int = Field(
        description="The phone number, address or id, in any spelling. A username is none: it can change."
    )
    scope: str | None = Field(
        default=None,
        description="What the identifier is unique in: the Page of Messenger, the professional account of Instagram, "
        "the portfolio of a WhatsApp user id. Not for phone numbers, email and Telegram.",
    )


class ProfileFields(_Body):
    """What an organization knows of a lead. Nothing in it identifies anybody."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    custom: dict[str, str] | None = Field(default=None, description="Values of your own fields, by name.")
    tags: list[str] | None = None


class LeadBody(IdentityBody, ProfileFields):
    """A lead to find, or to create with this profile."""

    identities: list[IdentityBody] = Field(
        default=[], max_length=MOST_IDENTITIES - 1, description="Further identities of the same lead."
    )


class LeadBatchBody(RootModel[list[LeadBody]]):
    """Leads to find or create: 1 to 1,000. Each is answered; an invalid one does not stop the others."""


class ProfileBody(ProfileFields):
    """The fields to change. What is not there stays; null or "" removes a field. Tags are replaced as a whole."""

    custom: dict[str, str | None] | None = Field(  # type: ignore[assignment] # null removes a custom field
        default=None, description="Only these fields of your own change; null removes one."
    )


class MoveBody(_Body):
    """Which lead an identity moves to."""

    lead_id: str = Field(min_length=1, max_length=100)


class ExportBody(_Body):
    """Which leads to export, and how."""

    format: Literal["csv", "ndjson"] = Field(
        default="csv", description="`csv` for spreadsheets; `ndjson`: one lead on each line, as the API returns it."
    )
    tag: str | None = Field(default=None, max_length=100, description="Only leads with this tag.")
    source: str | None = Field(
        default=None, max_length=100, description="Only leads that this import created or last changed."
    )


class EraseBody(_Body):
    """The lead to erase: by its id, or by one of its identities."""

    lead_id: str | None = Field(default=None, min_length=1, max_length=100)
    identity: IdentityBody | None = None
