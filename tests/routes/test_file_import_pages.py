"""The pages of file imports as a browser gets them, from the upload to the results; without JavaScript."""

import json
import re

import pytest
from urllib3 import encode_multipart_formdata

from tests.routes.service import HOME, Service, ServiceResponse
from tests.routes.test_contact_pages import words
from tests.routes.test_cron_route import Context

EVIL = '"><script>alert(1)</script>'
UNSURE = "Vorname;Irgendwas;Mail\nAda;x;ada@example.com\nBob;y;not an address\n"
TABLE = "First Name,Last Name,Email Address,Mobile Phone\nAda,Lovelace,ada@example.com,0170 1234567\nAlan,Turing,,\n"


class Browser:
    """Ann's browser, which follows redirects and lets jobs run."""

    def __init__(self, service: Service, who: str = "ann") -> None:
        self.service, self.who = service, who
        self.path, self.html = "", ""

    def open(self, path: str) -> str:
        response = self.service.get(path, who=self.who, Accept="text/html")
        assert response.status == 200, words(response.text)[:500]
        self.path, self.html = path, response.text
        return words(self.html)

    def upload(self, content: str | bytes, name: str = "contacts.csv", **fields: str) -> str:
        return self._follow(self.send(content, name, **fields))

    def send(self, content: str | bytes, name: str = "contacts.csv", **fields: str) -> ServiceResponse:
        data = content.encode() if isinstance(content, str) else content
        body, kind = encode_multipart_formdata({**fields, "file": (name, data)})
        return self.service.post("/file-imports", who=self.who, body=body, Content_Type=kind, Accept="text/html")

    def press(self, action: str, **form: str) -> str:
        return self._follow(self.submit(action, **form))

    def submit(self, action: str, **form: str) -> ServiceResponse:
        return self.service.post(f"{self.one}/{action}", who=self.who, form=form, Accept="text/html")

    def work(self) -> str:
        """The same page after its job has run."""
        found = self.service.wiring.file_imports.imports.get(self.who, self.one.rpartition("/")[2])
        self.service.wiring.on_message(json.dumps({"job_id": found.job_id}), Context())
        return self.open(self.path)

    @property
    def one(self) -> str:
        return re.match(r"/file-imports/[\w-]{22}", self.path)[0]

    def fields(self, action: str) -> dict[str, str]:
        """What a browser would send from the form to that action, if nothing is changed."""
        form = re.search(rf'<form method="post" action="{HOME}{self.one}/{action}".*?</form>', self.html, re.DOTALL)[0]
        inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        selects = re.findall(r'<select[^>]*name="([^"]+)".*?</select>', form, re.DOTALL)
        chosen = re.findall(
            r'<select[^>]*name="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', form, re.DOTALL
        )
        return {**dict(inputs), **dict.fromkeys(selects, ""), **dict(chosen)}

    def _follow(self, response: ServiceResponse) -> str:
        assert response.status == 303, words(response.text)[:500]
        return self.open(response.headers["location"].removeprefix(HOME))


@pytest.fixture
def ann(service: Service) -> Browser:
    return Browser(service)


class TestTheList:
    def test_says_what_can_be_imported_and_has_samples(self, ann):
        page = ann.open("/file-imports")

        assert "No files yet." in page
        assert "At most 50 MB and 100,000 rows." in page
        assert "Sample files: CSV , vCard" in page

    @pytest.mark.parametrize(("name", "kind"), [("contacts.csv", "text/csv"), ("contacts.vcf", "text/vcard")])
    def test_a_sample_can_be_downloaded_and_imported(self, ann, name, kind):
        sample = ann.service.get(f"/file-imports/samples/{name}", who="ann")

        assert sample.headers["content-type"].startswith(kind)
        assert sample.headers["content-disposition"] == f'attachment; filename="{name}"'
        ann.upload(sample.body, name)
        assert "Import 2 new" in ann.work()

    def test_there_is_no_other_sample(self, ann):
        assert ann.service.get("/file-imports/samples/passwords.csv", who="ann").status == 404

    def test_shows_files_with_their_state(self, ann):
        ann.upload(TABLE, "one.csv")
        ann.work()
        ann.upload(UNSURE, "two.csv")

        page = ann.open("/file-imports")

        assert "two.csv" in page
        assert "Reading" in page
        assert "! Planned, not imported 2" in page


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


class TestPlan:
    def test_says_that_nothing_was_imported_and_what_would_be(self, ann):
        ann.upload(TABLE)

        page = ann.work()

        assert "Plan contacts.csv" in page
        assert "Nothing has been imported yet. This is what will happen:" in page
        assert "Import 2 new" in page

    def test_names_problems_with_how_to_mend_them(self, ann):
        ann.upload(UNSURE)
        ann.work()
        ann.press("columns", **ann.fields("columns"))

        page = ann.work()

        assert "1 row Not an email address Mail Write it as ada@example.com, or clear the cell." in page

    def test_says_once_why_a_row_is_invalid(self, ann):
        ann.upload(TABLE + ",,nobody,\n")

        page = ann.work()

        rows = page[page.index("Row Contact Outcome") :]
        assert rows.count("No name, email address or phone number") == 1

    def test_a_country_mends_all_numbers(self, ann):
        ann.upload(TABLE)
        assert "Phone number without a country" in ann.work()

        ann.press("settings", region="DE")

        assert "Phone number without a country" not in ann.work()

    def test_a_cell_is_fixed_where_the_problem_is(self, ann):
        ann.upload(UNSURE)
        ann.work()
        ann.press("columns", **ann.fields("columns"))
        ann.work()
        ann.open(f"{ann.one}?problem=not_an_email&column=Mail")
        fields = ann.fields("rows")
        assert fields["cell-3-2"] == "not an address"

        ann.press("rows", **{**fields, "cell-3-2": "bob@example.com"})

        assert ann.path.endswith("?problem=not_an_email&column=Mail")
        assert "0 rows with this problem." in ann.work()

    def test_any_cell_of_a_row_can_be_edited(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.open(f"{ann.one}/rows/1")
        fields = ann.fields("rows")

        ann.press("rows", **{**fields, "cell-3-0": "Al"})

        assert "Al Turing" in ann.work()

    def test_of_two_columns_with_one_header_the_one_with_the_problem_is_fixed(self, ann):
        ann.upload("Vorname;Mail;Mail\nAda;ada@example.com;not an address\n")
        ann.work()
        if "Check the columns" in ann.html:
            ann.press("columns", **ann.fields("columns"))
            ann.work()

        assert ann.fields("rows")["cell-2-2"] == "not an address"

    def test_cells_with_several_lines_keep_them_unless_they_are_changed(self, ann):
        ann.upload('Vorname,Mail,Notes\nAda,a@example.com,"one\r\ntwo"\n')
        ann.work()
        ann.open(f"{ann.one}/rows/0")
        mark = ann.fields("rows")["was-2-2"]

        ann.press("rows", **{"cell-2-2": "one\r\ntwo", "was-2-2": mark})

        assert "Planning" not in words(ann.html)

    def test_has_no_more_cells_to_fix_than_a_form_can_have(self, ann):
        phones = range(1, 13)
        header = ",".join(["Email Address", *(f"Phone {number}" for number in phones)])
        rows = "".join(f"p{row}@example.com,{','.join('x' for _ in phones)}\n" for row in range(50))
        ann.upload(f"{header}\n{rows}")
        ann.work()
        if "Check the columns" in ann.html:
            ann.press("columns", **ann.fields("columns"))
            ann.work()

        assert 300 < ann.html.count('name="cell-') <= 400
        ann.press("rows", **ann.fields("rows"))

    def test_a_row_is_left_out_and_taken_in_again(self, ann):
        ann.upload(TABLE)
        ann.work()

        ann.press("rows", leave_out="3")
        assert "You left this row out." in ann.work()
        ann.press("rows", take_in="3")

        assert "Import 2 new" in ann.work()

    def test_a_row_that_does_not_exist_cannot_be_left_out(self, ann):
        ann.upload(TABLE)
        ann.work()

        assert ann.submit("rows", leave_out="99999").status == 404

    def test_all_rows_of_a_filter_are_left_out_and_taken_in(self, ann):
        ann.upload(TABLE)
        ann.work()
        assert "Leave out 2 rows" in ann.open(f"{ann.one}?planned=new")

        ann.press("rows", leave_out_all="new", planned="new")
        assert "0 rows with this outcome." in ann.work()
        assert "Take all rows in again" in ann.open(f"{ann.one}?planned=skipped")
        ann.press("rows", take_in_all="skipped")

        assert "Import 2 new" in ann.work()

    def test_shows_what_a_row_changes(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()
        ann.upload(TABLE.replace("0170 1234567", "+49 170 7654321"))

        page = ann.work()

        assert "This is a newer version of contacts.csv" in page
        assert "Change 1" in page
        assert "Phone 0170 1234567 (mobile) +49 170 7654321 (mobile)" in page

    def test_and_its_result_link_the_contact_that_a_row_is_in_conflict_with(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()
        ann.upload(TABLE.partition("\n")[0] + "\nBob,Bit,,0170 1234567\n", "other.csv")

        assert "Existing contact: Ada" in ann.work()
        assert re.search(r'Existing contact: <a href="[^"]*/contacts/[\w-]{22}"', ann.html)
        ann.press("commit", **ann.fields("commit"))
        assert "Existing contact: Ada" in ann.work()

    def test_rows_that_are_gone_are_kept_unless_chosen_otherwise(self, ann):
        rows = "".join(f"Person{number},Example,p{number}@example.com,\n" for number in range(4))
        header = TABLE.partition("\n")[0] + "\n"
        ann.upload(header + rows)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()
        ann.upload(header + rows.partition("\n")[2])
        page = ann.work()
        assert "1 row of the earlier version is no longer in the file" in page
        assert "Person0 Example would be deleted" in page

        ann.press("commit", **{**ann.fields("commit"), "remove": "1"})

        assert "1 contact whose rows are no longer in the file was removed." in ann.work()
        assert "Removed (1)" in words(ann.html)

    def test_all_rows_that_are_gone_are_listed_in_pages(self, ann):
        header = TABLE.partition("\n")[0] + "\n"
        rows = [f"Person{number:03d},Example,p{number}@example.com,\n" for number in range(300)]
        ann.upload(header + "".join(rows))
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()
        ann.upload(header + "".join(rows[:155]))
        assert "The first 100 of 145." in ann.work()

        first, last = ann.open(f"{ann.one}/gone"), ann.open(f"{ann.one}/gone?start=100")

        assert "Rows 1 to 100 of 145" in first
        assert "Rows 101 to 145 of 145" in last
        named = set(re.findall(r"Person\d{3} Example", first + last))
        assert named == {f"Person{number:03d} Example" for number in range(155, 300)}

    def test_says_that_the_encoding_is_not_certain_and_lets_it_be_chosen(self, ann):
        ann.upload(TABLE.replace("Lovelace", "Lo\u0308velace").encode().replace("\u0308".encode(), b"\xfc"))
        page = ann.work()
        assert "The encoding of the file is not certain. It was read as Western European (Windows)." in page
        assert "Loüvelace" in page

        ann.press("settings", reading="yes", encoding="cp1251")

        page = ann.work()
        assert "Loьvelace" in page
        assert "not certain" not in page

    def test_says_nothing_of_an_encoding_that_is_certain(self, ann):
        ann.upload(TABLE.replace("Lovelace", "Löve"))

        assert "not certain" not in ann.work()

    def test_of_many_rows_has_pages(self, ann):
        ann.upload("Email Address\n" + "".join(f"p{number}@example.com\n" for number in range(120)))
        ann.work()
        if "Check the columns" in ann.html:
            ann.press("columns", **ann.fields("columns"))
            ann.work()
        assert "Rows 1 to 50 of 120" in words(ann.html)

        page = ann.open(f"{ann.one}?planned=new&start=100")

        assert "Rows 101 to 120 of 120" in page


class TestCommit:
    def test_does_what_the_plan_says_and_shows_it(self, ann):
        ann.upload(TABLE)
        ann.work()

        running = ann.press("commit", **ann.fields("commit"))
        done = ann.work()

        assert "Importing contacts.csv" in running
        assert "0 of 2 rows done." in running
        assert "Imported contacts.csv" in done
        assert "Created 2 100%" in done
        reports = re.findall(r"/api/v1[^\"]*/reports/[a-z]+\.csv", ann.html)
        assert [path.rpartition("/")[2] for path in reports] == ["all.csv", "created.csv"]
        assert all(ann.service.get(path, who="ann").status == 200 for path in reports)
        assert "2 contacts" in ann.open("/contacts")

    def test_sends_the_person_to_the_rows_that_wait_for_a_decision(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()
        ann.upload(TABLE.partition("\n")[0] + "\nGrace,Hopper,,0170 1234567\n", "other.csv")
        ann.work()

        ann.press("commit", **ann.fields("commit"))

        assert "1 row waits for your decision" in ann.work()
        assert f'href="{HOME}/review"' in ann.html

    def test_counts_the_rows_again_if_asked_to(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()

        checked = ann.open(f"{ann.one}?verify=1")

        assert f'href="{HOME}{ann.one}?verify=1"' not in ann.html
        assert "the 2 rows of the file, the ledger and these numbers agree" in checked
        ann.open(ann.one)
        assert f'href="{HOME}{ann.one}?verify=1"' in ann.html

    def test_of_a_plan_that_is_no_longer_the_one_of_the_import_is_refused(self, ann):
        ann.upload(TABLE)
        ann.work()
        old = ann.fields("commit")
        ann.press("settings", region="DE")
        ann.work()

        response = ann.submit("commit", **old)

        assert response.status == 409
        assert "This plan is no longer the one of the import." in response.text

    def test_a_committed_import_cannot_be_changed(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()

        assert ann.submit("settings", region="FR").status == 409
        assert ann.service.get(f"{ann.one}/columns", who="ann").status == 409
        assert "Discard" not in ann.html

    def test_results_are_filtered_by_outcome(self, ann):
        ann.upload(TABLE)
        ann.work()
        ann.press("rows", leave_out="3")
        ann.work()
        ann.press("commit", **ann.fields("commit"))
        ann.work()

        page = ann.open(f"{ann.one}?outcome=skipped")

        assert "1 row with this outcome." in page
        assert "Alan · Turing" in page
        assert "Ada Lovelace" not in page

    def test_never_says_imported_before_it_is(self, ann):
        shown = [ann.upload(TABLE), ann.work(), ann.press("commit", **ann.fields("commit"))]

        assert not any("Imported" in page for page in shown)
        assert "Imported" in ann.work()


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
        assert "What was done stays. The rest of the plan can be done now." in page
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
