"""People Data Labs v5: person enrichment, one by one and in bulk, and the list of opt-outs.

Cases of a script: match, weak (a match under every floor), booleans, nulls, no-likelihood, not-found, not-found-array,
too-little, error, and born-day, born-month, born-year (a match with that precision).
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

from local.sandbox.faults import Fault
from local.sandbox.vendor_state import KEY_PREFIX
from local.sandbox.wire import Json, Request, Response, as_json, encode_json
from local.sandbox.world import World

VENDOR = "people-data-labs"
CREDIT = 1_000_000
_WINDOW_SECONDS = 60
_MOST_ITEMS = 100
_STRONG = ("profile", "email", "phone", "email_hash", "lid", "pdl_id")
_WITH_NAME = (
    *("company", "school", "location", "street_address", "locality", "region", "country", "postal_code"),
    "birth_date",
)
_TYPES = {401: "authentication_error", 402: "payment_required", 404: "not_found", 429: "rate_limit_error"}
_WITHHELD = (
    *("work_email", "recommended_personal_email", "personal_emails", "mobile_phone", "phone_numbers", "birth_date"),
    *("location_locality", "location_region", "location_country", "location_street_address", "location_postal_code"),
    *("birth_year", "location_name"),
)
_GIVEN: Final = ("Ada", "Bo", "Cleo", "Dora", "Emil", "Fatima", "Goran", "Hana")
_FAMILY: Final = ("Abel", "Berg", "Costa", "Dahl", "Evans", "Fuchs", "Garcia", "Horvat")
_TITLES: Final = ("Engineer", "Head Of Sales", "Accountant", "Product Manager", "Architect", "Nurse")
_COMPANIES: Final = ("Acme", "Bakery Ltd", "Contoso", "Initech", "Umbrella", "Globex")


def enrich(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v5/person/enrich"""
    refused = _refused(world, request, "enrich")
    if refused:
        return refused
    parameters = {name: values if len(values) > 1 else values[0] for name, values in request.lists.items()}
    item = _item(world, request, "enrich", parameters)
    answer = as_json(item, item["status"])
    answer.headers |= _headers(world, request, spent=int(item["status"] == 200))
    return answer


def bulk(world: World, request: Request, fault: Fault | None) -> Response:
    """POST /v5/person/bulk: 200 with a list, whose items have statuses of their own"""
    refused = _refused(world, request, "bulk")
    if refused:
        return refused
    requests = request.json.get("requests") if isinstance(request.json, dict) else None
    if not isinstance(requests, list) or not 1 <= len(requests) <= _MOST_ITEMS:
        return error(400, "requests: a list of 1 to 100 items")
    items = []
    for each in requests:
        parameters = {name: request.json[name] for name in ("min_likelihood",) if name in request.json}
        item = _item(world, request, "bulk", {**parameters, **each["params"]})
        items.append({**item, **({"metadata": each["metadata"]} if each.get("metadata") else {})})
    spent = sum(item["status"] == 200 for item in items)
    answer = Response(200, encode_json(_bent(items, fault.fault if fault else "")))
    answer.headers |= _headers(world, request, spent)
    return answer


def subject_requests(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v5/person/subjectrequest: plain text, one id a line"""
    if refused := _refused(world, request, "subjectrequest"):
        return refused
    return Response(200, "\n".join(["pdl_id", *world.vendors.opted_out, ""]).encode(), "text/plain; charset=utf-8")


def too_fast(now: float, *, is_iso: bool = False) -> Response:
    """A 429 with the end of the window: "2026-09-25 14:08:00", or with T and Z."""
    reset = datetime.fromtimestamp((now // _WINDOW_SECONDS + 1) * _WINDOW_SECONDS, UTC)
    answer = error(429, "You have exceeded your rate limit.")
    answer.headers["x-ratelimit-limit"] = '{"minute": 100}'
    answer.headers["x-ratelimit-remaining"] = '{"minute": 0}'
    answer.headers["x-ratelimit-reset"] = reset.strftime("%Y-%m-%dT%H:%M:%SZ" if is_iso else "%Y-%m-%d %H:%M:%S")
    return answer


def error(status: int, message: str, *, is_list: bool = False) -> Response:
    return as_json(_error(status, message, is_list=is_list), status)


def subject_of(parameters: Json) -> str:
    """What is asked about: the first strong identifier, or the name."""
    for name in (*_STRONG, "name", "last_name"):
        value = parameters.get(name)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return ""


def record_id(subject: str) -> str:
    """The vendor's id of the person."""
    return hashlib.sha256(subject.encode()).hexdigest()[:28]


def _refused(world: World, request: Request, where: str) -> Response | None:
    key = _key(request)
    world.vendors.count(VENDOR, where)
    if not key.startswith(KEY_PREFIX):
        return error(401, "Request contained a missing or invalid key.")
    limit = world.behavior("pdl_per_minute")
    if world.vendors.calls_in_window((VENDOR, where, key), _WINDOW_SECONDS, world.now()) > limit:
        return too_fast(world.now())
    limit = world.behavior("vendor_credits").get(VENDOR)
    if where != "subjectrequest" and limit is not None and world.vendors.charged(VENDOR, key) >= limit * CREDIT:
        return error(402, "You have hit your account maximum for person enrichment (all matches used).")
    return None


def _key(request: Request) -> str:
    return str(request.headers.get("X-Api-Key") or request.query.get("api_key", ""))


def _headers(world: World, request: Request, spent: int) -> dict[str, str]:
    used = world.vendors.charged(VENDOR, _key(request)) // CREDIT
    return {
        "x-call-credits-spent": str(spent),
        "x-call-credits-type": "enrich",
        "x-lifetime-used": str(used),
        "x-ratelimit-limit": '{"minute": %d}' % world.behavior("pdl_per_minute"),  # noqa: UP031 # braces
    }


def _item(world: World, request: Request, where: str, parameters: Json) -> dict[str, Json]:
    """The answer about one person, in the form that both endpoints share."""
    subject = subject_of(parameters)
    case = world.vendors.case(VENDOR, where, subject)
    if case == "too-little" or not _is_enough(parameters):
        return _error(400, "Request must contain at least one valid combination of fields.")
    if case in ("not-found", "not-found-array") or (not case and record_id(subject)[0] in "012"):
        return _error(404, "No records were found matching your request", is_list=case == "not-found-array")
    if case == "error":
        return _error(500, "Something went wrong.")
    likelihood = 1 if case == "weak" else 6 + int(record_id(subject)[1], 16) % 5
    if likelihood < int(parameters.get("min_likelihood") or 0) and case != "weak":
        return _error(404, "No records were found matching your request")
    world.vendors.charge(VENDOR, _key(request), subject, CREDIT)
    found: dict[str, Json] = {"status": 200, "likelihood": likelihood, "data": _data(subject, case)}
    if case == "no-likelihood":
        del found["likelihood"]
    if case == "booleans" or not world.behavior("pdl_has_contact_data"):
        found["data"] = _withheld(found["data"], everything=case == "booleans")
    return found


def _is_enough(parameters: Json) -> bool:
    has_name = parameters.get("name") or (parameters.get("first_name") and parameters.get("last_name"))
    return any(map(parameters.get, _STRONG)) or bool(has_name and any(map(parameters.get, _WITH_NAME)))


def _error(status: int, message: str, *, is_list: bool = False) -> dict[str, Json]:
    kind = _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"status": status, "error": {"type": [kind] if is_list else kind, "message": message}}


def _data(subject: str, case: str) -> dict[str, Json]:
    """A person, the same for each question about this subject."""
    number = int(record_id(subject), 16)
    given, family = _GIVEN[number % 8], _FAMILY[number // 8 % 8]
    handle = f"{given}{family}{number % 997}".lower()
    born = {"born-year": "1985", "born-month": "1985-03"}.get(case, "1985-03-14")
    data: dict[str, Json] = {
        "id": record_id(subject),
        "full_name": f"{given} {family}",
        "first_name": given,
        "middle_name": None,
        "last_name": family,
        "sex": None,
        "job_title": _TITLES[number % len(_TITLES)],
        "job_company_name": _COMPANIES[number % len(_COMPANIES)],
        "job_last_verified": "2026-05-01",
        "work_email": f"{handle}@work.example",
        "recommended_personal_email": f"{handle}@home.example",
        "personal_emails": [f"{handle}@home.example"],
        "emails": [{"address": f"{handle}@past.example", "type": "professional", "last_seen": "2015-01-01"}],
        "possible_emails": [{"address": f"maybe.{handle}@home.example"}],
        "mobile_phone": f"+4915{number % 10**9:09d}",
        "phone_numbers": [f"+4915{number % 10**9:09d}", "+4930901820"],
        "possible_phones": [{"number": "+4930901821"}],
        "location_name": "Berlin, Berlin, Germany",
        "location_locality": "Berlin",
        "location_region": "Berlin",
        "location_country": "Germany",
        "location_postal_code": None,
        "location_street_address": None,
        "linkedin_url": f"linkedin.com/in/{handle}",
        "facebook_url": None,
        "twitter_url": f"twitter.com/{handle}",
        "github_url": None,
        "birth_date": born,
        "birth_year": 1985,
        "profiles": [{"network": "linkedin", "url": f"linkedin.com/in/{handle}", "username": handle}],
    }
    return {**dict.fromkeys(data), "id": data["id"]} if case == "nulls" else data


def _withheld(data: dict[str, Json], *, everything: bool) -> dict[str, Json]:
    """The person as a plan without contact data shows it: whether there is a value, not which."""
    names = [name for name in data if name != "id"] if everything else _WITHHELD
    return {**data, **{name: bool(data[name]) for name in names}}


def _bent(items: list[dict[str, Json]], fault: str) -> list[dict[str, Json]]:
    match fault:
        case "item-missing":
            return items[1:]
        case "items-swapped":
            return items[::-1]
        case "no-metadata":
            return [{name: value for name, value in item.items() if name != "metadata"} for item in items]
    return items
