"""What one run spends: each call is claimed before it is made, and all that ended are settled by one write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.enrichment import spend
from chalicelib.enrichment.spend import Claimed
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.vendor_calls import LimitReached
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.foundation.clock import Clock, instant
from chalicelib.foundation.dynamo import Write
from chalicelib.vendors.answer import Charge


@dataclass
class StoredSpend:
    """The spend of one run of a vendor, in the vendor's item."""

    store: SpendStore
    control: VendorControl
    run: str
    clock: Clock
    _claims: dict[str, Claimed] = field(default_factory=dict)

    def claim(self, call_id: str, most: int) -> None:
        """Count a call before it is made. Raises LimitReached."""
        claimed = self.store.claim(self.control, self.run, call_id, most, self.clock.now())
        if isinstance(claimed, spend.LimitReached):
            raise LimitReached(claimed.which.value)
        self._claims[call_id] = claimed

    def settle_writes(self, charges: Mapping[str, Charge], latest: Sequence[datetime]) -> Sequence[Write]:
        """The write that ends these calls; none without any."""
        ended = [(self._claims.pop(call_id), charge) for call_id, charge in charges.items()]
        return [self.store.settle_all_write(self.control.vendor, ended, latest)] if ended else []

    def open_calls(self) -> Mapping[str, int]:
        """The calls that an earlier claim of the job did not settle, with what each may have cost."""
        left = [each for each in self.store.open_calls(self.control.vendor) if each.run == self.run]
        self._claims |= {each.call_id: each for each in left}
        return {each.call_id: each.most for each in left}

    def latest_calls(self) -> Sequence[datetime]:
        """When the latest calls to the vendor began, by whichever run; of one without an end, when it was claimed."""
        spend = self.store.get(self.control.vendor)
        return [*spend.latest_calls, *(instant(call.at) for call in spend.open_calls)]
