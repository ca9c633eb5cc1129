"""Writes a book as vCard 4.0 (RFC 6350) or 3.0 (RFC 2426), sorted by name.

A phone number is a `tel:` URI if its source has it with a country code. Other numbers are exported as written, because
a guessed country must not become a fact elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple, cast
from urllib.parse import quote

from chalicelib.address_book.birthdays import is_possible, written
from chalicelib.address_book.name_sorting import by_name
from chalicelib.address_book.vcard_lines import fold_line, parameter, parts, text, text_list, typed_text, web_address
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_field import ContactField, Kind
from chalicelib.contacts.contact_fields import TABLE
from chalicelib.contacts.dates import may_be_day
from chalicelib.contacts.phone_region import plain_digits
from chalicelib.contacts.source_record import Address, Birthday, ContactFields, Event, Im, Phone, Relation, Url
from chalicelib.foundation.clock import instant

VCARD = "text/vcard; charset=utf-8"
PRODUCT = "-//Contact Intake//Contact Intake 1//EN"
NO_NAME = "(no name)"  # a card must have a name
_E164 = re.compile(r"\+[0-9]{2,15}").fullmatch
_GLOBAL = re.compile(r"\s*(?:tel:)?\+").match  # a number that its source wrote with its country
_WITH_WORD = re.compile(r"\s*(?:tel:)?\+.*[^\W\d_]").match
_DAY = re.compile(r"(?:([0-9]{4})|-)-([0-9]{2})-([0-9]{2})").fullmatch
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s\x00-\x1f\x7f\"<>\\]+", re.IGNORECASE).fullmatch
_PLACES = {"home": ("home",), "work": ("work",)}
_TYPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "EMAIL": _PLACES,
    "ADR": _PLACES,
    "URL": _PLACES,
    "TEL": {
        **_PLACES,
        "mobile": ("cell",),
        "cell": ("cell",),
        "pager": ("pager",),
        "fax": ("fax",),
        "homefax": ("home", "fax"),
        "workfax": ("work", "fax"),
        "workmobile": ("work", "cell"),
    },
}
_RELATED = ("child", "parent", "sibling", "spouse", "friend", "kin", "colleague", "neighbor", "agent", "emergency")
_SCHEMES = {
    "aim": "aim",
    "gtalk": "xmpp",
    "googletalk": "xmpp",
    "icq": "icq",
    "jabber": "xmpp",
    "msn": "msnim",
    "qq": "qq",
    "skype": "skype",
    "xmpp": "xmpp",
    "yahoo": "ymsgr",
}


class Version(StrEnum):
    """The supported versions of vCard."""

    V4 = "4.0"
    V3 = "3.0"


class Value(NamedTuple):
    """One of several values of a property."""

    #: The name of the property.
    name: str
    #: The line after the name and its types; begins with a colon or a semicolon.
    rest: str
    label: str = ""


def vcard_of(contacts: Iterable[Contact], version: Version = Version.V4) -> Iterator[str]:
    """The file, one card at a time; the first comes after all contacts are read."""
    return by_name(contacts, partial(card, version=version))


def card(contact: Contact, version: Version = Version.V4) -> str:
    return "".join(fold_line(line) for line in _lines(contact, version))


def _lines(contact: Contact, version: Version) -> Iterator[str]:
    shown = contact.shown
    yield from ("BEGIN:VCARD", f"VERSION:{version}", f"PRODID:{PRODUCT}")
    yield f"UID;VALUE=text:{text(contact.contact_id)}" if version is Version.V4 else f"UID:{text(contact.contact_id)}"
    yield f"REV:{instant(contact.updated_at):%Y%m%dT%H%M%SZ}"
    yield f"FN:{text(shown.get('display', '')) or NO_NAME}"
    yield from _names(shown, version)
    if "organization" in shown or "department" in shown:
        department = [shown["department"]] if "department" in shown else []
        yield "ORG:" + parts(shown.get("organization", ""), *department)
    yield from _properties(cast(Mapping[str, Any], shown), version)
    yield from _labeled_lines(_values(cast(Mapping[str, Any], shown), version))
    yield "END:VCARD"


def _properties(shown: Mapping[str, Any], version: Version) -> Iterator[str]:
    """The fields that are one property each."""
    for field, properties in _ONES:
        if field.name in shown:
            name = properties[version]
            line = _WRITERS_BY_KIND.get(field.kind, _text)(name, shown[field.name], version)
            if line:
                yield line


def _text(name: str, value: str, _: Version) -> str:
    return f"{name}{typed_text(value)}" if name.startswith("X-") else f"{name}:{text(value)}"


def _photo(name: str, value: str, version: Version) -> str:
    photo = web_address(value)
    between = ":" if version is Version.V4 else ";VALUE=uri:"
    return f"{name}{between}{photo}" if photo else ""


def _categories(name: str, values: Iterable[str], _: Version) -> str:
    return f"{name}:{text_list(*values)}"


def _names(shown: ContactFields, version: Version) -> Iterator[str]:
    names = [shown.get(part, "") for part in ("family", "given", "middle", "prefix", "suffix")]
    sort_as = shown.get("file_as", "")
    if any(names) or sort_as or version is Version.V3:  # version 3.0 requires one
        is_sorted = sort_as and version is Version.V4
        yield f"N{f';SORT-AS={parameter(sort_as)}' if is_sorted else ''}:{parts(*map(str, names))}"
    if sort_as and version is Version.V3:
        yield f"SORT-STRING:{text(sort_as)}"


def _values(shown: Mapping[str, Any], version: Version) -> Iterator[Value]:
    for field, properties in _MANY:
        if field.name in shown:
            name = properties[version]
            several = _WRITERS_BY_PROPERTY.get(name)
            if several is not None:
                yield from several(shown[field.name], version)
            else:
                yield from (_value(field, name, value) for value in shown[field.name])


def _value(field: ContactField, name: str, value: Mapping[str, str]) -> Value:
    """A value as text, with its type, if any, in a parameter."""
    types = "".join(
        f";X-{part.name.upper()}={value[part.name]}" for part in field.parts if part.name in value and part.choices
    )
    main = value[field.value]
    is_plain = not name.startswith("X-")
    return Value(
        name, f"{types}:{text(main)}" if is_plain else f"{types}{typed_text(main)}", value.get(field.label, "")
    )


def _labeled_lines(values: Iterable[Value]) -> Iterator[str]:
    """The lines of values. A label without a vCard type has its own line, as Apple writes it."""
    groups = 0
    for value in values:
        types = _TYPES.get(value.name, {}).get(value.label.lower())
        if types is not None:
            yield f"{value.name};TYPE={','.join(types)}{value.rest}"
        elif value.label:
            groups += 1
            yield f"item{groups}.{value.name}{value.rest}"
            yield f"item{groups}.X-ABLABEL{typed_text(value.label)}"
        else:
            yield f"{value.name}{value.rest}"


def _phones(phones: Iterable[Phone], version: Version) -> Iterator[Value]:
    return (Value("TEL", _number(phone, version), phone.get("label", "")) for phone in phones)


def _number(phone: Phone, version: Version) -> str:
    e164, extension = phone.get("e164", ""), phone.get("extension", "")
    if version is Version.V4 and _E164(e164) and _GLOBAL(phone["raw"]) and _says_no_more(phone["raw"], e164, extension):
        return f";VALUE=uri:tel:{e164}{f';ext={extension}' if extension else ''}"
    return typed_text(phone["raw"])


def _says_no_more(raw: str, e164: str, extension: str) -> bool:
    """Whether E.164 has all of a number; not for "+49 170 1234567 until May", or digits to dial after it."""
    if raw.rstrip().endswith(("#", "*")) or (not extension and _WITH_WORD(raw)):
        return False
    return plain_digits(raw.replace("(0)", "")) == e164[1:] + extension


def _addresses(addresses: Iterable[Address], _: Version) -> Iterator[Value]:
    return (Value("ADR", f":{_postal(address)}", address.get("label", "")) for address in addresses)


def _postal(address: Address) -> str:
    fields = ("po_box", "extended", "street", "city", "region", "postal_code", "country")
    return parts(*(str(address.get(field, "")) for field in fields))


def _links(urls: Iterable[Url], _: Version) -> Iterator[Value]:
    return (_link(url["value"], url.get("label", "")) for url in urls)


def _link(value: str, label: str) -> Value:
    """Text that is not a web address is exported, but not as a link."""
    web = web_address(value)
    return Value("URL", f":{web}", label) if web else Value("X-URL", typed_text(value), label)


def _messengers(ims: Iterable[Im], _: Version) -> Iterator[Value]:
    return map(_messenger, ims)


def _messenger(im: Im) -> Value:
    """An instant messaging address as a URI, with the scheme of its service if it has none."""
    value, label = im["value"], im.get("label", "")
    scheme = _SCHEMES.get("".join(filter(str.isalnum, label.lower())))
    is_harmless = value.partition(":")[0].lower() not in ("javascript", "data", "file", "vbscript")
    if scheme is None and not (_URI(value) and not web_address(value) and is_harmless):
        return Value("X-IM", typed_text(value), label)
    uri = value if _URI(value) else f"{scheme}:{quote(value, safe='@+.-_~')}"
    service = f";X-SERVICE-TYPE={parameter(label)}" if label else ""
    return Value("IMPP", f"{service}:{uri.replace(',', '%2C')}")


def _events(events: Iterable[Event], version: Version) -> Iterator[Value]:
    """A card has at most one ANNIVERSARY (RFC 6350, 6.2.6), which must be an existing day."""
    has_one = version is Version.V3  # which has no such property
    for event in events:
        label, day = event.get("label", ""), _DAY(event["value"])
        if day and label.lower() == "anniversary" and not has_one and may_be_day(event["value"]):
            has_one = True
            year, month, number = day.groups()
            yield Value("ANNIVERSARY", f":{year or '--'}{month}{number}")
        else:
            yield Value("X-ABDATE", typed_text(event["value"]), label)


def _relations(relations: Iterable[Relation], version: Version) -> Iterator[Value]:
    return (_relation(relation, version) for relation in relations)


def _relation(relation: Relation, version: Version) -> Value:
    label = relation.get("label", "")
    if version is Version.V4 and label.lower() in _RELATED:
        return Value("RELATED", f";TYPE={label.lower()};VALUE=text:{text(relation['value'])}")
    return Value("X-ABRELATEDNAMES", typed_text(relation["value"]), label)


def _birthday(_: str, birthday: Birthday, version: Version) -> str:
    if version is Version.V4:
        is_day, between = is_possible(birthday), ""
        return f"BDAY:{written(birthday, between=between)}" if is_day else f"BDAY;VALUE=text:{text(written(birthday))}"
    if {"month", "day"} <= birthday.keys() and "year" not in birthday and is_possible(birthday):
        # Version 3.0 has no day without a year; this is Apple's form of it, which others read too.
        return f"BDAY;X-APPLE-OMIT-YEAR=1604:1604-{birthday['month']:02d}-{birthday['day']:02d}"
    return f"BDAY:{text(written(birthday))}"


_IN_CARD = [
    (field, {Version.V4: field.vcard.name, Version.V3: field.vcard.v3 or field.vcard.name})
    for field in TABLE
    if field.vcard is not None
]
_ONES = [(field, names) for field, names in _IN_CARD if field.kind is not Kind.OBJECTS]
_MANY = sorted(  # standard properties first
    ((field, names) for field, names in _IN_CARD if field.kind is Kind.OBJECTS),
    key=lambda each: each[1][Version.V4].startswith("X-"),
)
_WRITERS_BY_KIND: Mapping[Kind, Callable[[str, Any, Version], str]] = {
    Kind.DAY: _birthday,
    Kind.LINES: _categories,
    Kind.LINK: _photo,
}
_WRITERS_BY_PROPERTY: Mapping[str, Callable[[Any, Version], Iterator[Value]]] = {
    "TEL": _phones,
    "ADR": _addresses,
    "URL": _links,
    "IMPP": _messengers,
    "X-ABDATE": _events,
    "X-ABRELATEDNAMES": _relations,
}
