"""The clients of the providers that are set up, each built on first use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib.foundation.errors import NotFound
from chalicelib.foundation.settings import BadSettings, Settings
from chalicelib.providers.registry import PROVIDERS, ProviderEntry

if TYPE_CHECKING:
    from chalicelib.providers.choices import AccountChoices
    from chalicelib.providers.provider import OAuthClient, PastedTokens, Provider
    from chalicelib.shared_parts import SharedParts

LISTED_AT_ONCE = 16  # accounts whose labels one process can fetch beside their first pages


class ProviderParts:
    """The OAuth and contacts clients, by provider name."""

    def __init__(self, shared: SharedParts) -> None:
        self._shared = shared
        self._oauth_client, self._contacts = cache(self._build_oauth_client), cache(self._build_contacts)
        self._pasted_tokens, self._choices = cache(self._build_pasted_tokens), cache(self._build_choices)

    @property
    def names(self) -> tuple[str, ...]:
        """The providers that are set up."""
        return self._shared.settings.providers

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the providers that are set up."""
        return tuple(PROVIDERS[name].title for name in self.names)

    @cached_property
    def issuers(self) -> Mapping[str, frozenset[str]]:
        """The origins that a provider's callback may name as issuer, by provider name."""
        return {name: PROVIDERS[name].issuers(self._shared.settings) for name in self.names}

    def oauth_client(self, provider: str) -> OAuthClient:
        """The OAuth client of a provider.

        Raises:
            NotFound: the provider is unknown or not set up.
        """
        return self._oauth_client(provider)

    def entry(self, name: str) -> ProviderEntry:
        """The entry of a provider.

        Raises:
            NotFound: the provider is unknown or not set up.
        """
        if name not in self.names:
            raise NotFound("This provider is unknown or not set up.")
        return PROVIDERS[name]

    def consent_client(self, provider: str) -> OAuthClient:
        """The OAuth client of a provider at which people can agree.

        Raises:
            NotFound: the provider is unknown, or set up only for tokens that people make there.
        """
        client = self.oauth_client(provider)
        if not self._shared.settings.offers_consent(provider):
            raise NotFound("Connect this provider with a token.")
        return client

    def pasted_tokens(self, provider: str) -> PastedTokens:
        """What checks the tokens that people make at a provider.

        Raises:
            NotFound: the provider is unknown, or its tokens are not accepted.
        """
        return self._pasted_tokens(provider)

    def accepts_tokens(self, provider: str) -> bool:
        return provider in self.names and self._shared.settings.accepts_tokens(provider)

    def offers_consent(self, provider: str) -> bool:
        return provider in self.names and self._shared.settings.offers_consent(provider)

    def contacts(self, provider: str) -> Provider:
        """The contacts client of a provider.

        Raises:
            NotFound: the provider is unknown or not set up.
        """
        return self._contacts(provider)

    def choices(self, provider: str) -> AccountChoices | None:
        """What lists what can be chosen of a provider's accounts; None if everything comes.

        Raises:
            NotFound: the provider is unknown or not set up.
        """
        return self._choices(provider)

    def _build_oauth_client(self, name: str) -> OAuthClient:
        return self.entry(name).oauth_client(self._shared.settings, self._shared.http, self._shared.clock)

    def _build_contacts(self, name: str) -> Provider:
        shared = self._shared
        executor = shared.executor_of(LISTED_AT_ONCE)
        return self.entry(name).contacts(shared.settings, shared.http, shared.clock, executor)

    def _build_choices(self, name: str) -> AccountChoices | None:
        build = self.entry(name).choices
        return None if build is None else build(self._shared.settings, self._shared.http, self._shared.clock)

    def _build_pasted_tokens(self, name: str) -> PastedTokens:
        build = self.entry(name).pasted_tokens
        if build is None or not self.accepts_tokens(name):
            raise NotFound("Tokens of this provider are not accepted here.")
        return build(self._shared.settings, self._shared.http, self._shared.clock)


def check_providers(settings: Settings, table: Mapping[str, ProviderEntry] = PROVIDERS) -> None:
    """Check that every provider that is set up is in the table, and that each one in the table can be set up.

    Raises:
        BadSettings: a provider is missing in the table, or its setting in `Settings`.
    """
    unknown = {
        f"{name.upper()}_CLIENT_ID": "is set, but this provider is missing in chalicelib/providers/registry.py."
        for name in settings.providers
        if name not in table
    }
    without_setting = {
        f"{name.upper()}_CLIENT_ID": "is no setting yet: add it to chalicelib/foundation/settings.py."
        for name in table
        if not hasattr(settings, f"{name}_client_id")
    }
    if unknown or without_setting:
        raise BadSettings({**unknown, **without_setting})
