"""Downloads: each format has each imported contact once; and the outcomes of an import."""

import csv
import io
from collections import Counter

import pytest
import requests
import vobject

from chalicelib.address_book.export_vcard import NO_NAME
from chalicelib.foundation.safe_csv import unescape_cell
from tests.journeys.world import PersonHere, World

CONTACTS = 60


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def names_in(form: str, text: str) -> Counter[str]:
    """The names that a program finds in a download."""
    if form.startswith("vcard"):
        return Counter(card.fn.value for card in vobject.readComponents(text))
    return Counter(unescape_cell(row["Name"]) for row in rows(text))


def download(person: PersonHere, form: str) -> requests.Response:
    answer = person.ask("GET", "/api/v1/contacts/export", params={"format": form})
    if answer.status_code == 303:
        answer = requests.get(answer.headers["Location"], timeout=30)
    assert answer.status_code == 200, answer.text[:500]
    answer.encoding = "utf-8"
    return answer


class TestBook:
    @pytest.fixture
    def anna(self, world: World) -> PersonHere:
        """Her book has what people really have in theirs, and what hostile ones might."""
        anna = world.person()
        anna.import_account("google", world.account("google", contacts=CONTACTS, hostile=0.5))
        return anna

    @pytest.mark.parametrize("form", ["csv", "vcard", "vcard3"])
    def test_every_contact_is_in_it_once(self, anna, form):
        book = anna.book()

        answer = download(anna, form)

        nameless = NO_NAME if form.startswith("vcard") else ""
        assert names_in(form, answer.text) == Counter(contact["display"] or nameless for contact in book)
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_the_json_equals_the_api_without_what_vendors_were_asked(self, anna):
        contacts = download(anna, "json").json()["contacts"]

        assert Counter(contact["contact_id"] for contact in contacts) == Counter(
            contact["contact_id"] for contact in anna.book()
        )
        for contact in contacts[:5]:
            whole = anna.get(f"/api/v1/contacts/{contact['contact_id']}")
            assert contact == {name: value for name, value in whole.items() if not name.startswith("enrichment")}

    def test_one_that_is_too_large_for_an_answer_is_fetched_from_the_bucket(self, world):
        anna = world.person()
        anna.import_account("google", world.account("google", contacts=3_000))

        answer = anna.ask("GET", "/api/v1/contacts/export", params={"format": "json"})

        assert answer.status_code == 303
        assert "/exports/" in answer.headers["Location"]
        link = anna.get("/api/v1/contacts/export", params={"format": "json", "delivery": "link"})
        assert len(requests.get(link["url"], timeout=30).json()["contacts"]) == 3_000
        assert len(download(anna, "json").json()["contacts"]) == 3_000


class TestLedger:
    def test_it_has_each_line_with_its_reason_in_words(self, world, anna):
        status = anna.import_account("google", world.account("google", contacts=40, hostile=0.5))
        place = f"/api/v1/imports/{status['job_id']}/ledger.csv"

        outcomes = rows(anna.ask("GET", place).content.decode())

        assert len(outcomes) == status["processed_contacts"]
        assert Counter(row["Outcome"] for row in outcomes)["created"] == status["created"]
        assert all(row["Explanation"] for row in outcomes if row["Outcome"] in ("failed", "skipped"))
        failed = rows(anna.ask("GET", place, params={"outcome": "failed"}).content.decode())
        assert failed == [row for row in outcomes if row["Outcome"] == "failed"]
