"""A mailbox behind Microsoft Graph, small enough to be read: folders, their contacts, and delta links by number."""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Reply
from tests.fakes.answers import Asked, answer

ORIGIN = "https://graph.example"


@dataclass
class Folder:
    """`parent` is None for the default folder. `changes` are told to whoever follows the last delta link."""

    name: str
    contacts: list[Json]
    parent: str | None = "default"
    changes: list[Json] = field(default_factory=list)


class FakeGraph:
    """Args:
    folders: by id; "default" is the default one.
    page: contacts on one page of a delta.
    refuse: what to answer instead, by a part of the URL.
    tells_parents: whether a contact says which folder it is in, where it is asked.
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

    def __call__(self, asked: Asked) -> Reply:
        for part, reply in self.refuse.items():
            if part in unquote(asked.url):
                return reply
        steps = [unquote(step) for step in asked.path.split("/")[3:]]
        match steps:
            case ["contacts"]:
                return self._plain("default", asked)
            case ["contactFolders"]:
                return answer({"value": self._children("default")})
            case ["contactFolders", parent, "childFolders"]:
                return answer({"value": self._children(parent)})
            case ["contactFolders", folder, "contacts"]:
                return self._plain(folder, asked)
            case ["contactFolders", folder, "contacts", "delta"]:
                return self._delta(folder, asked)
            case ["contactFolders", folder, "contacts", contact]:
                return self._one(folder, contact)
        return answer(b"", 404)

    def _children(self, parent: str) -> list[Json]:
        return [{"id": key, "displayName": one.name} for key, one in self.folders.items() if one.parent == parent]

    def _plain(self, folder: str, asked: Asked) -> Reply:
        contacts = self.folders[folder].contacts
        parent = {"parentFolderId": folder} if self.tells_parents else {}
        told = {"value": [{**one, **parent} for one in contacts[: int(asked.query["$top"])]]}
        return answer({**told, "@odata.count": len(contacts)} if "$count" in asked.query else told)

    def _delta(self, folder: str, asked: Asked) -> Reply:
        path = f"{ORIGIN}/v1.0/me/contactFolders/{quote(folder)}/contacts/delta"
        if asked.query.get("$deltatoken"):
            return answer({"value": self.folders[folder].changes, "@odata.deltaLink": f"{path}?$deltatoken=2"})
        start = int(asked.query.get("$skiptoken", 0))
        end, contacts = start + self.page, self.folders[folder].contacts
        more = {"@odata.nextLink": f"{path}?$skiptoken={end}"} if end < len(contacts) else {}
        return answer({"value": contacts[start:end], **(more or {"@odata.deltaLink": f"{path}?$deltatoken=1"})})

    def _one(self, folder: str, contact: str) -> Reply:
        found = [one for one in self.folders[folder].contacts if one["id"] == contact]
        return answer(found[0]) if found else answer({"error": {"code": "ErrorItemNotFound"}}, 404)
