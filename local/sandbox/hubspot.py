"""HubSpot's CRM API: the list of contacts and of archived ones, the search, and the definitions of properties."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local.sandbox import hubspot_contact, hubspot_errors
from local.sandbox.accounts import Account, Entry
from local.sandbox.faults import Fault
from local.sandbox.hubspot_errors import invalid
from local.sandbox.paging import read_page
from local.sandbox.wire import Json, Request, Response, as_json, with_members
from local.sandbox.world import World

READ_SCOPES = {"crm.objects.contacts.read", "contacts"}
LARGEST_PAGE, LARGEST_SEARCH, MOST_RESULTS = 100, 200, 10_000
MOST_GROUPS, MOST_FILTERS = 5, 6  # and filters of each group
_DEFAULT = ("email", "firstname", "lastname")  # besides those in every response


class Refusal(Exception):
    """A response instead of contacts."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Search:
    """The validated body of a search."""

    groups: list[list[Callable[[Account, Entry], bool]]]
    #: What results are ordered by, and whether the other way around.
    order: str
    descending: bool
    properties: frozenset[str]
    limit: int
    after: int


def contacts(world: World, request: Request, fault: Fault | None) -> Response:
    """GET /crm/objects/{version}/contacts"""
    return _answer(world, request, lambda account: _list(world, account, request, fault))


def search(world: World, request: Request, _fault: Fault | None) -> Response:
    """POST /crm/objects/{version}/contacts/search"""

    def respond(account: Account) -> Response:
        if world.pace.exceeds(
            account.address, "search", world.behavior("hubspot_searches_per_second", account), 1.0, world.now()
        ):
            return hubspot_errors.too_many("SECONDLY")
        return _search(world, account, _read_search(request))

    return _answer(world, request, respond)


def properties(world: World, request: Request, _fault: Fault | None) -> Response:
    """GET /crm/properties/{version}/contacts"""

    def respond(account: Account) -> Response:
        if not world.behavior("groups", account):
            return hubspot_errors.missing_scopes("crm.schemas.contacts.read")
        return as_json({"results": hubspot_contact.definitions(account)})

    return _answer(world, request, respond)


def _answer(world: World, request: Request, respond: Callable[[Account], Response]) -> Response:
    try:
        account = _reader(world, request)
        with account.lock:
            return respond(account)
    except Refusal as refusal:
        return refusal.answer


def _reader(world: World, request: Request) -> Account:
    """The account of this token, unless it has asked too often."""
    bearer = world.grants.bearer("hubspot", request.bearer, world.now())
    account = world.accounts.find(bearer.address) if bearer else None
    if bearer is None or account is None:
        raise Refusal(hubspot_errors.unauthorized())
    if not READ_SCOPES & set(bearer.scopes):
        raise Refusal(hubspot_errors.missing_scopes("crm.objects.contacts.read"))
    if world.pace.exceeds(
        account.address, "any", world.behavior("hubspot_per_ten_seconds", account), 10.0, world.now()
    ):
        raise Refusal(hubspot_errors.too_many())
    return account


# ── lists


def _list(world: World, account: Account, request: Request, fault: Fault | None) -> Response:
    query = request.query
    size = _size(query.get("limit", "10"), LARGEST_PAGE)
    archived = query.get("archived", "false") == "true"
    shown = frozenset(filter(None, query.get("properties", "").split(","))) or frozenset(_DEFAULT)
    cursor: Json = {"p": 1, "a": -1}
    if "after" in query:
        cursor = world.seal.open(query["after"])
        if not cursor or cursor.get("k") != ["hs", account.number, archived]:
            raise Refusal(invalid("Invalid input: the paging cursor is not valid."))
    if fault and fault.fault == "shift":
        world.accounts.do(account, {"do": "add", "count": 1, "at": world.now()})
    listed = _archived_entries(account) if archived else sorted(account.list_entries(), key=_number)
    page = read_page(listed, cursor["a"], size, cursor["p"], fault, key=_number)
    rows = [hubspot_contact.render_contact(account, entry, shown, archived=archived) for entry in page.entries]
    rest: dict[str, Json] = {}
    if page.after is not None:
        after = world.seal.close({"k": ["hs", account.number, archived], "p": page.page, "a": page.after})
        rest["paging"] = {"next": {"after": after, "link": f"{request.origin}{request.path}?after={after}"}}
    return _results(rows, rest)


def _archived_entries(account: Account) -> list[Entry]:
    """Deleted contacts, except those that were merged into others or deleted for good."""
    merged = {each for entry in account.entries for each in entry.previous}
    return [
        entry
        for entry in account.entries
        if entry.deleted and not entry.purged and hubspot_contact.contact_id(account, entry) not in merged
    ]


def _number(entry: Entry) -> int:
    return entry.number


def _size(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Refusal(invalid(f"limit must be between 1 and {most}."))
    return int(text)


def _results(rows: list[bytes], rest: dict[str, Json]) -> Response:
    return Response(body=with_members("results", rows, rest) if rows else as_json({"results": [], **rest}).body)


# ── search


def _search(world: World, account: Account, asked: Search) -> Response:
    newest = (world.now() - world.behavior("hubspot_search_lag", account)) * 1000
    found = [
        entry
        for entry in account.list_entries()
        if hubspot_contact.modified_ms(entry) <= newest
        and (not asked.groups or any(all(holds(account, entry) for holds in group) for group in asked.groups))
    ]
    found.sort(key=lambda entry: _value(account, entry, asked.order), reverse=asked.descending)
    end = asked.after + asked.limit
    rows = [hubspot_contact.render_contact(account, entry, asked.properties) for entry in found[asked.after : end]]
    rest: dict[str, Json] = {"total": len(found)}
    if end < len(found):
        rest["paging"] = {"next": {"after": str(end)}}
    return _results(rows, rest)


def _read_search(request: Request) -> Search:
    try:
        body = request.json
    except json.JSONDecodeError:
        raise Refusal(invalid("Invalid input JSON.")) from None
    if not isinstance(body, dict):
        raise Refusal(invalid("Invalid input JSON."))
    groups = body.get("filterGroups") or []
    if len(groups) > MOST_GROUPS or any(len(group.get("filters", [])) > MOST_FILTERS for group in groups):
        raise Refusal(invalid("Too many filters."))
    sorts = body.get("sorts") or [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    if len(sorts) > 1:
        raise Refusal(invalid("Only one sort is allowed."))
    limit, after = _size(str(body.get("limit", 10)), LARGEST_SEARCH), str(body.get("after") or "0")
    if not after.isdecimal() or int(after) + limit > MOST_RESULTS:
        raise Refusal(invalid(f"Paging is limited to {MOST_RESULTS:,} results."))
    return Search(
        groups=[[_condition(each) for each in group.get("filters", [])] for group in groups],
        order=sorts[0]["propertyName"],
        descending=sorts[0].get("direction") == "DESCENDING",
        properties=frozenset(body.get("properties") or _DEFAULT),
        limit=limit,
        after=int(after),
    )


_COMPARE: dict[str, Callable[[Json, Json], bool]] = {
    "EQ": lambda left, right: left == right,
    "GT": lambda left, right: left > right,
    "GTE": lambda left, right: left >= right,
    "LT": lambda left, right: left < right,
    "LTE": lambda left, right: left <= right,
}


def _condition(given: Json) -> Callable[[Account, Entry], bool]:
    name, compare = given.get("propertyName", ""), _COMPARE.get(given.get("operator", ""))
    if compare is None or name not in _COMPARED:
        raise Refusal(invalid(f"There was a problem with the filter on {name}."))
    wanted = int(given["value"]) if str(given.get("value", "")).isdecimal() else str(given.get("value", ""))
    return lambda account, entry: compare(_value(account, entry, name), wanted)


_COMPARED: Sequence[str] = ("lastmodifieddate", "hs_object_id", "email")


def _value(account: Account, entry: Entry, name: str) -> Json:
    match name:
        case "lastmodifieddate":
            return hubspot_contact.modified_ms(entry)
        case "hs_object_id":
            return hubspot_contact.number_of(account, entry.number)
    return hubspot_contact.all_properties(account, entry).get(name) or ""
