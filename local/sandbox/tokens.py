"""The sign-in issuer: one key pair, its public half as JWKS, and bearer tokens for people and operators."""

import base64
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.sandbox.state_files import StateFiles
from local.sandbox.wire import Json

AUDIENCE = "contact-intake"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Person:
    """What a token says of somebody."""

    #: what identifies them
    sub: str
    operator: bool = False
    #: their roles in each organization
    organizations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: the scopes that their bearer tokens are limited to; none for all rights
    scopes: Sequence[str] = ()
    #: the service client that acts for them with these tokens
    client: str = ""
    #: their name, if it is not `sub`
    name: str = ""
    #: whether the issuer has verified their email address
    is_email_verified: bool = True


PEOPLE = {  # people to choose from, by sub
    person.sub: person
    for person in (
        Person("anna", name="Anna"),
        Person("bert", name="Bert"),
        Person("clara", name="Clara"),
        Person("ines", organizations={"acme": ["importer"]}, name="Ines (importer of acme)"),
        Person("olga", operator=True, organizations={"acme": ["admin"]}, name="Olga (operator, admin of acme)"),
    )
}
_KEY_ID = "sandbox-1"


class Signer:
    """Signs with the key in the state folder, which survives restarts; without a folder, with a new key."""

    def __init__(self, state_files: StateFiles) -> None:
        self._state_files = state_files

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        pem = self._state_files.once("signing-key", _fresh_pem)
        key = serialization.load_pem_private_key(pem.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def sign(self, claims: dict[str, Json]) -> str:
        return jwt.encode(claims, self._key, "RS256", {"kid": _KEY_ID})

    def jwks(self) -> dict[str, Json]:
        numbers = self._key.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID, **_public(numbers)}]}


def bearer(signer: Signer, issuer: str, person: Person, *, now: float | None = None) -> str:
    """A bearer token for `person`, valid for twelve hours."""
    claims = _claims(issuer, AUDIENCE, person, now=now, lasts=LIFETIME)
    scopes: dict[str, Json] = {"scope": " ".join(person.scopes)} if person.scopes else {}
    act: dict[str, Json] = {"act": {"sub": person.client}} if person.client else {}
    return signer.sign({**claims, **scopes, **act})


def id_token(
    signer: Signer, issuer: str, person: Person, *, audience: str, nonce: str, now: float | None = None
) -> str:
    """The id token of a sign-in."""
    claims = _claims(issuer, audience, person, now=now, lasts=timedelta(hours=1))
    return signer.sign({**claims, "nonce": nonce} if nonce else claims)


def _claims(issuer: str, audience: str, person: Person, *, now: float | None, lasts: timedelta) -> dict[str, Json]:
    issued, sub = int(time.time() if now is None else now), person.sub
    claims: dict[str, Json] = {"iss": issuer, "aud": audience, "sub": sub, "iat": issued}
    claims["exp"] = issued + int(lasts.total_seconds())
    claims["name"] = person.name or (PEOPLE[sub].name if sub in PEOPLE else sub)
    claims["preferred_username"] = claims["email"] = sub if "@" in sub else f"{sub}@people.example"
    claims["email_verified"] = person.is_email_verified
    if person.organizations:
        claims["organizations"] = {name: list(roles) for name, roles in person.organizations.items()}
    return {**claims, "roles": ["operator"]} if person.operator else claims


def mint(state_dir: Path, origin: str, person: str, *, operator: bool = False) -> str:
    """A bearer token from another process, with the key of the sandbox whose state is in `state_dir`."""
    return bearer(Signer(StateFiles(state_dir)), f"{origin}/signin", Person(person, operator))


def _fresh_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


def _public(numbers: rsa.RSAPublicNumbers) -> dict[str, str]:
    return {"n": _base64(numbers.n), "e": _base64(numbers.e)}


def _base64(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
