"""Spend: what the calls to a vendor cost, by day and by run, and whether a limit allows one more. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.enrichment.vendor_control import Limits


class Limit(StrEnum):
    """A limit of a vendor's calls, by the name of its field in `Limits`."""

    CALLS_PER_RUN = "calls_per_run"
    CALLS_PER_DAY = "calls_per_day"
    MONEY_PER_RUN = "money_per_run"
    MONEY_PER_DAY = "money_per_day"


@dataclass(frozen=True, slots=True)
class Spent:
    """The calls of a day or of a run. Money is in millionths of the vendor's unit."""

    calls: int = 0
    money: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that was counted, with the most that it can cost, before it is made."""

    vendor: str
    run: str
    call_id: str
    most: int
    day: str  #: the day to which it was counted
    at: int  #: milliseconds since 1970


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A call that must not be made. Nothing was counted."""

    which: Limit


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent on a vendor."""

    vendor: str
    by_day: Mapping[str, Spent] = field(default_factory=dict)  #: the latest days, such as "2026-11-30"
    by_run: Mapping[str, Spent] = field(default_factory=dict)  #: the latest runs
    last_claims: Mapping[str, int] = field(default_factory=dict)  #: by run; milliseconds since 1970
    open_calls: tuple[
        Claimed, ...
    ] = ()  #: without an answer yet; those of a worker that crashed stay until written off
    latest_calls: tuple[datetime, ...] = ()  #: when the latest calls began that have ended, to the second
    #: Calls of which it is not certain what they cost, because the answer was lost, and the most that they can have.
    uncertain: Spent = Spent()  # frozen

    def on(self, day: str) -> Spent:
        return self.by_day.get(day, Spent())

    def of_run(self, run: str) -> Spent:
        return self.by_run.get(run, Spent())

    @property
    def last_run(self) -> str:
        """The run that made the last call; "" if none ever did."""
        return max(self.last_claims, key=lambda run: (self.last_claims[run], run), default="")


def day_of(now: datetime, time_zone: str) -> str:
    """The date in the zone, which is the day to whose limits a call counts."""
    return now.astimezone(ZoneInfo(time_zone)).date().isoformat()


def reached_limit(limits: Limits, of_day: Spent, of_run: Spent, most: int) -> Limit | None:
    """The limit that one more call would exceed; None if none.

    Args:
        most: the most that the call can cost.
    """
    after = {
        Limit.CALLS_PER_RUN: of_run.calls + 1,
        Limit.CALLS_PER_DAY: of_day.calls + 1,
        Limit.MONEY_PER_RUN: of_run.money + most,
        Limit.MONEY_PER_DAY: of_day.money + most,
    }
    for limit, amount in after.items():
        allowed = getattr(limits, limit.value)
        if allowed is not None and amount > allowed:
            return limit
    return None
