"""Merging contacts over HTTP, and what becomes of the ids of those that were merged."""

import pytest

CONTACTS = "/api/v1/contacts"


@pytest.fixture
def book(service):
    service.finish_import(service.start_import(), ("Ada Lovelace", "A. Lovelace", "Eve"))
    return service


@pytest.fixture
def ids(book) -> dict[str, str]:
    return {each["display"]: each["contact_id"] for each in book.get(CONTACTS, who="ann").json["contacts"]}


def merge(service, into, *others, **more):
    return service.post(f"{CONTACTS}/{into}/merge", who="ann", body={"others": list(others), **more})


class TestMerging:
    def test_returns_the_contact_with_the_records_of_both(self, book, ids):
        response = merge(book, ids["Ada Lovelace"], ids["A. Lovelace"], choices={"title": "Countess"})

        assert response.status == 200
        assert response.json["merged"] == [ids["A. Lovelace"]]
        assert response.json["contact"]["title"] == "Countess"
        assert response.json["contact"]["merged"] == [ids["A. Lovelace"]]
        assert len(response.json["contact"]["sources"]) == 3
        assert len(book.get(CONTACTS, who="ann").json["contacts"]) == 2

    def test_can_be_tried_first(self, book, ids):
        response = merge(book, ids["Ada Lovelace"], ids["Eve"], dry_run=True)

        assert (response.json["merge_id"], response.json["dry_run"]) == (None, True)
        assert len(response.json["contact"]["sources"]) == 2
        assert len(book.get(CONTACTS, who="ann").json["contacts"]) == 3

    def test_names_a_wrong_choice(self, book, ids):
        response = merge(book, ids["Ada Lovelace"], ids["Eve"], choices={"shoe_size": "7"})

        assert (response.status, response.json["field"]) == (422, "shoe_size")

    @pytest.mark.parametrize("other", ["", "é", "~grave#x", "~pair#x", "x" * 3_000, "A" * 22])
    def test_with_what_is_no_contact_is_not_found(self, book, ids, other):
        assert merge(book, ids["Ada Lovelace"], other).status == 404

    @pytest.mark.parametrize("choices", [{"emails": 5}, {"birthday": "x"}, {"given": ["x"]}, {"custom_fields": [7]}])
    def test_names_a_choice_of_another_type(self, book, ids, choices):
        response = merge(book, ids["Ada Lovelace"], ids["Eve"], choices=choices)

        assert (response.status, response.json["field"].split(".")[0]) == (422, next(iter(choices)))

    def test_with_the_version_of_a_contact_that_it_does_not_name_is_refused(self, book, ids):
        refused = merge(book, ids["Ada Lovelace"], ids["Eve"], versions={"other": 1})

        assert (refused.status, refused.json["field"]) == (422, "versions")

    def test_of_other_versions_is_refused(self, book, ids):
        assert merge(book, ids["Ada Lovelace"], ids["Eve"], versions={ids["Eve"]: 9}).status == 409


class TestAnOldId:
    @pytest.fixture
    def old(self, book, ids) -> str:
        assert merge(book, ids["Ada Lovelace"], ids["A. Lovelace"]).status == 200
        return ids["A. Lovelace"]

    def test_leads_to_the_contact_that_it_is_part_of(self, book, ids, old):
        response = book.get(f"{CONTACTS}/{old}", who="ann")

        assert (response.status, response.json) == (307, {"merged_into": ids["Ada Lovelace"]})
        assert response.headers["location"].endswith(f"{CONTACTS}/{ids['Ada Lovelace']}")
        assert response.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("page", ["", "/edit", "/delete"])
    def test_of_a_page_leads_to_the_same_page(self, book, ids, old, page):
        response = book.get(f"/contacts/{old}{page}", who="ann")

        assert response.status == 307
        assert response.headers["location"].endswith(f"/contacts/{ids['Ada Lovelace']}{page}")
        assert response.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    def test_cannot_be_changed(self, book, ids, old, method):
        response = book.ask(method, f"{CONTACTS}/{old}", who="ann", body={"title": "x"} if method == "PATCH" else None)

        assert (response.status, response.json["merged_into"]) == (409, ids["Ada Lovelace"])
        assert response.json["type"].endswith("/contact-merged")

    def test_of_somebody_else_does_not_exist(self, book, old):
        assert book.get(f"{CONTACTS}/{old}", who="bob").status == 404
        assert book.post(f"{CONTACTS}/{old}/unmerge", who="bob").status == 404

    def test_is_given_back(self, book, ids, old):
        book.ask("PATCH", f"{CONTACTS}/{ids['Ada Lovelace']}", who="ann", body={"title": "Countess"})

        response = book.post(f"{CONTACTS}/{old}/unmerge", who="ann")

        assert response.status == 200
        assert {each["contact_id"] for each in response.json["contacts"]} == {old, ids["Ada Lovelace"]}
        kept = {"contact_id": ids["Ada Lovelace"], "field": "title", "source": None, "source_id": None}
        assert response.json["kept"] == [kept]
        assert book.get(f"{CONTACTS}/{old}", who="ann").status == 200


class TestTheHistory:
    def test_tells_of_a_merge_that_was_taken_back(self, book, ids):
        ada, al = ids["Ada Lovelace"], ids["A. Lovelace"]
        merge(book, ada, al)
        book.clock.advance(minutes=1)
        book.post(f"{CONTACTS}/{al}/unmerge", who="ann")

        def told(contact_id):
            events = book.get(f"{CONTACTS}/{contact_id}/history", who="ann").json["events"]
            return [(each["kind"], each["merged_contact_id"], each["by"]) for each in events][:2]

        assert told(ada) == [("unmerged", al, "ann"), ("merged", al, "ann")]
        assert told(al) == [("unmerged", ada, "ann"), ("merged_into", ada, "ann")]
        assert "The merge was taken back" in book.get(f"/contacts/{al}", who="ann").text


class TestSplitting:
    def test_takes_a_contact_apart_by_its_source_records(self, book, ids):
        ada = merge(book, ids["Ada Lovelace"], ids["A. Lovelace"]).json["contact"]
        record = {key: ada["sources"][1][key] for key in ("source", "source_id")}

        response = book.post(f"{CONTACTS}/{ada['contact_id']}/split", who="ann", body={"records": [record]})

        assert response.status == 200
        new = response.json["new_contact"]
        assert [each["source_id"] for each in new["sources"]] == [record["source_id"]]
        assert len(book.get(CONTACTS, who="ann").json["contacts"]) == 3


class TestACollection:
    """Its members keep their ids, so they are members again when a merge is taken back."""

    @pytest.fixture
    def members(self, book, ids):
        """Adds contacts by name to a collection; returns what reads its members."""
        collection_id = book.post("/api/v1/collections", who="ann", body={"name": "Friends"}).json["collection_id"]
        path = f"/api/v1/collections/{collection_id}"

        def read(*added: str) -> list[str]:
            if added:
                body = {"contact_ids": [ids[each] for each in added]}
                book.post(f"{path}/members", who="ann", body=body)
                book.clock.advance(minutes=5)
            members = [each["contact_id"] for each in book.get(f"{path}/members", who="ann").json["members"]]
            assert book.get(path, who="ann").json["member_count"] == len(members)
            return members

        read.path = path
        return read

    def test_lists_a_merged_contact_as_the_one_that_it_is_part_of(self, book, ids, members):
        members("A. Lovelace", "Eve")
        merge(book, ids["Ada Lovelace"], ids["A. Lovelace"])

        assert set(members()) == {ids["Ada Lovelace"], ids["Eve"]}
        book.post(f"{CONTACTS}/{ids['A. Lovelace']}/unmerge", who="ann")
        assert set(members()) == {ids["A. Lovelace"], ids["Eve"]}

    def test_lists_two_members_that_were_merged_once(self, book, ids, members):
        members("Ada Lovelace", "A. Lovelace")
        merge(book, ids["Ada Lovelace"], ids["A. Lovelace"])

        assert members() == [ids["Ada Lovelace"]]

    def test_loses_two_members_that_were_merged_at_once(self, book, ids, members):
        members("Ada Lovelace", "A. Lovelace", "Eve")
        merge(book, ids["Ada Lovelace"], ids["A. Lovelace"])

        book.ask("DELETE", f"{members.path}/members/{ids['Ada Lovelace']}", who="ann")

        assert members() == [ids["Eve"]]

    def test_receives_by_an_old_id_the_contact_that_it_is_part_of(self, book, ids, members):
        merge(book, ids["Ada Lovelace"], ids["A. Lovelace"])

        body = {"contact_ids": [ids["A. Lovelace"], "unknown"]}
        response = book.post(f"{members.path}/members", who="ann", body=body)

        assert response.json == {"added": 1, "already_members": 0, "not_found": ["unknown"]}
        assert members() == [ids["Ada Lovelace"]]

    def test_loses_a_merged_contact_by_its_present_id(self, book, ids, members):
        members("A. Lovelace")
        merge(book, ids["Ada Lovelace"], ids["A. Lovelace"])

        book.ask("DELETE", f"{members.path}/members/{ids['Ada Lovelace']}", who="ann")

        assert members() == []
