"""Reads the values of lists from the cells of one row: emails, phones, addresses, dates, links and other texts."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.contacts.contact_fields import FIELDS, LONGEST_FIELD_NAME, MOST_CUSTOM_FIELDS
from chalicelib.contacts.normalize_phone import normalize_phone
from chalicelib.contacts.parse_email_field import email_address, parse_email_field
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
from chalicelib.files.mapping.draft import Cells, Draft, Read
from chalicelib.files.mapping.own_exports import HANDLES, MESSENGERS
from chalicelib.files.mapping.target import DAY_PARTS, WHOLE
from chalicelib.files.mapping.written_dates import DateOrder, NotADate, date_of_parts, iso, read_date

NO_COUNTRY = "phone_without_country"  # the code of a number that needs one
_LABELS_AT_ONCE = 256  # that are remembered for one column
_PLAIN_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,250}").fullmatch  # as most are
_PLAIN_PHONE = re.compile(r"\+[1-9][\d ()-]{5,24}").fullmatch  # one number with its country code
_HAS_DIGIT = re.compile(r"\d").search
_WORDS = re.compile(r"\w+")
_STANDARD_LABELS = frozenset(
    {
        *("home", "work", "mobile", "other", "main", "pager", "fax", "home fax", "work fax", "other fax"),
        *("spouse", "child", "anniversary", "profile", "blog"),
    }
)
_USUAL_SEPARATORS: Mapping[str, Sequence[str]] = {  # of programs that do not say
    "relations": (GOOGLES, "\n", ";"),
    "ims": (GOOGLES, "\n"),
    "addresses": (GOOGLES,),
    "events": (GOOGLES, "\n"),
}
Labels = Callable[[Cells], tuple[str, bool]]  # the label of a value, and whether it marks the preferred one


@dataclass(frozen=True, slots=True)
class Slot:
    """The columns that together are one value of a list, in every row."""

    field: str
    #: The column of each part.
    places: Mapping[str, int]
    #: The header of its main column, for problems.
    header: str
    #: The label of the value if no column says it.
    label: str
    #: What separates several values in its cells; None for the usual ways of its kind.
    separators: Sequence[str] | None
    date_order: DateOrder | None
    #: The country of numbers without a country code; "" if unknown.
    region: str
    #: Cells that mean that there is no value.
    unset: frozenset[str]
    #: Whether a star before a label marks the preferred value.
    stars: bool
    #: Names of custom fields that are fields of the contact: an export of this service, which has no column for them.
    restored: Mapping[str, str]
    #: Whether custom fields that are called like a messenger are handles: an export of this service, as above.
    restores_handles: bool
    #: Whether cells are exactly what is stored.
    is_own: bool

    @property
    def content_places(self) -> Sequence[int]:
        """The columns of which one must have a value; none for a slot that is only a label."""
        return [place for part, place in self.places.items() if part != FIELDS[self.field].label]


def reader_of(slot: Slot) -> Read:
    """What reads the values of a slot that has more than a label."""
    if slot.is_own:
        return _as_stored(slot)
    if slot.field == "addresses":
        return _addresses(slot)
    if slot.places.keys() & DAY_PARTS.keys():
        return _event_of_parts(slot)
    readers = {"emails": _emails, "phones": _phones, "urls": _urls, "events": _events}
    return readers.get(slot.field, _texts)(slot)


def _labels(slot: Slot) -> Labels:
    label_part = FIELDS[slot.field].label
    if label_part not in slot.places:
        constant = _label(slot, "")
        return lambda _cells: constant
    place = slot.places[label_part]
    remembered = lru_cache(_LABELS_AT_ONCE)(lambda written: _label(slot, written))
    return lambda cells: remembered(cells[place])


def _label(slot: Slot, written: str) -> tuple[str, bool]:
    label = written.strip() or slot.label
    is_preferred = slot.stars and label.startswith("*")
    label = label[1:].strip() if is_preferred else label
    if slot.field == "custom_fields":
        return _short(label), is_preferred
    return (label.lower() if label.lower() in _STANDARD_LABELS else label), is_preferred


def _short(name: str) -> str:
    """The name of a custom field."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_FIELD_NAME else f"{name[: LONGEST_FIELD_NAME - 1]}…"


def _as_stored(slot: Slot) -> Read:
    """For an export of this service."""
    field = FIELDS[slot.field]
    contents = {part.name for part in field.parts if part.is_content}
    places = [(part, place) for part, place in slot.places.items() if part in {each.name for each in field.parts}]

    def read(cells: Cells, draft: Draft) -> None:
        value = {part: text for part, place in places if (text := cells[place].strip())}
        if contents.isdisjoint(value):
            return
        name = value.get(field.label, "")
        restored = slot.restored.get(name)
        if restored and restored not in draft.fields:
            draft.fields[restored] = value[field.value]
        elif slot.restores_handles and name.lower() in MESSENGERS:
            label = {} if name == HANDLES else {"label": name}
            draft.fields.setdefault("ims", []).append({"value": value[field.value], **label})
        else:
            draft.fields.setdefault(slot.field, []).append(value)

    return read


def _emails(slot: Slot) -> Read:
    place, label_of = slot.places["value"], _labels(slot)

    def read(cells: Cells, draft: Draft) -> None:
        cell = cells[place].strip()
        label, is_preferred = label_of(cells)
        for address in (cell,) if _PLAIN_EMAIL(cell) else _other_emails(cell, slot, draft):
            value = {"value": address, "label": label} if label else {"value": address}
            draft.add("emails", value, is_preferred=is_preferred)

    return read


def _other_emails(cell: str, slot: Slot, draft: Draft) -> Sequence[str]:
    """The addresses in a cell that may have several, or text beside them."""
    if address := email_address(cell):
        return (address,)
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


def _phones(slot: Slot) -> Read:
    place, label_of = slot.places["raw"], _labels(slot)

    def read(cells: Cells, draft: Draft) -> None:
        cell = cells[place].strip()
        label, is_preferred = label_of(cells)
        for raw in (cell,) if _PLAIN_PHONE(cell) else _other_phones(cell, slot, draft):
            phone = {"raw": raw, "label": label} if label else {"raw": raw}
            if "+" not in raw:
                _complete(phone, slot, draft)
            draft.add("phones", phone, is_preferred=is_preferred)

    return read


def _other_phones(cell: str, slot: Slot, draft: Draft) -> list[str]:
    """The numbers in a cell that may have several, or something else."""
    numbers = []
    for raw in phone_numbers(cell):
        if is_rounded(raw):
            draft.reject(slot.header, raw, "rounded_number")
        elif _HAS_DIGIT(raw):
            numbers.append(raw)
        elif raw:
            draft.reject(slot.header, raw, "not_a_phone_number")
    return numbers


def _complete(phone: dict[str, str], slot: Slot, draft: Draft) -> None:
    """Adds the number in E.164, from the country of the mapping, to a number without a country code."""
    number = normalize_phone(phone["raw"], slot.region) if slot.region else None
    if number is None:
        draft.reject(slot.header, phone["raw"], "no_such_number" if slot.region else NO_COUNTRY)
        return
    phone["e164"] = number.e164
    if number.extension:
        phone["extension"] = number.extension


def _urls(slot: Slot) -> Read:
    place, label_of = slot.places["value"], _labels(slot)

    def read(cells: Cells, draft: Draft) -> None:
        label, is_preferred = label_of(cells)
        for text in links(cells[place].strip()):
            if link := web_link(text):
                value = {"value": link, "label": label} if label else {"value": link}
                draft.add("urls", value, is_preferred=is_preferred)
            elif service := messenger_of(text):
                draft.add("ims", {"value": text, "label": service})
            else:
                draft.reject(slot.header, text, "not_a_link")

    return read


def _events(slot: Slot) -> Read:
    place, label_of, separators = slot.places["value"], _labels(slot), _separators(slot)

    def read(cells: Cells, draft: Draft) -> None:
        label, is_preferred = label_of(cells)
        for text in split_values(cells[place], separators):
            if text and text not in slot.unset and (day := _event_day(text, slot, draft)):
                value = {"value": day, "label": label} if label else {"value": day}
                draft.add("events", value, is_preferred=is_preferred)

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


def _event_of_parts(slot: Slot) -> Read:
    """A date whose parts have columns of their own."""
    label_of = _labels(slot)

    def read(cells: Cells, draft: Draft) -> None:
        parts = {part: cells[place].strip() for part, place in slot.places.items() if part in DAY_PARTS}
        try:
            day = iso(date_of_parts(parts))
        except NotADate as error:
            draft.reject(slot.header, "-".join(filter(None, parts.values())), str(error))
            return
        if day:
            label, _ = label_of(cells)
            draft.add("events", {"value": day, "label": label} if label else {"value": day})

    return read


def _addresses(slot: Slot) -> Read:
    label_of, separators = _labels(slot), _separators(slot)
    parts = [part.name for part in FIELDS["addresses"].parts if part.is_content]
    places = [(part, slot.places[part]) for part in (*parts, WHOLE) if part in slot.places]

    def read(cells: Cells, draft: Draft) -> None:
        found = {part: text for part, place in places if (text := cells[place].strip())}
        whole = found.pop(WHOLE, "")
        if whole and not found:
            found = {"street": whole}
        if "postal_code" in found:
            found["postal_code"] = plain_number(found["postal_code"])
        label, is_preferred = label_of(cells)
        for address in _split_addresses(found, separators):
            draft.add("addresses", {**address, "label": label} if label else address, is_preferred=is_preferred)

    return read


def _split_addresses(found: dict[str, str], separators: Sequence[str]) -> Sequence[dict[str, str]]:
    """The addresses in the cells of one address: several if their cells hold several values each."""
    if not any(separator in text for separator in separators for text in found.values()):
        return (found,) if found else ()
    split = {part: split_values(text, separators) for part, text in found.items()}
    places = range(max(map(len, split.values())))
    several = [{part: texts[at] for part, texts in split.items() if at < len(texts) and texts[at]} for at in places]
    return [address for address in several if address]


def _texts(slot: Slot) -> Read:
    """Relations, handles and custom fields: texts with a label."""
    label_of, separators = _labels(slot), _separators(slot)
    part, label_part = FIELDS[slot.field].value, FIELDS[slot.field].label
    place = slot.places[part]

    def read(cells: Cells, draft: Draft) -> None:
        label, is_preferred = label_of(cells)
        for text in split_values(cells[place], separators):
            if not text or text in slot.unset:
                continue
            if slot.field == "custom_fields" and len(draft.fields.get(slot.field, ())) >= MOST_CUSTOM_FIELDS:
                draft.reject(slot.header, text, "too_many_custom_fields")
                continue
            draft.add(slot.field, {part: text, label_part: label} if label else {part: text}, is_preferred=is_preferred)

    return read


def _separators(slot: Slot) -> Sequence[str]:
    return _USUAL_SEPARATORS.get(slot.field, ()) if slot.separators is None else slot.separators
