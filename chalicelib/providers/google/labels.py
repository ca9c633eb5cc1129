"""The labels of an account, and those of a person: the person's own ones, and a few that Google made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline
from chalicelib.providers.google.people_client import People

PREFIX = "contactGroups/"
MY_CONTACTS = PREFIX + "myContacts"
#: Of Google's own groups, those that people know and can choose.
SYSTEM = tuple(PREFIX + name for name in ("myContacts", "starred", "friends", "family", "coworkers"))
MOST_LABEL_PAGES = 25


@dataclass(frozen=True, slots=True)
class Label:
    """A label of an account."""

    id: str
    name: str
    #: Whether Google made it.
    is_system: bool
    count: int


def listed_labels(people: People, token: str, deadline: Deadline) -> Iterator[Label]:
    """All labels of an account.

    Raises:
        LookupError: Google's answer is not a list, or the list does not end.

    It also raises what `People.groups` raises.
    """
    page: str | None = None
    for _ in range(MOST_LABEL_PAGES):
        payload = people.groups(token, deadline, page=page)
        groups, page = payload.get("contactGroups"), _next_page_token(payload)
        if not isinstance(groups, list):
            raise LookupError
        yield from filter(None, map(_label_of, groups))
        if page is None:
            return
    raise LookupError


def groups_of(person: Json) -> list[str]:
    """The ids of all labels of a person."""
    ids = []
    for membership in _memberships(person):
        try:
            name = membership["contactGroupMembership"]["contactGroupResourceName"]
        except (KeyError, TypeError):  # a membership of another kind, or no object
            continue
        if name and isinstance(name, str):
            ids.append(name)
    return ids


def is_in_one_of(person: Json, chosen: Sequence[str]) -> bool:
    """Whether a person has one of the chosen labels."""
    return any(group in chosen for group in groups_of(person))


def _memberships(person: Json) -> list[Json]:
    memberships = person.get("memberships") if isinstance(person, dict) else None
    return memberships if isinstance(memberships, list) else []


def _label_of(group: Json) -> Label | None:
    if not isinstance(group, dict):
        return None
    key, name = group.get("resourceName"), group.get("formattedName") or group.get("name")
    if not isinstance(key, str) or not isinstance(name, str):
        return None
    count = group.get("memberCount")
    is_system = group.get("groupType", "USER_CONTACT_GROUP") != "USER_CONTACT_GROUP"
    return Label(key, name, is_system, count if type(count) is int and count > 0 else 0)


def _next_page_token(payload: dict[str, Json]) -> str | None:
    token = payload.get("nextPageToken")
    return token if isinstance(token, str) and token else None
