"""A provider's consent and token endpoints, in memory: they behave as configured and record the requests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from chalicelib.foundation.errors import ConsentNeeded, InvalidInput
from chalicelib.foundation.secret import pkce_challenge
from chalicelib.providers.provider import Account, Grant

CONTACTS = "contacts.readonly"


@dataclass
class FakeOAuthClient:
    """An OAuth client whose provider grants, rotates and revokes tokens as configured."""

    name: str
    title: str
    now: Callable[[], datetime]
    #: The account that is signed in at the provider.
    account: Account = field(default_factory=lambda: Account("sub-1", "ada@example.com"))
    #: The scopes that the person grants.
    scopes: tuple[str, ...] = ("openid", CONTACTS)
    #: Whether a refresh returns a new refresh token.
    rotates: bool = False
    #: Whether exchanging a code returns a refresh token at all.
    lasting: bool = True
    #: The return value of `revoke`.
    revokes: bool = True
    #: Errors by operation; every call of that operation raises its error.
    fail: dict[str, Exception] = field(default_factory=dict)
    exchanged: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    challenges: set[str] = field(default_factory=set)  # of consents that were started and not yet completed
    #: The scopes beyond the usual ones that the last consent was asked for.
    more_scopes: tuple[str, ...] = ()
    _counter: int = 0

    def authorization_url(
        self,
        *,
        state: str,
        code_challenge: str,
        redirect_uri: str,
        login_hint: str | None,
        more_scopes: Sequence[str] = (),
    ) -> str:
        query = {"state": state, "code_challenge": code_challenge, "redirect_uri": redirect_uri}
        hint = {} if login_hint is None else {"login_hint": login_hint}
        self.challenges.add(code_challenge)
        self.more_scopes = tuple(more_scopes)
        return f"https://{self.name}.example/authorize?" + urlencode({**query, **hint})

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> tuple[Grant, Account]:
        self.exchanged.append(code)
        self._fail("exchange")
        challenge = pkce_challenge(code_verifier)
        if code != "the-code" or challenge not in self.challenges:
            raise ConsentNeeded("The code is not accepted.")
        self.challenges.remove(challenge)
        return self._grant(self._fresh("refresh") if self.lasting else None), self.account

    def can_read_contacts(self, scopes: Sequence[str]) -> bool:
        return CONTACTS in scopes

    def refresh(self, refresh_token: str) -> Grant:
        self.refreshed.append(refresh_token)
        self._fail("refresh")
        return self._grant(self._fresh("refresh") if self.rotates else None)

    def revoke(self, refresh_token: str) -> bool:
        self.revoked.append(refresh_token)
        self._fail("revoke")
        return self.revokes

    def _grant(self, refresh_token: str | None) -> Grant:
        return Grant(self._fresh("access"), refresh_token, self.now() + timedelta(hours=1), self.scopes)

    def _fresh(self, sort: str) -> str:
        self._counter += 1
        return f"{sort}-canary-{self.name}-{self._counter}"

    def _fail(self, operation: str) -> None:
        if operation in self.fail:
            raise self.fail[operation]


@dataclass
class FakePastedTokens:
    """The tokens that people make at a provider: each is for the account, with the scopes, that is configured."""

    title: str
    account: Account = field(default_factory=lambda: Account("62515", ""))
    scopes: tuple[str, ...] = (CONTACTS,)
    #: The tokens that are accepted.
    known: tuple[str, ...] = ("pat-canary-1", "pat-canary-2")

    def check(self, token: str) -> tuple[Grant, Account]:
        if token not in self.known:
            raise InvalidInput(f"{self.title} does not accept this token.", field="token")
        return Grant(token, None, datetime(9999, 1, 1, tzinfo=UTC), self.scopes), self.account
