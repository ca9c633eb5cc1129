"""Groups of contacts by provider: labels (Google), folders (Microsoft), lifecycle stages (HubSpot).

Renaming one changes no contact, because contacts refer to groups by id.
"""

from collections.abc import Mapping
from dataclasses import replace

from local.sandbox.accounts import Account, Refused, folder_number
from local.sandbox.hubspot_contact import stage_names


def rename_label(account: Account, group: str, name: str) -> None:
    account.labels[_id_of(_labels(account), group)] = name


def delete_label(account: Account, group: str) -> None:
    first = _id_of(_labels(account), group)
    account.labels[first] = ""
    for entry in account.entries:
        if first in entry.human.groups:
            entry.rendered.clear()


def rename_folder(account: Account, group: str, name: str) -> None:
    place = folder_number(account, group)
    account.folders[place] = replace(account.folders[place], name=name)


def delete_folder(account: Account, group: str) -> None:
    """Its contacts are deleted with it, as Outlook does."""
    place = folder_number(account, group)
    account.folders[place] = replace(account.folders[place], deleted=True)
    for entry in account.list_entries(place):
        entry.deleted = True
        account.touch(entry, entry.modified_at)


def rename_stage(account: Account, group: str, name: str) -> None:
    account.labels[_id_of(stage_names(account), group)] = name


def _labels(account: Account) -> dict[str, str]:
    """The present names of labels by their first one; ids are derived from it."""
    first = {group for entry in account.entries for group in entry.human.groups}
    return {group: account.labels.get(group, group) for group in sorted(first)}


def _id_of(names: Mapping[str, str], name: str) -> str:
    ids = {present: first for first, present in names.items() if present}
    if name not in ids:
        raise Refused(f"group: one of {', '.join(ids)}.")
    return ids[name]
