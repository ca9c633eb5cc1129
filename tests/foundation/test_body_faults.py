"""A field of a body that is not allowed is named, with what is allowed, and never with the value that was sent."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from chalicelib.foundation.bodies import invalid_input


class Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    most: Annotated[str, StringConstraints(min_length=1)] | int


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    numbers: list[int] = Field(default=[1], min_length=1, max_length=1_000)
    name: str = Field(default="a", max_length=1_000)
    count: int = Field(default=0, ge=0)
    rule: Literal["always", "never"] = "always"
    own: str = ""
    one_or_several: int | list[int] | Limits = 0
    inner: list[Limits] = []

    @field_validator("own")
    @classmethod
    def _refused(cls, value: str) -> str:
        if value == "limit":
            raise PydanticCustomError("string_too_long", "too long")
        raise ValueError("no such thing")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"numbers": []}, "numbers must not be empty."),
        ({"numbers": [1] * 1_001}, "numbers can have at most 1,000 entries."),
        ({"numbers": 1}, "numbers must be a list."),
        ({"numbers": ["secret"]}, "numbers.0 must be a whole number."),
        ({"name": "secret" * 1_000}, "name can have at most 1,000 characters."),
        ({"name": None}, "name must be a text."),
        ({"count": -1}, "count must be at least 0."),
        ({"rule": "secret"}, "rule must be 'always' or 'never'."),
        ({"own": "secret"}, "own is not allowed: no such thing."),
        ({"own": "limit"}, "own is not allowed: too long."),
        ({"other": "secret"}, 'Unknown field "other". Remove it.'),
        ({"one_or_several": "secret"}, "one_or_several must be a whole number."),
        ({"one_or_several": [1, "secret"]}, "one_or_several.1 must be a whole number."),
        ({"one_or_several": {"most": 1, "least": 2}}, 'Unknown field "one_or_several.least". Remove it.'),
        ({"inner": [{"most": 1}, {}]}, 'The field "inner.1.most" is missing.'),
        ({"inner": [{"most": ""}]}, "inner.0.most must not be empty."),
        ("secret", "The body must be an object."),
    ],
)
def test_the_first_fault_is_told_in_plain_words(body, detail):
    with pytest.raises(ValidationError) as caught:
        Body.model_validate(body)

    assert invalid_input(caught.value, body).detail == detail
