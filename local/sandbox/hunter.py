"""Hunter v2: verification of an email address, and the person behind it.

Cases of a script for "verify": valid, invalid, accept_all, webmail, disposable, unknown, 202, 222, 400, 451, and
error-inside (errors in a 200). For "find": person, nulls, 404, errors-object (a 404 whose errors are an object), 451.
"""

import hashlib
from typing import Final

from local.sandbox.faults import Fault
from local.sandbox.vendor_state import KEY_PREFIX
from local.sandbox.wire import Json, Request, Response, as_json
from local.sandbox.world import World

VENDOR = "hunter"
VERIFICATION, PERSON = 500_000, 200_000  # millionths of a credit
_VERDICTS: Final = ("valid", "invalid", "accept_all", "webmail", "disposable", "unknown")
_IDS = {
    400: "invalid_email",
    401: "authentication_failed",
    403: "too_many_requests",
    404: "not_found",
    429: "usage_limit_reached",
    451: "claimed_email",
}
_GIVEN: Final = ("Ada", "Bo", "Cleo", "Dora", "Emil", "Fatima", "Goran", "Hana")
_FAMILY: Final = ("Abel", "Berg", "Costa", "Dahl", "Evans", "Fuchs", "Garcia", "Horvat")


def verify(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v2/email-verifier"""
    email = request.query.get("email", "")
    if refused := _refused(world, request, "verify"):
        return refused
    case = world.vendors.case(VENDOR, "verify", email) or _usual_verdict(email)
    if case == "202":
        return as_json({"data": {"message": "The verification is still in progress."}, "meta": {}}, 202)
    if case == "222":
        return as_json({"data": {"message": "The SMTP server responded unexpectedly."}, "meta": {}}, 222)
    if case == "error-inside":
        return as_json(_errors(429), 200)
    if case not in _VERDICTS:
        return error(int(case))
    if case != "unknown":
        world.vendors.charge_once(VENDOR, _key(request), email, VERIFICATION)
    return as_json({"data": _verdict(email, case), "meta": {"params": {"email": email}}})


def find(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v2/people/find"""
    email = request.query.get("email", "")
    if refused := _refused(world, request, "find"):
        return refused
    case = world.vendors.case(VENDOR, "find", email) or ("404" if _number(email) % 4 == 0 else "person")
    if case == "errors-object":
        return as_json({"errors": _errors(404)["errors"][0]}, 404)
    if case not in ("person", "nulls"):
        return error(int(case))
    if case == "person":
        world.vendors.charge(VENDOR, _key(request), email, PERSON)
    return as_json({"data": _person(email, is_known=case == "person"), "meta": {"params": {"email": email}}})


def error(status: int) -> Response:
    return as_json(_errors(status), status)


def _errors(status: int) -> Json:
    kind = _IDS.get(status, "internal_error")
    return {"errors": [{"id": kind, "code": status, "details": f"The sandbox says {kind}."}]}


def _refused(world: World, request: Request, where: str) -> Response | None:
    world.vendors.count(VENDOR, where)
    if not _key(request).startswith(KEY_PREFIX):
        return error(401)
    per_second, per_minute = world.behavior("hunter_limits")[where]
    windows = ((1, per_second), (60, per_minute))
    name = (VENDOR, where, _key(request))
    counted = [world.vendors.calls_in_window(name, span, world.now()) > limit for span, limit in windows]
    if any(counted):
        return error(403)
    limit = world.behavior("vendor_credits").get(VENDOR)
    if limit is not None and world.vendors.charged(VENDOR, _key(request)) >= limit * 1_000_000:
        return error(429)
    return None


def _key(request: Request) -> str:
    return str(request.headers.get("X-API-KEY") or request.bearer or request.query.get("api_key", ""))


def _number(email: str) -> int:
    return int(hashlib.sha256(email.encode()).hexdigest(), 16)


def _usual_verdict(email: str) -> str:
    return "400" if "@" not in email else ("valid", "valid", "accept_all", "invalid")[_number(email) // 4 % 4]


def _verdict(email: str, status: str) -> Json:
    is_good = status in ("valid", "webmail")
    return {
        "status": status,
        "result": "deliverable" if is_good else "risky" if status == "accept_all" else "undeliverable",
        "_deprecation_notice": "Using result is deprecated, use status instead",
        "score": 96 if is_good else 40,
        "email": email,
        "regexp": True,
        "gibberish": False,
        "disposable": status == "disposable",
        "webmail": status == "webmail",
        "mx_records": True,
        "smtp_server": True,
        "smtp_check": is_good,
        "accept_all": status == "accept_all",
        "block": False,
        "sources": [],
    }


def _person(email: str, *, is_known: bool) -> Json:
    number = _number(email)
    given, family = _GIVEN[number % 8], _FAMILY[number // 8 % 8]
    handle = f"{given}-{family}".lower()
    person: dict[str, Json] = {
        "id": hashlib.sha256(email.encode()).hexdigest()[:32],
        "name": {"fullName": f"{given} {family}", "givenName": given, "familyName": family},
        "email": email,
        "location": "Berlin, Germany",
        "timeZone": "Europe/Berlin",
        "geo": {"city": "Berlin", "state": "Berlin", "stateCode": "BE", "country": "Germany", "countryCode": "DE"},
        "employment": {"domain": email.partition("@")[2], "name": "Acme", "title": "Engineer", "seniority": "senior"},
        "linkedin": {"handle": handle},
        "twitter": {"handle": None},
        "github": {"handle": None},
        "facebook": {"handle": None},
        "phone": None,
        "fuzzy": False,
        "emailProvider": "google.com",
        "indexedAt": "2026-05-01",
        "activeAt": "2026-05-01",
        "inactiveAt": None,
    }
    if is_known:
        return person
    nulls = {name: dict.fromkeys(value) if isinstance(value, dict) else None for name, value in person.items()}
    return {**nulls, "email": email}
