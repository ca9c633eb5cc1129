"""Downloads of the address book and of the outcomes of an import, over HTTP."""

import csv
import io
from urllib.parse import urlsplit

import pytest
import vobject

from chalicelib.address_book.export_contacts import ExportContacts
from chalicelib.foundation.clock import rfc3339 as instant_text
from chalicelib.foundation.delivery import LINK_LASTS, Deliver, exports_prefix
from chalicelib.foundation.outcomes import Outcome
from chalicelib.foundation.safe_csv import unescape_cell
from chalicelib.jobs.job import LedgerLine
from chalicelib.jobs.progress import Progress
from chalicelib.provider_imports.outcome_reasons import describe_reason
from tests.routes.service import CRON_SECRET, FRONTEND

EXPORT = "/api/v1/contacts/export"
NAMES = ("Ada Lovelace", "Bob", "=cmd()", "Zoë")


@pytest.fixture
def book(service):
    """Ann's book of four."""
    service.finish_import(service.start_import(), NAMES)
    return service


@pytest.fixture
def small_answers(book):
    """An invocation that may answer very little."""
    book.wiring.shared.deliver = Deliver(lambda: book.wiring.shared.blobs, book.clock, largest_response=100)
    return book


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


class TestFormats:
    def test_csv(self, book):
        response = book.get(f"{EXPORT}?format=csv", who="ann")

        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["content-disposition"] == 'attachment; filename="contacts-2026-03-03.csv"'
        assert response.body.startswith(b"\xef\xbb\xbfName,")
        assert [row["Name"] for row in rows(response.text)] == ["Ada Lovelace", "Bob", "'=cmd()", "Zoë"]

    def test_possible_duplicates_are_named_both_ways(self, book):
        [bob] = book.get("/api/v1/contacts?q=bob", who="ann").json["contacts"]
        other = {"display": "Ada King", "emails": bob["emails"]}
        book.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [other]})
        book.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)

        response = book.get(f"{EXPORT}?format=json", who="ann").json["contacts"]
        named = {each["display"]: each["possible_duplicates"] for each in response}
        ids = {each["display"]: each["contact_id"] for each in response}
        listed = rows(book.get(EXPORT, who="ann").text)
        cells = {row["Name"]: row["Possible Duplicates"].removeprefix("'") for row in listed}  # an id may begin with -

        assert (named["Bob"], named["Ada King"]) == ([ids["Ada King"]], [ids["Bob"]])
        assert (cells["Bob"], cells["Ada King"]) == (ids["Ada King"], ids["Bob"])

    def test_vcard(self, book):
        response = book.get(f"{EXPORT}?format=vcard", who="ann")

        assert response.headers["content-type"] == "text/vcard; charset=utf-8"
        assert response.headers["content-disposition"] == 'attachment; filename="contacts-2026-03-03.vcf"'
        assert sorted(card.fn.value for card in vobject.readComponents(response.text)) == sorted(NAMES)

    def test_json(self, book):
        response = book.get(f"{EXPORT}?format=json", who="ann")

        assert response.headers["content-disposition"] == 'attachment; filename="contacts-2026-03-03.json"'
        for contact in response.json["contacts"]:
            whole = book.get(f"/api/v1/contacts/{contact['contact_id']}", who="ann").json
            assert contact == {name: value for name, value in whole.items() if not name.startswith("enrichment")}
        assert sorted(contact["display"] for contact in response.json["contacts"]) == sorted(NAMES)

    @pytest.mark.parametrize("form", ["csv", "address-book-csv", "vcard", "vcard3", "json"])
    def test_any_can_have_just_the_contacts_with_a_tag(self, book, form):
        [bob] = book.get("/api/v1/contacts?q=bob", who="ann").json["contacts"]
        book.ask("PATCH", f"/api/v1/contacts/{bob['contact_id']}", who="ann", body={"title": "Builder"})

        tagged = book.get(f"{EXPORT}?format={form}&tag=crm-direct", who="ann").text

        assert [name for name in NAMES if name in tagged] == ["Bob"]

    def test_csv_is_the_default_format(self, book):
        assert book.get(EXPORT, who="ann").text == book.get(f"{EXPORT}?format=csv", who="ann").text

    def test_csv_for_another_address_book_holds_the_data_as_it_is(self, book):
        response = book.get(f"{EXPORT}?format=address-book-csv", who="ann")

        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["content-disposition"] == 'attachment; filename="contacts-2026-03-03-address-book.csv"'
        assert [row["First Name"] for row in rows(response.text)] == ["Ada Lovelace", "Bob", "=cmd()", "Zoë"]

    def test_vcard_of_the_older_version(self, book):
        response = book.get(f"{EXPORT}?format=vcard3", who="ann")

        assert response.headers["content-disposition"] == 'attachment; filename="contacts-2026-03-03.vcf"'
        assert {card.version.value for card in vobject.readComponents(response.text)} == {"3.0"}

    @pytest.mark.parametrize("query", ["format=xml", "format=CSV", "outcome=failed", "delivery=mail"])
    def test_another_format_is_refused_by_its_name(self, book, query):
        response = book.get(f"{EXPORT}?{query}", who="ann")

        assert (response.status, response.json["field"]) == (422, query.partition("=")[0])

    @pytest.mark.parametrize("form", ["csv", "vcard", "json"])
    def test_it_is_not_cached_and_a_script_may_read_its_name(self, book, form):
        response = book.get(f"{EXPORT}?format={form}", who="ann", Origin=FRONTEND)

        assert response.headers["cache-control"] == "no-store"
        assert "Content-Disposition" in response.headers["access-control-expose-headers"]

    @pytest.mark.parametrize("form", ["csv", "vcard", "json"])
    def test_it_has_nothing_of_anybody_else(self, book, form):
        response = book.get(f"{EXPORT}?format={form}", who="bob")

        assert response.status == 200
        assert "Lovelace" not in response.text


def test_head_notes_no_export(book):
    looked, got = (book.ask(method, EXPORT, who="ann") for method in ("HEAD", "GET"))

    noted = [each["kind"] for each in book.get("/api/v1/me/activity", who="ann").json["entries"]]
    assert noted.count("exported") == 1
    assert looked.headers["content-disposition"] == got.headers["content-disposition"]


class TestErrors:
    @pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/json"])
    def test_an_api_client_gets_a_problem(self, book, accept):
        response = book.get(EXPORT, Accept=accept)

        assert (response.status, response.headers["content-type"]) == (401, "application/problem+json")

    def test_a_browser_gets_an_error_page(self, book):
        response = book.get(EXPORT, Accept="text/html,application/xhtml+xml,*/*;q=0.8")

        assert (response.status, response.headers["content-type"]) == (401, "text/html; charset=utf-8")

    def test_a_book_that_cannot_be_written_in_time_is_not_half_answered(self, book):
        book.wiring.address_book.export_contacts = ExportContacts(
            _Slow(book), book.wiring.address_book.indexes, book.clock
        )

        response = book.get(EXPORT, who="ann")

        assert (response.status, response.json["type"]) == (503, "/problems/out-of-time")
        assert response.headers["retry-after"] == "60"


class _Slow:
    """A book of which each contact takes ten seconds to read."""

    def __init__(self, service):
        self._service = service

    def all(self, owner):
        for contact in self._service.wiring.shared.contacts.all(owner):
            self._service.clock.sleep(10)
            yield contact


class TestLarge:
    @pytest.mark.parametrize("form", ["csv", "vcard", "json"])
    def test_the_way_to_it_is_answered_and_it_is_the_same_file(self, book, form):
        direct = book.get(f"{EXPORT}?format={form}", who="ann")
        book.wiring.shared.deliver = Deliver(lambda: book.wiring.shared.blobs, book.clock, largest_response=100)

        response = book.get(f"{EXPORT}?format={form}", who="ann")

        kept = book.bucket.kept[urlsplit(response.headers["location"]).path.removeprefix("/")]
        assert (response.status, response.body) == (303, b"")
        assert kept["Body"] == direct.body

    def test_it_goes_with_its_person(self, small_answers):
        small_answers.get(EXPORT, who="ann")
        assert [key for key in small_answers.bucket.kept if key.startswith(exports_prefix("ann"))]

        job_id = small_answers.ask("DELETE", "/api/v1/me", who="ann").json["job_id"]
        small_answers.wiring.engine.steps["erase-person"](small_answers.run(job_id))

        assert small_answers.bucket.kept == {}


class TestLink:
    """A script in a browser may not follow a redirect to the bucket with its token: it asks for the address."""

    @pytest.mark.parametrize("form", ["csv", "address-book-csv", "vcard", "vcard3", "json"])
    def test_it_leads_to_the_file_for_a_few_minutes_however_small_that_is(self, book, form):
        direct = book.get(f"{EXPORT}?format={form}", who="ann")

        response = book.get(f"{EXPORT}?format={form}&delivery=link", who="ann", Origin=FRONTEND)

        kept = book.bucket.kept[urlsplit(response.json["url"]).path.removeprefix("/")]
        assert (response.status, response.headers["access-control-allow-origin"]) == (200, FRONTEND)
        assert kept["Body"] == direct.body
        assert response.json["content_type"] == direct.headers["content-type"]
        assert f'filename="{response.json["file_name"]}"' in direct.headers["content-disposition"]
        assert response.json["expires_at"] == instant_text(book.clock.now() + LINK_LASTS)

    def test_a_ledger_has_one_too(self, service):
        job_id = service.start_import()
        service.run(job_id).commit(Progress(None, lines=TestLedger.LINES, estimate=3))

        response = service.get(f"/api/v1/imports/{job_id}/ledger.csv?delivery=link", who="ann")

        assert response.json["file_name"].endswith(".csv")


class TestLedger:
    LINES = (
        LedgerLine("s1", Outcome.FAILED, reason="too_large", name="=Eve"),
        LedgerLine("s2", Outcome.SKIPPED, reason="duplicate", name="Bob"),
        LedgerLine("s3", Outcome.FAILED, reason="poison"),
    )

    @pytest.fixture
    def job_id(self, service):
        job_id = service.start_import()
        service.run(job_id).commit(Progress(None, lines=self.LINES, estimate=3))
        return job_id

    def ledger(self, service, job_id, query="", who="ann"):
        return service.get(f"/api/v1/imports/{job_id}/ledger.csv{query}", who=who)

    def test_it_says_what_became_of_each_and_what_that_means(self, service, job_id):
        listed = rows(self.ledger(service, job_id).text)

        assert [unescape_cell(row["Name"]) for row in listed] == ["=Eve", "Bob", ""]
        assert [(row["Outcome"], row["Reason"], row["Source ID"]) for row in listed] == [
            ("failed", "too_large", "s1"),
            ("skipped", "duplicate", "s2"),
            ("failed", "poison", "s3"),
        ]
        assert [row["Explanation"] for row in listed] == [describe_reason(line.reason) for line in self.LINES]
        assert not listed[0]["Name"].startswith("=")

    def test_or_of_those_of_one_outcome(self, service, job_id):
        response = self.ledger(service, job_id, "?outcome=failed")

        assert response.headers["content-disposition"] == 'attachment; filename="import-2026-03-03-failed.csv"'
        assert [row["Source ID"] for row in rows(response.text)] == ["s1", "s3"]

    def test_contacts_are_listed_with_their_names(self, service):
        job_id = service.start_import()
        service.finish_import(job_id, NAMES)

        listed = rows(self.ledger(service, job_id, "?outcome=created").text)

        assert {(unescape_cell(row["Name"]), row["Source ID"]) for row in listed} == {
            (name, f"id-{name}") for name in NAMES
        }
        book = {contact["contact_id"] for contact in service.get("/api/v1/contacts", who="ann").json["contacts"]}
        assert {unescape_cell(row["Contact ID"]) for row in listed} == book

    def test_another_outcome_is_refused(self, service, job_id):
        response = self.ledger(service, job_id, "?outcome=lost")

        assert (response.status, response.json["field"]) == (422, "outcome")

    def test_a_long_one_goes_by_way_of_the_bucket(self, service, job_id):
        direct = self.ledger(service, job_id)
        service.wiring.shared.deliver = Deliver(
            lambda: service.wiring.shared.blobs, service.clock, largest_response=100
        )

        response = self.ledger(service, job_id)

        (kept,) = service.bucket.kept.values()
        assert (response.status, kept["Body"]) == (303, direct.body)
