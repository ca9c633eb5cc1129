"""Reads the values of lists from the cells of one row: emails, phones, addresses, dates, links and other texts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.contacts.contact_fields import FIELDS, LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.contacts.normalize_phone import normalize_phone
from chalicelib.contacts.parse_email_field import email_address, parse_email_field
from chalicelib.contacts.source_record import Birthday
from chalicelib.contacts.web_links import web_link
from chalicelib.files.mapping.cell_values import (
    GOOGLES,
    is_rounded,
    links,
    messenger_of,
    phone_numbers,
    plain_number,
    split_values,
)
from chalicelib.files.mapping.draft import Draft, Entry
from chalicelib.files.mapping.target import DAY_PARTS, WHOLE
from chalicelib.files.mapping.written_dates import NO_YEAR, DateOrder, NotADate, read_date

Reader = Callable[[Entry, Draft], None]  # adds the values of one entry to the fields
NO_COUNTRY = "phone_without_country"  # the code of a number that needs one
_LABELS_AT_ONCE = 256  # that are remembered for one column
_HAS_DIGIT = re.compile(r"\d").search
_WORDS = re.compile(r"\w+")
_STANDARD_LABELS = frozenset(
    {
        *("home", "work", "mobile", "other", "main", "pager", "fax", "home fax", "work fax", "other fax"),
        *("spouse", "child", "anniversary", "profile", "blog"),
    }
)
_OTHERS_SEPARATORS: Mapping[str, Sequence[str]] = {  # of programs that do not say
    "relations": (GOOGLES, "\n", ";"),
    "ims": (GOOGLES, "\n"),
    "addresses": (GOOGLES,),
    "events": (GOOGLES, "\n"),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """The columns that together are one value of a list, in every row."""

    field: str
    #: The header of its main column, for problems.
    header: str
    #: The label of the value if no column says it.
    label: str
    #: What separates several values in its cells; None for the usual ways of its kind.
    separators: Sequence[str] | None
    date_order: DateOrder | None
    #: The country of numbers without a country code; "" if unknown.
    region: str
    #: Whether a star before a label marks the preferred value.
    stars: bool
    #: Names of custom fields that are fields of the contact: an export of this service, which has no column for them.
    restored: Mapping[str, str]
    #: Whether cells are exactly what is stored.
    is_own: bool


def reader_of(slot: Slot) -> Reader:
    """What reads the values of this slot."""
    if slot.is_own:
        return _as_stored(slot)
    readers = {"emails": _emails, "phones": _phones, "urls": _urls, "events": _events, "addresses": _addresses}
    return readers.get(slot.field, _texts)(slot)


# ── labels and lists


Labels = Callable[[str], tuple[str, bool]]


def _labels(slot: Slot) -> Labels:
    """What gives the label of a value, and whether it marks the preferred one; from the text in its column."""

    @lru_cache(_LABELS_AT_ONCE)
    def label_of(written: str) -> tuple[str, bool]:
        label = written or slot.label
        is_preferred = slot.stars and label.startswith("*")
        label = label[1:].strip() if is_preferred else label
        if slot.field == "custom_fields":
            return _short(label), is_preferred
        is_standard = label.lower() in _STANDARD_LABELS and not slot.is_own
        return (label.lower() if is_standard else label), is_preferred

    return label_of


def _short(name: str) -> str:
    """The name of a custom field."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_FIELD_NAME else f"{name[: LONGEST_FIELD_NAME - 1]}…"


def _add(draft: Draft, field: str, values: Sequence[Any], is_preferred: bool = False) -> None:
    """Adds values that the list does not have yet."""
    known: list[Any] = draft.fields.setdefault(field, [])
    known.extend(values if not known else [value for value in values if value not in known])
    if is_preferred:
        draft.preferred.setdefault(field, known.index(values[0]))


def _valued(texts: Sequence[str], part: str, label_part: str, label: str) -> list[dict[str, str]]:
    return [{part: text, label_part: label} if label else {part: text} for text in texts]


# ── one reader for each kind


def _as_stored(slot: Slot) -> Reader:
    """For an export of this service."""
    field = FIELDS[slot.field]
    contents = {part.name for part in field.parts if part.is_content}

    def read(entry: Entry, draft: Draft) -> None:
        if contents.isdisjoint(entry):
            return
        restored = slot.restored.get(entry.get(field.label, ""))
        if restored and restored not in draft.fields:
            draft.fields[restored] = entry[field.value]
        else:
            draft.fields.setdefault(slot.field, []).append(dict(entry))

    return read


def _emails(slot: Slot) -> Reader:
    label_of = _labels(slot)

    def read(entry: Entry, draft: Draft) -> None:
        cell = entry.get("value", "")
        address = email_address(cell)
        addresses = [address] if address else _several_emails(cell, slot, draft)
        label, is_preferred = label_of(entry.get("label", ""))
        if addresses:
            _add(draft, "emails", _valued(addresses, "value", "label", label), is_preferred)

    return read


def _several_emails(cell: str, slot: Slot, draft: Draft) -> list[str]:
    addresses, words = parse_email_field(cell)
    if not addresses and cell:
        draft.reject(slot.header, cell, "not_an_email")
    elif words and not draft.fields.keys() & {"given", "family", "display"}:
        draft.fields["display"] = words  # "Uwe Rast <uwe@rast.example>" in a list of addresses
    elif words and not _is_name_of(words, draft):
        draft.reject(slot.header, cell, "text_beside_email")
    return addresses


def _is_name_of(text: str, draft: Draft) -> bool:
    names = " ".join(draft.fields.get(part, "") for part in ("given", "middle", "family", "display", "organization"))
    return set(_WORDS.findall(text.casefold())) <= set(_WORDS.findall(names.casefold()))


def _phones(slot: Slot) -> Reader:
    label_of = _labels(slot)

    def read(entry: Entry, draft: Draft) -> None:
        label, is_preferred = label_of(entry.get("label", ""))
        phones = []
        for raw in phone_numbers(entry.get("raw", "")):
            if is_rounded(raw) or not _HAS_DIGIT(raw):
                if raw:
                    draft.reject(slot.header, raw, "rounded_number" if is_rounded(raw) else "not_a_phone_number")
                continue
            phone = {"raw": raw, "label": label} if label else {"raw": raw}
            if "+" not in raw:
                _complete(phone, slot, draft)
            phones.append(phone)
        if phones:
            _add(draft, "phones", phones, is_preferred)

    return read


def _complete(phone: dict[str, str], slot: Slot, draft: Draft) -> None:
    """Adds the number in E.164, from the country of the mapping, to a number without a country code."""
    number = normalize_phone(phone["raw"], slot.region) if slot.region else None
    if number is None:
        draft.reject(slot.header, phone["raw"], "no_such_number" if slot.region else NO_COUNTRY)
        return
    phone["e164"] = number.e164
    if number.extension:
        phone["extension"] = number.extension


def _urls(slot: Slot) -> Reader:
    label_of = _labels(slot)

    def read(entry: Entry, draft: Draft) -> None:
        label, is_preferred = label_of(entry.get("label", ""))
        for text in links(entry.get("value", "")):
            if link := web_link(text):
                _add(draft, "urls", _valued([link], "value", "label", label), is_preferred)
            elif service := messenger_of(text):
                _add(draft, "ims", [{"value": text, "label": service}])
            else:
                draft.reject(slot.header, text, "not_a_link")

    return read


def _events(slot: Slot) -> Reader:
    label_of = _labels(slot)
    separators = _separators(slot)

    def read(entry: Entry, draft: Draft) -> None:
        label, is_preferred = label_of(entry.get("label", ""))
        parts = {part: entry[part] for part in DAY_PARTS if part in entry}
        texts = split_values(entry["value"], separators) if "value" in entry else ["/".join(parts.values())]
        for text in filter(None, texts):
            day = iso(day_of_parts(parts, slot.header, draft)) if parts else _event_day(text, slot, draft)
            if day:
                _add(draft, "events", _valued([day], "value", "label", label), is_preferred)

    return read


def _event_day(text: str, slot: Slot, draft: Draft) -> str:
    """The date in ISO 8601, or a text that is no date as it is."""
    try:
        return iso(read_date(text, slot.date_order))
    except NotADate as error:
        if str(error) == "not_a_date":
            return text
        draft.reject(slot.header, text, str(error))
        return ""


def day_of_parts(parts: Entry, header: str, draft: Draft, no_year: tuple[int, ...] = NO_YEAR) -> Birthday:
    """The date whose parts have columns of their own; the year or all of them may be missing."""
    year, month, day = (parts.get(part, "").removesuffix(".0").lstrip("0") or "0" for part in DAY_PARTS)
    known_year = "" if year == "0" else year
    text = known_year if month == day == "0" else f"{known_year or '-'}-{month}-{day}"
    try:
        return read_date(text, None, no_year)
    except NotADate as error:
        draft.reject(header, "-".join(parts.values()), str(error))
        return {}


def iso(day: Birthday) -> str:
    """A date in ISO 8601, without the parts that are not known; "" for none."""
    year, month = day.get("year"), day.get("month")
    if month is None:
        return f"{year:04d}" if year else ""
    return f"{year:04d}-{month:02d}-{day['day']:02d}" if year else f"--{month:02d}-{day['day']:02d}"


def _addresses(slot: Slot) -> Reader:
    label_of = _labels(slot)
    separators = _separators(slot)
    parts = [part.name for part in FIELDS["addresses"].parts if part.is_content]

    def read(entry: Entry, draft: Draft) -> None:
        label, is_preferred = label_of(entry.get("label", ""))
        found = {part: entry[part] for part in parts if part in entry} or _whole(entry)
        if "postal_code" in found:
            found["postal_code"] = plain_number(found["postal_code"])
        for address in _split_addresses(found, separators):
            value = {**address, "label": label} if label else address
            _add(draft, "addresses", [value], is_preferred)

    return read


def _whole(entry: Entry) -> Entry:
    """An address that is one text, as the lines of its street."""
    return {"street": entry[WHOLE]} if WHOLE in entry else {}


def _split_addresses(found: Entry, separators: Sequence[str]) -> list[Entry]:
    """The addresses in the cells of one address: several if their cells hold several values each."""
    if not any(separator in text for separator in separators for text in found.values()):
        return [found] if found else []
    split = {part: split_values(text, separators) for part, text in found.items()}
    places = range(max(map(len, split.values())))
    several = [{part: texts[at] for part, texts in split.items() if at < len(texts) and texts[at]} for at in places]
    return [address for address in several if address]


def _texts(slot: Slot) -> Reader:
    """Relations, handles and custom fields: texts with a label."""
    separators, label_of = _separators(slot), _labels(slot)
    part, label_part = FIELDS[slot.field].value, FIELDS[slot.field].label

    def read(entry: Entry, draft: Draft) -> None:
        label, is_preferred = label_of(entry.get(label_part, ""))
        texts = [text for text in split_values(entry.get(part, ""), separators) if text]
        if slot.field == "custom_fields":
            texts = _few(texts, slot, draft)
        if texts:
            _add(draft, slot.field, _valued(texts, part, label_part, label), is_preferred)

    return read


def _few(texts: list[str], slot: Slot, draft: Draft) -> list[str]:
    """The custom fields for which there is room in a contact."""
    room = max(0, MOST_CUSTOM_FIELDS - len(draft.fields.get("custom_fields", ())))
    for text in texts[room:]:
        draft.reject(slot.header, text, "too_many_custom_fields")
    return texts[:room]


def _separators(slot: Slot) -> Sequence[str]:
    return _OTHERS_SEPARATORS.get(slot.field, ()) if slot.separators is None else slot.separators
