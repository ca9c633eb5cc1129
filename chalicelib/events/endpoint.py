"""An endpoint: where events are sent, which ones, and whether it can be reached. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from chalicelib.foundation.service_owners import OF_NO_PERSON, SERVICE_OWNER
from chalicelib.jobs.events import CONTACT_TYPES, EventType

MOST_ENDPOINTS = 5  # of one owner
TWO_SECRETS_FOR = timedelta(hours=24)  # how long the one before stays valid
DISABLED_AFTER = timedelta(days=5)  # of nothing but failures


class EndpointState(StrEnum):
    """The states of an endpoint."""

    ACTIVE = "active"
    PAUSED = "paused"  # by its owner: events wait until it is resumed
    DISABLED = "disabled"  # by us: nothing is written for it until its owner resumes it


class DisabledReason(StrEnum):
    """Why an endpoint was disabled."""

    GONE = "gone"  # it answered 410
    FAILING = "failing"  # for five days nothing was accepted


_LEADS = frozenset({EventType.LEADS_COMPLETED, EventType.LEADS_FAILED})
_ALWAYS = frozenset({EventType.ENDPOINT_TEST})
_OF_PERSON = frozenset(EventType) - _LEADS - _ALWAYS
_INGEST = frozenset({EventType.INGEST_COMPLETED, EventType.INGEST_FAILED})
_OF_ORGANIZATION = _LEADS | _INGEST | {EventType.ENDPOINT_DISABLED}
_OF_SERVICE = frozenset(EventType) - CONTACT_TYPES - _ALWAYS


def allowed_types(owner: str) -> frozenset[EventType]:
    """The types of events that an endpoint of this owner may want."""
    if owner == SERVICE_OWNER:
        return _OF_SERVICE
    return _OF_ORGANIZATION if owner.startswith(OF_NO_PERSON) else _OF_PERSON


def default_types(owner: str) -> frozenset[EventType]:
    """The types that an endpoint of this owner gets unless it names some: all but those of contacts."""
    return allowed_types(owner) - CONTACT_TYPES


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret that signatures are made with."""

    sealed: bytes
    #: Until when signatures are made with it, in milliseconds since 1970; None for the current one.
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint. Instants are in milliseconds since 1970."""

    #: Whose events it gets: a person, an organization, or the service.
    owner: str
    endpoint_id: str
    url: str
    types: frozenset[str]
    #: Whether events come with what they are about, instead of ids and counts alone.
    is_full: bool = False
    description: str = ""
    secrets: tuple[SealedSecret, ...] = ()
    created_at: int = 0
    state: EndpointState = EndpointState.ACTIVE
    disabled_because: DisabledReason | None = None
    #: When the first of the attempts failed since which none has succeeded.
    failing_since: int | None = None

    # ── deliveries
    #: Grows with every write.
    rev: int = 0
    #: When there is something to send; None if there is nothing.
    due: int | None = None
    #: Before when nothing is sent, because it asked for that or is slow.
    not_before: int = 0
    #: The job that sends, or has sent last.
    job: str = ""
    #: The sort keys of past deliveries between which all are sent again; None unless that goes on.
    replay: tuple[str, str] | None = None

    @property
    def is_thin(self) -> bool:
        """Whether events come with ids and counts alone: always for the service, which has everyone's."""
        return not self.is_full or self.owner == SERVICE_OWNER

    def may_get(self, types: Iterable[str]) -> bool:
        """Whether it wants an event of one of these types and its owner may get it. Asked for each delivery."""
        permitted = (allowed_types(self.owner) & self.types) | _ALWAYS
        return not permitted.isdisjoint(types)

    @property
    def wanted(self) -> frozenset[str]:
        """The types that are written for it."""
        return frozenset() if self.state is EndpointState.DISABLED else self.types & allowed_types(self.owner)

    def valid_secrets(self, now: int) -> tuple[SealedSecret, ...]:
        """Those that signatures are made with, the current one first."""
        return tuple(each for each in self.secrets if each.until is None or each.until > now)

    # ── what becomes of it

    def rotated(self, sealed: bytes, now: int) -> "Endpoint":
        """With a new secret; the one before stays valid for a day."""
        until = now + round(TWO_SECRETS_FOR.total_seconds() * 1000)
        return replace(self, secrets=(SealedSecret(sealed), *(replace(each, until=until) for each in self.secrets[:1])))

    def to_send(self, now: int) -> "Endpoint":
        """With something to send, as soon as it may be."""
        due = max(now, self.not_before)
        return replace(self, due=due if self.due is None else min(self.due, due))

    def resumed(self, now: int) -> "Endpoint":
        return replace(
            self, state=EndpointState.ACTIVE, disabled_because=None, failing_since=None, not_before=0, due=now
        )

    def disabled(self, reason: DisabledReason) -> "Endpoint":
        return replace(self, state=EndpointState.DISABLED, disabled_because=reason, due=None)

    def after_success(self) -> "Endpoint":
        return replace(self, failing_since=None)

    def after_failure(self, now: int) -> "Endpoint":
        """Disabled after five days without a success, counted from the first failure."""
        since = self.failing_since if self.failing_since is not None else now
        failing = replace(self, failing_since=since)
        is_hopeless = now - since >= DISABLED_AFTER.total_seconds() * 1000
        return failing.disabled(DisabledReason.FAILING) if is_hopeless else failing
