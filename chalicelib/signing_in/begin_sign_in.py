"""The first half of signing in: send the person to the issuer, with what lets us know them again."""

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
    """Args:
    carried: the value of the cookie that knows this browser again; for ten minutes.
    """

    authorization_url: str = field(repr=False)
    cookie_value: str = field(repr=False)


@dataclass(frozen=True)
class BeginSignIn:
    issuer: Issuer
    client_id: str
    public_url: str
    clock: Clock
    secret: Callable[[], str] = fresh_secret

    def __call__(self, to: str | None) -> SignInStarted:
        """Args:
            to: where the person wants to go on; anything but a path of ours leads to the home page.

        Raises:
            Unavailable, Misconfigured: as `Issuer.endpoints`.
        """
        attempt = Attempt.begun(to, self.clock.now(), self.secret)
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
