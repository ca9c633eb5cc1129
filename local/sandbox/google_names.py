"""Google's ids of a contact: a resource name that may change, and a source id that does not."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.accounts import Account, Entry


def source_id(account: "Account", entry: "Entry") -> str:
    return f"{_number(account, entry):x}"


def resource_name(account: "Account", entry: "Entry", folder: int | None = None) -> str:
    """The name it has, or had in another folder: "Other contacts" have names of their own.

    Linking a contact to a profile changes its resource name to one without the letter c.
    """
    if (entry.folder if folder is None else folder) != 0:
        return f"otherContacts/c{_number(account, entry)}"
    if not entry.renames:
        return f"people/c{_number(account, entry)}"
    return f"people/1{_number(account, entry):019d}{entry.renames % 10}"


def _number(account: "Account", entry: "Entry") -> int:
    return (account.number | 1 << 31) << 31 | entry.number * 7919
