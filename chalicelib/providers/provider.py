"""The interface of a provider: listing contacts (`Provider`) and OAuth (`OAuthClient`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.contacts.source_record import SourceContact, Unreadable
from chalicelib.foundation.json import Json
from chalicelib.providers.choices import Chosen


class PageGone(Exception):
    """The page token is no longer accepted. List from the start."""


class ListLoops(PageGone):
    """A page link leads back to a page that was already read."""


class SyncExpired(Exception):
    """The sync state is too old or unknown. A full listing creates a new one."""


class TokenRefused(Exception):
    """The access token was rejected (401). Refresh it once, then ask for consent again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a provider's contact list."""

    #: Raw contacts in the provider's order. Each is later passed to `Provider.read`.
    records: Sequence[Mapping[str, Json]]
    #: Ids that the provider reports as deleted.
    gone: Sequence[str]
    #: Where the next page starts; None after the last page. Small plain JSON, without tokens.
    cursor: Json | None
    #: On the last page, where the next incremental listing starts; None if the provider gave no sync state.
    sync: Json | None = None
    #: The provider's total number of contacts, used only to show progress.
    estimate: int | None = None
    #: On the last page, the names of the account's labels or folders by id; None if unknown.
    groups: Mapping[str, str] | None = None
    #: The response body, kept for operators; empty if the page was not a single response.
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Grant:
    """A provider's token response."""

    access_token: str = field(repr=False)
    #: None if the response has none. Then the stored one stays valid.
    refresh_token: str | None = field(repr=False)
    #: When the access token expires, in UTC.
    expires_at: datetime
    #: The scopes that were granted, as the provider writes them.
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The provider account that a grant gives access to."""

    #: A stable id: `sub` at Google, `tid:oid` at Microsoft, `hub_id` at HubSpot.
    account_id: str
    #: The email address to show; "" if unknown.
    address: str


class Provider(Protocol):
    """Reads an account's contacts. Methods do not retry or sleep.

    `fetch` may also raise, for every provider:

    - `ProviderBusy`: the provider limits our rate (429, or 503 with or without Retry-After).
    - `ProviderBroken`: the response is unusable (5xx, not JSON, wrong types, too large, timeout, connection refused).
    - `TokenRefused`: the access token was rejected (401).
    - `ConsentNeeded`: a scope or the mailbox is missing (403). `detail` says what the person must do.
    - `Misconfigured`: the API is not enabled, or the client is unknown.
    """

    @property
    def name(self) -> str:
        """ "google" """

    @property
    def title(self) -> str:
        """ "Google" """

    def first_cursor(self, sync: Json | None, chosen: Chosen = None) -> Json:
        """The cursor at which a listing starts: incremental from `sync`, or full if that is None.

        Args:
            chosen: what the listing is limited to; always None of a provider without choices. A sync state is valid
                only for the choice of its listing.
        """

    def fetch(self, access_token: str, cursor: Json, *, timeout: timedelta) -> Page:
        """The page at `cursor`.

        Args:
            timeout: the limit for the whole call, which may send several requests.

        Raises:
            PageGone: the listing must start again.
            SyncExpired: the sync state is no longer accepted.
        """

    def read(self, record: Mapping[str, Json]) -> SourceContact | Unreadable:
        """Convert one raw record. Never raises, whatever the record contains.

        A contact without content is `Unreadable(reason="empty")`, which the import counts as skipped.
        """

    def id_of(self, record: Mapping[str, Json]) -> str:
        """The record's id without reading the rest of it; "" if there is none. Page digests are computed from ids."""


class PastedTokens(Protocol):
    """The access tokens that people make at a provider themselves. They do not expire and cannot be refreshed."""

    @property
    def title(self) -> str: ...

    def check(self, token: str) -> tuple[Grant, Account]:
        """Ask the provider what a token is for.

        Raises:
            InvalidInput: the provider does not accept it.
            ProviderBusy, ProviderBroken: as `OAuthClient`.
        """


class OAuthClient(Protocol):
    """A provider's OAuth client.

    Methods that send requests raise `ProviderBusy`, `ProviderBroken` and `Misconfigured` as `Provider` does.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,
        more_scopes: Sequence[str] = (),
    ) -> str:
        """The provider's consent page: code flow, PKCE S256, offline access, consent prompt, read-only scopes.

        Args:
            more_scopes: scopes that only some choices need.
        """

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        """Exchange an authorization code for tokens.

        Raises:
            ConsentNeeded: the code was rejected (used, expired, or not ours).
        """

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        """Whether the granted scopes allow reading contacts. Wider scopes count too."""

    def refresh(self, refresh_token: str) -> Grant:
        """Get a new access token.

        Raises:
            ConsentNeeded: the refresh token is no longer valid. The person must connect again.
        """

    def revoke(self, refresh_token: str) -> bool:
        """Revoke the grant. Returns False if the provider has no way to revoke one grant.

        A token that the provider no longer knows counts as revoked.
        """
