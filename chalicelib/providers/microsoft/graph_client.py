"""GET requests to Microsoft Graph; a person's token goes to the configured origin and nowhere else."""

from urllib.parse import quote

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply

PAGE_SIZE = 500
LONGEST_LINK = 8_000
PREFER = f'IdType="ImmutableId", odata.maxpagesize={PAGE_SIZE}'  # with every request, the links of a listing too
SELECT = (
    "id,title,givenName,middleName,surname,generation,displayName,yomiGivenName,yomiSurname,fileAs,initials,nickName,"
    "emailAddresses,imAddresses,businessPhones,homePhones,mobilePhone,companyName,yomiCompanyName,department,jobTitle,"
    "profession,officeLocation,manager,assistantName,spouseName,children,businessAddress,homeAddress,otherAddress,"
    "birthday,personalNotes,categories,businessHomePage"
)


class Refused(Exception):
    """Graph answered with something else than a 200."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Graph:
    def __init__(self, http: Http, url: str) -> None:
        self._http, self._origin = http, url.rstrip("/")

    def get(self, path: str, token: str, deadline: Deadline) -> dict[str, Json]:
        """What stands at `path`, which begins with a slash.

        Raises:
            Refused: the answer is not a 200.
            ProviderBroken: no answer, or none that is a JSON object.
        """
        headers = {"Authorization": "Bearer " + token, "Prefer": PREFER, "Accept": "application/json"}
        reply = self._http.send("GET", self._origin + path, who="Microsoft", deadline=deadline, headers=headers)
        if reply.status != 200:
            raise Refused(reply)
        answer = reply.json_object()
        if answer is None:
            raise ProviderBroken("Microsoft sent an answer we cannot read.", provider="microsoft")
        return answer

    def path_of(self, answer: dict[str, Json], member: str) -> str:
        """Where a link of Graph leads, without the origin; "" where there is no link. Cursors keep this shorter form.

        Raises:
            ProviderBroken: it leads to somebody else, who must not see the token.
        """
        link = answer.get(member)
        if link is None:
            return ""
        origin = self._origin + "/"
        if not isinstance(link, str) or link[: len(origin)].lower() != origin.lower() or not _is_plain(link):
            raise ProviderBroken("Microsoft sent a link that leads somewhere else.", provider="microsoft")
        return link[len(origin) - 1 :]


def _is_plain(link: str) -> bool:
    return link.isascii() and link.isprintable() and " " not in link and len(link) <= LONGEST_LINK


def values_of(answer: dict[str, Json]) -> list[Json]:
    values = answer.get("value")
    if not isinstance(values, list):
        raise ProviderBroken("Microsoft sent an answer we cannot read.", provider="microsoft")
    return values


def folders_path(parent: str = "") -> str:
    """Folders inside `parent`; without one, those of the mailbox."""
    return f"/v1.0/me/contactFolders{f'/{_id(parent)}/childFolders' if parent else ''}?$top=100"


def default_folder_path(*, count: bool) -> str:
    """One contact of the default folder, which says the folder's id."""
    return "/v1.0/me/contacts?$top=1&$select=id,parentFolderId" + ("&$count=true" if count else "")


def count_path(folder: str) -> str:
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts?$top=1&$count=true&$select=id"


def delta_path(folder: str) -> str:
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts/delta?$select={SELECT}"


def plain_path(folder: str) -> str:
    """The listing without a memory; without a folder, that of the default one."""
    inside = f"contactFolders/{_id(folder)}/contacts" if folder else "contacts"
    return f"/v1.0/me/{inside}?$top={PAGE_SIZE}&$select={SELECT}"


def contact_path(folder: str, contact: str) -> str:
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts/{_id(contact)}?$select={SELECT}"


def _id(text: str) -> str:
    return quote(text, safe="=")
