"""What an import needs of a provider, whichever it is. Google and Microsoft speak it in `google.py`, `microsoft.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.contacts.contact import SourceContact, Unreadable
from chalicelib.foundation.json import Json

PROVIDERS = ("google", "microsoft")


class PageGone(Exception):
    """The page token is not honoured any more: list from the start."""


class ListLoops(PageGone):
    """The provider led the listing back to a page that it gave before."""


class SyncExpired(Exception):
    """The sync state is too old or unknown: one full listing makes a new one."""


class TokenRefused(Exception):
    """The access token was not accepted (401): refresh once, then ask for consent again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a provider.

    Args:
        records: what was listed, raw, in the order given; each is later passed to `Provider.read`.
        gone: ids the provider explicitly says were deleted.
        cursor: where the next page starts; None after the last one. Plain JSON, small, holds no token of a person.
        sync: on the last page, what the next incremental listing starts from; None when the provider gave none.
        estimate: how many contacts the provider speaks of in all; a hint for the progress, nothing else.
        groups: on the last page, what the account's labels or folders are called, by their ids; None where unknown.
        raw: the answer as it came, where it is one; kept for the operator, so that it need not be encoded again.
    """

    records: Sequence[Mapping[str, Json]]
    gone: Sequence[str]
    cursor: Json | None
    sync: Json | None = None
    estimate: int | None = None
    groups: Mapping[str, str] | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider's token endpoint gave.

    Args:
        refresh_token: None when the answer holds none; then the known one stays in use.
        expires_at: when the access token stops working, UTC.
        scopes: what was really granted, as the provider wrote it.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Whose contacts a grant opens: `account_id` is stable (Google: sub; Microsoft: tid, oid), `address` is shown."""

    account_id: str
    address: str


class Provider(Protocol):
    """Reading contacts. Every call is bounded by `timeout`; none retries or sleeps by itself.

    Each may raise `ProviderBusy` (429, 503 with or without Retry-After), `ProviderBroken` (anything unreadable: 5xx,
    truncated or non-JSON bodies, wrong types, too large, time-outs, refused connections), `TokenRefused` (401),
    `ConsentNeeded` (403 for want of a scope, no mailbox: what the person must do is its `detail`),
    `Misconfigured` (API not enabled, client unknown).
    """

    @property
    def name(self) -> str:
        """ "google" """

    @property
    def title(self) -> str:
        """ "Google" """

    def first_cursor(self, sync: Json | None) -> Json:
        """Where a listing starts: incremental from `sync`, full when it is None."""

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        """The page at `cursor`.

        Raises:
            PageGone: the listing must start again.
            SyncExpired: the sync state is not honoured any more.
        """

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        """One raw record in our words. Never raises for what a provider may send, however hostile.

        A person with nothing at all is `Unreadable(reason="empty")`: the import counts it as skipped.
        """

    def id_of(self, record: Mapping[str, Json]) -> str:
        """The record's own id, cheaply; "" where there is none. Digests of pages are made of these."""


class OAuthClient(Protocol):
    """Consent and tokens. Raises `ProviderBusy`, `ProviderBroken`, `Misconfigured` as `Provider` does."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...

    def authorization_url(self, *, state: str, code_challenge: str, redirect_uri: str, login_hint: str | None) -> str:
        """Where the person says yes: code flow, PKCE S256, offline access, consent prompt, read-only scopes."""

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        """Trade the code for tokens.

        Raises:
            ConsentNeeded: the code is not accepted (used, too old, foreign).
        """

    def lets_read_contacts(self, scopes: Sequence[str]) -> bool:
        """Whether contacts may be read with what was granted (a superset counts)."""

    def refresh(self, refresh_token: str) -> Grant:
        """A new access token.

        Raises:
            ConsentNeeded: the refresh token is dead; the person must connect again.
        """

    def revoke(self, refresh_token: str) -> bool:
        """Take the grant back at the provider; True when the provider did it, False when it offers no way.

        A token the provider does not know any more counts as revoked.
        """
