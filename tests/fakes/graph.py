"""A small mailbox behind Microsoft Graph: folders, their contacts, and numbered delta links."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply
from tests.fakes.transport import SentRequest, make_reply

ORIGIN = "https://graph.example"


@dataclass
class Folder:
    """A contact folder. `parent` is None for the default folder. The last delta link returns `changes`."""

    name: str
    contacts: list[Json]
    parent: str | None = "default"
    changes: list[Json] = field(default_factory=list)


class FakeGraph:
    """A mailbox that replies to requests for folders, contacts and deltas.

    Args:
        folders: By id; "default" is the default folder.
        page: Contacts on one page of a delta.
        refuse: Replies by a part of the URL; a request whose URL contains that part gets that reply.
        tells_parents: Whether plain listings include the id of a contact's folder.
    """

    def __init__(
        self,
        folders: dict[str, Folder],
        *,
        page: int = 100,
        refuse: dict[str, Reply] | None = None,
        tells_parents: bool = True,
    ) -> None:
        self.folders, self.page, self.refuse, self.tells_parents = folders, page, dict(refuse or {}), tells_parents

    def __call__(self, request: SentRequest) -> Reply:
        for part, reply in self.refuse.items():
            if part in unquote(request.url):
                return reply
        steps = [unquote(step) for step in request.path.split("/")[3:]]
        match steps:
            case ["contacts"]:
                return self._plain("default", request)
            case ["contactFolders"]:
                return make_reply({"value": self._children("default")})
            case ["contactFolders", parent, "childFolders"]:
                return make_reply({"value": self._children(parent)})
            case ["contactFolders", folder, "contacts"]:
                return self._plain(folder, request)
            case ["contactFolders", folder, "contacts", "delta"]:
                return self._delta(folder, request)
            case ["contactFolders", folder, "contacts", contact]:
                return self._one(folder, contact)
        return make_reply(b"", 404)

    def _children(self, parent: str) -> list[Json]:
        return [{"id": key, "displayName": one.name} for key, one in self.folders.items() if one.parent == parent]

    def _plain(self, folder: str, request: SentRequest) -> Reply:
        contacts = self.folders[folder].contacts
        parent = {"parentFolderId": folder} if self.tells_parents else {}
        page = {"value": [{**one, **parent} for one in contacts[: int(request.query["$top"])]]}
        return make_reply({**page, "@odata.count": len(contacts)} if "$count" in request.query else page)

    def _delta(self, folder: str, request: SentRequest) -> Reply:
        path = f"{ORIGIN}/v1.0/me/contactFolders/{quote(folder)}/contacts/delta"
        if request.query.get("$deltatoken"):
            return make_reply({"value": self.folders[folder].changes, "@odata.deltaLink": f"{path}?$deltatoken=2"})
        start = int(request.query.get("$skiptoken", 0))
        end, contacts = start + self.page, self.folders[folder].contacts
        more = {"@odata.nextLink": f"{path}?$skiptoken={end}"} if end < len(contacts) else {}
        return make_reply({"value": contacts[start:end], **(more or {"@odata.deltaLink": f"{path}?$deltatoken=1"})})

    def _one(self, folder: str, contact: str) -> Reply:
        found = [one for one in self.folders[folder].contacts if one["id"] == contact]
        return make_reply(found[0]) if found else make_reply({"error": {"code": "ErrorItemNotFound"}}, 404)
