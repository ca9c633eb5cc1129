"""The pages of the address book as a browser gets them."""

import re

import pytest

from tests.routes import file_imports
from tests.routes.service import HOME, Service
from tests.routes.test_book_routes import store_attempt

EVIL = '<script>alert("x")</script>'


@pytest.fixture
def service() -> Service:
    return Service()


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def page(service: Service, path: str, who: str = "ann") -> str:
    response = service.get(path, who=who, Accept="text/html")
    assert response.status == 200, response.text
    return response.text


def with_people(service: Service, *names: str) -> list[str]:
    """Import these people; their contacts' ids in the order of their names."""
    service.finish_import(service.start_import(), names)
    return [each["contact_id"] for each in service.get("/api/v1/contacts", who="ann").json["contacts"]]


class TestTheList:
    def test_an_empty_book_says_what_to_do(self, service):
        assert "No contacts yet" in words(page(service, "/contacts"))

    def test_people_are_in_the_order_of_their_names_and_can_be_opened(self, service):
        ada, bob = with_people(service, "Bob", "Ada")

        text = page(service, "/contacts")

        assert text.index(f"/contacts/{ada}") < text.index(f"/contacts/{bob}")
        assert "2 contacts" in words(text)

    def test_a_search_says_how_many_it_found_of_how_many(self, service):
        with_people(service, "Ada", "Bob", "Cem")

        shown = words(page(service, "/contacts?q=ad"))

        assert "1 contact for “ ad ”, of 3." in shown
        assert "Bob" not in shown

    def test_a_search_that_finds_nothing_says_so_and_leads_back(self, service):
        with_people(service, "Ada")

        assert "No matches for “ zz ” in your 1 contact." in words(page(service, "/contacts?q=zz"))

    def test_are_filtered_by_a_tag_that_occurs_and_stay_so(self, service):
        [ada, _] = with_people(service, "Ada", "Bob")
        assert 'name="tag"' not in page(service, "/contacts")  # with one tag there is nothing to choose
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"title": "Countess"})

        shown = page(service, "/contacts?tag=crm-direct")

        assert "1 contact with the tag “ crm-direct ”, of 2." in words(shown)
        assert '<option value="crm-direct" selected>crm-direct</option><option value="google">google</option>' in shown
        assert "?tag=crm-direct&amp;sort=family&amp;page=1" in shown

    def test_are_filtered_by_source_group_and_duplicates_where_that_excludes_something(self, service):
        [ada, _] = with_people(service, "Ada", "Bob")
        assert not re.search('name="(source|group|has_duplicates)"', page(service, "/contacts"))
        edit = {"groups": ["Fans & friends"]}
        assert service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body=edit).status == 200

        shown = page(service, "/contacts?group=Fans+%26+friends&source=person&sort=changed")

        assert "1 contact from “ you ” in the group “ Fans &amp; friends ”, of 2." in words(shown)
        assert '<option value="Fans &amp; friends" selected>' in shown
        assert "?source=person&amp;group=Fans+%26+friends&amp;sort=given&amp;page=1" in shown

    def test_keep_a_filter_that_a_link_gave(self, service):
        with_people(service, "Ada", "Bob")

        shown = page(service, "/contacts?email=ada@example.org")

        assert '<input type="hidden" name="email" value="ada@example.org">' in shown
        assert "with email “ ada@example.org ”" in words(shown)

    def test_with_a_tag_that_nothing_has_are_none(self, service):
        with_people(service, "Ada")

        shown = words(page(service, "/contacts?q=ada&tag=iris-import"))

        assert "No matches for “ ada ” with the tag “ iris-import ” in your 1 contact." in shown

    def test_are_filtered_by_a_status_once_there_are_some_and_stay_so(self, service):
        [ada, _] = with_people(service, "Ada", "Bob")
        assert 'name="enrichment"' not in page(service, "/contacts")
        store_attempt(service, ada)

        shown = page(service, "/contacts?enrichment=hunter:failed")

        assert "1 contact with the status “ Hunter: failed ”, of 2." in words(shown)
        assert '<option value="hunter:failed" selected>' in shown
        assert "enrichment=hunter%3Afailed&amp;sort=family" in shown

    def test_are_not_filtered_by_what_cannot_be_a_tag(self, service):
        response = service.get("/contacts?tag=Iris", who="ann", Accept="text/html")

        assert (response.status, "lowercase letters" in response.text) == (422, True)

    def test_pages_are_numbered_and_keep_the_search(self, service):
        with_people(service, *[f"Person {number:02d}" for number in range(60)])

        first = page(service, "/contacts?q=person")
        second = page(service, "/contacts?q=person&page=2")

        assert "1–50 of 60 contacts" in words(first)
        assert "?q=person&amp;page=2" in first
        assert "51–60 of 60 contacts" in words(second)

    def test_are_sorted_as_chosen_and_stay_so(self, service):
        service.finish_import(service.start_import(), [f"person {number}" for number in range(60)])
        [each, *_] = service.get("/api/v1/contacts?q=person", who="ann").json["contacts"]
        service.ask(
            "PATCH", f"/api/v1/contacts/{each['contact_id']}", who="ann", body={"given": "Ann", "family": "Aalto"}
        )

        first = page(service, "/contacts?q=person&sort=family")
        everybody = page(service, "/contacts?sort=family")

        assert "Aalto, Ann" in words(everybody)
        assert "?sort=family&amp;page=2" in everybody
        assert '<input type="hidden" name="sort" value="family">' in first
        assert "?q=person&amp;sort=given&amp;page=1" in first
        assert 'aria-current="true">Last name' in first

    def test_names_are_text(self, service):
        with_people(service, EVIL)

        text = page(service, "/contacts")

        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


class TestAContact:
    def test_every_value_says_where_it_comes_from(self, service):
        [ada] = with_people(service, "Ada")

        shown = words(page(service, f"/contacts/{ada}"))

        assert f"Source: Google {service.google.account.address} , import of" in shown
        assert "· google" in shown

    def test_a_value_from_a_file_names_its_row_and_the_tag_stays_when_the_import_is_gone(self, service):
        done = file_imports.plan(service, file_imports.TABLE, "iris.csv", tag="iris-import")
        file_imports.commit(service, done)
        [alan] = service.get("/api/v1/contacts?q=turing&tag=iris-import", who="ann").json["contacts"]

        path = f"/contacts/{alan['contact_id']}"
        before = page(service, path)
        service.wiring.file_imports.imports.erase("ann")
        after = words(page(service, path))

        assert "Source: iris.csv , row 3, March 3, 2026 · iris-import" in words(before)
        assert f"/file-imports/{done.json['id']}" in before
        assert "Source: A file, March 3, 2026 · iris-import" in after

    def test_says_why_each_value_is_shown_or_not(self, service):
        [ada] = with_people(service, "Ada")
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"display": "Countess"})

        text = words(page(service, f"/contacts/{ada}"))

        assert "Why does this contact say that?" in text
        assert "Shown: your own edit" in text
        assert "Not shown: your edit takes precedence" in text
        [own, lost] = service.get(f"/api/v1/contacts/{ada}", who="ann").json["provenance"]["display"]
        assert (own["rule"], lost["rule"]) == ("own_edit", "lost_to_own_edit")

    def test_says_what_vendors_were_asked_about_it(self, service):
        [ada] = with_people(service, "Ada")
        assert "Hunter Never tried – –" in words(page(service, f"/contacts/{ada}"))

        store_attempt(service, ada)

        shown = words(page(service, f"/contacts/{ada}"))
        assert "Hunter Failed: No match The vendor does not know the person." in shown

    def test_opts_it_out_of_enrichment(self, service):
        [ada] = with_people(service, "Ada")
        assert "Do not enrich this contact" in page(service, f"/contacts/{ada}")

        service.post(f"/contacts/{ada}/enrichment", who="ann", form={"do": "opt-out"})
        assert "no vendor is asked about this contact" in words(page(service, f"/contacts/{ada}"))

        service.post(f"/contacts/{ada}/enrichment", who="ann", form={"do": "opt-in"})
        assert "Do not enrich this contact" in page(service, f"/contacts/{ada}")

    def test_tells_its_history(self, service):
        [ada] = with_people(service, "Ada")
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"title": "Countess"})

        text = words(page(service, f"/contacts/{ada}"))

        assert "History Edited by you" in text
        assert "Added, " in text

    def test_possible_duplicates_are_named_with_a_link(self, service):
        with_people(service, "Ada")
        known = service.get("/api/v1/contacts", who="ann").json["contacts"][0]
        connection = service.get("/api/v1/connections", who="ann").json["connections"][0]["connection_id"]
        again = service.post(f"/api/v1/connections/{connection}/import", who="ann", body={"full": True}).json["job_id"]
        service.finish_import(again, ("Ada", "Zoe"), addresses={"Zoe": "ada@x.org"})
        other = next(
            each["contact_id"]
            for each in service.get("/api/v1/contacts", who="ann").json["contacts"]
            if each["contact_id"] != known["contact_id"]
        )

        text = page(service, f"/contacts/{other}")

        assert "Possible duplicate of" in words(text)
        assert f"/contacts/{known['contact_id']}" in text


class TestEditing:
    def test_what_is_typed_wins_and_says_so(self, service):
        [ada] = with_people(service, "Ada")

        response = service.post(
            f"/contacts/{ada}/edit", who="ann", form={"version": "1", "display": "Ada", "title": "Countess"}
        )
        shown = words(page(service, response.headers["location"].removeprefix(HOME)))

        assert response.status == 303
        assert "Saved. Values that you edit take precedence over every source" in shown
        assert "Title Countess You," in shown

    def test_a_form_that_is_older_than_the_contact_comes_back_with_what_was_typed(self, service):
        [ada] = with_people(service, "Ada")
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"notes": "meanwhile"})

        response = service.post(
            f"/contacts/{ada}/edit", who="ann", form={"version": "1", "title": "Countess"}, Accept="text/html"
        )

        assert response.status == 409
        assert "There is a problem" in response.text
        assert 'value="Countess"' in response.text

    def test_what_is_rarely_there_is_folded_away_until_it_is(self, service):
        [ada] = with_people(service, "Ada")
        before = page(service, f"/contacts/{ada}/edit")
        form = {"version": "1", "custom_field": "38", "custom_field_name": "Shoe size", "prefix": "Dr."}

        response = service.post(f"/contacts/{ada}/edit", who="ann", form=form)

        assert response.status == 303
        assert "<details open>" in page(service, f"/contacts/{ada}/edit")
        assert "<details open>" not in before
        shown = words(page(service, f"/contacts/{ada}"))
        assert "Custom field Shoe size 38 You," in shown
        assert "Prefix Dr. You," in shown

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"birth_day": "31", "birth_month": "2", "birth_year": "1990"}, "birthday"),
            ({"event": "2009-02-30"}, "events"),
        ],
    )
    def test_an_invalid_date_is_reported_at_its_field(self, service, form, field):
        [ada] = with_people(service, "Ada")

        response = service.post(f"/contacts/{ada}/edit", who="ann", form={"version": "1", **form}, Accept="text/html")

        assert response.status == 422
        assert f'href="#{field}"' in response.text

    def test_half_a_character_is_refused(self, service):
        [ada] = with_people(service, "Ada")

        response = service.post(
            f"/contacts/{ada}/edit",
            who="ann",
            body=b"version=1&given=%ED%A0%80",
            **{"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
        )

        assert response.status == 422

    def test_an_error_is_shown_in_the_form_with_its_field(self, service):
        [ada] = with_people(service, "Ada")

        response = service.post(
            f"/contacts/{ada}/edit", who="ann", form={"version": "1", "birth_day": "soon"}, Accept="text/html"
        )

        assert response.status == 422
        assert 'href="#birth_day"' in response.text
        assert 'aria-invalid="true"' in response.text


class TestMakingAContact:
    def test_the_list_leads_to_an_empty_form(self, service):
        assert "/contacts/new" in page(service, "/contacts")
        assert "<h1>New contact</h1>" in page(service, "/contacts/new")

    def test_a_filled_form_makes_one_contact_however_often_it_is_sent(self, service):
        form = {"given": "Carl", "email": "carl@x.org", "once": "a-key"}
        first, second = (service.post("/contacts/new", who="ann", form=form) for _ in range(2))

        assert (first.status, second.headers["location"]) == (303, first.headers["location"])
        assert "Email carl@x.org" in words(page(service, first.headers["location"].removeprefix(HOME)))

    def test_a_form_that_was_saved_and_then_changed_makes_another_contact_if_the_person_insists(self, service):
        form = {"given": "Carl", "once": "a-key"}
        service.post("/contacts/new", who="ann", form=form)

        refused = service.post("/contacts/new", who="ann", form={**form, "family": "Gauss"}, Accept="text/html")
        once = re.search('name="once" value="([^"]+)"', refused.text)[1]
        made = service.post("/contacts/new", who="ann", form={**form, "family": "Gauss", "once": once})

        assert (refused.status, made.status) == (409, 303)
        assert "This form was saved already." in refused.text

    @pytest.mark.parametrize(
        ("form", "field"), [({"birth_day": "soon"}, "birth_day"), ({"event": "2009-02-30"}, "events")]
    )
    def test_an_error_is_shown_in_the_form_with_what_was_typed(self, service, form, field):
        response = service.post("/contacts/new", who="ann", form={"given": "Carl", **form}, Accept="text/html")

        assert response.status == 422
        assert 'value="Carl"' in response.text
        assert f'href="#{field}"' in response.text

    def test_an_empty_form_is_refused(self, service):
        response = service.post("/contacts/new", who="ann", form={"given": ""}, Accept="text/html")

        assert response.status == 422
        assert "needs a value" in response.text


class TestDeleting:
    def test_deleting_requires_a_confirmation(self, service):
        [ada] = with_people(service, "Ada")

        question = words(page(service, f"/contacts/{ada}/delete"))
        response = service.post(f"/contacts/{ada}/delete", who="ann", form={})

        assert "no import brings it back" in question
        assert (response.status, response.headers["location"]) == (303, f"{HOME}/contacts?deleted={ada}")
        assert service.get(f"/contacts/{ada}", who="ann", Accept="text/html").status == 404
