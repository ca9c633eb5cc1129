"""What a person sees of a contact: a pure function of its source records, and nothing else.

The person's own record wins, then the records in the order of their first arrival. Enrichment comes last: it says a
name, a birthday, notes or another single value only where no other record says one, and adds to a list, at its end,
what no other has. In the person's own record alone an empty member is a statement: `"title": ""` or `"emails": []`
says that there is none, whatever the sources say. A name is taken back whole, by `given`, `family` and `display` all
empty. Single values of lists are taken back by `hidden`; the other values of the sources still appear. Notes of
several sources are all shown, unless the person wrote their own.
`contact_fields` lists the fields, and which of them make a name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from chalicelib.contacts.contact import PERSON, Birthday, ContactFields, SourceRecord
from chalicelib.contacts.contact_field import ContactField, Holds, Kind
from chalicelib.contacts.contact_fields import BESIDE_NAME, FIELDS, LISTS, NAME
from chalicelib.contacts.display_name import computed_display
from chalicelib.contacts.fold_text import same_spelling, same_text
from chalicelib.contacts.identities import email_identity, phone_key
from chalicelib.contacts.source import is_enrichment, rank_of

_CALLED = ("given", "middle", "family", "display")  # a record with any of these has a name
_TAKEN_BACK = ("given", "family", "display")  # all empty in the person's record: no name
_Values = Sequence[Any]  # what the records say of one member, in their order


def fold(records: Iterable[SourceRecord]) -> ContactFields:
    """Scalars from the first record that says them, names all from one record, lists united in normal form."""
    ordered = in_order(records)
    if len(ordered) == 1 and ordered[0].source != PERSON:
        return _alone(ordered[0].fields)
    shown: dict[str, Any] = dict(_name(ordered))
    for field in BESIDE_NAME:
        shown[field] = next(iter(_stated(ordered, field)), None)
    shown["birthday"] = _birthday(_speaking(ordered, "birthday"))
    shown["notes"] = _notes(_speaking(ordered, "notes"))
    hidden: Mapping[str, Any] = next((record.fields["hidden"] for record in ordered if _hides(record)), {})
    for field, form in _LISTS.items():
        values = _united(_stated(ordered, field), form)
        shown[field] = without(field, values, hidden.get(field, ())) if hidden else values
    shown["display"] = shown.get("display") or computed_display(cast(ContactFields, shown))
    return cast(ContactFields, {field: value for field, value in shown.items() if value})


def in_order(records: Iterable[SourceRecord]) -> list[SourceRecord]:
    """By rank: the person's own record first, enrichment last. Those of one rank by first arrival."""
    return sorted(
        records,
        key=lambda record: (rank_of(record.source), record.first_seen, record.source, record.source_id),
    )


def stated(record: SourceRecord, field: str) -> Any:
    """What one record says of a member; None for nothing. Only the person's own can say that there is none."""
    value = groups_of(record.fields) if field == "groups" else record.fields.get(field)
    return value if value or record.source == PERSON else None


def groups_of(said: ContactFields) -> list[str] | None:
    """The names of its groups, including those the source knows by id."""
    by_id = said.get("groups_by_id")
    return [*said.get("groups", ()), *by_id.values()] if by_id else said.get("groups")


def without(field: str, values: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """The values of a list that are none of the others, however they are spelled."""
    form = _LISTS[field]
    forms = set(map(form, others))
    return [value for value in values if form(value) not in forms]


def joined_notes(notes: Iterable[str]) -> str:
    """All of them in order, separated by a blank line; one that is contained in another is not repeated."""
    joined: list[str] = []
    for note in filter(None, notes):
        if not any(holds_note(other, note) for other in joined):
            joined = [*(other for other in joined if not holds_note(note, other)), note]
    return "\n\n".join(joined)


def holds_note(text: str, note: str) -> bool:
    """Whether all of `note` stands in `text`, not as a part of a longer word."""
    at = text.find(note)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(note) :][:1]
        if not (before.isalnum() and note[:1].isalnum()) and not (after.isalnum() and note[-1:].isalnum()):
            return True
        at = text.find(note, at + 1)
    return False


def same_value(field: str, left: Any, right: Any) -> bool:
    """Whether two values of a member are one, however they are spelled."""
    form = _LISTS.get(field)
    return bool(left == right if form is None else form(left) == form(right))


def _alone(said: ContactFields) -> ContactFields:
    """What most contacts are: one source's word, and nobody to compare it with."""
    shown: dict[str, Any] = {field: value for field, value in said.items() if value}
    if shown.pop("groups_by_id", None):
        shown["groups"] = groups_of(said)
    for field, form in _LISTS.items():
        if len(shown.get(field, ())) > 1:
            shown[field] = _united([shown[field]], form)
    display = shown.get("display") or computed_display(cast(ContactFields, shown))
    return cast(ContactFields, {**shown, "display": display} if display else shown)


def _hides(record: SourceRecord) -> bool:
    return record.source == PERSON and "hidden" in record.fields


def _stated(records: Sequence[SourceRecord], field: str) -> _Values:
    return [value for record in records if (value := stated(record, field)) is not None]


def _speaking(records: Sequence[SourceRecord], field: str) -> Sequence[SourceRecord]:
    """The records that count for a member that several may make up: enrichment only where no other says it."""
    others = without_enrichment(records)
    return others if len(others) < len(records) and _stated(others, field) else records


def without_enrichment(records: Iterable[SourceRecord]) -> Sequence[SourceRecord]:
    """Those of the sources that know the contact; without any, a contact is gone."""
    return [record for record in records if not is_enrichment(record.source)]


def stated_name(records: Sequence[SourceRecord]) -> Mapping[str, Any]:
    """The whole name of the first record that has one; given and family names of two records are never mixed.

    If none has, the name parts of the first record that are not a name alone: prefix, phonetic name, sort name.
    """
    rest: Mapping[str, Any] = {}
    for record in records:
        name = {field: value for field in NAME if (value := stated(record, field)) is not None}
        calls = NAME if record.source == PERSON else _CALLED  # a person's record has the whole name
        if any(name.get(field) for field in calls) or all(field in name for field in _TAKEN_BACK):
            return name
        rest = rest or name
    return rest


def calls_somebody(said: Mapping[str, Any]) -> bool:
    """Whether it has a name, not a prefix or a reading alone."""
    return any(said.get(field) for field in _CALLED)


def _name(records: Sequence[SourceRecord]) -> Mapping[str, Any]:
    """The stated name, or the one kept from when the last source was removed."""
    kept = next((kept for record in records if (kept := record.fields.get("kept_name"))), None)
    if kept is None:
        return stated_name(records)
    name = stated_name(without_enrichment(records))
    if calls_somebody(name):
        return name
    return {**kept, **{field: text for field, text in name.items() if text}}


def _notes(records: Sequence[SourceRecord]) -> str | None:
    """The person's own; else what all sources noted, in their order, each once."""
    stated_notes: Sequence[str] = _stated(records, "notes")
    if not stated_notes or (records[0].source == PERSON and "notes" in records[0].fields):
        return next(iter(stated_notes), None)
    return joined_notes(stated_notes)


def _united(lists: _Values, form: Callable[[Any], str]) -> list[Any]:
    """Each value once, in its first spelling; what the first spelling lacks (a label) comes from a later one."""
    if not lists or not lists[0]:  # an empty list is the person's word, and the person comes first
        return []
    if len(lists) == 1 == len(lists[0]):
        return list(lists[0])
    united: dict[str, Any] = {}
    for value in (value for values in lists for value in values):
        key = form(value)
        known = united.get(key)
        united[key] = value if known is None else known if isinstance(known, str) else {**value, **known}
    return list(united.values())


def _birthday(records: Sequence[SourceRecord]) -> Birthday | None:
    """The first one said, with its year from a later one that says the same day; a person's is taken as it is."""
    birthdays: Sequence[Birthday] = _stated(records, "birthday")
    if not birthdays:
        return None
    first = birthdays[0]
    if "year" in first or (records[0].source == PERSON and "birthday" in records[0].fields):
        return first
    same_day = (each for each in birthdays if _day(each) == _day(first) and "year" in each)
    return next(same_day, first)


def _day(birthday: Birthday) -> tuple[int | None, int | None]:
    return birthday.get("month"), birthday.get("day")


def _email_form(email: Any) -> str:
    return email_identity(email) or str(email["value"]).casefold()


def _url_form(url: Any) -> str:
    scheme, separator, rest = str(url["value"]).rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}".removesuffix("/")


def _address_form(address: Mapping[str, str]) -> str:
    parts = sorted((name, same_text(text)) for name, text in address.items() if name != "label")
    return repr(parts)


def _form(value: Mapping[str, str]) -> str:
    """All parts of it: two anniversaries on one day are two where their labels differ."""
    return repr(sorted((name, same_spelling(text)) for name, text in value.items()))


_HELD = {Holds.EMAIL: _email_form, Holds.PHONE: phone_key, Holds.SITE: _url_form}


def _form_of(field: ContactField) -> Callable[[Any], str]:
    """In which form two values of a list are compared."""
    if field.kind is Kind.LINES:
        return same_spelling
    if not field.is_pair:
        return _address_form
    return _HELD.get(field.parts[0].holds, _form)


_LISTS: Mapping[str, Callable[[Any], str]] = {name: _form_of(FIELDS[name]) for name in LISTS}
