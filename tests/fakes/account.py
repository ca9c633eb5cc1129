"""An account at a provider, together with its provider adapter and its OAuth client, in memory.

The account lists its people in pages, remembers what changed for incremental listings, and hands out tokens that begin
with `CANARY`, so that a sweep finds one wherever it should not be.
"""

import copy
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.contacts.source_record import ContactFields, SourceContact, Unreadable
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import ConsentNeeded
from chalicelib.providers.choices import EVERYTHING, OTHER, Choice, ChoiceKind, Chosen
from chalicelib.providers.group_names import GROUPS, hash_of_names
from chalicelib.providers.provider import Account, Grant, Page, PageGone, SyncExpired, TokenRefused

CANARY = "canary-token-"
TOKEN_LIVES = timedelta(hours=1)
SCOPE = "contacts.readonly"


@dataclass(frozen=True, slots=True)
class Person:
    """One entry of the account. `ill` is the reason why it cannot be read, such as "empty" or "too_large"."""

    source_id: str
    name: str = ""
    email: str = ""
    ill: str = ""
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()  # ids

    def fields(self) -> ContactFields:
        given, _, family = self.name.partition(" ")
        fields = ContactFields(given=given, family=family, display=self.name)
        if self.email:
            fields["emails"] = [{"value": self.email}]
        return fields

    def raw(self) -> dict[str, Any]:
        return {"id": self.source_id, "name": self.name, "email": self.email, "ill": self.ill, "was": [*self.aliases]}


@dataclass
class FakeAccount:
    """An account at a provider: its contacts, its labels, and the tokens that it accepts."""

    #: In listing order; an id that occurs twice is one entry listed twice.
    people: list[Person]
    #: Entries per page.
    page_size: int = 4
    account_id: str = "sub-1"
    address: str = "ada@example.org"
    #: Ids in the order in which they were last changed or deleted.
    changes: list[str] = field(default_factory=list)
    #: Names of labels by id; None for an account that does not return them.
    labels: dict[str, str] | None = None
    oldest_sync: int = 0
    listing: int = 0
    shuffles: int = 0
    tokens: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    issued: list[str] = field(default_factory=list)

    # ── what people do to it

    def change(self, person: Person) -> None:
        """A person edits or adds an entry at the provider."""
        places = [place for place, one in enumerate(self.people) if one.source_id == person.source_id]
        for place in places:
            self.people[place] = person
        if not places:
            self.people.append(person)
        self.changes.append(person.source_id)

    def remove(self, source_id: str) -> None:
        self.people = [one for one in self.people if one.source_id != source_id]
        self.changes.append(source_id)

    def expire_pages(self) -> None:
        self.listing += 1

    def expire_syncs(self) -> None:
        self.oldest_sync = len(self.changes) + 1
        self.changes.append("")

    def shuffle_pages(self) -> None:
        """The entries of each page come in another order from now on."""
        self.shuffles += 1

    # ── tokens

    def grant(self, clock: Clock) -> Grant:
        number = len(self.issued)
        access, refresh = f"{CANARY}access-{number}", f"{CANARY}refresh-{number}"
        self.tokens.add(access)
        self.refresh_tokens.add(refresh)
        self.issued += [access, refresh]
        return Grant(access, refresh, clock.now() + TOKEN_LIVES, (SCOPE,))

    def expire_tokens(self) -> None:
        """Access tokens that were used end before their time; a fresh one works at least once."""
        self.tokens -= self.used

    def revoke(self) -> None:
        self.tokens.clear()
        self.refresh_tokens.clear()

    # ── listing

    def page(self, cursor: Mapping[str, Any]) -> Page:
        start, since = cursor["start"], cursor["since"]
        if start and cursor["listing"] != self.listing:
            raise PageGone
        if since is not None and (since < self.oldest_sync or cursor["was_chosen"] != cursor["chosen"]):
            raise SyncExpired
        wanted = self.wanted(cursor["chosen"])
        listed = wanted if since is None else [one for one in wanted if one.source_id in self.changes[since:]]
        shown, end = listed[start : start + self.page_size], start + self.page_size
        random.Random(f"{self.shuffles}/{start}").shuffle(shown) if self.shuffles else None
        gone = self._gone(since, wanted) if start == 0 else ()
        records = [one.raw() | self._labels_of(one) for one in shown]
        if end < len(listed):
            return Page(records, gone, {**cursor, "start": end, "listing": self.listing}, estimate=len(listed))
        chosen = {} if cursor["chosen"] is None else {"chosen": cursor["chosen"]}
        sync = (
            {"since": len(self.changes)}
            | chosen
            | ({} if self.labels is None else {GROUPS: hash_of_names(self.labels)})
        )
        return Page(records, gone, None, sync=sync, estimate=len(listed), groups=copy.copy(self.labels))

    def _labels_of(self, person: Person) -> dict[str, Any]:
        names = self.labels or {}
        return {"labels": {key: names[key] for key in person.labels if key in names}} if self.labels else {}

    def wanted(self, chosen: Sequence[str] | None) -> list[Person]:
        """The people with one of the chosen labels."""
        is_every = chosen is None or EVERYTHING in chosen
        return [one for one in self.people if is_every or not set(chosen or ()).isdisjoint(one.labels)]

    def _gone(self, since: int | None, wanted: Sequence[Person]) -> Sequence[str]:
        here = {one.source_id for one in wanted}
        return () if since is None else [one for one in dict.fromkeys(self.changes[since:]) if one and one not in here]


class FakeProvider:
    """Reads accounts; which one a token opens is known by the token."""

    title = "Google"

    def __init__(self, account: FakeAccount, name: str = "google") -> None:
        self.account, self.name = account, name
        self.fetches = 0

    def first_cursor(self, sync: Any, chosen: Chosen = None) -> dict[str, Any]:
        wanted = None if chosen is None else [*chosen]
        start = {"start": 0, "listing": self.account.listing, "chosen": wanted}
        return {**start, "since": None if sync is None else sync["since"], "was_chosen": (sync or {}).get("chosen")}

    def fetch(self, access_token: str, cursor: Any, *, timeout: timedelta) -> Page:
        self.fetches += 1
        if access_token not in self.account.tokens:
            raise TokenRefused
        self.account.used.add(access_token)
        return self.account.page(cursor)

    def read(self, record: Mapping[str, Any]) -> SourceContact | Unreadable:
        person = Person(record["id"], record["name"], record["email"], record["ill"], tuple(record["was"]))
        if person.ill:
            return Unreadable(person.source_id, person.ill, person.name)
        labels = record.get("labels")
        fields = person.fields() | ({"groups_by_id": labels} if labels else {})
        return SourceContact(person.source_id, fields, person.aliases)

    def id_of(self, record: Mapping[str, Any]) -> str:
        return str(record["id"])


@dataclass
class FakeChoices:
    """What can be chosen of a `FakeAccount`: its labels, and "Other contacts", which it does not have."""

    account: FakeAccount

    def listed(self, access_token: str, *, permitted: Collection[str] = (), timeout: timedelta) -> list[Choice]:
        self._check(access_token)
        labels = (self.account.labels or {}).items()
        return [
            Choice(EVERYTHING, ChoiceKind.ALL, "All contacts", len(self.account.people)),
            *(Choice(key, ChoiceKind.LABEL, name, len(self.account.wanted([key]))) for key, name in labels),
            Choice(OTHER, ChoiceKind.OTHER, "Other contacts", 0 if OTHER in permitted else None),
        ]

    def ids(self, access_token: str, chosen: Chosen, *, timeout: timedelta) -> frozenset[str]:
        self._check(access_token)
        return frozenset(one.source_id for one in self.account.wanted(chosen))

    def _check(self, access_token: str) -> None:
        if access_token not in self.account.tokens:
            raise TokenRefused
        self.account.used.add(access_token)


class AccountOAuthClient:
    """The OAuth client of a `FakeAccount`: accepts the refresh tokens that the account knows."""

    title = "Google"

    def __init__(self, account: FakeAccount, clock: Clock, name: str = "google") -> None:
        self.account, self.clock, self.name = account, clock, name
        self.refreshes = 0
        self.revoked: list[str] = []

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,
        more_scopes: Sequence[str] = (),
    ) -> str:
        return f"https://provider.example/consent?state={state}&code_challenge={code_challenge}"

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        if code != "good":
            raise ConsentNeeded("This consent was used already, or is too old.")
        return self.account.grant(self.clock), Account(self.account.account_id, self.account.address)

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        return SCOPE in scopes

    def refresh(self, refresh_token: str) -> Grant:
        self.refreshes += 1
        if refresh_token not in self.account.refresh_tokens:
            raise ConsentNeeded("Google no longer lets us read your contacts. Connect the account again.")
        return self.account.grant(self.clock)

    def revoke(self, refresh_token: str) -> bool:
        self.revoked.append(refresh_token)
        self.account.revoke()
        return True
