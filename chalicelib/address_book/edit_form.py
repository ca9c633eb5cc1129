"""The form in which a person edits a contact: what stands in it, and what it asks for when it comes back. Pure."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.forms import Form

Json = dict[str, Any]

TEXTS = ("given", "family", "display", "nickname", "organisation", "department", "title", "notes")
ADDRESS_PARTS = (
    ("street", "Street"),
    ("postal_code", "Postal code"),
    ("city", "City"),
    ("region", "Region"),
    ("country", "Country"),
    ("label", "Kind"),
)
BLANK_LINES = 2  # to fill in, behind what there is
_PAIRS = {"emails": ("email", "value"), "phones": ("phone", "raw"), "urls": ("url", "value")}
_BIRTHDAY = {"day": "birth_day", "month": "birth_month", "year": "birth_year"}


def filled_in(shown: Mapping[str, Any]) -> Json:
    """The form's fields with what a person sees of the contact."""
    fields: Json = {name: shown.get(name, "") for name in TEXTS}
    for member, (_, value) in _PAIRS.items():
        pairs = [{"value": each[value], "label": each.get("label", "")} for each in shown.get(member, ())]
        fields[member] = pairs + [{"value": "", "label": ""}] * BLANK_LINES
    parts = [part for part, _ in ADDRESS_PARTS]
    addresses = [{part: each.get(part, "") for part in parts} for each in shown.get("addresses", ())]
    fields["addresses"] = [*addresses, dict.fromkeys(parts, "")]
    fields["groups"] = "\n".join(shown.get("groups", ()))
    birthday = shown.get("birthday") or {}
    return fields | {field: str(birthday.get(part, "")) for part, field in _BIRTHDAY.items()}


def sent_again(form: Form) -> Json:
    """The fields as they were sent, for somebody who must mend one of them."""
    fields: Json = {name: form.text(name) for name in (*TEXTS, "groups", *_BIRTHDAY.values())}
    fields |= {member: _pairs(form, field) for member, (field, _) in _PAIRS.items()}
    return fields | {"addresses": _addresses(form)}


def wanted(form: Form) -> Json:
    """What the contact is to say, by member; a line that was cleared is left out.

    Raises:
        InvalidInput: a part of the birthday is no number.
    """
    said: Json = {name: _text(form.text(name)) for name in TEXTS}
    for member, (field, value) in _PAIRS.items():
        said[member] = [_labeled(value, each) for each in _pairs(form, field) if each["value"].strip()]
    stripped = [{part: _text(text) for part, text in each.items()} for each in _addresses(form)]
    filled = [{part: text for part, text in each.items() if text} for each in stripped]
    said["addresses"] = [each for each in filled if set(each) - {"label"}]
    said["groups"] = [line.strip() for line in form.text("groups").splitlines() if line.strip()]
    return said | {"birthday": _birthday(form)}


def changed(asked_for: Mapping[str, Any], shown: Mapping[str, Any]) -> Json:
    """The members that differ from what the form was filled in with: what nobody touched is no edit."""
    untouched = wanted(_untouched(shown))
    return {member: value for member, value in asked_for.items() if value != untouched[member]}


def _untouched(shown: Mapping[str, Any]) -> Form:
    """What a browser sends of the form when nothing in it was changed."""
    fields = filled_in(shown)
    sent: dict[str, list[str]] = {name: [fields[name]] for name in (*TEXTS, "groups", *_BIRTHDAY.values())}
    for member, (field, _) in _PAIRS.items():
        sent[field] = [each["value"] for each in fields[member]]
        sent[f"{field}_label"] = [each["label"] for each in fields[member]]
    for part, _ in ADDRESS_PARTS:
        sent[f"address_{part}"] = [each[part] for each in fields["addresses"]]
    return Form(sent)


def _text(text: str) -> str:
    """As it is kept: browsers send line breaks as CR LF."""
    return text.replace("\r\n", "\n").strip()


def _pairs(form: Form, field: str) -> list[dict[str, str]]:
    pairs = zip_longest(form.every(field), form.every(f"{field}_label"), fillvalue="")
    return [{"value": value, "label": label} for value, label in pairs]


def _addresses(form: Form) -> list[dict[str, str]]:
    names = [part for part, _ in ADDRESS_PARTS]
    columns = zip_longest(*(form.every(f"address_{name}") for name in names), fillvalue="")
    return [dict(zip(names, values, strict=True)) for values in columns]


def _labeled(value: str, pair: Mapping[str, str]) -> dict[str, str]:
    said = {value: pair["value"].strip(), "label": pair["label"].strip()}
    return {name: text for name, text in said.items() if text}


def _birthday(form: Form) -> dict[str, int] | None:
    texts = {part: form.text(field).strip() for part, field in _BIRTHDAY.items()}
    return {part: _whole(text, _BIRTHDAY[part]) for part, text in texts.items() if text} or None


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise InvalidInput("Write the birthday in numbers, for example 12, 4 and 1970.", member=field)
    return int(text)
