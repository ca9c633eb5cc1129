"""What owners do with their endpoints: register, change, rotate the secret, pause, test, replay, delete."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.events.delivery import Delivery, DeliveryState
from chalicelib.events.delivery_store import DeliveryStore
from chalicelib.events.endpoint import MOST_ENDPOINTS, Endpoint, EndpointState, allowed_types, default_types
from chalicelib.events.endpoint_secrets import EndpointSecrets
from chalicelib.events.endpoint_store import EndpointStore
from chalicelib.events.message import new_secret
from chalicelib.events.start_deliveries import StartDeliveries
from chalicelib.foundation.callbacks import check_callback_url
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.errors import Conflict, InvalidInput
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.service_owners import SERVICE_OWNER
from chalicelib.jobs.events import EventType
from chalicelib.tables.keys import PAST_DELIVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointEdit:
    """What an owner says about an endpoint; None leaves it as it is."""

    url: str | None = None
    events: Collection[str] | None = None
    is_full: bool | None = None
    description: str | None = None


@dataclass(frozen=True)
class ManageEndpoints:
    """The use cases of owners. Each raises NotFound for an endpoint that the owner does not have."""

    endpoints: EndpointStore
    deliveries: DeliveryStore
    secrets: EndpointSecrets
    start_deliveries: StartDeliveries
    clock: Clock
    allow_loopback: bool = False  #: whether events may be sent to this machine; for the local stack alone

    def register(self, owner: str, edit: EndpointEdit) -> tuple[Endpoint, str]:
        """A new endpoint, and its secret, which is shown only now.

        Raises:
            InvalidInput: the URL or the events are not allowed.
            Conflict: the owner has as many as they may have, or is being erased.
        """
        if len(self.endpoints.of_owner(owner)) >= MOST_ENDPOINTS:
            raise Conflict(f"There can be at most {MOST_ENDPOINTS} endpoints. Delete one that you do not need.")
        endpoint_id, secret = fresh_id(), new_secret()
        blank = Endpoint(
            owner=owner,
            endpoint_id=endpoint_id,
            url="",
            types=default_types(owner),
            created_at=milliseconds(self.clock.now()),
        )
        edited = self._edited(blank, replace(edit, url=edit.url or ""))
        new = edited.rotated(self.secrets.sealed(owner, endpoint_id, secret), edited.created_at)
        if not self.endpoints.add(new):
            raise Conflict("Your data is being erased, so nothing can be changed.")
        return replace(new, rev=1), secret

    def change(self, owner: str, endpoint_id: str, edit: EndpointEdit) -> Endpoint:
        """Raises InvalidInput as `register`."""
        return self.endpoints.change(owner, endpoint_id, lambda seen: self._edited(seen, edit))

    def rotate(self, owner: str, endpoint_id: str) -> tuple[Endpoint, str]:
        """A new secret. The one before signs too for a day; a still older one does not any more."""
        self.endpoints.get(owner, endpoint_id)
        secret = new_secret()
        sealed = self.secrets.sealed(owner, endpoint_id, secret)
        now = milliseconds(self.clock.now())
        return self.endpoints.change(owner, endpoint_id, lambda seen: seen.rotated(sealed, now)), secret

    def pause(self, owner: str, endpoint_id: str) -> Endpoint:
        """Let events wait until it is resumed. One that is disabled stays so."""

        def paused(seen: Endpoint) -> Endpoint:
            return replace(seen, state=EndpointState.PAUSED) if seen.state is EndpointState.ACTIVE else seen

        return self.endpoints.change(owner, endpoint_id, paused)

    def resume(self, owner: str, endpoint_id: str) -> Endpoint:
        """Send again, first what waits. Of one that was disabled, only what happens from now on is written."""
        now = milliseconds(self.clock.now())

        def resumed(seen: Endpoint) -> Endpoint:
            return seen if seen.state is EndpointState.ACTIVE else seen.resumed(now)

        return self._started(self.endpoints.change(owner, endpoint_id, resumed))

    def test(self, owner: str, endpoint_id: str) -> Delivery:
        """Send an event that says nothing, to this endpoint alone.

        Raises:
            Conflict: it is paused or disabled.
        """
        now = milliseconds(self.clock.now())
        delivery = Delivery(
            owner=owner,
            endpoint_id=endpoint_id,
            event_id=f"evt_{fresh_id()}",
            type=EventType.ENDPOINT_TEST.value,
            at=now,
            data={"endpoint_id": endpoint_id},
        )
        put = self.deliveries.put_write(delivery)
        changed = self.endpoints.change(
            owner, endpoint_id, lambda seen: _active(seen).to_send(now), lambda _: [put], always=True
        )
        self._started(changed)
        return delivery

    def replay(self, owner: str, endpoint_id: str, event_id: str, at: int) -> Delivery:
        """Send one event again, with the same id.

        Raises:
            NotFound: it was not sent in the last 30 days.
            Conflict: the endpoint is paused or disabled.
        """
        now = milliseconds(self.clock.now())
        _active(self.endpoints.get(owner, endpoint_id))
        seen = self.deliveries.get(owner, endpoint_id, event_id, at)
        again = seen.replayed(now)
        if seen.state is not DeliveryState.WAITING or seen.failures:
            self.deliveries.update(seen, again)
        changed = self.endpoints.change(owner, endpoint_id, lambda each: _active(each).to_send(now), always=True)
        self._started(changed)
        return again

    def replay_since(self, owner: str, endpoint_id: str, since: datetime) -> Endpoint:
        """Send again what happened since then and was sent before now. Raises Conflict as `replay`.

        A replay that goes on is continued: what it has left is sent again, too.
        """
        now = milliseconds(self.clock.now())
        prefix, start = PAST_DELIVERY.sk_prefix(), min(max(0, milliseconds(since)), now)

        def replayed(seen: Endpoint) -> Endpoint:
            first, last = f"{prefix}{start:013d}", f"{prefix}{now:013d}~"
            left = first if seen.replay is None else seen.replay[0]
            return replace(_active(seen).to_send(now), replay=(min(first, left), last))

        return self._started(self.endpoints.change(owner, endpoint_id, replayed))

    def delete(self, owner: str, endpoint_id: str) -> None:
        """Delete an endpoint and what was sent to it."""
        found = self.endpoints.get(owner, endpoint_id)
        self.endpoints.delete(found)
        self.deliveries.forget(owner, endpoint_id)

    def _edited(self, seen: Endpoint, edit: EndpointEdit) -> Endpoint:
        edited = replace(
            seen,
            url=seen.url if edit.url is None else edit.url,
            is_full=seen.is_full if edit.is_full is None else edit.is_full,
            description=seen.description if edit.description is None else edit.description,
        )
        if edit.url is not None:
            check_callback_url(edit.url, allow_loopback=self.allow_loopback)
        if edit.events is not None:
            edited = replace(edited, types=_checked_types(seen.owner, edit.events))
        if edited.is_full and edited.owner == SERVICE_OWNER:
            raise InvalidInput("Events of the whole service are always thin.", field="payload")
        return edited

    def _started(self, endpoint: Endpoint) -> Endpoint:
        self.start_deliveries.start(endpoint)
        return endpoint


def _checked_types(owner: str, events: Collection[str]) -> frozenset[str]:
    allowed = allowed_types(owner)
    unknown = sorted(set(events) - allowed)
    if unknown:
        raise InvalidInput(f'There is no event "{unknown[0][:60]}" for this endpoint.', field="events")
    if not events:
        raise InvalidInput("Choose at least one event.", field="events")
    return frozenset(events)


def _active(endpoint: Endpoint) -> Endpoint:
    if endpoint.state is not EndpointState.ACTIVE:
        raise Conflict(f"This endpoint is {endpoint.state.value}. Resume it first.", state=endpoint.state.value)
    return endpoint
