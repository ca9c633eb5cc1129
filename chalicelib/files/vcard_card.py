"""The state of one vCard while its properties are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.card_fields import CardFields
from chalicelib.files.vcard_lines import Head
from chalicelib.files.vcard_values import split, texts, unescape


@dataclass(frozen=True, slots=True)
class PostalText:
    """An address as one text, which most writers add to the address in parts."""

    name: str  # of its property
    text: str
    label: str


class VcardFields(CardFields):
    """The fields of one vCard.

    Args:
        version: "2.1", "3.0", "4.0"; "" for none.
        labels: the labels that have a line of their own, by the group of the property they belong to.
        is_own: whether our own export wrote the card.
    """

    __slots__ = (
        "derived_name",
        "has_lists",
        "is_group",
        "is_organization",
        "labels",
        "members",
        "postal_texts",
        "version",
    )

    def __init__(self, version: str, labels: Mapping[str, str], *, is_own: bool = False) -> None:
        super().__init__(is_own=is_own)
        self.version = version
        #: Whether a comma separates several texts of a name or an address; in 2.1 it is text.
        self.has_lists = version not in ("", "2.1")
        self.labels = labels
        #: The formatted name, if the writer made it of the parts.
        self.derived_name = ""
        self.is_group = False
        self.is_organization = False
        #: The ids of the cards that belong to the group.
        self.members: list[str] = []
        self.postal_texts: list[PostalText] = []

    def label(self, head: Head) -> str:
        """The label of a property: the person's own, or else what its types mean."""
        return (head.group and self.labels.get(head.group)) or head.label

    def texts(self, value: str) -> list[str]:
        """The texts of the parts of a name or an address."""
        if "," in value and self.has_lists:
            return [self.text(part) for part in split(value, ";")]
        return texts(value)

    def text(self, part: str) -> str:
        """The text of a part of a name or an address. Several texts in it are joined with a blank."""
        if "," in part and self.has_lists:
            part = _joined(split(part, ","))
        return (unescape(part) if "\\" in part else part).strip()

    def finished(self) -> ContactFields:
        """The fields, without empty ones."""
        if self.derived_name and not any(part in self.fields for part in ("given", "family")):
            self.set("display", self.derived_name, "Name")
        if self.is_organization and "organization" not in self.fields and "display" in self.fields:
            self.fields["organization"] = self.fields["display"]
        return super().finished()


def _joined(texts: list[str]) -> str:
    """A comma beside a blank or an end is part of the text: many writers escape none."""
    pieces = texts[:1]
    for before, text in pairwise(texts):
        separates = before and text and not before[-1].isspace() and not text[0].isspace()
        pieces += [" " if separates else ",", text]
    return "".join(pieces)
