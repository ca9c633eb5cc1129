"""The pages of file imports as a browser gets them without JavaScript: the list, the upload and the columns."""

from io import BytesIO
from operator import itemgetter
from zipfile import ZipFile

import pytest
from urllib3 import encode_multipart_formdata

from chalicelib.contacts.contact_fields import FIELDS
from chalicelib.file_imports.pages.sample_files import SAMPLES
from tests.routes.file_import_browser import EVIL, TABLE, UNSURE, Browser
from tests.routes.file_imports import commit, get, plan
from tests.routes.service import Service
from tests.routes.test_contact_pages import words


@pytest.fixture
def ann(service: Service) -> Browser:
    return Browser(service)


class TestTheList:
    def test_says_what_can_be_imported_and_has_samples(self, ann):
        page = ann.open("/file-imports")

        assert "No files yet." in page
        assert "At most 50 MB and 100,000 rows." in page
        assert "Sample files: CSV , Excel , OpenDocument , vCard , LDIF , JSON , jCard" in page

    def test_shows_files_with_their_state(self, ann):
        ann.upload(TABLE, "one.csv")
        ann.work()
        ann.upload(UNSURE, "two.csv")

        page = ann.open("/file-imports")

        assert "two.csv" in page
        assert "Reading" in page
        assert "! Planned, not imported 2" in page


@pytest.mark.parametrize("name", SAMPLES)
class TestASample:
    def test_is_downloaded_as_a_file_of_its_type(self, ann, name):
        sample = ann.service.get(f"/file-imports/samples/{name}", who="ann")

        assert sample.headers["content-type"] == SAMPLES[name].content_type
        assert sample.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert sample.headers["x-content-type-options"] == "nosniff"

    def test_is_understood_without_a_question_and_becomes_the_same_new_contacts(self, service, name):
        sample = service.get(f"/file-imports/samples/{name}", who="ann")

        sent = plan(service, sample.body, name)

        found = get(service, sent)
        assert (found["state"], found["rows"], found["plan"]["new"]) == ("planned", 2, 2)
        assert get(service, sent, "/plan")["problems"] == []
        commit(service, sent)
        assert imported(service) == PEOPLE_OF_SAMPLES


def test_there_are_no_other_samples(service):
    assert service.get("/file-imports/samples/passwords.csv", who="ann").status == 404


@pytest.mark.parametrize("name", ["contacts.xlsx", "contacts.ods"])
def test_the_sample_of_a_workbook_has_no_time_so_that_it_always_has_the_same_bytes(name):
    with ZipFile(BytesIO(SAMPLES[name].write())) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


PEOPLE_OF_SAMPLES = [
    {
        "display": "Ada Lovelace",
        "given": "Ada",
        "family": "Lovelace",
        "emails": [{"value": "ada@example.com"}],
        "phones": [{"raw": "+44 20 7946 0018", "label": "mobile", "e164": "+442079460018"}],
        "organization": "Analytical Engines Ltd",
        "birthday": {"year": 1815, "month": 12, "day": 10},
        "notes": "Met in London",
    },
    {
        "display": "Grace Hopper",
        "given": "Grace",
        "family": "Hopper",
        "emails": [{"value": "grace@example.com"}],
        "phones": [{"raw": "+1 202 555 0143", "label": "mobile", "e164": "+12025550143"}],
        "organization": "Harvard Computation Lab",
        "birthday": {"year": 1906, "month": 12, "day": 9},
        "notes": "Likes clocks",
    },
]


def imported(service: Service) -> list[dict]:
    """The contacts of the book by name, with all fields that have a value."""
    listed = service.get("/api/v1/contacts", who="ann").json["contacts"]
    read = [service.get(f"/api/v1/contacts/{each['contact_id']}", who="ann").json for each in listed]
    contacts = [{name: each[name] for name in FIELDS if each.get(name)} for each in read]
    return sorted(contacts, key=itemgetter("display"))


class TestUpload:
    def test_without_a_file_says_what_is_missing(self, ann):
        response = ann.send("", "")

        assert response.status == 422
        assert "Choose a file first." in response.text

    def test_of_a_file_that_is_too_large_says_what_to_do(self, ann):
        response = ann.send(b"x" * (4 * 1024 * 1024 + 100_000))

        assert response.status == 413
        assert "Split the file" in response.text

    def test_of_something_else_says_what_is_read(self, ann):
        ann.upload(b"%PDF-1.4\n\x00\x01", "contacts.pdf")

        assert "The file could not be read" in ann.work()

    def test_keeps_the_settings(self, ann):
        ann.upload(TABLE, tag="iris-import", region="DE", match_by="number_and_name")
        ann.work()

        assert ann.fields("settings")["tag"] == "iris-import"
        assert ann.fields("settings")["match_by"] == "number_and_name"
        assert "Phone number without a country" not in ann.html

    def test_needs_the_token_of_the_page(self, service):
        session = service.sign_in("ann")
        for token, status in (("", 403), ("other", 403), (session.csrf, 303)):
            body, kind = encode_multipart_formdata({"csrf_token": token, "file": ("a.csv", TABLE)})
            answer = service.post("/file-imports", session=session, x_csrf_token="", body=body, Content_Type=kind)
            assert answer.status == status


class TestColumns:
    def test_that_are_not_certain_are_shown_with_samples_and_why(self, ann):
        ann.upload(UNSURE)

        page = ann.work()

        assert "Check the columns Nothing has been imported yet." in page
        assert "CSV, separated by semicolons" in page
        assert "Irgendwas x y" in page
        assert "Nothing says clearly what it is, so it is kept as a custom field." in page

    def test_are_confirmed_as_they_are_chosen(self, ann):
        ann.upload(UNSURE)
        ann.work()

        ann.press("columns", **{**ann.fields("columns"), "target-1": "nickname"})
        ann.work()
        ann.open(f"{ann.one}/columns")

        assert ann.fields("columns")["target-1"] == "nickname"

    def test_of_a_list_get_the_next_number(self, ann):
        ann.upload(UNSURE)
        ann.work()

        ann.press("columns", **{**ann.fields("columns"), "target-1": "emails"})
        ann.work()
        ann.open(f"{ann.one}/columns")

        assert ann.fields("columns")["target-1"] == "emails.2"

    def test_without_a_name_an_address_or_a_number_are_refused_and_stay_as_chosen(self, ann):
        ann.upload(UNSURE)
        ann.work()
        chosen = {**ann.fields("columns"), "target-0": "", "target-1": "title", "target-2": "notes"}

        response = ann.submit("columns", **chosen)

        assert response.status == 422
        assert "There is a problem" in response.text
        ann.html = response.text
        assert ann.fields("columns")["target-1"] == "title"

    def test_may_have_a_country_rules_and_values_for_rows_without_one(self, ann):
        ann.upload("Name;Handy\nAda Lovelace;0170 1234567\n")
        ann.work()
        more = {"region": "DE", "rule-phones": "where_empty", "default_field": "groups", "default_value": "Fair"}
        if "Check the columns" not in ann.html:
            ann.open(f"{ann.one}/columns")

        ann.press("columns", **{**ann.fields("columns"), **more})
        ann.work()
        ann.open(f"{ann.one}/columns")

        assert {**ann.fields("columns"), **more} == {**ann.fields("columns"), "default_field": "groups", **more}
        assert 'value="Fair"' in ann.html

    def test_of_a_wide_file_are_on_several_pages_and_keep_what_other_pages_say(self, ann):
        headers = [f"Phone {number}" for number in range(1, 71)]
        ann.upload(f"Vorname;Mail;{';'.join(headers)}\nAda;ada@example.com;{';'.join('x' for _ in headers)}\n")
        ann.work()
        ann.open(f"{ann.one}/columns")
        assert "Page 1 of 3, 72 columns" in words(ann.html)
        assert len(ann.html) < 100_000

        ann.press("columns", **{**ann.fields("columns"), "further": "2"})

        assert ann.path.endswith("/columns?page=2")
        assert "Page 2 of 3" in words(ann.html)

    def test_can_be_read_again_in_another_encoding(self, ann):
        ann.upload("Vorname;Irgendwas;Mail\nJürgen;ü;a@example.com\n".encode("cp1252"))
        assert "Jürgen" in ann.work()

        ann.press("settings", reading="yes", encoding="cp1251")

        assert "Jьrgen" in ann.work()

    def test_of_cards_need_none(self, ann):
        ann.upload("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n", "a.vcf")
        ann.work()

        assert "How the file was read" in ann.open(f"{ann.one}/columns")
        assert ann.submit("columns").status == 422


class TestCancel:
    def test_discards_a_draft(self, ann):
        ann.upload(TABLE)
        ann.work()

        assert "Canceled" in ann.press("cancel")
        assert ann.submit("settings", region="DE").status == 409

    def test_stops_a_commit_whose_rest_can_be_done_later(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))

        page = ann.press("cancel")

        assert "Canceled contacts.csv" in page
        assert "What was imported stays. The rest of the plan can be imported now." in page
        ann.press("commit", **ann.fields("commit"))
        assert "Created 2 100%" in ann.work()

    def test_of_reading_can_be_taken_back(self, ann):
        ann.upload(b"%PDF-1.4\n\x00\x01", "contacts.pdf")
        ann.work()

        assert "Reading the file" in ann.press("settings", **ann.fields("settings"))


class TestWhatFilesSay:
    def test_is_text_on_every_page(self, ann):
        quoted = '"' + EVIL.replace('"', '""') + '"'
        ann.upload(f"Vorname;{quoted};Mail\n{quoted};{quoted};{quoted}\n", EVIL.replace("/", ""))
        pages = [ann.html]
        ann.work()
        pages.append(ann.html)
        ann.press("columns", **ann.fields("columns"))
        ann.work()
        pages.append(ann.html)
        pages += [ann.service.get(path, who="ann").text for path in ("/file-imports", f"{ann.one}/rows/0")]

        assert not any("<script>alert" in page for page in pages)
        assert all("&lt;script&gt;alert" in page for page in pages[1:])

    def test_is_nothing_to_others(self, ann):
        ann.upload(TABLE)
        ann.work()

        for path in (ann.one, f"{ann.one}/columns", f"{ann.one}/rows/0"):
            assert ann.service.get(path, who="bob").status == 404
        for action in ("settings", "columns", "rows", "commit", "cancel"):
            assert ann.service.post(f"{ann.one}/{action}", who="bob", form={"new": "2"}).status == 404
