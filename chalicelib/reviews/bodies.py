"""Request bodies of reviews. Loaded only when a body is read or described."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_FIELDS = 50

_Id = Annotated[str, Field(min_length=1, max_length=150)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DecisionBody(_Body):
    """What a person decides of a pair: one person, two people, or to be asked later.

    A choice names the side whose value the merged contact shows ("left", "right", for a list also "both"), or a value
    that one of the two has; of a list, a list of such values. Without a choice, the values follow the usual rules.
    """

    decision: Literal["same", "different", "later"]
    into: _Id | None = Field(
        None, description="The contact that stays, one of the two; the older one by default. Only for `same`."
    )
    choices: dict[_Id, Any] = Field(
        default_factory=dict, max_length=MOST_FIELDS, description="By field; `name` is the whole name."
    )
    versions: dict[_Id, int] | None = Field(
        None, max_length=2, description="The versions of the contacts that were shown; 409 if one has changed since."
    )


class CertainBody(_Body):
    """Merge all pairs that are certain."""

    count: int = Field(ge=1, description="How many were listed; 409 if there are others by now.")


class LikeBody(_Body):
    """One decision for all pairs like this one: those with the same reason that differ in the same fields."""

    review_id: _Id
    decision: Literal["same", "different", "later"]
    preview: bool = Field(default=False, description="Only count them.")
    count: int | None = Field(
        None, ge=0, description="How many there were in the preview; 409 if there are others by now."
    )
