"""The second half of signing in: the issuer's callback, with a code that we exchange for an id token.

Only the browser that began can finish, and only with the response to its own attempt. Otherwise an attacker could send
a link that signs people in to the attacker's account, and then read what they enter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ServiceError
from chalicelib.foundation.http import Person
from chalicelib.foundation.json import Json
from chalicelib.foundation.organizations import OrganizationClaims
from chalicelib.foundation.secret import secrets_match
from chalicelib.foundation.signed_tokens import BadToken, SignedTokens, person_from_claims
from chalicelib.signing_in.issuer import NAME, Issuer, misconfigured, unavailable
from chalicelib.signing_in.sign_in_attempt import Attempt, SignInDenied, SignInVoid, read_attempt
from chalicelib.signing_in.verified_email import verified_email

LONGEST_CODE = 4_096  # characters
_REFUSED = {"access_denied", "account_selection_required", "consent_required", "interaction_required", "login_required"}
_LATER = {"server_error", "temporarily_unavailable"}


class Codes(Protocol):
    """Exchanges codes for id tokens."""

    def id_token(self, code: str, verifier: str) -> str:
        """Exchange a code for an id token.

        Raises:
            SignInVoid, Misconfigured, Unavailable: as `TokenEndpoint.id_token`.
        """


class NewSessions(Protocol):
    """Creates and ends sessions."""

    def begin(self, person: Person) -> str: ...
    def end(self, cookie_value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who has signed in."""

    #: The value of the session's cookie.
    cookie_value: str = field(repr=False)
    #: The path of this service to open.
    to: str


@dataclass(frozen=True)
class FinishSignIn:
    """Takes the issuer's response to an attempt."""

    issuer: Issuer
    codes: Codes
    #: Checks id tokens, whose audience is the client of our pages.
    tokens: SignedTokens
    sessions: NewSessions
    clock: Clock
    #: Keeps the email address of a person; None if the issuer has verified none.
    remember_email: Callable[[str, str | None], object]
    #: the claims with their organizations
    organization_claims: OrganizationClaims = field(default_factory=OrganizationClaims)

    def __call__(self, query: Mapping[str, str], cookie_value: str | None, former: str | None = None) -> SignedIn:
        """Create a session for the person.

        Args:
            query: the parameters of the callback.
            cookie_value: this browser's attempt cookie.
            former: this browser's session cookie; that session ends.

        Raises:
            SignInVoid: the response does not belong to this browser's attempt, or was already used.
            SignInDenied: the person or the issuer declined.
            Unavailable: the issuer does not respond.
            Misconfigured: the issuer rejected our request, or its response cannot be trusted.
        """
        attempt = read_attempt(cookie_value, self.clock.now())
        self._check(query, attempt)
        person, claims = self._identity(_code(query), attempt)
        self.remember_email(person.sub, verified_email(claims))
        if former:
            self.sessions.end(former)
        return SignedIn(self.sessions.begin(person), attempt.to)

    def _check(self, query: Mapping[str, str], attempt: Attempt) -> None:
        if not secrets_match(query.get("state"), attempt.state):
            raise SignInVoid("This response belongs to another sign-in attempt. Start again.")
        if query.get("iss", self.issuer.name) != self.issuer.name:
            raise SignInVoid("This response comes from a different issuer. Start again.")
        if query.get("error"):
            raise refusal(query["error"])

    def _identity(self, code: str, attempt: Attempt) -> tuple[Person, Mapping[str, Json]]:
        """The person, and all claims of the id token."""
        id_token = self.codes.id_token(code, attempt.verifier)
        try:
            claims = self.tokens.claims(id_token)
            person = person_from_claims(claims, self.organization_claims)
        except BadToken as bad:
            raise _untrusted(
                bad.log_fields["check"], bad.log_fields.get("settings", "AUTH_ISSUER, AUTH_JWKS_URL")
            ) from None
        if claims.get("azp", self.tokens.audience) != self.tokens.audience:  # it was issued for another client
            raise _untrusted("azp", self.tokens.audience_setting)
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not secrets_match(nonce, attempt.nonce):
            raise SignInVoid(f"{NAME} responded to another sign-in attempt. Start again.")
        return person, claims


def refusal(error: str) -> ServiceError:
    """The error for the issuer's `error` code, which comes from outside and is never repeated to people."""
    if error in _REFUSED:
        return SignInDenied(f"{NAME} reports that you did not consent, or have no access. You can try again.")
    if error in _LATER:
        return unavailable()
    return misconfigured("rejected our request", "authorization request", "SIGNIN_CLIENT_ID, PUBLIC_URL")


def _untrusted(check: str, settings: str) -> Misconfigured:
    return misconfigured("sent an identity that we cannot trust", check, settings)


def _code(query: Mapping[str, str]) -> str:
    code = query.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise SignInVoid("The response has neither a code nor an error. Start again.")
    return code
