"""Whatever the input, the chunks and the refused commits: no contact is lost or duplicated."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.books.book import Book
from chalicelib.books.intake import Limits
from chalicelib.books.job_kinds import CONTACTS
from chalicelib.contacts.cleaning import digest
from chalicelib.contacts.decision import CreateNew, MergeInto, Skip
from chalicelib.contacts.fold_records import fold
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact, Unreadable
from tests.books.world import CREATED, SKIPPED, UNCHANGED, World
from tests.contacts.making import GOOGLE, MICROSOFT, fields, record
from tests.examples import examples

NAMES = ["", "Ada Lovelace", "A. Lovelace", "Alan Turing", "Ada"]
emails = st.sampled_from(["", "a@x.org", "b@x.org", "c@x.org"])
ids = st.sampled_from([f"p/{number}" for number in range(8)])
people = st.builds(
    lambda source_id, name, email, title, aliases: SourceContact(
        source_id, fields(name, email=email, title=title, nickname="x"), tuple(aliases)
    ),
    ids,
    st.sampled_from(NAMES),
    emails,
    st.sampled_from(["", "Miss"]),
    st.lists(st.sampled_from(["c1", "c2"]), max_size=1),
)
partials = st.builds(
    lambda source_id, title, cleared: SourceContact(
        source_id, {"title": title}, partial=True, cleared=("emails",) if cleared else ()
    ),
    ids,
    st.sampled_from(["Countess", "Miss"]),
    st.booleans(),
)
decisions = st.one_of(
    st.builds(MergeInto, st.sampled_from([f"contact-{number}" for number in range(1, 6)])),
    st.builds(CreateNew),
    st.just(Skip("not_wanted")),
)
decided = st.builds(lambda each, decision: replace(each, decision=decision), people | partials, decisions)
listings = st.lists(people | partials | decided | st.builds(Unreadable, ids, st.just("poison")), max_size=10)
limits = st.builds(Limits, contacts=st.integers(1, 4), lines=st.integers(1, 5))
imports = st.lists(st.tuples(st.sampled_from([GOOGLE, MICROSOFT]), listings), min_size=1, max_size=4)


def run_import(world: World, number: int, source: str, incoming, chunk_limits, refuse: st.DataObject):
    """One import, pipelined, with commits refused now and then because a person edited a contact in between."""
    intake = world.intake(source, job=f"job-{number}")
    results, start, pending = [], 0, None
    while start < len(incoming) or pending:
        at = start + (pending.consumed if pending else 0)
        following = intake.plan(incoming[at:], chunk_limits) if at < len(incoming) else None
        if pending:
            if refuse.draw(st.sampled_from([False, False, False, False, True])):  # what is tried first must end
                edit_a_contact(world)
                intake.reload_book()
                pending = None
                continue
            world.commit(intake, pending)
            results += pending.results
            start += pending.consumed
        pending = following
    assert_same_book(intake._book, world.store.read_book("anna"))
    return results


def edit_a_contact(world: World) -> None:
    for contact in world.book()[:1]:
        contact.records = [each for each in contact.records if each.source != PERSON]
        contact.records.append(record(PERSON, {"notes": str(contact.version)}))
        world.edit(contact)


def assert_same_book(kept_current: Book, read_again: Book) -> None:
    assert {entry.contact_id: entry for entry in kept_current} == {entry.contact_id: entry for entry in read_again}
    for source in (GOOGLE, MICROSOFT):
        assert kept_current.source_ids(source) == read_again.source_ids(source)
    for email in ("a@x.org", "b@x.org", "c@x.org"):
        assert set(kept_current.contacts_with(email)) == set(read_again.contacts_with(email))


@settings(max_examples=examples(60), deadline=None)
@given(imports, limits, st.data())
def test_no_contact_is_lost_or_duplicated(imports, chunk_limits, data):
    world = World()
    for number, (source, incoming) in enumerate(imports):
        results = run_import(world, number, source, incoming, chunk_limits, data)

        assert [result.source_id for result in results] == [each.source_id for each in incoming]
        assert all(result.outcome in CONTACTS.read for result in results)
        records = [each for contact in world.book() for each in contact.records if each.source == source]
        assert max(Counter(each.source_id for each in records).values(), default=0) <= 1
        kept = {each.source_id for each in records}
        assert {result.source_id for result in results if result.contact_id is not None} <= kept
        for each in records:
            assert each.digest == digest(each.fields)
    for contact in world.book():
        assert contact.records
        assert contact.shown == fold(contact.records)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(people, max_size=10, unique_by=lambda each: each.source_id), limits, st.data())
def test_the_same_listing_again_changes_nothing(listing, chunk_limits, data):
    world = World()
    plain = [SourceContact(each.source_id, each.fields) for each in listing]
    run_import(world, 1, GOOGLE, plain, chunk_limits, data)
    before = dict(world.table.items)

    chunk = world.intake(job="job-2").plan(plain, Limits())

    assert {result.outcome for result in chunk.results} <= {UNCHANGED}
    assert chunk.writes == []
    assert world.table.items == before


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(people, max_size=10, unique_by=lambda each: each.source_id), limits, st.data())
def test_the_size_of_chunks_does_not_affect_matching(listing, chunk_limits, data):
    whole, cut = World(), World()
    at_once = whole.import_contacts(*listing)
    in_pieces = run_import(cut, 1, GOOGLE, listing, chunk_limits, data)

    assert Counter(result.outcome for result in at_once) == Counter(result.outcome for result in in_pieces)
    assert sum(result.outcome is CREATED for result in at_once) == len(whole.book()) == len(cut.book())
    assert SKIPPED not in {result.outcome for result in at_once}


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(people, max_size=10, unique_by=lambda each: each.source_id), st.lists(ids, unique=True), limits)
def test_removals_delete_exactly_the_given_records(listing, gone, chunk_limits):
    world = World()
    world.import_contacts(*listing)
    intake = world.intake(job="job-2")
    known = set(intake.known_ids())  # a view of the book, which changes
    removed, start = [], 0
    while start < len(gone):
        chunk = intake.plan_removals(gone[start:], chunk_limits)
        world.commit(intake, chunk)
        removed += [result.source_id for result in chunk.results]
        start += chunk.consumed

    assert removed == [source_id for source_id in gone if source_id in known]
    assert world.intake(job="job-3").known_ids() == known - set(gone)
    assert_same_book(intake._book, world.store.read_book("anna"))
