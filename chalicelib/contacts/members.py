"""The members of a contact, in one table: what cleaning, folding, checks, forms, pages and the API's description read.

Their order is that of pages and answers. `contacts.contact.Said` says what each of them means.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.contacts.identities import LONGEST_EMAIL, LONGEST_PHONE

LONGEST_LINE = 1_000  # characters of what has no bound of its own
LONGEST_LABEL = 100
LONGEST_FIELD_NAME = 64  # of a custom field
MOST_VALUES = 200  # of one list
MOST_CUSTOM_FIELDS = 50


class Kind(StrEnum):
    LINE = "line"  # text without line breaks
    TEXT = "text"  # text of several lines
    LINK = "link"
    DAY = "day"  # {year, month, day}
    OBJECTS = "objects"  # a list of objects with `parts`
    LINES = "lines"  # a list of lines


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value in a list.

    Args:
        is_multiline: may have line breaks.
        is_derived: follows from another part; people may send it back, but it is read again from there.
        says: a value without any such part says nothing.
    """

    name: str
    title: str = ""
    longest: int = LONGEST_LINE
    is_multiline: bool = False
    is_derived: bool = False
    says: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """Args:
    title: what pages call it. longest: characters of a text. most: values of a list.
    is_of_name: members of a name come from one record together.
    is_editable: a person may say it themselves.
    """

    name: str
    title: str
    kind: Kind = Kind.LINE
    longest: int = LONGEST_LINE
    parts: tuple[Part, ...] = ()
    most: int = MOST_VALUES
    is_of_name: bool = False
    is_editable: bool = True


_LABEL = Part("label", "Kind", LONGEST_LABEL, says=False)


def _of_name(name: str, title: str) -> Member:
    return Member(name, title, is_of_name=True)


def _labelled(name: str, title: str, longest: int = LONGEST_LINE) -> Member:
    return Member(name, title, Kind.OBJECTS, parts=(Part("value", longest=longest), _LABEL))


_PHONE = (
    Part("raw", longest=LONGEST_PHONE),
    Part("e164", longest=LONGEST_PHONE, is_derived=True, says=False),
    Part("extension", longest=LONGEST_PHONE, is_derived=True, says=False),
    _LABEL,
)
_ADDRESS = (
    Part("po_box", "PO box"),
    Part("extended", "Flat, floor, building"),
    Part("street", "Street", is_multiline=True),
    Part("postal_code", "Postal code"),
    Part("city", "City"),
    Part("region", "Region"),
    Part("country", "Country"),
    _LABEL,
)
_CUSTOM_FIELD = (
    Part("value", "Value", longest=10_000, is_multiline=True),
    Part("name", "Name", LONGEST_FIELD_NAME, says=False),
)

TABLE: tuple[Member, ...] = (
    _of_name("display", "Name"),
    _of_name("prefix", "Prefix"),
    _of_name("given", "First name"),
    _of_name("middle", "Middle name"),
    _of_name("family", "Last name"),
    _of_name("suffix", "Suffix"),
    _of_name("phonetic_given", "Phonetic first name"),
    _of_name("phonetic_middle", "Phonetic middle name"),
    _of_name("phonetic_family", "Phonetic last name"),
    _of_name("file_as", "File as"),
    Member("nickname", "Nickname"),
    Member("emails", "E-mail", Kind.OBJECTS, parts=(Part("value", longest=LONGEST_EMAIL), _LABEL)),
    Member("phones", "Phone", Kind.OBJECTS, parts=_PHONE),
    Member("organisation", "Organisation"),
    Member("phonetic_organisation", "Phonetic organisation"),
    Member("department", "Department"),
    Member("title", "Title"),
    Member("addresses", "Address", Kind.OBJECTS, parts=_ADDRESS),
    Member("birthday", "Birthday", Kind.DAY),
    _labelled("events", "Event"),
    _labelled("relations", "Relation"),
    _labelled("urls", "Web", 2_000),
    _labelled("ims", "Instant messaging"),
    Member("custom_fields", "Custom field", Kind.OBJECTS, parts=_CUSTOM_FIELD, most=MOST_CUSTOM_FIELDS),
    Member("groups", "Groups", Kind.LINES),
    Member("notes", "Notes", Kind.TEXT, longest=30_000),
    Member("photo_url", "Photo", Kind.LINK, is_editable=False),
)

MEMBERS: Mapping[str, Member] = {member.name: member for member in TABLE}
NAME = tuple(member.name for member in TABLE if member.is_of_name)
LISTS = tuple(member.name for member in TABLE if member.kind in (Kind.OBJECTS, Kind.LINES))
OBJECTS = tuple(member.name for member in TABLE if member.kind is Kind.OBJECTS)
SINGLE = tuple(member.name for member in TABLE if member.name not in LISTS)
TEXTS = tuple(name for name in SINGLE if MEMBERS[name].kind is not Kind.DAY)
BESIDE_NAME = tuple(name for name in SINGLE if name not in NAME and MEMBERS[name].kind is not Kind.DAY)
EDITABLE = tuple(member.name for member in TABLE if member.is_editable)


def derived(member: str) -> frozenset[str]:
    """Parts of a value that follow from its other parts."""
    return frozenset(part.name for part in MEMBERS[member].parts if part.is_derived)
