"""File imports over HTTP, over an in-memory AWS."""

import json

import pytest

from chalicelib.file_imports.planning.create_import import LARGEST_FILE
from tests.files.workbooks import xlsx
from tests.routes.bulk import book
from tests.routes.file_imports import CARDS, IMPORTS, TABLE, UNCERTAIN, commit, get, plan, send, work
from tests.routes.service import HOME
from tests.routes.test_cron_route import Context


def change(service, response, body, more="", method="PATCH"):
    return service.ask(method, f"{IMPORTS}/{response.json['id']}{more}", who="ann", body=body)


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


class TestFields:
    def test_of_a_table_say_what_its_columns_may_become_and_why(self, service):
        fields = get(service, plan(service, UNCERTAIN), "/fields")

        assert (fields["format"], fields["delimiter"], fields["header_row"]) == ("delimited", ";", 1)
        columns = {each["header"]: each for each in fields["columns"]}
        assert (columns["Vorname"]["target"], columns["Vorname"]["title"]) == ("given", "First name")
        assert columns["Irgendwas"]["samples"] == ["x", "y"]
        assert not columns["Irgendwas"]["is_certain"]
        assert fields["targets"]["emails"] == "Email"

    def test_of_cards_have_no_columns(self, service):
        assert get(service, plan(service, CARDS, "phone.vcf"), "/fields")["columns"] is None

    def test_are_confirmed_and_the_rows_are_planned(self, service):
        response = plan(service, UNCERTAIN)
        targets = {"Vorname": "given", "Irgendwas": "", "Telefon": "phones.1"}
        columns = [{"header": header, "target": target} for header, target in targets.items()]

        confirmed = change(service, response, {"columns": columns, "region": "DE"}, "/fields", "PUT")
        work(service)

        assert (confirmed.status, confirmed.json["state"]) == (202, "planning")
        assert get(service, response)["plan"]["new"] == 2
        fields = get(service, response, "/fields")
        assert [each["target"] for each in fields["columns"]] == ["given", "", "phones.1"]
        assert fields["region"] == "DE"

    def test_may_have_another_country_than_the_import_had(self, service):
        response = plan(service, UNCERTAIN, region="US")
        columns = [{"header": "Vorname", "target": "given"}, {"header": "Irgendwas", "target": ""}]
        columns.append({"header": "Telefon", "target": "phones.1"})

        change(service, response, {"columns": columns, "region": "DE"}, "/fields", "PUT")
        work(service)

        assert (get(service, response)["region"], get(service, response, "/fields")["region"]) == ("DE", "DE")
        assert get(service, response, "/plan")["problems"] == []

    @pytest.mark.parametrize(
        ("columns", "more", "field"),
        [
            ([("Vorname", "given")], {}, "columns"),
            ([("Vorname", "shoe"), ("Irgendwas", ""), ("Telefon", "")], {}, "columns.0.target"),
            ([("Vorname", ""), ("Irgendwas", ""), ("Telefon", "")], {}, "columns"),
            ([("Vorname", "given"), ("Irgendwas", ""), ("Telefon", "")], {"region": "XX"}, "region"),
            ([("Vorname", "given"), ("Irgendwas", ""), ("Telefon", "")], {"rules": {"shoe": "never"}}, "rules"),
            ([("Vorname", "given"), ("Irgendwas", ""), ("Telefon", "")], {"defaults": {"emails": "a"}}, "defaults"),
        ],
    )
    def test_that_do_not_fit_are_refused_with_the_field(self, service, columns, more, field):
        response = plan(service, UNCERTAIN)
        sent = [{"header": header, "target": target} for header, target in columns]

        refused = change(service, response, {"columns": sent, **more}, "/fields", "PUT")

        assert (refused.status, refused.json["field"]) == (422, field), refused.text

    def test_are_not_there_before_the_file_is_read(self, service):
        response = send(service, UNCERTAIN)

        assert service.get(f"{IMPORTS}/{response.json['id']}/fields", who="ann").status == 409


class TestSettings:
    def test_that_change_let_the_rows_be_planned_again(self, service):
        response = plan(service, TABLE)
        before = get(service, response)["plan"]["plan_id"]

        changed = change(service, response, {"tag": "fair", "match_by": "number_and_name"})
        work(service)
        found = get(service, response)

        assert (changed.status, changed.json["state"]) == (202, "planning")
        assert (found["tag"], found["match_by"]) == ("fair", "number_and_name")
        assert found["plan"]["plan_id"] != before

    def test_about_reading_let_the_file_be_read_again(self, service):
        response = plan(service, UNCERTAIN)

        changed = change(service, response, {"header_row": 0, "delimiter": ";"})
        work(service)

        assert changed.json["state"] == "reading"
        assert get(service, response)["rows"] == 3

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"encoding": "klingon"}, "encoding"),
            ({"delimiter": "::"}, "delimiter"),
            ({"header_row": -1}, "header_row"),
            ({"newer_than": "nothing"}, "newer_than"),
            ({"tag": "Not a tag"}, "tag"),
            ({"region": "Germany"}, "region"),
            ({"rows": 3}, "rows"),
        ],
    )
    def test_that_are_invalid_are_named(self, service, body, field):
        refused = change(service, plan(service, TABLE), body)

        assert (refused.status, refused.json["field"]) == (422, field)

    def test_with_a_collection_that_the_person_may_not_edit_are_refused_at_once(self, service):
        response = plan(service, TABLE)

        assert change(service, response, {"collection_id": "nope"}).status == 404
        assert change(service, response, {"collection_id": ""}).status == 202
        assert send(service, TABLE, collection_id="nope").status == 404
        announced = {"file_name": "a.csv", "size": 3, "collection_id": "nope"}
        assert service.post(IMPORTS, who="ann", body=announced).status == 404

    def test_with_a_sheet_that_the_file_lacks_are_refused(self, service):
        refused = change(service, plan(service, TABLE), {"sheet": "nope"})

        assert (refused.status, refused.json["field"]) == (422, "sheet")
        assert "no sheets" in refused.json["detail"]

    def test_with_a_sheet_that_a_workbook_lacks_are_refused_with_those_that_it_has(self, service):
        rows = [["First Name", "Email Address"], ["Ada", "ada@example.com"]]
        response = plan(service, xlsx(sheets={"People": rows, "More": rows}), "book.xlsx")

        refused = change(service, response, {"sheet": "nope"})

        assert (refused.status, refused.json["field"], refused.json["sheets"]) == (422, "sheet", ["People", "More"])
        assert change(service, response, {"sheet": "More"}).status == 202

    def test_with_a_sheet_are_refused_for_a_text_once_it_is_read(self, service):
        waiting = send(service, TABLE)
        change(service, waiting, {"sheet": "nope"})
        work(service)

        found = get(service, waiting)

        assert (found["state"], "no sheets" in found["error"]["detail"]) == ("failed", True)
        change(service, waiting, {"sheet": ""})
        work(service)
        assert get(service, waiting)["state"] == "planned"

    def test_without_any_change_are_refused(self, service):
        assert change(service, plan(service, TABLE), {}).status == 422


class TestThePlan:
    def test_counts_rows_and_says_what_is_wrong_and_how_to_fix_it(self, service):
        found = get(service, plan(service, "Name,Phone\nAda,0170 1234567\nAlan,12\n,\n", region="US"), "/plan")

        assert sum(found[each] for each in ("new", "update", "unchanged", "conflict", "skipped", "invalid")) == 2
        assert all(each["title"] and each["count"] for each in found["problems"])
        assert [each["code"] for each in found["problems"]]

    def test_names_the_contacts_whose_rows_are_gone(self, service):
        commit(service, plan(service, CARDS, "phone.vcf"))
        newer = plan(service, CARDS.partition("END:VCARD\n")[2], "later.vcf")

        (gone,) = get(service, newer, "/plan")["gone_rows"]

        assert (gone["name"], gone["is_deleted"]) == ("Ada Lovelace", True)
        assert gone["key"]
        assert gone["contact_id"] == book(service)["Ada Lovelace"]["contact_id"]

    def test_lists_all_rows_that_are_gone_in_pages(self, service):
        cards = [f"BEGIN:VCARD\nVERSION:3.0\nUID:{number}\nFN:P{number}\nEND:VCARD\n" for number in range(9)]
        commit(service, plan(service, "".join(cards), "phone.vcf"))
        newer = plan(service, "".join(cards[:6]), "later.vcf")

        first = get(service, newer, "/plan/gone?limit=2")
        last = get(service, newer, f"/plan/gone?limit=2&cursor={first['next_cursor']}")

        assert (first["total"], last["next_cursor"]) == (3, None)
        assert [each["name"] for each in first["gone_rows"] + last["gone_rows"]] == ["P6", "P7", "P8"]

    def test_is_a_conflict_before_there_is_one(self, service):
        response = send(service, TABLE)

        assert service.get(f"{IMPORTS}/{response.json['id']}/plan", who="ann").status == 409


class TestRecords:
    def test_have_their_cells_and_what_is_planned(self, service):
        records = get(service, plan(service, TABLE), "/records")

        first = records["records"][0]
        assert (records["total"], first["number"], first["name"]) == (3, 2, "Ada Lovelace")
        assert first["cells"]["Email Address"] == "ada@example.com"
        assert (first["planned"], first["contact_id"], first["outcome"]) == ("new", None, None)

    def test_come_in_pages(self, service):
        response = plan(service, TABLE)

        first = get(service, response, "/records?limit=2")
        second = get(service, response, f"/records?limit=2&cursor={first['next_cursor']}")

        assert [each["number"] for each in first["records"] + second["records"]] == [2, 3, 5]
        assert second["next_cursor"] is None

    def test_are_filtered_by_what_is_planned(self, service):
        response = plan(service, CARDS + CARDS, "phone.vcf")

        skipped = get(service, response, "/records?planned=skipped,invalid")

        assert skipped["total"] == 2
        assert [(each["reason"], each["other_row"]) for each in skipped["records"]] == [
            ("repeats_row", 1),
            ("repeats_row", 2),
        ]
        assert skipped["records"][0]["explanation"] == "It says the same as row 1, so it is skipped."

    def test_are_filtered_by_a_problem_of_a_column(self, service):
        response = plan(service, TABLE)
        (problem,) = get(service, response, "/plan")["problems"]

        found = get(
            service, response, f"/records?problem={problem['code']}&column={problem['column'].replace(' ', '+')}"
        )

        assert (found["total"], found["records"][0]["number"]) == (1, 5)

    def test_have_their_outcome_once_they_are_committed(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        created = get(service, response, "/records?outcome=created")["records"]

        assert [each["outcome"] for each in created] == ["created", "created"]
        ids = {each["contact_id"] for each in created}
        assert ids == {each["contact_id"] for each in book(service).values()}

    def test_that_update_a_contact_show_what_changes(self, service):
        commit(service, plan(service, CARDS, "phone.vcf"))
        later = CARDS.replace("EMAIL:alan@example.com", "EMAIL:alan@example.com\nTITLE:Reader")

        (record,) = get(service, plan(service, later, "phone.vcf"), "/records?planned=update")["records"]

        assert record["changes"]["title"] == {"before": None, "after": "Reader"}
        assert record["rule"] == "key"

    def test_in_conflict_name_the_contact_or_the_row_that_they_conflict_with(self, service):
        header = TABLE.partition("\n")[0]
        commit(service, plan(service, TABLE))
        rows = "Bob,Bit,,+49 170 1234567\nCarl,Cox,,+49 171 222\nDora,Day,,+49 171 222\n"
        response = plan(service, f"{header}\n{rows}", "other.csv")

        bob, dora = get(service, response, "/records?planned=conflict")["records"]

        ada = book(service)["Ada Lovelace"]["contact_id"]
        assert (bob["conflict_with"], bob["other_row"]) == ({"contact_id": ada, "name": "Ada Lovelace"}, None)
        assert (dora["conflict_with"], dora["contact_id"], dora["other_row"]) == (None, None, 3)
        assert dora["explanation"].endswith("See row 3.")
        commit(service, response)
        _, dora = get(service, response, "/records?outcome=conflict")["records"]
        assert dora["conflict_with"] == {"contact_id": book(service)["Carl Cox"]["contact_id"], "name": "Carl Cox"}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("planned=nonsense", "planned"),
            ("outcome=nonsense", "outcome"),
            ("limit=201", "limit"),
            ("cursor=!", "cursor"),
            ("plan=new", "plan"),
            ("column=Phone", "problem"),
        ],
    )
    def test_refuse_a_filter_that_is_invalid(self, service, query, field):
        response = plan(service, TABLE)

        refused = service.get(f"{IMPORTS}/{response.json['id']}/records?{query}", who="ann")

        assert (refused.status, refused.json["field"]) == (422, field)


class TestFixingRows:
    def test_a_cell_is_replaced_by_its_header_or_its_position(self, service):
        response = plan(service, TABLE)

        changed = change(service, response, {"cells": {"Last Name": "Byron", "0": "Augusta"}}, "/records/2")
        work(service)

        assert changed.status == 202
        first = get(service, response, "/records")["records"][0]
        assert (first["name"], first["cells"]["Last Name"]) == ("Augusta Byron", "Byron")

    def test_a_row_is_left_out_and_taken_in_again(self, service):
        response = plan(service, TABLE)

        change(service, response, {"left_out": True}, "/records/2")
        work(service)
        left_out = get(service, response, "/records?planned=skipped")["records"]
        change(service, response, {"left_out": False}, "/records/2")
        work(service)

        assert [(each["number"], each["reason"], each["name"]) for each in left_out] == [
            (2, "left_out", "Ada Lovelace")
        ]
        assert get(service, response, "/records?planned=skipped")["total"] == 0

    def test_rows_are_left_out_by_number_and_taken_in_by_what_is_planned(self, service):
        response = plan(service, TABLE)

        change(service, response, {"numbers": [2, 3]}, "/records/leave-out", "POST")
        work(service)
        left_out = get(service, response)["plan"]["skipped"]
        change(service, response, {"planned": "skipped", "reason": "left_out"}, "/records/take-in", "POST")
        work(service)

        assert (left_out, get(service, response)["plan"]["skipped"]) == (2, 0)

    @pytest.mark.parametrize(
        ("body", "more", "method", "status"),
        [
            ({"cells": {"Shoe": "a"}}, "/records/2", "PATCH", 422),
            ({}, "/records/2", "PATCH", 422),
            ({"left_out": True}, "/records/4", "PATCH", 404),  # an empty row
            ({"left_out": True}, "/records/99", "PATCH", 404),
            ({"left_out": True}, "/records/first", "PATCH", 404),
            ({}, "/records/leave-out", "POST", 422),
            ({"numbers": [2], "planned": "new"}, "/records/leave-out", "POST", 422),
            ({"planned": "update"}, "/records/leave-out", "POST", 422),  # there are none
        ],
    )
    def test_what_is_not_there_is_refused(self, service, body, more, method, status):
        refused = change(service, plan(service, TABLE), body, more, method)

        assert refused.status == status, refused.text

    @pytest.mark.parametrize("act", ["leave-out", "take-in"])
    def test_numbers_that_no_row_has_are_refused_and_named(self, service, act):
        response = plan(service, TABLE)

        refused = change(service, response, {"numbers": [2, 99999, 1]}, f"/records/{act}", "POST")

        assert (refused.status, refused.json["field"], refused.json["unknown"]) == (422, "numbers", [1, 99999])

    def test_cells_of_cards_cannot_be_fixed(self, service):
        refused = change(service, plan(service, CARDS, "phone.vcf"), {"cells": {"FN": "Ada"}}, "/records/1")

        assert (refused.status, refused.json["field"]) == (422, "cells")
        assert "has no columns" in refused.json["detail"]


class TestCommitting:
    def test_does_what_was_planned_and_counts_it(self, service):
        done = commit(service, plan(service, CARDS, "phone.vcf"))

        assert (done["state"], done["progress"]) == ("completed", {"done": 2, "total": 2})
        assert done["counts"] == {
            "created": 2, "updated": 0, "unchanged": 0, "conflict": 0, "skipped": 0, "failed": 0, "removed": 0
        }  # fmt: skip
        assert sorted(book(service)) == ["Ada Lovelace", "Alan Turing"]

    @pytest.mark.parametrize(
        ("confirmed", "status"),
        [({"new": 1}, 422), ({"update": 1}, 422), ({"remove": 1}, 422), ({"plan_id": "another"}, 409)],
    )
    def test_is_refused_with_other_numbers_than_the_plan_has(self, service, confirmed, status):
        response = plan(service, CARDS, "phone.vcf")
        planned = get(service, response)["plan"]
        body = {"plan_id": planned["plan_id"], "new": 2, "update": 0, **confirmed}

        assert change(service, response, body, "/commit", "POST").status == status

    def test_may_be_confirmed_twice(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        assert commit(service, response)["counts"]["created"] == 2

    def test_its_counts_are_verified_by_the_ledger_and_by_each_row(self, service):
        response = plan(service, TABLE)
        done = commit(service, response)

        check = get(service, response, "/verify")

        assert (check["consistent"], check["total"]) == (True, 3)
        assert check["counted"] == check["recorded"] == check["listed"] == done["counts"]

    def test_there_is_nothing_to_verify_before_it(self, service):
        refused = service.get(f"{IMPORTS}/{plan(service, CARDS, 'phone.vcf').json['id']}/verify", who="ann")

        assert (refused.status, refused.json["state"]) == (409, "planned")

    def test_ends_every_change(self, service):
        response = plan(service, CARDS, "phone.vcf")
        commit(service, response)

        assert change(service, response, {"tag": "late"}).status == 409
        assert change(service, response, None, "/cancel", "POST").status == 409


class TestDeciding:
    ROWS = (
        "First Name,Last Name,Email Address,Mobile Phone\nGrace,Hopper,,+49 170 1234567\nHedy,Lamarr,,+49 170 1234567\n"
    )

    @pytest.fixture
    def done(self, service):
        commit(service, plan(service, CARDS, "phone.vcf"))
        response = plan(service, self.ROWS)
        commit(service, response)
        return response

    def decide(self, service, done, *decisions):
        return change(service, done, {"decisions": list(decisions)}, "/decisions", "POST")

    def run(self, service, started):
        service.wiring.on_message(json.dumps({"job_id": started.json["job_id"]}), Context())

    def test_is_a_job_after_which_the_counts_have_the_decision(self, service, done):
        started = self.decide(service, done, {"row": 2, "verdict": "new"}, {"row": 3, "verdict": "leave_out"})
        self.run(service, started)

        found = get(service, done)
        assert (started.status, started.json["rows"]) == (202, 2)
        assert (found["state"], found["counts"]["created"], found["counts"]["skipped"]) == ("completed", 1, 1)
        assert get(service, done, "/verify")["consistent"]
        assert sorted(book(service)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]

    def test_of_a_row_that_was_decided_otherwise_is_a_conflict(self, service, done):
        self.decide(service, done, {"row": 2, "verdict": "new"})

        refused = self.decide(service, done, {"row": 2, "verdict": "leave_out"})

        assert (refused.status, refused.json["row"]) == (409, 2)

    @pytest.mark.parametrize(
        ("decision", "status"),
        [
            ({"row": 2, "verdict": "same"}, 422),
            ({"row": 2, "verdict": "same", "contact_id": "nobody"}, 404),
            ({"row": 2, "verdict": "maybe"}, 422),
            ({"row": 99, "verdict": "new"}, 404),
        ],
    )
    def test_needs_a_row_that_waits_and_a_contact_if_it_is_the_same(self, service, done, decision, status):
        assert self.decide(service, done, decision).status == status


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


class TestReports:
    @pytest.fixture
    def done(self, service):
        response = plan(service, TABLE)
        commit(service, response)
        return response

    def report(self, service, done, name, query=""):
        return service.get(f"{IMPORTS}/{done.json['id']}/reports/{name}{query}", who="ann")

    def test_are_downloads(self, service, done):
        response = self.report(service, done, "created.csv")

        assert response.status == 200
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["content-disposition"].startswith('attachment; filename="import-')
        assert len(response.text.splitlines()) == 1 + 3

    @pytest.mark.parametrize(
        "name",
        [
            "all.csv",
            "created.csv",
            "updated.csv",
            "unchanged.csv",
            "conflict.csv",
            "skipped.csv",
            "failed.csv",
            "removed.csv",
        ],
    )
    def test_are_there_for_each_outcome(self, service, done, name):
        assert self.report(service, done, name).status == 200

    @pytest.mark.parametrize("name", ["all", "all.xlsx", "nothing.csv"])
    def test_of_another_name_are_not_found(self, service, done, name):
        assert self.report(service, done, name).status == 404

    def test_come_as_a_link_if_that_is_asked_for(self, service, done):
        assert self.report(service, done, "all.csv", "?delivery=link").json["file_name"].endswith("-all.csv")

    def test_of_a_stopped_import_are_named_incomplete(self, service):
        response = plan(service, TABLE)
        counts = get(service, response)["plan"]
        body = {name: counts[name] for name in ("plan_id", "new", "update")}
        service.post(f"{IMPORTS}/{response.json['id']}/commit", who="ann", body=body)
        assert self.report(service, response, "all.csv").status == 409
        service.post(f"{IMPORTS}/{response.json['id']}/cancel", who="ann")

        stopped = self.report(service, response, "all.csv")

        assert stopped.headers["content-disposition"].endswith('-incomplete-all.csv"')
        assert stopped.text.count("not_done") == 3

    def test_are_a_conflict_before_the_commit(self, service):
        assert self.report(service, plan(service, TABLE), "all.csv").status == 409
