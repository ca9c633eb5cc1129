"""The settings of a file import over HTTP, and what its columns become."""

import pytest

from tests.files.workbooks import xlsx
from tests.routes.file_imports import CARDS, IMPORTS, TABLE, UNCERTAIN, change, get, plan, send, work


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

    @pytest.mark.parametrize(("more", "state"), [({}, "planned"), ({"remember": False}, "needs_mapping")])
    def test_are_remembered_for_the_next_file_with_these_headers_unless_that_is_not_wanted(self, service, more, state):
        targets = {"Vorname": "given", "Irgendwas": "", "Telefon": "phones.1"}
        columns = [{"header": header, "target": target} for header, target in targets.items()]

        change(service, plan(service, UNCERTAIN), {"columns": columns, **more}, "/fields", "PUT")
        work(service)

        assert get(service, plan(service, UNCERTAIN, "next.csv"))["state"] == state

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
