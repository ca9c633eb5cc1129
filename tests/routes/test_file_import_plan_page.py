"""The page of a planned and of a committed file import as a browser gets it without JavaScript."""

import re

import pytest

from tests.routes.file_import_browser import TABLE, UNSURE, Browser
from tests.routes.service import HOME, Service
from tests.routes.test_contact_pages import words


@pytest.fixture
def ann(service: Service) -> Browser:
    return Browser(service)


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
        assert "Corrected: First Name" in words(ann.html)
        assert "Corrected" in ann.open(f"{ann.one}/rows/1")
        assert "Corrected" not in ann.open(f"{ann.one}/rows/0")

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

    def test_a_property_of_a_card_is_fixed_where_the_problem_is(self, ann):
        ann.upload("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;TYPE=CELL:030 1\nBDAY:next summer\nEND:VCARD\n", "phone.vcf")
        ann.work()
        fields = ann.fields("rows")
        assert fields["cell-1-3"] == "next summer"

        ann.press("rows", **{**fields, "cell-1-3": "1985-04-12"})

        assert "Not a date" not in ann.work()

    def test_any_property_of_a_card_can_be_edited_and_names_can_be_added(self, ann):
        ann.upload("dn: o=1\nhomephone: 030 1234567\ndescription: one\n\ndn: o=2\ncn: Alan\n", "people.ldif")
        ann.work()
        ann.open(f"{ann.one}/rows/0")
        fields = ann.fields("rows")
        headers = re.findall(r'<label for="cell-1-\d+"><bdi>([^<]*)', ann.html)
        assert headers == ["homephone", "description", "cn", "telephonenumber", "mail"]

        ann.press("rows", **{**fields, "cell-1-0": "+49 30 7654321", "cell-1-2": "Ada"})

        assert "Corrected: homephone , cn" in ann.work()
        ann.open(f"{ann.one}/rows/0")
        assert [ann.fields("rows")[f"cell-1-{place}"] for place in range(5)] == ["+49 30 7654321", "one", "Ada", "", ""]

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

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            (",,nobody,\n", "Nothing was imported, and some rows are open"),
            ("Ada,Lovelace,ada@example.com,\n", "Nothing was imported"),
        ],
    )
    def test_does_not_say_imported_if_no_row_was(self, ann, rows, words):
        ann.upload(TABLE.splitlines()[0] + "\n" + rows)
        ann.work()
        if "nobody" not in rows:
            ann.press("rows", leave_out="2")
            ann.work()
        ann.press("commit", **ann.fields("commit"))

        page = ann.work()

        assert words in page
        assert "Imported" not in page
        assert "Nothing imported" in ann.open("/file-imports")
