"""What a field that was added to the table of members can do: run by `test_one_more_field` where there is one.

It loads the service of a copy of the source, to whose table `pronouns` was added, and goes through every room.
"""

import csv
import io
import json

from chalicelib.contacts.cleaning import clean_fields
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.source_record import SourceRecord, Stamp
from chalicelib.foundation.outcomes import Outcome
from tests.routes.service import CRON_SECRET, Service

SHE = "she/her"
CREATE = """mutation($input: StartBulkCreateContactsInput!) { startBulkCreateContacts(input: $input) { jobId } }"""
CONTACT = """query($id: ID!) { contact(contactId: $id) { pronouns } }"""


def is_cleaned_and_folded() -> None:
    cleaned = clean_fields({"given": "Ada", "pronouns": f" {SHE}\x00 "})
    stamp = Stamp("job", 0, Outcome.CREATED)
    first = SourceRecord("google:1", "1", clean_fields({"given": "Ada"}), "", stamp, 1, 1)
    second = SourceRecord("google:2", "1", cleaned, "", stamp, 2, 2)

    assert cleaned["pronouns"] == SHE
    assert fold([first, second])["pronouns"] == SHE


def ada_in(service: Service) -> str:
    """The contact that arrived over GraphQL and by a REST request."""
    ada, bob = {"given": "Ada", "pronouns": SHE}, {"given": "Bob", "pronouns": "he/him"}
    answer = service.post("/graphql", who="ann", body={"query": CREATE, "variables": {"input": {"contacts": [ada]}}})
    assert "errors" not in answer.json, answer.json
    assert service.post("/api/v1/contacts/bulk", who="ann", body={"contacts": [bob]}).status == 202
    for _ in range(4):
        service.post("/api/cron/process-imports", x_cron_secret=CRON_SECRET)
    found = service.get("/api/v1/contacts?q=she/her", who="ann").json["contacts"]
    assert [each["pronouns"] for each in found] == [SHE]
    return str(found[0]["contact_id"])


def is_searched_shown_and_edited(service: Service, ada: str) -> None:
    response = service.post("/graphql", who="ann", body={"query": CONTACT, "variables": {"id": ada}})
    assert response.json["data"]["contact"]["pronouns"] == SHE
    assert (
        service.ask("PATCH", f"/api/v1/contacts/{ada}", who="ann", body={"pronouns": "they"}).json["pronouns"] == "they"
    )
    assert len(service.get("/api/v1/contacts?q=they", who="ann").json["contacts"]) == 1
    form = service.get(f"/contacts/{ada}/edit", who="ann").text
    assert 'name="pronouns" value="they"' in form
    page = service.get(f"/contacts/{ada}", who="ann").text
    assert "Pronouns" in page
    assert "they" in page


def is_exported(service: Service) -> None:
    def export(kind: str) -> str:
        return str(service.get(f"/api/v1/contacts/export?format={kind}", who="ann").text)

    def rows(kind: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(export(kind).removeprefix("\ufeff"), newline="")))

    assert {row["Pronouns"] for row in rows("csv")} == {"they", "he/him"}
    google = {(row["Custom Field 1 - Label"], row["Custom Field 1 - Value"]) for row in rows("address-book-csv")}
    assert google == {("Pronouns", "they"), ("Pronouns", "he/him")}
    assert "\r\nPRONOUNS:they\r\n" in export("vcard")
    assert "\r\nX-PRONOUNS:they\r\n" in export("vcard3")
    assert {each["pronouns"] for each in json.loads(export("json"))["contacts"]} == {"they", "he/him"}


def is_described(service: Service) -> None:
    schemas = service.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert all("pronouns" in schemas[name]["properties"] for name in ("Contact", "ContactInFull", "InputCreateContact"))
    assert "pronouns" in json.dumps(schemas["EditContactBody"])


if __name__ == "__main__":
    service = Service()
    is_cleaned_and_folded()
    ada = ada_in(service)
    is_searched_shown_and_edited(service, ada)
    is_exported(service)
    is_described(service)
