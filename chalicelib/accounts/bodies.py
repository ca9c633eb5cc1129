"""The request body that confirms a consent. Loaded only when one is read or described."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ConfirmBody(BaseModel):
    """Confirm or decline adding an account's contacts."""

    model_config = ConfigDict(extra="forbid", strict=True)

    confirmation_key: str = Field(min_length=1, max_length=512)
    answer: Literal["yes", "no"]
