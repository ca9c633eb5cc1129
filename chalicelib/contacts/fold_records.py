"""Folds the records of a contact into the fields that people see: a pure function.

The person's own record takes precedence, then the records in the order of their first arrival. Enrichment comes last:
it provides a name, a birthday, notes or another single value only if no other record has one, and adds to the end of a
list what no other record has. Only in the person's own record does an empty field mean something: `"title": ""` or
`"emails": []` clears the field, whatever the sources have. A name is cleared as a whole, by empty `given`, `family` and
`display`. `hidden` removes single values of lists; other values of the sources still appear. Notes of all sources are
shown, unless the person wrote their own. A contact that others were merged into may have several records of the person,
its own first: what an earlier one says takes precedence over the later ones.
A source whose record leads with a field goes before other sources there; of several such records, the latest does.
`contact_fields` lists the fields, and which of them make a name.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, cast

from chalicelib.contacts.contact_field import ContactField, Holds, Kind
from chalicelib.contacts.contact_fields import FIELDS, LISTS, NAME, OTHER_TEXTS
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.fold_text import same_spelling, same_text
from chalicelib.contacts.identities import email_identity, phone_key
from chalicelib.contacts.source import PERSON, is_enrichment, rank_of
from chalicelib.contacts.source_record import WHOLE_NAME, Birthday, ContactFields, SourceRecord

_NAMING = ("given", "middle", "family", "display")  # a record with any of these has a name
_CLEARING = ("given", "family", "display")  # all empty in the person's record: no name
_COMMA = re.compile("%2C", re.IGNORECASE)
_Values = Sequence[Any]  # the values of one field in the records, in their order


def fold(records: Iterable[SourceRecord]) -> ContactFields:
    """Single values from the first record that has one, the whole name from one record, lists merged in normal form."""
    ordered = by_rank(records)
    if len(ordered) == 1 and ordered[0].source != PERSON:
        return _fold_single(ordered[0].fields)
    leading = any(each.leads for each in ordered)  # of few contacts
    shown: dict[str, Any] = dict(_name(ordered_for(ordered, WHOLE_NAME) if leading else ordered))
    for field in OTHER_TEXTS:
        shown[field] = next(iter(_values_of(ordered_for(ordered, field) if leading else ordered, field)), None)
    shown["birthday"] = _birthday(contributing(ordered_for(ordered, "birthday"), "birthday"))
    shown["notes"] = _notes(contributing(ordered_for(ordered, "notes"), "notes"))
    hidden = hidden_values(ordered)
    for field, form in _LISTS.items():
        values = _merged(_values_of(ordered_for(ordered, field) if leading else ordered, field), form)
        shown[field] = without(field, values, hidden.get(field, ())) if hidden else values
    shown["display"] = shown.get("display") or computed_display(cast(ContactFields, shown))
    return cast(ContactFields, {field: value for field, value in shown.items() if value})


def display_of(records: Sequence[SourceRecord]) -> str:
    """The display name in `fold(records)`; "" if there is none. For a single record, nothing else is folded."""
    if len(records) == 1 and records[0].source != PERSON:
        fields = records[0].fields
        return fields.get("display") or computed_display(fields)
    return fold(records).get("display", "")


def by_rank(records: Iterable[SourceRecord]) -> list[SourceRecord]:
    """The records by rank, the person's own first and enrichment last; within a rank by first arrival.

    Several records of the person stay in their order, in which the contact's own is first.
    """
    return sorted(
        records,
        key=lambda record: (
            (rank_of(record.source), 0, "", "")
            if record.source == PERSON
            else (rank_of(record.source), record.first_seen, record.source, record.source_id)
        ),
    )


def ordered_for(records: Sequence[SourceRecord], field: str) -> Sequence[SourceRecord]:
    """The records in the order that counts for one field.

    Args:
        records: by rank.
        field: a field of a contact; one of a name stands for the whole name.
    """
    field = WHOLE_NAME if field in NAME else field
    leading = [each for each in records if field in each.leads]
    if not leading:
        return records
    leading.sort(key=lambda each: each.last_changed, reverse=True)
    own = [each for each in records if each.source == PERSON]
    return [*own, *leading, *(each for each in records if each.source != PERSON and field not in each.leads)]


def value_of(record: SourceRecord, field: str) -> Any:
    """The value of a field in one record; None if it has none. Only the person's own record returns empty values."""
    value = groups_of(record.fields) if field == "groups" else record.fields.get(field)
    return value if value or record.source == PERSON else None


def groups_of(fields: ContactFields) -> list[str] | None:
    """The names of its groups, including those stored by id."""
    by_id = fields.get("groups_by_id")
    return [*fields.get("groups", ()), *by_id.values()] if by_id else fields.get("groups")


def without(field: str, values: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """The values of a list that are not among the others, regardless of spelling."""
    form = _LISTS[field]
    forms = set(map(form, others))
    return [value for value in values if form(value) not in forms]


def joined_notes(notes: Iterable[str]) -> str:
    """The notes in order, separated by a blank line, without those contained in another."""
    joined: list[str] = []
    for note in filter(None, notes):
        if not any(holds_note(other, note) for other in joined):
            joined = [*(other for other in joined if not holds_note(note, other)), note]
    return "\n\n".join(joined)


def holds_note(text: str, note: str) -> bool:
    """Whether `text` contains `note`, not as a part of a longer word."""
    at = text.find(note)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(note) :][:1]
        if not (before.isalnum() and note[:1].isalnum()) and not (after.isalnum() and note[-1:].isalnum()):
            return True
        at = text.find(note, at + 1)
    return False


def same_value(field: str, left: Any, right: Any) -> bool:
    """Whether two values of a field are equal, regardless of spelling."""
    form = _LISTS.get(field)
    return bool(left == right if form is None else form(left) == form(right))


def _fold_single(fields: ContactFields) -> ContactFields:
    """The usual case: a single record of a source."""
    shown: dict[str, Any] = {field: value for field, value in fields.items() if value}
    if shown.pop("groups_by_id", None):
        shown["groups"] = groups_of(fields)
    for field, form in _LISTS.items():
        if len(shown.get(field, ())) > 1:
            shown[field] = _merged([shown[field]], form)
    display = shown.get("display") or computed_display(cast(ContactFields, shown))
    return cast(ContactFields, {**shown, "display": display} if display else shown)


def _values_of(records: Sequence[SourceRecord], field: str) -> _Values:
    return [value for record in records if (value := value_of(record, field)) is not None]


def first_with(records: Sequence[SourceRecord], field: str) -> SourceRecord | None:
    """The first record that has a value of the field."""
    return next((record for record in records if value_of(record, field) is not None), None)


def hidden_values(records: Sequence[SourceRecord]) -> Mapping[str, Sequence[Any]]:
    """The values of lists that the person hid, except those that an earlier record of the person has.

    Args:
        records: the person's first.
    """
    persons = list(takewhile(lambda record: record.source == PERSON, records))
    if len(persons) < 2:
        return cast(Mapping[str, Sequence[Any]], persons[0].fields.get("hidden", {})) if persons else {}
    hidden: dict[str, list[Any]] = {}
    for at, record in enumerate(persons):
        found = cast(Mapping[str, Sequence[Any]], record.fields.get("hidden", {}))
        for field, values in found.items():
            kept = [value for earlier in persons[:at] for value in value_of(earlier, field) or ()]
            hidden.setdefault(field, []).extend(without(field, values, kept))
    return hidden


def contributing(records: Sequence[SourceRecord], field: str) -> Sequence[SourceRecord]:
    """The records that contribute to a field: enrichment only if no other record has it."""
    others = without_enrichment(records)
    return others if len(others) < len(records) and _values_of(others, field) else records


def without_enrichment(records: Iterable[SourceRecord]) -> Sequence[SourceRecord]:
    """The records other than enrichment; a contact without any is deleted."""
    return [record for record in records if not is_enrichment(record.source)]


def name_of_records(records: Sequence[SourceRecord]) -> Mapping[str, Any]:
    """The whole name of the first record that has one; names of two records are never mixed.

    If none has one, the other fields of a name of the first record that has any, such as a prefix.
    """
    rest: Mapping[str, Any] = {}
    for record in records:
        name = {field: value for field in NAME if (value := value_of(record, field)) is not None}
        naming = NAME if record.source == PERSON else _NAMING  # a person's record has the whole name
        if any(name.get(field) for field in naming) or all(field in name for field in _CLEARING):
            return name
        rest = rest or name
    return rest


def has_name(fields: Mapping[str, Any]) -> bool:
    """Whether there is a name, not only a prefix or a phonetic name."""
    return any(fields.get(field) for field in _NAMING)


def _name(records: Sequence[SourceRecord]) -> Mapping[str, Any]:
    """The name of the records, or the one stored when the last source was removed."""
    kept = next((kept for record in records if (kept := record.fields.get("kept_name"))), None)
    if kept is None:
        return name_of_records(records)
    name = name_of_records(without_enrichment(records))
    if has_name(name):
        return name
    return {**kept, **{field: text for field, text in name.items() if text}}


def _notes(records: Sequence[SourceRecord]) -> str | None:
    """The person's own notes; otherwise those of all sources."""
    owned = first_with(records, "notes")
    if owned is None or owned.source == PERSON:
        return None if owned is None else owned.fields["notes"]
    return joined_notes(_values_of(records, "notes"))


def _merged(lists: _Values, form: Callable[[Any], str]) -> list[Any]:
    """Each value once, in its first spelling; parts that this one lacks, such as a label, come from later ones."""
    if not lists or not lists[0]:  # the person, whose record comes first, cleared the list
        return []
    if len(lists) == 1 == len(lists[0]):
        return list(lists[0])
    merged: dict[str, Any] = {}
    for value in (value for values in lists for value in values):
        key = form(value)
        known = merged.get(key)
        merged[key] = value if known is None else known if isinstance(known, str) else {**value, **known}
    return list(merged.values())


def _birthday(records: Sequence[SourceRecord]) -> Birthday | None:
    """The first birthday, with the year of a later one on the same day; the person's own is not completed."""
    birthdays: Sequence[Birthday] = _values_of(records, "birthday")
    owned = first_with(records, "birthday")
    if owned is None:
        return None
    first = birthdays[0]
    if "year" in first or owned.source == PERSON:
        return first
    same_day = (each for each in birthdays if _day(each) == _day(first) and "year" in each)
    return next(same_day, first)


def _day(birthday: Birthday) -> tuple[int | None, int | None]:
    return birthday.get("month"), birthday.get("day")


def _email_form(email: Any) -> str:
    return email_identity(email) or str(email["value"]).casefold()


def _url_form(url: Any) -> str:
    """Links are exported with encoded commas, at which other programs would cut them."""
    scheme, separator, rest = _COMMA.sub(",", str(url["value"])).rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}".removesuffix("/")


def _address_form(address: Mapping[str, str]) -> str:
    parts = sorted((name, same_text(text)) for name, text in address.items() if name != "label")
    return repr(parts)


def _form(value: Mapping[str, str]) -> str:
    """The form of all parts: two anniversaries on one day are different values if their labels differ."""
    return repr(sorted((name, same_spelling(text)) for name, text in value.items()))


_HELD = {Holds.EMAIL: _email_form, Holds.PHONE: phone_key, Holds.SITE: _url_form}


def _form_of(field: ContactField) -> Callable[[Any], str]:
    """The normal form in which values of a list are compared."""
    if field.kind is Kind.LINES:
        return same_spelling
    if not field.is_pair:
        return _address_form
    return _HELD.get(field.parts[0].holds, _form)


_LISTS: Mapping[str, Callable[[Any], str]] = {name: _form_of(FIELDS[name]) for name in LISTS}
