"""The request body of a confirmed consent. Loaded only when one is read or described."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ConfirmBody(BaseModel):
    """Answer the question whether contacts may be added."""

    model_config = ConfigDict(extra="forbid", strict=True)

    confirmation_key: str = Field(min_length=1, max_length=512)
    answer: Literal["yes", "no"]
