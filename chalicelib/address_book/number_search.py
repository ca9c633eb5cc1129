"""Search for a phone number by a part of it, in national or international form, in digits of any script."""

from chalicelib.contacts.fold_text import ascii_digits
from chalicelib.contacts.identities import current_identities, phones_of
from chalicelib.contacts.source_record import ContactFields, Phone

FEWEST_DIGITS = 3
_COUNTRY_CODE = range(1, 4)  # digits
_FEWEST_NATIONAL = 7  # digits of a number without a country code that its international form matches
_KNOWN = "="  # before a number whose country is known
_TRUNK_EIGHT = {("8", 11): "+7", ("80", 11): "+375"}  # Russia and Kazakhstan, Belarus: an 8 where others dial a 0


class NumberQuery:
    """A query of digits."""

    def __init__(self, digits: str, *, is_international: bool) -> None:
        without_trunk = digits.lstrip("0")
        self._digits = without_trunk if len(without_trunk) >= FEWEST_DIGITS else digits
        self._is_international = is_international
        others = (
            code + digits[len(trunk) :]
            for (trunk, length), code in _TRUNK_EIGHT.items()
            if digits.startswith(trunk) and len(digits) == length
        )
        renumbered = current_identities((f"+{self._digits}",)) if is_international else ()
        self._needles = tuple(dict.fromkeys(filter(None, (self._digits, *others, *renumbered))))

    @classmethod
    def of(cls, text: str) -> "NumberQuery | None":
        """The query of a text; None if it is not a number, or too short."""
        written = text.strip()
        if any(map(str.isalpha, written)):
            return None
        is_international = written.startswith(("+", "＋", "00"))
        digits = ascii_digits(written.replace("(0)", "") if is_international else written)
        return cls(digits, is_international=is_international) if len(digits) >= FEWEST_DIGITS else None

    def is_in(self, numbers: str) -> bool:
        """Whether one of these numbers contains it; see `digit_lines`."""
        if not numbers:
            return False
        if any(needle in numbers for needle in self._needles):
            return True
        return self._is_international and any(map(self._is_abroad, numbers.split("\n")))

    def _is_abroad(self, line: str) -> bool:
        """Whether a number without a country code is this one."""
        if not line[:1].isdigit():
            return False
        national = line.lstrip("0")
        is_whole = len(national) >= _FEWEST_NATIONAL and self._digits.endswith(national)
        return is_whole and len(self._digits) - len(national) in _COUNTRY_CODE


def digit_lines(shown: ContactFields) -> str:
    """The phone numbers as digits: each in all of its spellings, one per line."""
    if "phones" not in shown:
        return ""
    return "\n".join(dict.fromkeys((*phones_of(shown), *filter(None, map(_as_written, shown["phones"])))))


def _as_written(phone: Phone) -> str:
    digits = ascii_digits(phone["raw"])
    return f"{_KNOWN}{digits}" if digits and ("e164" in phone or phone["raw"].startswith("+")) else digits


def exact_numbers(phones: ContactFields) -> frozenset[str]:
    """The lines of `digit_lines` by which a contact has exactly one of these numbers, however it is written there."""
    return frozenset(line for line in digit_lines(phones).split("\n") if line and not line.startswith(_KNOWN))
