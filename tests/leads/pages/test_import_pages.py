"""The pages of imports of leads: upload, progress, results, cancel and repeat."""

import json
import re
from html import unescape

import pytest
from urllib3 import encode_multipart_formdata

from chalicelib.foundation.response_policy import page_policy
from tests.leads.pages.reader import LEADS, Reader, words
from tests.routes.file_imports import plan
from tests.routes.service import HOME, ServiceResponse
from tests.routes.test_cron_route import Context

TABLE = "Name,WhatsApp,Email,City\nMaria,+55 11 8765-4321,m@x.org,Santos\nJoão,+55 11 98888-7777,j@x.org,\nNobody,1,,\n"
EVIL = '"><script>alert(1)</script>'
IMPORTS = f"{LEADS}/imports"


class Importer(Reader):
    """An importer of acme with a browser that takes no scripts."""

    def upload(
        self, content: str | None = TABLE, name: str = "leads.csv", role: str = "importer", **fields: str
    ) -> ServiceResponse:
        """Send a file, or the key of one."""
        file = {} if content is None else {"file": (name, content.encode())}
        body, kind = encode_multipart_formdata({**fields, **file})
        return self.service.post(
            IMPORTS, who="ann", organizations={"acme": [role]}, body=body, Content_Type=kind, Accept="text/html"
        )

    def columns_page(self, content: str = TABLE, name: str = "leads.csv") -> str:
        """The page that follows the upload of a file: its path below the leads."""
        response = self.upload(content, name)
        assert response.status == 303, words(response)
        return response.headers["location"].removeprefix(HOME + LEADS)

    def confirm(self, content: str = TABLE, name: str = "leads.csv", **changes: str) -> ServiceResponse:
        """Upload a file, and import it as its page suggests, but for these fields."""
        text = self.get(self.columns_page(content, name), "importer").text
        key = re.search(r'name="s3_key" value="([^"]+)"', text)[1]
        return self.send("/imports/columns", "importer", **{"s3_key": key, **chosen(text), **changes})

    def started(self, *args: str, **changes: str) -> str:
        """The id of an import that has begun."""
        response = self.confirm(*args, **changes)
        assert response.status == 303, words(response)
        return response.headers["location"].rpartition("/")[2]

    def imported(self, *args: str, **changes: str) -> str:
        """The id of an import that has ended."""
        job_id = self.started(*args, **changes)
        self.work(job_id)
        return job_id

    def work(self, job_id: str) -> None:
        """Let the import and its lanes run to their end."""
        wiring = self.service.wiring
        for _ in range(20):
            if wiring.shared.jobs.get(job_id).is_finished:
                return
            for due in wiring.shared.jobs.due(self.service.clock.now(), limit=10):
                wiring.on_message(json.dumps({"job_id": due}), Context())
            self.service.clock.advance(seconds=5)
        raise AssertionError("the import does not end")

    def counts(self, job_id: str) -> dict[str, int]:
        """The numbers in the table of its page."""
        text = self.get(f"/imports/{job_id}").text
        rows = re.findall(r'<th scope="row">(?:<span[^>]*></span>)?(\w+)</th><td class="number">([\d,]+)</td>', text)
        return {label: int(number) for label, number in rows}


def chosen(text: str) -> dict[str, str]:
    """What each column becomes as the page suggests it."""
    selects = re.findall(r'<select name="(column-[0-9]+)"(.*?)</select>', text, re.DOTALL)
    return {name: unescape(re.search(r'value="([^"]*)" selected', options)[1]) for name, options in selects}


@pytest.fixture
def importer() -> Importer:
    return Importer()


class TestAnUpload:
    def test_is_imported_and_its_page_has_counts_that_add_up(self, importer):
        job_id = importer.imported()

        assert importer.counts(job_id) == {
            "Created": 2, "Updated": 0, "Unchanged": 0, "Skipped": 0, "Ambiguous": 0, "Failed": 1, "Total": 3
        }  # fmt: skip
        shown = importer.words(f"/imports/{job_id}", "member")
        assert "Imported, but some rows are not" in shown
        assert "WhatsApp Identity on WhatsApp" in shown
        assert "City Field of your own: City" in shown

    def test_each_outcome_has_a_file(self, importer):
        job_id = importer.imported()

        links = re.findall(r'href="([^"]+)" rel="noreferrer">CSV', importer.get(f"/imports/{job_id}").text)

        assert len(links) == 6
        assert any("results/failed.csv" in link for link in links)

    def test_its_leads_are_listed_and_lead_back_to_it(self, importer):
        job_id = importer.imported()

        assert "2 leads on this page of the chosen import" in importer.words(f"?source={job_id}")
        assert f'<option value="{job_id}">leads.csv, 2026-03-03<' in importer.get().text
        found = importer.get("?channel=whatsapp&channelIdentifier=%2B5511987654321").text
        lead = re.search(r"/leads/([a-z2-7]{24})", found)[1]
        page = importer.get(f"/{lead}").text
        assert f'{IMPORTS}/{job_id}">An import</a>, row 2' in page

    def test_can_have_tags_a_country_and_columns_of_the_persons_choice(self, importer):
        table = "Quem,Onde,Handy\nMaria,Santos,11 98765-4321\n"
        columns = {"column-0": "name", "column-1": "ignore", "column-2": "identity:sms"}

        job_id = importer.imported(table, tags="expo\r\nvip", region="BR", **columns)

        assert importer.counts(job_id)["Created"] == 1
        assert "Maria SMS +5511987654321 expo , vip" in importer.words("?tag=vip")
        assert "Onde Ignored" in importer.words(f"/imports/{job_id}")

    def test_can_be_a_trial_that_changes_nothing_and_is_then_imported(self, importer):
        trial = importer.imported(dry_run="yes")
        assert "Only a trial" in importer.words(f"/imports/{trial}", "importer")
        assert importer.counts(trial)["Created"] == 2
        assert "No leads" in importer.words()

        answer = importer.send(f"/imports/{trial}/retry", "importer")

        job_id = answer.headers["location"].rpartition("/")[2]
        importer.work(job_id)
        assert importer.counts(job_id)["Created"] == 2
        assert "2 leads on this page" in importer.words()

    def test_again_changes_nothing(self, importer):
        first = importer.imported()

        answer = importer.send(f"/imports/{first}/retry", "importer")

        again = answer.headers["location"].rpartition("/")[2]
        importer.work(again)
        assert (importer.counts(again)["Unchanged"], importer.counts(again)["Created"]) == (2, 0)
        assert f"{IMPORTS}/{first}" in importer.get(f"/imports/{again}").text

    @pytest.mark.parametrize("content", [None, "", "\n", "\x00"])
    def test_that_cannot_be_read_says_why(self, importer, content):
        answer = importer.upload(content)

        assert answer.status == 422
        assert 'href="#file"' in answer.text

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"region": "XX"}, "region"),
            ({"on_existing": "burn"}, "on_existing"),
            ({"tags": "x" * 65}, "tags"),
            ({"column-1": "phone", "column-2": "phone"}, "columns"),
            ({"column-1": "ignore"}, "columns"),
            ({"column-1": "nonsense"}, "columns"),
            ({"channel": "fax"}, "channel"),
        ],
    )
    def test_that_cannot_be_imported_says_why_and_keeps_the_choices(self, importer, fields, field):
        answer = importer.confirm(**{"tags": "expo", "column-3": "custom:Town", **fields})

        assert answer.status == 422
        assert f'href="#{field}"' in answer.text
        assert fields.get("tags", "expo") in answer.text
        assert chosen(answer.text)["column-3"] == "custom:Town"

    def test_of_another_organization_is_not_imported(self, importer):
        importer.service.bucket.put_object(Bucket="blobs", Key="imports/other/leads.csv", Body=TABLE.encode())

        assert importer.upload(None, s3_key="imports/other/leads.csv").status == 422
        assert importer.send("/imports/columns", "importer", s3_key="imports/other/leads.csv").status == 422
        assert importer.get("/imports/columns?file=../other/leads.csv", "importer").status == 404

    def test_keeps_the_letters_of_its_name(self, importer):
        job_id = importer.imported(TABLE, "Cafe\u0301 S\u00e3o Paulo.csv")

        assert "Caf\u00e9 S\u00e3o Paulo.csv" in importer.words(f"/imports/{job_id}")

    def test_is_shown_with_its_name_as_text(self, importer):
        job_id = importer.imported(TABLE, EVIL)

        for path in ("/imports", f"/imports/{job_id}"):
            assert EVIL not in importer.get(path).text

    def test_page_may_send_files_to_the_bucket_and_nowhere_else(self, importer):
        answer = importer.get("/imports")

        assert answer.headers["content-security-policy"] == page_policy(importer.service.wiring.leads.uploads.origin())
        assert f'data-announce="{HOME}{LEADS}/uploads"' in answer.text


class TestTheColumnsOfAnUpload:
    def test_are_shown_with_their_first_values_and_what_they_become(self, importer):
        page = importer.columns_page()

        shown = importer.get(page, "importer").text
        assert chosen(shown) == {
            "column-0": "name",
            "column-1": "identity:whatsapp",
            "column-2": "email",
            "column-3": "custom:City",
        }
        text = words(importer.get(page, "importer"))
        assert "leads.csv , separated by commas, 4 columns. Nothing has been imported yet." in text
        assert "+55 11 98888-7777" in text

    def test_are_read_from_any_usual_table(self, importer):
        content = '\ufeffTeléfono;Nombre;;Nombre\n+5511987654321;"Ana; ""a""";x;b\n'
        text = importer.get(importer.columns_page(content), "importer").text

        assert chosen(text) == {
            "column-0": "phone+identity:whatsapp",
            "column-1": "name",
            "column-2": "ignore",
            "column-3": "custom:Nombre",
        }
        assert "Column 3" in text
        assert "Ana; &#34;a&#34;" in text
        job_id = importer.imported(content, **{"column-2": "custom:Column 3"})
        assert importer.counts(job_id)["Created"] == 1

    def test_offers_what_identities_are_unique_in(self, importer):
        table = "sep=;\nPSID;Page ID;Mehr\n1234567;42;{}\n"

        text = importer.get(importer.columns_page(table), "importer").text

        assert chosen(text) == {
            "column-0": "identity:messenger",
            "column-1": "scope:messenger",
            "column-2": "custom:Mehr",
        }
        assert '<option value="scope:messenger" selected>Scope of the identity on Messenger</option>' in text
        assert '<option value="custom">Fields of your own, as a JSON object</option>' in text
        assert "separated by semicolons, 3 columns" in text
        assert importer.counts(importer.imported(table, **{"column-2": "custom"}))["Created"] == 1

    def test_without_a_channel_wait_for_a_choice(self, importer):
        text = importer.get(importer.columns_page("Quem,Xyz\nMaria,+55 11 98765-4321\n"), "importer").text

        assert chosen(text) == {"column-0": "custom:Quem", "column-1": "custom:Xyz"}

    def test_are_as_the_person_confirmed_them_for_files_of_contacts(self, importer):
        table = "Quem,Xyz\nMaria,+55 11 98765-4321\n"
        import_id = plan(importer.service, table).json["id"]
        columns = [{"header": "Quem", "target": "name"}, {"header": "Xyz", "target": "phones.1"}]
        path = f"/api/v1/file-imports/{import_id}/fields"
        assert importer.service.ask("PUT", path, who="ann", body={"columns": columns}).status == 202

        page = importer.columns_page(table)
        text = importer.get(page, "importer").text

        assert chosen(text) == {"column-0": "name", "column-1": "phone+identity:whatsapp"}
        assert "as you confirmed them" in text
        by_headers = importer.get(f"{page}&by=headers", "importer").text
        assert chosen(by_headers)["column-1"] == "custom:Xyz"
        assert "as you confirmed them" not in by_headers

    def test_are_for_importers(self, importer):
        assert importer.get(importer.columns_page(), "member").status == 403

    def test_are_shown_as_text(self, importer):
        table = f'"{EVIL.replace(chr(34), chr(34) * 2)}",Phone\n"{EVIL.replace(chr(34), chr(34) * 2)}",+5511987654321\n'

        text = importer.get(importer.columns_page(table, EVIL), "importer").text

        assert "alert(1)" in text
        assert EVIL not in text


class TestAnImport:
    def test_under_way_shows_its_progress_and_reloads_itself(self, importer):
        job_id = importer.started()

        text = importer.get(f"/imports/{job_id}").text

        assert "Importing" in text
        assert 'http-equiv="refresh"' in text
        assert "data-live" in text
        assert "<progress" in text

    def test_can_be_canceled_once(self, importer):
        job_id = importer.started()

        assert importer.send(f"/imports/{job_id}/cancel", "importer").status == 303
        importer.work(job_id)

        assert "Canceled" in importer.words(f"/imports/{job_id}")
        late = importer.send(f"/imports/{job_id}/cancel", "importer")
        assert (late.status, "already finished" in words(late)) == (409, True)

    def test_under_way_is_not_begun_again(self, importer):
        job_id = importer.started()

        assert importer.send(f"/imports/{job_id}/retry", "importer").status == 409

    def test_is_undone_after_a_question_with_the_numbers(self, importer):
        job_id = importer.imported()
        undo = f"/imports/{job_id}/undo"
        assert f'href="{HOME}{LEADS}{undo}"' in importer.get(f"/imports/{job_id}").text
        question = importer.words(undo)
        assert "If more than 3 imports have changed a lead, what all but the last 3 changed in it is kept" in question
        assert "Undo this import?" in question
        assert "As before the import 2" in question

        answer = importer.send(undo, "importer")

        assert answer.headers["location"] == f"{HOME}{LEADS}{undo}"
        assert "Undoing" in importer.words(undo)
        importer.work(importer.service.wiring.leads.undo_imports.start("acme", job_id).job.job_id)
        assert "Undone" in importer.words(undo)
        assert importer.get(undo).text.count("CSV<") == 3

    def test_behind_another_one_says_whose_turn_it_is(self, importer):
        first, second = importer.started(), importer.started()

        assert "Waits for its turn" not in importer.words(f"/imports/{first}")
        assert re.search(r"Waits for its turn: the import of \S+ goes first", importer.words(f"/imports/{second}"))

    def test_under_way_is_not_undone(self, importer):
        undo = f"/imports/{importer.started()}/undo"

        assert "still running" in importer.words(undo)
        assert importer.send(undo, "importer").status == 409

    def test_of_another_organization_does_not_exist(self, importer):
        job_id = importer.started()

        path = f"/organizations/other/leads/imports/{job_id}"
        other = {"who": "eve", "organizations": {"other": ["admin"]}, "Accept": "text/html"}
        assert importer.service.get(path, **other).status == 404
        assert importer.service.post(f"{path}/cancel", **other, form={"": ""}).status == 404

    def test_is_seen_but_not_begun_by_a_member(self, importer):
        job_id = importer.started()

        assert "leads.csv" in importer.words("/imports", "member")
        assert "<form method" not in importer.get("/imports", "member").text
        assert importer.upload(role="member").status == 403
        assert importer.send(f"/imports/{job_id}/cancel", "member").status == 403

    def test_list_is_paged(self, importer):
        importer.imported()
        for _ in range(20):
            importer.started()

        text = importer.get("/imports").text

        older = re.search(r'rel="next" href="([^"]+)"', text)[1].removeprefix(f"{HOME}{LEADS}")
        assert importer.get(older).text.count("leads.csv") == 1


class TestFilesThatAreGone:
    def test_after_an_erasure_are_named_and_not_linked_to(self, importer):
        job_id = importer.imported()
        other = importer.imported("Name,WhatsApp\nDora,+55 11 97777-7777\n", "others.csv")
        path = f"/api/v1{LEADS}/erase"
        identity = {"channel": "whatsapp", "channelIdentifier": "+5511987654321"}
        admin = {"who": "olga", "organizations": {"acme": ["admin"]}}
        importer.work(importer.service.post(path, **admin, body={"identity": identity}).json["jobId"])

        text = importer.words(f"/imports/{job_id}", "importer")

        assert text.count("Deleted with an erased lead, March 3, 2026") == 7  # the results and the upload
        assert "Upload it again" in text
        assert "Import again" not in text
        assert "CSV" not in text
        assert "Import again" in importer.words(f"/imports/{other}", "importer")
        listed = importer.service.get(f"{LEADS}/import", **admin).json["imports"]
        assert [len(each["deletedFiles"]) for each in listed] == [0, 7]
        assert (listed[1]["files"], len(listed[0]["files"])) == ({}, 6)
        gone = {each["file"]: each for each in listed[1]["deletedFiles"]}
        assert gone["upload"]["reason"] == gone["created"]["reason"] == "lead_erased"
        assert importer.send(f"/imports/{job_id}/retry", "importer").status == 404

    def test_after_they_expired_are_named_with_that_day(self, importer):
        job_id = importer.imported()
        importer.service.clock.advance(days=30)
        importer.service.bucket.kept.clear()  # the lifecycle rules of the bucket

        text = importer.words(f"/imports/{job_id}", "importer")

        assert text.count("Expired, April 2, 2026") == 7

    def test_and_are_too_young_to_expire_are_missing(self, importer):
        job_id = importer.imported()
        importer.service.bucket.kept.clear()

        assert importer.words(f"/imports/{job_id}", "importer").count("Not there") == 7

    def test_of_an_undo_are_not_linked_to(self, importer):
        job_id = importer.imported()
        importer.send(f"/imports/{job_id}/undo", "importer")
        importer.work(importer.service.wiring.leads.undo_imports.start("acme", job_id).job.job_id)
        importer.service.bucket.kept.clear()

        assert "Undone" in importer.words(f"/imports/{job_id}/undo")
        assert "CSV" not in importer.words(f"/imports/{job_id}/undo")
