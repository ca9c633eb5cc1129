"""The sandbox's control routes, for tests, benchmarks and the demo. Everything is JSON; an error says what is wrong.

GET, POST /sandbox/accounts                    list; create {provider, address, contacts, seed, hostile, folders, …}
GET       /sandbox/accounts/ADDRESS            the account: recipe, counts, settings
POST      /sandbox/accounts/ADDRESS/contacts   change its contacts (`changes.py`)
POST      /sandbox/accounts/ADDRESS/settings   change its behavior (`behavior.py`)
POST      /sandbox/accounts/ADDRESS/revoke     revoke all its consents and tokens
POST      /sandbox/accounts/ADDRESS/token      make a token as people make it: {"scopes": […]} (HubSpot)
GET, POST /sandbox/settings                    the default behavior of all accounts
GET, POST, DELETE /sandbox/faults              list, add or clear faults (`faults.py`)
GET, DELETE /sandbox/requests                  the received requests and their counts; clear them
GET, POST, DELETE /sandbox/vendors             calls and charges; script answers (`vendor_state.py`); clear both
GET, DELETE /sandbox/emails                    the e-mails that were sent; clear them (see the page /mailbox)
POST      /sandbox/clients                     register an application {provider, client_id, client_secret, …}
POST      /sandbox/clock                       {"advance_seconds": 86400}: advance the clock
POST      /sandbox/token                       {"person": "ada", "operator": false, "organizations": {…},
                                               "scopes": […], "client": "crm"}:
                                               create a bearer token, with roles by organization
"""

from collections.abc import Callable
from dataclasses import asdict
from html import escape

from local.sandbox import screens
from local.sandbox.accounts import Account, Entry, Recipe, Refused
from local.sandbox.behavior import check_settings
from local.sandbox.clients import Client
from local.sandbox.faults import Fault
from local.sandbox.sandbox_providers import PROVIDERS
from local.sandbox.tokens import Person, bearer
from local.sandbox.wire import Json, Request, Response, as_json, as_page
from local.sandbox.world import World

_NAMES = [provider.title for provider in PROVIDERS.values()]
_PAGES = '<p><a href="/hubspot/private-apps">Make a token of HubSpot</a></p><p><a href="/mailbox">Mailbox</a></p>'
_TITLES = f"{', '.join(_NAMES[:-1])} and {_NAMES[-1]}"


def endpoint(world: World, request: Request, _fault: Fault | None) -> Response:
    """/sandbox/{what}"""
    do = _DO.get((request.method, request.route["what"]))
    return _respond(do, world, request)


def account(world: World, request: Request, _fault: Fault | None) -> Response:
    """/sandbox/accounts/{address} and below"""
    do = _DO_TO_ACCOUNT.get((request.method, request.route.get("part", "")))
    return _respond(do, world, request)


def _respond(do: Callable[[World, Request], Json] | None, world: World, request: Request) -> Response:
    if do is None:
        return as_json({"error": "Unknown path.", "routes": __doc__.splitlines()[2:]}, 404)
    try:
        return as_json(do(world, request))
    except (Refused, ValueError, TypeError, KeyError) as error:
        return as_json({"error": f"{type(error).__name__}: {error}"}, 400)


def page(world: World, _request: Request, _fault: Fault | None) -> Response:
    """GET /: a page that lists the accounts"""
    lines = "".join(
        f"<li>{escape(address)}: {recipe.contacts} contacts</li>" for address, recipe in world.accounts.recipes.items()
    )
    routes = escape(__doc__)
    return as_page(screens.page("Sandbox", f"Sandbox {_TITLES}", f"<ul>{lines}</ul>{_PAGES}<pre>{routes}</pre>"))


def _accounts(world: World, _request: Request) -> Json:
    return {"accounts": [asdict(recipe) for recipe in world.accounts.recipes.values()]}


def _create(world: World, request: Request) -> Json:
    fields = dict(request.json)
    address = fields["address"]
    defaults = {"seed": sum(map(ord, address)), "born": world.now() - 86_400}
    if fields["provider"] not in PROVIDERS:
        raise Refused(f"provider: {' or '.join(PROVIDERS)}.")
    fields["folders"] = tuple(fields.get("folders", ()))
    return _account_json(world.accounts.create(Recipe(**{**defaults, **fields})))


def _account(world: World, request: Request) -> Json:
    return _account_json(world.accounts.get(request.route["address"]))


def _delete(world: World, request: Request) -> Json:
    world.accounts.delete(request.route["address"])
    return {}


def _account_json(account: Account) -> Json:
    with account.lock:
        living = [entry for entry in account.entries if not entry.deleted]
        folders = {
            folder.name: sum(entry.folder == at for entry in living) for at, folder in enumerate(account.folders)
        }
        summary = {
            **asdict(account.recipe),
            "living": len(living),
            "folders_now": folders,
            "settings": account.settings,
            "hub_id": account.number,
        }
    return {**summary, "revision": account.revision}


def _contacts(world: World, request: Request) -> Json:
    """Every existing contact with its id at the provider."""
    account = world.accounts.get(request.route["address"])
    with account.lock:
        return {"contacts": [_entry(account, entry) for entry in account.entries if not entry.deleted]}


def _do(world: World, request: Request) -> Json:
    account = world.accounts.get(request.route["address"])
    touched = world.accounts.do(account, {**request.json, "at": world.now()})
    return {"touched": [_entry(account, entry) for entry in touched], "living": len(account.list_entries())}


def _entry(account: Account, entry: Entry) -> Json:
    ident = PROVIDERS[account.provider].contact_id(account, entry)
    emails = [address for address, _ in entry.human.emails]
    return {"number": entry.number, "id": ident, "name": entry.human.display, "emails": emails, "odd": entry.odd}


def _account_settings(world: World, request: Request) -> Json:
    account = world.accounts.get(request.route["address"])
    world.accounts.do(account, {"do": "settings", "set": check_settings(request.json), "at": world.now()})
    return account.settings


def _revoke(world: World, request: Request) -> Json:
    return {"revoked": world.grants.revoke(request.route["address"])}


def _pasted_token(world: World, request: Request) -> Json:
    account = world.accounts.get(request.route["address"])
    return {"token": world.grants.pasted_token(account.provider, account.address, request.json["scopes"])}


def _set(world: World, request: Request) -> Json:
    world.set(request.json)
    return world.settings


def _add_faults(world: World, request: Request) -> Json:
    faults = request.json if isinstance(request.json, list) else [request.json]
    return {"added": [asdict(world.faults.add(each)) for each in faults]}


def _clear_faults(world: World, _request: Request) -> Json:
    world.faults.clear()
    return {}


def _clear_requests(world: World, _request: Request) -> Json:
    world.log.clear()
    return {}


def _script(world: World, request: Request) -> Json:
    if "opted_out" in request.json:
        world.vendors.opted_out[:] = request.json["opted_out"]
    else:
        world.vendors.script(request.json)
    return {}


def _clear_vendors(world: World, _request: Request) -> Json:
    world.vendors.clear()
    return {}


def _clear_emails(world: World, _request: Request) -> Json:
    world.emails.clear()
    return {}


def _register(world: World, request: Request) -> Json:
    fields = dict(request.json)
    fields["redirect_uris"] = tuple(fields.get("redirect_uris", ()))
    world.clients.register(Client(**fields))
    return {}


def _advance(world: World, request: Request) -> Json:
    world.advanced_seconds += float(request.json["advance_seconds"])
    return {"advanced_seconds": world.advanced_seconds}


def _token(world: World, request: Request) -> Json:
    body = request.json
    person = Person(
        body["person"],
        bool(body.get("operator")),
        body.get("organizations") or {},
        body.get("scopes") or (),
        body.get("client") or "",
    )
    return {"token": bearer(world.signer, f"{request.origin}/signin", person, now=world.now())}


_DO: dict[tuple[str, str], Callable[[World, Request], Json]] = {
    ("GET", "accounts"): _accounts,
    ("POST", "accounts"): _create,
    ("GET", "settings"): lambda world, _: world.settings,
    ("POST", "settings"): _set,
    ("GET", "faults"): lambda world, _: {"waiting": world.faults.as_json()},
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): lambda world, _: world.log.as_json(),
    ("DELETE", "requests"): _clear_requests,
    ("GET", "vendors"): lambda world, _: world.vendors.as_json(),
    ("POST", "vendors"): _script,
    ("DELETE", "vendors"): _clear_vendors,
    ("GET", "emails"): lambda world, _: {"emails": [asdict(email) for email in world.emails]},
    ("DELETE", "emails"): _clear_emails,
    ("POST", "clients"): _register,
    ("POST", "clock"): _advance,
    ("POST", "token"): _token,
}
_DO_TO_ACCOUNT: dict[tuple[str, str], Callable[[World, Request], Json]] = {
    ("GET", ""): _account,
    ("DELETE", ""): _delete,
    ("GET", "contacts"): _contacts,
    ("POST", "contacts"): _do,
    ("POST", "settings"): _account_settings,
    ("POST", "revoke"): _revoke,
    ("POST", "token"): _pasted_token,
}
