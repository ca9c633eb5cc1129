"""What a person wants a contact to say: checked, cleaned, and refused by name where it cannot be.

What the contact says already is never refused, however long a source made it: a form sends everything back.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from chalicelib.contacts.cleaning import SURROGATES, clean_text
from chalicelib.contacts.contact import ContactFields
from chalicelib.contacts.contact_field import ContactField, Holds, Kind, Part
from chalicelib.contacts.contact_fields import EDITABLE, LONGEST_LABEL, MEMBERS
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
        member: None if value is None else _check_of(member)(member, value, cast(Mapping[str, Any], shown).get(member))
        for member, value in wanted.items()
    }


def _check_of(member: str) -> Callable[[str, Any, Any], Any]:
    if member not in EDITABLE:
        raise InvalidInput(
            f"Unknown member {member[:100]!r}. These can be edited: {', '.join(EDITABLE)}.",
            field=member[:100],
        )
    match MEMBERS[member].kind:
        case Kind.OBJECTS | Kind.LINES:
            return _list
        case Kind.DAY:
            return _birthday
    return _text


def _text(member: str, value: Any, shown: str | None) -> str:
    text = _clean(member, value, multiline=MEMBERS[member].kind is Kind.TEXT)
    _check_length(member, text, MEMBERS[member].longest, (shown or "",))
    return text


def _list(member: str, values: Any, shown: list[Any] | None) -> list[Any]:
    if not isinstance(values, list):
        raise InvalidInput(f"{member} must be a list, or null for what the sources say.", field=member)
    known, most = shown or [], MEMBERS[member].most
    if len(values) > max(most, len(known)):
        raise InvalidInput(f"{member} may have {most} values at most.", field=member)
    one = _parts if MEMBERS[member].kind is Kind.OBJECTS else _one_line
    cleaned: list[Any] = [one(member, value, known, f"{member}.{place}") for place, value in enumerate(values)]
    if _holds(member) is Holds.EMAIL:
        cleaned = [each for value in cleaned for each in _each_address(value, known)]
    if _holds(member) is Holds.TYPED:
        _check_names(member, cleaned, known)
    return [value for value in cleaned if value]


def _holds(member: str) -> Holds | None:
    """What the value of a list's values is; None where it has several parts, or none."""
    return MEMBERS[member].parts[0].holds if MEMBERS[member].is_pair else None


def _check_names(member: str, values: list[Any], known: list[Any]) -> None:
    """Each name once, but for values that the contact has already: two sources may have two of one name."""
    names: dict[str, Any] = {}
    for place, value in enumerate(values):
        name = same_name(value.get("name", ""))
        other = names.setdefault(name, value)
        if name and other is not value and not (value in known and other in known):
            raise InvalidInput(
                f"{member} has this name twice. Each name may stand once; case and spaces do not count.",
                field=f"{member}.{place}.name",
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


def _one_line(member: str, value: Any, known: list[Any], place: str) -> str:
    text = _clean(place, value)
    _check_length(place, text, MEMBERS[member].longest, known)
    return text


def _parts(member: str, value: Any, known: list[Any], place: str) -> dict[str, str]:
    """The parts of one value; {} if all the parts that matter are empty."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"Each of {member} must be an object.", field=place)
    about = MEMBERS[member]
    unknown = next((each for each in value if all(each != part.name for part in about.parts)), None)
    if unknown is not None:
        names = ", ".join(part.name for part in about.parts)
        raise InvalidInput(f"Unknown {str(unknown)[:100]!r} in {member}. Known are: {names}.", field=place)
    if _holds(member) is Holds.TYPED:
        value = _with_type(about, value, place)
    read = {part.name: _part(part, value.get(part.name), known, place) for part in about.parts}
    said = {name: text for name, text in read.items() if text}
    return said if any(part.says and part.name in said for part in about.parts) else {}


def _with_type(member: ContactField, sent: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The value as text, and its type, unless that is the one that goes without saying."""
    choices = next(part.choices for part in member.parts if part.choices)
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


def _birthday(member: str, value: Any, shown: Any) -> dict[str, int]:
    """A day that exists, with or without a year; {} for none."""
    if not isinstance(value, Mapping):
        raise InvalidInput("birthday must be an object, or null for what the sources say.", field=member)
    parts = {part: number for part, number in value.items() if number is not None}
    unknown = next((part for part in parts if part not in ("year", "month", "day")), None)
    if unknown is not None:
        raise InvalidInput(f"Unknown {str(unknown)[:100]!r} in birthday. Known are: year, month, day.", field=member)
    wrong = next((part for part, number in parts.items() if type(number) is not int), None)
    if wrong is not None:
        raise InvalidInput(f"{_DAY}, in numbers such as 12, 4 and 1970.", field=f"{member}.{wrong}")
    if parts and parts != shown and not (all(parts.values()) and is_day(**parts)):
        raise InvalidInput(f"{_DAY}, such as 12, 4 and 1970. This date does not exist.", field=member)
    return parts


def _clean(member: str, value: Any, *, multiline: bool = False) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{member} must be text, or null for what the sources say.", field=member)
    if SURROGATES.search(value):
        raise InvalidInput(
            f"{member} contains an unpaired surrogate (half of a character). Write it again.", field=member
        )
    return clean_text(value, multiline=multiline)


def _check_length(member: str, text: str, longest: int, known: Any) -> None:
    if len(text) > longest and text not in known:
        raise InvalidInput(f"{member} may have {longest:,} characters at most; this has {len(text):,}.", field=member)
