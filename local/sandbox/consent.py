"""Authorization code flow with PKCE up to the code, for both providers; `Manners` is where they differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from local.sandbox import screens
from local.sandbox.accounts import Account
from local.sandbox.grants import CODE_SECONDS, Code
from local.sandbox.wire import Json, Request, Response, as_page, redirect
from local.sandbox.world import World


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """An authorization request; `raw` is the unparsed query."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str
    nonce: str
    offline: bool
    prompt: str
    hint: str
    raw: str


@dataclass(frozen=True, slots=True)
class Manners:
    """How one provider differs from the other.

    Args:
        scopes: the known scopes; None allows any.
        boxes: the scopes with a checkbox of their own.
        accepted, denied: the parameters returned along with `state`.
    """

    provider: str
    title: str
    is_offline: Callable[[dict[str, str]], bool]
    boxes: Callable[[Sequence[str]], tuple[str, ...]]
    accepted: Callable[[AuthorizationRequest, Sequence[str]], dict[str, str]]
    denied: Callable[[bool], dict[str, str]]


class Blocked(Exception):
    """A request that ends on an error page at the provider instead of a redirect to the application."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


def authorize(world: World, request: Request, manners: Manners) -> Response:
    raw = request.form["request"][-1] if "request" in request.form else request.query_string
    try:
        asked = read_authorization_request(world, raw, manners)
    except Blocked as blocked:
        return as_page(screens.wrong(manners.title, blocked.code, blocked.sentence), 400)
    preset = (world.behavior("consent") or {}).get(manners.provider) or {}
    address = request.form.get("account", [""])[-1] or preset.get("account") or asked.hint
    account = world.accounts.find(address) if address else None
    if account is None or account.provider != manners.provider:
        if preset:  # nobody is there to choose
            account = world.accounts.get(world.accounts.addresses(manners.provider)[0])
        else:
            addresses = world.accounts.addresses(manners.provider)
            return as_page(screens.chooser(manners.title, asked.client_id, raw, addresses))
    return _decide(world, request, asked, account, manners, preset)


def _decide(
    world: World,
    request: Request,
    asked: AuthorizationRequest,
    account: Account,
    manners: Manners,
    preset: dict[str, Json],
) -> Response:
    answer = request.form.get("answer", [preset.get("answer", "allow") if preset else ""])[-1]
    boxes, walled = manners.boxes(asked.scopes), bool(world.behavior("wall", account))
    if answer == "deny":
        return back_to(asked, manners.denied(walled))
    if walled:
        return as_page(screens.wall(manners.title, asked.client_id, asked.raw, account.address))
    if answer not in ("allow", "untick"):
        implied = [scope for scope in asked.scopes if scope not in boxes]
        return as_page(screens.consent(manners.title, asked.client_id, asked.raw, account.address, implied, boxes))
    ticked = request.form.get("scope", []) if "answer" in request.form else boxes if answer == "allow" else ()
    granted = [scope for scope in asked.scopes if scope not in boxes or scope in ticked]
    granted = world.behavior("granted", account) or granted
    code = world.grants.new_code(_code(world, asked, account, granted))
    return back_to(asked, {"code": code, **manners.accepted(asked, granted)})


def _code(world: World, asked: AuthorizationRequest, account: Account, granted: Sequence[str]) -> Code:
    return Code(
        account.provider,
        account.address,
        asked.client_id,
        asked.redirect_uri,
        asked.challenge,
        tuple(granted),
        _gets_refresh_token(world, asked, account),
        asked.nonce,
        world.now() + CODE_SECONDS,
    )


def _gets_refresh_token(world: World, asked: AuthorizationRequest, account: Account) -> bool:
    """Google issues one on the first consent, and again only with prompt=consent; Microsoft issues one every time."""
    first = not world.grants.living(account.address, asked.client_id)
    return asked.offline and (account.provider == "microsoft" or first or "consent" in asked.prompt.split())


def back_to(asked: AuthorizationRequest, parameters: dict[str, str]) -> Response:
    state = {} if asked.state is None else {"state": asked.state}
    return redirect(asked.redirect_uri, {**state, **parameters})


def read_authorization_request(world: World, raw: str, manners: Manners) -> AuthorizationRequest:
    """The validated request.

    Raises:
        Blocked: it must not redirect.
    """
    said = {name: values[-1] for name, values in parse_qs(raw, keep_blank_values=True).items()}
    client = world.clients.find(manners.provider, said.get("client_id", ""))
    if client is None:
        raise Blocked("invalid_client", "The OAuth client was not found.")
    redirect_uri = said.get("redirect_uri", "")
    if not client.may_return_to(redirect_uri):
        raise Blocked("redirect_uri_mismatch", f"The redirect URI is not registered: {redirect_uri}")
    if said.get("response_type") != "code":
        raise Blocked("unsupported_response_type", "Required parameter is missing or wrong: response_type")
    scopes = tuple(dict.fromkeys(said.get("scope", "").split()))
    if not scopes:
        raise Blocked("invalid_request", "Missing required parameter: scope")
    challenge = said.get("code_challenge", "")
    if challenge and (said.get("code_challenge_method") != "S256" or len(challenge) != 43):
        raise Blocked("invalid_request", "code_challenge must be an S256 challenge.")
    return AuthorizationRequest(
        client.client_id,
        redirect_uri,
        scopes,
        said.get("state"),
        challenge,
        said.get("nonce", ""),
        manners.is_offline(said),
        said.get("prompt", ""),
        said.get("login_hint", ""),
        raw,
    )
