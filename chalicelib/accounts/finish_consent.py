"""The second half of connecting an account: the provider sent the person back to us.

No work happens here: what comes back becomes a connection and a job, and the answer is where to watch it. Where the
browser is not the one that began, nothing is added before somebody says so: otherwise anybody could slip their
contacts into somebody else's book, or be made to give away their own, by sending a link.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from chalicelib.accounts.connect_account import ConnectAccount, ImportStarted, NewAccount
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
from chalicelib.accounts.tokens import StoredTokens, TokenSeal, held_consent_context, verifier_context
from chalicelib.foundation.seal import Seal
from chalicelib.foundation.secret import fresh_secret, sha256_hex
from chalicelib.foundation.setting_kinds import url_origin
from chalicelib.providers.provider import Account, Grant, OAuthClient


@dataclass(frozen=True, slots=True)
class ConfirmationNeeded:
    """The question before anything is added: "Add the contacts of `address` at `title` to `person`'s book?"

    Args:
        confirmation_key: answers it, once, for the rest of the consent's ten minutes.
    """

    confirmation_key: str = field(repr=False)
    provider: str
    title: str
    address: str
    person: str
    return_to: str | None


@dataclass(frozen=True)
class FinishConsent:
    """Args:
    issuers: by provider, the origins that may call themselves the issuer of its answer (RFC 9207).
    """

    consents: ConsentStore
    connect: ConnectAccount
    seal: Seal
    tokens: TokenSeal
    oauth_clients: OAuthClients
    public_url: str
    issuers: Mapping[str, Collection[str]] = field(default_factory=dict)
    secret: Callable[[], str] = fresh_secret

    def __call__(
        self, provider: str, query: Mapping[str, str], cookie: str | None
    ) -> ImportStarted | ConfirmationNeeded:
        """Take the provider's answer.

        Args:
            query: the callback's parameters. cookie: what this browser holds of the binding cookie.

        Raises:
            ConsentVoid: the state is unknown, too old, or another provider's, or another browser used it; the token
                endpoint is not asked.
            ConsentDenied, ContactsNotGranted: they said no, or not to the contacts.
            ConsentNeeded: the code was not accepted. ProviderBusy, ProviderBroken, Misconfigured: as the provider says.
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
                f"Tick the box that lets us see your contacts at {oauth_client.title}; without it we cannot import any."
            )
            raise ContactsNotGranted(detail, **_error_fields(consent))
        if consent.is_same_browser(cookie):
            return self.connect(new)
        return self.connect.import_of_newer_consent(new) or self._hold(consent, new, oauth_client.title)

    def _returned_again(self, used: ConsentUsed, provider: str, cookie: str | None) -> ImportStarted:
        """The same browser came back twice: both times it is led to the one import."""
        consent = used.consent
        is_own = isinstance(consent, Consent) and consent.provider == provider and consent.is_same_browser(cookie)
        started = self.connect.find_import(consent, viewer_key_of(cookie)) if cookie and is_own else None
        if started is None:
            raise used
        return started

    def _use_consent(self, provider: str, query: Mapping[str, str]) -> Consent:
        state, issuer = callback_parameter(query, "state"), query.get("iss")
        if state is None:
            raise ConsentVoid("The answer holds no state, so we cannot know what it belongs to. Begin again.")
        if issuer and url_origin(issuer) not in self.issuers.get(provider, ()):
            raise ConsentVoid("The answer comes from somebody else than the provider that was asked. Begin again.")
        return self.consents.use(sha256_hex(state), provider)

    def _exchange(self, oauth_client: OAuthClient, consent: Consent, code: str | None) -> tuple[Grant, Account]:
        if not code:
            raise ConsentVoid("The answer holds neither a code nor an error. Begin again.", **_error_fields(consent))
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
            sealed=self.tokens.sealed(new.tokens, held_consent_context(consent.owner, sha256_hex(key))),
            expires_at=consent.expires_at,
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
    )


def _error_fields(consent: Consent) -> dict[str, str]:
    """What lets a page offer the way on."""
    place = {} if consent.return_to is None else {"return_to": consent.return_to}
    return {"provider": consent.provider, **place}
