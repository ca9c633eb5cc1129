"""What operators see of a vendor: its control without secrets, its schedule in words, its spend, and why it waits."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from chalicelib.enrichment.spend import Spend, day_of
from chalicelib.enrichment.spend_store import SpendStore
from chalicelib.enrichment.start_due_runs import is_under_way
from chalicelib.enrichment.vendor_control import BREAKER, VendorControl, waits_parts
from chalicelib.foundation.clock import Clock, instant, rfc3339
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.store import JobStore
from chalicelib.vendors.reasons import TABLE, Explanation, Reason
from chalicelib.vendors.vendor import Vendor

SHOWN_RUNS = 3  # the next ones of a schedule


@dataclass(frozen=True)
class ShowControl:
    """Reads what is shown of a vendor."""

    spends: SpendStore
    jobs: JobStore
    clock: Clock

    def __call__(self, vendor: Vendor, control: VendorControl) -> JsonObject:
        now = self.clock.now()
        is_running = is_under_way(control, self.jobs)
        return {
            "vendor": vendor.name,
            "title": vendor.title,
            "gives": vendor.gives,
            "is_offline": vendor.is_offline,
            "enabled": control.enabled,
            **_schedule_json(control, now),
            "scope": {"kind": control.scope.kind.value, "owners": list(control.scope.owners), "tag": control.scope.tag},
            "limits": asdict(control.limits),
            "unit": vendor.price.unit,
            "credentials": [
                {"name": each.name, "title": each.title, "is_set": each.name in control.credentials}
                for each in vendor.needs
            ],
            "last_good_run": _instant(control.last_good_run),
            "run": {"job_id": control.run, "is_stopping": control.stop} if is_running else None,
            "waits": waits_json(control.waits),
            "spend": _spend_json(self.spends.get(control.vendor), day_of(now, control.time_zone)),
            "rev": control.rev,
            "changed_at": _instant(control.changed_at),
            "changed_by": control.changed_by or None,
        }


def waits_json(waits: str) -> JsonObject | None:
    """Why a vendor waits for an operator, in words; None if it does not."""
    if not waits:
        return None
    code, details = waits_parts(waits)
    if code == BREAKER:
        words = Explanation(
            "Stopped by itself", details, "Look at the run, and undo it if it is wrong. Then turn the vendor on again."
        )
    else:
        known = code in Reason.__members__.values()
        words = TABLE[Reason(code)] if known else Explanation("Stopped", details, "Turn the vendor on again.")
    return {"code": code, "title": words.title, "meaning": words.meaning, "remedy": words.remedy}


def _schedule_json(control: VendorControl, now: datetime) -> dict[str, Any]:
    schedule = control.schedule
    return {
        "schedule": schedule and schedule.expression,
        "time_zone": schedule and schedule.time_zone,
        "schedule_words": schedule and schedule.words(),
        "next_runs": [rfc3339(run) for run in schedule.next_runs(now, SHOWN_RUNS)] if schedule else [],
    }


def _spend_json(spend: Spend, today: str) -> JsonObject:
    last = spend.last_run
    return {
        "day": today,
        "today": asdict(spend.on(today)),
        "last_run": {"job_id": last, **asdict(spend.of_run(last))} if last else None,
        "uncertain": asdict(spend.uncertain),
        "open_calls": len(spend.open_calls),
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else rfc3339(instant(at))
