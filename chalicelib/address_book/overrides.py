"""What becomes of the person's own record when they edit a contact: a pure rule.

The record says no more than what the person changed. A value that equals what the sources say is no edit, so an edit
can be taken back; what the sources say later still appears, but for what was hidden.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from chalicelib.address_book.edit_request import Wanted
from chalicelib.contacts.contact import PERSON, Contact, ContactFields, SourceRecord
from chalicelib.contacts.contact_fields import BESIDE_NAME, LISTS, NAME, derived
from chalicelib.contacts.display_name import follows_parts, full_name
from chalicelib.contacts.fold_records import fold, in_order, same_value, stated_name, without
from chalicelib.contacts.identities import with_e164

_PARTS = tuple(field for field in NAME if field != "display")
_FILED_BY = ("given", "middle", "family")  # what it is filed as follows from these
_SHOWN_BY = ("prefix", *_FILED_BY, "suffix")  # what it is shown as, from these


def own_words(contact: Contact, wanted: Wanted, region: str) -> ContactFields:
    """The whole of the person's record after this edit; {} where they have nothing to say of their own any more.

    Args:
        wanted: what the contact should show, as `checked` gives it.
        region: how phone numbers without a country are read ("DE").
    """
    others = [record for record in contact.records if record.source != PERSON]
    base = cast(Mapping[str, Any], fold(others))
    own: dict[str, Any] = dict(next((each.fields for each in contact.records if each.source == PERSON), {}))
    for field in (*BESIDE_NAME, "birthday"):
        if field in wanted:
            _say(own, field, wanted[field], base.get(field))
    if any(field in wanted for field in NAME):
        _say_name(own, wanted, contact, others, base)
    hidden = {**own.pop("hidden", {})}
    for field in LISTS:
        if field in wanted:
            _say_list(own, hidden, field, _understood(field, wanted[field], base, region), base.get(field, []))
    if hidden:
        own["hidden"] = hidden
    return cast(ContactFields, own)


def _say(own: dict[str, Any], field: str, value: Any, base: Any) -> None:
    """The person's value where it differs from the sources'; an empty one says that there is none."""
    own.pop(field, None)
    if value is not None and (value or None) != base:
        own[field] = value


def _say_name(
    own: dict[str, Any], wanted: Wanted, contact: Contact, others: Iterable[SourceRecord], base: Mapping[str, Any]
) -> None:
    """A name is said whole; one that is the sources' own is not said, and empty parts say that there is none."""
    stated = stated_name(in_order(others))
    theirs = {field: stated.get(field, "") for field in NAME}
    now = {field: str(cast(Mapping[str, Any], contact.shown).get(field, "")) for field in NAME}
    parts = {field: _part(field, wanted, now, theirs) for field in _PARTS}
    if "file_as" not in wanted and not _are_equal(parts, now, _FILED_BY):
        parts["file_as"] = theirs["file_as"] if _are_equal(parts, theirs, _FILED_BY) else ""
    asked = wanted.get("display", now["display"])
    if asked == now["display"]:
        if _are_equal(parts, now, _PARTS):
            return
        # a display name made of the parts follows them; with another reading, or of its own, it stays
        follows = follows_parts(contact.shown, cast(ContactFields, parts))
        counted = _SHOWN_BY if parts["given"] or parts["family"] else ("given", "family")
        keeps = not follows or _are_equal(parts, now, counted)
        asked = stated_name(in_order(contact.records)).get("display", "") if keeps else None
    is_theirs = _are_equal(parts, theirs, _PARTS)
    display = asked if asked is not None else theirs["display"] if is_theirs else ""
    for field in NAME:
        own.pop(field, None)
    called = display or full_name(cast(ContactFields, parts))
    if not (is_theirs and called in (theirs["display"], base.get("display", ""))):
        said = {**parts, "display": display}
        own.update({field: value for field, value in said.items() if value} or dict.fromkeys(NAME, ""))


def _are_equal(left: Mapping[str, str], right: Mapping[str, str], fields: Iterable[str]) -> bool:
    return all(left[field] == right[field] for field in fields)


def _part(field: str, wanted: Wanted, now: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    if field not in wanted:
        return now[field]
    return theirs[field] if wanted[field] is None else str(wanted[field])


def _say_list(
    own: dict[str, Any], hidden: dict[str, Any], field: str, wanted: list[Any] | None, base: list[Any]
) -> None:
    """Theirs are the values no source has just so; hidden is what sources say, or said, and the person left out."""
    own.pop(field, None)
    before = hidden.pop(field, [])
    if wanted is None:
        return
    left_out = without(field, [*base, *without(field, before, base)], wanted)
    if left_out:
        hidden[field] = left_out
    theirs = [_with_empty_label(field, value, base) for value in _each_once(field, wanted) if value not in base]
    if theirs:
        own[field] = theirs


def _understood(field: str, wanted: list[Any] | None, base: Mapping[str, Any], region: str) -> list[Any] | None:
    """Phone numbers with their E.164 and extension: as the source read it, for a number that is written as there."""
    if field != "phones" or not wanted:
        return wanted
    again = derived(field)
    theirs = {phone["raw"]: phone for phone in base.get("phones", ())}
    bare = [{part: text for part, text in phone.items() if part not in again} for phone in wanted]
    read = with_e164(cast(ContactFields, {"phones": bare}), region)["phones"]
    return [
        {**plain, **{part: text for part, text in theirs[plain["raw"]].items() if part in again}}
        if plain["raw"] in theirs
        else phone
        for plain, phone in zip(bare, read, strict=True)
    ]


def _each_once(field: str, values: list[Any]) -> list[Any]:
    once: list[Any] = []
    for value in values:
        if not any(same_value(field, value, other) for other in once):
            once.append(value)
    return once


def _with_empty_label(field: str, value: Any, base: list[Any]) -> Any:
    """A label that was taken away is said to be none; a missing one would be filled in from the source."""
    if isinstance(value, str) or "label" in value:
        return value
    labelled = any("label" in other and same_value(field, value, other) for other in base)
    return {**value, "label": ""} if labelled else value
