"""Conversion between controls and their items in the jobs table."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.enrichment.vendor_control import Limits, Scope, ScopeKind, VendorControl
from chalicelib.foundation.dynamo import Item
from chalicelib.schedules.cron import Cron
from chalicelib.tables.keys import VENDOR_CONTROL

_LIMITS = tuple(Limits.__dataclass_fields__)


def to_control(vendor: str, item: Item) -> VendorControl:
    return VendorControl(
        vendor=vendor,
        enabled=_flag(item, "enabled"),
        schedule=Cron(item["schedule"]["S"], item["time_zone"]["S"]) if "schedule" in item else None,
        scope=Scope(
            ScopeKind(_text(item, "scope") or ScopeKind.ALL),
            tuple(each["S"] for each in item.get("owners", {}).get("L", ())),
            _text(item, "tag"),
        ),
        limits=Limits(**{name: _number(item, name) for name in _LIMITS}),
        credentials={name: b64decode(each["S"]) for name, each in item.get("credentials", {}).get("M", {}).items()},
        rev=_number(item, "rev") or 0,
        changed_at=_number(item, "changed_at"),
        changed_by=_text(item, "changed_by"),
        last_good_run=_number(item, "last_good_run"),
        considered=_number(item, "considered") or 0,
        run=_text(item, "run"),
        stop=_flag(item, "stop"),
        waits=_text(item, "waits"),
        asked_again=frozenset(item.get("asked_again", {}).get("SS", ())),
    )


def decided(control: VendorControl) -> dict[str, Any]:
    """The attributes that operators decide, without `rev`; None for one that is not stored."""
    schedule, scope = control.schedule, control.scope
    sealed = {name: {"S": b64encode(each).decode()} for name, each in control.credentials.items()}
    return {
        "enabled": {"BOOL": control.enabled},
        "schedule": None if schedule is None else {"S": schedule.expression},
        "time_zone": None if schedule is None else {"S": schedule.time_zone},
        "scope": {"S": scope.kind.value},
        "owners": texts(scope.owners) if scope.owners else None,
        "tag": text(scope.tag),
        **{name: number(getattr(control.limits, name)) for name in _LIMITS},
        "credentials": {"M": sealed} if sealed else None,
        "changed_at": number(control.changed_at),
        "changed_by": text(control.changed_by),
    }


def run_changes(before: VendorControl, after: VendorControl) -> dict[str, Any]:
    """The attributes of runs that an operator's change sets: when the vendor is turned on, or is due at other times."""
    values: dict[str, Any] = {}
    if after.considered != before.considered:
        values["considered"] = number(after.considered)
    if after.waits != before.waits:
        values["waits"] = text(after.waits)
    return values


def run_state(control: VendorControl) -> dict[str, Any]:
    """The attributes that a run which begins expects as they were read."""
    considered = number(control.considered) if control.considered else None
    return {"run": text(control.run), "considered": considered, "waits": text(control.waits)}


def rev_of(control: VendorControl) -> Any:
    """The stored `rev`; None if nothing is stored yet."""
    return number(control.rev) if control.rev else None


def update_of(vendor: str, values: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """The request that updates single attributes, without the table's name. None means that an attribute is absent."""
    kept = {name: value for name, value in values.items() if value is not None}
    gone = [name for name in values if name not in kept]
    clauses = ["SET " + ", ".join(f"#{name} = :{name}" for name in kept)] if kept else []
    clauses += ["REMOVE " + ", ".join(f"#{name}" for name in gone)] if gone else []
    tests = [
        f"attribute_not_exists(#{name})" if value is None else f"#{name} = :expected_{name}"
        for name, value in expected.items()
    ]
    seen = {f":expected_{name}": value for name, value in expected.items() if value is not None}
    return {
        "Key": VENDOR_CONTROL.key(vendor=vendor).item,
        "UpdateExpression": " ".join(clauses),
        "ConditionExpression": " AND ".join(tests),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*values, *expected)},
        "ExpressionAttributeValues": {**{f":{name}": value for name, value in kept.items()}, **seen},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def text(value: str) -> Any:
    return {"S": value} if value else None


def texts(values: Sequence[str]) -> Any:
    return {"L": [{"S": value} for value in values]}


def number(value: int | None) -> Any:
    return None if value is None else {"N": str(value)}


def _text(item: Item, name: str) -> str:
    return str(item[name]["S"]) if name in item else ""


def _number(item: Item, name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


def _flag(item: Item, name: str) -> bool:
    return bool(item.get(name, {}).get("BOOL"))
