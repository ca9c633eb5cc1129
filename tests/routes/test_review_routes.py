"""The REST API of reviews: the queue, a pair side by side, decisions, and undoing them."""

import json
from datetime import timedelta

import pytest

from tests.routes import file_imports
from tests.routes.reviews import REVIEWS, SHARED, decide, ids_by_name, import_sharing, review_of, undo, waiting
from tests.routes.service import Service
from tests.routes.test_cron_route import Context


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ids(service) -> dict[str, str]:
    """Ada and Bob share an address, and Cem has his own."""
    service.finish_import(service.start_import(), ("Cem",))
    return import_sharing(service, "Ada", "Bob")


class TestQueue:
    def test_an_empty_one_has_no_reviews_and_counts_nothing(self, service):
        assert service.get(REVIEWS, who="ann").json == {
            "reviews": [],
            "next_cursor": None,
            "counts": {"file_conflict": 0, "possible_duplicate": 0, "found_duplicate": 0, "put_off": 0},
            "is_current": True,
            "as_of": None,
        }

    def test_lists_possible_duplicates_once_with_what_they_share_and_where_they_differ(self, service, ids):
        body = service.get(REVIEWS, who="ann").json

        [review] = body["reviews"]
        assert review["review_id"] == review_of(ids, "Ada", "Bob")
        assert (review["reason"], review["reasons"], review["score"]) == ("possible_duplicate", ["email"], None)
        assert {review[side]["display"] for side in ("left", "right")} == {"Ada", "Bob"}
        assert review["left"]["emails"] == [{"value": SHARED}]
        assert (review["differs"], review["put_off"]) == (["name"], False)
        assert body["counts"]["possible_duplicate"] == 1

    def test_pages_lead_through_all_reviews_each_once(self, service):
        import_sharing(service, "Ada", "Bob", "Cem", "Dan")
        seen, cursor = [], ""
        while cursor is not None:
            body = service.get(f"{REVIEWS}?limit=2{cursor and '&cursor='}{cursor}", who="ann").json
            seen += [each["review_id"] for each in body["reviews"]]
            cursor = body["next_cursor"]

        assert len(seen) == len(set(seen)) == 6

    def test_is_filtered_by_reason(self, service, ids):
        assert waiting(service, reason="possible_duplicate") == [review_of(ids, "Ada", "Bob")]
        assert waiting(service, reason="found_duplicate") == []

    @pytest.mark.parametrize(
        "query", ["reason=chosen", "put_off=yes", "cursor=x", "cursor=MA", "limit=0", "limit=101", "cursor=OTo6YS5i"]
    )
    def test_a_wrong_parameter_is_refused(self, service, query):
        response = service.get(f"{REVIEWS}?{query}", who="ann")

        assert (response.status, response.json["field"]) == (422, query.partition("=")[0])

    def test_an_unchanged_one_is_not_sent_again(self, service, ids):
        etag = service.get(REVIEWS, who="ann").headers["etag"]

        assert service.get(REVIEWS, who="ann", If_None_Match=etag).status == 304


class TestOneReview:
    def test_has_each_field_of_both_sides_and_marks_the_differing_characters(self, service):
        ids = import_sharing(service, "Jon Smith", "Jan Smith")

        body = service.get(f"{REVIEWS}/{review_of(ids, 'Jon Smith', 'Jan Smith')}", who="ann").json

        name, emails = body["fields"]
        assert (name["field"], name["difference"]) == ("name", "different")
        assert [value["differs"] for side in ("left", "right") for value in name[side]] == [[[1, 2]], [[1, 2]]]
        assert (emails["difference"], emails["left"][0]["is_common"]) == ("equal", True)
        assert body["left_contact"]["sources"][0]["source"].startswith("google:")

    def test_any_two_contacts_can_be_compared(self, service, ids):
        body = service.get(f"{REVIEWS}/{review_of(ids, 'Ada', 'Cem')}", who="ann").json

        assert (body["reason"], body["reasons"]) == ("chosen", [])

    @pytest.mark.parametrize("review_id", ["x", "a.b", f"{'A' * 22}.{'B' * 22}", "f1~2"])
    def test_what_is_not_in_the_book_is_not_found(self, service, ids, review_id):
        response = service.get(f"{REVIEWS}/{review_id}", who="ann")

        assert (response.status, response.json["type"]) == (404, "/problems/not-found")


class TestDifferent:
    def test_takes_the_pair_out_of_the_queue_and_off_both_contacts(self, service, ids):
        review = review_of(ids, "Ada", "Bob")

        decided = decide(service, review, "different")

        assert (decided.status, decided.json["decision"]) == (200, "different")
        assert waiting(service) == []
        for name in ("Ada", "Bob"):
            contact = service.get(f"/api/v1/contacts/{ids[name]}", who="ann").json
            assert contact["possible_duplicates"] == []

    def test_survives_the_next_import_of_the_same_source(self, service, ids):
        decide(service, review_of(ids, "Ada", "Bob"), "different")

        import_sharing(service, "Ada", "Bob")

        assert waiting(service) == []

    def test_is_the_same_decision_however_often_it_is_sent(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        first = decide(service, review, "different")
        version = service.get(f"/api/v1/contacts/{ids['Bob']}", who="ann").json["version"]

        assert decide(service, review, "different").json == first.json
        assert service.get(f"/api/v1/contacts/{ids['Bob']}", who="ann").json["version"] == version

    def test_can_be_undone_so_that_the_pair_waits_again(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        decide(service, review, "different")

        assert undo(service, review).status == 204
        assert waiting(service) == [review]
        assert undo(service, review).status == 404

    def test_holds_for_any_two_contacts(self, service, ids):
        review = review_of(ids, "Ada", "Cem")

        assert decide(service, review, "different").status == 200
        assert undo(service, review).status == 204
        assert waiting(service) == [review_of(ids, "Ada", "Bob")]  # the other pair was never touched


class TestSame:
    def test_merges_both_into_the_older_one_whose_id_stays(self, service, ids):
        decided = decide(service, review_of(ids, "Ada", "Bob"), "same").json

        assert (decided["decision"], {decided["into"], decided["merged"]}) == ("same", {ids["Ada"], ids["Bob"]})
        contact = service.get(f"/api/v1/contacts/{decided['into']}", who="ann").json
        assert len(contact["sources"]) == 2
        assert waiting(service) == []

    def test_into_the_contact_that_was_asked_for_with_the_values_that_were_chosen(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        side = "left" if review.startswith(ids["Ada"]) else "right"

        decided = decide(service, review, "same", into=ids["Bob"], choices={"name": side}).json

        contact = service.get(f"/api/v1/contacts/{ids['Bob']}", who="ann").json
        assert (decided["into"], contact["display"]) == (ids["Bob"], "Ada")

    def test_survives_the_next_import(self, service, ids):
        decide(service, review_of(ids, "Ada", "Bob"), "same")

        import_sharing(service, "Ada", "Bob")

        assert waiting(service) == []
        assert len(ids_by_name(service)) == 2

    def test_is_the_same_decision_however_often_it_is_sent(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        first = decide(service, review, "same").json

        assert decide(service, review, "same").json == first

    def test_decided_otherwise_meanwhile_is_a_conflict_that_says_what_was_decided(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        merged = decide(service, review, "same").json
        refused = decide(service, review, "different")

        assert (refused.status, refused.json["type"]) == (409, "/problems/already-decided")
        assert (refused.json["decision"], refused.json["into"]) == ("same", merged["into"])
        assert decide(service, review, "later").status == 409
        assert service.get(f"{REVIEWS}/{review}", who="ann").json["decision"] == "same"
        undo(service, review)
        decide(service, review, "different")
        assert decide(service, review, "same").json["decision"] == "different"

    def test_can_be_undone_so_that_both_are_back_and_the_pair_waits_again(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        decide(service, review, "same", choices={"name": "left"})

        assert undo(service, review).status == 204
        assert ids_by_name(service) == ids
        assert waiting(service) == [review]
        assert undo(service, review).status == 404

    @pytest.mark.parametrize(("is_undone", "contacts"), [(False, 2), (True, 3)])
    def test_holds_for_contacts_that_go_and_come_back_unless_it_was_undone_meanwhile(
        self, service, ids, is_undone, contacts
    ):
        review = review_of(ids, "Ada", "Bob")
        decide(service, review, "same")
        [connection] = service.get("/api/v1/connections", who="ann").json["connections"]
        path = f"/api/v1/connections/{connection['connection_id']}?contacts=remove"
        job_id = service.ask("DELETE", path, who="ann").json["job_id"]
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
        assert ids_by_name(service) == {}

        if is_undone:
            assert undo(service, review).status == 204
        import_sharing(service, "Ada", "Bob", "Cem")

        assert len(service.get("/api/v1/contacts", who="ann").json["contacts"]) == contacts

    def test_of_a_merge_that_was_taken_back_elsewhere_can_be_decided_again(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        merged = decide(service, review, "same").json["merged"]
        service.wiring.reviews.unmerge_contacts("ann", merged, are_different=False)

        assert waiting(service) == [review]
        assert decide(service, review, "different").status == 200

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"into": "x"}, "into"),
            ({"choices": {"name": "both"}}, "choices.name"),
            ({"choices": {"x": 1}}, "choices.x"),
        ],
    )
    def test_a_choice_that_is_not_possible_is_refused(self, service, ids, more, field):
        response = decide(service, review_of(ids, "Ada", "Bob"), "same", **more)

        assert (response.status, response.json["field"]) == (422, field)
        assert ids_by_name(service) == ids


class TestTwoAtOnce:
    """The second decision is made completely just before the first one is committed."""

    def decide_between(self, service: Service, review: str, first: str, second: str):
        """The responses to both."""
        commit, others = service.dynamodb.transact_write_items, []

        def interrupted(**request):
            service.dynamodb.transact_write_items = commit
            others.append(decide(service, review, second))
            return commit(**request)

        service.dynamodb.transact_write_items = interrupted
        return decide(service, review, first), others[0]

    @pytest.mark.parametrize("name", ["Bob", "Cem"])  # a possible duplicate, and a pair that nothing found
    @pytest.mark.parametrize(("first", "second"), [("same", "different"), ("different", "same")])
    def test_the_one_that_comes_too_late_learns_what_was_decided(self, service, ids, name, first, second):
        mine, other = self.decide_between(service, review_of(ids, "Ada", name), first, second)

        assert (other.status, other.json["decision"]) == (200, second)
        assert (mine.status, mine.json["type"], mine.json["decision"]) == (409, "/problems/already-decided", second)
        assert len(ids_by_name(service)) == (3 if second == "different" else 2)

    @pytest.mark.parametrize("decision", ["same", "different"])
    def test_equal_decisions_are_one(self, service, ids, decision):
        mine, other = self.decide_between(service, review_of(ids, "Ada", "Bob"), decision, decision)

        assert (mine.status, mine.json) == (200, other.json)

    def test_an_undone_decision_leaves_nothing_of_either(self, service, ids):
        review = review_of(ids, "Ada", "Cem")
        self.decide_between(service, review, "same", "different")

        assert undo(service, review).status == 204
        assert ids_by_name(service) == ids
        assert decide(service, review, "same").status == 200


class TestLater:
    def test_hides_the_pair_until_it_is_asked_for(self, service, ids):
        review = review_of(ids, "Ada", "Bob")

        assert decide(service, review, "later").json["decision"] == "later"
        assert waiting(service) == []
        assert waiting(service, put_off="true") == [review]
        assert service.get(REVIEWS, who="ann").json["counts"]["put_off"] == 1

    def test_can_be_undone_and_decided(self, service, ids):
        review = review_of(ids, "Ada", "Bob")
        decide(service, review, "later")

        assert undo(service, review).status == 204
        assert waiting(service) == [review]

        decide(service, review, "later")
        assert decide(service, review, "different").status == 200
        assert waiting(service, put_off="true") == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"into": "x"}, "decision"),
            ({"choices": {"name": "left"}}, "decision"),
            ({"versions": {"x": 1}}, "versions"),
        ],
    )
    def test_what_does_not_fit_the_decision_is_refused(self, service, ids, more, field):
        response = decide(service, review_of(ids, "Ada", "Bob"), "different", **more)

        assert (response.status, response.json["field"]) == (422, field)

    def test_a_contact_that_has_changed_since_it_was_shown_is_a_conflict(self, service, ids):
        review = review_of(ids, "Ada", "Bob")

        response = decide(service, review, "different", versions={ids["Ada"]: 99})

        assert (response.status, "has changed since you opened them" in response.json["detail"]) == (409, True)
        assert waiting(service) == [review]

    def test_another_persons_pair_is_not_found(self, service, ids):
        review = review_of(ids, "Ada", "Bob")

        assert decide(service, review, "different", who="bob").status == 404
        assert undo(service, review, who="bob").status == 404
        assert waiting(service) == [review]


class TestRowsOfFiles:
    """A list has a row with Ada's number and another name."""

    @pytest.fixture
    def row(self, service) -> str:
        file_imports.commit(service, file_imports.plan(service, file_imports.CARDS, "phone.vcf"))
        service.clock.advance(timedelta(minutes=1))
        table = "First Name,Last Name,Mobile Phone\nGrace,Hopper,+49 170 1234567\n"
        listed = file_imports.commit(service, file_imports.plan(service, table, "list.csv"))
        return f"{listed['id']}~2"

    def outcome(self, service: Service, row: str, job_id: str) -> list[str]:
        """The names in the book, once the job has run."""
        service.wiring.on_message(json.dumps({"job_id": job_id}), Context())
        assert waiting(service) == []
        return sorted(ids_by_name(service))

    def test_wait_beside_the_contact_that_they_may_be(self, service, row):
        [review] = service.get(f"{REVIEWS}?reason=file_conflict", who="ann").json["reviews"]

        assert (review["review_id"], review["reasons"]) == (row, ["other_name"])
        assert (review["left"]["contact_id"], review["left"]["row"], review["left"]["display"]) == (
            None,
            2,
            "Grace Hopper",
        )
        assert review["right"]["display"] == "Ada Lovelace"
        assert review["differs"] == ["name"]
        body = service.get(f"{REVIEWS}/{row}", who="ann").json
        assert body["left_contact"]["sources"][0]["file"]["row"] == 2

    def test_are_added_to_the_contact_if_they_are_the_same(self, service, row):
        decided = decide(service, row, "same").json

        assert decided["into"] == ids_by_name(service)["Ada Lovelace"]
        assert self.outcome(service, row, decided["job_id"]) == ["Ada Lovelace", "Alan Turing"]

    def test_become_a_contact_if_they_are_different(self, service, row):
        decided = decide(service, row, "different").json

        names = self.outcome(service, row, decided["job_id"])

        assert names == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]

    def test_are_decided_once(self, service, row):
        first = decide(service, row, "same").json

        assert decide(service, row, "same").json == first
        refused = decide(service, row, "different")
        assert (refused.status, refused.json["type"], refused.json["decision"]) == (
            409,
            "/problems/already-decided",
            "same",
        )
        assert undo(service, row).status == 409  # the job's run is undone instead

    def test_can_be_put_off(self, service, row):
        decide(service, row, "later")

        assert waiting(service) == []
        assert waiting(service, put_off="true") == [row]
        assert undo(service, row).status == 204

    @pytest.mark.parametrize(("side", "name"), [("left", "Grace Hopper"), ("right", "Ada Lovelace")])
    def test_leave_the_values_that_were_chosen(self, service, row, side, name):
        decided = decide(service, row, "same", choices={"name": side}).json

        assert self.outcome(service, row, decided["job_id"]) == sorted([name, "Alan Turing"])

    def test_are_shown_on_a_page_that_names_the_row(self, service, row):
        shown = service.get(f"/review/{row}", who="ann", Accept="text/html").text

        assert "Same person: add the row to the contact" in shown
        assert "row 2" in shown

    def test_of_another_person_are_not_found(self, service, row):
        assert service.get(f"{REVIEWS}/{row}", who="bob").status == 404
        assert decide(service, row, "same", who="bob").status == 404
