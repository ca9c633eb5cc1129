"""What a column can become: a field of a contact, a part of one value of a list, the id of the row, or nothing.

A target is written as text, in presets, in stored mappings and in the API:

    given                       a field
    emails.2                    the second email address
    emails.2.label              its label
    addresses.1.city=work       the city of an address that is labeled "work"
    custom_fields.3=Shoe size   a custom field called "Shoe size"
    birthday.year               the year of a birthday whose parts have columns of their own
    name                        a whole name, which is split into its parts
    uid                         the id of the contact in the program that wrote the file
                                nothing: the column is ignored

The fields and parts are those of `contact_fields.TABLE`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from chalicelib.contacts.contact_field import ContactField, Holds, Kind
from chalicelib.contacts.contact_fields import FIELDS, TABLE

NAME, UID = "name", "uid"
WHOLE = "whole"  # an address as one text, used if no part of the address has a value
DAY_PARTS = {"year": "Year", "month": "Month", "day": "Day"}
MOST_ENTRIES = 999  # of a list; more columns than any program writes
_WRITTEN = re.compile(
    r"(?P<field>[a-z_]+)(?:\.(?P<entry>[1-9][0-9]{0,2}))?(?:\.(?P<part>[a-z_]+))?(?:=(?P<label>.*))?", re.DOTALL
)


class Target(NamedTuple):
    """What one column becomes."""

    field: str = ""  #: of a contact, `NAME` or `UID`; "" for an ignored column
    part: str = ""  #: of a value of the list, or of a day; "" for a whole field
    entry: int = 0  #: the number of the value in its list, from 1; 0 for a field that is no list
    label: str = ""  #: the label of the value, if all rows have the same one; the name of a custom field

    @classmethod
    def of(cls, text: str) -> "Target":
        """The target that is written as `text`.

        Raises:
            ValueError: there is no such target.
        """
        return _read(text)

    @property
    def text(self) -> str:
        """Its written form, which `of` reads."""
        part = "" if self.part == _main_part(self.field) else self.part
        numbered = ".".join(filter(None, (self.field, str(self.entry or ""), part)))
        return f"{numbered}={self.label}" if self.label else numbered

    @property
    def kind(self) -> str:
        """The target without the number and label of its value: "addresses.city"; a key of `TITLES`."""
        part = "" if self.part == _main_part(self.field) else self.part
        return f"{self.field}.{part}" if part else self.field


IGNORED = Target()


@lru_cache(4_096)
def _read(text: str) -> Target:
    if not text:
        return IGNORED
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"not a target: {text}")
    field, entry, label = written["field"], int(written["entry"] or 0), written["label"] or ""
    part = written["part"] or _main_part(field)
    is_list = field in FIELDS and FIELDS[field].kind is Kind.OBJECTS
    target = Target(field, part, entry, label)
    if target.kind not in TITLES or is_list != (0 < entry <= MOST_ENTRIES) or (label and not is_list):
        raise ValueError(f"not a target: {text}")
    return target


def _main_part(field: str) -> str:
    """The part of a value that a target names if it names none; "" for fields that are no lists of objects."""
    known = FIELDS.get(field)
    if known is None or known.kind is not Kind.OBJECTS:
        return ""
    return known.value if known.is_pair or known.parts[0].holds is not Holds.TEXT else WHOLE


def _titles() -> Iterator[tuple[str, str]]:
    yield "", "Ignore"
    yield NAME, "Whole name"
    for field in TABLE:
        yield from _titles_of(field)
    yield UID, "Id in the other program"


def _titles_of(field: ContactField) -> Iterator[tuple[str, str]]:
    yield field.name, field.title
    main = _main_part(field.name)
    for part in field.parts:
        if part.name != main and not part.is_derived and not part.choices:
            yield f"{field.name}.{part.name}", f"{field.title}: {part.title}"
    if field.kind is Kind.DAY or any(part.holds is Holds.WHEN for part in field.parts):
        for name, title in DAY_PARTS.items():
            yield f"{field.name}.{name}", f"{field.title}: {title}"


#: The titles of all kinds of targets, in the order of the fields: "addresses.city": "Address: City".
TITLES: Mapping[str, str] = dict(_titles())
