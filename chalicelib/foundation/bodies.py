"""Request bodies: JSON of a bounded size, without unknown fields."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.foundation.errors import CallerError, InvalidInput, TooLarge
from chalicelib.foundation.fast_json import decode_json, decode_json_exactly
from chalicelib.foundation.http import Request

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

LARGEST_BODY = 256 * 1024  # bytes
Model = TypeVar("Model", bound="BaseModel")


class NotJson(CallerError):
    """The request body has another content type than JSON."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


def read_body(request: Request, model: type[Model], largest: int = LARGEST_BODY) -> Model:
    """The body, checked against `model`. A missing body counts as `{}`.

    Args:
        largest: how many bytes it may have.

    Raises:
        NotJson: its Content-Type is not JSON.
        TooLarge: it has more than `largest` bytes.
        InvalidInput: it is not a JSON object in UTF-8, or `model` does not allow it; `field` names the wrong field.
    """
    from pydantic import ValidationError

    sent = json_object(request, largest)
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise invalid_input(error, sent) from None


def check_size(request: Request, largest: int = LARGEST_BODY) -> None:
    """Check the size of the body.

    Raises:
        TooLarge: with `limit` and `sent`, in bytes.
    """
    sent = len(request.body)
    if sent > largest:
        raise TooLarge(
            f"The body can be at most {human_size(largest)}; this one is {human_size(sent)}.",
            limit=largest,
            sent=sent,
        )


def human_size(number: int) -> str:
    """Bytes in a readable unit, rounded up: "256 KB", "4 MB"."""
    unit, name = (1024 * 1024, "MB") if number >= 1024 * 1024 else (1024, "KB")
    return f"{math.ceil(number / unit * 10) / 10:g} {name}"


def json_object(request: Request, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """The body as a JSON object; a missing body counts as `{}`. Raises as `read_body`."""
    value = _json(request, largest, {}, decode_json_exactly)
    if not isinstance(value, dict):
        raise InvalidInput("The body must be a JSON object.")
    return value


def json_list(request: Request, largest: int = LARGEST_BODY) -> list[Any]:
    """The body as a JSON array; a missing body counts as `[]`. Raises as `read_body`."""
    value = _json(request, largest, [], decode_json)
    if not isinstance(value, list):
        raise InvalidInput("The body must be a JSON array.")
    return value


def _json(request: Request, largest: int, missing: Any, decode: Callable[[bytes], Any]) -> Any:
    check_size(request, largest)
    if not request.body.strip():
        return missing
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotJson("Send the body as JSON, with Content-Type: application/json.")
    check_utf8(request.body)
    try:
        return decode(request.body)
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not valid JSON.") from None


def check_utf8(body: bytes) -> None:
    """Raises InvalidInput if the body is not UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The body is not valid UTF-8: byte {error.start + 1:,} is wrong.") from None


def invalid_input(error: "ValidationError", sent: Any) -> InvalidInput:
    """The first fault of a body, without the value that was sent: it may be long, or a secret."""
    from chalicelib.foundation.body_faults import fault_words, first_fault

    path, first = first_fault(error.errors(include_url=False, include_input=False), sent)
    field = ".".join(str(part) for part in path)[:100]
    if first["type"] == "extra_forbidden":
        return InvalidInput(f'Unknown field "{field}". Remove it.', field=field)
    if first["type"] == "missing":
        return InvalidInput(f'The field "{field}" is missing.', field=field)
    words = fault_words(first["type"], first.get("ctx", {}), first["msg"])
    return InvalidInput(f"{field or 'The body'} {words}.", field=field)
