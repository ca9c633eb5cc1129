"""What people send: each request body, and no member besides. Loaded only when one is read or described."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ImportAgainBody(_Body):
    """Import an account again."""

    full: bool = Field(default=False, description="List everything, even where only what changed could be read.")


class RemovalsBody(_Body):
    """Decide on removals that an import held back."""

    decision: Literal["apply", "keep"]
