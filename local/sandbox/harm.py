"""Applies a fault to a request: another response instead of the real one, or the real one damaged."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from local.sandbox import vendor_harm
from local.sandbox.faults import Fault
from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.vendor_state import VENDORS
from local.sandbox.wire import Json, Request, Response, encode_json
from local.sandbox.world import World

_HTML = b"<!doctype html><html><title>502 Bad Gateway</title><h1>502. That is an error.</h1></html>"
_LONG_SECONDS = 60.0  # a hang or a drip, unless said otherwise
_BLOCK = b" " * 65_536


def response_instead(world: World, request: Request, fault: Fault) -> Response | None:
    """The response of this fault without handling the request; None if the request is handled."""
    match fault.fault:
        case "hang":
            return Response(stream=lambda: _after(world, fault), length=2)
        case "reset":
            return Response(cut=True)
        case "html":
            return Response(200, _HTML, "text/html; charset=utf-8")
        case "no-content":
            return Response(204)
        case "huge":
            return Response(stream=lambda: _huge(fault), length=fault.size)
        case "502":
            return Response(502, _HTML, "text/html; charset=utf-8")
    if fault.provider in VENDORS:
        return vendor_harm.refusal(world, fault)
    if fault.fault in ("expire-token", "revoke"):
        return _end_token(world, request, fault)
    return _refusal(world, fault) if fault.fault in PROVIDERS[fault.provider].refusals else None


def _refusal(world: World, fault: Fault) -> Response:
    answer = PROVIDERS[fault.provider].refusals[fault.fault]()
    if fault.fault in ("429", "503") and fault.seconds is not None:
        answer.headers["Retry-After"] = str(int(fault.seconds))
    if fault.fault == "429-date":
        at = datetime.fromtimestamp(world.now(), UTC) + timedelta(seconds=fault.seconds or 60)
        answer.headers["Retry-After"] = format_datetime(at, usegmt=True)
    return answer


def _end_token(world: World, request: Request, fault: Fault) -> Response | None:
    """Ends the access token or the whole grant; the endpoint then reports it itself."""
    world.grants.end_access_token(request.bearer)
    grant = world.grants.find_by_token(fault.provider, request.bearer)
    if fault.fault == "revoke" and grant:
        world.grants.revoke(grant.address, grant.client_id)
    return None


def _after(world: World, fault: Fault) -> Iterator[bytes]:
    world.pause(fault.seconds or _LONG_SECONDS)
    yield b"{}"


def _huge(fault: Fault) -> Iterator[bytes]:
    """Endless JSON: the start of an object, padded with spaces."""
    yield b"{" + b" " * (min(len(_BLOCK), fault.size) - 1)
    for _ in range(fault.size // len(_BLOCK) - 1):
        yield _BLOCK
    yield b" " * (fault.size % len(_BLOCK))


def apply_fault(world: World, answer: Response, fault: Fault) -> Response:
    """The real response, changed by this fault."""
    match fault.fault:
        case "drip":
            answer.stream, answer.length = _drip(world, answer.body, fault), len(answer.body)
        case "reset-after":
            answer.cut = True
        case "truncated":
            answer.body = answer.body[: max(1, len(answer.body) * 2 // 3)]
        case "wrong-types":
            answer.body = encode_json(_change_types(json.loads(answer.body)))
        case "foreign-link":
            answer.body = encode_json(_redirect_links(json.loads(answer.body)))
    return answer


def _drip(world: World, body: bytes, fault: Fault) -> Callable[[], Iterator[bytes]]:
    """Byte by byte, within the seconds that the fault gives in total."""
    pause = (fault.seconds or _LONG_SECONDS) / max(1, len(body))

    def pieces() -> Iterator[bytes]:
        every = max(1, int(0.05 / pause))
        for start in range(0, len(body), every):
            world.pause(pause * every)
            yield body[start : start + every]

    return pieces


def _change_types(body: Json) -> Json:
    """Lists become numbers, numbers become texts, one level into each record."""
    if isinstance(body, dict):
        for name in ("connections", "value", "results", "contactGroups"):
            if name in body:
                return {**body, name: [_change_types_of(record) for record in body[name]]}
        return {name: [value] for name, value in body.items()}
    return 17


def _change_types_of(record: Json) -> Json:
    ids = ("resourceName", "id", "etag", "@odata.etag")
    return {
        name: value if name in ids else 17 if isinstance(value, list) else [value] for name, value in record.items()
    }


def _redirect_links(body: Json) -> Json:
    """Links lead to another host."""
    for name in ("@odata.nextLink", "@odata.deltaLink"):
        if name in body:
            scheme, _, rest = body[name].partition("://")
            body[name] = f"{scheme}://evil.example/{rest.partition('/')[2]}"
    return body
