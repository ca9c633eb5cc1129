"""Where a listing of Microsoft contacts stands: first the folders are found, then each is read to its end.

    to_ask ──each answer may add more──► folders ──the first is read, page by page──► done; its delta link is kept

All of it fits into a cursor, so another worker goes on where this one stopped.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from chalicelib.foundation.json import Json
from chalicelib.providers.group_names import GROUPS, mark_of
from chalicelib.providers.microsoft.graph_client import SELECT, folders_path
from chalicelib.providers.provider import SyncExpired

FIELDS = hashlib.sha256(SELECT.encode()).hexdigest()[:8]  # delta links are good only for the fields they began with
ROOM_FOR_LINKS = 48_000  # characters; a mailbox with more is listed in full each time
ROOM_FOR_NAMES = 24_000  # characters of ids and names
DEFAULT, LIST, COUNT = "default", "list", "count"  # what can be asked


@dataclass(frozen=True, slots=True)
class ListingState:
    """Args:
    known: delta links of the last import, by folder still to read; None in a full listing.
    default: the default folder's id; None until a contact in it told us, "" when that one did not.
    probe: the contact that did not; the folder that begins with it is the default one.
    to_ask: what is still to be asked about folders: a word above, and the path of a listing or the folder to count.
    asked: how many such questions were answered.
    folders: id and name of each folder still to read.
    path: where the first folder's next page is; "" before its first page.
    trail: the pages of that folder seen so far (`paging.py`).
    plain: the first folder is listed without a delta.
    names: what the folders read so far are called, by id; None when they are too many to carry.
    links: delta links gathered in this run; None when some folder has none, so that the next run lists everything.
    total: contacts counted so far; None when some folder did not say.
    """

    known: Mapping[str, str] | None = None
    default: str | None = None
    probe: str = ""
    to_ask: tuple[tuple[str, str], ...] = ((DEFAULT, ""), (LIST, folders_path()))
    asked: int = 0
    folders: tuple[tuple[str, str], ...] = ()
    path: str = ""
    trail: str = ""
    plain: bool = False
    names: Mapping[str, str] | None = field(default_factory=dict)
    links: Mapping[str, str] | None = field(default_factory=dict)
    total: int | None = 0

    @property
    def is_incremental(self) -> bool:
        return self.known is not None

    def has(self, folder: str) -> bool:
        return any(folder == one for one, _ in self.folders)

    def with_folder(self, folder: str, name: str) -> "ListingState":
        return replace(self, folders=(*self.folders, (folder, name)))

    def with_default(self, folder: str) -> "ListingState":
        """The default folder is one of those that were listed: it stands there once, and its name is no group."""
        others = tuple(pair for pair in self.folders if pair[0] not in ("", folder))
        return replace(self, default=folder, probe="", folders=((folder, ""), *others))

    def after_folder(self, link: str) -> "ListingState":
        """The first folder is read; `link` is its delta link, "" when it has none."""
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
        if self.links is None:
            return None
        return {"fields": FIELDS, "default": self.default, "links": dict(self.links), GROUPS: mark_of(self.names)}

    def cursor(self) -> Json:
        """As plain JSON, without what is as it was at the start."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        changed = {name: value for name, value in pairs if value != getattr(START, name)}
        return {name: [*map(list, value)] if isinstance(value, tuple) else value for name, value in changed.items()}


START = ListingState()


def state_at(cursor: Json) -> ListingState:
    """Where `cursor` stands.

    Raises:
        SyncExpired: it begins from a sync state that was made for other fields.
    """
    if "sync" in cursor:
        sync = cursor["sync"]
        if not isinstance(sync, dict) or sync.get("fields") != FIELDS or GROUPS not in sync:
            raise SyncExpired
        return ListingState(known=sync["links"], default=sync.get("default"))
    pairs = {name: tuple(map(tuple, cursor[name])) for name in ("to_ask", "folders") if name in cursor}
    return ListingState(**{**cursor, **pairs})
