"""What a person can choose of a Google account: everything, labels, and "Other contacts"."""

from collections.abc import Callable, Collection
from datetime import timedelta

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.choices import EVERYTHING, OTHER, Choice, ChoiceKind, Chosen
from chalicelib.providers.google.errors import error_for
from chalicelib.providers.google.labels import SYSTEM, Label, is_in_one_of, listed_labels
from chalicelib.providers.google.people_client import UNREADABLE_RESPONSE, People, UnexpectedStatus

MOST_PAGES = 200  # of contacts; Google keeps far fewer in one account


class GoogleChoices:
    """The `AccountChoices` for Google."""

    def __init__(self, http: Http, people_url: str, clock: Clock) -> None:
        self._people, self._clock = People(http, people_url), clock

    def listed(self, access_token: str, *, permitted: Collection[str] = (), timeout: timedelta) -> list[Choice]:
        deadline = Deadline(timeout)
        try:
            everything = _count(self._people.memberships(access_token, deadline, size=1), "totalItems", "totalPeople")
            labels = self._labels(access_token, deadline)
            is_allowed = OTHER in permitted
            other = self._people.other_ids(access_token, deadline, size=1) if is_allowed else {}
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return [
                Choice(EVERYTHING, ChoiceKind.ALL, "All contacts", everything),
                *(Choice(each.id, ChoiceKind.LABEL, each.name, each.count) for each in labels),
                Choice(OTHER, ChoiceKind.OTHER, "Other contacts", _count(other, "totalSize") if is_allowed else None),
            ]
        raise error_for(reply, self._clock.now())

    def ids(self, access_token: str, chosen: Chosen, *, timeout: timedelta) -> frozenset[str]:
        deadline = Deadline(timeout)
        found: set[str] = set()
        try:
            if chosen is None or EVERYTHING in chosen or set(chosen) - {OTHER}:
                people = _all_of(
                    "connections", lambda page: self._people.memberships(access_token, deadline, page=page)
                )
                is_every = chosen is None or EVERYTHING in chosen
                found |= {_id(each) for each in people if is_every or is_in_one_of(each, chosen or ())}
            if chosen is not None and OTHER in chosen:
                others = _all_of(
                    "otherContacts", lambda page: self._people.other_ids(access_token, deadline, page=page)
                )
                found |= set(map(_id, others))
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return frozenset(found - {""})
        raise error_for(reply, self._clock.now())

    def _labels(self, token: str, deadline: Deadline) -> list[Label]:
        """The labels that can be chosen, Google's own first; of those only the ones that have contacts."""
        try:
            labels = list(listed_labels(self._people, token, deadline))
        except LookupError:
            return []
        own = sorted((each for each in labels if not each.is_system), key=lambda each: each.name.casefold())
        return [each for each in labels if each.id in SYSTEM and each.count] + own


def _all_of(member: str, fetch: Callable[[str | None], dict[str, Json]]) -> list[Json]:
    """The items of all pages."""
    items: list[Json] = []
    page: str | None = None
    for _ in range(MOST_PAGES):
        payload = fetch(page)
        listed, page = payload.get(member, []), payload.get("nextPageToken") or None
        if not isinstance(listed, list) or not isinstance(page, str | None):
            raise ProviderBroken(UNREADABLE_RESPONSE)
        items += [each for each in listed if isinstance(each, dict)]
        if page is None:
            return items
    raise ProviderBroken("Google's list does not end.")


def _id(person: Json) -> str:
    key = person.get("resourceName")
    return key if isinstance(key, str) else ""


def _count(payload: dict[str, Json], *members: str) -> int | None:
    """The number in the first of these members; 0 if none is there, as of an empty list."""
    value = next((payload[member] for member in members if member in payload), 0)
    return value if type(value) is int and value >= 0 else None
