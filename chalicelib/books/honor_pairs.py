"""Applies remembered pairs in matching: "the same" decides; "different" contacts are neither merged nor linked."""

from dataclasses import replace

from chalicelib.books.book import Book
from chalicelib.books.matching import MOST_DUPLICATES, Candidate, Decision, Merge, contacts_sharing, decide
from chalicelib.books.pairs import Compared, RecordKey


def decide_by_pairs(book: Book, record: RecordKey, candidate: Candidate) -> Decision:
    """The decision about a record that the book does not have, from what the person said, else by matching.

    Args:
        record: its source and its id there.
    """
    if not book.pairs:
        return decide(book, candidate)
    different = different_from(book, record, candidate)
    same = said_same(book, record)
    if same is not None:
        sharing = contacts_sharing(book, (*candidate.emails, *candidate.phones), same)
        return Merge(same, tuple(each for each in sharing if each not in different)[:MOST_DUPLICATES])
    decision = decide(book, candidate, different)
    if isinstance(decision, Merge):
        into = decision.into
        linked = tuple(each for each in decision.possible_duplicates if not book.is_different(into, each))
        return replace(decision, possible_duplicates=linked)
    return decision


def different_from(book: Book, record: RecordKey, candidate: Candidate) -> frozenset[str]:
    """The ids of the contacts that the person said to be different from this record."""
    if not book.pairs:
        return frozenset()
    values = filter(None, (candidate.card, *candidate.emails, *candidate.phones))
    known = Compared((record,), tuple(values))
    others = (each for pair, side in book.pairs.naming((record,)) for each in pair.other_side(side).records)
    paired = {contact_id for each in others if (contact_id := book.contact_with(*each)) is not None}
    return frozenset(each for each in paired if book.pairs.are_different(known, book.entry(each).compared))


def said_same(book: Book, record: RecordKey) -> str | None:
    """The id of the contact that the person said to be the same as this record."""
    return book.same_as(*record) if book.pairs else None
