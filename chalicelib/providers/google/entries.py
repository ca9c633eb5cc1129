"""The lists in a Google person. Each entry names its source; we choose one entry of a list as the preferred one."""

from collections.abc import Callable

from chalicelib.foundation.json import Json
from chalicelib.providers.field_parsers import one_line


def entries(listed: Json) -> list[dict[str, Json]]:
    """The entries of a list that are objects; [] for anything that is not a list."""
    if type(listed) is not list:
        return []
    if len(listed) == 1 and type(listed[0]) is dict:  # by far the most common case
        return listed
    return [entry for entry in listed if type(entry) is dict]


def preferred_entry(listed: Json) -> dict[str, Json]:
    """The entry the person wrote, else Google's primary one, else the first; {} for an empty list.

    The primary name may come from the contact's own profile. It must not replace the name the person chose.
    """
    candidates = entries(listed)
    if len(candidates) < 2:
        return candidates[0] if candidates else {}
    return max(candidates, key=priority)  # the first of several with the same priority


def by_priority(listed: Json) -> list[dict[str, Json]]:
    """The entries, with the preferred one first."""
    candidates = entries(listed)
    return candidates if len(candidates) < 2 else sorted(candidates, key=priority, reverse=True)


def current_job(listed: Json) -> dict[str, Json]:
    """The preferred entry of `organizations`, where current jobs come before former ones."""
    candidates = entries(listed)
    if len(candidates) < 2:
        return candidates[0] if candidates else {}
    return max(candidates, key=lambda entry: (entry.get("current") is True, priority(entry)))


def preferred_nickname(listed: Json) -> dict[str, Json]:
    """The preferred entry of `nicknames`, which also lists maiden names and initials."""
    return preferred_entry([entry for entry in entries(listed) if is_nickname(entry)])


def is_nickname(entry: dict[str, Json]) -> bool:
    return entry.get("type") not in ("MAIDEN_NAME", "INITIALS")


def other_entries(listed: Json, choose: Callable[[Json], dict[str, Json]] = preferred_entry) -> list[dict[str, Json]]:
    """All entries except the preferred one, as chosen by `choose`."""
    if type(listed) is not list or len(listed) < 2:  # by far the most common case
        return []
    preferred = choose(listed)
    return [entry for entry in entries(listed) if entry is not preferred]


def priority(entry: dict[str, Json]) -> tuple[bool, bool]:
    """A sort key: entries that the person wrote, then primary ones."""
    metadata = entry.get("metadata")
    if not isinstance(metadata, dict):
        return False, False
    source = metadata.get("source")
    return isinstance(source, dict) and source.get("type") == "CONTACT", metadata.get("primary") is True


def label_of(entry: dict[str, Json]) -> str:
    """The label of a value: Google's type, or the person's own label."""
    return one_line(entry.get("type")) or one_line(entry.get("formattedType"))
