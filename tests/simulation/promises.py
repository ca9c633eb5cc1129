"""The invariants of the stored data: after every step, and at the end."""

import gzip
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.address_book.index import name_key
from chalicelib.address_book.list_contacts import ContactPage
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.name_cards import card_text
from chalicelib.contacts.removed_names import NOTED
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import ContactFields
from chalicelib.erasing.erase_person import KIND as ERASE_KIND
from chalicelib.foundation.clock import milliseconds
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.job import BOOK_LANE, Job
from chalicelib.jobs.ledger import verify
from chalicelib.jobs.rows import to_job
from chalicelib.jobs.store import JobStore
from chalicelib.tables.keys import ACTIVITY, ENRICHMENT_STATUS, Key
from tests.fakes.account import CANARY, Person
from tests.jobs.kinds import KINDS
from tests.simulation.house import OWNER, House


def jobs_in(house: House) -> list[Job]:
    """All jobs as they are stored. (An item that is still the same object still says the same.)"""
    known, jobs = house.known_jobs, []
    for (pk, sk), item in house.dynamo.tables["jobs"].items.items():
        if sk == "job":
            if pk not in known or known[pk][0] is not item:
                known[pk] = (item, to_job(item, KINDS))
            jobs.append(known[pk][1])
    return jobs


def contacts_in(house: House, owner: str = OWNER) -> list[Contact]:
    return list(house.outside.contacts.all(owner))


def holds_at_every_step(house: House) -> None:
    """Counts agree with the ledger, changes with what is told of them, and only the front of a queue has a `due`.

    All of it is about what is stored, so it is checked again only when something was written.
    """
    if house.judged_writes == house.dynamo.writes:
        return
    differences = getattr(house.dynamo, "differences", ())
    assert not differences, differences
    jobs = jobs_in(house)
    for job in jobs:
        old = house.judged_jobs.get(job.job_id)
        if old is not job:
            verdict = verify(house.outside.jobs, job)
            assert verdict.consistent, (job.job_id, verdict)
            _moved_on(old, job)
    lines_hold(house.outside.jobs, jobs)
    if not house.dynamo.tables["jobs"].lagging:
        _index_agrees(house, jobs)
    versions_tell_books_apart(house, jobs)
    house.judged_jobs = {job.job_id: job for job in jobs}
    house.judged_writes = house.dynamo.writes


def lines_hold(store: JobStore, jobs: Sequence[Job]) -> None:
    """Unfinished jobs are in the queue of their lane, only its front has a `due`, and the owner's item lists them."""
    lanes = {(job.owner, job.lane) for job in jobs}
    queues = {lane: store.queue(*lane).jobs for lane in lanes}
    for job in jobs:
        queue = queues[job.owner, job.lane]
        assert (job.job_id in queue) is not job.is_finished, (job, queue)
        assert (job.due is not None) is (queue[:1] == (job.job_id,)), (job, queue)
    for owner in {owner for owner, lane in lanes if lane}:
        live = {job.job_id for job in jobs if job.owner == owner and job.lane and not job.is_finished}
        assert store.lanes(owner).jobs == live


def versions_tell_books_apart(house: House, jobs: Sequence[Job]) -> None:
    """Whatever wrote to the book has given it a version that it never had; so a derived index is never mistaken."""
    front = next((job for job in jobs if (job.owner, job.lane) == (OWNER, BOOK_LANE) and job.due is not None), None)
    state = house.outside.books.state(OWNER, front)
    if state.is_erasing:
        return  # an erasure takes contacts away without a version, and no index is kept meanwhile
    held = frozenset(
        (key, item.get("version", {}).get("N"))
        for key, item in house.dynamo.tables["contacts"].items.items()
        if not ENRICHMENT_STATUS.matches(Key(*key))  # no index has statuses
    )
    assert house.known_books.setdefault(state.version, held) == held, state.version


def list_tells_no_lies(house: House) -> ContactPage:
    """A reader of the book sees only current contacts, and all of them where the response claims so."""
    listed = house.outside.address_book.list_contacts(OWNER, size=10_000)
    held = {one.contact_id: one for one in contacts_in(house)}
    assert all(_is_as_held(one, held) for one in listed.contacts), (listed, held)
    if listed.is_current:
        assert (listed.total, listed.matches, len(listed.contacts)) == (len(held),) * 3, (listed, held)
    return listed


def _is_as_held(one: Contact, held: Mapping[str, Contact]) -> bool:
    """But for possible duplicates, which a list names both ways."""
    known = held.get(one.contact_id)
    return known is not None and replace(one, possible_duplicates=known.possible_duplicates) == known


def list_is_true(house: House) -> None:
    """When all has come to rest, the list is the book, in order; of a large book once a worker has indexed it."""
    if not list_tells_no_lies(house).is_current:
        assert house.books_to_index == {OWNER}
        house.outside.address_book.indexes.build(OWNER)
        house.world.now += 400  # a process that died while it indexed the book is given up by then, whatever its clock
        list_tells_no_lies(house)
        house.outside.address_book.indexes.build(OWNER)
        house.world.now += 1
    listed = list_tells_no_lies(house)
    assert listed.is_current
    keys = [name_key(one.shown.get("display", "")) for one in listed.contacts]
    assert keys == sorted(keys)


def buried_in(house: House) -> set[str]:
    """Ids that sources knew deleted contacts by."""
    deletion_markers = (
        item["buried"]["S"] for item in house.dynamo.tables["contacts"].items.values() if "buried" in item
    )
    return {source_id for deletion_marker in deletion_markers for _, source_id in json.loads(deletion_marker)}


def skipped_as_deleted(house: House, jobs: Iterable[Job], people: Mapping[str, Person]) -> set[str]:
    """Ids of people that these jobs skipped because the person had deleted a contact with their address and name."""
    deletions = house.outside.contacts.deletions(OWNER)
    lines = [line for job in jobs for chunk in house.outside.jobs.ledger(job) for line in chunk.lines]
    skipped = {line.source_id for line in lines if line.reason == "deleted_by_person"} & people.keys()
    for person in (people[source_id] for source_id in skipped):
        card = card_text(ContactFields(display=person.name))
        assert any(deletions.matching(card, [person.email], [person.email])), person
    return skipped


def _moved_on(old: Job | None, job: Job) -> None:
    """Each revision is written once, and nothing is written to a job that has ended."""
    if old is not None:
        assert job.rev > old.rev, (old, job)
        assert not old.is_finished, (old, job)


def nothing_left(house: House, owner: str = OWNER) -> None:
    """After an erasure: no contact, no account, no page, no job but the erasure, and nobody in what happened."""
    assert not house.dynamo.tables["contacts"].items
    assert not house.dynamo.tables["people"].items
    assert not house.blobs.kept
    happened = {key: item for key, item in house.dynamo.tables["jobs"].items.items() if ACTIVITY.matches(Key(*key))}
    assert not [item for item in happened.values() if {"S": owner} in item.values()]
    kept = [key for key in house.dynamo.tables["jobs"].items if key[0] != "schedule" and key not in happened]
    assert [job.kind for job in jobs_in(house)] == [ERASE_KIND], jobs_in(house)
    assert all(key[0].startswith("job#") for key in kept), kept


def _index_agrees(house: House, jobs: list[Job]) -> None:
    live = {job.job_id: milliseconds(job.due) for job in jobs if job.due is not None}
    indexed = {key[0].removeprefix("job#"): int(item["due"]["N"]) for key, item in _due_index(house)}
    assert indexed == live


def _due_index(house: House) -> Iterable[Any]:
    return house.dynamo.tables["jobs"].indexed("due", "due#00")


def holds_at_the_end(
    house: House,
    job: Job,
    people: dict[str, Person],
    *,
    source: str,
    typed: Collection[str] = (),
    skipped: Collection[str] = (),
) -> None:
    """Nothing lost, nothing twice: each readable entry has one record with the latest content of the source.

    Args:
        people: the latest content of each readable entry, by source id.
        typed: addresses of contacts that a person added while an import ran, which may not have known of them.
        skipped: ids of entries that an import skipped as deleted; they may be missing.
    """
    contacts = contacts_in(house)
    records = [record for contact in contacts for record in contact.records if record.source == source]
    counted = Counter(record.source_id for record in records)
    expected = Counter(each for each in people if each not in skipped or each in counted)
    assert counted == expected, ("records", counted, sorted(people))
    for record in records:
        assert record.fields["display"] == people[record.source_id].name, record
        assert record.fields["emails"][0]["value"] == people[record.source_id].email, record
    for contact in contacts:
        assert contact.records, contact
    nobody_twice(contacts, but_for=typed)


def keeps_own_words(house: House, own_words: Mapping[str, ContactFields]) -> None:
    """No import overwrites what the person typed. A contact whose last source went has its name beside it."""
    contacts = {contact.contact_id: contact for contact in contacts_in(house)}
    for contact_id, fields in own_words.items():
        assert contact_id in contacts, contact_id
        records = [record for record in contacts[contact_id].records if record.source == PERSON]
        own = [_typed(record.fields) for record in records]
        assert own == [_typed(fields)], (contact_id, own, fields)


def _typed(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {member: value for member, value in fields.items() if member not in NOTED}


def nobody_twice(contacts: list[Contact], *, but_for: Collection[str] = ()) -> None:
    """In these books, one address is one person, and no existing contact is added again."""
    shown = (email["value"] for contact in contacts for email in contact.shown.get("emails", ()))
    addresses = Counter(address for address in shown if address not in but_for)
    assert max(addresses.values(), default=1) == 1, addresses.most_common(3)


def ledger_agrees(house: House, job: Job, expected: list[Outcome] | None = None) -> None:
    lines = [line for chunk in house.outside.jobs.ledger(job) for line in chunk.lines]
    read = [line for line in lines if line.outcome is not Outcome.REMOVED]
    assert len(read) == job.counts.read, job
    if expected is not None:
        assert [line.outcome for line in read] == expected, (job.job_id, lines)


def keeps_tokens_secret(house: House, logged: Iterable[str] = ()) -> None:
    """No token in any stored byte or log line."""
    canary = CANARY.encode()
    for item in house.dynamo.stored_items():
        assert canary not in b"".join(_bytes_in(item)), item.get("sk")
    for key, content in house.blobs.kept.items():
        assert canary not in (gzip.decompress(content) if key.endswith(".gz") else content), key
    for line in (*logged, *house.queue.sent):
        assert CANARY not in line


def _bytes_in(value: Any) -> Iterable[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _bytes_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _bytes_in(inner)
    else:
        yield json.dumps(value).encode()
