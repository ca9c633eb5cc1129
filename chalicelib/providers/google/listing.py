"""Lists an account's Google contacts page by page. The last page has a sync token for the next incremental listing.

A contact refers to its labels by id. We fetch the label names beside the first page of every listing, keep them in the
cursor, and add to each raw record the names it needs (`LABELS`), so that records can be read one by one. The last page
has all names, because renaming a label does not change any contact.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.google.errors import error_for
from chalicelib.providers.google.people_client import UNREADABLE_RESPONSE, People, UnexpectedStatus
from chalicelib.providers.google.person import LABELS, source_contact
from chalicelib.providers.google.requested_parts import PERSON_FIELDS
from chalicelib.providers.group_names import GROUPS, hash_of_names
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, SyncExpired

ROOM_FOR_LABELS = 3000  # characters in the cursor; with more labels, we fetch the names for each page again
MOST_LABEL_PAGES = 25
NO_SUCH_LISTING = {400, 404, 405, 501}  # the account has no label list; contacts are imported without labels


_Labels = Callable[[], dict[str, str] | None]  # the names of all labels by id; None if Google does not list them


class GoogleContacts:
    """The `Provider` for Google contacts."""

    name, title = "google", "Google"
    fields = PERSON_FIELDS  # a sync state is valid only for the fields of its listing

    def __init__(self, http: Http, people_url: str, clock: Clock, executor: Executor | None = None) -> None:
        """List contacts.

        Args:
            executor: fetches labels while the first page is fetched; its tasks wait for no others. None: after it.
        """
        self._people, self._clock, self._executor = People(http, people_url), clock, executor

    def first_cursor(self, sync: Json | None) -> Json:
        return {"sync": sync} if sync else {}

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        deadline = Deadline(timeout)
        sync = _token_of(cursor)
        page = cursor.get("page")
        labels = self._labels(access_token, cursor, deadline)
        try:
            payload, raw = self._people.connections(access_token, deadline, page=page, sync=sync)
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return replace(self._page(payload, cursor, labels), raw=raw)
        raise error_for(reply, self._clock.now(), page=page, sync=sync)

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        return source_contact(record)

    def id_of(self, record: Mapping[str, Json]) -> str:
        name = record.get("resourceName") if isinstance(record, dict) else None
        return name if isinstance(name, str) else ""

    def _page(self, payload: dict[str, Json], cursor: Json, labels: _Labels) -> Page:
        people = _list(payload, "connections")
        next_page, next_sync = _text(payload, "nextPageToken"), _text(payload, "nextSyncToken")
        deleted = [person for person in people if _is_deleted(person)]
        records = [person for person in people if not _is_deleted(person)] if deleted else people
        cursor, names = self._with_label_names(records, cursor, labels, is_last=not next_page)
        return Page(
            records=records,
            gone=[name for person in deleted if (name := self.id_of(person))],
            cursor=_next_cursor(cursor, next_page) if next_page else None,
            sync=_sync_state(next_sync, names) if next_sync and not next_page else None,
            estimate=None if "sync" in cursor else _count(payload),
            groups=None if next_page else names,
        )

    def _with_label_names(
        self, records: list[Json], cursor: Json, labels: _Labels, *, is_last: bool
    ) -> tuple[Json, dict[str, str] | None]:
        """Add label names to `records`.

        Returns:
            The cursor with the names if they fit, and the names; None if unknown.
        """
        labeled = [(person, ids) for person in records if (ids := _label_ids(person))]
        if "labels" in cursor:
            names = cursor["labels"]
        elif labeled or is_last or "page" not in cursor:
            names = labels()
            cursor = {**cursor, "labels": names} if len(json.dumps(names)) <= ROOM_FOR_LABELS else cursor
        else:
            return cursor, None
        for person, ids in labeled:
            person[LABELS] = {label: names[label] for label in ids if label in names} if names else {}
        return cursor, names

    def _labels(self, access_token: str, cursor: Json, deadline: Deadline) -> _Labels:
        """Starts to fetch the label names if the page at the cursor certainly needs them."""
        fetch = partial(self._label_names, access_token, deadline)
        is_needed = "page" not in cursor and "labels" not in cursor
        return fetch if self._executor is None or not is_needed else self._executor.start(fetch).result

    def _label_names(self, access_token: str, deadline: Deadline) -> dict[str, str] | None:
        """The names of the person's own labels by id; None if Google does not list them.

        Google's system groups ("My Contacts", "Starred") are left out.
        """
        names: dict[str, str] = {}
        page: str | None = None
        try:
            for _ in range(MOST_LABEL_PAGES):
                payload = self._people.groups(access_token, deadline, page=page)
                groups, page = payload.get("contactGroups"), _next_page_token(payload)
                if not isinstance(groups, list):
                    return None
                names.update(filter(None, map(_label_of, groups)))
                if page is None:
                    return names
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return None  # the list does not end
        meaning = error_for(reply, self._clock.now())
        if reply.status in NO_SUCH_LISTING or isinstance(meaning, ConsentNeeded | Misconfigured):
            return None
        raise meaning


def _token_of(cursor: Json) -> str | None:
    """The sync token of an incremental listing. It is valid only for the fields of the listing that returned it."""
    sync = cursor.get("sync")
    if sync is None:
        return None
    if not isinstance(sync, dict) or sync.get("fields") != PERSON_FIELDS or GROUPS not in sync:
        raise SyncExpired
    return str(sync["token"])


def _sync_state(token: str, names: dict[str, str] | None) -> Json:
    return {"token": token, "fields": PERSON_FIELDS, GROUPS: hash_of_names(names)}


def _next_page_token(payload: dict[str, Json]) -> str | None:
    token = payload.get("nextPageToken")
    return token if isinstance(token, str) and token else None


def _next_cursor(cursor: Json, next_page: str) -> Json:
    return {**cursor, "page": next_page, "trail": extend_trail(cursor.get("trail", ""), next_page)}


def _label_ids(person: Json) -> list[str]:
    ids = []
    for membership in _memberships(person):
        try:
            name = membership["contactGroupMembership"]["contactGroupResourceName"]
        except (KeyError, TypeError):  # a membership of another kind, or no object
            continue
        if name and isinstance(name, str) and name != "contactGroups/myContacts":
            ids.append(name)
    return ids


def _memberships(person: Json) -> list[Json]:
    memberships = person.get("memberships") if isinstance(person, dict) else None
    return memberships if isinstance(memberships, list) else []


def _label_of(group: Json) -> tuple[str, str] | None:
    if not isinstance(group, dict) or group.get("groupType", "USER_CONTACT_GROUP") != "USER_CONTACT_GROUP":
        return None
    key, name = group.get("resourceName"), group.get("formattedName") or group.get("name")
    return (key, name) if isinstance(key, str) and isinstance(name, str) else None


def _is_deleted(person: Json) -> bool:
    metadata = person.get("metadata") if isinstance(person, dict) else None
    return isinstance(metadata, dict) and metadata.get("deleted") is True


def _list(payload: dict[str, Json], member: str) -> list[Json]:
    value = payload.get(member)
    if value is None:
        return []  # the response for an account without contacts is {}
    if not isinstance(value, list):
        raise ProviderBroken(UNREADABLE_RESPONSE)
    return value


def _text(payload: dict[str, Json], member: str) -> str:
    value = payload.get(member)
    if not isinstance(value, str | None):
        raise ProviderBroken(UNREADABLE_RESPONSE)
    return value or ""


def _count(payload: dict[str, Json]) -> int | None:
    value = payload.get("totalItems", payload.get("totalPeople"))
    return value if type(value) is int and value >= 0 else None
