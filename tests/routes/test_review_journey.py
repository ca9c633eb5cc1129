"""A phone backup from its import to an empty queue, and again: nothing that was decided comes back."""

import json

from tests.routes import file_imports
from tests.routes.reviews import decide, ids_by_name, waiting
from tests.routes.service import HOME, Service
from tests.routes.test_cron_route import Context
from tests.routes.test_review_pages import submit

HEADERS = "First Name,Last Name,Email Address,Mobile Phone\n"
BACKUP = HEADERS + (
    "Ada,Lovelace,ada@x.org,+49 170 1111111\n"  # row 2: known, with a new address
    "Grace,Hopper,,+49 170 2222222\n"  # row 3: this number is Robert's
    "Karl,Gauss,,+49 170 3333333\n"  # row 4: this number is Emmy's
    "Alan,Turing,alan@x.org,\n"  # row 5: new
)
PEOPLE = {"Ada Lovelace": "+49 170 1111111", "Robert Bit": "+49 170 2222222", "Emmy Noether": "+49 170 3333333"}
KNOWN = "".join(
    f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;TYPE=CELL:{phone}\nEND:VCARD\n" for name, phone in PEOPLE.items()
)


def import_file(service: Service, content: str, name: str) -> dict[str, int]:
    """The counts of a file that was imported as it was planned."""
    service.clock.advance(minutes=1)
    counts: dict[str, int] = file_imports.commit(service, file_imports.plan(service, content, name))["counts"]
    return counts


def work(service: Service, job_id: str) -> None:
    service.wiring.on_message(json.dumps({"job_id": job_id}), Context())


def test_a_phone_backup_is_decided_once():
    service = Service()
    import_file(service, KNOWN, "crm.vcf")

    counts = import_file(service, BACKUP, "phone.csv")

    assert (counts["created"], counts["updated"], counts["conflict"]) == (1, 1, 2)
    grace, karl = waiting(service)
    for review, decision in ((grace, "same"), (karl, "different")):
        work(service, decide(service, review, decision).json["job_id"])
    assert waiting(service) == []
    book = ids_by_name(service)
    assert len(book) == 5  # the three that were known, the new one, and Karl, who is not Emmy

    again = import_file(service, BACKUP, "phone.csv")

    assert (again["created"], again["updated"], again["conflict"]) == (0, 0, 0)
    assert waiting(service) == []
    assert ids_by_name(service) == book


def test_undoing_a_decision_about_a_row_leads_to_the_undo_of_its_job_and_the_row_waits_again():
    service = Service()
    import_file(service, KNOWN, "crm.vcf")
    import_file(service, BACKUP, "phone.csv")
    grace, karl = waiting(service)
    job_id = decide(service, grace, "same").json["job_id"]
    work(service, job_id)

    undone = submit(service, f"/review/{grace}/undo")

    assert (undone.status, undone.headers["location"]) == (303, f"{HOME}/runs/{job_id}/undo")
    preview = service.get(f"/api/v1/runs/{job_id}/undo", who="ann").json
    numbers = {each: preview[each] for each in ("removed", "restored", "returned", "kept", "failed")}
    work(service, service.post(f"/api/v1/runs/{job_id}/undo", who="ann", body=numbers).json["job_id"])
    assert waiting(service) == [grace, karl]
