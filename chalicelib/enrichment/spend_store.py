"""The spend of vendors: one item each in the jobs table, whose counters are attributes named by their day or run.

So a new day and a new run begin at zero without a write that resets them, a call is claimed by one conditional write,
and what a call really cost is corrected where it was counted, however long its answer takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.enrichment import spend_items as items
from chalicelib.enrichment.spend import Claimed, LimitReached, Spend, Spent, day_of, reached_limit
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import VENDOR_SPEND

if TYPE_CHECKING:
    from chalicelib.vendors.answer import Charge  # loads the fields of contacts, which each schedule run does without


@dataclass(frozen=True)
class SpendStore:
    """Claims and settles calls. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    kept_days: int = 31  #: the counters of earlier days are forgotten
    kept_runs: int = 20

    def get(self, vendor: str) -> Spend:
        item = self.dynamo.get(self.table, VENDOR_SPEND.key(vendor=vendor).item)
        return Spend(vendor) if item is None else items.to_spend(vendor, item)

    def claim(self, control: VendorControl, run: str, call_id: str, most: int, now: datetime) -> Claimed | LimitReached:
        """Count a call before it is made, if every limit allows it.

        Args:
            control: of the vendor; its limits and its time zone count.
            run: the id of the job that makes the call.
            call_id: new for each call, so that a claim whose response was lost recognizes itself.
            most: the most that it can cost, in millionths of the vendor's unit.
        """
        day = day_of(now, control.time_zone)
        reached = reached_limit(control.limits, Spent(), Spent(), most)
        if reached is not None:  # not even as the first call, which no condition on a counter would find
            return LimitReached(reached)
        claimed = Claimed(control.vendor, run, call_id, most, day, milliseconds(now))
        request = items.claim_request(claimed, control.limits)
        try:
            item = retry_lost(lambda: self.dynamo.update(TableName=self.table, **request))
        except ConditionFailed as refused:
            spend = items.to_spend(control.vendor, refused.old or {})
            if any(call.call_id == call_id for call in spend.open_calls):
                return claimed
            reached = reached_limit(control.limits, spend.on(day), spend.of_run(run), most)
            if reached is None:
                raise
            return LimitReached(reached)
        self._trim(control.vendor, item)
        return claimed

    def settle_write(self, claimed: Claimed, charge: Charge) -> Write:
        """The write that ends a claimed call, for the transaction that stores its answer.

        It corrects the money to what the call cost. If that is uncertain, the call is counted as uncertain too. Its
        condition is that the call is still open: it was neither settled nor written off.
        """
        return {"Update": {"TableName": self.table, **items.settle_request(claimed, charge)}}

    def settle_all_write(
        self, vendor: str, ended: Sequence[tuple[Claimed, Charge]], latest: Sequence[datetime] = ()
    ) -> Write:
        """The write that ends several claimed calls of a vendor, for a transaction that only their run can commit.

        Args:
            latest: when the latest calls to the vendor began; kept by the second, each at its end.
        """
        return {"Update": {"TableName": self.table, **items.settle_all_request(vendor, ended, latest)}}

    def open_calls(self, vendor: str) -> tuple[Claimed, ...]:
        """The calls without an answer. At the beginning of a step, those of its run were left by a crash."""
        return self.get(vendor).open_calls

    def write_off_write(self, left: Claimed) -> Write:
        """The write that gives up a call whose answer a crash lost: it stays counted, as uncertain."""
        from chalicelib.vendors.answer import Charge

        return self.settle_write(left, Charge(left.most, is_certain=False))

    def write_off(self, left: Claimed) -> bool:
        """Send `write_off_write` on its own. False if the call is not open any more."""
        write = self.write_off_write(left)
        try:
            self.dynamo.update(**write["Update"])
        except ConditionFailed:
            return False
        return True

    def write_off_ended(self, vendor: str, unfinished: Callable[[Collection[str]], Collection[str]]) -> None:
        """Write off all open calls of jobs that have ended without settling them.

        Args:
            unfinished: those of these jobs that have not ended, and so settle their calls themselves.
        """
        left = self.open_calls(vendor)
        going_on = unfinished({call.run for call in left}) if left else ()
        for call in left:
            if call.run not in going_on:
                self.write_off(call)

    def _trim(self, vendor: str, item: Item) -> None:
        """Remove the counters of the oldest days and runs; the next claim tries again if this fails."""
        names = items.outdated(vendor, item, days=self.kept_days, runs=self.kept_runs)
        if names:
            self.dynamo.update(TableName=self.table, **items.removal_request(vendor, names))
