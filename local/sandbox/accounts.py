"""Accounts with their contacts. An account is a recipe plus the changes since, so a few lines can restore it."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property

from local.sandbox.people import Human, as_known_elsewhere, human, is_recognizable
from local.sandbox.state_files import StateFiles, file_name
from local.sandbox.wire import Json

_NOTHING = Human()
OTHER_CONTACTS = 1  # of Google, the place of "Other contacts" among the folders


class Refused(Exception):
    """A control request that cannot be carried out; the message says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an account is created; the same recipe creates the same contacts.

    Args:
        hostile: the share of contacts that are odd on purpose, 0 to 1.
        folders: paths of Outlook folders below the default one, parents first: "Work", "Work/Projects".
        known_from, known: the account whose first people stand here too, and how many of them.
        born: when the account came to be, in seconds since 1970.
        others: how many "Other contacts" it has besides (Google).
    """

    provider: str
    address: str
    contacts: int = 100
    seed: int = 0
    hostile: float = 0.0
    folders: tuple[str, ...] = ()
    known_from: str = ""
    known: int = 0
    born: float = 1_750_000_000.0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """A contact folder."""

    name: str
    parent: int | None  # None for the default folder alone
    deleted: bool = False


@dataclass(slots=True)
class Entry:
    """One contact as its account stores it.

    Args:
        changed: the account's revision that touched it last; lists go by it.
        odd: which hostile shape it has, "" for none. raw: members that replace the provider's own.
        purged: whether it was deleted for good. moves: how often it went to another folder.
        previous: earlier ids, and those of contacts merged into it.
        rendered: its JSON by the form asked for, until it changes.
    """

    number: int
    human: Human
    changed: int
    modified_at: float
    folder: int = 0
    odd: str = ""
    raw: Json = None
    deleted: bool = False
    purged: bool = False
    moves: int = 0
    renames: int = 0
    previous: tuple[str, ...] = ()
    rendered: dict[Json, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """An entry left a folder; `moves` has the id that it had there."""

    revision: int
    folder: int
    number: int
    moves: int


class Account:
    """Everything that a provider stores for one mailbox. Hold `lock` while reading or changing entries."""

    def __init__(self, recipe: Recipe, known: Sequence[Human] = ()) -> None:
        self.recipe, self.lock = recipe, threading.RLock()
        self.settings: dict[str, Json] = {}
        self.sync_epoch = 0  # sync tokens of earlier epochs are expired
        self.folders = list(_folders(("Other contacts",) if recipe.provider == "google" else recipe.folders))
        self.labels: dict[str, str] = {}  # of Google, that were renamed: first and present name; "" for deleted ones
        self.entries = [self._create_entry(number, known) for number in range(recipe.contacts + recipe.others)]
        self.revision = len(self.entries)
        self.left: list[Left] = []
        self._lists: dict[tuple[str, int | None], tuple[int, list[Entry]]] = {}

    @property
    def provider(self) -> str:
        return self.recipe.provider

    @property
    def address(self) -> str:
        return self.recipe.address

    @cached_property
    def number(self) -> int:
        """A number unique to this address; ids are derived from it."""
        return int.from_bytes(hashlib.sha256(f"{self.provider} {self.address}".encode()).digest()[:4])

    def fresh_human(self, number: int) -> Human:
        return human(self.recipe.seed, number)

    def touch(self, entry: Entry, at: float) -> None:
        self.revision += 1
        entry.changed, entry.modified_at = self.revision, at
        entry.rendered.clear()

    def list_entries(self, folder: int | None = None) -> list[Entry]:
        """The existing entries (in that folder), least recently changed first."""
        return self._list("listed", folder, lambda entry: not entry.deleted and folder in (None, entry.folder))

    def list_with_deleted(self, folder: int) -> list[Entry]:
        """The entries that are or were in that folder, including deleted ones."""
        were = {left.number for left in self.left if left.folder == folder}
        return self._list("history", folder, lambda entry: entry.folder == folder or entry.number in were)

    def _list(self, kind: str, folder: int | None, keep: Json) -> list[Entry]:
        revision, found = self._lists.get((kind, folder), (-1, []))
        if revision != self.revision:
            found = sorted(filter(keep, self.entries), key=lambda entry: entry.changed)
            self._lists[(kind, folder)] = (self.revision, found)
        return found

    def _create_entry(self, number: int, known: Sequence[Human]) -> Entry:
        recipe = self.recipe
        if number < len(known):
            person = as_known_elsewhere(known[number], recipe.seed, number)
        else:
            person = self.fresh_human(number)
        return Entry(
            number, person, number + 1, recipe.born + number, self._first_folder(number), odd=self._oddity(number)
        )

    def _first_folder(self, number: int) -> int:
        if self.provider == "google":
            return OTHER_CONTACTS if number >= self.recipe.contacts else 0
        others = len(self.folders) - 1
        return 1 + number // 2 % others if others and number % 2 else 0

    def _oddity(self, number: int) -> str:
        """Spreads the hostile contacts evenly among the others, each kind in turn."""
        from local.sandbox.hostile import KINDS

        share = self.recipe.hostile
        before, now = int(number * share), int((number + 1) * share)
        return KINDS[before % len(KINDS)] if now > before else ""


class Accounts:
    """All accounts by address; each is created when first needed."""

    def __init__(self, state_files: StateFiles, defaults: Sequence[Recipe] = ()) -> None:
        self._state_files, self._lock = state_files, threading.RLock()
        self._accounts: dict[str, Account] = {}
        self._recipes = {recipe.address: recipe for recipe in defaults}
        for first in (lines[0] for lines in map(state_files.lines, state_files.names("account-")) if lines):
            recipe = _recipe(first)
            self._recipes[recipe.address] = recipe

    def create(self, recipe: Recipe) -> Account:
        """A new account; it replaces one with the same address and all its changes."""
        if recipe.known_from and recipe.known_from not in self._recipes:
            raise Refused(f"known_from: there is no account {recipe.known_from}.")
        with self._lock:
            self._accounts.pop(recipe.address, None)
            self._recipes[recipe.address] = recipe
            name = file_name("account-", recipe.address)
            self._state_files.forget(name)
            self._state_files.append(name, asdict(recipe))
            return self.get(recipe.address)

    def get(self, address: str) -> Account:
        account = self.find(address)
        if account is None:
            raise Refused(f"There is no account {address}.")
        return account

    def find(self, address: str) -> Account | None:
        with self._lock:
            if address not in self._recipes:
                return None
            if address not in self._accounts:
                self._accounts[address] = self._load(self._recipes[address])
            return self._accounts[address]

    @property
    def recipes(self) -> dict[str, Recipe]:
        return dict(self._recipes)

    def delete(self, address: str) -> None:
        with self._lock:
            self._recipes.pop(address, None)
            self._accounts.pop(address, None)
            self._state_files.forget(file_name("account-", address))

    def addresses(self, provider: str) -> list[str]:
        return [address for address, recipe in list(self._recipes.items()) if recipe.provider == provider]

    def do(self, account: Account, change: Json) -> list[Entry]:
        """Apply a change to an account and record it."""
        from local.sandbox.changes import apply

        name = file_name("account-", account.address)
        with account.lock:
            touched = apply(account, change)
            if not self._state_files.lines(name):  # one of the defaults
                self._state_files.append(name, asdict(account.recipe))
            self._state_files.append(name, change)
        return touched

    def _load(self, recipe: Recipe) -> Account:
        from local.sandbox.changes import apply

        account = Account(recipe, self._shared_people(recipe))
        for change in self._state_files.lines(file_name("account-", recipe.address))[1:]:
            apply(account, change)
        return account

    def _shared_people(self, recipe: Recipe) -> list[Human]:
        """The first recognizable people of the other account, as they were at its creation."""
        there = self._recipes.get(recipe.known_from)
        if there is None:
            return []
        crowd = (human(there.seed, index) for index in range(there.contacts))
        return [person for person in crowd if is_recognizable(person)][: recipe.known]


def folder_number(account: Account, name: str) -> int:
    """The place of the folder with this name; without one, the default folder's."""
    names = [folder.name for folder in account.folders]
    if name and name not in names:
        raise Refused(f"folder: one of {', '.join(names)}.")
    return names.index(name) if name else 0


def _folders(paths: Sequence[str]) -> Iterator[Folder]:
    yield Folder("Contacts", None)
    places = {"": 0}
    for path in paths:
        above, _, name = path.rpartition("/")
        if above not in places:
            raise Refused(f"folders: {above} must come before {path}.")
        places[path] = len(places)
        yield Folder(name, places[above])


def _recipe(stored: Json) -> Recipe:
    return Recipe(**{**stored, "folders": tuple(stored["folders"])})
