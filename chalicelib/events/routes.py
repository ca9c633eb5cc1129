"""REST routes of endpoints and of what was sent to them, the same for people, organizations and the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.events.scopes import SCOPES, Scope
from chalicelib.foundation.bodies import read_body
from chalicelib.foundation.http import Request, Response
from chalicelib.foundation.router import Query, Router

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.events.bodies import EndpointBody, NewEndpointBody, ReplayBody
    from chalicelib.events.parts import EventsParts

LOG_PAGE = 50
CURSOR = Query("cursor", "The `next_cursor` of the previous page.")


def routes(router: Router, parts: EventsParts) -> None:
    for scope in SCOPES:
        _list_routes(router, parts, scope)
        _endpoint_routes(router, parts, scope)
        _secret_routes(router, parts, scope)
        _sending_routes(router, parts, scope)
        _log_routes(router, parts, scope)


def named(name: str, scope: Scope, view: Callable[..., Response]) -> Callable[..., Response]:
    """The view with a name of its own, from which the ids of operations are made."""
    view.__name__ = f"{name}{scope.name}"
    return view


def _list_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    def list_endpoints(request: Request, **_: str) -> Response:
        from chalicelib.events.endpoint import allowed_types
        from chalicelib.events.endpoint_json import endpoint_json

        owner = scope.owner(request)
        endpoints = [endpoint_json(each) for each in parts.endpoints.of_owner(owner)]
        return Response({"endpoints": endpoints, "available_events": sorted(allowed_types(owner))})

    def register_endpoint(request: Request, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        body = read_body(request, _new_body())
        endpoint, secret = parts.manage.register(scope.owner(request), body.edit())
        location = f"{parts.shared.public_url}{scope.api.format_map(request.params)}/{endpoint.endpoint_id}"
        return Response({**endpoint_json(endpoint), "secret": secret}, 201, {"Location": location})

    router.get(
        scope.api,
        scope.access,
        f"List the endpoints {scope.of_whom}",
        {200: "EventEndpoints"},
        role=scope.role,
        strict_query=True,
    )(named("list_endpoints", scope, list_endpoints))
    router.post(
        scope.api,
        scope.access,
        f"Register an endpoint {scope.of_whom}; its secret is shown only now",
        {201: "EventEndpointWithSecret"},
        body=_new_body,
        role=scope.role,
    )(named("register_endpoint", scope, register_endpoint))


def _endpoint_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    one = f"{scope.api}/{{endpoint_id}}"

    def get_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        return Response(endpoint_json(parts.endpoints.get(scope.owner(request), endpoint_id)))

    def change_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        edit = read_body(request, _body()).edit()
        return Response(endpoint_json(parts.manage.change(scope.owner(request), endpoint_id, edit)))

    def delete_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        parts.manage.delete(scope.owner(request), endpoint_id)
        return Response(status=204)

    router.get(one, scope.access, f"Get an endpoint {scope.of_whom}", {200: "EventEndpoint"}, role=scope.role)(
        named("get_endpoint", scope, get_endpoint)
    )
    router.patch(
        one,
        scope.access,
        f"Change an endpoint {scope.of_whom}",
        {200: "EventEndpoint"},
        body=_body,
        role=scope.role,
    )(named("change_endpoint", scope, change_endpoint))
    router.delete(
        one,
        scope.access,
        f"Delete an endpoint {scope.of_whom}, and the log of what was sent to it",
        {204: ""},
        role=scope.role,
    )(named("delete_endpoint", scope, delete_endpoint))


def _secret_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    def rotate_secret(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        endpoint, secret = parts.manage.rotate(scope.owner(request), endpoint_id)
        return Response({**endpoint_json(endpoint), "secret": secret})

    router.post(
        f"{scope.api}/{{endpoint_id}}/rotate",
        scope.access,
        f"Make a new secret for an endpoint {scope.of_whom}; the one before stays valid for a day",
        {200: "EventEndpointWithSecret"},
        role=scope.role,
    )(named("rotate_secret", scope, rotate_secret))


def _sending_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    one = f"{scope.api}/{{endpoint_id}}"

    def pause_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        return Response(endpoint_json(parts.manage.pause(scope.owner(request), endpoint_id)))

    def resume_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        return Response(endpoint_json(parts.manage.resume(scope.owner(request), endpoint_id)))

    def test_endpoint(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import delivery_json

        sent = parts.manage.test(scope.owner(request), endpoint_id)
        return Response(delivery_json(sent), 202, _log_location(parts, scope, request, endpoint_id))

    for name, view, words in (
        ("pause", pause_endpoint, f"Let events wait for an endpoint {scope.of_whom} until it is resumed"),
        ("resume", resume_endpoint, f"Send events again to an endpoint {scope.of_whom}, also to one that was disabled"),
    ):
        router.post(f"{one}/{name}", scope.access, words, {200: "EventEndpoint"}, role=scope.role)(
            named(f"{name}_endpoint", scope, view)
        )
    router.post(
        f"{one}/test",
        scope.access,
        f"Send a test event to an endpoint {scope.of_whom}",
        {202: "EventDelivery"},
        role=scope.role,
    )(named("test_endpoint", scope, test_endpoint))


def _log_routes(router: Router, parts: EventsParts, scope: Scope) -> None:
    one = f"{scope.api}/{{endpoint_id}}"

    def list_deliveries(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import delivery_json

        found, cursor = parts.log(scope.owner(request), endpoint_id, request.query.get("cursor"), limit=LOG_PAGE)
        return Response({"deliveries": [delivery_json(each) for each in found], "next_cursor": cursor})

    def replay_delivery(request: Request, endpoint_id: str, delivery_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import delivery_json, parsed_delivery_id

        owner = scope.owner(request)
        parts.endpoints.get(owner, endpoint_id)  # else an invalid id would tell whether there is such an endpoint
        event_id, at = parsed_delivery_id(delivery_id)
        again = parts.manage.replay(owner, endpoint_id, event_id, at)
        return Response(delivery_json(again), 202, _log_location(parts, scope, request, endpoint_id))

    def replay_since(request: Request, endpoint_id: str, **_: str) -> Response:
        from chalicelib.events.endpoint_json import endpoint_json

        since = read_body(request, _replay_body()).instant
        endpoint = parts.manage.replay_since(scope.owner(request), endpoint_id, since)
        return Response(endpoint_json(endpoint), 202, _log_location(parts, scope, request, endpoint_id))

    router.get(
        f"{one}/deliveries",
        scope.access,
        f"List what was sent to an endpoint {scope.of_whom} in the last 30 days, with all attempts",
        {200: "EventDeliveries"},
        query=[CURSOR],
        strict_query=True,
        role=scope.role,
    )(named("list_deliveries", scope, list_deliveries))
    router.post(
        f"{one}/deliveries/{{delivery_id}}/replay",
        scope.access,
        f"Send an event again to an endpoint {scope.of_whom}",
        {202: "EventDelivery"},
        role=scope.role,
    )(named("replay_delivery", scope, replay_delivery))
    router.post(
        f"{one}/replay",
        scope.access,
        f"Send again to an endpoint {scope.of_whom} what happened since an instant",
        {202: "EventEndpoint"},
        body=_replay_body,
        role=scope.role,
    )(named("replay_since", scope, replay_since))


def _log_location(parts: EventsParts, scope: Scope, request: Request, endpoint_id: str) -> dict[str, str]:
    base = f"{parts.shared.public_url}{scope.api.format_map(request.params)}"
    return {"Location": f"{base}/{endpoint_id}/deliveries"}


def _new_body() -> type[NewEndpointBody]:
    from chalicelib.events.bodies import NewEndpointBody

    return NewEndpointBody


def _body() -> type[EndpointBody]:
    from chalicelib.events.bodies import EndpointBody

    return EndpointBody


def _replay_body() -> type[ReplayBody]:
    from chalicelib.events.bodies import ReplayBody

    return ReplayBody
