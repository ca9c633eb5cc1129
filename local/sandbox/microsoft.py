"""Microsoft Graph v1.0: contact folders, contacts, and what changed since, folder by folder."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from local.sandbox import microsoft_contact
from local.sandbox.accounts import Account
from local.sandbox.faults import Fault
from local.sandbox.microsoft_contact import Select, folder_id
from local.sandbox.microsoft_errors import bad_request, failure
from local.sandbox.microsoft_oauth import object_id
from local.sandbox.paging import read_page
from local.sandbox.wire import Json, Request, Response, as_json, encode_json
from local.sandbox.world import World

READ_SCOPES = {"Contacts.Read", "Contacts.ReadWrite"}
READ_SCOPES |= {f"https://graph.microsoft.com/{scope}" for scope in READ_SCOPES}
_METADATA = "https://graph.microsoft.com/v1.0/$metadata#users('{}')/"
_REPEATED = {"$top", "$select", "$count"}
_DEFAULT_PAGE, _LARGEST_PAGE = 10, 1000


class Refusal(Exception):
    """A response instead of the requested one."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Listing:
    """The options of a request for contacts. A token carries them, except the kind of ids, which each request sends."""

    folder: int
    select: Select
    size: int
    immutable: bool


Serve = Callable[[World, Account, Request, Fault | None], Response]


def endpoint(serve: Serve) -> Callable[[World, Request, Fault | None], Response]:
    """Authorizes the request, and throttles too many at once."""

    def authorized(world: World, request: Request, fault: Fault | None) -> Response:
        try:
            account = _reader(world, request)
            with account.lock:
                answer = serve(world, account, request, fault)
        except Refusal as refusal:
            return refusal.answer
        if 'idtype="immutableid"' in _prefer(request):
            answer.headers["Preference-Applied"] = 'IdType="ImmutableId"'
        return answer

    return authorized


def _reader(world: World, request: Request) -> Account:
    bearer = world.grants.bearer("microsoft", request.bearer, world.now())
    account = world.accounts.find(bearer.address) if bearer else None
    if bearer is None or account is None:
        raise Refusal(failure("InvalidAuthenticationToken"))
    if not READ_SCOPES & set(bearer.scopes):
        raise Refusal(failure("ErrorAccessDenied"))
    if not world.behavior("mailbox", account):
        raise Refusal(failure("MailboxNotEnabledForRESTAPI"))
    return account


def me(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v1.0/me"""
    bearer = world.grants.bearer("microsoft", request.bearer, world.now())
    if bearer is None:
        return failure("InvalidAuthenticationToken")
    user = {"id": object_id(bearer.address), "displayName": bearer.address.partition("@")[0].title()}
    return as_json({**user, "mail": bearer.address, "userPrincipalName": bearer.address})


@endpoint
def folders(world: World, account: Account, request: Request, _fault: Fault | None) -> Response:
    """GET /me/contactFolders and /me/contactFolders/{id}/childFolders"""
    top = "folder" not in request.route
    parent = 0 if top else _folder(account, request)
    below = [place for place, folder in enumerate(account.folders) if folder.parent == parent and not folder.deleted]
    if top and world.behavior("lists_default_folder", account):
        below.insert(0, 0)
    size, start = _size(request), _skip_count(world, request)
    answer: dict[str, Json] = {"@odata.context": _METADATA.format(object_id(account.address)) + "contactFolders"}
    answer["value"] = [_folder_json(account, place) for place in below[start : start + size]]
    if start + size < len(below):
        token = world.seal.close({"p": start // size + 2, "a": start + size})
        answer["@odata.nextLink"] = _link(request, {"$top": str(size), "$skiptoken": token})
    return as_json(answer)


@endpoint
def folder(_world: World, account: Account, request: Request, _fault: Fault | None) -> Response:
    """GET /me/contactFolders/{id}"""
    return as_json(_folder_json(account, _folder(account, request)))


@endpoint
def count(world: World, account: Account, request: Request, _fault: Fault | None) -> Response:
    """GET …/contacts/$count"""
    return Response(body=str(_total(world, account, _folder(account, request))).encode(), content_type="text/plain")


@endpoint
def contacts(world: World, account: Account, request: Request, fault: Fault | None) -> Response:
    """GET /me/contacts (the default folder alone) and /me/contactFolders/{id}/contacts"""
    listing = _listing(account, request)
    cursor = _read_token(world, request, "$skiptoken", "mp") or {"p": 1, "a": 0}
    entries = account.list_entries(listing.folder)
    skip = request.query.get("$skip", "")
    after = (
        entries[min(int(skip), len(entries)) - 1].changed if skip.isdecimal() and int(skip) and entries else cursor["a"]
    )
    if fault and fault.fault == "shift":
        world.accounts.do(account, _insertion(world, account, listing.folder))
    page = read_page(entries, after, listing.size, cursor["p"], fault)
    rows = [
        microsoft_contact.render_contact(account, entry, listing.select, listing.immutable) for entry in page.entries
    ]
    head: dict[str, Json] = {"@odata.context": _METADATA.format(object_id(account.address)) + "contacts"}
    if request.query.get("$count", "").lower() == "true":
        head["@odata.count"] = _total(world, account, listing.folder)
    if page.after is not None:
        token = world.seal.close({"k": "mp", "w": account.number, "p": page.page, "a": page.after})
        repeated = {name: value for name, value in request.query.items() if name in _REPEATED}
        head["@odata.nextLink"] = _link(request, {**repeated, "$skiptoken": token})
    return Response(body=_values(head, rows))


@endpoint
def delta(world: World, account: Account, request: Request, fault: Fault | None) -> Response:
    """GET …/contacts/delta: everything first, then only changes. Its tokens contain the first options."""
    cursor = _read_token(world, request, "$skiptoken", "md") or _read_token(world, request, "$deltatoken", "md") or {}
    listing = _listing(account, request, cursor)
    if cursor and cursor["e"] != account.sync_epoch:
        raise Refusal(failure("SyncStateNotFound"))
    if "$skiptoken" not in request.query:
        cursor |= {"p": 1, "a": cursor.get("b", 0), "s": cursor.get("b"), "b": account.revision}
    if fault and fault.fault == "shift":
        world.accounts.do(account, _insertion(world, account, listing.folder))
    page = read_page(account.list_entries(listing.folder), cursor["a"], listing.size, cursor["p"], fault)
    rows = [
        microsoft_contact.render_contact(account, entry, listing.select, listing.immutable) for entry in page.entries
    ]
    select = None if listing.select is None else sorted(listing.select)
    options = {
        "k": "md",
        "w": account.number,
        "e": account.sync_epoch,
        "f": listing.folder,
        "z": listing.size,
        "t": select,
    }
    head: dict[str, Json] = {"@odata.context": _METADATA.format(object_id(account.address)) + "contacts/$delta"}
    if page.after is not None:
        token = world.seal.close({**options, "p": page.page, "a": page.after, "b": cursor["b"], "s": cursor["s"]})
        head["@odata.nextLink"] = _link(request, {"$skiptoken": token})
    else:
        rows += _removed_rows(account, listing, cursor["s"])
        head["@odata.deltaLink"] = _link(request, {"$deltatoken": world.seal.close({**options, "b": cursor["b"]})})
    return Response(body=_values(head, rows))


def _removed_rows(account: Account, listing: Listing, since: int | None) -> list[bytes]:
    """Entries that left this folder since then and did not return."""
    if since is None:
        return []
    gone: dict[str, str] = {}
    for left in account.left:
        entry = account.entries[left.number]
        back = entry.folder == left.folder and not entry.deleted
        if left.folder == listing.folder and left.revision > since and not (back and listing.immutable):
            ident = microsoft_contact.contact_id(account, entry, listing.immutable, left.moves)
            gone[ident] = "deleted"
    return [encode_json({"id": ident, "@removed": {"reason": reason}}) for ident, reason in gone.items()]


def _listing(account: Account, request: Request, cursor: dict[str, Json] | None = None) -> Listing:
    """The options of the request; those in a delta token come first."""
    folder = _folder(account, request)
    immutable = 'idtype="immutableid"' in _prefer(request)
    if cursor:
        if cursor["f"] != folder:
            raise Refusal(bad_request("The token belongs to another folder.", "ErrorInvalidUrlQuery"))
        select = None if cursor["t"] is None else frozenset(cursor["t"])
        return Listing(folder, select, _size(request, cursor["z"]), immutable)
    named = [name.strip() for name in request.query.get("$select", "").split(",") if name.strip()]
    return Listing(folder, frozenset(named) if named else None, _size(request), immutable)


def _folder(account: Account, request: Request) -> int:
    """The folder in the path; without one, or with the well-known name, the default folder."""
    requested = request.route.get("folder", "contacts")
    if requested.lower() == "contacts":
        return 0
    for place in range(len(account.folders)):
        if folder_id(account, place) == requested and not account.folders[place].deleted:
            return place
    raise Refusal(failure("ErrorItemNotFound"))


def _size(request: Request, usual: int = _DEFAULT_PAGE) -> int:
    preferred = [part.partition("=")[2] for part in _prefer(request).split(",") if "odata.maxpagesize" in part]
    text = request.query.get("$top", preferred[0].strip() if preferred else str(usual))
    if not text.isdecimal() or not 0 < int(text) <= _LARGEST_PAGE:
        raise Refusal(bad_request(f"Invalid value '{text}' for $top query option found.", "ErrorInvalidUrlQuery"))
    return int(text)


def _prefer(request: Request) -> str:
    return request.headers.get("Prefer", "").lower().replace(" ", "")


def _read_token(world: World, request: Request, name: str, kind: str) -> dict[str, Json] | None:
    """The content of the token in this query parameter; None without one. Raises Refusal if it is invalid."""
    text = request.query.get(name, "")
    if not text:
        return None
    token = world.seal.open(text)
    if token is None or token.get("k") != kind:
        raise Refusal(bad_request("The token is not valid.", "ErrorInvalidUrlQuery"))
    return dict(token)


def _skip_count(world: World, request: Request) -> int:
    token = world.seal.open(request.query.get("$skiptoken", ""))
    return int(token["a"]) if token else 0


def _total(world: World, account: Account, folder: int) -> int:
    """Distribution lists are counted, although they are never listed."""
    return len(account.list_entries(folder)) + int(world.behavior("distribution_lists", account) if folder == 0 else 0)


def _folder_json(account: Account, place: int) -> dict[str, Json]:
    folder = account.folders[place]
    parent = folder_id(account, 1_000_000 if folder.parent is None else folder.parent)
    return {"id": folder_id(account, place), "parentFolderId": parent, "displayName": folder.name}


def _insertion(world: World, account: Account, folder: int) -> dict[str, Json]:
    """The change that adds one contact to the folder, while it is being listed."""
    name = account.folders[folder].name if folder else ""
    return {"do": "add", "count": 1, "folder": name, "at": world.now()}


def _link(request: Request, parameters: dict[str, str]) -> str:
    return f"{request.origin}{request.path}?{urlencode(parameters, safe='$')}"


def _values(head: dict[str, Json], rows: list[bytes]) -> bytes:
    return b"".join((encode_json(head)[:-1], b',"value":[', b",".join(rows), b"]}"))
