"""Sends GET requests to Microsoft Graph. A person's token is only ever sent to the configured origin."""

from urllib.parse import quote

from chalicelib.foundation.errors import ProviderBroken
from chalicelib.foundation.json import Json
from chalicelib.foundation.outbound import Deadline, Http, Reply

PAGE_SIZE = 500
LONGEST_LINK = 8_000
PREFER = f'IdType="ImmutableId", odata.maxpagesize={PAGE_SIZE}'  # sent with every request, including page links
SELECT = (
    "id,title,givenName,middleName,surname,generation,displayName,yomiGivenName,yomiSurname,fileAs,initials,nickName,"
    "emailAddresses,imAddresses,businessPhones,homePhones,mobilePhone,companyName,yomiCompanyName,department,jobTitle,"
    "profession,officeLocation,manager,assistantName,spouseName,children,businessAddress,homeAddress,otherAddress,"
    "birthday,personalNotes,categories,businessHomePage"
)


class UnexpectedStatus(Exception):
    """Graph's response is not a 200."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Graph:
    """A client for Microsoft Graph. Safe to share between threads and people."""

    def __init__(self, http: Http, url: str) -> None:
        self._http, self._origin = http, url.rstrip("/")

    def get(self, path: str, token: str, deadline: Deadline) -> dict[str, Json]:
        """The JSON object at `path`, which begins with a slash.

        Raises:
            UnexpectedStatus: the response is not a 200.
            ProviderBroken: there is no response, or it is not a JSON object.
        """
        headers = {"Authorization": "Bearer " + token, "Prefer": PREFER, "Accept": "application/json"}
        reply = self._http.send("GET", self._origin + path, service="Microsoft", deadline=deadline, headers=headers)
        if reply.status != 200:
            raise UnexpectedStatus(reply)
        payload = reply.json_object()
        if payload is None:
            raise ProviderBroken("Microsoft sent a response that we cannot read.", provider="microsoft")
        return payload

    def path_of(self, payload: dict[str, Json], member: str) -> str:
        """The path and query of a link in a response; "" if there is no link. Cursors keep this shorter form.

        Raises:
            ProviderBroken: it leads to another origin, which must not get the token.
        """
        link = payload.get(member)
        if link is None:
            return ""
        origin = self._origin + "/"
        if not isinstance(link, str) or link[: len(origin)].lower() != origin.lower() or not _is_plain(link):
            raise ProviderBroken("Microsoft sent a link to another site.", provider="microsoft")
        return link[len(origin) - 1 :]


def _is_plain(link: str) -> bool:
    return link.isascii() and link.isprintable() and " " not in link and len(link) <= LONGEST_LINK


def values_of(payload: dict[str, Json]) -> list[Json]:
    """The items of a page of a list.

    Raises:
        ProviderBroken: the response has no list of items.
    """
    values = payload.get("value")
    if not isinstance(values, list):
        raise ProviderBroken("Microsoft sent a response that we cannot read.", provider="microsoft")
    return values


def folders_path(parent: str = "") -> str:
    """The folders in `parent`; without it, those of the mailbox."""
    return f"/v1.0/me/contactFolders{f'/{_id(parent)}/childFolders' if parent else ''}?$top=100"


def default_folder_path(*, count: bool) -> str:
    """One contact of the default folder, which has the folder's id."""
    return "/v1.0/me/contacts?$top=1&$select=id,parentFolderId" + ("&$count=true" if count else "")


def count_path(folder: str) -> str:
    """One contact of the folder, with the count of all."""
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts?$top=1&$count=true&$select=id"


def delta_path(folder: str) -> str:
    """The first page of a full list of the folder, which ends with a delta link."""
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts/delta?$select={SELECT}"


def plain_path(folder: str) -> str:
    """A list without delta links; without `folder`, that of the default folder."""
    inside = f"contactFolders/{_id(folder)}/contacts" if folder else "contacts"
    return f"/v1.0/me/{inside}?$top={PAGE_SIZE}&$select={SELECT}"


def ids_path(folder: str) -> str:
    """As `plain_path`, with nothing but ids."""
    return plain_path(folder).partition("&$select=")[0] + "&$select=id"


def contact_path(folder: str, contact: str) -> str:
    """One contact by id."""
    return f"/v1.0/me/contactFolders/{_id(folder)}/contacts/{_id(contact)}?$select={SELECT}"


def _id(text: str) -> str:
    return quote(text, safe="=")
