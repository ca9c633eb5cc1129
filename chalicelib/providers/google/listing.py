"""Lists an account's Google contacts page by page. The last page has a sync token for the next incremental listing.

A contact refers to its labels by id. We fetch the label names beside the first page of every listing, keep them in the
cursor, and add to each raw record the names it needs (`LABELS`), so that records can be read one by one. The last page
has all names, because renaming a label does not change any contact.

Google cannot list the contacts of a label. So a listing that is limited to labels reads all contacts and leaves out the
others; where only changes are listed, those are gone. "Other contacts" are a list of their own, which is read first.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded, Misconfigured, ProviderBroken
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http
from chalicelib.providers.choices import CHOSEN, EVERYTHING, OTHER, Chosen, hash_of_choice
from chalicelib.providers.google.errors import error_for
from chalicelib.providers.google.labels import MY_CONTACTS, groups_of, is_in_one_of, listed_labels
from chalicelib.providers.google.people_client import UNREADABLE_RESPONSE, People, UnexpectedStatus
from chalicelib.providers.google.person import LABELS, source_contact
from chalicelib.providers.google.requested_parts import PERSON_FIELDS
from chalicelib.providers.group_names import GROUPS, hash_of_names
from chalicelib.providers.paging import extend_trail
from chalicelib.providers.provider import Page, SyncExpired

ROOM_FOR_LABELS = 3000  # characters in the cursor; with more labels, we fetch the names for each page again
NO_SUCH_LISTING = {400, 404, 405, 501}  # the account has no label list; contacts are imported without labels
PRESENT = "present"  # the key of the chosen labels that exist: one that is deleted changes no contact


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

    def first_cursor(self, sync: Json | None, chosen: Chosen = None) -> Json:
        return {**({"sync": sync} if sync else {}), **({} if chosen is None else {CHOSEN: [*chosen]})}

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        deadline = Deadline(timeout)
        sync = _sync_of(cursor)
        chosen, page = cursor.get(CHOSEN), cursor.get("page")
        if chosen is not None and OTHER in chosen and OTHER not in cursor:
            return self._fetch_other(access_token, cursor, sync.get(OTHER), deadline)
        if chosen is not None and not set(chosen) - {OTHER}:
            return Page([], [], None)  # nothing was chosen
        labels = self._labels(access_token, cursor, deadline)
        try:
            payload, raw = self._people.connections(access_token, deadline, page=page, sync=sync.get("token"))
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return replace(self._page(payload, cursor, labels), raw=raw)
        raise error_for(reply, self._clock.now(), page=page, sync=sync.get("token"))

    def _fetch_other(self, token: str, cursor: Json, sync: str | None, deadline: Deadline) -> Page:
        """A page of "Other contacts". The list of contacts follows, if any of them are chosen."""
        page = cursor.get("page")
        try:
            payload, raw = self._people.other_contacts(token, deadline, page=page, sync=sync)
        except UnexpectedStatus as error:
            reply = error.reply
        else:
            return _page_of_other(payload, cursor, raw)
        meaning = error_for(reply, self._clock.now(), page=page, sync=sync)
        if isinstance(meaning, ConsentNeeded):
            raise ConsentNeeded(
                "Google does not let us read your Other contacts. Connect this account again: select all checkboxes"
                " there, or choose without them what comes.",
                provider="google",
            )
        raise meaning

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        return source_contact(record)

    def id_of(self, record: Mapping[str, Json]) -> str:
        return _id_of(record)

    def _page(self, payload: dict[str, Json], cursor: Json, labels: _Labels) -> Page:
        next_page, next_sync = _text(payload, "nextPageToken"), _text(payload, "nextSyncToken")
        records, gone = _split(_list(payload, "connections"), cursor)
        cursor, names = self._with_label_names(records, cursor, labels, is_last=not next_page)
        if "page" not in cursor:
            _check_present(cursor, names)
        is_complete = not next_page and next_sync and cursor.get(OTHER, next_sync)
        is_limited = "sync" in cursor or CHOSEN in cursor
        return Page(
            records=records,
            gone=gone,
            cursor=_next_cursor(cursor, next_page) if next_page else None,
            sync=_sync_state(next_sync, names, cursor) if is_complete else None,
            estimate=None if is_limited else _count(payload),
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
        try:
            return {
                each.id: each.name for each in listed_labels(self._people, access_token, deadline) if not each.is_system
            }
        except LookupError:
            return None
        except UnexpectedStatus as error:
            reply = error.reply
        meaning = error_for(reply, self._clock.now())
        if reply.status in NO_SUCH_LISTING or isinstance(meaning, ConsentNeeded | Misconfigured):
            return None
        raise meaning


def _sync_of(cursor: Json) -> dict[str, Json]:
    """The sync state of an incremental listing, which is valid only for the fields and the choice of its listing; {}
    in a full one.
    """
    sync = cursor.get("sync")
    if sync is None:
        return {}
    if not isinstance(sync, dict) or sync.get("fields") != PERSON_FIELDS or GROUPS not in sync:
        raise SyncExpired
    if sync.get(CHOSEN) != hash_of_choice(cursor.get(CHOSEN)):
        raise SyncExpired
    return sync


def _sync_state(token: str, names: dict[str, str] | None, cursor: Json) -> Json:
    state = {"token": token, "fields": PERSON_FIELDS, GROUPS: hash_of_names(names)}
    chosen = cursor.get(CHOSEN)
    if chosen is None:
        return state
    other = {OTHER: cursor[OTHER]} if OTHER in cursor else {}
    return {**state, CHOSEN: hash_of_choice(chosen), PRESENT: _present(chosen, names), **other}


def _present(chosen: Sequence[str], names: Mapping[str, str] | None) -> list[str]:
    return [each for each in chosen if each in (names or {})]


def _check_present(cursor: Json, names: Mapping[str, str] | None) -> None:
    """Check that the chosen labels are those of the last import. The contacts of a deleted one have not changed."""
    if "sync" not in cursor or CHOSEN not in cursor or names is None:
        return
    if cursor["sync"].get(PRESENT) != _present(cursor[CHOSEN], names):
        raise SyncExpired


def _split(people: list[Json], cursor: Json) -> tuple[list[Json], list[str]]:
    """The records of a page to import, and the ids that are gone: deleted or, of those that changed, not chosen."""
    deleted = [person for person in people if _is_deleted(person)]
    records = [person for person in people if not _is_deleted(person)] if deleted else people
    left_out: list[Json] = []
    chosen = cursor.get(CHOSEN)
    if chosen is not None and EVERYTHING not in chosen:
        left_out = [person for person in records if not is_in_one_of(person, chosen)]
        records = [person for person in records if is_in_one_of(person, chosen)]
    gone = [*deleted, *(left_out if "sync" in cursor else ())]
    return records, [key for person in gone if (key := _id_of(person))]


def _page_of_other(payload: dict[str, Json], cursor: Json, raw: bytes) -> Page:
    people = _list(payload, "otherContacts")
    next_page, next_sync = _text(payload, "nextPageToken"), _text(payload, "nextSyncToken")
    if next_page:
        following: Json = _next_cursor(cursor, next_page)
    else:
        following = {name: cursor[name] for name in ("sync", CHOSEN) if name in cursor} | {OTHER: next_sync}
    is_last = not next_page and cursor[CHOSEN] == [OTHER]
    return Page(
        records=[person for person in people if not _is_deleted(person)],
        gone=[key for person in people if _is_deleted(person) and (key := _id_of(person))],
        cursor=None if is_last else following,
        sync=_sync_state("", {}, following) if is_last and next_sync else None,
        raw=raw,
    )


def _next_cursor(cursor: Json, next_page: str) -> Json:
    return {**cursor, "page": next_page, "trail": extend_trail(cursor.get("trail", ""), next_page)}


def _label_ids(person: Json) -> list[str]:
    return [group for group in groups_of(person) if group != MY_CONTACTS]


def _id_of(person: Json) -> str:
    name = person.get("resourceName") if isinstance(person, dict) else None
    return name if isinstance(name, str) else ""


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
