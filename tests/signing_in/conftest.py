"""The sign-in room over an in-memory DynamoDB and a fake issuer."""

import random
from dataclasses import dataclass, field
from functools import cached_property

import pytest

from chalicelib.foundation.dynamo import Dynamo
from chalicelib.foundation.jwks import Jwks
from chalicelib.foundation.signed_tokens import SignedTokens
from chalicelib.signing_in.begin_sign_in import BeginSignIn, SignInStarted
from chalicelib.signing_in.finish_sign_in import FinishSignIn, SignedIn
from chalicelib.signing_in.issuer import Issuer
from chalicelib.signing_in.session_store import SessionStore
from chalicelib.signing_in.token_endpoint import TokenEndpoint
from tests.fakes.clock import FixedClock
from tests.fakes.dynamodb import FakeDynamo
from tests.fakes.issuer import ISSUER, FakeIssuer
from tests.fakes.openid import CLIENT_ID, FakeOpenId
from tests.fakes.tables import empty_tables

HOME = "https://contacts.example"


@dataclass
class House:
    clock: FixedClock = field(default_factory=FixedClock)
    dynamodb: FakeDynamo = field(default_factory=empty_tables)
    signer: FakeIssuer = field(default_factory=FakeIssuer)

    def __post_init__(self) -> None:
        self.openid = FakeOpenId(self.signer)
        self.addresses: dict[str, str | None] = {}

    @cached_property
    def sessions(self) -> SessionStore:
        return SessionStore(Dynamo(self.dynamodb, self.clock, random.Random(7)), "people", self.clock)

    @cached_property
    def issuer(self) -> Issuer:
        return Issuer(ISSUER, self.openid, self.clock)

    def begin_sign_in(self, to: str | None = "/contacts") -> SignInStarted:
        return BeginSignIn(self.issuer, CLIENT_ID, HOME, self.clock)(to)

    @property
    def finish(self) -> FinishSignIn:
        codes = TokenEndpoint(self.issuer, self.openid, CLIENT_ID, self.openid.secret, HOME)
        tokens = SignedTokens(ISSUER, CLIENT_ID, Jwks(self.signer.fetch, self.clock))
        return FinishSignIn(self.issuer, codes, tokens, self.sessions, self.clock, self.remember_email)

    def remember_email(self, owner: str, address: str | None) -> None:
        self.addresses[owner] = address

    def sign_in(self, sub: str = "ann", former: str | None = None) -> SignedIn:
        begun = self.begin_sign_in()
        return self.finish(self.openid.agrees(begun.authorization_url, sub), begun.cookie_value, former)


@pytest.fixture
def house() -> House:
    return House()
