"""The state of the sandbox's vendors: scripted answers, rate limits, and counters of calls and charges."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from local.sandbox.wire import Json

PLACES = {  # the endpoints of each vendor
    "people-data-labs": ("enrich", "bulk", "subjectrequest"),
    "hunter": ("verify", "find"),
    "twilio-lookup": ("lookup",),
}
VENDORS = tuple(PLACES)
ANYONE = "*"
KEY_PREFIX = "sandbox-"  # a key with any other beginning is refused


class BadScript(ValueError):
    """An invalid script; the message says why."""


@dataclass
class VendorState:
    """What the vendors were told to answer, and what they were asked. Safe to share between threads."""

    scripts: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    #: The ids on the list of opt-outs of People Data Labs.
    opted_out: list[str] = field(default_factory=list)
    _calls: Counter[str] = field(default_factory=Counter)
    _charges: dict[str, Counter[str]] = field(default_factory=dict)
    _verified: set[tuple[str, str]] = field(default_factory=set)
    _windows: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        with self._lock:
            for kept in (self.scripts, self.opted_out, self._calls, self._charges, self._verified, self._windows):
                kept.clear()

    def script(self, description: Json) -> None:
        """Set the cases that one subject gets in turn; the last one stays.

        Args:
            description: {vendor, where, subject, cases}. The subject is what is asked about, or "*" for everyone.
                Cases are those of the vendor's module, such as "born-month" or "202".
        """
        vendor, where, cases = (description.get(name) for name in ("vendor", "where", "cases"))
        if where not in PLACES.get(vendor, ()) or not cases or not all(isinstance(case, str) for case in cases):
            raise BadScript(f"A script has vendor, where (one of {PLACES}), subject and a list of cases.")
        with self._lock:
            self.scripts[vendor, where, description.get("subject", ANYONE)] = list(cases)

    def case(self, vendor: str, where: str, subject: str) -> str:
        """The next case of this subject, or of everyone; "" if nothing is scripted."""
        with self._lock:
            for key in ((vendor, where, subject), (vendor, where, ANYONE)):
                cases = self.scripts.get(key)
                if cases:
                    return cases.pop(0) if len(cases) > 1 else cases[0]
        return ""

    def count(self, vendor: str, where: str) -> None:
        with self._lock:
            self._calls[f"{vendor} {where}"] += 1

    def charge(self, vendor: str, key: str, subject: str, millionths: int) -> None:
        with self._lock:
            self._of(vendor, "by_key")[key] += millionths
            self._of(vendor, "by_subject")[subject] += millionths

    def charge_once(self, vendor: str, key: str, subject: str, millionths: int) -> None:
        """Charge for a verification, unless it was charged before: it is counted once in a billing period."""
        with self._lock:
            is_known = (key, subject) in self._verified
            self._verified.add((key, subject))
        if not is_known:
            self.charge(vendor, key, subject, millionths)

    def charged(self, vendor: str, key: str) -> int:
        with self._lock:
            return self._of(vendor, "by_key")[key]

    def calls_in_window(self, name: tuple[str, ...], seconds: int, now: float) -> int:
        """Count one call. Returns the number of calls in the fixed window of that length, with this one."""
        window = (*name, str(seconds), str(int(now // seconds)))
        with self._lock:
            self._windows[window] += 1
            return self._windows[window]

    def as_json(self) -> dict[str, Json]:
        with self._lock:
            charges = {
                vendor: {by: dict(self._of(vendor, by)) for by in ("by_key", "by_subject")} for vendor in VENDORS
            }
            return {"calls": dict(self._calls), "charges": charges}

    def _of(self, vendor: str, by: str) -> Counter[str]:
        return self._charges.setdefault(f"{vendor} {by}", Counter())
