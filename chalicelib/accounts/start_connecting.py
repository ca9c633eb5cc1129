"""Starts connecting an account: which scopes to ask for, and whether the person chooses before anything is imported."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.accounts.begin_consent import BeginConsent, ConsentStarted
from chalicelib.accounts.connection import Connection
from chalicelib.accounts.connection_store import ConnectionStore
from chalicelib.accounts.consent import Choosing
from chalicelib.foundation.errors import InvalidInput, NotFound
from chalicelib.providers.registry import ProviderEntry


@dataclass(frozen=True)
class StartConnecting:
    """Begins a consent with the scopes that the account needs."""

    begin: BeginConsent
    connections: ConnectionStore
    #: The entry of a provider. Raises `NotFound`.
    entry: Callable[[str], ProviderEntry]

    def __call__(
        self,
        owner: str,
        person: str,
        provider: str,
        *,
        connection_id: str | None = None,
        permission: str | None = None,
        chooses: bool = False,
        return_to: str | None = None,
        login_hint: str | None = None,
    ) -> ConsentStarted:
        """Begin.

        Args:
            connection_id: the account to connect again. What it has chosen may need scopes of its own.
            permission: the id of a choice whose scope is to be asked for, so that it can be chosen.
            chooses: whether the person chooses what comes before anything is imported: of a new account, or now that
                there is more to choose.

        Raises:
            NotFound: the provider is unknown or not set up, or has no such account.
            InvalidInput: no choice needs such a permission, or as `BeginConsent`.
        """
        entry = self.entry(provider)
        known = self._known(owner, provider, connection_id)
        if permission is not None and permission not in entry.scopes_of_choices:
            raise InvalidInput("No choice of this provider needs this permission.", field="permission")
        needed = {permission, *(() if known is None else known.chosen or ())}
        choosing = Choosing.NEVER
        if chooses and entry.choices is not None:
            choosing = Choosing.IF_NEW if permission is None else Choosing.NOW
        return self.begin(
            owner,
            person,
            provider,
            return_to=return_to,
            login_hint=login_hint or _hint(known),
            more_scopes=[scope for key, scope in entry.scopes_of_choices.items() if key in needed],
            choosing=choosing,
        )

    def _known(self, owner: str, provider: str, connection_id: str | None) -> Connection | None:
        if not connection_id:
            return None
        known = self.connections.get(owner, connection_id)
        if known.provider != provider:
            raise NotFound("Connection not found.")
        return known


def _hint(known: Connection | None) -> str | None:
    return known.account if known is not None and "@" in known.account else None
