"""Reads JSContact (RFC 9553, 9555): contacts as JSON objects, with maps where vCard repeats properties.

The keys of these maps mean nothing; `pref` says which value comes first. What is not known is kept as JSON.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.files.encodings import open_text
from chalicelib.files.jcard import properties_of
from chalicelib.files.jscontact_parts import as_written, components, joined, label_of, objects, text_of, words
from chalicelib.files.json_cells import path_of
from chalicelib.files.json_records import Found, records_of_text
from chalicelib.files.partial_dates import PartialDate
from chalicelib.files.records import Card
from chalicelib.files.vcard_card import VcardFields
from chalicelib.files.vcard_fields import add_properties
from chalicelib.files.vcard_groups import GROUP, groups_by_member, groups_of
from chalicelib.files.vcard_messengers import add_account
from chalicelib.files.vcard_values import without_data
from chalicelib.foundation.fast_json import encode_json
from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import web_link

_VERSION = "4.0"  # whose properties a JSContact object may have
_NAME_PARTS = {
    "prefix": ("title",),
    "given": ("given",),
    "middle": ("given2",),
    "family": ("surname", "surname2"),
    "suffix": ("generation", "credential"),
}
_PHONETIC = {"phonetic_given": ("given",), "phonetic_middle": ("given2",), "phonetic_family": ("surname", "surname2")}
_ADDRESS_PARTS = {
    "po_box": ("postOfficeBox",),
    "extended": ("room", "apartment", "floor", "building", "block", "subdistrict", "district", "landmark"),
    "street": ("number", "name", "direction"),
    "city": ("locality",),
    "region": ("region",),
    "postal_code": ("postcode",),
    "country": ("country",),
}
_EVENTS = {"wedding": "anniversary"}
_PLACES = {"birth": "Birthplace", "death": "Place of death"}
_INFORMATION = {"expertise": "Skill", "hobby": "Interest", "interest": "Interest"}
_MAY_BE_URI = ":"


def is_jscontact(value: Json) -> bool:
    """Whether a JSON value has the form of a JSContact object."""
    return isinstance(value, Mapping) and value.get("@type") == "Card"


def read_jscontact(data: bytes, encoding: str = "utf-8") -> Iterator[Card]:
    """The contacts of a file that is one JSContact object, or a list of them."""
    text = open_text(data, encoding).read()
    groups = _groups(text) if '"members"' in text else {}
    for number, found in enumerate(records_of_text(text), 1):
        yield card_of_jscontact(number, _with_groups(found, groups) if groups else found)


def _with_groups(found: Found, groups: Mapping[str, Sequence[str]]) -> Found:
    """The contact with the groups of which it is a member among its keywords."""
    value = found.value
    names = groups_of(text_of(value.get("uid")), groups) if isinstance(value, Mapping) else ()
    if not names or not isinstance(value, Mapping) or value.get("kind") == GROUP:
        return found
    return found._replace(value={**value, "keywords": dict.fromkeys((*words(value.get("keywords")), *names), True)})


def card_of_jscontact(number: int, found: Found) -> Card:
    """The contact in a JSContact object."""
    value = found.value
    if found.problem or not isinstance(value, Mapping):
        return Card(number, found.line, "", {}, (), unreadable=found.problem or "not_an_object")
    fields = _fields(value)
    return fields.card(number, _cells(value), line=found.line, left_out=GROUP if fields.is_group else "")


def _groups(text: str) -> dict[str, list[str]]:
    """The names of the groups of each member."""
    values = [found.value for found in records_of_text(text) if isinstance(found.value, Mapping)]
    named = [_fields(value) for value in values if value.get("kind") == "group"]
    return groups_by_member((group.fields.get("display", ""), group.members) for group in named)


def _fields(entry: Mapping[str, Any]) -> VcardFields:
    card = VcardFields(_VERSION, {})
    for member, value in entry.items():
        _READERS.get(member, _keep)(card, member, value)
    return card


def _cells(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for member, value in entry.items():
        if not member.startswith("@"):
            yield path_of("", member), _shown(_without_data(value) if member == "media" else value)


def _without_data(media: Json) -> Json:
    """The media with summaries of what is in the file."""
    if not isinstance(media, Mapping):
        return media
    return {
        key: {**each, "uri": without_data(text_of(each.get("uri")))} if isinstance(each, Mapping) else each
        for key, each in media.items()
    }


def _shown(value: Json) -> str:
    try:
        return value if isinstance(value, str) else encode_json(value)
    except (ValueError, TypeError, RecursionError):
        return ""


# ── readers


def _keep(card: VcardFields, member: str, value: Json) -> None:
    card.keep(member, _shown(value))


def _ignore(_card: VcardFields, _member: str, _value: Json) -> None:
    """Of a member that says nothing about the person."""


def _uid(card: VcardFields, _: str, value: Json) -> None:
    card.uid = text_of(value)


def _kind(card: VcardFields, member: str, value: Json) -> None:
    kind = text_of(value).lower()
    card.is_group, card.is_organization = kind == "group", kind == "org"
    if kind not in ("individual", "group", "org"):
        _keep(card, member, value)


def _members(card: VcardFields, _: str, value: Json) -> None:
    card.members += words(value)


def _name(card: VcardFields, _: str, value: Json) -> None:
    if not isinstance(value, Mapping):
        return
    parts = components(value)
    for field, kinds in _NAME_PARTS.items():
        card.set(field, " ".join(filter(None, (joined(parts, (kind,)) for kind in kinds))), "Name")
    spoken = components({"components": _as_spoken(value.get("components"))})
    for field, kinds in _PHONETIC.items():
        card.set(field, joined(spoken, kinds), "Phonetic name")
    card.set("display", text_of(value.get("full")) or as_written(value, parts), "Name")
    if isinstance(sort_as := value.get("sortAs"), Mapping):
        filed = (text_of(sort_as.get(kind)) for kind in ("surname", "given"))
        card.set("file_as", ", ".join(filter(None, filed)), "File as")


def _as_spoken(listed: Json) -> list[Json]:
    parts = [part for part in listed if isinstance(part, Mapping)] if isinstance(listed, list) else []
    return [{"kind": part.get("kind"), "value": part.get("phonetic")} for part in parts]


def _nicknames(card: VcardFields, _: str, value: Json) -> None:
    for nickname in objects(value):
        card.set("nickname", text_of(nickname.get("name")), "Nickname")


def _organizations(card: VcardFields, _: str, value: Json) -> None:
    for organization in objects(value):
        units = organization.get("units")
        listed = [unit for unit in units if isinstance(unit, Mapping)] if isinstance(units, list) else []
        names = [text_of(unit.get("name")) for unit in listed]
        card.set_organization(text_of(organization.get("name")), ", ".join(filter(None, names)))


def _titles(card: VcardFields, _: str, value: Json) -> None:
    for title in objects(value):
        if title.get("kind") == "role":
            card.add_custom("Role", text_of(title.get("name")))
        else:
            card.set("title", text_of(title.get("name")), "Title")


def _emails(card: VcardFields, _: str, value: Json) -> None:
    for email in objects(value):
        card.add_email(text_of(email.get("address")), label_of(email))


def _phones(card: VcardFields, _: str, value: Json) -> None:
    for phone in objects(value):
        card.add_number(text_of(phone.get("number")), label_of(phone))


def _addresses(card: VcardFields, _: str, value: Json) -> None:
    for address in objects(value):
        parts = components(address)
        texts = {field: joined(parts, kinds) for field, kinds in _ADDRESS_PARTS.items()}
        known = {field: text for field, text in texts.items() if text}
        if "country" not in known and (code := text_of(address.get("countryCode"))):
            known["country"] = code
        if not parts and (full := text_of(address.get("full"))):
            known["street"] = full
        card.add_address(known, label_of(address))


def _accounts(card: VcardFields, _: str, value: Json) -> None:
    for account in objects(value):
        service = text_of(account.get("service")) or label_of(account)
        add_account(card, text_of(account.get("uri")) or text_of(account.get("user")), service)


def _links(card: VcardFields, _: str, value: Json) -> None:
    for link in objects(value):
        card.add_url(text_of(link.get("uri")), label_of(link))


def _media(card: VcardFields, member: str, value: Json) -> None:
    """The link of a photo; of what is in the file, a hash and a size."""
    for medium in objects(value):
        uri, kind = text_of(medium.get("uri")), text_of(medium.get("kind"))
        link = web_link(uri)
        if kind == "photo" and link and "photo_url" not in card.fields:
            card.fields["photo_url"] = link
        else:
            card.keep(kind or member, without_data(uri))


def _anniversaries(card: VcardFields, _: str, value: Json) -> None:
    for anniversary in objects(value):
        kind, day = text_of(anniversary.get("kind")), _date(anniversary.get("date"))
        if isinstance(place := anniversary.get("place"), Mapping):
            card.add_custom(_PLACES.get(kind, f"Place ({kind})"), text_of(place.get("full")))
        if day is None:
            card.keep("anniversaries", _shown(anniversary))
        elif kind == "birth":
            card.set_birthday(day.text, ())
        else:
            card.add_event(day.text, label_of(anniversary) or _EVENTS.get(kind, kind))


def _date(value: Json) -> PartialDate | None:
    """Of a partial date or of an instant; None if it has none of the parts."""
    if not isinstance(value, Mapping):
        return None
    if instant := text_of(value.get("utc")):
        try:
            day = datetime.fromisoformat(instant)
        except ValueError:
            return None
        return PartialDate(day.year, day.month, day.day)
    parts = [part if type(part) is int and 0 < part < 10_000 else 0 for part in map(value.get, PartialDate._fields)]
    return PartialDate(*parts) if any(parts) else None


def _notes(card: VcardFields, _: str, value: Json) -> None:
    for note in objects(value):
        card.set("notes", text_of(note.get("note")), "Notes")


def _keywords(card: VcardFields, _: str, value: Json) -> None:
    for word in words(value):
        card.add_group(word)


def _languages(card: VcardFields, _: str, value: Json) -> None:
    for language in objects(value):
        card.add_custom("Language", text_of(language.get("language")))


def _information(card: VcardFields, member: str, value: Json) -> None:
    for entry in objects(value):
        kind = text_of(entry.get("kind"))
        card.add_custom(_INFORMATION.get(kind, kind or member), text_of(entry.get("value")))


def _address_of_speech(card: VcardFields, _: str, value: Json) -> None:
    if isinstance(value, Mapping):
        card.add_custom("Grammatical gender", text_of(value.get("grammaticalGender")))
        for pronouns in objects(value.get("pronouns")):
            card.add_custom("Pronouns", text_of(pronouns.get("pronouns")))


def _related(card: VcardFields, member: str, value: Json) -> None:
    """Related people: by their names, or by the ids of their cards, which are only kept."""
    for key, relation in value.items() if isinstance(value, Mapping) else ():
        labels = words(relation.get("relation")) if isinstance(relation, Mapping) else []
        if _MAY_BE_URI in key:
            card.keep(member, f"{key}: {', '.join(labels)}")
        else:
            card.add_relation(key, labels[0] if labels else "")


def _of_vcard(card: VcardFields, _: str, value: Json) -> None:
    """Properties of a vCard that JSContact has no member for, as jCard has them."""
    if isinstance(value, Mapping) and isinstance(listed := value.get("properties"), list):
        add_properties(card, properties_of(listed))


_READERS: Mapping[str, Callable[[VcardFields, str, Json], None]] = {
    **dict.fromkeys(("@type", "@version", "version", "created", "updated", "prodId", "language"), _ignore),
    "uid": _uid,
    "kind": _kind,
    "members": _members,
    "name": _name,
    "nicknames": _nicknames,
    "organizations": _organizations,
    "titles": _titles,
    "emails": _emails,
    "phones": _phones,
    "addresses": _addresses,
    "onlineServices": _accounts,
    "links": _links,
    "media": _media,
    "anniversaries": _anniversaries,
    "notes": _notes,
    "keywords": _keywords,
    "preferredLanguages": _languages,
    "personalInfo": _information,
    "speakToAs": _address_of_speech,
    "relatedTo": _related,
    "vCard": _of_vcard,
}
