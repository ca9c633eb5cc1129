"""The first half of signing in: send the person to the issuer, and bind the browser with a cookie."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.foundation.clock import Clock
from chalicelib.foundation.secret import fresh_secret, pkce_challenge
from chalicelib.signing_in.issuer import Issuer
from chalicelib.signing_in.sign_in_attempt import Attempt

SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class SignInStarted:
    """A sign-in that has started."""

    #: The page where the person continues.
    authorization_url: str = field(repr=False)
    #: The value of the cookie that recognizes this browser, valid for ten minutes.
    cookie_value: str = field(repr=False)


@dataclass(frozen=True)
class BeginSignIn:
    """Starts a sign-in at the issuer."""

    issuer: Issuer
    client_id: str
    public_url: str
    clock: Clock
    secret: Callable[[], str] = fresh_secret

    def __call__(self, to: str | None) -> SignInStarted:
        """Start a sign-in.

        Args:
            to: the path to open after signing in; the home page for anything that is not a path of this service.

        Raises:
            Unavailable, Misconfigured: as `Issuer.endpoints`.
        """
        attempt = Attempt.start(to, self.clock.now(), self.secret)
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri(self.public_url),
            "scope": SCOPES,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": pkce_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        url = self.issuer.endpoints().authorization
        return SignInStarted(f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", attempt.cookie_value())


def redirect_uri(public_url: str) -> str:
    return f"{public_url}/sign-in/callback"
