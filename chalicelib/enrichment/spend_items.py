"""Conversion between the spend of a vendor and its item, and the requests that change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.enrichment.spend import Claimed, Spend, Spent
from chalicelib.enrichment.vendor_control import Limits
from chalicelib.foundation.clock import instant, milliseconds
from chalicelib.foundation.dynamo import Item
from chalicelib.tables.keys import VENDOR_SPEND

if TYPE_CHECKING:
    from chalicelib.vendors.answer import Charge  # loads the fields of contacts, which each schedule run does without

# Counters are attributes "<what> <day or run>"; neither contains a space.
_DAY_CALLS, _DAY_MONEY = "day_calls", "day_money"
_RUN_CALLS, _RUN_MONEY, _RUN_CLAIMED = "run_calls", "run_money", "run_claimed"
_OPEN = "open"
_UNCERTAIN_CALLS, _UNCERTAIN_MONEY = "uncertain_calls", "uncertain_money"
_LATEST = "latest"  # the number of calls that began in each second, by its end


def to_spend(vendor: str, item: Item) -> Spend:
    named: dict[str, dict[str, Any]] = {}
    for attribute, value in item.items():
        what, _, name = attribute.partition(" ")
        named.setdefault(what, {})[name] = value
    return Spend(
        vendor,
        by_day=_spent(named.get(_DAY_CALLS, {}), named.get(_DAY_MONEY, {})),
        by_run=_spent(named.get(_RUN_CALLS, {}), named.get(_RUN_MONEY, {})),
        last_claims={run: int(at["N"]) for run, at in named.get(_RUN_CLAIMED, {}).items()},
        open_calls=tuple(_to_claimed(vendor, call_id, call["M"]) for call_id, call in named.get(_OPEN, {}).items()),
        latest_calls=tuple(
            instant(int(second) * 1000)
            for second, calls in item.get(_LATEST, {}).get("M", {}).items()
            for _ in range(int(calls["N"]))
        ),
        uncertain=Spent(_number(item, _UNCERTAIN_CALLS), _number(item, _UNCERTAIN_MONEY)),
    )


def claim_request(claimed: Claimed, limits: Limits) -> dict[str, Any]:
    """Count the call, on the condition that no limit is reached and that it is not counted yet."""
    counters = {
        "day_calls": (limits.calls_per_day, 1),
        "run_calls": (limits.calls_per_run, 1),
        "day_money": (limits.money_per_day, claimed.most),
        "run_money": (limits.money_per_run, claimed.most),
    }
    conditions = ["attribute_not_exists(#open)"]
    values: Item = {":at": {"N": str(claimed.at)}, ":open": _open_call(claimed)}
    for counter, (limit, more) in counters.items():
        values[f":{counter}"] = {"N": str(more)}
        if limit is not None:
            conditions.append(f"(attribute_not_exists(#{counter}) OR #{counter} <= :most_{counter})")
            values[f":most_{counter}"] = {"N": str(limit - more)}
    added = ", ".join(f"#{counter} :{counter}" for counter in counters)
    return {
        "Key": VENDOR_SPEND.key(vendor=claimed.vendor).item,
        "UpdateExpression": f"SET #open = :open, #claimed = :at ADD {added}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": {**_names(claimed), "#claimed": f"{_RUN_CLAIMED} {claimed.run}"},
        "ExpressionAttributeValues": values,
    }


def settle_request(claimed: Claimed, charge: Charge) -> dict[str, Any]:
    """End an open call: correct the money where it was counted, and note a charge that is uncertain."""
    names = _names(claimed)
    del names["#day_calls"], names["#run_calls"]
    added = "#day_money :correction, #run_money :correction"
    values: Item = {":correction": {"N": str(charge.most - claimed.most)}}
    if not charge.is_certain:
        added += f", {_UNCERTAIN_CALLS} :one, {_UNCERTAIN_MONEY} :uncertain"
        values |= {":one": {"N": "1"}, ":uncertain": {"N": str(charge.most)}}
    return {
        "Key": VENDOR_SPEND.key(vendor=claimed.vendor).item,
        "UpdateExpression": f"REMOVE #open ADD {added}",
        "ConditionExpression": "attribute_exists(#open)",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def settle_all_request(
    vendor: str, ended: Sequence[tuple[Claimed, Charge]], latest: Sequence[datetime]
) -> dict[str, Any]:
    """End open calls by one update, since a transaction has one for each item. It has no condition."""
    counters: Counter[str] = Counter()
    for claimed, charge in ended:
        counters[f"{_DAY_MONEY} {claimed.day}"] += charge.most - claimed.most
        counters[f"{_RUN_MONEY} {claimed.run}"] += charge.most - claimed.most
        if not charge.is_certain:
            counters[_UNCERTAIN_CALLS] += 1
            counters[_UNCERTAIN_MONEY] += charge.most
    changed = [(name, amount) for name, amount in counters.items() if amount]
    names = {f"#open{number}": f"{_OPEN} {claimed.call_id}" for number, (claimed, _) in enumerate(ended)}
    counted = {f"#counter{number}": name for number, (name, _) in enumerate(changed)}
    values: Item = {f":amount{number}": {"N": str(amount)} for number, (_, amount) in enumerate(changed)}
    values[":latest"] = {"M": {second: {"N": str(calls)} for second, calls in Counter(map(_second, latest)).items()}}
    added = ", ".join(f"#counter{number} :amount{number}" for number in range(len(changed)))
    return {
        "Key": VENDOR_SPEND.key(vendor=vendor).item,
        "UpdateExpression": "REMOVE "
        + ", ".join(names)
        + " SET #latest = :latest"
        + (f" ADD {added}" if added else ""),
        "ExpressionAttributeNames": {**names, **counted, "#latest": _LATEST},
        "ExpressionAttributeValues": values,
    }


def outdated(vendor: str, item: Item, *, days: int, runs: int) -> list[str]:
    """The names of the counters beyond the latest days and runs. A run with an open call is kept."""
    spend = to_spend(vendor, item)
    busy = {call.run for call in spend.open_calls}
    by_age = sorted(spend.by_run, key=lambda run: (spend.last_claims.get(run, 0), run))
    old_days = sorted(spend.by_day)[:-days]
    old_runs = [run for run in by_age[:-runs] if run not in busy]
    return [
        *(f"{what} {day}" for day in old_days for what in (_DAY_CALLS, _DAY_MONEY)),
        *(f"{what} {run}" for run in old_runs for what in (_RUN_CALLS, _RUN_MONEY, _RUN_CLAIMED)),
    ]


def removal_request(vendor: str, attributes: Sequence[str]) -> dict[str, Any]:
    names = {f"#old{index}": attribute for index, attribute in enumerate(attributes)}
    return {
        "Key": VENDOR_SPEND.key(vendor=vendor).item,
        "UpdateExpression": "REMOVE " + ", ".join(names),
        "ExpressionAttributeNames": names,
    }


def _names(claimed: Claimed) -> dict[str, str]:
    return {
        "#day_calls": f"{_DAY_CALLS} {claimed.day}",
        "#day_money": f"{_DAY_MONEY} {claimed.day}",
        "#run_calls": f"{_RUN_CALLS} {claimed.run}",
        "#run_money": f"{_RUN_MONEY} {claimed.run}",
        "#open": f"{_OPEN} {claimed.call_id}",
    }


def _second(at: datetime) -> str:
    """The end of the second of this instant."""
    return str(-(-milliseconds(at) // 1000))


def _open_call(claimed: Claimed) -> Any:
    return {
        "M": {
            "run": {"S": claimed.run},
            "day": {"S": claimed.day},
            "most": {"N": str(claimed.most)},
            "at": {"N": str(claimed.at)},
        }
    }


def _to_claimed(vendor: str, call_id: str, call: Item) -> Claimed:
    return Claimed(vendor, call["run"]["S"], call_id, int(call["most"]["N"]), call["day"]["S"], int(call["at"]["N"]))


def _spent(calls: Item, money: Item) -> dict[str, Spent]:
    return {name: Spent(_number(calls, name), _number(money, name)) for name in {**calls, **money}}


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0
