"""What operators do with vendors: change the control, begin a run, and stop it. Each action is logged."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.enrichment.control_edit import ControlEdit, changes, check_secrets, edited
from chalicelib.enrichment.control_store import ControlStore
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.start_due_runs import is_under_way, new_run, write_off_ended
from chalicelib.enrichment.vendor_control import VendorControl
from chalicelib.enrichment.vendor_keys import VendorKeys
from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.ids import fresh_id
from chalicelib.foundation.json import Json
from chalicelib.foundation.repeat_change import repeat_change
from chalicelib.jobs.job import Job
from chalicelib.jobs.refusals import ExtraWriteRefused
from chalicelib.jobs.store import JobStore
from chalicelib.jobs.worker import WorkQueue
from chalicelib.vendors.vendor import Vendor

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChangeControl:
    """Use cases of operators. Every method raises NotFound for a vendor that does not exist."""

    vendor: Callable[[str], Vendor]  #: the adapter of a vendor, by its name
    controls: ControlStore
    spends: SpendStore
    keys: VendorKeys
    jobs: JobStore
    work_queue: WorkQueue
    clock: Clock  #: the clock that all workers agree on
    #: The writes that note in the activity what an operator changed.
    note: Callable[[str, Mapping[str, Json]], Sequence[Write]]

    def change(self, name: str, edit: ControlEdit, *, operator: str, rev: int | None = None) -> VendorControl:
        """Change what `edit` has, and return the control after it. A change of nothing writes nothing.

        Args:
            rev: as the operator has seen it; None to change whatever is there.

        Raises:
            InvalidInput: a value is not allowed. Names the field.
            Conflict: another operator has changed the control since `rev`.
            TooMany: others kept changing it.
        """
        vendor, secrets = self.vendor(name), edit.get("credentials", {})
        check_secrets(vendor, secrets)
        sealed = self._sealed(name, secrets)
        return repeat_change(self.clock, lambda: self._attempt(vendor, edit, sealed, operator, rev))

    def _sealed(self, name: str, secrets: Mapping[str, str | None]) -> Mapping[str, bytes | None]:
        given = {each: secret for each, secret in secrets.items() if secret is not None}
        return {**dict.fromkeys(secrets), **self.keys.sealed(name, given)}

    def _attempt(
        self, vendor: Vendor, edit: ControlEdit, sealed: Mapping[str, bytes | None], operator: str, rev: int | None
    ) -> VendorControl | None:
        """The control as it is stored now; None if another operator was faster."""
        before = self.controls.get(vendor.name)
        if rev is not None and rev != before.rev:
            raise Conflict("Somebody has changed this vendor meanwhile. Read it again.", rev=before.rev)
        now = milliseconds(self.clock.now())
        after = edited(vendor, before, edit, sealed, now)
        if after == before:
            return before
        noted = self.note(operator, {"vendor": vendor.name, **changes(before, after)})
        if not self.controls.put(before, replace(after, changed_at=now, changed_by=operator), noted):
            return None
        _log_action("change_vendor", operator, vendor.name)
        return self.controls.get(vendor.name)

    def run_now(self, name: str, *, operator: str, idempotency_key: str | None = None) -> Job:
        """Begin a run at once; the same `idempotency_key` gives the same run.

        Raises:
            Conflict: the vendor is off or waits for an operator, or a run of it is under way.
        """
        vendor, new = self.vendor(name), new_run(name, fresh_id())
        known = self.jobs.find_duplicate(new, idempotency_key)
        if known is not None:
            return known

        def attempt() -> Job | None:
            control = self._startable(vendor)
            write_off_ended(name, self.spends, self.jobs)
            started = self.controls.run_started_write(control, new.job_id)
            try:
                return self.jobs.create(new, idempotency_key=idempotency_key, extra_writes=[started])
            except ExtraWriteRefused:  # an operator or the schedule was faster
                return None

        job = repeat_change(self.clock, attempt)
        self.work_queue.send(job.job_id)
        _log_action("run_vendor", operator, name, job.job_id)
        return job

    def _startable(self, vendor: Vendor) -> VendorControl:
        """The control of a vendor of which a run may begin. Raises Conflict."""
        control = self.controls.get(vendor.name)
        if not control.enabled:
            raise Conflict(f"{vendor.title} is off. Turn it on first.")
        if control.waits:
            raise Conflict(f"{vendor.title} waits for an operator: see why, and turn it on again first.")
        if is_under_way(control, self.jobs):
            raise Conflict(f"A run of {vendor.title} is under way.", job_id=control.run)
        return control

    def stop(self, name: str, *, operator: str) -> VendorControl:
        """Let the run under way end after what it has begun. Stopping again changes nothing.

        Raises:
            Conflict: no run is under way.
        """
        vendor, control = self.vendor(name), self.controls.get(name)
        if not is_under_way(control, self.jobs) or not (control.stop or self.controls.stop(control)):
            raise Conflict(f"No run of {vendor.title} is under way.")
        _log_action("stop_vendor", operator, name, control.run)
        return self.controls.get(name)


def _log_action(act: str, operator: str, vendor: str, job_id: str | None = None) -> None:
    log.info("operator_acted", extra={"act": act, "operator": operator, "vendor": vendor, "job_id": job_id})
