"""Numbered columns of a CSV for lists of labelled values, named as in Google Contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BETWEEN = " ::: "  # several values in one cell; Google's own sign
Row = Mapping[str, Any]  # a contact's members, lists among them


@dataclass(frozen=True)
class Kind:
    """A member of which a contact may have several, each with a label.

    Args:
        name: in headers. parts: our names of what it is made of, each with its header.
        numbered: columns at most; further values share one more column.
        at_least: columns that exist even if no contact needs them.
        label: our name of what labels it.
    """

    name: str
    member: str
    parts: Mapping[str, str]
    numbered: int
    at_least: int = 0
    label: str = "label"

    def headers(self, most: int) -> list[str]:
        """The numbered columns, where some contact has `most` of this kind."""
        numbers = range(1, min(most, self.numbered) + 1)
        return [f"{self.name} {number} - {part}" for number in numbers for part in ("Label", *self.parts.values())]

    def cells(self, values: Sequence[Mapping[str, str]], most: int) -> list[str]:
        """The cells of those columns for a contact with these values."""
        columns = min(most, self.numbered)
        numbered = [*values[:columns], *[{}] * (columns - len(values))]
        return [value.get(part, "") for value in numbered for part in (self.label, *self.parts)]

    def together(self, value: Mapping[str, str]) -> str:
        """One value as a text."""
        text = ", ".join(value[part] for part in self.parts if part in value)
        return f"{value[self.label]}: {text}" if value.get(self.label) else text


_ADDRESS = {
    "street": "Street",
    "city": "City",
    "po_box": "PO Box",
    "region": "Region",
    "postal_code": "Postal Code",
    "country": "Country",
    "extended": "Extended Address",
}
EMAIL = Kind("E-mail", "emails", {"value": "Value"}, 10, at_least=1)
PHONE = Kind("Phone", "phones", {"raw": "Value"}, 10, at_least=1)
ADDRESS = Kind("Address", "addresses", _ADDRESS, 5, at_least=1)
WEBSITE = Kind("Website", "urls", {"value": "Value"}, 5, at_least=1)
RELATION = Kind("Relation", "relations", {"value": "Value"}, 5)
EVENT = Kind("Event", "events", {"value": "Value"}, 5)
IM = Kind("IM", "ims", {"value": "Value"}, 5)
CUSTOM_FIELD = Kind("Custom Field", "custom_fields", {"value": "Value"}, 10, label="name")

NAMES = {
    "First Name": "given",
    "Middle Name": "middle",
    "Last Name": "family",
    "Phonetic First Name": "phonetic_given",
    "Phonetic Middle Name": "phonetic_middle",
    "Phonetic Last Name": "phonetic_family",
    "Name Prefix": "prefix",
    "Name Suffix": "suffix",
    "Nickname": "nickname",
    "File As": "file_as",
    "Organization Name": "organisation",
    "Organization Title": "title",
    "Organization Department": "department",
}


def count_most(most: dict[str, int], row: Row, kinds: Sequence[Kind]) -> None:
    """Raise each kind's count in `most` to what this contact has of it."""
    for kind in kinds:
        most[kind.name] = max(most[kind.name], len(row.get(kind.member, ())))
