"""Postal addresses of vCards, in seven parts or in the eighteen of RFC 9554."""

from chalicelib.files.vcard_card import VcardFields
from chalicelib.files.vcard_lines import Head
from chalicelib.files.vcard_values import split

_PARTS = ("po_box", "extended", "street", "city", "region", "postal_code", "country")
_NEWER_PARTS = (
    *("room", "apartment", "floor", "number", "street_name", "building"),
    *("block", "subdistrict", "district", "landmark", "direction"),
)
_IN_STREET = ("number", "street_name", "direction")
_STREET = _PARTS.index("street")


def read_address(card: VcardFields, head: Head, value: str) -> None:
    texts = card.texts(value)
    if len(texts) > len(_PARTS):
        texts = [card.text(part) for part in _seven_or_eighteen(split(value, ";"))]
    address = {_PARTS[place]: text for place, text in enumerate(texts[: len(_PARTS)]) if text}
    if len(texts) > len(_PARTS):
        _add_newer_parts(address, texts[len(_PARTS) :])
    if not address and head.parameters and (whole := head.parameters.get("LABEL", "").strip()):
        address["street"] = whole
    card.add_address(address, card.label(head))


def _seven_or_eighteen(parts: list[str]) -> list[str]:
    """The parts. If there are some too many, a writer has not escaped the semicolons of the street."""
    excess = len(parts) - len(_PARTS)
    if len(parts) >= len(_PARTS) + len(_NEWER_PARTS):
        return parts
    street = "\\;".join(parts[_STREET : _STREET + excess + 1])
    return [*parts[:_STREET], street, *parts[_STREET + excess + 1 :]]


def _add_newer_parts(address: dict[str, str], texts: list[str]) -> None:
    """Adds what the first seven parts do not say. A writer should repeat the newer parts in them, but need not."""
    newer = {name: text for name, text in zip(_NEWER_PARTS, texts, strict=False) if text}
    if "street" not in address and (street := " ".join(newer[name] for name in _IN_STREET if name in newer)):
        address["street"] = street
    known = _words(" ".join(address.values()))
    missing = [text for text in newer.values() if not _words(text) <= known]
    if missing:
        address["extended"] = ", ".join(filter(None, (address.get("extended"), *missing)))


def add_postal_texts(card: VcardFields) -> None:
    """Addresses that are written as one text: one is kept only if it says more than the addresses in parts."""
    known = card.values("addresses")
    words = _words(" ".join(text for address in known for text in address.values()))
    for postal in card.postal_texts:
        if not known and postal.name == "LABEL":
            card.add_address({"street": postal.text}, postal.label)
        elif not _words(postal.text) <= words:
            card.keep(postal.name, postal.text)


def _words(text: str) -> set[str]:
    return set(text.replace(",", " ").replace(";", " ").split())
