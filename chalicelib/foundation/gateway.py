"""Converts the gateway's event to a `Request`: it decodes path parameters and joins repeated headers."""

import base64
import binascii
import uuid
from collections.abc import Mapping
from typing import Any

from chalice.app import Chalice

from chalicelib.foundation.http import Request, decode_params, lower_headers
from chalicelib.foundation.request_id import HEADER, chosen_request_id

# Headers that may be repeated: with HTTP/2, a browser may send one per cookie.
_SEPARATORS = {"cookie": "; ", "if-none-match": ", "}


def request_from(app: Chalice, path: str, params: Mapping[str, str]) -> Request:
    """The request that `app` is handling.

    Args:
        path: the pattern of the route.
        params: its path parameters, still encoded.
    """
    request = app.current_request
    assert request is not None, "Chalice sets it before it calls a view"  # noqa: S101 # tells mypy
    event = request.to_original_event()
    query, headers = _query(event), _headers(event)
    return Request(
        method=request.method,
        path=path,
        params=decode_params(params),
        query={name: values[-1] for name, values in query.items()},
        headers=headers,
        body=_body(event),
        request_id=_request_id(event, headers),
        seconds_left=_seconds_left(getattr(app, "lambda_context", None)),
        query_values=query,
        sent_path=event.get("path") or "",
    )


def refused_request(event: Mapping[str, Any]) -> Request:
    """The request of an event that Chalice does not pass on; without its body and parameters."""
    where, headers = event.get("requestContext", {}), _headers(event)
    return Request(
        method=where.get("httpMethod", ""),
        path=where.get("resourcePath", ""),
        params={},
        query={},
        headers=headers,
        request_id=_request_id(event, headers),
    )


def _request_id(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    own = str(event.get("requestContext", {}).get("requestId") or uuid.uuid4())
    return chosen_request_id(headers.get(HEADER.lower()), own)


def _query(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """All values of each name."""
    many = event.get("multiValueQueryStringParameters")
    if many is None:
        return {name: [value] for name, value in (event.get("queryStringParameters") or {}).items()}
    return {name: values if isinstance(values, list) else [values] for name, values in many.items() if values}


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    headers = lower_headers((event.get("headers") or {}).items())
    many = {name.lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    for name, separator in _SEPARATORS.items():
        if many.get(name):
            headers[name] = separator.join(many[name])
    return headers


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body")
    if not body:
        return b""
    if not event.get("isBase64Encoded"):
        return body if isinstance(body, bytes) else body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _seconds_left(context: Any) -> float | None:
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return None if remaining is None else remaining() / 1000
