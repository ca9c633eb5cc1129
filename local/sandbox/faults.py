"""Faults on request: what fails, where, on which page and how often.

Some replace the response, some distort a listing (`paging.py`), some damage the response on its way out (`harm.py`).
"""

import threading
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Final

from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.vendor_state import PLACES as VENDOR_PLACES
from local.sandbox.vendor_state import VENDORS
from local.sandbox.wire import Json

BEFORE: Final = frozenset(
    {"429", "429-date", "quota", "500", "502", "503", "hang", "reset", "html", "huge", "no-content", "expire-token"}
    | {"revoke", "expire-page-token", "expire-sync", "insufficient-scope", "service-disabled"}
)
BENDING: Final = frozenset({"empty-page", "repeat-token", "shift", "item-missing", "items-swapped", "no-metadata"})
AFTER: Final = frozenset({"drip", "truncated", "wrong-types", "foreign-link", "reset-after"})
TOKEN: Final = frozenset({"invalid-grant", "invalid-client", "no-refresh-token", "no-expires-in"})
KINDS: Final = BEFORE | BENDING | AFTER | TOKEN
PLACES = (
    *("list", "other", "search", "token", "userinfo", "groups", "revoke", "folders", "discovery"),
    *(place for places in VENDOR_PLACES.values() for place in places),
)


class BadFault(ValueError):
    """An invalid fault; the message says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        page: the page of a listing it waits for; None for any. address: the account; None for any.
        skip: how many that match go by unharmed first. times: how many it then meets.
        seconds: of Retry-After, of a hang, or of a whole drip; None: no Retry-After, or 60. size: bytes of a huge body.
    """

    fault: str
    provider: str
    where: str = "list"
    page: int | None = None
    address: str | None = None
    skip: int = 0
    times: int = 1
    seconds: float | None = None
    size: int = 100_000_000

    def meets(self, provider: str, where: str, page: int, address: str) -> bool:
        same = (self.provider, self.where) == (provider, where)
        return same and self.page in (None, page) and self.address in (None, address)


@dataclass
class Faults:
    """The pending faults, oldest first; a request meets at most one."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, description: Json) -> Fault:
        known = {member.name for member in fields(Fault)}
        if not isinstance(description, dict) or not {"fault", "provider"} <= set(description) <= known:
            raise BadFault(f"A fault has the fields {', '.join(sorted(known))}; fault and provider are required.")
        fault = Fault(**description)
        if fault.fault not in KINDS or fault.where not in PLACES or fault.provider not in (*PROVIDERS, *VENDORS):
            raise BadFault(f"fault: one of {', '.join(sorted(KINDS))}; where: one of {', '.join(PLACES)}.")
        with self._lock:
            self.waiting.append(fault)
        return fault

    def take(self, provider: str, where: str, page: int, address: str) -> Fault | None:
        if not self.waiting:
            return None
        with self._lock:
            for place, fault in enumerate(self.waiting):
                if fault.meets(provider, where, page, address):
                    return self._met(place, fault)
        return None

    def clear(self) -> None:
        with self._lock:
            self.waiting.clear()

    def as_json(self) -> list[dict[str, Json]]:
        with self._lock:
            return [asdict(fault) for fault in self.waiting]

    def _met(self, place: int, fault: Fault) -> Fault | None:
        if fault.skip:
            self.waiting[place] = replace(fault, skip=fault.skip - 1)
            return None
        if fault.times > 1:
            self.waiting[place] = replace(fault, times=fault.times - 1)
        else:
            del self.waiting[place]
        return fault
