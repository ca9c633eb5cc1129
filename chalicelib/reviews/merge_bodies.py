"""Request bodies of merging, unmerging and splitting contacts. Loaded only when a body is read or described."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.books.merged_records import MOST_MERGED


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MergeBody(_Body):
    """Merge other contacts into the one in the path. Their ids redirect to it from then on."""

    others: list[str] = Field(description=f"The ids of the contacts to merge into this one, at most {MOST_MERGED}.")
    choices: dict[str, Any] = Field(
        default_factory=dict,
        description="Values that you chose, by field, as in an edit. Lists of all contacts are united unless chosen.",
    )
    versions: dict[str, int] = Field(
        default_factory=dict,
        description="The versions that you saw, by contact id. The request fails if a contact has another one.",
    )
    dry_run: bool = Field(default=False, description="Only check it and return the contact as it would be.")


class UnmergeBody(_Body):
    """Give a merged contact its id and its records back."""

    different: bool = Field(
        default=True,
        description="Whether to remember that the two are different people, so that no import merges or links them.",
    )


class RecordBody(_Body):
    """A source record, as in `sources` of a contact."""

    source: str
    source_id: str


class SplitBody(_Body):
    """Make a contact of its own of some source records, and remember that the two are different people."""

    records: list[RecordBody] = Field(min_length=1, max_length=1_000)
    version: int | None = Field(
        default=None, ge=1, description="The version you saw. The request fails if the contact has another one."
    )
