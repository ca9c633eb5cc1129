"""Twilio Lookup v2: whether a number exists, and its line type.

Cases of a script: a line type such as mobile or tollFree, with-empty-errors (`validation_errors` is a list), invalid,
an error code such as 60600 (inside a 200), and one with "-http" (as an HTTP error).
"""

import base64
import binascii

from local.sandbox.faults import Fault
from local.sandbox.vendor_state import KEY_PREFIX
from local.sandbox.wire import Json, Request, Response, as_json
from local.sandbox.world import World

VENDOR = "twilio-lookup"
PRICE = 8_000  # millionths of a dollar
_PACKAGE = "line_type_intelligence"
_STATUSES = {60601: 403, 60606: 403, 60611: 429, 60616: 429, 60619: 400, 60626: 429, 20404: 404}
_WITHOUT_CARRIER = ("tollFree", "premium", "sharedCost", "uan", "voicemail", "pager", "personal", "unknown")


def lookup(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v2/PhoneNumbers/{number}"""
    number, key = request.route["number"], _key(request)
    world.vendors.count(VENDOR, "lookup")
    if not key.startswith(KEY_PREFIX):
        return error(401, 20003, "Authenticate")
    most = world.behavior("twilio_repeats")
    if most and world.vendors.calls_in_window((VENDOR, "lookup", number), 60, world.now()) > most:
        return as_json(_found(number, code=60626))
    case = world.vendors.case(VENDOR, "lookup", number) or _usual_case(number)
    if case.endswith("-http"):
        code = int(case.removesuffix("-http"))
        return error(_STATUSES.get(code, 400), code, "The package failed")
    if case == "invalid":
        return as_json(_invalid(number))
    if request.query.get("Fields") != _PACKAGE:
        return as_json({**_found(number), _PACKAGE: None})
    if case.isdecimal():
        return as_json(_found(number, code=int(case)))
    world.vendors.charge(VENDOR, key, number, PRICE)
    if case == "with-empty-errors":
        return as_json({**_found(number, "mobile"), "validation_errors": []})
    return as_json(_found(number, case))


def error(status: int, code: int, message: str) -> Response:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return as_json({"code": code, "message": message, "more_info": more_info, "status": status}, status)


def too_many() -> Response:
    """The refusal of a call while too many others are active; it was not processed."""
    return error(429, 20429, "Too many concurrent requests")


def _key(request: Request) -> str:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        pair = base64.b64decode(encoded, validate=True).decode() if kind.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
    key, _, secret = pair.partition(":")
    return key if secret.startswith(KEY_PREFIX) else ""


def _usual_case(number: str) -> str:
    """Short and national numbers are invalid; Canadian ones need an approval."""
    if not number.startswith("+") or not 8 <= len(number) <= 16:
        return "invalid"
    if number.startswith(("+1416", "+1604")):
        return "60601"
    return "mobile" if int(number[-1]) % 2 == 0 else "landline"


def _found(number: str, kind: str | None = None, code: int | None = None) -> dict[str, Json]:
    has_carrier = kind is not None and kind not in _WITHOUT_CARRIER
    return {
        "calling_country_code": "49",
        "country_code": "DE",
        "phone_number": number,
        "national_format": number,
        "valid": True,
        "validation_errors": None,
        "caller_name": None,
        _PACKAGE: {
            "error_code": code,
            "mobile_country_code": "262" if kind == "mobile" else None,
            "mobile_network_code": "02" if kind == "mobile" else None,
            "carrier_name": "Sandbox Mobile" if has_carrier else None,
            "type": kind,
        },
        "url": f"https://lookups.twilio.com/v2/PhoneNumbers/{number}",
    }


def _invalid(number: str) -> dict[str, Json]:
    nothing: dict[str, Json] = {"calling_country_code": None, "country_code": None, "national_format": None}
    return {**_found(number), **nothing, "valid": False, "validation_errors": ["TOO_SHORT"], _PACKAGE: None}
