"""File imports over HTTP, over an in-memory AWS: sent, announced, followed and canceled."""

import pytest

from chalicelib.file_imports.planning.create_import import LARGEST_FILE
from tests.routes.bulk import book
from tests.routes.file_imports import CARDS, IMPORTS, TABLE, UNCERTAIN, change, commit, get, plan, send, work
from tests.routes.service import HOME


class TestSendingAFile:
    def test_is_accepted_at_once_and_says_where_to_look(self, service):
        response = send(service, CARDS, "phone.vcf", tag="iris-import", region="DE")

        assert response.status == 202
        assert response.headers["location"] == f"{HOME}{IMPORTS}/{response.json['id']}"
        assert (response.json["state"], response.json["rows"], response.json["plan"]) == ("reading", None, None)
        assert (response.json["tag"], response.json["region"]) == ("iris-import", "DE")

    def test_it_is_read_and_planned_and_nothing_is_imported(self, service):
        found = get(service, plan(service, CARDS, "phone.vcf"))

        assert (found["state"], found["format"], found["rows"]) == ("planned", "vcard", 2)
        assert (found["plan"]["new"], found["match_by"]) == (2, "number_and_name")
        assert book(service) == {}

    def test_it_says_where_to_undo_it_once_it_is_committed(self, service):
        planned = plan(service, CARDS, "phone.vcf")
        assert get(service, planned)["links"]["undo"] is None
        commit(service, planned)

        preview = service.get(get(service, planned)["links"]["undo"].removeprefix(HOME), who="ann")

        assert (preview.status, preview.json["removed"]) == (200, 2)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("tag=a", "file_name"),
            ("file_name=a.csv&tag=Not+a+tag", "tag"),
            ("file_name=a.csv&region=Germany", "region"),
            ("file_name=a.csv&match_by=guess", "match_by"),
            ("file_name=a.csv&nonsense=1", "nonsense"),
        ],
    )
    def test_an_invalid_setting_is_named(self, service, query, field):
        response = service.post(f"{IMPORTS}?{query}", who="ann", body=b"a", Content_Type="text/csv")

        assert (response.status, response.json["field"]) == (422, field)

    def test_a_file_of_more_than_4_mb_is_refused_with_the_other_way(self, service):
        response = send(service, b"a" * (4 * 1024 * 1024 + 1))

        assert (response.status, response.json["limit"]) == (413, 4 * 1024 * 1024)
        assert "Announce it with its name and size" in response.json["detail"]

    def test_a_form_with_the_file_is_refused(self, service):
        target, kind = f"{IMPORTS}?file_name=a.csv", "multipart/form-data; boundary=x"

        response = service.post(target, who="ann", body=b"--x--", Content_Type=kind)

        assert (response.status, response.json["field"]) == (422, "Content-Type")

    def test_an_empty_file_is_refused(self, service):
        assert send(service, b"").status == 422

    def test_a_file_that_cannot_be_read_says_why(self, service):
        found = get(service, plan(service, b"%PDF-1.7\n", "contacts.pdf"))

        assert (found["state"], found["error"]["code"]) == ("failed", "unreadable-file")
        assert found["error"]["detail"]


class TestAnnouncingAFile:
    CONTENT = CARDS.encode()

    @pytest.fixture
    def announced(self, service):
        body = {"file_name": "phone.vcf", "size": len(self.CONTENT), "tag": "iris-import", "region": "DE"}
        response = service.post(IMPORTS, who="ann", body=body)
        assert response.status == 201, response.text
        return response

    def upload(self, service, announced, content=CONTENT):
        """What the bucket does with the form."""
        service.bucket.put_object(Key=announced.json["upload"]["fields"]["key"], Body=content)

    def test_gives_a_form_for_this_file_alone(self, announced):
        upload = announced.json["upload"]

        assert (announced.json["state"], announced.json["tag"]) == ("uploading", "iris-import")
        assert upload["fields"]["key"].startswith("uploads/")
        assert upload["fields"]["key"].endswith(announced.json["id"])
        assert f"['content-length-range', {len(self.CONTENT)}, {len(self.CONTENT)}]" in upload["fields"]["policy"]
        assert upload["fields"]["x-amz-server-side-encryption"] == "aws:kms"
        assert "ann" not in upload["fields"]["key"].split("/")

    def test_lets_the_file_be_read_once_it_has_been_uploaded(self, service, announced):
        self.upload(service, announced)

        uploaded = change(service, announced, None, "/uploaded", "POST")
        work(service)

        assert (uploaded.status, uploaded.json["state"]) == (202, "reading")
        assert get(service, announced)["plan"]["new"] == 2

    def test_may_be_confirmed_twice(self, service, announced):
        self.upload(service, announced)
        first = change(service, announced, None, "/uploaded", "POST")

        assert change(service, announced, None, "/uploaded", "POST").json["state"] == first.json["state"]

    @pytest.mark.parametrize("content", [None, CONTENT[:-1], CONTENT + b"x"])
    def test_is_a_conflict_if_no_file_or_another_one_has_arrived(self, service, announced, content):
        if content is not None:
            self.upload(service, announced, content)

        assert change(service, announced, None, "/uploaded", "POST").status == 409

    def test_a_file_that_grows_beyond_the_limit_before_it_is_read_is_refused(self, service, announced):
        self.upload(service, announced)
        change(service, announced, None, "/uploaded", "POST")
        self.upload(service, announced, b"x" * (LARGEST_FILE + 1))
        work(service)

        found = get(service, announced)
        assert (found["state"], "larger than 50 MB" in found["error"]["detail"]) == ("failed", True)

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"size": 0}, "size"), ({"size": LARGEST_FILE + 1}, "size"), ({"file_name": ""}, "file_name")],
    )
    def test_is_refused_with_a_size_or_a_name_that_cannot_be(self, service, changed, field):
        response = service.post(IMPORTS, who="ann", body={"file_name": "a.csv", "size": 10, **changed})

        assert (response.status, response.json["field"]) == (422, field)

    def test_a_json_file_itself_is_sent_with_its_name_in_the_query(self, service):
        people = b'{"contacts": [{"name": "Ada", "email": "ada@example.com"}]}'

        response = service.post(f"{IMPORTS}?file_name=people.json", who="ann", body=people)

        assert (response.status, response.json["state"]) == (202, "reading")


class TestFollowing:
    def test_an_unchanged_import_is_not_sent_again(self, service):
        response = plan(service, CARDS, "phone.vcf")
        path = f"{IMPORTS}/{response.json['id']}"

        first = service.get(path, who="ann")

        assert service.get(path, who="ann", If_None_Match=first.headers["etag"]).status == 304

    def test_it_says_when_to_look_again_while_it_waits(self, service):
        response = send(service, CARDS, "phone.vcf")

        waiting = service.get(f"{IMPORTS}/{response.json['id']}", who="ann")

        assert waiting.headers["retry-after"]
        assert waiting.json["waiting"]["sentence"]

    def test_the_list_refuses_unknown_parameters(self, service):
        refused = service.get(f"{IMPORTS}?limit=2", who="ann")

        assert (refused.status, refused.json["field"]) == (422, "limit")

    def test_the_list_has_the_newest_first(self, service):
        first = send(service, CARDS, "first.vcf").json["id"]
        service.clock.sleep(1)
        second = send(service, CARDS, "second.vcf").json["id"]

        listed = service.get(IMPORTS, who="ann").json["file_imports"]

        assert [each["id"] for each in listed] == [second, first]

    def test_the_next_version_of_a_file_names_the_one_before(self, service):
        first = plan(service, CARDS, "phone.vcf")
        commit(service, first)

        found = get(service, plan(service, CARDS, "phone (1).vcf"))

        assert (found["newer_than"]["id"], found["newer_than"]["file_name"]) == (first.json["id"], "phone.vcf")
        assert found["plan"]["unchanged"] == 2


class TestWhatTheStateOfAnImportForbids:
    """A conflict names the published state, and what to do next."""

    def refused(self, service, response, more="", body=None, method="GET"):
        found = change(service, response, body, more, method)
        assert found.status == 409, found.text
        assert found.json["state"] == get(service, response)["state"]
        return found.json["state"], found.json["detail"]

    def test_before_the_columns_are_confirmed(self, service):
        state, detail = self.refused(service, plan(service, UNCERTAIN), "/plan")

        assert state == "needs_mapping"
        assert detail == "This import has no plan. Confirm what the columns become first."

    def test_before_the_file_is_read(self, service):
        waiting = send(service, TABLE)

        state, detail = self.refused(service, waiting, "/fields")
        assert (state, detail) == (
            "reading",
            "The file has not been read. Wait until the file has been read, then try again.",
        )
        body = {"plan_id": "p", "new": 0, "update": 0}
        assert self.refused(service, waiting, "/commit", body, "POST")[0] == "reading"

    def test_before_the_commit(self, service):
        state, detail = self.refused(service, plan(service, TABLE), "/reports/all.csv")

        assert (state, detail) == (
            "planned",
            "The plan of this import has not been committed. Commit the plan first.",
        )

    def test_after_the_commit(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        assert self.refused(service, response, "", {"tag": "late"}, "PATCH") == (
            "completed",
            "This import was committed. It can no longer be changed. Import the file again to change something.",
        )
        assert self.refused(service, response, "/cancel", None, "POST")[0] == "completed"


class TestCanceling:
    def test_a_plan_forgets_the_file_and_the_rows(self, service):
        response = plan(service, CARDS, "phone.vcf")

        canceled = change(service, response, None, "/cancel", "POST")

        assert (canceled.status, canceled.json["state"]) == (200, "canceled")
        assert not [key for key in service.bucket.kept if key.startswith(("uploads/", "files/"))]

    def test_may_be_repeated(self, service):
        response = plan(service, CARDS, "phone.vcf")
        change(service, response, None, "/cancel", "POST")

        assert change(service, response, None, "/cancel", "POST").status == 200
