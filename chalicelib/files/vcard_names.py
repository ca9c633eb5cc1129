"""The properties of a vCard that name a person or an organization."""

from collections.abc import Sequence

from chalicelib.files.vcard_card import VcardFields
from chalicelib.files.vcard_lines import Head
from chalicelib.files.vcard_values import split, texts, unescape

NO_NAME = "(no name)"  # our own export writes it, because a card must have a name
_PARTS = ("family", "given", "middle", "prefix", "suffix")
_ANY_PART = frozenset(_PARTS)
_SPOKEN_ORDER = (3, 1, 2, 0, 4)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd"})
_PHONETIC = {"phonetic_family": 0, "phonetic_given": 1, "phonetic_middle": 2}


def read_formatted_name(card: VcardFields, head: Head, value: str) -> None:
    name = unescape(value)
    if head.parameters and head.parameters.get("DERIVED", "").lower() == "true":
        card.derived_name = name
    elif not (card.is_own and name == NO_NAME):
        card.set("display", name, "Name")


def read_name(card: VcardFields, head: Head, value: str) -> None:
    """Two parts, five, or seven (RFC 9554): family, given, further names, titles before and behind."""
    parts = card.texts(value)
    if head.parameters:
        if sort_as := head.parameters.get("SORT-AS"):
            card.set("file_as", sort_as if card.is_own else sort_as.replace(",", ", "), "File as")
        if "PHONETIC" in head.parameters:
            _set_phonetic(card, parts)
            return
    if len(parts) > len(_PARTS):
        parts = _with_newer_parts(parts)
    fields = card.fields
    if not _ANY_PART.isdisjoint(fields):  # the name in another language or script
        card.set("display", _spoken(parts), "Name")
        return
    for place, text in enumerate(parts):
        if text:
            fields[_PARTS[place]] = text


def _with_newer_parts(parts: list[str]) -> list[str]:
    """The five parts of older versions. A writer should repeat the newer ones in them, but need not."""
    second_family, generation, *others = [*parts[5:], ""]
    family, given, middle, prefix, suffix = parts[:5]
    return [
        _including(family, second_family),
        given,
        middle,
        prefix,
        " ".join(filter(None, (_including(suffix, generation), *others))),
    ]


def _including(text: str, more: str) -> str:
    missing = [word for word in more.split() if word not in text.split()]
    return " ".join(filter(None, (text, *missing)))


def _spoken(parts: Sequence[str]) -> str:
    return " ".join(parts[place] for place in _SPOKEN_ORDER if place < len(parts) and parts[place])


def _set_phonetic(card: VcardFields, parts: Sequence[str]) -> None:
    for field, place in _PHONETIC.items():
        if place < len(parts):
            card.set(field, parts[place], "Phonetic name")


def read_sound(card: VcardFields, head: Head, value: str) -> None:
    """Japanese phones write the reading of a name as a sound; real sounds are kept."""
    if any(word.upper() == "X-IRMC-N" for word in head.types):
        _set_phonetic(card, card.texts(value))
    else:
        card.keep(head.name, value)


def read_nickname(card: VcardFields, _: Head, value: str) -> None:
    for name in split(value, ",") if card.has_lists else (value,):
        card.set("nickname", unescape(name), "Nickname")


def read_organization(card: VcardFields, _: Head, value: str) -> None:
    """An organization and its units, the largest unit first."""
    name, *units = texts(value)
    card.set_organization(name, ", ".join(filter(None, units)))


def undo_mechanical_name(card: VcardFields) -> None:
    """Corrects the parts that abook, which writes no version, makes of a name by cutting it at the last blank."""
    fields = card.fields
    given, family, display = (fields.get(name, "") for name in ("given", "family", "display"))
    if not (given and family) or display not in (f"{given} {family}", given):
        return
    if given == family:
        del fields["family"]
    elif given.endswith(","):
        fields["given"], fields["family"] = family, given[:-1]
    elif family.rstrip(".").lower() in _SUFFIXES:
        del fields["given"], fields["family"]
