"""Records of sources that become leads of an organization."""

import pytest

from tests.routes.ingest import lead_sender, run_waiting

MARIA = {"whatsapp": "+55 11 98765-4321", "name": "Maria", "city": "Recife"}
JOAO = {"whatsapp": "+55 11 98765-1111", "name": "Joao"}


@pytest.fixture
def forms(service):
    """A source of acme's leads."""
    return lead_sender(service)


def leads(service, organization="acme"):
    asked = {"who": "ines", "organizations": {organization: ["member"]}}
    return service.get(f"/api/v1/organizations/{organization}/leads", **asked).json["leads"]


def only(service):
    [lead] = leads(service)
    return lead


def outcomes(source):
    return [(each["outcome"], each["reason"]) for each in source.records()]


class TestLeads:
    def test_a_record_becomes_a_lead_of_the_organization_alone(self, service, forms):
        forms.take_all(MARIA)

        lead = only(service)
        assert (lead["name"], lead["custom"], lead["tags"]) == ("Maria", {"city": "Recife"}, ["forms"])
        assert leads(service, "other") == []
        assert service.get("/api/v1/contacts", who="ines").json["contacts"] == []

    def test_a_record_that_names_another_organization_goes_nowhere_else(self, service, forms):
        forms.take_all({**MARIA, "organization": "other", "org": "other"})

        assert leads(service, "other") == []
        assert len(leads(service)) == 1

    def test_the_owner_s_mapping_says_who_a_lead_is(self, service):
        forms = lead_sender(service, fields={"handle": "identity:telegram", "junk": ""})

        forms.take_all({"handle": "123456789", "junk": "x", "name": "Ana"})

        assert [each["channel"] for each in only(service)["identities"]] == ["telegram"]
        assert only(service)["custom"] == {}

    def test_what_became_of_each_record_is_told_with_its_import(self, service, forms):
        forms.take_all([MARIA, JOAO])

        last, first = forms.records()
        assert [first["outcome"], last["outcome"]] == ["created", "created"]
        assert first["lead_id"] in [each["leadId"] for each in leads(service)]
        imported = f"/api/v1/organizations/acme/leads/import/{first['import_id']}"
        assert service.get(imported, **forms.asked).json["created"] == 2

    def test_the_same_record_again_changes_nothing(self, service, forms):
        forms.take_all(MARIA)
        forms.take_all(MARIA)

        assert outcomes(forms) == [("unchanged", None), ("created", None)]

    def test_unknown_fields_are_kept_and_listed(self, service, forms):
        forms.take_all({**MARIA, **{f"field {number}": "x" for number in range(70)}})

        assert len(only(service)["custom"]) == 50
        assert len(forms.ask("GET", "/records").json["unknown_fields"]) == 71


class TestOrder:
    def test_the_last_of_a_b_a_is_applied(self, service):
        forms = lead_sender(service, on_existing="overwrite")
        for name in ("A", "B", "A"):
            forms.take_all({**MARIA, "name": name})

        assert only(service)["name"] == "A"

    def test_a_b_a_in_one_request_leaves_a_and_what_any_of_them_said(self, service):
        forms = lead_sender(service, on_existing="overwrite")

        forms.take_all([{**MARIA, "name": "A", "shoe": "42"}, {**MARIA, "name": "B"}, {**MARIA, "name": "A"}])

        assert (only(service)["name"], only(service)["custom"]["shoe"]) == ("A", "42")

    def test_an_older_record_is_stale(self, service):
        forms = lead_sender(service, on_existing="overwrite")
        forms.take_all({**MARIA, "updated_at": "2026-03-02T00:00:00Z"})
        forms.take_all({**MARIA, "name": "Old", "updated_at": "2026-03-01T00:00:00Z"})

        assert only(service)["name"] == "Maria"
        assert outcomes(forms)[0] == ("skipped", "stale")

    def test_an_event_is_applied_once(self, service):
        forms = lead_sender(service, on_existing="overwrite")
        for name, event in (("A", "1"), ("B", "2"), ("A", "1")):
            forms.take_all({**MARIA, "name": name, "messageId": event})

        assert only(service)["name"] == "B"

    def test_records_that_name_one_lead_in_two_ways_are_applied_one_after_the_other(self, service):
        both = {"whatsapp": MARIA["whatsapp"], "telegram": "123456789"}
        forms = lead_sender(service, on_existing="overwrite", fields={"telegram": "identity:telegram"})
        forms.take_all(both)

        forms.take_all([{"whatsapp": MARIA["whatsapp"], "name": "A"}, {"telegram": "123456789", "email": "m@x.org"}])

        assert (only(service)["name"], only(service)["email"]) == ("A", "m@x.org")


class TestFailures:
    def test_a_record_that_identifies_nobody_is_kept_and_replayed(self, service, forms):
        forms.take_all([{"zz": "123456789"}, {"name": "Nobody"}])
        assert [each["reason"] for each in forms.ask("GET", "/failed").json["records"]] == ["no_identity"] * 2

        forms.ask("PATCH", body={"fields": {"zz": "identity:telegram"}})
        assert forms.ask("POST", "/failed/replay").json["replayed"] == 2
        run_waiting(service)

        assert len(leads(service)) == 1
        assert len(forms.ask("GET", "/failed").json["records"]) == 1

    def test_one_bad_record_does_not_stop_the_others(self, service, forms):
        forms.take_all([{"whatsapp": "12"}, MARIA])

        assert len(leads(service)) == 1
        assert len(forms.ask("GET", "/failed").json["records"]) == 1

    def test_a_source_without_any_identity_imports_nothing(self, service, forms):
        forms.take_all({"name": "Maria"})

        assert leads(service) == []
        assert outcomes(forms) == [("failed", "no_identity")]


class TestAsForFiles:
    def test_a_trial_tells_what_would_happen_and_changes_nothing(self, service, forms):
        response = forms.ask("POST", "/plan", body=[MARIA, JOAO])
        run_waiting(service)

        assert response.status == 202
        told = service.get(response.json["status_url"].partition("example")[2], **forms.asked).json
        assert (told["dryRun"], told["created"]) == (True, 2)
        assert leads(service) == []

    def test_what_came_in_can_be_undone(self, service, forms):
        forms.take_all([MARIA, JOAO])
        import_id = forms.records()[0]["import_id"]

        service.post(f"/api/v1/organizations/acme/leads/import/{import_id}/undo", **forms.asked, body={})
        run_waiting(service)

        assert leads(service) == []


class TestErasingALead:
    def test_nothing_that_a_source_sent_of_it_is_kept(self, service, forms):
        forms.take_all(MARIA)
        forms.take_all({"name": "Recife failed", "city": "Recife"})
        forms.source["erased"] = service.post(
            "/api/v1/organizations/acme/leads/erase",
            **forms.asked,
            body={"identity": {"channel": "whatsapp", "channelIdentifier": MARIA["whatsapp"]}},
        )
        run_waiting(service)

        stored = str([table.items for table in service.dynamodb.tables.values()])
        assert "Recife" not in stored
        assert [key for key in service.bucket.kept if key.startswith("ingest/")] == []
