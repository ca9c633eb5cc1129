"""The people whose pages are looked at, and their data, which is created once."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playwright.sync_api import Browser, expect
from rich.console import Console

from local.enrich import Enrich
from local.sandbox.hostile import KINDS, LONG, MARKUP
from local.service_client import ServiceClient
from tests.browser.person import ENDED_WITHIN, Person, visitor
from tests.journeys.world import World, wait_for

REFUSALS = {400, 401, 403, 404, 409, 422}
ADA = {"given": "Ada", "family": "Lovelace", "emails": ["ada@mail.example"], "phones": ["+44 20 7946 0018"]}
CHARLES = {"given": "Charles", "family": "Babbage", "emails": ["ada@mail.example"]}
WORKING = ("reading", "planning", "committing")  # states of file imports


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
        fault = {"fault": "429", "provider": "google", "address": address, "seconds": 900, "skip": 2}
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
    def endpoint(self) -> str:
        """The id of an endpoint of `owner` with a long address at which nobody listens; it was tested."""
        url = "http://127.0.0.1:9/" + LONG[:20].encode().hex() * 20
        made = self.owner.api.post("/api/v1/webhooks", {"url": url, "description": MARKUP[:100]})["endpoint_id"]
        self.owner.api.post(f"/api/v1/webhooks/{made}/test")

        def was_tried() -> bool:
            (sent,) = self.owner.api.get(f"/api/v1/webhooks/{made}/deliveries")["deliveries"]
            return bool(sent["attempts"])

        wait_for(was_tried, ENDED_WITHIN / 1_000, "the first attempt to send an event")
        return str(made)

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

    @cached_property
    def bulk_run(self) -> str:
        """The id of a bulk create of `owner`, with ids and names that mean harm, and one that repeats another."""
        both = [{"display": LONG[:300], "external_id": LONG[:150]}, {"display": "Bo", "external_id": MARKUP[:100]}]
        sent = {"contacts": [*both, both[1]], "client_source": MARKUP[:60]}
        job_id: str = self.owner.api.post("/api/v1/contacts/bulk", sent)["job_id"]

        def is_done() -> bool:
            return bool(self.owner.api.get(f"/api/v1/contacts/bulk/{job_id}")["result"])

        wait_for(is_done, ENDED_WITHIN / 1_000, "the bulk create")
        return job_id

    @cached_property
    def admin(self) -> Person:
        """An admin of the organization acme, which has imported two leads, one of them under a long name."""
        made = self.new_person().let_in("acme", "admin")
        made.open("/organizations/acme/leads/imports")
        content = (
            f"Name,WhatsApp,{MARKUP[:60]}\nMaria,+5511987654321,{MARKUP}\n{LONG[:150]},12345678,x\n,+5511977776666,\n"
        )
        file = {"name": f"{LONG[:80]}.csv", "mimeType": "text/csv", "buffer": content.encode()}
        made.page.locator("input[type=file]").set_input_files(file)
        made.press("Upload")
        made.expect_heading("Check the columns")
        self.own["columns of leads"] = made.page.url.removeprefix(made.world.url)
        made.press("Import")
        expect(made.page.get_by_role("link", name="Leads of this import")).to_be_visible(timeout=ENDED_WITHIN)
        self.own["import of leads"] = made.page.url.rpartition("/")[2]
        return made

    @cached_property
    def vendor_run(self) -> str:
        """The id of a run of the offline vendor over the contacts of `owner` and of others; it has ended."""
        assert self.owner  # has contacts
        client = ServiceClient(self.world.running.url, self.world.sandbox.token("oscar", operator=True))
        run: str = Enrich(client, Console(quiet=True)).run("phone-metadata")["job_id"]
        return run

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
