"""Connects an account with an access token that the person made at the provider, instead of a consent.

The person is signed in and sends the token in a form of ours, so there is no redirect to protect by a state, a cookie
and a confirmation. The token is sent to its provider once, to check it, and is then stored only encrypted.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.accounts.connect_account import ConnectAccount, ImportStarted, NewAccount
from chalicelib.accounts.consent import ContactsNotGranted, OAuthClients
from chalicelib.accounts.token_encryption import StoredTokens
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.secret import fresh_secret
from chalicelib.providers.provider import PastedTokens


@dataclass(frozen=True)
class ConnectWithToken:
    """Connects an account with a token."""

    connect: ConnectAccount
    oauth_clients: OAuthClients
    #: The tokens of a provider. Raises `NotFound` if it takes none.
    pasted_tokens: Callable[[str], PastedTokens]
    clock: Clock
    secret: Callable[[], str] = fresh_secret

    def __call__(self, owner: str, person: str, provider: str, token: str) -> ImportStarted:
        """Check the token, connect its account, and start a full import.

        Args:
            person: the owner's name.

        Raises:
            NotFound: the provider is unknown, or takes no tokens here.
            InvalidInput: the provider does not accept the token.
            ContactsNotGranted: the token does not allow reading contacts.
            ProviderBusy, ProviderBroken: from the provider.
            Conflict, TooMany: as `ConnectAccount`.
        """
        tokens, started_at = self.pasted_tokens(provider), self.clock.now()
        grant, account = tokens.check(token.strip())
        if not self.oauth_clients(provider).can_read_contacts(grant.scopes):
            detail = f"This token does not allow reading contacts. Allow it at {tokens.title}; then try again."
            raise ContactsNotGranted(detail, provider=provider)
        return self.connect(
            NewAccount(
                owner=owner,
                person=person,
                provider=provider,
                account=account,
                scopes=grant.scopes,
                tokens=StoredTokens.of(grant),
                job_id=fresh_id(),
                return_to=None,
                started_at=started_at,
                viewer_key=self.secret(),
                replaces_tokens=True,
            )
        )
