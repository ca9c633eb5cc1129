"""Routes requests to endpoints, with faults, latency, rate limit and log around each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from urllib.parse import unquote

from local.sandbox import (
    control,
    google,
    google_oauth,
    hubspot,
    hubspot_oauth,
    hunter,
    mailbox,
    microsoft,
    microsoft_errors,
    microsoft_oauth,
    people_data_labs,
    sign_in,
    twilio_lookup,
)
from local.sandbox.accounts import Account
from local.sandbox.faults import AFTER, Fault
from local.sandbox.harm import apply_fault, response_instead
from local.sandbox.request_log import safe_query
from local.sandbox.vendor_state import PLACES
from local.sandbox.wire import Request, Response, as_json
from local.sandbox.world import World

Endpoint = Callable[[World, Request, Fault | None], Response]
_WAITS = ("list", "other", "search", "groups", "folders", *(place for places in PLACES.values() for place in places))


@dataclass(frozen=True, slots=True)
class Route:
    """Which requests an endpoint handles.

    Args:
        where: what faults and the log call it; "" for the sandbox's own endpoints, which nothing harms.
    """

    methods: str
    pattern: re.Pattern[str]
    provider: str
    where: str
    endpoint: Endpoint


def _route(methods: str, path: str, provider: str, where: str, endpoint: Endpoint) -> Route:
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return Route(methods, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", pattern)), provider, where, endpoint)


def _graph(path: str, where: str, endpoint: Endpoint) -> Route:
    return _route("GET", "/v1.0/me" + path, "microsoft", where, endpoint)


ROUTES = (
    _route("GET", "/v1/people/me/connections", "google", "list", google.connections),
    _route("GET", "/v1/otherContacts", "google", "other", google.other_contacts),
    _route("GET", "/v1/contactGroups", "google", "groups", google.groups),
    _route("GET POST", "/google/o/oauth2/v2/auth", "google", "authorize", google_oauth.consent),
    _route("POST", "/google/token", "google", "token", google_oauth.token),
    _route("GET POST", "/google/revoke", "google", "revoke", google_oauth.revoke),
    _route("GET POST", "/google/userinfo", "google", "userinfo", google_oauth.userinfo),
    _route("GET POST", "/hubspot/oauth/authorize", "hubspot", "authorize", hubspot_oauth.consent),
    _route("POST", "/oauth/{version}/token", "hubspot", "token", hubspot_oauth.token),
    _route("POST", "/oauth/{version}/token/introspect", "hubspot", "userinfo", hubspot_oauth.introspect),
    _route("POST", "/oauth/{version}/token/revoke", "hubspot", "revoke", hubspot_oauth.revoke),
    _route("POST", "/oauth/v2/private-apps/get/access-token-info", "hubspot", "userinfo", hubspot_oauth.token_info),
    _route("GET POST", "/hubspot/private-apps", "hubspot", "authorize", hubspot_oauth.private_apps),
    _route("GET", "/crm/objects/{version}/contacts", "hubspot", "list", hubspot.contacts),
    _route("POST", "/crm/objects/{version}/contacts/search", "hubspot", "search", hubspot.search),
    _route("GET", "/crm/properties/{version}/contacts", "hubspot", "groups", hubspot.properties),
    _graph("", "userinfo", microsoft.me),
    _graph("/contacts", "list", microsoft.contacts),
    _graph("/contacts/delta", "list", microsoft.delta),
    _graph("/contacts/$count", "folders", microsoft.count),
    _graph("/contactFolders", "folders", microsoft.folders),
    _graph("/contactFolders/{folder}", "folders", microsoft.folder),
    _graph("/contactFolders/{folder}/childFolders", "folders", microsoft.folders),
    _graph("/contactFolders/{folder}/contacts", "list", microsoft.contacts),
    _graph("/contactFolders/{folder}/contacts/delta", "list", microsoft.delta),
    _graph("/contactFolders/{folder}/contacts/$count", "folders", microsoft.count),
    _route("GET", "/v5/person/enrich", people_data_labs.VENDOR, "enrich", people_data_labs.enrich),
    _route("POST", "/v5/person/bulk", people_data_labs.VENDOR, "bulk", people_data_labs.bulk),
    _route(
        "GET", "/v5/person/subjectrequest", people_data_labs.VENDOR, "subjectrequest", people_data_labs.subject_requests
    ),
    _route("GET", "/v2/email-verifier", hunter.VENDOR, "verify", hunter.verify),
    _route("GET", "/v2/people/find", hunter.VENDOR, "find", hunter.find),
    _route("GET", "/v2/PhoneNumbers/{number}", twilio_lookup.VENDOR, "lookup", twilio_lookup.lookup),
    _route("POST", "/v2/email/outbound-emails", "", "", mailbox.send_email),
    _route("GET", "/mailbox", "", "", mailbox.page),
    _route("GET", "/signin/jwks", "", "", sign_in.jwks),
    _route("GET", "/signin/.well-known/openid-configuration", "", "", sign_in.discovery),
    _route("GET POST", "/signin/authorize", "", "", sign_in.authorize),
    _route("POST", "/signin/token", "", "", sign_in.token),
    _route("GET POST PUT DELETE", "/sandbox/{what}", "", "", control.endpoint),
    _route("GET POST DELETE", "/sandbox/accounts/{address}", "", "", control.account),
    _route("GET POST", "/sandbox/accounts/{address}/{part}", "", "", control.account),
    _route("GET", "/sandbox", "", "", control.page),
    _route("GET", "/", "", "", control.page),
    _route(
        "GET", "/{tenant}/v2.0/.well-known/openid-configuration", "microsoft", "discovery", microsoft_oauth.discovery
    ),
    _route("GET", "/{tenant}/discovery/v2.0/keys", "microsoft", "discovery", microsoft_oauth.keys),
    _route("GET POST", "/{tenant}/oauth2/v2.0/authorize", "microsoft", "authorize", microsoft_oauth.consent),
    _route("POST", "/{tenant}/oauth2/v2.0/token", "microsoft", "token", microsoft_oauth.token),
)


def answer_to(world: World, request: Request) -> Response:
    """The raw response to any request."""
    path = unquote(request.path)
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found and request.method in route.methods.split():
            request.route = found.groupdict()
            return _serve(world, route, request) if route.where else route.endpoint(world, request, None)
    return as_json({"error": {"code": 404, "message": "Nothing is here.", "status": "NOT_FOUND"}}, 404)


def _serve(world: World, route: Route, request: Request) -> Response:
    page, address = world.page_of(request), world.address_of(route.provider, request)
    fault = world.faults.take(route.provider, route.where, page, address)
    answer = _within_limit(world, route, request, fault, address)
    line = {"provider": route.provider, "where": route.where, "page": page, "address": address}
    line |= {"method": request.method, "path": request.path, "query": safe_query(request.query_string)}
    line |= {"status": 0 if answer.cut else answer.status, "fault": fault.fault if fault else None}
    world.log.add(f"{route.provider} {route.where}", line)
    return answer


def _within_limit(world: World, route: Route, request: Request, fault: Fault | None, address: str) -> Response:
    """Exchange and Twilio serve a limited number of requests at once and refuse the others."""
    account = world.accounts.find(address) if address else None
    limit, refuse = _limit(world, route, request, account)
    with world.flight_lock:
        if world.in_flight[route.provider] >= limit:
            return refuse()
        world.in_flight[route.provider] += 1
    try:
        if route.where in _WAITS:
            world.pause(world.behavior("latency_ms", account) / 1000)
        return _serve_with_fault(world, route, request, fault)
    finally:
        with world.flight_lock:
            world.in_flight[route.provider] -= 1


def _limit(
    world: World, route: Route, request: Request, account: Account | None
) -> tuple[float, Callable[[], Response]]:
    """How many requests are served at once, and the refusal of others."""
    if route.provider == twilio_lookup.VENDOR:
        return world.behavior("twilio_at_once"), twilio_lookup.too_many
    most = world.behavior("max_concurrent", account) if request.path.startswith("/v1.0/") else 0
    return most or inf, partial(microsoft_errors.failure, "ApplicationThrottled", Retry_After="1")


def _serve_with_fault(world: World, route: Route, request: Request, fault: Fault | None) -> Response:
    if fault is None:
        return route.endpoint(world, request, None)
    answer = response_instead(world, request, fault) or route.endpoint(world, request, fault)
    return apply_fault(world, answer, fault) if fault.fault in AFTER else answer
