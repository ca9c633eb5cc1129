"""Every page in every state, each opened by a scene. The data behind them is created once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playwright.sync_api import Browser, expect

from chalicelib.books.possible_pairs import review_id_of
from local.sandbox.hostile import KINDS, LONG, MARKUP
from tests.browser.person import ENDED_WITHIN, Person, visitor
from tests.journeys.world import World, wait_for

REFUSALS = {400, 401, 403, 404, 409, 422}
ADA = {"given": "Ada", "family": "Lovelace", "emails": ["ada@mail.example"], "phones": ["+44 20 7946 0018"]}
CHARLES = {"given": "Charles", "family": "Babbage", "emails": ["ada@mail.example"]}
WORKING = ("reading", "planning", "committing")  # states of file imports
Scene = Callable[["Gallery"], Person]
SCENES: dict[str, Scene] = {}
Heading = str | re.Pattern[str]


def scene(heading: Heading) -> Callable[[Scene], Scene]:
    """A page under that heading; the function opens it and returns who looks at it."""

    def keep(opens: Scene) -> Scene:
        def opened(gallery: "Gallery") -> Person:
            looks = opens(gallery)
            looks.expect_heading(heading)
            return looks

        SCENES[opens.__name__.replace("_", " ")] = opened
        return opened

    return keep


@dataclass
class Gallery:
    """The people of the scenes and their data."""

    browser: Browser
    world: World
    people: list[Person] = field(default_factory=list)
    #: Ids of the imports, connections and contacts of `owner`, by name.
    own: dict[str, str] = field(default_factory=dict)

    @cached_property
    def anonymous(self) -> Person:
        return self.new_person()

    @cached_property
    def newcomer(self) -> Person:
        return self.new_person().let_in()

    @cached_property
    def operator(self) -> Person:
        return self.new_person(is_operator=True).let_in()

    @cached_property
    def waiting(self) -> Person:
        """Whose import waits for Google."""
        made = self.new_person().let_in()
        address = self.world.account("google", contacts=30)
        fault = {"fault": "429", "provider": "google", "address": address, "seconds": 900}
        self.world.sandbox.do("faults", fault)
        self.own["waiting"] = made.connect("google", address)
        expect(made.page.locator("main")).to_contain_text("asks us to wait", timeout=ENDED_WITHIN)
        return made

    @cached_property
    def searcher(self) -> Person:
        """Who has one person twice, under a long name, and has searched for duplicates."""
        made = self.new_person().let_in()
        twice = {"given": "Ada", "family": "Lovelace" * 8, "emails": [{"value": "ada@mail.example"}]}
        for _ in range(2):
            made.api.post("/api/v1/contacts", twice)
        open_page(made, "/review").press("Search for duplicates")
        expect(made.page.locator("main")).to_contain_text("1 pair was certain when found", timeout=ENDED_WITHIN)
        return made

    @cached_property
    def sharing(self) -> Person:
        """Who invites `owner` to several collections, one under a long name that means harm; `owner` blocks another."""
        made = self.new_person().let_in()
        for name in ("Choir", "Neighbors", LONG[:60] + MARKUP[:60]):
            made_id = made.api.post("/api/v1/collections", {"name": name})["collection_id"]
            target = f"/api/v1/collections/{made_id}/shares/{self.owner.name}"
            made.api.ask("PUT", target, json={"role": "editor"})
        self.owner.api.ask("PUT", f"/api/v1/collections/blocked/{self.newcomer.name}")
        return made

    @cached_property
    def owner(self) -> Person:
        """Three accounts, some hundred contacts, odd ones among them, and an import of every end."""
        made = self.new_person().let_in()
        google = self.world.account("google", contacts=260, seed=11)
        for kind in KINDS:
            self.world.sandbox.contacts(google, "add", count=1, odd=kind)
        self.world.sandbox.contacts(google, "add", people=[ADA, CHARLES])
        self.own["done"] = self._imported(made, "google", google)
        self.own["from google"] = self._connection(made, google)
        microsoft = self.world.account("microsoft", contacts=40, seed=12, known_from=google, known=10)
        self._imported(made, "microsoft", microsoft)
        self.world.sandbox.contacts(google, "delete", numbers=list(range(100)))
        self.own["held back"] = self._again(made, google)
        revoked = self.world.account("google", contacts=3)
        self._imported(made, "google", revoked)
        self.world.sandbox.do(f"accounts/{revoked}/revoke")
        self.own["failed"] = self._again(made, revoked)
        for name in ("Lovelace", "Babbage"):
            found = made.api.get("/api/v1/contacts", params={"q": name})["contacts"]
            self.own[name] = found[0]["contact_id"]
        made.api.ask("PATCH", f"/api/v1/contacts/{self.own['Lovelace']}", json={"nickname": "Enchantress"})
        return made

    @cached_property
    def files(self) -> dict[str, str]:
        """Ids of file imports of `owner`, by what they show."""
        hostile = f"Vorname;{MARKUP[:60]};Mail\n{MARKUP};{LONG[:500]};x\n"
        table = (
            f"First Name,Last Name,Email Address,Mobile Phone\nAda,{LONG[:300]},ada@mail.example,0170 1234567\n,,no,\n"
        )
        cards = f"BEGIN:VCARD\nVERSION:3.0\nFN:{LONG[:300]}\nTEL:030 1\nEND:VCARD\n"
        made = {
            "columns": self._file("columns.csv", hostile),
            "plan": self._file(f"{LONG[:100]}.csv", table),
            "cards": self._file("cards.vcf", cards),
            "unreadable": self._file("unreadable.pdf", "%PDF-1.4"),
            "done": self._file("done.csv", table.replace("ada@mail.example", "new@mail.example")),
        }
        path = f"/api/v1/file-imports/{made['done']}"
        plan = self.owner.api.get(path)["plan"]
        confirmed = {name: plan[name] for name in ("plan_id", "new", "update")}
        self.owner.api.post(f"{path}/commit", confirmed)
        self._settled(made["done"])
        newer = table.replace("ada@mail.example", "new@mail.example").replace("0170 1234567", "0170 7654321")
        made["newer"] = self._file("newer.csv", newer)
        return made

    def close(self) -> None:
        for person in self.people:
            person.context.close()

    def new_person(self, **more: Any) -> Person:
        """Another person with a browser of their own."""
        made = visitor(self.browser, self.world, **more)
        made.watch.expected |= REFUSALS
        self.people.append(made)
        return made

    def _imported(self, person: Person, provider: str, address: str) -> str:
        job_id: str = person.api.import_account(provider, address)["job_id"]
        return job_id

    def _file(self, name: str, content: str) -> str:
        """The id of an import of `owner`, which was read, and planned if its columns are certain."""
        answer = self.owner.api.ask(
            "POST",
            "/api/v1/file-imports",
            params={"file_name": name},
            data=content.encode(),
            headers={"Content-Type": "application/octet-stream"},
        )
        import_id: str = answer.json()["id"]
        self._settled(import_id)
        return import_id

    def _settled(self, import_id: str) -> None:
        path = f"/api/v1/file-imports/{import_id}"
        wait_for(lambda: self.owner.api.get(path)["state"] not in WORKING, 60, "the file to be read")

    def _again(self, person: Person, address: str) -> str:
        connection_id = self._connection(person, address)
        job_id: str = person.api.post(f"/api/v1/connections/{connection_id}/import", {})["job_id"]
        person.api.wait_until_finished(job_id)
        return job_id

    def _connection(self, person: Person, address: str) -> str:
        found = (each["connection_id"] for each in person.api.connections() if each["account"] == address)
        connection_id: str = next(found)
        return connection_id


def open_page(person: Person, path: str) -> Person:
    person.open(path)
    return person


@scene("All your contacts in one address book")
def the_way_in(at: Gallery) -> Person:
    return open_page(at.anonymous, "/")


@scene("Sign-in required")
def signed_out_home(at: Gallery) -> Person:
    return open_page(at.anonymous, "/contacts")


@scene("Add these contacts?")
def confirmation_in_another_browser(at: Gallery) -> Person:
    address = at.world.account("google")
    at.anonymous.page.goto(at.newcomer.api.begin("google")["authorization_url"])
    at.anonymous.press(address)
    for box in at.anonymous.page.get_by_role("checkbox").all():
        box.check()
    at.anonymous.press("Continue")
    return at.anonymous


@scene("Accounts")
def no_accounts(at: Gallery) -> Person:
    return open_page(at.newcomer, "/accounts")


@scene("Imports")
def no_imports(at: Gallery) -> Person:
    return open_page(at.newcomer, "/imports")


@scene("Contacts")
def no_contacts(at: Gallery) -> Person:
    return open_page(at.newcomer, "/contacts")


@scene("Shared with me")
def nothing_shared(at: Gallery) -> Person:
    return open_page(at.newcomer, "/shared")


@scene("My data")
def no_data(at: Gallery) -> Person:
    return open_page(at.newcomer, "/me")


@scene("Erase everything about you?")
def nothing_to_erase(at: Gallery) -> Person:
    return open_page(at.newcomer, "/me/erase")


@scene(re.compile("."))
def a_contact_that_is_not_there(at: Gallery) -> Person:
    return open_page(at.newcomer, f"/contacts/{'A' * 22}")


@scene(re.compile("."))
def not_an_operator(at: Gallery) -> Person:
    return open_page(at.newcomer, "/operator/jobs")


@scene(re.compile("."))
def consent_was_denied(at: Gallery) -> Person:
    at.newcomer.begin_to_connect("google", at.world.account("google"))
    at.newcomer.press("Cancel")
    at.newcomer.page.wait_for_url(re.compile("/callback"))
    return at.newcomer


@scene("Accounts")
def accounts(at: Gallery) -> Person:
    return open_page(at.owner, "/accounts")


@scene(re.compile("^Disconnect Google"))
def disconnect(at: Gallery) -> Person:
    return open_page(at.owner, f"/accounts/{at.own['from google']}/disconnect")


@scene("Imports")
def imports(at: Gallery) -> Person:
    return open_page(at.owner, "/imports")


@scene(re.compile("^Done, but"))
def an_import_that_is_done(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}")


@scene("Failed")
def an_import_that_failed(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['failed']}")


@scene(re.compile("^Done"))
def an_import_that_holds_removals_back(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['held back']}")


@scene(re.compile("^(Starting|Importing)"))
def an_import_that_waits(at: Gallery) -> Person:
    return open_page(at.waiting, f"/imports/{at.own['waiting']}")


@scene(re.compile("."))
def contacts_of_an_import(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}/contacts")


@scene(re.compile("."))
def failed_contacts_of_an_import(at: Gallery) -> Person:
    return open_page(at.owner, f"/imports/{at.own['done']}/contacts?outcome=failed")


@scene("Contacts")
def contacts(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts")


@scene("Contacts")
def a_later_page_of_contacts(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?page=2")


@scene("Contacts")
def contacts_that_were_found(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?q=ada")


@scene("Contacts")
def nothing_found(at: Gallery) -> Person:
    return open_page(at.owner, "/contacts?q=nobody-of-that-name")


@scene("Ada Lovelace")
def a_contact(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}?saved=yes")


@scene("Charles Babbage")
def a_possible_duplicate(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Babbage']}")


@scene("Review")
def nothing_to_review(at: Gallery) -> Person:
    return open_page(at.newcomer, "/review")


@scene("Review")
def pairs_to_review(at: Gallery) -> Person:
    return open_page(at.owner, "/review")


@scene(re.compile("Ada Lovelace and Charles Babbage|Charles Babbage and Ada Lovelace"))
def a_pair_side_by_side(at: Gallery) -> Person:
    pair = review_id_of(at.owner and at.own["Lovelace"], at.own["Babbage"])
    opened = open_page(at.owner, f"/review/{pair}")
    for details in opened.page.locator("main details > summary").all():
        details.click()
    return opened


@scene("1 pair is certain")
def certain_pairs(at: Gallery) -> Person:
    return open_page(at.searcher, "/review/certain")


@scene("Review")
def a_review_after_a_search(at: Gallery) -> Person:
    return open_page(at.searcher, "/review")


@scene(re.compile("like this one$"))
def pairs_like_one(at: Gallery) -> Person:
    pair = review_id_of(at.owner and at.own["Lovelace"], at.own["Babbage"])
    return open_page(at.owner, f"/review/{pair}/like")


@scene("Edit Ada Lovelace")
def edit(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}/edit")


@scene("Edit Ada Lovelace")
def a_problem_in_an_edit(at: Gallery) -> Person:
    edit(at)
    at.owner.page.get_by_label(re.compile("^Month")).fill("13")
    at.owner.press("Save")
    expect(at.owner.page.get_by_role("alert")).to_be_visible()
    return at.owner


@scene("Delete Ada Lovelace?")
def delete(at: Gallery) -> Person:
    return open_page(at.owner, f"/contacts/{at.own['Lovelace']}/delete")


@scene("Shared with me")
def shared(at: Gallery) -> Person:
    assert at.sharing
    return open_page(at.owner, "/shared")


@scene("Shared with me")
def an_invitation_that_was_accepted(at: Gallery) -> Person:
    assert at.sharing
    at.owner.open("/shared")
    at.owner.follow(at.owner.button("Accept").first)
    expect(at.owner.page.get_by_role("status")).to_be_visible()
    return at.owner


@scene("My data")
def my_data(at: Gallery) -> Person:
    return open_page(at.owner, "/me")


@scene("Erase everything about you?")
def erase(at: Gallery) -> Person:
    return open_page(at.owner, "/me/erase")


@scene("Import a file")
def no_file_imports(at: Gallery) -> Person:
    return open_page(at.newcomer, "/file-imports")


@scene("Import a file")
def file_imports(at: Gallery) -> Person:
    assert at.files
    return open_page(at.owner, "/file-imports")


@scene("Check the columns")
def columns_of_a_file(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['columns']}")


@scene("How the file was read")
def how_cards_were_read(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}/columns")


@scene("Plan")
def a_plan(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}")


@scene("Plan")
def a_plan_of_cards(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}?planned=new")


@scene("Row 3")
def a_row_of_a_file(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}/rows/1")


@scene("Imported, but some rows are open")
def a_file_that_was_imported(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['done']}")


@scene("Compare with the address book")
def a_comparison(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['newer']}/compare")


@scene("Compare with the address book")
def rows_that_only_the_file_has(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['cards']}/compare?kind=only_in_file")


@scene("Compare with the address book")
def contacts_that_only_the_book_has(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['plan']}/compare?kind=only_in_book")


@scene("The file could not be read")
def a_file_that_cannot_be_read(at: Gallery) -> Person:
    return open_page(at.owner, f"/file-imports/{at.files['unreadable']}")


@scene(re.compile("[Jj]obs"))
def all_jobs(at: Gallery) -> Person:
    assert at.waiting  # so that one of them waits
    return open_page(at.operator, "/operator/jobs")


@scene("Health")
def health(at: Gallery) -> Person:
    return open_page(at.operator, "/operator/health")


@scene(re.compile("^Erased"))
def erased(at: Gallery) -> Person:
    gone = at.new_person().let_in()
    gone.open("/me/erase")
    gone.follow(gone.page.get_by_role("button", name=re.compile("^Erase ")))
    return gone
