"""The second half of connecting an account: the provider's callback.

The callback creates a connection and an import job, and returns the import. If the consent began in another browser,
nothing is added until the person confirms it. Otherwise a link could trick people into adding a stranger's contacts to
their address book, or into giving away their own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from chalicelib.accounts.connect_account import ChoiceNeeded, ConnectAccount, ImportStarted, NewAccount
from chalicelib.accounts.consent import (
    Consent,
    ConsentUsed,
    ConsentVoid,
    ContactsNotGranted,
    HeldConsent,
    OAuthClients,
    callback_parameter,
    provider_refusal,
    redirect_uri,
    viewer_key_of,
)
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.accounts.token_encryption import StoredTokens, TokenSeal, held_consent_context, verifier_context
from chalicelib.foundation.seal import Seal
from chalicelib.foundation.secret import fresh_secret, sha256_hex
from chalicelib.foundation.setting_kinds import url_origin
from chalicelib.providers.provider import Account, Grant, OAuthClient


@dataclass(frozen=True, slots=True)
class ConfirmationNeeded:
    """The person must confirm adding the contacts of `address` at `title` to the address book of `person`."""

    #: Confirms or declines, once, until the consent expires.
    confirmation_key: str = field(repr=False)
    #: The provider: "google".
    provider: str
    #: What people call the provider: "Google".
    title: str
    #: The account's email address; "" if unknown.
    address: str
    #: The owner's name.
    person: str
    #: The name of the place to return to.
    return_to: str | None


@dataclass(frozen=True)
class FinishConsent:
    """Takes the provider's response to a consent."""

    consents: ConsentStore
    connect: ConnectAccount
    seal: Seal
    tokens: TokenSeal
    oauth_clients: OAuthClients
    public_url: str
    #: By provider, the origins that its callback may name as issuer (RFC 9207).
    issuers: Mapping[str, Collection[str]] = field(default_factory=dict)
    secret: Callable[[], str] = fresh_secret

    def __call__(
        self, provider: str, query: Mapping[str, str], cookie: str | None
    ) -> ImportStarted | ChoiceNeeded | ConfirmationNeeded:
        """Connect the account, or ask the person to confirm it.

        Args:
            query: the parameters of the callback.
            cookie: the binding cookie of this browser.

        Raises:
            ConsentVoid: the state is unknown, expired, another provider's, or was used by another browser. No code is
                sent to the token endpoint.
            ConsentDenied: the person or their administrator declined.
            ContactsNotGranted: access to contacts was not granted.
            ConsentNeeded: the code was rejected.
            ProviderBusy, ProviderBroken, Misconfigured: from the provider.
            Conflict, TooMany: as `ConnectAccount`.
        """
        oauth_client = self.oauth_clients(provider)
        try:
            consent = self._use_consent(provider, query)
        except ConsentUsed as used:
            return self._returned_again(used, provider, cookie)
        if query.get("error"):
            raise provider_refusal(query["error"], oauth_client.title, **_error_fields(consent))
        grant, account = self._exchange(oauth_client, consent, query.get("code"))
        key = viewer_key_of(cookie) if cookie and consent.is_same_browser(cookie) else self.secret()
        new = _new_account(consent, grant, account, key)
        if not oauth_client.can_read_contacts(grant.scopes):
            self.connect.abandon(new)
            detail = (
                f"Select the checkbox for contacts at {oauth_client.title}. We cannot import your contacts without it."
            )
            raise ContactsNotGranted(detail, **_error_fields(consent))
        if consent.is_same_browser(cookie):
            return self.connect.or_choose(new)
        return self.connect.import_of_newer_consent(new) or self._hold(consent, new, oauth_client.title)

    def _returned_again(self, used: ConsentUsed, provider: str, cookie: str | None) -> ImportStarted | ChoiceNeeded:
        """The callback was sent twice by the same browser: return the same import, or the same choice."""
        consent = used.consent
        is_own = isinstance(consent, Consent) and consent.provider == provider and consent.is_same_browser(cookie)
        started = self.connect.find_import(consent, viewer_key_of(cookie)) if cookie and is_own else None
        if started is None:
            raise used
        return started

    def _use_consent(self, provider: str, query: Mapping[str, str]) -> Consent:
        state, issuer = callback_parameter(query, "state"), query.get("iss")
        if state is None:
            raise ConsentVoid("The response has no `state` parameter, so we cannot match it to a request. Start again.")
        if issuer and url_origin(issuer) not in self.issuers.get(provider, ()):
            raise ConsentVoid("The response comes from a different issuer. Start again.")
        return self.consents.use(sha256_hex(state), provider)

    def _exchange(self, oauth_client: OAuthClient, consent: Consent, code: str | None) -> tuple[Grant, Account]:
        if not code:
            raise ConsentVoid("The response has neither a code nor an error. Start again.", **_error_fields(consent))
        verifier = self.seal.open(consent.verifier, verifier_context(consent.owner, consent.consent_id))
        return oauth_client.exchange(
            code=code,
            code_verifier=verifier.decode(),
            redirect_uri=redirect_uri(self.public_url, consent.provider),
        )

    def _hold(self, consent: Consent, new: NewAccount, title: str) -> ConfirmationNeeded:
        key = self.secret()
        held = HeldConsent(
            held_id=sha256_hex(key),
            owner=consent.owner,
            person=consent.person,
            provider=consent.provider,
            return_to=consent.return_to,
            job_id=consent.job_id,
            account=new.account,
            scopes=tuple(new.scopes),
            sealed=self.tokens.encrypt(new.tokens, held_consent_context(consent.owner, sha256_hex(key))),
            expires_at=consent.expires_at,
            choosing=consent.choosing,
        )
        self.consents.hold(held)
        return ConfirmationNeeded(key, consent.provider, title, new.account.address, consent.person, consent.return_to)


def _new_account(consent: Consent, grant: Grant, account: Account, viewer_key: str) -> NewAccount:
    return NewAccount(
        owner=consent.owner,
        person=consent.person,
        provider=consent.provider,
        account=account,
        scopes=grant.scopes,
        tokens=StoredTokens.of(grant),
        job_id=consent.job_id,
        return_to=consent.return_to,
        started_at=consent.started_at,
        viewer_key=viewer_key,
        choosing=consent.choosing,
    )


def _error_fields(consent: Consent) -> dict[str, str]:
    """Fields of the error document, so that a page can offer to try again."""
    return_to = {} if consent.return_to is None else {"return_to": consent.return_to}
    return {"provider": consent.provider, **return_to}
