"""The key of a row: by it, the next version of a file finds the row again, and repeated rows are found.

Of rows with one key that say different things, the first one has the key, the second one "~002~" before it. Sorted by
their keys, they are in the order of the file; so are the records of a contact that came at the same moment.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.contacts.identities import emails_of
from chalicelib.contacts.source_record import ContactFields
from chalicelib.foundation.ids import id_of

_UID = "uid:"  # before an id that is kept as it is
_HASHED = "row#"  # before the hash of what a row without an id says
_NAMES, _OTHERS = ("display", "given", "middle", "family"), ("organization", "nickname")
_LAST_DIGITS = 8
LONGEST_UID = 200  # characters of a writer's id that is kept as it is
_MARK = "~"  # before and after an ordinal
_ORDINAL = re.compile(f"{_MARK}[0-9]+{_MARK}")


def row_key(uid: str, fields: ContactFields) -> str:
    """The writer's id of the contact; else a hash of its first address or number and its name.

    Args:
        fields: with phone numbers in E.164, so that another spelling is the same key.
    """
    if uid:
        return f"{_UID}{uid}" if len(uid) <= LONGEST_UID and uid.isascii() else f"uid#{id_of(uid)}"
    identity = next(iter(emails_of(fields)), "") or _number(fields)
    return f"{_HASHED}{id_of(identity, *_name_words(fields))}"


def is_hash(key: str) -> bool:
    """Whether the key is a hash of what the row says, without an ordinal; so are most keys of tables."""
    return key.startswith(_HASHED)


def name_key(fields: ContactFields) -> str:
    """The key of a row with the name of this one and nothing else that a key is made of."""
    return f"{_HASHED}{id_of('', *_name_words(fields))}"


def repeated_key(key: str, ordinal: int) -> str:
    """The key of the second, third … row with this key; of the first one, the key itself."""
    return key if ordinal == 1 else f"{_MARK}{ordinal:03}{_MARK}{key}"


def first_key(key: str) -> str:
    """The key without its ordinal: that of the first of the rows with it."""
    if not key.startswith(_MARK):  # as most keys
        return key
    ordinal = _ORDINAL.match(key)
    return key[ordinal.end() :] if ordinal else key


def _number(fields: Mapping[str, Any]) -> str:
    """The last digits of the first number, which are the same whatever country it was read for."""
    first = next(iter(fields.get("phones", ())), None)
    if first is None:
        return ""
    return "".join(filter(str.isdecimal, first.get("e164") or first["raw"]))[-_LAST_DIGITS:]


def _name_words(fields: Mapping[str, Any]) -> list[str]:
    """The words of the name, as they are written but for their case. A parsed name would take ten times as long."""
    names = [fields[name] for name in _NAMES if name in fields] or [fields[name] for name in _OTHERS if name in fields]
    return " ".join(names).casefold().split()


def uid_of(key: str) -> str:
    """The writer's id in a key; "" if it has none, or only its hash."""
    key = first_key(key)
    return key.removeprefix(_UID) if key.startswith(_UID) else ""
