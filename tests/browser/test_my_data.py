"""A person's data: downloaded and erased."""

import csv
import json
import re

import pytest

ADA = {"given": "Ada", "family": "Lovelace", "emails": ["ada@mail.example"], "phones": ["+44 20 7946 0018"]}


@pytest.fixture
def with_book(anna):
    """Anna with thirteen contacts, Ada among them."""
    address = anna.world.account("google", contacts=12)
    anna.world.sandbox.contacts(address, "add", people=[ADA])
    anna.api.import_account("google", address)
    return anna


def download_file(anna, words: str) -> tuple[str, str]:
    """The file's name, and what is in it."""
    anna.open("/me")
    with anna.page.expect_download() as download:
        anna.button(words).click()
    return download.value.suggested_filename, download.value.path().read_bytes().decode("utf-8-sig")


class TestDownload:
    def test_a_spreadsheet_reads_every_contact(self, with_book):
        name, text = download_file(with_book, "CSV for spreadsheets")

        rows = list(csv.reader(text.splitlines()))
        assert name.endswith(".csv")
        assert len(rows) == 14
        assert any("ada@mail.example" in row for row in rows)

    def test_an_address_book_reads_every_contact(self, with_book):
        name, text = download_file(with_book, "vCard 4.0 for other address books")

        assert name.endswith(".vcf")
        assert text.count("BEGIN:VCARD") == text.count("VERSION:4.0") == text.count("END:VCARD") == 13
        assert "FN:Ada Lovelace" in text

    def test_a_program_reads_every_contact_with_its_sources(self, with_book):
        name, text = download_file(with_book, "JSON with the source of each value")

        contacts = json.loads(text)["contacts"]
        assert name.endswith(".json")
        assert len(contacts) == 13
        assert all(each["sources"] for each in contacts)


class TestServiceClients:
    def test_a_person_lets_a_program_act_and_takes_it_back(self, anna):
        anna.open("/me/service-clients/grant?client=crm&scope=contacts:read")
        anna.press("Allow")
        assert "Programs that may act for me" in anna.text()
        assert "see all your contacts" in anna.text()

        anna.press("Let Example CRM do nothing more")
        assert "Programs that may act for me" not in anna.text()


class TestEnrichment:
    def test_a_person_allows_questions_to_vendors_and_then_wants_no_enrichment_at_all(self, anna):
        anna.open("/me")
        assert "no details of your contacts are sent" in anna.text()

        anna.press("Allow details to be sent")
        assert "you allow that details of your contacts" in anna.text()

        anna.press("Do not enrich my contacts at all")
        assert "nothing is added to your contacts" in anna.text()

        anna.press("Let my contacts be enriched")
        anna.press("Send no details any more")
        assert "you allow nothing more" in anna.text()


class TestErase:
    def test_it_shows_the_numbers_before_and_deletes_everything(self, with_book):
        with_book.watch.expected.add(401)
        with_book.open("/me")
        with_book.press("Erase everything …")
        assert "13 contacts" in with_book.text()
        assert "1 connected account" in with_book.text()

        with_book.press("Erase 13 contacts and everything else")
        with_book.expect_heading(re.compile("erased", re.IGNORECASE))

        with_book.open("/contacts")
        with_book.expect_heading("Sign-in required")
        with_book.press("Sign in")
        with_book.say_who()
        assert "No contacts yet" in with_book.text()
        with_book.open("/accounts")
        assert "No accounts yet" in with_book.text()
        with_book.open("/imports")
        assert "No imports yet" in with_book.text()

    def test_a_running_import_is_stopped_first(self, anna):
        address = anna.world.account("google", contacts=3_000)
        anna.world.sandbox.do(f"accounts/{address}/settings", {"latency_ms": 2_000})
        anna.connect("google", address)
        anna.watch.expected |= {401, 404}

        anna.open("/me/erase")
        assert "1 unfinished job is stopped first" in anna.text()
        anna.follow(anna.page.get_by_role("button", name=re.compile("^Erase ")))
        anna.expect_heading(re.compile("erased", re.IGNORECASE))

        anna.sign_in()
        anna.open("/contacts")
        assert "No contacts yet" in anna.text()

    def test_keeping_everything_keeps_it(self, with_book):
        with_book.open("/me/erase")
        with_book.press("Keep everything")

        with_book.expect_heading("My data")
        assert "13 contacts" in with_book.text()
