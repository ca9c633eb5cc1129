"""What a person wants a contact to say: checked, cleaned, and refused by name where it cannot be.

What the contact says already is never refused, however long a source made it: a form sends everything back.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from chalicelib.contacts.cleaning import SURROGATES, clean_text
from chalicelib.contacts.contact import ContactFields
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import EDITABLE, FIELDS, LONGEST_LABEL
from chalicelib.contacts.custom_values import MESSAGES, same_name, typed
from chalicelib.contacts.dates import is_day, may_be_day
from chalicelib.contacts.parse_email_field import parse_email_field
from chalicelib.contacts.web_links import web_link
from chalicelib.foundation.errors import InvalidInput

Wanted = Mapping[str, Any]  # members of a Said, whole lists among them; None for what the sources say


def checked(wanted: Wanted, shown: ContactFields) -> Wanted:
    """Each member in its shape, its texts clean; values that say nothing are left out of lists.

    Args:
        shown: what the contact says now.

    Raises:
        InvalidInput: names the member that is unknown, of the wrong type, or too long, and says what is allowed.
    """
    return {
        field: None if value is None else _check_of(field)(field, value, cast(Mapping[str, Any], shown).get(field))
        for field, value in wanted.items()
    }


def _check_of(field: str) -> Callable[[str, Any, Any], Any]:
    if field not in EDITABLE:
        raise InvalidInput(
            f"Unknown member {field[:100]!r}. These can be edited: {', '.join(EDITABLE)}.",
            field=field[:100],
        )
    match FIELDS[field].kind:
        case Kind.OBJECTS | Kind.LINES:
            return _list
        case Kind.DAY:
            return _birthday
    return _text


def _text(field: str, value: Any, shown: str | None) -> str:
    text = _clean(field, value, multiline=FIELDS[field].kind is Kind.TEXT)
    _check_length(field, text, FIELDS[field].longest, (shown or "",))
    return text


def _list(field: str, values: Any, shown: list[Any] | None) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidInput(f"{field} must be a list, or null for what the sources say.", field=field)
    known, most = shown or [], FIELDS[field].most
    if len(values) > max(most, len(known)):
        raise InvalidInput(f"{field} may have {most} values at most.", field=field)
    one = _parts if FIELDS[field].kind is Kind.OBJECTS else _one_line
    cleaned: list[Any] = [one(field, value, known, f"{field}.{place}") for place, value in enumerate(values)]
    if _holds(field) is Holds.EMAIL:
        cleaned = [each for value in cleaned for each in _each_address(value, known)]
    if _holds(field) is Holds.TYPED:
        _check_names(field, cleaned, known)
    return [value for value in cleaned if value]


def _holds(field: str) -> Holds | None:
    """What the value of a list's values is; None where it has several parts, or none."""
    return FIELDS[field].parts[0].holds if FIELDS[field].is_pair else None


def _check_names(field: str, values: list[Any], known: list[Any]) -> None:
    """Each name once, but for values that the contact has already: two sources may have two of one name."""
    names: dict[str, Any] = {}
    for place, value in enumerate(values):
        name = same_name(value.get("name", ""))
        other = names.setdefault(name, value)
        if name and other is not value and not (value in known and other in known):
            raise InvalidInput(
                f"{field} has this name twice. Each name may stand once; case and spaces do not count.",
                field=f"{field}.{place}.name",
            )


def _each_address(email: dict[str, str], known: list[Any]) -> list[dict[str, str]]:
    """The addresses in a field, read as in imports; a name next to them becomes the first one's label."""
    value = email.get("value", "")
    addresses, executor = parse_email_field(value)
    if not addresses or (not executor and addresses == [value]) or any(each["value"] == value for each in known):
        return [email]
    named = {"label": executor[:LONGEST_LABEL]} if executor else {}
    first, *more = addresses
    return [{**named, **email, "value": first}, *({**email, "value": address} for address in more)]


def _one_line(field: str, value: Any, known: list[Any], place: str) -> str:
    text = _clean(place, value)
    _check_length(place, text, FIELDS[field].longest, known)
    return text


def _parts(field: str, value: Any, known: list[Any], place: str) -> dict[str, str]:
    """The parts of one value; {} if all the parts that matter are empty."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"Each of {field} must be an object.", field=place)
    about = FIELDS[field]
    unknown = next((each for each in value if all(each != part.name for part in about.parts)), None)
    if unknown is not None:
        names = ", ".join(part.name for part in about.parts)
        raise InvalidInput(f"Unknown {str(unknown)[:100]!r} in {field}. Known are: {names}.", field=place)
    if _holds(field) is Holds.TYPED:
        value = _with_type(about, value, place)
    read = {part.name: _part(part, value.get(part.name), known, place) for part in about.parts}
    said = {name: text for name, text in read.items() if text}
    return said if any(part.is_content and part.name in said for part in about.parts) else {}


def _with_type(field: ContactField, sent: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The value as text, and its type, unless that is the one that goes without saying."""
    choices = next(part.choices for part in field.parts if part.choices)
    if sent.get("type") not in (None, *choices):
        raise InvalidInput(f"{place}.type must be one of: {', '.join(choices)}.", field=f"{place}.type")
    if sent.get("value") in (None, ""):
        return {**sent, "type": None}
    try:
        value, kind = typed(sent["value"], sent.get("type"))
    except ValueError as error:
        raise InvalidInput(f"{place}.value: {MESSAGES[str(error)]}", field=f"{place}.value") from None
    return {**sent, "value": value, "type": kind if kind != choices[0] else None}


def _part(part: Part, value: Any, known: list[Any], place: str) -> str:
    path = f"{place}.{part.name}"
    text = _clean(path, "" if value is None else value, multiline=part.is_multiline)
    said = [each.get(part.name) for each in known]
    _check_length(path, text, part.longest, said)
    return text if text in said else _as_kept(part, text, path)


def _as_kept(part: Part, text: str, path: str) -> str:
    """A site with its scheme, completed as in imports; an event whose day exists."""
    if part.holds is Holds.SITE:
        return web_link(text) or text
    if part.holds is Holds.WHEN and not may_be_day(text):
        raise InvalidInput(f"{path} is not a date that exists. Write one such as 2009-06-20, or a text.", field=path)
    return text


_DAY = "A birthday has a day, a month and, where it is known, a year"


def _birthday(field: str, value: Any, shown: Any) -> dict[str, int]:
    """A day that exists, with or without a year; {} for none."""
    if not isinstance(value, Mapping):
        raise InvalidInput("birthday must be an object, or null for what the sources say.", field=field)
    parts = {part: number for part, number in value.items() if number is not None}
    unknown = next((part for part in parts if part not in ("year", "month", "day")), None)
    if unknown is not None:
        raise InvalidInput(f"Unknown {str(unknown)[:100]!r} in birthday. Known are: year, month, day.", field=field)
    wrong = next((part for part, number in parts.items() if type(number) is not int), None)
    if wrong is not None:
        raise InvalidInput(f"{_DAY}, in numbers such as 12, 4 and 1970.", field=f"{field}.{wrong}")
    if parts and parts != shown and not (all(parts.values()) and is_day(**parts)):
        raise InvalidInput(f"{_DAY}, such as 12, 4 and 1970. This date does not exist.", field=field)
    return parts


def _clean(field: str, value: Any, *, multiline: bool = False) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{field} must be text, or null for what the sources say.", field=field)
    if SURROGATES.search(value):
        raise InvalidInput(
            f"{field} contains an unpaired surrogate (half of a character). Write it again.", field=field
        )
    return clean_text(value, multiline=multiline)


def _check_length(field: str, text: str, longest: int, known: Any) -> None:
    if len(text) > longest and text not in known:
        raise InvalidInput(f"{field} may have {longest:,} characters at most; this has {len(text):,}.", field=field)
