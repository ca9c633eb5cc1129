"""HTML forms as browsers send them: of a bounded size, in UTF-8."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from chalicelib.foundation.bodies import check_size
from chalicelib.foundation.errors import CallerError, InvalidInput
from chalicelib.foundation.http import Request

URLENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 1_000


class NotAForm(CallerError):
    """The request body has another content type than a form."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


@dataclass(frozen=True, slots=True)
class Form:
    """The values of a submitted form."""

    #: all values of each name, in the order in which they were sent
    fields: Mapping[str, list[str]]

    def text(self, name: str, default: str = "") -> str:
        """The last value of the field `name`."""
        return self.fields[name][-1] if self.fields.get(name) else default

    def every(self, name: str) -> list[str]:
        """All values of the field `name`."""
        return list(self.fields.get(name, ()))


def check_fields(sent: Iterable[str], known: Collection[str]) -> None:
    """Check that a body has no unknown field, where none must be misunderstood.

    Raises:
        InvalidInput: names the field.
    """
    unknown = next((name for name in sent if name not in known), None)
    if unknown is not None:
        raise InvalidInput(f'Unknown field "{unknown[:100]}". Remove it.', field=unknown[:100])


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == URLENCODED


def read_form(request: Request) -> Form:
    """The body as a form; a missing body is a form without fields.

    Raises:
        NotAForm: its Content-Type is not that of a form.
        TooLarge: it has too many bytes.
        InvalidInput: it has too many fields, or is not UTF-8.
    """
    check_size(request)
    if not request.body.strip():
        return Form({})
    if not is_form(request):
        raise NotAForm(f"Send the body as a form, with Content-Type: {URLENCODED}.")
    try:
        sent = request.body.decode("ascii")  # browsers encode all other characters
        return Form(parse_qs(sent, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except UnicodeDecodeError:
        raise InvalidInput(f"The form is not text in UTF-8. It may have {MOST_FIELDS} fields at most.") from None
    except ValueError:
        raise InvalidInput(f"The form must be in UTF-8 and may have {MOST_FIELDS} fields at most.") from None
