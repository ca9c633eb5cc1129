"""The pages of sources, without a browser."""

import re

import pytest

from tests.routes.ingest import lead_sender, run_job, run_waiting, sender

ADA = {"id": "1", "first_name": "Ada", "email": "ada@example.com", "city_of_birth": "London"}


@pytest.fixture
def ann(service):
    return service.sign_in("ann")


def key_in(text):
    found = re.search(r"<code>(in_[^<]+)</code>", text)
    return found[1] if found else None


class TestPersons:
    def test_the_key_of_a_new_source_is_on_the_page_once(self, service, ann):
        made = service.post("/sources", session=ann, form={"name": "CRM", "tag": ""})

        key = key_in(made.text)
        assert (made.status, bool(key)) == (201, True)
        source_id = key.partition(".")[0].removeprefix("in_")
        assert key_in(service.get(f"/sources/{source_id}", session=ann).text) is None
        sent = service.post(f"/api/v1/ingest/{source_id}", body=ADA, Authorization=f"Bearer {key}")
        assert sent.status == 202

    def test_the_times_of_keys_have_their_days(self, service, ann):
        crm = sender(service)
        crm.ask("POST", "/rotate")

        shown = service.get(f"/sources/{crm.source['source_id']}", session=ann).text
        assert 'data-time="moment"' not in shown

    def test_a_wrong_form_comes_back_with_what_was_given(self, service, ann):
        refused = service.post("/sources", session=ann, form={"name": "CRM", "tag": "Not a tag"})

        assert refused.status == 422
        assert 'value="Not a tag"' in refused.text
        assert 'href="#tag"' in refused.text

    def test_the_page_shows_the_last_records_and_what_became_of_them(self, service, ann):
        crm = sender(service)
        crm.take([ADA, {"id": "2", "zz": "nobody"}, {**ADA, "id": "1", "first_name": "Augusta"}])
        crm.send({**ADA, "id": "3"})

        shown = service.get(f"/sources/{crm.source['source_id']}", session=ann).text

        assert "None of its fields is a name" in shown
        assert "A later record of the same request or moment" in shown
        assert "city_of_birth" in shown
        [contact] = service.get("/api/v1/contacts", who="ann").json["contacts"]
        assert f"/contacts/{contact['contact_id']}" in shown

    def test_failed_records_are_tried_again(self, service, ann):
        crm = sender(service)
        crm.take({"id": "2", "zz": "Ada"})
        crm.ask("PATCH", body={"fields": {"zz": "given"}})

        assert service.post(f"/sources/{crm.source['source_id']}/replay", session=ann, form={}).status == 303
        run_waiting(service)

        assert [each["given"] for each in service.get("/api/v1/contacts", who="ann").json["contacts"]] == ["Ada"]

    def test_what_fields_become_is_changed_on_the_page(self, service, ann):
        crm = sender(service, fields={"mail": "emails.1", "noise": ""})
        crm.take({"id": "2", "zz": "Ada"})
        own = f"/sources/{crm.source['source_id']}"
        shown = service.get(own, session=ann).text
        assert 'name="field" value="zz"' in shown
        rows = {"field": ["mail", "noise", "zz", "more"], "target": ["emails.1", "-", "given", ""]}

        saved = service.post(f"{own}/reading", session=ann, form={"of_object": "record", **rows})

        assert saved.status == 303, saved.text
        source = crm.ask("GET").json
        assert (source["of_object"], source["fields"]) == ("record", {"mail": "emails.1", "noise": "", "zz": "given"})
        assert '<option value="record" selected>' in service.get(own, session=ann).text

    @pytest.mark.parametrize(
        ("of_object", "field", "target"),
        [("record", "zz", "no_such_target"), ("nothing", "zz", "given"), ("record", "", "given")],
    )
    def test_what_cannot_be_followed_changes_nothing(self, service, ann, of_object, field, target):
        crm = sender(service, fields={"mail": "emails.1"})
        own = f"/sources/{crm.source['source_id']}"
        form = {"of_object": of_object, "field": ["mail", field], "target": ["emails.2", target]}

        refused = service.post(f"{own}/reading", session=ann, form=form)

        assert (refused.status, 'value="emails.2"' in refused.text) == (422, True)
        assert crm.ask("GET").json["fields"] == {"mail": "emails.1"}

    def test_the_page_says_how_the_last_request_was_read(self, service, ann):
        crm = sender(service)
        crm.send({"events": [ADA]})

        shown = service.get(f"/sources/{crm.source['source_id']}", session=ann).text

        assert "records in the list “events”" in shown

    def test_a_source_is_paused_and_resumed(self, service, ann):
        crm = sender(service)
        path = f"/sources/{crm.source['source_id']}"

        service.post(f"{path}/state", session=ann, form={"state": "paused"})
        assert crm.send(ADA).status == 503
        service.post(f"{path}/state", session=ann, form={"state": "active"})
        assert crm.send(ADA).status == 202

    def test_a_new_key_ends_the_old_ones_if_asked_to(self, service, ann):
        crm = sender(service)
        path = f"/sources/{crm.source['source_id']}/rotate"

        key = key_in(service.post(path, session=ann, form={"ends": "now"}).text)

        assert [crm.send(ADA).status, crm.send(ADA, key=key).status] == [401, 202]

    def test_a_source_is_deleted_after_a_question(self, service, ann):
        crm = sender(service)
        path = f"/sources/{crm.source['source_id']}"
        assert "stop working at once" in service.get(f"{path}/delete", session=ann).text

        assert service.post(f"{path}/delete", session=ann, form={}).status == 303

        assert crm.send(ADA).status == 401
        assert "None yet." in service.get("/sources", session=ann).text

    def test_what_a_source_sends_is_never_markup(self, service, ann):
        crm = sender(service, name="<b>CRM</b>")
        crm.take({"<i>name</i>": "<script>alert(1)</script>", "email": "a@b.example", "first_name": "<u>Ada</u>"})

        shown = service.get(f"/sources/{crm.source['source_id']}", session=ann).text

        assert not re.search(r"<(b|i|u|script)>", shown.partition("<main")[2])


class TestOrganizations:
    def test_the_page_links_the_lead_and_its_import(self, service):
        forms = lead_sender(service)
        run_job_of = forms.send({"whatsapp": "+55 11 98765-4321", "name": "Maria"}).json["job_id"]
        run_job(service, run_job_of)
        run_waiting(service)
        session = service.sign_in("ines", organizations={"acme": ["admin"]})

        shown = service.get(f"/organizations/acme/sources/{forms.source['source_id']}", session=session).text

        assert "Created" in shown
        assert "/organizations/acme/leads/imports/" in shown

    def test_a_source_of_leads_is_made_on_its_page(self, service):
        session = service.sign_in("ines", organizations={"acme": ["admin"]})

        made = service.post("/organizations/acme/sources", session=session, form={"name": "Forms"})

        assert (made.status, bool(key_in(made.text))) == (201, True)
        assert "Forms" in service.get("/organizations/acme/sources", session=session).text
