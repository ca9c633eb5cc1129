"""The lists of a Google person: an entry says where it comes from, and one of each list counts most."""

from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import line


def entries(listed: Json) -> list[dict[str, Json]]:
    if type(listed) is not list:
        return []
    if len(listed) == 1 and type(listed[0]) is dict:  # what most lists are
        return listed
    return [entry for entry in listed if type(entry) is dict]


def chosen(listed: Json) -> dict[str, Json]:
    """The best of several: one that the person wrote, not one of a profile; then Google's primary one; then the first.

    A profile's name may be the primary one, and would replace the name the person gave the contact.
    """
    found = entries(listed)
    if len(found) < 2:
        return found[0] if found else {}
    return max(found, key=weight)  # the first of equals


def chosen_job(listed: Json) -> dict[str, Json]:
    """The current job, before former ones."""
    found = entries(listed)
    if len(found) < 2:
        return found[0] if found else {}
    return max(found, key=lambda entry: (entry.get("current") is True, weight(entry)))


def chosen_nickname(listed: Json) -> dict[str, Json]:
    """The nickname; maiden names and initials are in the same list, and are not nicknames."""
    return chosen([entry for entry in entries(listed) if is_nickname(entry)])


def is_nickname(entry: dict[str, Json]) -> bool:
    return entry.get("type") not in ("MAIDEN_NAME", "INITIALS")


def others(listed: Json, taken: dict[str, Json]) -> list[dict[str, Json]]:
    """The entries beside the one that counts."""
    return [entry for entry in entries(listed) if entry is not taken]


def weight(entry: dict[str, Json]) -> tuple[bool, bool]:
    metadata = entry.get("metadata")
    if not isinstance(metadata, dict):
        return False, False
    source = metadata.get("source")
    return isinstance(source, dict) and source.get("type") == "CONTACT", metadata.get("primary") is True


def label_of(entry: dict[str, Json]) -> str:
    """The kind of a value: Google's word for it, or the person's own."""
    return line(entry.get("type")) or line(entry.get("formattedType"))
