"""The controls of vendors, in the jobs table. By hand, since PynamoDB loads slowly and every schedule run reads them.

Operators and runs change different attributes of the same item. `rev` guards operators against one another only, so
neither an operator's change nor the end of a run is lost when both happen at once.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.enrichment import control_items
from chalicelib.enrichment.vendor_control import ScopeKind, VendorControl
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, TransactionCanceled, Write
from chalicelib.foundation.lost_responses import retry_lost
from chalicelib.tables.keys import VENDOR_CONTROL, Key


@dataclass(frozen=True)
class ControlStore:
    """Reads and writes controls. Every method that sends a request may raise `ResponseLost`."""

    dynamo: Dynamo
    table: str
    vendors: Sequence[str]  #: the names of all vendors

    # ── reading

    def get(self, vendor: str) -> VendorControl:
        """The control of a vendor; the defaults if nobody has changed it yet."""
        item = self.dynamo.get(self.table, VENDOR_CONTROL.key(vendor=vendor).item)
        return VendorControl(vendor=vendor) if item is None else control_items.to_control(vendor, item)

    def all(self) -> list[VendorControl]:
        """The controls of all vendors, by one request."""
        wanted = [VENDOR_CONTROL.key(vendor=vendor).item for vendor in self.vendors]
        items = self.dynamo.get_many(self.table, wanted)
        known = {VENDOR_CONTROL.parts(Key.of(item))["vendor"]: item for item in items}
        return [
            control_items.to_control(vendor, known[vendor]) if vendor in known else VendorControl(vendor=vendor)
            for vendor in self.vendors
        ]

    # ── what operators change

    def put(self, before: VendorControl, after: VendorControl, extra_writes: Sequence[Write] = ()) -> bool:
        """Send `change_write`. False if another operator has changed the control since it was read.

        Args:
            extra_writes: further writes of the same transaction, without conditions.
        """
        try:
            self.dynamo.commit([self.change_write(before, after), *extra_writes])
        except TransactionCanceled as refused:
            if not refused.reasons[0].is_condition:
                raise
            return False
        return True

    def change_write(self, before: VendorControl, after: VendorControl) -> Write:
        """The write of an operator's change, on the condition that no other operator changed it since.

        Args:
            before: as it was read.
            after: as it is to be; the attributes of runs are written only where they differ.
        """
        rev, values = before.rev + 1, {**control_items.decided(after), **control_items.run_changes(before, after)}
        return self._update(before.vendor, {**values, "rev": {"N": str(rev)}}, {"rev": control_items.rev_of(before)})

    def stop(self, control: VendorControl) -> bool:
        """Ask the run under way to end after its chunk. False if it is not that run any more."""
        write = self._update(control.vendor, {"stop": {"BOOL": True}}, {"run": control_items.text(control.run)})
        try:
            retry_lost(lambda: self.dynamo.update(**write["Update"]))
        except ConditionFailed:
            return False
        return True

    def ask_again(self, vendor: str, run: str) -> None:
        """Let the vendor be asked again about the contacts of a run that was undone. May be repeated."""
        self.dynamo.update(
            TableName=self.table,
            Key=VENDOR_CONTROL.key(vendor=vendor).item,
            UpdateExpression="ADD asked_again :run",
            ExpressionAttributeValues={":run": {"SS": [run]}},
        )

    # ── what runs change

    def run_started_write(self, control: VendorControl, run: str, *, considered: int | None = None) -> Write:
        """The write that notes a run, if neither an operator nor another run has changed anything since.

        Args:
            control: as it was read; a run that it names must have ended.
            run: the id of the job, which the same transaction creates.
            considered: the instant at which it was due; None for a run that an operator begins.
        """
        values = {"run": control_items.text(run), "stop": None}
        if considered is not None:
            values["considered"] = {"N": str(considered)}
        seen = control_items.run_state(control)
        return self._update(control.vendor, values, {"rev": control_items.rev_of(control), **seen})

    def run_ended_write(self, control: VendorControl, *, last_good_run: int | None = None, waits: str = "") -> Write:
        """The write that ends the run that `control` names, if it is still the one under way.

        Args:
            last_good_run: when it ended, if without error.
            waits: why no other run begins until an operator acts; see `vendor_control.waits_for`.
        """
        values: dict[str, Any] = {"run": None, "stop": None}
        if last_good_run is not None:
            values["last_good_run"] = {"N": str(last_good_run)}
        if waits:
            values["waits"] = {"S": waits}
        return self._update(control.vendor, values, {"run": control_items.text(control.run)})

    # ── erasing

    def forget_person(self, owner: str) -> None:
        """Take a person out of every control: out of its scope, and as the operator who changed it last."""
        for control in self.all():
            if owner in control.scope.owners or owner == control.changed_by:
                self._forget(control, owner)

    def _forget(self, control: VendorControl, owner: str) -> None:
        values: dict[str, Any] = {}
        if control.changed_by == owner:
            values["changed_by"] = None
        if owner in control.scope.owners:  # a scope of nobody stays one: it must not become a scope of all
            rest = [each for each in control.scope.owners if each != owner]
            values |= {"scope": {"S": ScopeKind.OWNERS.value}, "owners": control_items.texts(rest)}
        rev = {"N": str(control.rev + 1)}
        write = self._update(control.vendor, {**values, "rev": rev}, {"rev": control_items.rev_of(control)})
        with suppress(ConditionFailed):  # an operator changed it meanwhile; an erasure forgets twice
            self.dynamo.update(**write["Update"])

    def _update(self, vendor: str, values: Mapping[str, Any], expected: Mapping[str, Any]) -> Write:
        """An update of single attributes; None stands for an attribute that is not there."""
        return {"Update": {"TableName": self.table, **control_items.update_of(vendor, values, expected)}}
