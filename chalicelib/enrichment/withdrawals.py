"""People who asked a vendor to forget them, after it gave something about them."""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.enrichment.due import ToAsk
from chalicelib.enrichment.run_parts import RunParts
from chalicelib.enrichment.stored_answers import Answered
from chalicelib.foundation.clock import milliseconds
from chalicelib.vendors.answer import Answer, AnswerKind, Question
from chalicelib.vendors.reasons import Reason
from chalicelib.vendors.vendor import Vendor


def withdrawals(
    parts: RunParts, vendor: Vendor, credentials: Mapping[str, str], owner: str, timeout: timedelta
) -> list[Answered]:
    """The answers that take back what a vendor gave about people whom its list of opt-outs names now.

    A vendor without such a list is asked nothing. Raises as `Vendor.opted_out`.
    """
    if vendor.is_offline:
        return []
    stored = {each: statuses.attempts.get(vendor.name) for each, statuses in parts.statuses.all(owner).items()}
    named = {each: attempt for each, attempt in stored.items() if attempt is not None and attempt.record_id}
    records = {attempt.record_id for attempt in named.values() if attempt.reason != Reason.OPTED_OUT_AT_VENDOR}
    opted_out = vendor.opted_out(records, credentials, timeout=timeout) if records else frozenset[str]()
    found = {each: attempt for each, attempt in named.items() if attempt.record_id in opted_out}
    into = parts.redirects.resolve(owner, list(found)) if found else {}
    now = milliseconds(parts.clock.now())
    return [
        Answered(
            ToAsk(into.get(each) or each, Question(vendor.name, {}), attempt.digest),
            Answer(AnswerKind.NEVER, Reason.OPTED_OUT_AT_VENDOR, record_id=attempt.record_id),
            now,
        )
        for each, attempt in found.items()
    ]
