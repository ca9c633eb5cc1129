"""The main job's room: connect an account, copy its contacts, follow and decide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import NotFound
from chalicelib.provider_imports.follow_import import FollowImport
from chalicelib.shared_parts import SharedParts

if TYPE_CHECKING:
    from chalicelib.accounts.access_tokens import AccessTokens
    from chalicelib.accounts.begin_consent import BeginConsent
    from chalicelib.accounts.confirm_consent import ConfirmConsent
    from chalicelib.accounts.connect_account import ConnectAccount
    from chalicelib.accounts.connection import Connection
    from chalicelib.accounts.connection_store import ConnectionStore
    from chalicelib.accounts.consent_store import ConsentStore
    from chalicelib.accounts.disconnect import Disconnect
    from chalicelib.accounts.finish_consent import FinishConsent
    from chalicelib.accounts.tokens import TokenSeal
    from chalicelib.provider_imports.begin_import import BeginImport
    from chalicelib.provider_imports.cancel_import import CancelImport
    from chalicelib.provider_imports.export_ledger import ExportLedger
    from chalicelib.provider_imports.held_removals import DecideRemovals
    from chalicelib.provider_imports.import_again import ImportAgain
    from chalicelib.provider_imports.list_connections import ListConnections
    from chalicelib.provider_imports.list_imports import ListImports, ReadLedger
    from chalicelib.provider_imports.retry_import import RetryImport
    from chalicelib.providers.provider import OAuthClient, Provider


class Imports(SharedParts):
    """The main job's room."""

    @cached_property
    def connections(self) -> ConnectionStore:
        from chalicelib.accounts.connection_store import ConnectionStore

        return ConnectionStore(self.dynamo, self.settings.people_table, self.clock)

    @cached_property
    def consents(self) -> ConsentStore:
        from chalicelib.accounts.consent_store import ConsentStore

        return ConsentStore(self.dynamo, self.settings.people_table, self.clock)

    @cached_property
    def tokens(self) -> TokenSeal:
        from chalicelib.accounts.tokens import TokenSeal

        return TokenSeal(self.seal)

    @cached_property
    def access(self) -> AccessTokens:
        from chalicelib.accounts.access_tokens import AccessTokens

        return AccessTokens(self.connections, self.tokens, self.authority, self.clock)

    @cached_property
    def begin_consent(self) -> BeginConsent:
        from chalicelib.accounts.begin_consent import BeginConsent

        settings = self.settings
        return BeginConsent(
            self.consents, self.seal, self.authority, self.clock, settings.public_url, tuple(settings.return_to)
        )

    @cached_property
    def connect_account(self) -> ConnectAccount:
        from chalicelib.accounts.connect_account import ConnectAccount

        return ConnectAccount(self.connections, self.jobs, self.tokens, self.authority, self.work_queue, self.clock)

    @cached_property
    def finish_consent(self) -> FinishConsent:
        from chalicelib.accounts.finish_consent import FinishConsent

        return FinishConsent(
            self.consents,
            self.connect_account,
            self.seal,
            self.tokens,
            self.authority,
            self.settings.public_url,
            self.settings.issuers,
        )

    @cached_property
    def confirm_consent(self) -> ConfirmConsent:
        from chalicelib.accounts.confirm_consent import ConfirmConsent

        return ConfirmConsent(self.consents, self.connect_account, self.tokens, self.authority)

    def _find_connection(self, owner: str, connection_id: str) -> Connection | None:
        return self.connections.find(owner, connection_id)

    @cached_property
    def follow_import(self) -> FollowImport:
        has_queue = bool(self.settings.work_queue_url)
        return FollowImport(self.jobs, self._find_connection, self.store_clock, has_queue)

    @cached_property
    def list_imports(self) -> ListImports:
        from chalicelib.provider_imports.list_imports import ListImports

        return ListImports(self.jobs)

    @cached_property
    def read_ledger(self) -> ReadLedger:
        from chalicelib.provider_imports.list_imports import ReadLedger

        return ReadLedger(self.jobs, self.contacts)

    @cached_property
    def export_ledger(self) -> ExportLedger:
        from chalicelib.provider_imports.export_ledger import ExportLedger

        return ExportLedger(self.jobs, self.contacts, self.executor)

    @cached_property
    def cancel_import(self) -> CancelImport:
        from chalicelib.provider_imports.cancel_import import CancelImport

        return CancelImport(self.jobs, self.cancel_job)

    @cached_property
    def begin_import(self) -> BeginImport:
        from chalicelib.provider_imports.begin_import import BeginImport

        return BeginImport(self.connections, self.jobs, self.work_queue)

    @cached_property
    def import_again(self) -> ImportAgain:
        from chalicelib.provider_imports.import_again import ImportAgain

        return ImportAgain(self.begin_import, self.jobs)

    @cached_property
    def retry_import(self) -> RetryImport:
        from chalicelib.provider_imports.retry_import import RetryImport

        return RetryImport(self.begin_import, self.jobs)

    @cached_property
    def decide_removals(self) -> DecideRemovals:
        from chalicelib.provider_imports.held_removals import DecideRemovals

        return DecideRemovals(self.connections, self.jobs, self.work_queue)

    @cached_property
    def list_connections(self) -> ListConnections:
        from chalicelib.provider_imports.list_connections import ListConnections

        return ListConnections(self.connections, self.jobs)

    @property
    def provider_names(self) -> tuple[str, ...]:
        """The providers whose accounts can be connected here."""
        return self.settings.providers

    def count_accounts(self, owner: str) -> int:
        """How many accounts of this person are connected, or were."""
        return len(self.connections.of_owner(owner))

    def source_names(self, owner: str) -> Mapping[str, str]:
        """What people call the sources of their contacts."""
        from chalicelib.provider_imports.status import TITLES

        return {each.source: f"{TITLES[each.provider]} {each.account}" for each in self.connections.of_owner(owner)}

    @cached_property
    def disconnect(self) -> Disconnect:
        from chalicelib.accounts.disconnect import Disconnect

        return Disconnect(self.connections, self.jobs, self.work_queue)

    def authority(self, provider: str) -> OAuthClient:
        """Raises NotFound for a provider that is unknown, or not set up here."""
        self._check_provider(provider)
        return self._google_sign_in if provider == "google" else self._microsoft_sign_in

    def provider(self, provider: str) -> Provider:
        """Raises NotFound as `authority`."""
        self._check_provider(provider)
        return self._google if provider == "google" else self._microsoft

    def _check_provider(self, provider: str) -> None:
        if provider not in self.settings.providers:
            raise NotFound("There is no such provider here.")

    @cached_property
    def _google_sign_in(self) -> OAuthClient:
        from chalicelib.providers.google.oauth import GoogleOAuth

        settings = self.settings
        return GoogleOAuth(
            self.http,
            self.clock,
            settings.google_client_id,
            settings.google_client_secret,
            settings.google_auth_url,
            settings.google_token_url,
            settings.google_revoke_url,
            settings.google_userinfo_url,
        )

    @cached_property
    def _microsoft_sign_in(self) -> OAuthClient:
        from chalicelib.providers.microsoft.oauth import MicrosoftOAuth

        settings = self.settings
        return MicrosoftOAuth(
            self.http,
            self.clock,
            settings.microsoft_client_id,
            settings.microsoft_client_secret,
            settings.microsoft_login_url,
            settings.microsoft_tenant,
        )

    @cached_property
    def _google(self) -> Provider:
        from chalicelib.providers.google.listing import GoogleContacts

        return GoogleContacts(self.http, self.settings.google_people_url, self.clock)

    @cached_property
    def _microsoft(self) -> Provider:
        from chalicelib.providers.microsoft.listing import MicrosoftContacts

        return MicrosoftContacts(self.http, self.settings.microsoft_graph_url, self.clock)
