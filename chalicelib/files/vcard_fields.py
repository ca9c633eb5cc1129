"""The fields of a contact in the properties of a vCard: a reader for each property, and the table of all.

A property without a reader is kept under its name. Every value is escaped text here, whatever its encoding was.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from chalicelib.files.mapping.written_dates import NO_YEAR_OF_BIRTH
from chalicelib.files.partial_dates import APPLE_NO_YEAR
from chalicelib.files.vcard_addresses import add_postal_texts, read_address
from chalicelib.files.vcard_card import PostalText, VcardFields
from chalicelib.files.vcard_labels import label_of_line
from chalicelib.files.vcard_lines import NOT_PREFERRED, Head, logical_lines, split_line
from chalicelib.files.vcard_messengers import read_messenger, read_profile
from chalicelib.files.vcard_names import (
    read_formatted_name,
    read_name,
    read_nickname,
    read_organization,
    read_sound,
    undo_mechanical_name,
)
from chalicelib.files.vcard_tables import ABOUT_THE_CARD, ACCOUNTS, ANNIVERSARIES, CUSTOM_FIELDS, RELATIONS, TEXTS
from chalicelib.files.vcard_values import split, unescape
from chalicelib.providers.field_parsers import web_link

Property = tuple[Head, str]  # the value is escaped text
Read = Callable[[VcardFields, Head, str], None]

_URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE).fullmatch
_WHATSAPP = re.compile(r"[1-9][0-9]{6,14}").fullmatch
_SEXES = {"M": "male", "F": "female", "O": "other", "N": "none", "U": "unknown"}
_ANDROID_ITEM = "vnd.android.cursor.item/"
_ANDROID_EVENTS = {"1": "anniversary", "2": "other"}
_ANDROID_RELATIONS = {
    "1": "assistant",
    "2": "brother",
    "3": "child",
    "4": "domesticPartner",
    "5": "father",
    "6": "friend",
    "7": "manager",
    "8": "mother",
    "9": "parent",
    "10": "partner",
    "11": "referredBy",
    "12": "relative",
    "13": "sister",
    "14": "spouse",
}


def read_card(properties: Sequence[Property], version: str, *, is_own: bool = False) -> VcardFields:
    """The card that consists of some properties.

    Args:
        version: "2.1", "3.0", "4.0"; "" for none.
        is_own: whether our own export wrote it.
    """
    labels = {}
    if about_others := [each for each in properties if each[0].is_about_others]:
        labels = {
            head.group: unescape(value) if is_own else label_of_line(unescape(value))
            for head, value in about_others
            if head.name == "X-ABLABEL"
        }
        if len(about_others) > len(labels):
            preferred = [each for each in about_others if each[0].preference != NOT_PREFERRED]
            properties = _preferred_first(properties, preferred)
    card = VcardFields(version, labels, is_own=is_own)
    add_properties(card, properties)
    if not version:
        undo_mechanical_name(card)
    if card.postal_texts:
        add_postal_texts(card)
    return card


def add_properties(card: VcardFields, properties: Iterable[Property]) -> None:
    """Read the properties in their order."""
    reader_of, keep = _READERS.get, _keep
    for head, value in properties:
        if value:
            reader_of(head.name, keep)(card, head, value)


def _preferred_first(properties: Sequence[Property], preferred: Sequence[Property]) -> Sequence[Property]:
    """The properties, the preferred ones first: of some, a contact has only one, and lists begin with the best."""
    others = [each for each in properties if each[0].preference == NOT_PREFERRED]
    return [*sorted(preferred, key=_preference), *others]


def _preference(line: Property) -> int:
    return line[0].preference


def name_in(text: str) -> str:
    """The name in the text of a card."""
    for _, line in logical_lines(text, 1):
        head, value = split_line(line)
        if head.partition(";")[0].strip().upper() == "FN" and value.strip():
            return unescape(value).strip()
    return ""


# ── readers


def _keep(card: VcardFields, head: Head, value: str) -> None:
    card.keep(head.name, unescape(value))


def _label(card: VcardFields, head: Head, value: str) -> None:
    """The label of another property; one without a group belongs to none."""
    if not head.group:
        _keep(card, head, value)


def _ignore(_card: VcardFields, _head: Head, _value: str) -> None:
    """Of a property that says nothing about the person."""


def _uid(card: VcardFields, _: Head, value: str) -> None:
    card.uid = card.uid or unescape(value).strip()


def _email(card: VcardFields, head: Head, value: str) -> None:
    card.add_email(unescape(value), card.label(head))


def _phone(card: VcardFields, head: Head, value: str) -> None:
    if card.is_own and head.kind != "uri":
        card.add_own_number(unescape(value), card.label(head))
        return
    e164 = _whatsapp_number(head) if head.parameters else ""
    card.add_number(unescape(value).strip(), card.label(head), e164)


def _whatsapp_number(head: Head) -> str:
    written = head.parameters.get("WAID", "")
    return f"+{written}" if _WHATSAPP(written) else ""


def _url(card: VcardFields, head: Head, value: str) -> None:
    card.add_url(unescape(value), card.label(head))


def _birthday(card: VcardFields, head: Head, value: str) -> None:
    no_years = () if card.is_own else NO_YEAR_OF_BIRTH
    card.set_birthday(unescape(value), (*no_years, *_omitted_years(head)) if head.parameters else no_years)


def _omitted_years(head: Head) -> tuple[int, ...]:
    year = head.parameters.get("X-APPLE-OMIT-YEAR", "")
    return (int(year),) if year.isascii() and year.isdigit() and len(year) == 4 else ()


def _anniversary(card: VcardFields, head: Head, value: str) -> None:
    card.add_event(unescape(value), card.label(head) or "anniversary", (*_omitted_years(head), APPLE_NO_YEAR))


def _death(card: VcardFields, _: Head, value: str) -> None:
    card.add_event(unescape(value), "death", (APPLE_NO_YEAR,))


def _labeled_date(card: VcardFields, head: Head, value: str) -> None:
    if card.is_own:
        card.add_own_event(unescape(value), card.label(head))
    else:
        card.add_event(unescape(value), card.label(head), (*_omitted_years(head), APPLE_NO_YEAR))


def _related(card: VcardFields, head: Head, value: str) -> None:
    """The name of another person. The id of another card is only kept."""
    text = unescape(value).strip()
    if _URI(text) and head.kind != "text":
        card.keep(head.name, text)
    else:
        card.add_relation(text, card.labels.get(head.group) or head.label.lower())


def _labeled_relation(card: VcardFields, head: Head, value: str) -> None:
    card.add_relation(unescape(value), card.label(head))


def _agent(card: VcardFields, head: Head, value: str) -> None:
    """A person who acts for the contact: a name, or a whole card. The card is also kept."""
    text = unescape(value).strip()
    if text[:11].upper() == "BEGIN:VCARD":
        card.add_relation(name_in(text), "agent")
        card.keep(head.name, text)
    else:
        _related(card, Head(head.name, label="agent", kind=head.kind), value)


def _categories(card: VcardFields, _: Head, value: str) -> None:
    """Groups. In version 2.1 they are separated by semicolons, if there are any."""
    separator = "," if card.has_lists or ";" not in value else ";"
    for name in split(value, separator):
        card.add_group(unescape(name))


def _gender(card: VcardFields, _: Head, value: str) -> None:
    sex, *text = [unescape(part).strip() for part in split(value, ";")]
    card.add_custom("Gender", ", ".join(filter(None, (_SEXES.get(sex.upper(), sex), *text))))


def _kind(card: VcardFields, head: Head, value: str) -> None:
    kind = value.strip().lower()
    card.is_group = card.is_group or kind == "group"
    card.is_organization = card.is_organization or kind in ("org", "organization")
    if kind not in ("individual", "group", "org", "organization"):
        card.keep(head.name, value)


def _shown_as(card: VcardFields, _: Head, value: str) -> None:
    card.is_organization = card.is_organization or value.strip().upper() == "COMPANY"


def _member(card: VcardFields, _: Head, value: str) -> None:
    card.members.append(unescape(value))


def _postal_text(card: VcardFields, head: Head, value: str) -> None:
    parts = split(value, ";") if head.name == "X-SAMSUNGADR" else [value]
    text = ", ".join(filter(None, (unescape(part).strip() for part in parts)))
    card.postal_texts.append(PostalText(head.name, text, card.label(head)))


def _address_format(card: VcardFields, head: Head, value: str) -> None:
    """The country in whose form Apple shows an address; older versions have the address as one text."""
    if len(value.strip()) > len("us"):
        _postal_text(card, head, value)


def _photo(card: VcardFields, head: Head, value: str) -> None:
    """The link of a photo. One in the file has been replaced by its hash and size, which are kept."""
    link = web_link(unescape(value))
    if link and "photo_url" not in card.fields:
        card.fields["photo_url"] = link
    else:
        _keep(card, head, value)


def _name_of_source(card: VcardFields, head: Head, value: str) -> None:
    if unescape(value).strip() != card.fields.get("display"):
        _keep(card, head, value)


def _own_custom_field(card: VcardFields, head: Head, value: str) -> None:
    name = card.labels.get(head.group, "")
    if card.is_own:
        card.add_own_custom(name, unescape(value), head.parameters.get("X-TYPE", ""))
    else:
        card.add_custom(name, unescape(value))


def _own_account(card: VcardFields, head: Head, value: str) -> None:
    card.add_im(unescape(value), card.label(head))


def _android(card: VcardFields, head: Head, value: str) -> None:
    """A row of Android's own table, which has no property: its type, its value, and the kind of the value."""
    kind, text, number, label = [*(unescape(part).strip() for part in split(value, ";")), "", "", ""][:4]
    match kind.removeprefix(_ANDROID_ITEM):
        case "nickname":
            card.set("nickname", text, "Nickname")
        case "contact_event" if number == "3":
            card.set_birthday(text, NO_YEAR_OF_BIRTH)
        case "contact_event":
            card.add_event(text, _ANDROID_EVENTS.get(number, label))
        case "relation":
            card.add_relation(text, _ANDROID_RELATIONS.get(number, label))
        case _:
            card.keep(head.name, unescape(value))


# ── the table


def _text(field: str, title: str) -> Read:
    def read(card: VcardFields, _: Head, value: str) -> None:
        card.set(field, unescape(value), title)

    return read


def _custom_field(name: str) -> Read:
    def read(card: VcardFields, _: Head, value: str) -> None:
        card.add_custom(name, unescape(value))

    return read


def _relation(label: str) -> Read:
    def read(card: VcardFields, _: Head, value: str) -> None:
        card.add_relation(unescape(value), label)

    return read


def _account(service: str) -> Read:
    def read(card: VcardFields, _: Head, value: str) -> None:
        card.add_im(unescape(value), service)

    return read


_READERS: Mapping[str, Read] = {
    "FN": read_formatted_name,
    "N": read_name,
    "NICKNAME": read_nickname,
    "ORG": read_organization,
    "EMAIL": _email,
    "TEL": _phone,
    "ADR": read_address,
    "LABEL": _postal_text,
    "URL": _url,
    "BDAY": _birthday,
    "CATEGORIES": _categories,
    "UID": _uid,
    "PHOTO": _photo,
    "SOUND": read_sound,
    "IMPP": read_messenger,
    "SOCIALPROFILE": read_profile,
    "RELATED": _related,
    "AGENT": _agent,
    "GENDER": _gender,
    "KIND": _kind,
    "MEMBER": _member,
    "NAME": _name_of_source,
    "DEATHDATE": _death,
    "X-ABADR": _address_format,
    "X-ABDATE": _labeled_date,
    "X-ABLABEL": _label,
    "X-ABRELATEDNAMES": _labeled_relation,
    "X-ABSHOWAS": _shown_as,
    "X-ADDRESSBOOKSERVER-KIND": _kind,
    "X-ADDRESSBOOKSERVER-MEMBER": _member,
    "X-ANDROID-CUSTOM": _android,
    "X-CUSTOM-FIELD": _own_custom_field,
    "X-IM": _own_account,
    "X-SAMSUNGADR": _postal_text,
    "X-SOCIALPROFILE": read_profile,
    "X-URL": _url,
    **{name: _text(field, title) for name, (field, title) in TEXTS.items()},
    **{name: _custom_field(title) for name, title in CUSTOM_FIELDS.items()},
    **{name: _relation(label) for name, label in RELATIONS.items()},
    **{name: _account(service) for name, service in ACCOUNTS.items()},
    **dict.fromkeys(ANNIVERSARIES, _anniversary),
    **dict.fromkeys(ABOUT_THE_CARD, _ignore),
}
