"""Changes of an account's contacts. Each change is plain JSON, so that it can be recorded and repeated.

    {"do": "add", "count": 3}                 new people; or "people": [{...}], "odd": a hostile kind, "folder": a name
    {"do": "change", "count": 3}              a new job title; or "set": {...} with members of a person
    {"do": "delete" | "rename", "count": 3}   rename gives a new resource name (Google)
    {"do": "purge", "count": 3}               deleted for good; lists of deleted contacts do not have them (HubSpot)
    {"do": "restore", "numbers": [0]}         deleted ones are there again, under the ids they had
    {"do": "move", "count": 3, "folder": "Work"}    of Google: "Contacts" or "Other contacts"
    {"do": "merge", "numbers": [0, 1]}        the second becomes part of the first (Google, HubSpot)
    {"do": "rename_group", "group": "Work", "name": "Office"}    a label (Google), a folder (Microsoft), a stage
    {"do": "delete_group", "group": "Work"}   a label (Google), whose contacts stay; a folder, with its contacts
    {"do": "settings", "set": {...}}          how the account behaves; see `behavior.py`
    {"do": "expire_sync"}                     every sync token and delta link so far is expired

Whom it concerns: "numbers" (places in the account, from 0), or "count", the first so many that are there.
"""

from collections.abc import Callable
from dataclasses import fields, replace

from local.sandbox.accounts import Account, Entry, Left, Refused, folder_number
from local.sandbox.google_names import resource_name
from local.sandbox.people import Human, Phone, display_name
from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.wire import Json

_MEMBERS = {member.name for member in fields(Human)} - {"addresses"}


def apply(account: Account, change: Json) -> list[Entry]:
    """Apply the change; returns the entries that changed."""
    do = _DO.get(change.get("do", ""))
    if do is None:
        raise Refused(f"do: one of {', '.join(_DO)}.")
    return do(account, change)


def _add(account: Account, change: Json) -> list[Entry]:
    people = [_human(given) for given in change.get("people", [])]
    start = len(account.entries)
    count = int(change.get("count", 0 if people or "raw" in change else 1))
    people += [account.fresh_human(number) for number in range(start, start + count)]
    raws = change.get("raw", [])
    return [_append_entry(account, person, None, change) for person in people] + [
        _append_entry(account, Human(), raw, change) for raw in raws
    ]


def _append_entry(account: Account, person: Human, raw: Json, change: Json) -> Entry:
    folder = folder_number(account, change.get("folder", ""))
    entry = Entry(len(account.entries), person, 0, 0.0, folder, odd=change.get("odd", ""), raw=raw)
    account.entries.append(entry)
    account.touch(entry, change["at"])
    return entry


def _change(account: Account, change: Json) -> list[Entry]:
    chosen = _select_entries(account, change)
    for entry in chosen:
        account.touch(entry, change["at"])
        news = _members(change["set"]) if "set" in change else {"title": f"Title {account.revision}"}
        entry.human = replace(entry.human, **news)
        if "raw" in change:
            entry.raw = change["raw"]
    return chosen


def _delete(account: Account, change: Json) -> list[Entry]:
    chosen = _select_entries(account, change)
    for entry in chosen:
        entry.deleted = True
        account.touch(entry, change["at"])
        account.left.append(Left(account.revision, entry.folder, entry.number, entry.moves))
    return chosen


def _restore(account: Account, change: Json) -> list[Entry]:
    chosen = [entry for entry in _select_entries(account, change) if entry.deleted]
    for entry in chosen:
        entry.deleted = False
        account.touch(entry, change["at"])
    return chosen


def _move(account: Account, change: Json) -> list[Entry]:
    folder = folder_number(account, change.get("folder", ""))
    chosen = [entry for entry in _select_entries(account, change) if entry.folder != folder]
    for entry in chosen:
        account.touch(entry, change["at"])
        account.left.append(Left(account.revision, entry.folder, entry.number, entry.moves))
        entry.folder, entry.moves = folder, entry.moves + 1
    return chosen


def _rename(account: Account, change: Json) -> list[Entry]:
    chosen = _select_entries(account, change)
    for entry in chosen:
        entry.previous += (resource_name(account, entry),)
        entry.renames += 1
        account.touch(entry, change["at"])
    return chosen


def _merge(account: Account, change: Json) -> list[Entry]:
    kept, absorbed = _select_entries(account, change)[:2]
    one, two = kept.human, absorbed.human
    kept.human = replace(one, emails=one.emails + two.emails, phones=one.phones + two.phones)
    kept.previous += (PROVIDERS[account.provider].contact_id(account, absorbed), *absorbed.previous)
    absorbed.deleted = True
    account.touch(absorbed, change["at"])
    account.left.append(Left(account.revision, absorbed.folder, absorbed.number, absorbed.moves))
    account.touch(kept, change["at"])
    return [kept, absorbed]


def _purge(account: Account, change: Json) -> list[Entry]:
    chosen = _delete(account, change)
    for entry in chosen:
        entry.purged = True
    return chosen


def _rename_group(account: Account, change: Json) -> list[Entry]:
    """No contact changes, because contacts refer to groups by id."""
    name = str(change.get("name", ""))
    if not name:
        raise Refused("name: the new name.")
    PROVIDERS[account.provider].rename_group(account, str(change.get("group", "")), name)
    return []


def _delete_group(account: Account, change: Json) -> list[Entry]:
    delete = PROVIDERS[account.provider].delete_group
    if delete is None:
        raise Refused("do: groups of this provider cannot be deleted.")
    delete(account, str(change.get("group", "")))
    return []


def _settings(account: Account, change: Json) -> list[Entry]:
    account.settings |= change["set"]
    return []


def _expire_sync(account: Account, _change: Json) -> list[Entry]:
    account.sync_epoch += 1
    return []


_DO: dict[str, Callable[[Account, Json], list[Entry]]] = {
    "add": _add,
    "change": _change,
    "delete": _delete,
    "purge": _purge,
    "restore": _restore,
    "move": _move,
    "rename": _rename,
    "merge": _merge,
    "rename_group": _rename_group,
    "delete_group": _delete_group,
    "settings": _settings,
    "expire_sync": _expire_sync,
}


def _select_entries(account: Account, change: Json) -> list[Entry]:
    if "numbers" not in change:
        there = (entry for entry in account.entries if not entry.deleted)
        return [entry for entry, _ in zip(there, range(int(change.get("count", 1))), strict=False)]
    try:
        return [account.entries[number] for number in change["numbers"]]
    except IndexError:
        raise Refused(f"numbers: there are {len(account.entries)} contacts.") from None


def _human(given: Json) -> Human:
    members = _members(given)
    name = display_name(members.get("given", ""), members.get("family", ""))
    return Human(**{"display": name, **members})


def _members(given: Json) -> dict[str, Json]:
    """Attributes of a person from JSON: emails and phones may be plain strings."""
    unknown = set(given) - _MEMBERS
    if unknown:
        raise Refused(f"A person has no {', '.join(sorted(unknown))}.")
    members = dict(given)
    if "emails" in members:
        members["emails"] = tuple(
            (email, "home") if isinstance(email, str) else tuple(email) for email in members["emails"]
        )
    if "phones" in members:
        members["phones"] = tuple(_phone(phone) for phone in members["phones"])
    if members.get("birthday"):
        members["birthday"] = tuple(members["birthday"])
    if "groups" in members:
        members["groups"] = tuple(members["groups"])
    return members


def _phone(given: Json) -> Phone:
    if not isinstance(given, str):
        return Phone(given["raw"], given.get("e164"), given.get("label", "mobile"))
    return Phone(given, given.replace(" ", "") if given.startswith("+") else None, "mobile")
