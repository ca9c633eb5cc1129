"""Forms as browsers send them: bounded, and in UTF-8."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from chalicelib.foundation.bodies import check_size
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.http import Request

URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 1_000


class NotAForm(CallerError):
    status, slug, title = 415, "unsupported-media-type", "Send a form"


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in: every value of each name, in the order they came."""

    fields: Mapping[str, list[str]]

    def text(self, name: str, default: str = "") -> str:
        """The last value of that name."""
        return self.fields[name][-1] if self.fields.get(name) else default

    def every(self, name: str) -> list[str]:
        return list(self.fields.get(name, ()))


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == URLENCODED


def read_form(request: Request) -> Form:
    """The body as a form; an absent one has no fields.

    Raises:
        NotAForm: it says it is something else. TooLarge: it is. InvalidInput: it has too many fields, or is no UTF-8.
    """
    check_size(request)
    if not request.body.strip():
        return Form({})
    if not is_form(request):
        raise NotAForm(f"Send the body as a form, with Content-Type: {URLENCODED}.")
    try:
        sent = request.body.decode("ascii")  # what browsers send; every other character is encoded
        return Form(parse_qs(sent, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except UnicodeDecodeError:
        raise InvalidInput(f"The form is not text in UTF-8. It may have {MOST_FIELDS} fields at most.") from None
    except ValueError:
        raise InvalidInput(f"The form must be in UTF-8 and may have {MOST_FIELDS} fields at most.") from None
