"""What an operator's request changes in a control. Pure: it checks the request, and says what to write instead."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TypedDict

from chalicelib.enrichment.vendor_control import Limits, Scope, ScopeKind, VendorControl
from chalicelib.foundation.errors import InvalidInput
from chalicelib.foundation.json import Json
from chalicelib.schedules.cron import Cron
from chalicelib.vendors.vendor import Vendor

MOST_OWNERS = 1_000  # of a scope
LONGEST_TEXT = 255  # characters of a tag or the `sub` of a person
LONGEST_SECRET = 500
MOST_LIMIT = 1_000_000_000_000


class ControlEdit(TypedDict, total=False):
    """The fields of a request. Those that are left out stay as they are."""

    enabled: bool
    schedule: str | None  #: None for runs by hand alone
    time_zone: str
    scope: Scope
    limits: Mapping[str, int | None]  #: None for no limit
    credentials: Mapping[str, str | None]  #: None takes one away


def check_secrets(vendor: Vendor, secrets: Mapping[str, str | None]) -> None:
    """Raises InvalidInput for secrets that the vendor does not need or that cannot be right. It names no secret."""
    needed = [credential.name for credential in vendor.needs]
    for name, text in secrets.items():
        field = f"credentials.{name}"[:100]
        if name not in needed:
            words = f"Send {' and '.join(needed)}." if needed else "Leave the credentials out."
            raise InvalidInput(f"{vendor.title} needs no such secret. {words}", field=field)
        if text is not None and not (0 < len(text) <= LONGEST_SECRET and text.isascii() and text.isprintable()):
            detail = f"A secret is 1 to {LONGEST_SECRET} printable ASCII characters. Copy it from your account again."
            raise InvalidInput(detail, field=field)


def edited(
    vendor: Vendor, before: VendorControl, edit: ControlEdit, sealed: Mapping[str, bytes | None], now: int
) -> VendorControl:
    """The control after the change.

    Args:
        sealed: the secrets of the request, sealed; None for one that is taken away.
        now: milliseconds since 1970. Nothing that was due before counts after a switch or a new schedule.

    Raises:
        InvalidInput: a value is not allowed, or the vendor would be on without what it needs. Names the field.
    """
    after = replace(
        before,
        enabled=edit.get("enabled", before.enabled),
        schedule=_schedule(before.schedule, edit),
        scope=_checked_scope(edit["scope"]) if "scope" in edit else before.scope,
        limits=_limits(before.limits, edit.get("limits", {})),
        credentials=_credentials(before.credentials, sealed),
    )
    if after.enabled:
        _check_needs(vendor, after)
    is_turned_on = edit.get("enabled", False) and (not before.enabled or before.waits)
    if is_turned_on:
        after = replace(after, waits="")
    if is_turned_on or after.schedule != before.schedule:
        after = replace(after, considered=max(now, before.considered))
    return after


def changes(before: VendorControl, after: VendorControl) -> dict[str, Json]:
    """What an operator changed: each as it was and as it is now. It names no person and shows no secret."""
    both = zip(_told(before).items(), _told(after).values(), strict=True)
    changed: dict[str, Json] = {name: [old, new] for (name, old), new in both if old != new}
    if before.waits and not after.waits:
        changed["resumed_after"] = before.waits.partition(":")[0].replace("_", " ")
    if before.scope != after.scope and "scope" not in changed:
        changed["scope"] = [_scope_words(before.scope), f"others: {_scope_words(after.scope)}"]
    for name in sorted({**before.credentials, **after.credentials}):
        if before.credentials.get(name) != after.credentials.get(name):
            changed[name] = "set" if name in after.credentials else "taken away"
    return changed


def _told(control: VendorControl) -> dict[str, Json]:
    schedule = control.schedule
    return {
        "enabled": control.enabled,
        "schedule": f"{schedule.expression} {schedule.time_zone}" if schedule else None,
        "scope": _scope_words(control.scope),
        **asdict(control.limits),
    }


def _scope_words(scope: Scope) -> str:
    if scope.kind is ScopeKind.OWNERS:
        return "1 person" if len(scope.owners) == 1 else f"{len(scope.owners)} people"
    return scope.tag or scope.kind.value


def _schedule(before: Cron | None, edit: ControlEdit) -> Cron | None:
    if "schedule" not in edit and "time_zone" not in edit:
        return before
    expression = edit.get("schedule", before.expression if before else None)
    if expression is None:
        if "schedule" not in edit:
            raise InvalidInput("Send a schedule with the time zone, such as 0 3 * * 1-5.", field="schedule")
        return None
    return Cron.parse(expression, edit.get("time_zone", before.time_zone if before else "UTC"))


def _checked_scope(scope: Scope) -> Scope:
    """The scope without repeated owners. Raises InvalidInput."""
    owners = tuple(dict.fromkeys(scope.owners))
    if bool(owners) != (scope.kind is ScopeKind.OWNERS) or len(owners) > MOST_OWNERS:
        detail = f"Send owners, 1 to {MOST_OWNERS:,} people by the `sub` of their tokens, with the kind owners alone."
        raise InvalidInput(detail, field="scope.owners")
    if bool(scope.tag) != (scope.kind is ScopeKind.TAG):
        raise InvalidInput("Send a tag with the kind tag, and with no other kind.", field="scope.tag")
    for name, texts in (("owners", owners), ("tag", [scope.tag] if scope.tag else [])):
        _check_texts(texts, f"scope.{name}")
    return replace(scope, owners=owners)


def _check_texts(texts: Sequence[str], field: str) -> None:
    if not all(0 < len(text) <= LONGEST_TEXT and text.isprintable() for text in texts):
        raise InvalidInput(f"{field} is 1 to {LONGEST_TEXT} characters on one line.", field=field)


def _limits(before: Limits, given: Mapping[str, int | None]) -> Limits:
    for name, limit in given.items():
        if limit is not None and not 0 < limit <= MOST_LIMIT:
            detail = f"limits.{name} is a whole number from 1 to {MOST_LIMIT:,}, or null for no limit."
            raise InvalidInput(detail, field=f"limits.{name}")
    return replace(before, **given)


def _credentials(before: Mapping[str, bytes], sealed: Mapping[str, bytes | None]) -> Mapping[str, bytes]:
    return {name: secret for name, secret in {**before, **sealed}.items() if secret is not None}


def _check_needs(vendor: Vendor, after: VendorControl) -> None:
    """Raises InvalidInput for a vendor that would be on without a key, or asked over the network without a limit."""
    for credential in vendor.needs:
        if credential.name not in after.credentials:
            detail = f"{vendor.title} cannot be on without its secrets. Send credentials.{credential.name} too: "
            raise InvalidInput(f"{detail}{credential.title}.", field=f"credentials.{credential.name}")
    if not vendor.is_offline and not after.limits.has_any:
        detail = f"{vendor.title} cannot be on without a limit. Send one too, such as limits.calls_per_day."
        raise InvalidInput(detail, field="limits")
