"""Entries as items of the leads table and back. By hand, since a million of them are written by one import.

A lead is one JSON text with short names; what is empty or equals something else is left out.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from chalicelib.foundation.dynamo import Item
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.leads.channels.identity import Identity
from chalicelib.leads.channels.lead_keys import SHARDS, shard
from chalicelib.leads.lead import OF_REQUEST, Change, Lead, LeadIdentity, Profile, Stamp
from chalicelib.leads.store.entry import Entry, Gone, Removal
from chalicelib.tables.keys import LEAD

DELETED_SECONDS = 30 * 24 * 3600  # how long it is known that a lead was deleted: longer than any import runs


def entry_key(organization: str, key: str) -> Item:
    return {"pk": {"S": _partition(organization, shard(key))}, "sk": {"S": key}}


@lru_cache(2 * SHARDS)  # a process works for few organizations at a time
def _partition(organization: str, number: int) -> str:
    return LEAD.partition(organization=organization, shard=number)


def to_item(organization: str, entry: Entry, version: int) -> Item:
    """The whole item.

    Args:
        version: of the secret that the key was computed with.
    """
    return {
        **entry_key(organization, entry.key),
        "n": {"N": str(entry.rev)},
        "v": {"N": str(version)},
        **content_of(entry),
    }


def content_of(entry: Entry) -> Item:
    """The attributes of the item that say what the entry says."""
    item: Item = {}
    if entry.lead is not None:
        item["lead"] = {"S": to_text(entry.lead)}
    if entry.moved_to is not None:
        item["to"] = {"S": entry.moved_to}
    if entry.gone is not None:
        item |= {"gone": {"N": str(entry.gone.at)}, "kind": {"S": entry.gone.kind}}
        if _expires(entry):
            item["ttl"] = {"N": str(entry.gone.at // 1000 + DELETED_SECONDS)}
    return item


def names_of(entry: Entry) -> list[str]:
    """The names of these attributes, without the work of making their values."""
    gone = ("gone", "kind") if entry.gone is not None else ()
    there = {"lead": entry.lead is not None, "to": entry.moved_to is not None, "ttl": _expires(entry)}
    return [*(name for name, is_there in there.items() if is_there), *gone]


def _expires(entry: Entry) -> bool:
    """Whether the item is only there to say that a lead was deleted."""
    return entry.gone is not None and entry.gone.kind is Removal.DELETED and entry.lead is None


def to_entry(organization: str, item: Item) -> Entry:
    key, rev, gone = item["sk"]["S"], int(item["n"]["N"]), item.get("gone")
    return Entry(
        key,
        rev,
        to_lead(organization, key, rev, item["lead"]["S"]) if "lead" in item else None,
        item["to"]["S"] if "to" in item else None,
        None if gone is None else Gone(int(gone["N"]), Removal(item["kind"]["S"])),
    )


def to_text(lead: Lead) -> str:
    stored: dict[str, Any] = {
        "i": [_with_key(each, lead.id) for each in lead.identities],
        **_from_profile(lead.profile),
        "s": _from_stamp(lead.created_by),
        "c": lead.created_at,
    }
    if lead.changed_at != lead.created_at:
        stored["m"] = lead.changed_at
    if lead.changes:
        stored["w"] = list(map(_from_change, lead.changes))
    return encode_json(stored)


def is_lead(item: Item, identity: Identity, profile: Profile) -> bool:
    """Whether an item certainly holds a lead that has this identity and no other, and this profile.

    The text of every such lead begins alike, and that of no other does. So it is not read.
    """
    if "lead" not in item or "to" in item or "gone" in item:
        return False
    beginning = encode_json({"i": [_from_identity(identity)], **_from_profile(profile)})[:-1] + ',"s":'
    text: str = item["lead"]["S"]
    return text.startswith(beginning)


def texts_of(tag: str | None, source: str | None) -> list[str]:
    """What the text of a lead contains if it has this tag and this source; that of another may contain it, too."""
    wanted = [] if tag is None else [encode_json(tag)]
    if source is not None:
        wanted.append(f'"{OF_REQUEST}' if source == "api" else encode_json(source))
    return wanted


def to_lead(organization: str, key: str, rev: int, text: str) -> Lead:
    stored = decode_json(text)
    return Lead(
        key,
        organization,
        tuple(_to_identity(each, key) for each in stored["i"]),
        _to_profile(stored),
        _to_stamp(stored["s"]),
        stored["c"],
        stored.get("m", stored["c"]),
        rev,
        tuple(map(_to_change, stored["w"])) if "w" in stored else (),
    )


def _with_key(identity: LeadIdentity, lead_id: str) -> list[str | None]:
    """The key is left out if it is the lead's id."""
    values = _from_identity(identity)
    return values if identity.key == lead_id else [*values, *[None] * (5 - len(values)), identity.key]


def _from_identity(identity: LeadIdentity | Identity) -> list[str | None]:
    """The raw form is left out if it is the normal one."""
    form, raw = identity.form, identity.raw
    values: list[str | None] = [identity.channel, identity.scope, identity.kind, form]
    return values if raw == form else [*values, raw]


def _to_identity(stored: list[Any], lead_id: str) -> LeadIdentity:
    channel, scope, kind, form, raw, key = (*stored, None, None)[:6]
    return LeadIdentity(channel, scope, kind, form, form if raw is None else raw, key or lead_id)


def _from_profile(profile: Profile) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    if profile.name:
        stored["n"] = profile.name
    if profile.email:
        stored["e"] = profile.email
    if profile.phone:
        stored["p"] = profile.phone
    if profile.custom:
        stored["x"] = profile.custom
    if profile.tags:
        stored["t"] = profile.tags
    return stored


def _to_profile(stored: Mapping[str, Any]) -> Profile:
    get = stored.get
    return Profile(get("n", ""), get("e", ""), get("p", ""), get("x", {}), tuple(get("t", ())))


def _from_stamp(stamp: Stamp) -> list[Any]:
    return [stamp.source, stamp.row, *([stamp.superseded] if stamp.superseded else ())]


def _to_stamp(stored: list[Any]) -> Stamp:
    source, row, *superseded = stored
    return Stamp(source, row, tuple(superseded[0])) if superseded else Stamp(source, row)


def _from_change(change: Change) -> dict[str, Any]:
    return {
        "s": _from_stamp(change.stamp),
        "r": change.rev,
        "i": change.identities,
        "m": change.changed_at,
        **_from_profile(change.profile),
    }


def _to_change(stored: Mapping[str, Any]) -> Change:
    return Change(_to_stamp(stored["s"]), stored["r"], _to_profile(stored), stored["i"], stored["m"])
