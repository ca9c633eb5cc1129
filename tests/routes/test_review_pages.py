"""The pages of reviews as a browser gets them."""

import re

import pytest

from tests.routes.reviews import REVIEWS, decide, import_sharing, review_of, waiting
from tests.routes.service import HOME, Service

EVIL = '<script>alert("x")</script>'


@pytest.fixture
def service() -> Service:
    return Service()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def page(service: Service, path: str, who: str = "ann", status: int = 200) -> str:
    response = service.get(path, who=who, Accept="text/html")
    assert response.status == status, response.text
    return response.text


def submit(service: Service, path: str, **form: str):
    return service.post(path, who="ann", form=form, Accept="text/html")


@pytest.fixture
def pair(service) -> str:
    ids = import_sharing(service, "Jon Smith", "Jan Smith")
    return review_of(ids, "Jon Smith", "Jan Smith")


class TestQueue:
    def test_an_empty_one_says_that_there_is_nothing_to_decide(self, service):
        assert "Nothing to decide." in words(page(service, "/review"))

    def test_lists_each_pair_with_the_reason_and_what_differs(self, service, pair):
        shown = page(service, "/review")

        assert f'href="{HOME}/review/{pair}"' in shown
        assert "All (1) Possible duplicate (1)" in words(shown)
        assert "1 pair. Are they the same person?" in words(shown)
        assert re.search(r"J.n Smith and J.n Smith Possible duplicate the same email address Name", words(shown)), (
            words(shown)
        )

    def test_has_pages(self, service):
        import_sharing(service, *[f"Person {number}" for number in range(8)])  # 28 pairs

        first, second = page(service, "/review"), page(service, "/review?page=2")

        assert "1–25 of 28 pairs" in words(first)
        assert "26–28 of 28 pairs" in words(second)

    def test_names_those_that_were_put_off(self, service, pair):
        decide(service, pair, "later")

        assert "Nothing to decide, except what you put off." in words(page(service, "/review"))
        assert pair in page(service, "/review?later=yes")

    def test_names_are_text(self, service):
        import_sharing(service, EVIL, "Ada")

        shown = page(service, "/review")

        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert" in shown


class TestPair:
    def test_shows_what_differs_with_marks_and_folds_what_is_equal(self, service, pair):
        shown = page(service, f"/review/{pair}")

        assert set(re.findall(r"J<mark>(.)</mark>n Smith", shown)) == {"a", "o"}
        assert "1 equal field" in words(shown)
        assert shown.index("<mark>") < shown.index("1 equal field") < shown.index("family@x.org")

    def test_each_value_names_its_source_and_the_records_are_there_in_full(self, service, pair):
        shown = words(page(service, f"/review/{pair}"))

        assert "import of" in shown
        assert "Source records in full" in shown

    def test_any_marked_character_is_text(self, service):
        ids = import_sharing(service, f"Ada {EVIL}", "Ada Lovelace")

        shown = page(service, f"/review/{review_of(ids, f'Ada {EVIL}', 'Ada Lovelace')}")

        assert "<script>alert" not in shown

    def test_leads_to_the_pairs_before_and_after_it(self, service):
        import_sharing(service, "Ada", "Bob", "Cem")
        first, second, third = waiting(service)

        shown = page(service, f"/review/{second}")

        assert f'rel="prev" href="{HOME}/review/{first}"' in shown
        assert f'rel="next" href="{HOME}/review/{third}"' in shown
        assert "3 pairs wait" in words(shown)

    def test_one_that_is_not_in_the_book_is_not_found(self, service):
        assert "There is no such pair" in page(service, "/review/a.b", status=404)


class TestChoosing:
    """Jon and Jan Smith, with different names and one address."""

    def side_of(self, service: Service, pair: str, name: str) -> str:
        body = service.get(f"{REVIEWS}/{pair}", who="ann").json
        return next(side for side in ("left", "right") if body[side]["display"] == name)

    @pytest.mark.parametrize("name", ["Jon Smith", "Jan Smith"])
    def test_the_result_is_previewed_with_the_values_that_were_chosen(self, service, pair, name):
        side = self.side_of(service, pair, name)

        shown = submit(service, f"/review/{pair}", **{"do": "preview", "choice.name": side})

        assert shown.status == 200
        result = words(shown.text.partition("If they are the same")[2].partition("</section>")[0])
        assert result == f"Name {name} Email family@x.org"
        assert f'value="{side}" checked' in shown.text
        assert waiting(service) == [pair]

    @pytest.mark.parametrize("name", ["Jon Smith", "Jan Smith"])
    def test_the_merged_contact_shows_what_was_chosen(self, service, pair, name):
        side = self.side_of(service, pair, name)

        submit(service, f"/review/{pair}", **{"do": "same", "choice.name": side})

        [contact] = service.get("/api/v1/contacts", who="ann").json["contacts"]
        assert contact["display"] == name

    def test_values_of_lists_are_kept_unless_unchecked(self, service):
        ids = import_sharing(service, "Ada", "Bob")
        for name in ids:
            emails = [{"value": "family@x.org"}, {"value": f"{name.lower()}@x.org"}]
            service.ask("PATCH", f"/api/v1/contacts/{ids[name]}", who="ann", body={"emails": emails})
        review = review_of(ids, "Ada", "Bob")
        shown = page(service, f"/review/{review}")
        assert shown.count('name="keep.emails"') == 3  # the common address once

        submit(service, f"/review/{review}", **{"do": "same", "listed.emails": "yes", "keep.emails": "l0"})

        [contact] = service.get("/api/v1/contacts", who="ann").json["contacts"]
        assert [each["value"] for each in contact["emails"]] in (["ada@x.org"], ["bob@x.org"])

    def test_a_merged_pair_says_so_and_offers_to_undo(self, service, pair):
        submit(service, f"/review/{pair}", do="same")

        shown = page(service, f"/review/{pair}")

        assert "These two were already merged" in words(shown)
        assert f'action="{HOME}/review/{pair}/undo"' in shown
        assert submit(service, f"/review/{pair}", do="different").status == 409
        submit(service, f"/review/{pair}/undo")
        assert waiting(service) == [pair]


class TestDeciding:
    def test_leads_to_the_next_pair_and_offers_to_undo(self, service):
        import_sharing(service, "Ada", "Bob", "Cem")
        first, second, _ = waiting(service)

        response = submit(service, f"/review/{first}", do="different")

        assert (response.status, response.headers["location"]) == (303, f"{HOME}/review/{second}?decided={first}")
        shown = page(service, f"/review/{second}?decided={first}")
        assert "Kept as two contacts" in words(shown)
        assert f'action="{HOME}/review/{first}/undo"' in shown

    def test_the_last_pair_leads_to_the_empty_queue(self, service, pair):
        response = submit(service, f"/review/{pair}", do="later")

        assert response.headers["location"] == f"{HOME}/review?decided={pair}"
        assert "Put off" in words(page(service, f"/review?decided={pair}"))

    def test_undo_leads_back_to_the_pair(self, service, pair):
        submit(service, f"/review/{pair}", do="different")

        response = submit(service, f"/review/{pair}/undo")

        assert (response.status, response.headers["location"]) == (303, f"{HOME}/review/{pair}")
        assert waiting(service) == [pair]

    def test_a_pair_that_has_changed_is_shown_again_with_the_problem(self, service, pair):
        [contact_id, _] = pair.split(".")

        response = submit(service, f"/review/{pair}", do="different", **{f"version.{contact_id}": "99"})

        assert response.status == 409
        assert "There is a problem One of the two contacts has changed" in words(response.text)

    def test_an_unknown_decision_is_refused(self, service, pair):
        assert submit(service, f"/review/{pair}", do="perhaps").status == 422

    def test_what_was_decided_is_offered_once(self, service, pair):
        assert "Undo" not in words(page(service, f"/review?decided={pair}")).replace("Undo the last decision", "")


class TestUndoingAMerge:
    """The contact's page offers it, however long ago the merge was."""

    @pytest.fixture
    def merged(self, service) -> dict[str, str]:
        """The ids of the contact that stays and of the one that was merged into it."""
        ids = import_sharing(service, "Ada", "Bob")
        decided = decide(service, review_of(ids, "Ada", "Bob"), "same").json
        return {"into": decided["into"], "merged": decided["merged"]}

    def test_both_are_back_and_called_different(self, service, merged):
        assert f'action="{HOME}/contacts/{merged["merged"]}/unmerge"' in page(service, f"/contacts/{merged['into']}")

        response = submit(service, f"/contacts/{merged['merged']}/unmerge")

        assert "Both contacts are back, and remembered as different people: " in words(response.text)
        assert "Merged into this contact" not in page(service, f"/contacts/{merged['into']}")
        assert len(service.get("/api/v1/contacts", who="ann").json["contacts"]) == 2
        assert waiting(service) == []

    def test_what_was_edited_meanwhile_is_named_with_where_it_is_now(self, service, merged):
        service.ask("PATCH", f"/api/v1/contacts/{merged['into']}", who="ann", body={"title": "Countess"})

        response = submit(service, f"/contacts/{merged['merged']}/unmerge")

        assert "Changed while they were merged" in words(response.text)
        assert "your edit of Title" in words(response.text)

    def test_what_was_not_merged_is_not_found(self, service, merged):
        assert submit(service, f"/contacts/{merged['into']}/unmerge").status == 404
