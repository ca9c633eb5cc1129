"""Authorization code flow with PKCE up to the code, for all providers; `ProviderRules` holds the differences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from local.sandbox import screens
from local.sandbox.accounts import Account
from local.sandbox.grants import CODE_SECONDS, Code
from local.sandbox.sandbox_providers import PROVIDERS
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
class ProviderRules:
    """How one provider differs from the others.

    Args:
        title: the provider's name on screens.
        is_offline: whether a request, by its query, asks for a refresh token.
        boxes: of the requested scopes, those with a checkbox of their own.
        accepted: the parameters returned with `state` and the code, for the request and the granted scopes.
        denied: the parameters returned with `state`; its argument is whether an administrator must consent.
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


def authorize(world: World, request: Request, rules: ProviderRules) -> Response:
    raw = request.form["request"][-1] if "request" in request.form else request.query_string
    try:
        authorization = read_authorization_request(world, raw, rules)
    except Blocked as blocked:
        return as_page(screens.error_page(rules.title, blocked.code, blocked.sentence), 400)
    preset = (world.behavior("consent") or {}).get(rules.provider) or {}
    address = request.form.get("account", [""])[-1] or preset.get("account") or authorization.hint
    account = world.accounts.find(address) if address else None
    if account is None or account.provider != rules.provider:
        if preset:  # nobody is there to choose
            account = world.accounts.get(world.accounts.addresses(rules.provider)[0])
        else:
            addresses = world.accounts.addresses(rules.provider)
            return as_page(screens.chooser(rules.title, authorization.client_id, raw, addresses))
    return _decide(world, request, authorization, account, rules, preset)


def _decide(
    world: World,
    request: Request,
    authorization: AuthorizationRequest,
    account: Account,
    rules: ProviderRules,
    preset: dict[str, Json],
) -> Response:
    answer = request.form.get("answer", [preset.get("answer", "allow") if preset else ""])[-1]
    boxes, walled = rules.boxes(authorization.scopes), bool(world.behavior("wall", account))
    if answer == "deny":
        return back_to(authorization, rules.denied(walled))
    if walled:
        return as_page(screens.wall(rules.title, authorization.client_id, authorization.raw, account.address))
    if answer not in ("allow", "untick"):
        implied = [scope for scope in authorization.scopes if scope not in boxes]
        return as_page(
            screens.consent(rules.title, authorization.client_id, authorization.raw, account.address, implied, boxes)
        )
    ticked = request.form.get("scope", []) if "answer" in request.form else boxes if answer == "allow" else ()
    granted = [scope for scope in authorization.scopes if scope not in boxes or scope in ticked]
    granted = world.behavior("granted", account) or granted
    code = world.grants.new_code(_code(world, authorization, account, granted))
    return back_to(authorization, {"code": code, **rules.accepted(authorization, granted)})


def _code(world: World, authorization: AuthorizationRequest, account: Account, granted: Sequence[str]) -> Code:
    return Code(
        account.provider,
        account.address,
        authorization.client_id,
        authorization.redirect_uri,
        authorization.challenge,
        tuple(granted),
        _gets_refresh_token(world, authorization, account),
        authorization.nonce,
        world.now() + CODE_SECONDS,
    )


def _gets_refresh_token(world: World, authorization: AuthorizationRequest, account: Account) -> bool:
    """Google issues one on the first consent, and again only with prompt=consent; others issue one every time."""
    first = not world.grants.active_grants(account.address, authorization.client_id)
    always = PROVIDERS[account.provider].refreshes_always
    return authorization.offline and (always or first or "consent" in authorization.prompt.split())


def back_to(authorization: AuthorizationRequest, parameters: dict[str, str]) -> Response:
    state = {} if authorization.state is None else {"state": authorization.state}
    return redirect(authorization.redirect_uri, {**state, **parameters})


def read_authorization_request(world: World, raw: str, rules: ProviderRules) -> AuthorizationRequest:
    """The validated request.

    Raises:
        Blocked: it must not redirect.
    """
    query = {name: values[-1] for name, values in parse_qs(raw, keep_blank_values=True).items()}
    client = world.clients.find(rules.provider, query.get("client_id", ""))
    if client is None:
        raise Blocked("invalid_client", "The OAuth client was not found.")
    redirect_uri = query.get("redirect_uri", "")
    if not client.may_return_to(redirect_uri):
        raise Blocked("redirect_uri_mismatch", f"The redirect URI is not registered: {redirect_uri}")
    if query.get("response_type") != "code":
        raise Blocked("unsupported_response_type", "Required parameter is missing or wrong: response_type")
    scopes = tuple(dict.fromkeys((query.get("scope", "") + " " + query.get("optional_scope", "")).split()))
    if not scopes:
        raise Blocked("invalid_request", "Missing required parameter: scope")
    challenge = query.get("code_challenge", "")
    if challenge and (query.get("code_challenge_method") != "S256" or len(challenge) != 43):
        raise Blocked("invalid_request", "code_challenge must be an S256 challenge.")
    return AuthorizationRequest(
        client.client_id,
        redirect_uri,
        scopes,
        query.get("state"),
        challenge,
        query.get("nonce", ""),
        rules.is_offline(query),
        query.get("prompt", ""),
        query.get("login_hint", ""),
        raw,
    )
