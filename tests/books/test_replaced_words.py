"""What a job replaces is kept before it is committed, so that the job can be undone."""

from dataclasses import replace

import pytest

from chalicelib.books.changes import Ending, ForEach, ListPosition
from chalicelib.books.chunk import Limits, Replaced
from chalicelib.books.planner import Planner
from chalicelib.books.replaced_words import ReplacedWords, from_json, to_json, words_of
from chalicelib.books.replaced_words_store import WordStore, pack, unpack, words_prefix
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceRecord
from chalicelib.jobs.job import Job, JobState
from tests.books.desk import ANN, Desk, people
from tests.contacts.making import GOOGLE, record, source_contact
from tests.fakes.blobs import FakeBlobs
from tests.fakes.clock import NOON
from tests.fakes.executor import InlineExecutor


class Keeping(Desk):
    """A desk whose jobs keep what they replace."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.blobs = FakeBlobs()
        self.words = WordStore(lambda: self.blobs, self.contacts, InlineExecutor(), lambda owner: {"c1": ["friends"]})
        self.change_book = replace(self.change_book, words=self.words)

    def kept(self, job: Job) -> list[ReplacedWords]:
        """All words of a job, by the blobs that its ledger names."""
        names = [chunk.blob for chunk in self.jobs.ledger(job) if chunk.blob]
        return [words for name in names for words in self.words.read(job.owner, name) or ()]

    def remove(self, *source_ids: str) -> Job:
        """A job that removes these records of Google's."""
        run = self.claimed(self.queued())
        planner = Planner(self.contacts, owner=ANN, source=GOOGLE, now=self.clock.now)
        return self._applied(run, planner, source_ids, planner.plan_removals)

    def withdraw(self, *contact_ids: str) -> Job:
        """A job that removes all records of Google's from these contacts, without reading those that only it has."""
        run = self.claimed(self.queued())
        planner = Planner(self.contacts, owner=ANN, source=GOOGLE, now=self.clock.now)
        return self._applied(run, planner, contact_ids, planner.plan_withdrawal)

    def _applied(self, run, planner, ids, plan) -> Job:
        changing = self.change_book.begin(run, planner)
        start = ListPosition.of(None)
        assert changing.apply(ForEach(list(ids), start, plan), start) is not None
        changing.end(Ending(JobState.COMPLETED))
        return self.jobs.get(run.job.job_id)


@pytest.fixture
def desk() -> Keeping:
    return Keeping(Limits(contacts=3, lines=5))


class TestARun:
    def test_that_only_creates_keeps_nothing(self, desk):
        job = desk.take_in(people(7))

        assert desk.kept(job) == []
        assert desk.blobs.kept == {}

    def test_keeps_each_record_that_it_changes_as_it_was(self, desk):
        first = desk.take_in(people(7, title="Clerk"))

        job = desk.take_in(people(7, title="Director"))

        kept = desk.kept(job)
        (change,) = kept[0].changes
        assert change.before is not None
        assert (change.before.fields["title"], change.before.stamp.job) == ("Clerk", first.job_id)
        assert (change.is_removed, change.left, len(kept)) == (False, None, 7)
        assert len(desk.blobs.kept) == 3  # chunks

    def test_names_a_record_that_it_adds_to_a_contact_of_before(self, desk):
        desk.take_in(people(1))

        job = desk.take_in([source_contact("p/other", "Person Nr000", email="p0@example.com")])

        (words,) = desk.kept(job)
        (change,) = words.changes
        assert (change.key, change.before) == ((GOOGLE, "p/other"), None)

    def test_keeps_nothing_of_a_contact_that_it_created_itself(self, desk):
        same = [source_contact(f"p/{at}", "Ada Lovelace", email="ada@example.com") for at in range(4)]

        job = desk.take_in(same)

        assert (job.counts.created, job.counts.updated) == (1, 3)
        assert desk.kept(job) == []

    def test_keeps_a_contact_that_it_removes_with_the_ids_of_its_collections(self, desk):
        desk.take_in(people(2, title="Clerk"))
        contact = desk.book()["Person Nr000"]

        (words,) = desk.kept(desk.remove("p/000"))

        assert (words.contact_id, words.is_removed, words.version) == (contact.contact_id, True, contact.version)
        assert [change.before for change in words.changes] == contact.records

    @pytest.mark.parametrize("contact_id", ["c1", "c2"])
    def test_keeps_the_collections_of_a_removed_contact_alone(self, desk, contact_id):
        words = ReplacedWords(contact_id, 1, 0, [], is_removed=True)

        (kept,) = desk.words.keeper(a_job())._with_collections([words])

        assert list(kept.collections) == (["friends"] if contact_id == "c1" else [])

    def test_gives_no_two_chunks_the_same_blob_not_even_one_that_is_planned_again(self, desk):
        keeper, ada = desk.words.keeper(a_job()), Contact("c1", 1, [record(GOOGLE, {"given": "Ada"})], 1, 1)

        kept = [keeper.keep([Replaced("c1", ada, None)], changes_members=False) for _ in range(3)]

        assert len({each.name for each in kept if each is not None}) == len(desk.blobs.kept) == 3

    def test_gives_no_two_chunks_the_same_blob_when_it_applies_changes_twice_in_one_claim(self, desk):
        job, ada = a_job(), Contact("c1", 1, [record(GOOGLE, {"given": "Ada"})], 1, 1)
        keepers = [desk.words.keeper(job), desk.words.keeper(job)]

        kept = [keeper.keep([Replaced("c1", ada, None)], changes_members=False) for keeper in keepers]

        assert len({each.name for each in kept if each is not None}) == len(desk.blobs.kept) == 2

    def test_keeps_the_fields_with_which_a_record_leads(self):
        leading = record(GOOGLE, {"given": "Ada"}, leads=("title",))
        words = words_of(Replaced("c1", Contact("c1", 1, [leading], 1, 1), None), "job")
        assert words is not None

        (change,) = from_json(to_json(words)).changes

        assert change.before == leading

    def test_reads_a_contact_that_it_removes_unread(self, desk):
        desk.take_in(people(1, title="Clerk"))
        contact = desk.book()["Person Nr000"]

        (words,) = desk.kept(desk.withdraw(contact.contact_id))

        assert [change.before for change in words.changes] == contact.records

    def test_keeps_what_it_changes_of_the_persons_own_words(self, desk):
        desk.take_in(people(1))
        contact = desk.book()["Person Nr000"]
        desk.edit(contact.contact_id, nickname="Nora")

        (words,) = desk.kept(desk.remove("p/000"))

        own = next(change for change in words.changes if change.key.source == PERSON)
        assert own.before is not None
        assert own.before.fields == words.own_fields == {"nickname": "Nora"}
        assert own.left is not None  # what the job left there, to know later whether the person changed it
        assert own.left.aliases == (f"{GOOGLE} p/000",)

    def test_commits_nothing_whose_words_could_not_be_kept(self, desk):
        desk.take_in(people(1, title="Clerk"))

        def refuse(key: str, content: bytes) -> None:
            raise OSError(key, len(content))

        desk.blobs.put = refuse
        with pytest.raises(OSError, match="undo/"):
            desk.take_in(people(1, title="Director"))

        assert desk.book()["Person Nr000"].shown["title"] == "Clerk"

    def test_names_no_blob_of_a_chunk_that_was_planned_again(self, desk):
        desk.take_in(people(9, title="Clerk"))
        edited = desk.book()["Person Nr004"].contact_id

        def edit() -> None:
            if len(desk.contacts.get(ANN, edited).records) == 1:
                desk.edit(edited, nickname="Nora")

        desk.tables.before_commit = edit
        job = desk.take_in(people(9, title="Director"))

        kept = {words.contact_id: words for words in desk.kept(job)}
        assert len(kept) == job.counts.updated == 9
        assert kept[edited].own_fields == {"nickname": "Nora"}


class TestBlobs:
    def test_do_not_have_the_name_of_their_owner(self, desk):
        desk.take_in(people(1, title="Clerk"))
        desk.take_in(people(1, title="Director"))

        (name,) = desk.blobs.kept
        assert name.startswith(words_prefix(ANN))
        assert ANN not in name.split("/")

    def test_that_have_expired_are_none(self, desk):
        assert desk.words.read(ANN, "job/0-0-x") is None

    def test_return_all_that_was_kept(self):
        before = Contact("c1", 3, [a_record("Ada \ud800", PERSON), a_record("Ada", GOOGLE)], 1, 2, ("c2",))
        after = replace(before, records=[a_record("Bob", GOOGLE)], possible_duplicates=("c2", "c3"))

        words = words_of(Replaced("c1", before, after), "job-9")

        assert words is not None
        assert unpack(pack([words])) == [words]
        assert from_json(to_json(words)) == words


def a_record(name: str, source: str) -> SourceRecord:
    return record(source, {"display": name, "organization": "X"}, source_id=f"{source}-1")


def a_job() -> Job:
    return Job("job-1", ANN, "import", JobState.PROCESSING, 1, NOON, holder="h")
