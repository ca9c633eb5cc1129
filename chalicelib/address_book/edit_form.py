"""The form in which a person edits a contact: what stands in it, and what it asks for when it comes back. Pure."""

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from chalicelib.contacts.members import EDITABLE, MEMBERS, TEXTS
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form

Json = dict[str, Any]

FIELDS = tuple(name for name in TEXTS if name in EDITABLE)  # of one text each
ADDRESS_PARTS = tuple((part.name, part.title) for part in MEMBERS["addresses"].parts)
BLANK_LINES = 2  # to fill in, behind what there is


class Pair(NamedTuple):
    """A list whose values have two fields in the form.

    Args:
        field, label_field: names in the form. value, label: the parts of a value that they show.
    """

    field: str
    label_field: str
    value: str = "value"
    label: str = "label"


PAIRS: Mapping[str, Pair] = {
    "emails": Pair("email", "email_label"),
    "phones": Pair("phone", "phone_label", "raw"),
    "urls": Pair("url", "url_label"),
    "events": Pair("event", "event_label"),
    "relations": Pair("relation", "relation_label"),
    "ims": Pair("im", "im_label"),
    "custom_fields": Pair("custom_field", "custom_field_name", label="name"),
}
LESS_COMMON = (
    *("prefix", "middle", "suffix", "phonetic_given", "phonetic_middle", "phonetic_family", "file_as"),
    *("phonetic_organisation", "events", "relations", "ims", "custom_fields"),
)
_BIRTHDAY = {"day": "birth_day", "month": "birth_month", "year": "birth_year"}


def filled_in(shown: Mapping[str, Any]) -> Json:
    """The form's fields with what a person sees of the contact."""
    fields: Json = {name: shown.get(name, "") for name in FIELDS}
    for member, pair in PAIRS.items():
        pairs = [{"value": each[pair.value], "label": each.get(pair.label, "")} for each in shown.get(member, ())]
        fields[member] = pairs + [{"value": "", "label": ""}] * BLANK_LINES
    parts = [part for part, _ in ADDRESS_PARTS]
    addresses = [{part: each.get(part, "") for part in parts} for each in shown.get("addresses", ())]
    fields["addresses"] = [*addresses, dict.fromkeys(parts, "")]
    fields["groups"] = "\n".join(shown.get("groups", ()))
    birthday = shown.get("birthday") or {}
    return fields | {field: str(birthday.get(part, "")) for part, field in _BIRTHDAY.items()}


def sent_again(form: Form) -> Json:
    """The fields as they were sent, for somebody who must mend one of them."""
    fields: Json = {name: form.text(name) for name in (*FIELDS, "groups", *_BIRTHDAY.values())}
    fields |= {member: _pairs(form, pair) for member, pair in PAIRS.items()}
    return fields | {"addresses": _addresses(form)}


def wanted(form: Form) -> Json:
    """The contact's new values, by member; cleared lines and members that are not in the form are left out.

    Raises:
        InvalidInput: a part of the birthday is no number.
    """
    said: Json = {name: _text(form.text(name)) for name in FIELDS if name in form.fields}
    for member, pair in PAIRS.items():
        if _has(form, pair[:2]):
            said[member] = [_labelled(pair, each) for each in _pairs(form, pair) if each["value"].strip()]
    if _has(form, (f"address_{part}" for part, _ in ADDRESS_PARTS)):
        stripped = [{part: _text(text) for part, text in each.items()} for each in _addresses(form)]
        filled = [{part: text for part, text in each.items() if text} for each in stripped]
        said["addresses"] = [each for each in filled if set(each) - {"label"}]
    if "groups" in form.fields:
        said["groups"] = [line.strip() for line in form.text("groups").splitlines() if line.strip()]
    return said | ({"birthday": _birthday(form)} if _has(form, _BIRTHDAY.values()) else {})


def changed(asked_for: Mapping[str, Any], shown: Mapping[str, Any]) -> Json:
    """The members that differ from what the form was filled in with: what nobody touched is no edit."""
    untouched = wanted(_untouched(shown))
    return {member: value for member, value in asked_for.items() if value != untouched[member]}


def has_less_common(fields: Mapping[str, Any]) -> bool:
    """Whether any field in the collapsed section has a value."""
    return any(
        any(each["value"] or each["label"] for each in fields[name]) if name in PAIRS else fields[name]
        for name in LESS_COMMON
    )


def _untouched(shown: Mapping[str, Any]) -> Form:
    """What a browser sends of the form when nothing in it was changed."""
    fields = filled_in(shown)
    sent: dict[str, list[str]] = {name: [fields[name]] for name in (*FIELDS, "groups", *_BIRTHDAY.values())}
    for member, pair in PAIRS.items():
        sent[pair.field] = [each["value"] for each in fields[member]]
        sent[pair.label_field] = [each["label"] for each in fields[member]]
    for part, _ in ADDRESS_PARTS:
        sent[f"address_{part}"] = [each[part] for each in fields["addresses"]]
    return Form(sent)


def _has(form: Form, names: Iterable[str]) -> bool:
    return any(name in form.fields for name in names)


def _text(text: str) -> str:
    """As it is kept: browsers send line breaks as CR LF."""
    return text.replace("\r\n", "\n").strip()


def _pairs(form: Form, pair: Pair) -> list[dict[str, str]]:
    pairs = zip_longest(form.every(pair.field), form.every(pair.label_field), fillvalue="")
    return [{"value": value, "label": label} for value, label in pairs]


def _addresses(form: Form) -> list[dict[str, str]]:
    names = [part for part, _ in ADDRESS_PARTS]
    columns = zip_longest(*(form.every(f"address_{name}") for name in names), fillvalue="")
    return [dict(zip(names, values, strict=True)) for values in columns]


def _labelled(pair: Pair, sent: Mapping[str, str]) -> dict[str, str]:
    said = {pair.value: _text(sent["value"]), pair.label: sent["label"].strip()}
    return {name: text for name, text in said.items() if text}


def _birthday(form: Form) -> dict[str, int] | None:
    texts = {part: form.text(field).strip() for part, field in _BIRTHDAY.items()}
    return {part: _whole(text, _BIRTHDAY[part]) for part, text in texts.items() if text} or None


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise InvalidInput("Write the birthday in numbers, for example 12, 4 and 1970.", member=field)
    return int(text)
