"""The token endpoint of all providers: exchanges a code or a refresh token for tokens."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from local.sandbox.faults import Fault
from local.sandbox.grants import Grant
from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.wire import Json, Request
from local.sandbox.world import World


class OAuthRefusal(Exception):
    """An error of RFC 6749. `number` is what Microsoft calls it."""

    def __init__(self, error: str, description: str, *, status: int = 400, number: int = 0) -> None:
        super().__init__(error)
        self.error, self.description, self.status, self.number = error, description, status, number


@dataclass(frozen=True, slots=True)
class Issued:
    """The issued tokens; `nonce` goes into the id token."""

    grant: Grant
    scopes: tuple[str, ...]
    refreshes: bool
    nonce: str = ""


def redeem(world: World, request: Request, provider: str, fault: Fault | None) -> tuple[Issued, dict[str, Json]]:
    """The issued tokens, and the fields of the response that all providers share.

    Raises:
        OAuthRefusal: with the error code of the RFC.
    """
    _refuse_on_purpose(fault)
    client_id = client_of(world, request, provider)
    match request.field("grant_type"):
        case "authorization_code":
            issued = _from_code(world, request, provider, client_id)
        case "refresh_token":
            issued = _from_refresh_token(world, request, provider, client_id)
        case _:
            raise OAuthRefusal("unsupported_grant_type", "Invalid grant_type.", number=70003)
    return issued, _tokens(world, issued, fault)


def _tokens(world: World, issued: Issued, fault: Fault | None) -> dict[str, Json]:
    account = world.accounts.find(issued.grant.address)
    lifetime = world.behavior("expires_in", account)
    access = world.grants.access_token(issued.grant, issued.scopes, world.now() + lifetime)
    answer: dict[str, Json] = {"token_type": "Bearer", "scope": " ".join(issued.scopes), "access_token": access}
    if world.behavior("tells_expiry", account) and not (fault and fault.fault == "no-expires-in"):
        answer["expires_in"] = lifetime
    if issued.refreshes and not (fault and fault.fault == "no-refresh-token"):
        answer["refresh_token"] = world.grants.refresh_token(issued.grant)
    return answer


def _from_code(world: World, request: Request, provider: str, client_id: str) -> Issued:
    code = world.grants.take_code(request.field("code"))
    if code is None:
        raise OAuthRefusal("invalid_grant", "Malformed or already redeemed auth code.", number=54005)
    if (code.provider, code.client_id) != (provider, client_id):
        raise OAuthRefusal("invalid_grant", "The code was issued to another client.", number=700005)
    if code.redirect_uri != request.field("redirect_uri"):
        wrong = PROVIDERS[provider].other_redirect
        raise OAuthRefusal(wrong, "The redirect URI differs from that of the authorization request.", number=500112)
    if code.expires_at <= world.now():
        raise OAuthRefusal("invalid_grant", "The code has expired.", number=70008)
    if code.challenge and not matches_challenge(request.field("code_verifier"), code.challenge):
        raise OAuthRefusal("invalid_grant", "Invalid code verifier.", number=501481)
    limit = world.behavior("token_limit", world.accounts.find(code.address))
    grant = world.grants.add(code, offline=code.offline, limit=limit)
    return Issued(grant, code.scopes, refreshes=code.offline, nonce=code.nonce)


def _from_refresh_token(world: World, request: Request, provider: str, client_id: str) -> Issued:
    grant = world.grants.find_by_refresh_token(provider, request.field("refresh_token"))
    if grant is None or grant.client_id != client_id:
        raise OAuthRefusal("invalid_grant", "Token has been expired or revoked.", number=700082)
    scopes = _narrow_scopes(grant.scopes, request.field("scope").split(), provider)
    rotates = world.behavior("rotate", world.accounts.find(grant.address))
    rotates = rotates or PROVIDERS[provider].rotates
    if rotates == "kill":
        grant = world.grants.next_generation(grant)
    return Issued(grant, scopes, refreshes=rotates != "none")


def _narrow_scopes(granted: Sequence[str], requested: Sequence[str], provider: str) -> tuple[str, ...]:
    """A client may request fewer scopes. Google refuses additional ones; others ignore them."""
    if PROVIDERS[provider].refuses_more_scopes and set(requested) - set(granted):
        raise OAuthRefusal("invalid_scope", "Some requested scopes were not granted.")
    fewer = tuple(scope for scope in granted if scope in requested)
    return fewer if requested and fewer else tuple(granted)


def client_of(world: World, request: Request, provider: str) -> str:
    """The authenticated client, by form fields or Basic authentication."""
    client_id, secret = _basic(request) or (request.field("client_id"), request.field("client_secret"))
    if not world.clients.knows(provider, client_id, secret):
        unknown = world.clients.find(provider, client_id) is None
        number, sentence = (700016, "The OAuth client was not found.") if unknown else (7000215, "Unauthorized")
        raise OAuthRefusal("invalid_client", sentence, status=401, number=number)
    return client_id


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(client_id), unquote_plus(secret)


def matches_challenge(verifier: str, challenge: str) -> bool:
    """Whether a PKCE code verifier belongs to a code challenge (S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), challenge.encode())


def _refuse_on_purpose(fault: Fault | None) -> None:
    match fault.fault if fault else "":
        case "invalid-grant":
            raise OAuthRefusal("invalid_grant", "Token has been expired or revoked.", number=700082)
        case "invalid-client":
            raise OAuthRefusal("invalid_client", "The provided client secret is expired.", status=401, number=7000222)
