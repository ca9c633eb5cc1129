"""Request bodies: JSON alone, bounded, and nothing in them that nobody asked for."""

import math
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.foundation.errors import CallerError, InvalidInput, TooLarge
from chalicelib.foundation.fast_json import decode_json_exactly
from chalicelib.foundation.http import Request

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

LARGEST_BODY = 256 * 1024
Model = TypeVar("Model", bound="BaseModel")


class NotJson(CallerError):
    status, slug, title = 415, "unsupported-media-type", "Send JSON"


def read_body(request: Request, model: type[Model], largest: int = LARGEST_BODY) -> Model:
    """The body as `model` describes it; an absent one counts as `{}`.

    Raises:
        NotJson: it says it is something else. TooLarge: it is. InvalidInput: names the member that cannot be.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(json_object(request, largest))
    except ValidationError as error:
        raise invalid_input(error) from None


def check_size(request: Request, largest: int = LARGEST_BODY) -> None:
    """Raises TooLarge, with the limit and what was sent, in bytes."""
    sent = len(request.body)
    if sent > largest:
        raise TooLarge(
            f"A body may have {human_size(largest)} at most; this one has {human_size(sent)}.", limit=largest, sent=sent
        )


def human_size(number: int) -> str:
    """Bytes as people say them: "256 KB", "4 MB"; never less than there are."""
    unit, name = (1024 * 1024, "MB") if number >= 1024 * 1024 else (1024, "KB")
    return f"{math.ceil(number / unit * 10) / 10:g} {name}"


def json_object(request: Request, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """The body, a JSON object; an absent one counts as `{}`. Raises as `read_body`."""
    check_size(request, largest)
    if not request.body.strip():
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotJson("Send the body as JSON, with Content-Type: application/json.")
    check_utf8(request.body)
    try:
        value = decode_json_exactly(request.body)
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise InvalidInput("The body must be a JSON object.")
    return value


def check_utf8(body: bytes) -> None:
    """Raises InvalidInput for bytes that are not UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The body is not text in UTF-8: byte {error.start + 1:,} is invalid.") from None


def invalid_input(error: "ValidationError") -> InvalidInput:
    """The first thing that is wrong, without what was sent: that may be long, or a secret."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    member = ".".join(str(part) for part in first["loc"])[:100]
    if first["type"] == "extra_forbidden":
        return InvalidInput(f"Unknown member {member!r}; leave it out.", field=member)
    if first["type"] == "missing":
        return InvalidInput(f"The member {member!r} is missing.", field=member)
    message = first["msg"][:1].lower() + first["msg"][1:]
    return InvalidInput(f"{member or 'The body'}: {message}.", field=member)
