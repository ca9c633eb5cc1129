"""The second half of signing in: the issuer sent the person back to us, with a code for a token that says who they are.

Only the browser that began may end it, and only with its own answer: otherwise anybody could sign somebody else in as
themselves by sending a link, and read what they then do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.errors import Misconfigured, ServiceError
from chalicelib.foundation.http import Person
from chalicelib.foundation.secret import secrets_match
from chalicelib.foundation.signed_tokens import BadToken, SignedTokens, person_from_claims
from chalicelib.signing_in.issuer import NAME, Issuer, misconfigured, unavailable
from chalicelib.signing_in.sign_in_attempt import Attempt, SignInDenied, SignInVoid, read_attempt

LONGEST_ANSWER = 4_096  # characters of a code or a state
_REFUSED = {"access_denied", "account_selection_required", "consent_required", "interaction_required", "login_required"}
_LATER = {"server_error", "temporarily_unavailable"}


class Codes(Protocol):
    def id_token(self, code: str, verifier: str) -> str:
        """Redeem a code. Raises SignInVoid, Misconfigured, Unavailable."""


class NewSessions(Protocol):
    def begin(self, person: Person) -> str: ...
    def end(self, cookie_value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Args:
    carried: the value of the session's cookie. to: a path of ours.
    """

    cookie_value: str = field(repr=False)
    to: str


@dataclass(frozen=True)
class FinishSignIn:
    """Args:
    tokens: those whose audience our own pages are.
    """

    issuer: Issuer
    codes: Codes
    tokens: SignedTokens
    sessions: NewSessions
    clock: Clock

    def __call__(self, query: Mapping[str, str], cookie_value: str | None, former: str | None = None) -> SignedIn:
        """Take the issuer's answer.

        Args:
            query: the callback's parameters. carried: what this browser holds of an attempt.
            former: the cookie of a session it has already; that one ends.

        Raises:
            SignInVoid: it is no answer to this browser's attempt, or was used already. SignInDenied: they said no.
            Unavailable, Misconfigured: the issuer does not answer, or not as it should.
        """
        attempt = read_attempt(cookie_value, self.clock.now())
        self._check(query, attempt)
        person = self._person(_code(query), attempt)
        if former:
            self.sessions.end(former)
        return SignedIn(self.sessions.begin(person), attempt.to)

    def _check(self, query: Mapping[str, str], attempt: Attempt) -> None:
        if not secrets_match(query.get("state"), attempt.state):
            raise SignInVoid("This answer belongs to another attempt than the one begun here last. Begin again.")
        if query.get("iss", self.issuer.name) != self.issuer.name:
            raise SignInVoid("This answer comes from somebody else than the one who was asked. Begin again.")
        if query.get("error"):
            raise refusal(query["error"])

    def _person(self, code: str, attempt: Attempt) -> Person:
        id_token = self.codes.id_token(code, attempt.verifier)
        try:
            claims = self.tokens.claims(id_token)
            person = person_from_claims(claims)
        except BadToken as bad:
            raise _untrusted(
                bad.log_fields["check"], bad.log_fields.get("settings", "AUTH_ISSUER, AUTH_JWKS_URL")
            ) from None
        if claims.get("azp", self.tokens.audience) != self.tokens.audience:  # it was made for another client
            raise _untrusted("azp", self.tokens.audience_setting)
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not secrets_match(nonce, attempt.nonce):
            raise SignInVoid(f"{NAME} answered to another attempt than this one. Begin again.")
        return person


def refusal(error: str) -> ServiceError:
    """What the issuer's `error` means for the person. The word itself comes from outside and is never repeated."""
    if error in _REFUSED:
        return SignInDenied(f"{NAME} says that you did not agree, or may not use this. You can try again.")
    if error in _LATER:
        return unavailable()
    return misconfigured("does not accept our request", "authorization request", "SIGNIN_CLIENT_ID, PUBLIC_URL")


def _untrusted(check: str, settings: str) -> Misconfigured:
    return misconfigured("sent an identity we cannot trust", check, settings)


def _code(query: Mapping[str, str]) -> str:
    code = query.get("code", "")
    if not 0 < len(code) <= LONGEST_ANSWER:
        raise SignInVoid("The answer holds neither a code nor an error. Begin again.")
    return code
