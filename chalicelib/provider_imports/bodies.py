"""Request bodies. Loaded only when one is read or described."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ImportAgainBody(_Body):
    """Import an account again."""

    full: bool = Field(default=False, description="List everything, even if an incremental import is possible.")


class RefreshBody(_Body):
    """How often an account is imported again."""

    interval: Literal["off", "hourly", "daily", "weekly"]


class TokenBody(_Body):
    """Connect an account with a token that the person made at the provider."""

    token: str = Field(
        min_length=1, max_length=4_096, repr=False, description="It is checked at the provider, and stored encrypted."
    )


class ChoiceBody(_Body):
    """What comes of an account."""

    chosen: list[str] = Field(
        description="Ids of choices, as they are listed: `all`, or labels or folders; and `other`.",
        min_length=1,
        max_length=500,
    )


class RemovalsBody(_Body):
    """Apply or discard the removals that an import held."""

    decision: Literal["apply", "keep"]
