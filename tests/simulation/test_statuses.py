"""Whatever deletes, restores, merges, splits or undoes contacts carries their statuses of enrichment along."""

from collections.abc import Callable
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.tables.keys import ENRICHMENT_STATUS, Key
from tests.simulation.house import OWNER
from tests.simulation.statuses import EnrichedBook, Step, holds_of_statuses

CHANGES = ("create", "clean up", "import", "undo", "delete", "restore", "merge", "unmerge", "split")
ALL = ("ask", "ask", "ask", *CHANGES, "merge", "undo")
NUMBERS = st.integers(0, 7)


def steps(kinds: tuple[str, ...]) -> st.SearchStrategy[list[Step]]:
    return st.lists(st.tuples(st.sampled_from(kinds), NUMBERS, NUMBERS), min_size=4, max_size=14)


def is_of_statuses(request: Any) -> bool:
    """Whether a request names a key of statuses or notes that the book has some."""
    if isinstance(request, dict):
        if isinstance(request.get("pk"), dict) and ENRICHMENT_STATUS.matches(Key(request["pk"]["S"], "x")):
            return True
        return any(map(is_of_statuses, request.values()))
    if isinstance(request, list | tuple):
        return any(map(is_of_statuses, request))
    return isinstance(request, str) and (request.endswith("#status") or "SET has_statuses" in request)


class Recording:
    """A client of DynamoDB that notes the requests."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.requests: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._client, name)

        def noted(**request: Any) -> Any:
            self.requests.append(request)
            return call(**request)

        return noted


class TestABookWithStatuses:
    @given(steps(ALL))
    # an undo removes a contact as it was created, and comes back
    @example([("create", 2, 3), ("ask", 2, 1), ("undo", 0, 0), ("undo", 0, 0)])
    # the last source of a contact that consists of two removes it, and comes back
    @example([("ask", 0, 1), ("ask", 1, 1), ("merge", 0, 1), ("import", 0, 0), ("import", 1, 0), ("undo", 0, 0)])
    # the contact that another one had been merged into is gone once that one has its records back
    @example([("merge", 0, 1), ("ask", 0, 1), ("import", 0, 0), ("unmerge", 0, 0)])
    # a split moves a record of a vendor, and the two are merged again
    @example([("create", 0, 1), ("ask", 0, 2), ("ask", 0, 3), ("split", 0, 1), ("merge", 0, 2), ("unmerge", 0, 0)])
    # a contact is asked about before and after it was merged, deleted and brought back
    @example([("ask", 1, 0), ("merge", 0, 1), ("ask", 0, 0), ("delete", 0, 0), ("restore", 0, 0), ("unmerge", 0, 0)])
    @settings(max_examples=50)
    def test_loses_none_has_none_twice_and_leaves_none_behind(self, happening):
        book = EnrichedBook()
        for step in happening:
            book.take(step)

            assert book.stored() == {each: one for each, one in book.expected.items() if one}, step
            assert book.seen() == book.expected_seen(), step
        holds_of_statuses(book.house)


class TestABookWithoutStatuses:
    @given(steps(CHANGES))
    @settings(max_examples=15)
    def test_neither_reads_nor_writes_any(self, happening):
        book = EnrichedBook()
        dynamo = book.parts.shared.dynamo
        recording = Recording(dynamo.client)
        object.__setattr__(dynamo, "client", recording)
        for step in happening:
            book.take(step)

        assert [request for request in recording.requests if is_of_statuses(request)] == []


def test_an_erasure_forgets_all_of_them():
    book = EnrichedBook()
    book.take(("ask", 0, 0))
    book.take(("ask", 1, 1))
    book.take(("merge", 0, 1))

    job = book.parts.erase()
    for _ in range(10):
        book.parts.run_job(job.job_id)
        book.house.world.now += 3600

    assert book.parts.jobs.get(job.job_id).is_finished
    assert book.stored() == {}
    assert not book.parts.books.state(OWNER).has_statuses
