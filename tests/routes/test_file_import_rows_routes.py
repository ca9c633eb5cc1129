"""The plan and the rows of a file import over HTTP: listed, fixed and reported."""

import pytest

from tests.routes.bulk import book
from tests.routes.file_imports import CARDS, IMPORTS, TABLE, change, commit, get, plan, send, work


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
        assert first["fixed"] == ["First Name", "Last Name"]

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

    @pytest.mark.parametrize(
        ("content", "name", "cells"),
        [
            (CARDS, "phone.vcf", {"FN": "Ada King", "EMAIL": "king@example.com"}),
            (CARDS, "phone.vcf", {"1": "Ada King", "EMAIL": "king@example.com"}),
            ("dn: cn=Ada\ncn: Ada\nmail: ada\n", "people.ldif", {"cn": "Ada King", "mail": "king@example.com"}),
            (
                '[{"name": "Ada", "emails": [{"value": "ada"}]}]',
                "people.json",
                {"name": "Ada King", "emails.1.value": "king@example.com"},
            ),
        ],
    )
    def test_a_property_of_a_card_is_replaced_by_its_name_or_its_position(self, service, content, name, cells):
        response = plan(service, content, name)

        changed = change(service, response, {"cells": cells}, "/records/1")
        work(service)

        assert changed.status == 202, changed.text
        first = get(service, response, "/records")["records"][0]
        assert (first["name"], first["problems"], first["planned"]) == ("Ada King", [], "new")
        assert [first["cells"][name] for name in first["fixed"]] == ["Ada King", "king@example.com"]
        assert {"Ada King", "king@example.com"} <= set(first["cells"].values())
        commit(service, response)
        assert book(service)["Ada King"]["emails"][0]["value"] == "king@example.com"

    def test_a_property_that_a_card_has_not_is_refused(self, service):
        refused = change(service, plan(service, CARDS, "phone.vcf"), {"cells": {"SHOE": "x"}}, "/records/1")

        assert (refused.status, refused.json["field"]) == (422, "cells")
        assert 'no column "SHOE"' in refused.json["detail"]
        assert refused.json["columns"][:2] == ["VERSION", "FN"]
        assert "EMAIL" in refused.json["columns"]

    def test_a_text_that_could_not_be_read_has_no_cells_to_fix(self, service):
        response = plan(service, '[{"name": "Ada", "email": "ada@example.com"},\n{"name": Alan}]', "people.json")
        unread = get(service, response, "/records?planned=invalid")["records"][0]["number"]

        refused = change(service, response, {"cells": {"name": "Alan"}}, f"/records/{unread}")

        assert (refused.status, refused.json["field"]) == (422, "cells")
        assert "leave the row out" in refused.json["detail"]


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
