"""Finding contacts by a piece of text, wherever a person would expect it to be."""

from collections.abc import Iterator

from chalicelib.contacts.contact import Said
from chalicelib.contacts.names import without_accents

_TEXTS = ("display", "given", "family", "nickname", "organisation")
FEWEST_DIGITS = 3


class Search:
    """A text as typed: case and accents do not count; digits are found in a number however it is written."""

    def __init__(self, text: str) -> None:
        self._text = " ".join(without_accents(text).split())
        digits = "".join(filter(str.isdigit, text))
        is_number = len(digits) >= FEWEST_DIGITS and not any(map(str.isalpha, text))
        self._digits = digits.lstrip("0") if is_number else ""

    def finds(self, shown: Said) -> bool:
        return any(self._text in without_accents(text) for text in _texts(shown)) or (
            bool(self._digits) and any(self._digits in number for number in _numbers(shown))
        )


def _texts(shown: Said) -> Iterator[str]:
    yield f"{shown.get('given', '')} {shown.get('family', '')}"
    yield from (shown[member] for member in _TEXTS if member in shown)  # type: ignore[literal-required] # from a tuple of its keys
    yield from (email["value"] for email in shown.get("emails", ()))
    yield from (phone["raw"] for phone in shown.get("phones", ()))


def _numbers(shown: Said) -> Iterator[str]:
    for phone in shown.get("phones", ()):
        yield phone.get("e164", "")
        yield "".join(filter(str.isdigit, phone["raw"]))
