"""The first half of connecting an account: send the person to their provider, and bind the browser with a cookie."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from chalicelib.accounts.consent import LIFE, Choosing, Consent, OAuthClients, redirect_uri
from chalicelib.accounts.consent_store import ConsentStore
from chalicelib.accounts.token_encryption import verifier_context
from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.seal import Seal
from chalicelib.foundation.secret import fresh_secret, pkce_challenge, sha256_hex

LONGEST_LOGIN_HINT = 320  # characters; the longest email address
LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class ConsentStarted:
    """A consent that has started, and the page where the person continues."""

    authorization_url: str
    #: Reserved for the import. The job exists only after the consent was given.
    job_id: str
    #: The value of the cookie that recognizes this browser, valid for ten minutes.
    binding: str = field(repr=False)


@dataclass(frozen=True)
class BeginConsent:
    """Starts a consent at a provider."""

    consents: ConsentStore
    seal: Seal
    oauth_clients: OAuthClients
    clock: Clock
    public_url: str
    #: The allowed values of `return_to`.
    places: Collection[str] = ()
    secret: Callable[[], str] = fresh_secret

    def __call__(
        self,
        owner: str,
        person: str,
        provider: str,
        *,
        return_to: str | None = None,
        login_hint: str | None = None,
        more_scopes: Sequence[str] = (),
        choosing: Choosing = Choosing.NEVER,
    ) -> ConsentStarted:
        """Store a consent and return the provider's consent page.

        Args:
            person: the owner's name, for the question before adding contacts from another browser.
            return_to: the name of the place to return to.
            login_hint: the account's email address, to preselect it.
            more_scopes: scopes to ask for that only some choices need.
            choosing: when the person chooses what comes.

        Raises:
            NotFound: the provider is unknown or not set up.
            InvalidInput: `return_to` or `login_hint` is not valid.
        """
        oauth_client = self.oauth_clients(provider)
        self._check(return_to, login_hint)
        state, verifier, binding = self.secret(), self.secret(), self.secret()
        consent_id = sha256_hex(state)
        consent = Consent(
            consent_id=consent_id,
            owner=owner,
            person=person[:LONGEST_LABEL],
            provider=provider,
            return_to=return_to,
            binding=sha256_hex(binding),
            verifier=self.seal.seal(verifier.encode(), verifier_context(owner, consent_id)),
            job_id=fresh_id(),
            expires_at=self.clock.now() + LIFE,
            choosing=choosing,
        )
        self.consents.add(consent)
        url = oauth_client.authorization_url(
            state=state,
            code_challenge=pkce_challenge(verifier),
            redirect_uri=redirect_uri(self.public_url, provider),
            login_hint=login_hint,
            more_scopes=more_scopes,
        )
        return ConsentStarted(url, consent.job_id, binding)

    def _check(self, return_to: str | None, login_hint: str | None) -> None:
        if return_to is not None and return_to not in self.places:
            known = ", ".join(sorted(self.places)) or "none"
            raise InvalidInput(f"return_to must be one of: {known}.", field="return_to")
        if login_hint is not None and (len(login_hint) > LONGEST_LOGIN_HINT or not login_hint.isprintable()):
            raise InvalidInput("login_hint must be an email address.", field="login_hint")
