"""Google's People API: connections and "Other contacts" with paging, masks and sync tokens, and contact groups."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from local.sandbox import google_person
from local.sandbox.accounts import OTHER_CONTACTS, Account
from local.sandbox.faults import Fault
from local.sandbox.google_errors import failure, invalid_argument
from local.sandbox.grants import Bearer
from local.sandbox.paging import read_page
from local.sandbox.partial_response import parse_mask, select
from local.sandbox.wire import Json, Request, Response, as_json, with_members
from local.sandbox.world import World

CONTACTS = "https://www.googleapis.com/auth/contacts"
READ_SCOPES = frozenset({CONTACTS, CONTACTS + ".readonly"})
SYNC_SECONDS = 7 * 86_400
_DEFAULT_SOURCES = ("READ_SOURCE_TYPE_CONTACT", "READ_SOURCE_TYPE_PROFILE")
_ORDERS = ("LAST_MODIFIED_ASCENDING", "LAST_MODIFIED_DESCENDING", "FIRST_NAME_ASCENDING", "LAST_NAME_ASCENDING")
_KNOWN = {"pageSize", "pageToken", "sources", "requestSyncToken", "syncToken"}
_KNOWN |= {"alt", "prettyPrint", "fields", "key", "quotaUser", "$.xgafv"}


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One of the two lists of people.

    Args:
        mask: the parameter with the fields to send. known: parameters that only this list has.
        kind: what its tokens are marked with. totals: the members with the number of all.
    """

    member: str
    folder: int
    mask: str
    fields: frozenset[str]
    sources: tuple[str, ...]
    scopes: frozenset[str]
    kind: str
    totals: tuple[str, ...]
    known: frozenset[str] = frozenset()


_CONNECTIONS = PeopleList(
    member="connections",
    folder=0,
    mask="personFields",
    fields=google_person.FIELDS,
    sources=_DEFAULT_SOURCES,
    scopes=READ_SCOPES,
    kind="g",
    totals=("totalPeople", "totalItems"),
    known=frozenset({"sortOrder", "requestMask.includeField"}),
)
_OTHER = PeopleList(
    member="otherContacts",
    folder=OTHER_CONTACTS,
    mask="readMask",
    fields=frozenset({"emailAddresses", "metadata", "names", "phoneNumbers", "photos"}),
    sources=_DEFAULT_SOURCES[:1],
    scopes=frozenset({CONTACTS + ".other.readonly"}),
    kind="o",
    totals=("totalSize",),
)


class Refusal(Exception):
    """A response instead of a list."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def connections(world: World, request: Request, fault: Fault | None) -> Response:
    """GET /v1/people/me/connections"""
    return _people(world, request, _CONNECTIONS, fault)


def other_contacts(world: World, request: Request, fault: Fault | None) -> Response:
    """GET /v1/otherContacts"""
    return _people(world, request, _OTHER, fault)


def _people(world: World, request: Request, of: PeopleList, fault: Fault | None) -> Response:
    try:
        account = _reader(world, request, of.scopes)
        options = _read_options(request, of)
        with account.lock:
            if fault and fault.fault == "shift":
                folder = account.folders[of.folder].name if of.folder else ""
                world.accounts.do(account, {"do": "add", "count": 1, "folder": folder, "at": world.now()})
            return _listing(world, account, request, of, options, fault)
    except Refusal as refusal:
        return refusal.answer


def _listing(
    world: World, account: Account, request: Request, of: PeopleList, options: Json, fault: Fault | None
) -> Response:
    cursor = _cursor(world, account, request, of, options)
    since = cursor.get("s")
    entries = account.list_entries(of.folder) if since is None else account.list_with_deleted(of.folder)
    page = read_page(entries, cursor["a"], options["size"], cursor["p"], fault)
    form = google_person.Form(
        options["fields"], options["sources"], since is not None, options["partial"], of.folder, of.member
    )
    rows = [google_person.render_person(account, entry, form) for entry in page.entries]
    rest: dict[str, Json] = {}
    if page.after is not None:
        rest["nextPageToken"] = world.seal.close({**cursor, "a": page.after, "p": page.page})
    elif options["sync"]:
        rest["nextSyncToken"] = _sync_token(world, account, of, cursor)
    if since is None and entries:
        total = len(entries) + world.behavior("total_off_by", account)
        rest |= dict.fromkeys(of.totals, total)
    if options["partial"]:
        rest = select(rest, parse_mask(options["partial"]))
    return Response(body=with_members(of.member, rows, rest))


def _reader(world: World, request: Request, scopes: frozenset[str] = READ_SCOPES) -> Account:
    """The account of this token, which must have one of the scopes."""
    bearer = world.grants.bearer("google", request.bearer, world.now())
    if bearer is None:
        raise Refusal(failure(401))
    if not scopes & set(bearer.scopes):
        raise Refusal(failure(403))
    return _account(world, bearer)


def _account(world: World, bearer: Bearer) -> Account:
    account = world.accounts.find(bearer.address)
    if account is None:
        raise Refusal(failure(401))
    return account


def _read_options(request: Request, of: PeopleList) -> dict[str, Json]:
    """The validated parameters of the request. `same` has those that later pages must repeat."""
    query = request.query
    _refuse(set(query) - _KNOWN - {of.mask} - of.known, "Unknown name {}: Cannot bind query parameter.")
    fields = frozenset(filter(None, query.get(of.mask, "").split(",")))
    if not fields:
        raise Refusal(invalid_argument(f"{of.mask} mask is required. Please specify one or more valid paths."))
    _refuse(fields - of.fields, f"Invalid {of.mask} mask path: {{}}.")
    sources = tuple(request.lists.get("sources", of.sources))
    _refuse(set(sources) - set(google_person.SOURCES), "Invalid value at 'sources': {}.")
    order = query.get("sortOrder", _ORDERS[0])
    _refuse({order} - set(_ORDERS), "Invalid value at 'sort_order': {}.")
    partial = _partial(query.get("fields", ""), of)
    size, sync = _size(query.get("pageSize", "0")), query.get("requestSyncToken", "false") == "true"
    types = frozenset(kind for source in sources for kind in google_person.SOURCES[source])
    same = [sorted(fields), sorted(sources), size, sync, order]
    return {"fields": fields, "sources": types, "size": size, "sync": sync, "same": same, "partial": partial}


def _partial(text: str, of: PeopleList) -> str:
    """The mask of the response, if it is one that has people; "" for the whole response."""
    try:
        is_refused = bool(text) and of.member not in parse_mask(text)
    except ValueError:
        is_refused = True
    _refuse([text] if is_refused else [], "Invalid field selection {}")
    return text


def _refuse(wrong: Iterable[str], sentence: str) -> None:
    for each in sorted(wrong):
        raise Refusal(invalid_argument(sentence.format(f'"{each}"')))


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) > 1000:
        raise Refusal(invalid_argument("Page size must be between 0 and 1000, inclusive."))
    return int(text) or 100


def _cursor(world: World, account: Account, request: Request, of: PeopleList, options: Json) -> dict[str, Json]:
    """Where this page starts.

    A cursor holds p: page number, a: the revision it follows, b: the account's when the listing began, s: since which
    revision changes are listed, f: when the full sync was, q: the parameters of the first call, w: whose it is.
    """
    cursor = _first_cursor(world, account, request, of, options)
    if not request.query.get("pageToken"):
        return cursor
    token = world.seal.open(request.query["pageToken"])
    if token is None or token.get("k") != of.kind + "p" or token["w"] != account.number:
        raise Refusal(invalid_argument("Invalid page token."))
    if (token["q"], token.get("s")) != (cursor["q"], cursor.get("s")):
        raise Refusal(invalid_argument("Request parameters must match the call that provided the page token."))
    return dict(token)


def _first_cursor(world: World, account: Account, request: Request, of: PeopleList, options: Json) -> dict[str, Json]:
    """The cursor of a listing's first page: of all contacts, or of the changes since the sync token."""
    first = {"k": of.kind + "p", "w": account.number, "p": 1, "a": 0, "b": account.revision, "f": world.now()}
    first["q"] = world.seal.close(options["same"])[:12]
    text = request.query.get("syncToken", "")
    if not text:
        return first
    token = world.seal.open(text)
    if token is None or token.get("k") != of.kind + "s" or token["w"] != account.number:
        raise Refusal(invalid_argument("Invalid sync token."))
    if token["e"] != account.sync_epoch or world.now() - token["f"] > SYNC_SECONDS:
        raise Refusal(failure(400, "EXPIRED_SYNC_TOKEN"))
    if token["q"] != first["q"]:
        raise Refusal(invalid_argument("Request parameters must match the call that provided the sync token."))
    return {**first, "a": token["b"], "s": token["b"], "f": token["f"]}


def _sync_token(world: World, account: Account, of: PeopleList, cursor: Json) -> str:
    """Starts where this listing started, so that changes made meanwhile are listed twice rather than never."""
    return world.seal.close({"k": of.kind + "s", "e": account.sync_epoch, **{name: cursor[name] for name in "wbfq"}})


def groups(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /v1/contactGroups"""
    try:
        account = _reader(world, request)
    except Refusal as refusal:
        return refusal.answer
    if not world.behavior("groups", account):
        return failure(403, "SERVICE_DISABLED")
    with account.lock:
        listed = _groups(account)
    size = _size_of_groups(request.query.get("pageSize", "0"))
    cursor = world.seal.open(request.query.get("pageToken", "")) or {"p": 1, "a": 0}
    start = int(cursor["a"])
    answer: dict[str, Json] = {"contactGroups": listed[start : start + size], "totalItems": len(listed)}
    if start + size < len(listed):
        answer["nextPageToken"] = world.seal.close({"p": cursor["p"] + 1, "a": start + size})
    return as_json(answer)


def _size_of_groups(text: str) -> int:
    return (min(int(text), 1000) if text.isdecimal() else 0) or 30


def _groups(account: Account) -> list[dict[str, Json]]:
    entries = account.list_entries(0)
    counts = Counter(group for entry in entries for group in entry.human.groups)
    starred = counts.pop(google_person.STARRED, 0)
    system = [("myContacts", "My Contacts", len(entries)), ("starred", "Starred", starred), ("blocked", "Blocked", 0)]
    return [_group(name, name, shown, count, "SYSTEM") for name, shown, count in system] + [
        _group(google_person.group_id(first), name, name, count, "USER")
        for first, count in sorted(counts.items())
        if (name := account.labels.get(first, first))
    ]


def _group(ident: str, name: str, shown: str, count: int, kind: str) -> dict[str, Json]:
    group = {"resourceName": f"contactGroups/{ident}", "etag": "eA==", "groupType": f"{kind}_CONTACT_GROUP"}
    members = {"memberCount": count} if count else {}
    return {**group, "name": name, "formattedName": shown, **members}
