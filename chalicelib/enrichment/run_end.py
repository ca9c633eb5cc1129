"""Why a run asks no more before it came to the end of all books."""

from dataclasses import dataclass
from typing import Self

from chalicelib.enrichment.breaker import Tripped
from chalicelib.enrichment.vendor_calls import LimitReached
from chalicelib.enrichment.vendor_control import BREAKER, waits_for
from chalicelib.jobs.job import JobState
from chalicelib.vendors.reasons import TABLE, Reason
from chalicelib.vendors.vendor import VendorPaused

STOPPED, LIMIT = "stopped", "limit"
_LIMIT_WORDS = {
    "calls_per_run": "The limit of calls for one run is reached.",
    "calls_per_day": "The limit of calls for one day is reached.",
    "money_per_run": "The limit of money for one run is reached.",
    "money_per_day": "The limit of money for one day is reached.",
}


@dataclass(frozen=True, slots=True)
class RunEnd:
    """An early end: its code, and its details, such as the limit or what tripped the breaker."""

    code: str
    details: str = ""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """What `text` returned; None for ""."""
        code, _, details = text.partition(":")
        return cls(code, details) if code else None

    @classmethod
    def stopped_by(cls, reason: VendorPaused | LimitReached) -> Self:
        if isinstance(reason, LimitReached):
            return cls(LIMIT, str(reason))
        return cls(reason.reason.value)

    @classmethod
    def tripped(cls, tripped: Tripped) -> Self:
        return cls(BREAKER, tripped.value)

    @property
    def text(self) -> str:
        """Its form in a cursor and in the details of a job."""
        return f"{self.code}:{self.details}" if self.details else self.code

    @property
    def words(self) -> str:
        """One or two sentences for operators."""
        match self.code:
            case "stopped":
                return "An operator stopped it."
            case "limit":
                return _LIMIT_WORDS.get(self.details, "A limit is reached.")
            case "breaker":
                return Tripped(self.details).words
        explained = TABLE[Reason(self.code)]
        return f"{explained.meaning} {explained.remedy}"

    @property
    def state(self) -> JobState:
        """The state in which the job of the run ends."""
        match self.code:
            case "stopped":
                return JobState.CANCELED
            case "limit":
                return JobState.PARTIAL
        return JobState.FAILED

    @property
    def waits(self) -> str:
        """Why no other run begins before an operator acts; "" if others may."""
        match self.code:
            case "stopped" | "limit":
                return ""
            case "breaker":
                return waits_for(BREAKER, self.words)
        return waits_for(self.code)
