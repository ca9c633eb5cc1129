"""Collects the fields of one contact whose format says what each value means: of a vCard or a JSContact object.

A second value of a field that has only one becomes a custom field. Values are cleaned later, with the whole contact.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import unquote

from chalicelib.contacts.dates import YEARS
from chalicelib.contacts.parse_email_field import email_address
from chalicelib.contacts.source_record import ContactFields
from chalicelib.files.mapping.column_mapping import BLOCKING, REACHED_BY
from chalicelib.files.mapping.written_dates import PLACEHOLDER_YEARS
from chalicelib.files.partial_dates import parse_date
from chalicelib.files.records import LONGEST_SHOWN, Card, Problem
from chalicelib.providers.unmapped_values import BIRTHDAY, UnmappedValues

NOT_A_DATE = "not_a_date"
_NO_VALUES = frozenset({"undefined", "null"})  # as programs in JavaScript write a missing value
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9.-]{1,250}").fullmatch  # as most are
_TEL_URI = re.compile(r"tel:(.*)", re.IGNORECASE | re.DOTALL).fullmatch
_SIP_URI = re.compile(r"sips?:.+", re.IGNORECASE | re.DOTALL).fullmatch
_EXTENSION = re.compile(r";ext=([^;]+)", re.IGNORECASE)
_NAMES = ("given", "middle", "family", "nickname", "organization", "file_as")


class CardFields:
    """The fields of one contact.

    Args:
        is_own: whether our own export wrote the card, so that every value is kept exactly as it is.
    """

    __slots__ = ("_lists", "_odd_emails", "_unmapped", "fields", "is_own", "kept", "problems", "uid")

    def __init__(self, *, is_own: bool = False) -> None:
        self.is_own = is_own
        #: The fields that are no lists.
        self.fields: dict[str, Any] = {}
        self.kept: list[tuple[str, str]] = []
        self.problems: list[Problem] = []
        self.uid = ""
        # The values of each list, by what makes them different.
        self._lists: defaultdict[str, dict[Any, Any]] = defaultdict(dict)
        self._odd_emails: list[tuple[str, str]] = []  # read when the names are known, which may stand beside them
        self._unmapped: UnmappedValues | None = None  # made for the first value of its kind

    def keep(self, name: str, value: str) -> None:
        """Keep a value that has no field."""
        if value:
            self.kept.append((name, value))

    def report(self, column: str, value: str, code: str) -> None:
        self.problems.append(Problem(column, value[:LONGEST_SHOWN], code))

    # ── values of which a contact has one

    def set(self, field: str, text: str, title: str) -> None:
        """Set a text; a second and different one becomes a custom field called `title`."""
        if (text := text.strip()) and self.fields.setdefault(field, text) != text:
            self.add_custom(title, text)

    def set_organization(self, name: str, department: str) -> None:
        """Set the organization with its department; another one becomes a custom field as a whole."""
        if "organization" not in self.fields:
            self.set("organization", name, "Organization")
            self.set("department", department, "Department")
        elif (name, department) != (self.fields["organization"], self.fields.get("department", "")):
            self.add_custom("Organization", ", ".join(filter(None, (name, department))))

    def set_birthday(self, written: str, no_years: tuple[int, ...]) -> None:
        """Set the birthday. A text that is no date, and a second birthday, become custom fields.

        Args:
            no_years: years that mean an unknown one.
        """
        day = parse_date(written, no_years)
        if day and day.year in PLACEHOLDER_YEARS and not self.is_own:
            return
        if day is None or (day.year and day.year not in YEARS and not self.is_own):
            self.add_custom(BIRTHDAY, written)
            self.report("BDAY", written, NOT_A_DATE)
        elif (birthday := day.birthday) and self.fields.setdefault("birthday", birthday) != birthday:
            self.add_custom(BIRTHDAY, day.text)

    # ── lists

    def add_email(self, text: str, label: str) -> None:
        if self.is_own:
            self._add_value("emails", text, label)
        elif address := text if _PLAIN_ADDRESS(text) else email_address(text):
            value = {"value": address, "label": label} if label else {"value": address}
            self._lists["emails"].setdefault(address.lower(), value)
        elif text not in _NO_VALUES:
            self._odd_emails.append((text, label))

    def add_number(self, written: str, label: str, e164: str = "") -> None:
        """Add a phone number, which may be a URI."""
        if ":" in written:
            if _SIP_URI(written):
                self.add_im(written, "sip")
                return
            if uri := _TEL_URI(written):
                written = _EXTENSION.sub(r" ext. \1", unquote(uri[1]))
        if written and written not in _NO_VALUES:
            value = {"raw": written, "label": label} if label else {"raw": written}
            if e164:
                value["e164"] = e164
            self._lists["phones"].setdefault(written, value)

    def add_own_number(self, raw: str, label: str) -> None:
        """A phone number as our own export wrote it."""
        self._add("phones", {"raw": raw}, label)

    def add_address(self, parts: dict[str, str], label: str) -> None:
        if parts:
            self._add("addresses", parts, label)

    def add_event(self, written: str, label: str, no_years: tuple[int, ...] = ()) -> None:
        """Add a date, or a text if it is none."""
        day = parse_date(written, no_years)
        self._add_value("events", day.text if day else written, label)

    def add_own_event(self, written: str, label: str) -> None:
        """An event as our own export wrote it."""
        self._add_value("events", written, label)

    def add_relation(self, name: str, label: str) -> None:
        self._add_value("relations", name, label)

    def add_im(self, handle: str, service: str) -> None:
        self._add_value("ims", handle, service)

    def add_url(self, written: str, label: str) -> None:
        if self.is_own:
            self._add_value("urls", written, label)
        else:
            self._others.add_link(written, label, self._lists["urls"])

    def values(self, field: str) -> list[Any]:
        """The values of a list so far."""
        return list(self._lists.get(field, {}).values())

    def add_group(self, name: str) -> None:
        if name := name.strip():
            self._lists["groups"][name] = name

    def add_custom(self, name: str, value: str) -> None:
        self._others.keep(name, value)

    def add_own_custom(self, name: str, value: str, kind: str) -> None:
        """A custom field as our own export wrote it."""
        field = {"name": name, "value": value, "type": kind}
        self._add("custom_fields", {part: text for part, text in field.items() if text}, "")

    def _add_value(self, field: str, text: str, label: str) -> None:
        if text := text.strip():
            self._add(field, {"value": text}, label)

    def _add(self, field: str, value: dict[str, str], label: str) -> None:
        """Adds a value once. Some writers have the same one in two properties."""
        if label:
            value["label"] = label
        self._lists[field][tuple(value.items())] = value

    # ── the whole

    def card(
        self,
        number: int,
        cells: Iterable[tuple[str, str]],
        *,
        line: int = 0,
        unreadable: str = "",
        left_out: str = "",
    ) -> Card:
        """The record of this contact; see there for the arguments. It cannot be read if it does not say who it is."""
        fields = self.finished()
        if fields and not (unreadable or left_out or self.is_own) and fields.keys().isdisjoint(REACHED_BY):
            unreadable = BLOCKING
        return Card(
            number,
            line,
            self.uid,
            fields,
            tuple(cells),
            tuple(self.kept),
            tuple(self.problems),
            unreadable,
            left_out,
        )

    def finished(self) -> ContactFields:
        """The fields, without empty ones."""
        if self._odd_emails:
            self._read_odd_emails()
        fields = self.fields
        for name, values in self._lists.items():
            if values:
                fields[name] = list(values.values())
        if self._unmapped is not None:
            self._add_unmapped(self._unmapped)
        return cast(ContactFields, fields)

    @property
    def _others(self) -> UnmappedValues:
        if self._unmapped is None:
            self._unmapped = UnmappedValues(cast(ContactFields, self.fields), _own_names)
        return self._unmapped

    def _read_odd_emails(self) -> None:
        """Reads emails that are more than an address: several, or one with a name."""
        for text, label in self._odd_emails:
            self._others.add_emails(text, label, self._lists["emails"])

    def _add_unmapped(self, unmapped: UnmappedValues) -> None:
        fields = self.fields
        if ims := unmapped.ims:
            fields["ims"] = [*fields.get("ims", ()), *ims]
        if custom := unmapped.custom_fields:
            fields["custom_fields"] = [*fields.get("custom_fields", ()), *custom]
        for kind in unmapped.dropped:
            self.report("", kind, "left_out")


def _own_names(fields: ContactFields) -> Iterator[str]:
    """The names, other than the display name, that may stand beside an email address."""
    texts = cast(Mapping[str, str], fields)
    yield from (texts[name] for name in _NAMES if name in texts)
    yield f"{texts.get('given', '')} {texts.get('family', '')}"
