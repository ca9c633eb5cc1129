"""The parts of the accounts room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.providers.registry import TITLES

if TYPE_CHECKING:
    from chalicelib.accounts.access_tokens import AccessTokens
    from chalicelib.accounts.begin_consent import BeginConsent
    from chalicelib.accounts.confirm_consent import ConfirmConsent
    from chalicelib.accounts.connect_account import ConnectAccount
    from chalicelib.accounts.connect_with_token import ConnectWithToken
    from chalicelib.accounts.connection import Connection
    from chalicelib.accounts.connection_store import ConnectionStore
    from chalicelib.accounts.consent_store import ConsentStore
    from chalicelib.accounts.disconnect import Disconnect
    from chalicelib.accounts.disconnect_step import DisconnectStep
    from chalicelib.accounts.fingerprint_store import FingerprintStore
    from chalicelib.accounts.finish_consent import FinishConsent
    from chalicelib.accounts.lost_consent import NoteLostConsent
    from chalicelib.accounts.refresh_store import RefreshStore
    from chalicelib.accounts.start_connecting import StartConnecting
    from chalicelib.accounts.token_encryption import TokenSeal
    from chalicelib.books.remove_records import RemoveRecords
    from chalicelib.foundation.dynamo import Write
    from chalicelib.jobs.activity import ActivityKind
    from chalicelib.providers.parts import ProviderParts
    from chalicelib.shared_parts import SharedParts


class AccountsParts:
    """The parts that connect and disconnect accounts, each built on first use."""

    def __init__(
        self, shared: SharedParts, providers: ProviderParts, *, email_writes: Callable[..., Sequence[Write]]
    ) -> None:
        """Args:
        email_writes: the writes that tell an owner by e-mail, of a draft and what it is about.
        """
        self.shared = shared
        self.providers = providers
        self._email_writes = email_writes

    @cached_property
    def connections(self) -> ConnectionStore:
        from chalicelib.accounts.connection_store import ConnectionStore

        return ConnectionStore(self.shared.dynamo, self.shared.settings.people_table, self.shared.clock)

    @cached_property
    def refreshes(self) -> RefreshStore:
        from chalicelib.accounts.refresh_store import RefreshStore

        return RefreshStore(self.shared.dynamo, self.shared.settings.jobs_table, self.shared.clock)

    @cached_property
    def consents(self) -> ConsentStore:
        from chalicelib.accounts.consent_store import ConsentStore

        return ConsentStore(self.shared.dynamo, self.shared.settings.people_table, self.shared.clock)

    @cached_property
    def tokens(self) -> TokenSeal:
        from chalicelib.accounts.token_encryption import TokenSeal

        return TokenSeal(self.shared.seal)

    @cached_property
    def access_tokens(self) -> AccessTokens:
        from chalicelib.accounts.access_tokens import AccessTokens

        return AccessTokens(
            self.connections, self.tokens, self.providers.oauth_client, self.shared.clock, self.note_lost_consent
        )

    @cached_property
    def note_lost_consent(self) -> NoteLostConsent:
        from chalicelib.accounts.lost_consent import NoteLostConsent

        return NoteLostConsent(self.connections, self._told_of_lost_consent)

    @cached_property
    def begin_consent(self) -> BeginConsent:
        from chalicelib.accounts.begin_consent import BeginConsent

        shared, settings = self.shared, self.shared.settings
        return BeginConsent(
            self.consents,
            shared.seal,
            self.providers.consent_client,
            shared.clock,
            settings.public_url,
            tuple(settings.return_to),
        )

    @cached_property
    def start_connecting(self) -> StartConnecting:
        from chalicelib.accounts.start_connecting import StartConnecting

        return StartConnecting(self.begin_consent, self.connections, self.providers.entry)

    @cached_property
    def connect_account(self) -> ConnectAccount:
        from chalicelib.accounts.connect_account import ConnectAccount

        shared = self.shared
        return ConnectAccount(
            self.connections,
            self.refreshes,
            shared.jobs,
            self.tokens,
            self.providers.oauth_client,
            shared.work_queue,
            shared.clock,
            self._noted,
            shared.books.not_erasing_check,
            lambda provider: self.providers.entry(provider).scopes_of_choices,
        )

    @cached_property
    def connect_with_token(self) -> ConnectWithToken:
        from chalicelib.accounts.connect_with_token import ConnectWithToken

        return ConnectWithToken(
            self.connect_account, self.providers.oauth_client, self.providers.pasted_tokens, self.shared.clock
        )

    def _noted(self, owner: str, provider: str) -> Sequence[Write]:
        """The writes that note that a person connected an account."""
        from chalicelib.jobs.activity import ActivityKind

        return self._activity_writes(ActivityKind.CONNECTED, owner, provider)

    def _told_of_lost_consent(self, connection: Connection) -> Sequence[Write]:
        from chalicelib.accounts.reconnect_email import reconnect_email
        from chalicelib.foundation.clock import milliseconds
        from chalicelib.jobs.activity import ActivityKind

        since = str(milliseconds(connection.connected_at))  # once for each time that it was connected
        return [
            *self._activity_writes(ActivityKind.CONSENT_LOST, connection.owner, connection.provider),
            *self._lost_consent_events(connection),
            *self._email_writes(connection.owner, reconnect_email(connection), connection.connection_id, since),
        ]

    def _lost_consent_events(self, connection: Connection) -> Sequence[Write]:
        from chalicelib.foundation.ids import fresh_id
        from chalicelib.jobs.events import EventType, NewEvent

        data = {"connection_id": connection.connection_id, "provider": connection.provider}
        event = NewEvent(f"evt_{fresh_id()}", EventType.CONNECTION_NEEDS_RECONNECT.value, data)
        return self.shared.outbox.writes(connection.owner, [event], self.shared.store_clock.now())

    def _activity_writes(self, kind: ActivityKind, owner: str, provider: str) -> Sequence[Write]:
        return self.shared.activity.noted(kind, self.shared.clock.now(), owner, details={"provider": provider})

    @cached_property
    def finish_consent(self) -> FinishConsent:
        from chalicelib.accounts.finish_consent import FinishConsent

        return FinishConsent(
            self.consents,
            self.connect_account,
            self.shared.seal,
            self.tokens,
            self.providers.oauth_client,
            self.shared.settings.public_url,
            self.providers.issuers,
        )

    @cached_property
    def confirm_consent(self) -> ConfirmConsent:
        from chalicelib.accounts.confirm_consent import ConfirmConsent

        return ConfirmConsent(self.consents, self.connect_account, self.tokens, self.providers.oauth_client)

    @cached_property
    def disconnect(self) -> Disconnect:
        from chalicelib.accounts.disconnect import Disconnect

        return Disconnect(self.connections, self.refreshes, self.shared.jobs, self.shared.work_queue)

    @cached_property
    def disconnect_step(self) -> DisconnectStep:
        from chalicelib.accounts.disconnect_step import DisconnectStep

        return DisconnectStep(
            self.connections, self.tokens, self.providers.oauth_client, self.remove_records, self.fingerprints
        )

    @cached_property
    def fingerprints(self) -> FingerprintStore:
        from chalicelib.accounts.fingerprint_store import FingerprintStore
        from chalicelib.providers.mapping_version import mapping_version

        return FingerprintStore(self.shared.blobs, mapping_version())

    @cached_property
    def remove_records(self) -> RemoveRecords:
        from chalicelib.books.remove_records import RemoveRecords

        shared = self.shared
        return RemoveRecords(shared.jobs, shared.contacts, shared.change_book, shared.clock)

    def find_connection(self, owner: str, connection_id: str) -> Connection | None:
        return self.connections.find(owner, connection_id)

    def count(self, owner: str) -> int:
        """The number of this person's accounts, including disconnected ones."""
        return len(self.connections.of_owner(owner))

    def source_names(self, owner: str) -> Mapping[str, str]:
        """The names of a person's accounts, by source key."""
        return {each.source: f"{TITLES[each.provider]} {each.account}" for each in self.connections.of_owner(owner)}
