"""The overrides that an edit leaves in the person's own record of a contact: a pure function.

Only differences from the sources are recorded. A value that equals what the sources have is no override, so every edit
can be undone, and later changes of the sources still appear unless the person hid them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from chalicelib.contacts.contact import Contact
from chalicelib.contacts.contact_fields import LISTS, NAME, OTHER_TEXTS, derived_parts
from chalicelib.contacts.display_name import follows_parts, full_name
from chalicelib.contacts.edit_request import Edit
from chalicelib.contacts.fold_records import by_rank, fold, name_of_records, ordered_for, same_value, without
from chalicelib.contacts.identities import with_e164
from chalicelib.contacts.person_record import own_record
from chalicelib.contacts.source_record import WHOLE_NAME, ContactFields, SourceRecord

_PARTS = tuple(field for field in NAME if field != "display")
_FILED_BY = ("given", "middle", "family")  # `file_as` depends on these
_DISPLAYED = ("prefix", *_FILED_BY, "suffix")  # a computed display name depends on these


def overrides_after(contact: Contact, edit: Edit, region: str) -> ContactFields:
    """The fields of the person's own record after this edit; {} if nothing is overridden.

    Args:
        edit: what the contact should show, as `validate_edit` returns it.
        region: ISO 3166 code of the country of phone numbers without a country code ("DE").
    """
    record = own_record(contact)
    others = [each for each in contact.records if each is not record]
    sources = cast(Mapping[str, Any], fold(others))
    own: dict[str, Any] = {} if record is None else dict(record.fields)
    for field in (*OTHER_TEXTS, "birthday"):
        if field in edit:
            _override(own, field, edit[field], sources.get(field))
    if any(field in edit for field in NAME):
        _override_name(own, _NameEdit.of(contact, others, sources, edit))
    hidden = {**own.pop("hidden", {})}
    for field in LISTS:
        if field in edit:
            values = _with_e164(field, edit[field], sources, region)
            _override_list(own, hidden, field, values, sources.get(field, []))
    if hidden:
        own["hidden"] = hidden
    return cast(ContactFields, own)


def _override(own: dict[str, Any], field: str, value: Any, source_value: Any) -> None:
    """Records the value if it differs from the sources'; an empty one records that there is none."""
    own.pop(field, None)
    if value is not None and (value or None) != source_value:
        own[field] = value


# ── the name


@dataclass(frozen=True, slots=True)
class _NameEdit:
    """An edit of a name, with the name that the contact shows before the edit and the name of the sources."""

    contact: Contact
    edit: Edit
    #: The name of the sources, each of `NAME`; "" if there is none.
    source: Mapping[str, str]
    #: The name that the contact shows before the edit, in the same form.
    shown: Mapping[str, str]
    #: What the sources are called without the person's record, computed if they have no display name.
    source_display: str

    @classmethod
    def of(
        cls, contact: Contact, others: Iterable[SourceRecord], sources: Mapping[str, Any], edit: Edit
    ) -> "_NameEdit":
        stated = name_of_records(ordered_for(by_rank(others), WHOLE_NAME))
        shown = cast(Mapping[str, Any], contact.shown)
        return cls(
            contact,
            edit,
            {field: stated.get(field, "") for field in NAME},
            {field: str(shown.get(field, "")) for field in NAME},
            sources.get("display", ""),
        )

    def parts(self) -> dict[str, str]:
        """The name without its display name, after the edit."""
        parts = {field: self._part(field) for field in _PARTS}
        if "file_as" not in self.edit and not _are_equal(parts, self.shown, _FILED_BY):
            parts["file_as"] = self.source["file_as"] if _are_equal(parts, self.source, _FILED_BY) else ""
        return parts

    def _part(self, field: str) -> str:
        if field not in self.edit:
            return self.shown[field]
        return self.source[field] if self.edit[field] is None else str(self.edit[field])

    def display(self, parts: Mapping[str, str]) -> str | None:
        """The display name after the edit; None to compute it from the parts, or take it from the sources."""
        display: str | None = self.edit.get("display", self.shown["display"])
        if display != self.shown["display"]:
            return display
        if not self._keeps_display(parts):
            return None
        records = ordered_for(by_rank(self.contact.records), WHOLE_NAME)
        return str(name_of_records(records).get("display", ""))

    def changes_nothing(self, parts: Mapping[str, str]) -> bool:
        display = self.edit.get("display", self.shown["display"])
        return display == self.shown["display"] and _are_equal(parts, self.shown, _PARTS)

    def _keeps_display(self, parts: Mapping[str, str]) -> bool:
        """Whether the display name stays although parts changed: it is no combination of them, or none of its changed.

        A changed phonetic name, for example, does not change the display name.
        """
        displayed = _DISPLAYED if parts["given"] or parts["family"] else ("given", "family")
        follows = follows_parts(self.contact.shown, cast(ContactFields, parts))
        return not follows or _are_equal(parts, self.shown, displayed)


def _override_name(own: dict[str, Any], name: _NameEdit) -> None:
    """Records the name as a whole, unless it is the sources' own; empty fields record that there is no name."""
    parts = name.parts()
    if name.changes_nothing(parts):
        return
    is_of_sources = _are_equal(parts, name.source, _PARTS)
    display = name.display(parts)
    if display is None:
        display = name.source["display"] if is_of_sources else ""
    for field in NAME:
        own.pop(field, None)
    called = display or full_name(cast(ContactFields, parts))
    if is_of_sources and called in (name.source["display"], name.source_display):
        return
    whole = {**parts, "display": display}
    own.update({field: value for field, value in whole.items() if value} or dict.fromkeys(NAME, ""))


def _are_equal(left: Mapping[str, str], right: Mapping[str, str], fields: Iterable[str]) -> bool:
    return all(left[field] == right[field] for field in fields)


# ── lists


def _override_list(
    own: dict[str, Any], hidden: dict[str, Any], field: str, values: list[Any] | None, source_values: list[Any]
) -> None:
    """Records values that no source has exactly so, and hides those of the sources that the edit left out.

    Values that were hidden before stay hidden even if no source has them at present.
    """
    own.pop(field, None)
    hidden_before = hidden.pop(field, [])
    if values is None:
        return
    left_out = without(field, [*source_values, *without(field, hidden_before, source_values)], values)
    if left_out:
        hidden[field] = left_out
    added = [
        _with_empty_label(field, value, source_values) for value in _unique(field, values) if value not in source_values
    ]
    if added:
        own[field] = added


def _with_e164(field: str, values: list[Any] | None, sources: Mapping[str, Any], region: str) -> list[Any] | None:
    """Phone numbers with their E.164 and extension; those of a source for a number that is written as there."""
    if field != "phones" or not values:
        return values
    parts = derived_parts(field)
    known = {phone["raw"]: phone for phone in sources.get("phones", ())}
    written = [{part: text for part, text in phone.items() if part not in parts} for phone in values]
    parsed = with_e164(cast(ContactFields, {"phones": written}), region)["phones"]
    return [
        {**plain, **{part: text for part, text in known[plain["raw"]].items() if part in parts}}
        if plain["raw"] in known
        else phone
        for plain, phone in zip(written, parsed, strict=True)
    ]


def _unique(field: str, values: list[Any]) -> list[Any]:
    unique: list[Any] = []
    for value in values:
        if not any(same_value(field, value, other) for other in unique):
            unique.append(value)
    return unique


def _with_empty_label(field: str, value: Any, source_values: list[Any]) -> Any:
    """Records a removed label as empty; an absent one would be filled in from the source."""
    if isinstance(value, str) or "label" in value:
        return value
    has_label = any("label" in other and same_value(field, value, other) for other in source_values)
    return {**value, "label": ""} if has_label else value
