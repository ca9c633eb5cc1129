"""The book as vCard 4.0 (RFC 6350), sorted by name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from chalicelib.address_book.birthdays import is_possible, written
from chalicelib.address_book.by_name import by_name
from chalicelib.contacts.contact import Address, Birthday, Contact, Phone
from chalicelib.foundation.clock import instant

VCARD = "text/vcard; charset=utf-8"
PRODUCT = "-//Contact Intake//Contact Intake 1//EN"
LONGEST_LINE = 75  # octets, without the line break
NOBODY = "(no name)"  # a card needs one
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})
_BREAKS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # no line of a card may have them
_E164 = re.compile(r"\+[0-9]{2,15}").fullmatch
_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE).fullmatch
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+([/?#]\S*)?").fullmatch
_RESERVED = "%:/?#[]@!$&'()*+,;=~"  # signs that have a meaning in an address stay as they are
_PLACES = {"home": "home", "work": "work"}
_TYPES: Mapping[str, Mapping[str, str]] = {
    "EMAIL": _PLACES,
    "ADR": _PLACES,
    "URL": _PLACES,
    "TEL": {
        **_PLACES,
        "mobile": "cell",
        "cell": "cell",
        "pager": "pager",
        "fax": "fax",
        "homefax": '"home,fax"',
        "workfax": '"work,fax"',
        "workmobile": '"work,cell"',
    },
}


def vcard_of(contacts: Iterable[Contact]) -> Iterator[str]:
    """The file, a card a contact; the first comes when all contacts are read."""
    return by_name(contacts, card)


def card(contact: Contact) -> str:
    return "".join(folded(line) for line in _lines(contact))


def folded(line: str) -> str:
    """One line of content as lines of at most 75 octets, no sign cut in two, the second and later ones indented."""
    if len(line) <= LONGEST_LINE and line.isascii():
        return line + "\r\n"
    octets, start, room, pieces = line.encode(), 0, LONGEST_LINE, []
    while start < len(octets):
        end = min(start + room, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # in the middle of a sign
            end -= 1
        pieces.append(octets[start:end].decode())
        start, room = end, LONGEST_LINE - 1
    return "\r\n ".join(pieces) + "\r\n"


def _lines(contact: Contact) -> Iterator[str]:
    shown = contact.shown
    yield from ("BEGIN:VCARD", "VERSION:4.0", f"PRODID:{PRODUCT}")
    yield f"UID;VALUE=text:{_text(contact.contact_id)}"
    yield f"REV:{instant(contact.updated_at):%Y%m%dT%H%M%SZ}"
    yield f"FN:{_text(shown.get('display', '')) or NOBODY}"
    if "given" in shown or "family" in shown:
        yield f"N:{_text(shown.get('family', ''))};{_text(shown.get('given', ''))};;;"
    if "nickname" in shown:
        yield f"NICKNAME:{_text(shown['nickname'])}"
    if "organisation" in shown or "department" in shown:
        units = (shown.get("organisation", ""), shown.get("department", ""))
        yield "ORG:" + ";".join(map(_text, units)).removesuffix(";")
    if "title" in shown:
        yield f"TITLE:{_text(shown['title'])}"
    if "birthday" in shown:
        yield _birthday(shown["birthday"])
    yield from _several(contact)
    if "groups" in shown:
        yield "CATEGORIES:" + ",".join(map(_text, shown["groups"]))
    if photo := _web(shown.get("photo_url", "")):
        yield f"PHOTO:{photo}"
    if "notes" in shown:
        yield f"NOTE:{_text(shown['notes'])}"
    yield "END:VCARD"


def _several(contact: Contact) -> Iterator[str]:
    """Addresses, numbers and links. A label that vCard has no word for is told in a line of its own, as Apple does."""
    shown = contact.shown
    values = [
        *(("EMAIL", f":{_text(email['value'])}", email.get("label")) for email in shown.get("emails", ())),
        *(("TEL", _number(phone), phone.get("label")) for phone in shown.get("phones", ())),
        *(("ADR", _postal(address), address.get("label")) for address in shown.get("addresses", ())),
        *((*_link(url["value"]), url.get("label")) for url in shown.get("urls", ())),
    ]
    groups = 0
    for name, rest, label in values:
        kind = _TYPES.get(name, {}).get((label or "").lower())
        if kind is not None:
            yield f"{name};TYPE={kind}{rest}"
        elif label:
            groups += 1
            yield f"item{groups}.{name}{rest}"
            yield f"item{groups}.X-ABLABEL:{_text(label)}"
        else:
            yield f"{name}{rest}"


def _number(phone: Phone) -> str:
    e164 = phone.get("e164", "")
    return f";VALUE=uri:tel:{e164}" if _E164(e164) else f":{_text(phone['raw'])}"


def _postal(address: Address) -> str:
    told = (
        address.get("street", ""),
        address.get("city", ""),
        address.get("region", ""),
        address.get("postal_code", ""),
        address.get("country", ""),
    )
    return ":;;" + ";".join(map(_text, told))


def _link(value: str) -> tuple[str, str]:
    """What is no address of the web is kept, but not where a click could run it."""
    web = _web(value)
    return ("URL", f":{web}") if web else ("X-URL", f":{_text(value)}")


def _web(value: str) -> str:
    """The address of the web that `value` is, as a URI; "" when it is none. People leave the scheme out."""
    whole = f"https://{value}" if _HOST(value) else value
    return quote(whole, safe=_RESERVED) if _WEB(whole) else ""


def _birthday(birthday: Birthday) -> str:
    if is_possible(birthday):
        return f"BDAY:{written(birthday, between='')}"
    return f"BDAY;VALUE=text:{_text(written(birthday))}"


def _text(value: str) -> str:
    """A text as a line of content holds it: what has a meaning there escaped, no line break, no control character."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", value)).translate(_ESCAPES)
