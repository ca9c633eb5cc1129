"""VendorControl: what operators decided about a vendor, and what became of its runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.schedules.cron import Cron


class ScopeKind(StrEnum):
    """Whose contacts a vendor is asked about."""

    ALL = "all"  # those of all books
    OWNERS = "owners"  # those of the books of certain people
    TAG = "tag"  # those with a source of a certain tag, in all books


@dataclass(frozen=True, slots=True)
class Scope:
    """The contacts about which a vendor is asked."""

    kind: ScopeKind = ScopeKind.ALL
    #: The `sub` of each person, of the kind `OWNERS`.
    owners: tuple[str, ...] = ()
    #: Of the kind `TAG`.
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a vendor is asked, and the most that this costs; None for no limit."""

    calls_per_run: int | None = None
    calls_per_day: int | None = None
    #: In millionths of the vendor's unit, as all money here.
    money_per_run: int | None = None
    money_per_day: int | None = None

    @property
    def has_any(self) -> bool:
        return self != Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorControl:
    """The control of one vendor. Instants are in milliseconds since 1970."""

    vendor: str

    # ── what operators decide
    enabled: bool = False
    #: When runs are due; None if they begin by hand alone.
    schedule: Cron | None = None
    scope: Scope = Scope()  # frozen
    limits: Limits = Limits()  # frozen
    #: The sealed secrets that the vendor needs, by name.
    credentials: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: Grows with every change by an operator.
    rev: int = 0
    changed_at: int | None = None
    #: The `sub` of the operator who changed it last; "" if nobody did, or they were erased.
    changed_by: str = ""

    # ── what becomes of its runs
    #: When the last run ended without error.
    last_good_run: int | None = None
    #: Up to when due runs are settled: they have begun, or are not to begin any more.
    considered: int = 0
    #: The job id of the run under way; "" for none. A run that was canceled as a job stays here until the next one.
    run: str = ""
    #: Whether an operator wants the run under way to end after its chunk.
    stop: bool = False
    #: The runs that were undone, and whose contacts the vendor may be asked about again.
    asked_again: frozenset[str] = frozenset()
    #: Why no run begins until an operator turns the vendor on again: a code, or a code with details; "" if none.
    waits: str = ""

    @property
    def time_zone(self) -> str:
        """The zone in which the days of its limits begin."""
        return self.schedule.time_zone if self.schedule else "UTC"


BREAKER = "breaker"  # a code of `waits`: the run stopped itself
_DETAILS = ": "  # between the code of `waits` and its details


def waits_for(code: str, details: str = "") -> str:
    """The text of `waits`.

    Args:
        code: a code of `vendors.reasons`, or `BREAKER`.
        details: a sentence for operators, without anyone's data.
    """
    return f"{code}{_DETAILS}{details}" if details else code


def waits_parts(waits: str) -> tuple[str, str]:
    """The code and the details in the text of `waits`."""
    code, _, details = waits.partition(_DETAILS)
    return code, details
