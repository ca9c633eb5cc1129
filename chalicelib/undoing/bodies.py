"""The body of a request that starts an undo."""

from pydantic import BaseModel, ConfigDict, Field


class UndoBody(BaseModel):
    """The numbers of the preview that the person confirms."""

    model_config = ConfigDict(extra="forbid", strict=True)

    removed: int = Field(ge=0)
    restored: int = Field(ge=0)
    returned: int = Field(ge=0)
    kept: int = Field(ge=0)
    failed: int = Field(default=0, ge=0)
    preview_id: str = Field(default="", max_length=100)
