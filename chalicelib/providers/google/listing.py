"""Reading contacts from Google: page by page, with a sync token at the end that lists only changes next time.

A contact names its labels by id only. Their names are asked for with the first page of every listing, an incremental
one too, and travel in the cursor; each raw record gets the names of its own (`LABELS`), so it can be read alone. The
last page tells them all, since a label that is renamed changes no contact.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.google.errors import meaning
from chalicelib.providers.google.people_client import PERSON_FIELDS, UNREADABLE, People, Refused
from chalicelib.providers.google.person import LABELS, source_contact
from chalicelib.providers.group_names import GROUPS, mark_of
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, SyncExpired

ROOM_FOR_LABELS = 3000  # characters in the cursor; who has more labels is asked for them with each page
MOST_LABEL_PAGES = 25
NO_SUCH_LISTING = {400, 404, 405, 501}  # labels cannot be listed here; contacts come without them


class GoogleContacts:
    name, title = "google", "Google"
    fields = PERSON_FIELDS  # a sync state is good only for the fields it was made with

    def __init__(self, http: Http, people_url: str, clock: Clock) -> None:
        self._people, self._clock = People(http, people_url), clock

    def first_cursor(self, sync: Json | None) -> Json:
        return {"sync": sync} if sync else {}

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        deadline = Deadline(timeout)
        sync = _token_of(cursor)
        page = cursor.get("page")
        try:
            answer, raw = self._people.connections(access_token, deadline, page=page, sync=sync)
        except Refused as refused:
            reply = refused.reply
        else:
            return replace(self._page(answer, access_token, cursor, deadline), raw=raw)
        raise meaning(reply, self._clock.now(), page=page, sync=sync)

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        return source_contact(record)

    def id_of(self, record: Mapping[str, Json]) -> str:
        name = record.get("resourceName") if isinstance(record, dict) else None
        return name if isinstance(name, str) else ""

    def _page(self, answer: dict[str, Json], access_token: str, cursor: Json, deadline: Deadline) -> Page:
        people = _list(answer, "connections")
        following, next_sync = _text(answer, "nextPageToken"), _text(answer, "nextSyncToken")
        records = [person for person in people if not _is_deleted(person)]
        cursor, names = self._named(records, cursor, access_token, deadline, is_last=not following)
        return Page(
            records=records,
            gone=[gone for person in people if _is_deleted(person) and (gone := self.id_of(person))],
            cursor=_onward(cursor, following) if following else None,
            sync=_sync_state(next_sync, names) if next_sync and not following else None,
            estimate=None if "sync" in cursor else _count(answer),
            groups=None if following else names,
        )

    def _named(
        self, records: list[Json], cursor: Json, access_token: str, deadline: Deadline, *, is_last: bool
    ) -> tuple[Json, dict[str, str] | None]:
        """Write the names of labels into `records`; the cursor that knows them, and the names where they are known."""
        labeled = [(person, ids) for person in records if (ids := _label_ids(person))]
        if "labels" in cursor:
            names = cursor["labels"]
        elif labeled or is_last or "page" not in cursor:
            names = self._label_names(access_token, deadline)
            cursor = {**cursor, "labels": names} if len(json.dumps(names)) <= ROOM_FOR_LABELS else cursor
        else:
            return cursor, None
        for person, ids in labeled:
            person[LABELS] = {label: names[label] for label in ids if label in names} if names else {}
        return cursor, names

    def _label_names(self, access_token: str, deadline: Deadline) -> dict[str, str] | None:
        """The person's own labels by id; None where Google does not tell them.

        Google's own groups ("My Contacts", "Starred") are not theirs.
        """
        names: dict[str, str] = {}
        page: str | None = None
        try:
            for _ in range(MOST_LABEL_PAGES):
                answer = self._people.groups(access_token, deadline, page=page)
                groups, page = answer.get("contactGroups"), _further_page(answer)
                if not isinstance(groups, list):
                    return None
                names.update(filter(None, map(_named_group, groups)))
                if page is None:
                    return names
        except Refused as refused:
            reply = refused.reply
        else:
            return None  # a list without end
        problem = meaning(reply, self._clock.now())
        if reply.status in NO_SUCH_LISTING or isinstance(problem, ConsentNeeded | Misconfigured):
            return None
        raise problem


def _token_of(cursor: Json) -> str | None:
    """The sync token. It is good only for the very fields it was made with."""
    sync = cursor.get("sync")
    if sync is None:
        return None
    if not isinstance(sync, dict) or sync.get("fields") != PERSON_FIELDS or GROUPS not in sync:
        raise SyncExpired
    return str(sync["token"])


def _sync_state(token: str, names: dict[str, str] | None) -> Json:
    return {"token": token, "fields": PERSON_FIELDS, GROUPS: mark_of(names)}


def _further_page(answer: dict[str, Json]) -> str | None:
    token = answer.get("nextPageToken")
    return token if isinstance(token, str) and token else None


def _onward(cursor: Json, following: str) -> Json:
    return {**cursor, "page": following, "trail": extend_trail(cursor.get("trail", ""), following)}


def _label_ids(person: Json) -> list[str]:
    memberships = person.get("memberships") if isinstance(person, dict) else None
    found = map(_group_of, memberships) if isinstance(memberships, list) else ()
    return [group for group in found if group and group != "contactGroups/myContacts"]


def _group_of(membership: Json) -> str:
    group = membership.get("contactGroupMembership") if isinstance(membership, dict) else None
    name = group.get("contactGroupResourceName") if isinstance(group, dict) else None
    return name if isinstance(name, str) else ""


def _named_group(group: Json) -> tuple[str, str] | None:
    if not isinstance(group, dict) or group.get("groupType", "USER_CONTACT_GROUP") != "USER_CONTACT_GROUP":
        return None
    key, name = group.get("resourceName"), group.get("formattedName") or group.get("name")
    return (key, name) if isinstance(key, str) and isinstance(name, str) else None


def _is_deleted(person: Json) -> bool:
    metadata = person.get("metadata") if isinstance(person, dict) else None
    return isinstance(metadata, dict) and metadata.get("deleted") is True


def _list(answer: dict[str, Json], member: str) -> list[Json]:
    value = answer.get(member)
    if value is None:
        return []  # an account without contacts answers {}
    if not isinstance(value, list):
        raise ProviderBroken(UNREADABLE)
    return value


def _text(answer: dict[str, Json], member: str) -> str:
    value = answer.get(member)
    if not isinstance(value, str | None):
        raise ProviderBroken(UNREADABLE)
    return value or ""


def _count(answer: dict[str, Json]) -> int | None:
    value = answer.get("totalItems", answer.get("totalPeople"))
    return value if type(value) is int and value >= 0 else None
