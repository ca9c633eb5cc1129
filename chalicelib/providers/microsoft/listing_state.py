"""The state of a listing of Microsoft contacts: first all folders are found, then each is read to its end.

    to_ask ──each response may add requests──► folders ──the first is read page by page──► done; its delta link is kept

The state fits into a cursor, so that another worker can continue.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from chalicelib.foundation.json import Json
from chalicelib.providers.choices import CHOSEN, EVERYTHING, Chosen, hash_of_choice
from chalicelib.providers.group_names import GROUPS, hash_of_names
from chalicelib.providers.microsoft.graph_client import SELECT, folders_path
from chalicelib.providers.provider import SyncExpired

FIELDS = hashlib.sha256(SELECT.encode()).hexdigest()[:8]  # delta links are valid only for these fields
ROOM_FOR_LINKS = 48_000  # characters; a mailbox with more is listed in full each time
ROOM_FOR_NAMES = 24_000  # characters of ids and names
DEFAULT, LIST, COUNT = "default", "list", "count"  # kinds of requests about folders
DEFAULT_FOLDER = "default"  # the id by which the default folder is chosen, since its own may not be known


@dataclass(frozen=True, slots=True)
class ListingState:
    """An immutable state; methods return the state that follows."""

    #: Delta links of the last import, by id of the folders still to read; None in a full listing.
    known: Mapping[str, str] | None = None
    #: The default folder's id; None until a contact of it was read, "" if that contact did not have it.
    default: str | None = None
    #: The contact without a folder id; the folder whose first contact it is is the default folder.
    probe: str = ""
    #: Requests about folders still to send: the kind, and the path of a list or the folder to count.
    to_ask: tuple[tuple[str, str], ...] = ((DEFAULT, ""), (LIST, folders_path()))
    #: How many such requests were sent.
    asked: int = 0
    #: Id and name of each folder still to read.
    folders: tuple[tuple[str, str], ...] = ()
    #: The next page of the first folder; "" for its first page.
    path: str = ""
    #: The pages of that folder visited so far (`paging.py`).
    trail: str = ""
    #: Whether the first folder is listed without delta links.
    plain: bool = False
    #: Names of the folders read so far, by id; None if they exceed `ROOM_FOR_NAMES`.
    names: Mapping[str, str] | None = field(default_factory=dict)
    #: Delta links collected in this listing, by folder id; None if a folder has none, so that the next is full.
    links: Mapping[str, str] | None = field(default_factory=dict)
    #: Contacts counted so far; None if a folder has no count.
    total: int | None = 0
    #: The ids of the folders to read; None for all of them.
    chosen: Chosen = None

    @property
    def is_incremental(self) -> bool:
        return self.known is not None

    def has(self, folder: str) -> bool:
        return any(folder == known for known, _ in self.folders)

    def with_folder(self, folder: str, name: str) -> "ListingState":
        return replace(self, folders=(*self.folders, (folder, name)))

    def with_default(self, folder: str) -> "ListingState":
        """Note that a listed folder is the default one: it is read once, and its name is not a group."""
        others = tuple(pair for pair in self.folders if pair[0] not in ("", folder))
        return replace(self, default=folder, probe="", folders=((folder, ""), *others))

    def limited(self) -> "ListingState":
        """Only with the folders that were chosen, once all are found."""
        if self.chosen is None or EVERYTHING in self.chosen:
            return self
        return replace(self, folders=tuple(pair for pair in self.folders if self._is_chosen(pair[0])))

    def _is_chosen(self, folder: str) -> bool:
        ids = self.chosen or ()
        return folder in ids or (folder in ("", self.default) and DEFAULT_FOLDER in ids)

    def after_folder(self, link: str) -> "ListingState":
        """Finish the first folder. `link` is its delta link, "" if it has none."""
        folder, name = self.folders[0]
        names = {**self.names, folder: name} if name and self.names is not None else self.names
        if names is not None and sum(map(len, (*names, *names.values()))) > ROOM_FOR_NAMES:
            names = None
        links = {**self.links, folder: link} if link and self.links is not None else None
        if links is not None and sum(map(len, links.values())) > ROOM_FOR_LINKS:
            links = None
        known = None if self.known is None else {key: kept for key, kept in self.known.items() if key != folder}
        return replace(
            self, known=known, folders=self.folders[1:], path="", trail="", plain=False, names=names, links=links
        )

    def sync(self) -> Json | None:
        """The sync state for the next incremental listing; None if that must be a full one."""
        if self.links is None:
            return None
        chosen = {} if self.chosen is None else {CHOSEN: hash_of_choice(self.chosen)}
        names = hash_of_names(self.names)
        return {"fields": FIELDS, "default": self.default, "links": dict(self.links), GROUPS: names, **chosen}

    def cursor(self) -> Json:
        """Plain JSON of the fields that differ from the start."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        changed = {name: value for name, value in pairs if value != getattr(START, name)}
        return {name: _plain(value) for name, value in changed.items()}


def _plain(value: Json) -> Json:
    """Tuples as lists."""
    return [*map(_plain, value)] if isinstance(value, tuple) else value


START = ListingState()


def state_at(cursor: Json) -> ListingState:
    """The state in a cursor.

    Raises:
        SyncExpired: the cursor starts from a sync state for other fields, or for another choice of folders.
    """
    chosen = tuple(cursor[CHOSEN]) if CHOSEN in cursor else None
    if "sync" in cursor:
        sync = cursor["sync"]
        if not isinstance(sync, dict) or sync.get("fields") != FIELDS or GROUPS not in sync:
            raise SyncExpired
        if sync.get(CHOSEN) != hash_of_choice(chosen):
            raise SyncExpired
        return ListingState(known=sync["links"], default=sync.get("default"), chosen=chosen)
    pairs = {name: tuple(map(tuple, cursor[name])) for name in ("to_ask", "folders") if name in cursor}
    return ListingState(**{**cursor, **pairs, CHOSEN: chosen})
