"""What is remembered of two contacts once their merge is taken back: no longer that they are the same."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.books.later_merges import merges_naming
from chalicelib.books.merged_records import keys_of
from chalicelib.books.pair_store import PairStore
from chalicelib.books.pairs import RecordKey, Verdict, pair_of
from chalicelib.books.redirects import Redirect
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import Write

MOST_CORRECTED = 15  # pairs of other merges that one transaction corrects


def pair_writes(
    pairs: PairStore,
    owner: str,
    redirect: Redirect,
    parts: Sequence[Contact],
    others: Sequence[Redirect],
    restored: Contact | None,
    *,
    different_at: int | None,
    by: str,
) -> list[Write]:
    """The writes of what is remembered, one for each pair: a contact that was split off and merged again is in one pair
    with the same contact twice.

    Args:
        parts, different_at: as of `_verdict_writes`.
        others, restored: as of `_corrected_writes`.
    """
    corrected = _corrected_writes(pairs, owner, redirect, others, restored)
    verdicts = _verdict_writes(pairs, owner, redirect, parts, different_at=different_at, by=by)
    return list({**corrected, **verdicts}.values())


def _verdict_writes(
    pairs: PairStore, owner: str, redirect: Redirect, parts: Sequence[Contact], *, different_at: int | None, by: str
) -> dict[str, Write]:
    """The writes that forget the pair of the merge, and remember that the two are different, by the ids of pairs.

    Args:
        parts: the two contacts, without those of which nothing is left. Their sources may have them again later.
        different_at: milliseconds since 1970; None only to forget.
    """
    same = redirect.journal.pair_id
    if different_at is None:
        return {same: pairs.remove_write(owner, same)}
    if len(parts) < 2:
        known = pairs.find_many(owner, [same]).get(same)
        if known is None:
            return {}
        different = replace(known, verdict=Verdict.DIFFERENT, at=different_at, by=by)
        return {same: pairs.renew_write(owner, same, different)}
    left, right = parts
    pair = pair_of(left, right, Verdict.DIFFERENT, at=different_at, by=by)
    return {same: pairs.remove_write(owner, same), pair.pair_id: pairs.put_write(owner, pair)}


def _corrected_writes(
    pairs: PairStore, owner: str, redirect: Redirect, others: Sequence[Redirect], restored: Contact | None
) -> dict[str, Write]:
    """The writes that take a contact out of the pairs of other merges, which it was a part of then, by their ids.

    Args:
        redirect: of the contact whose merge is taken back.
        others: of the other contacts that are part of the merged one.
        restored: the contact, if anything is left of it.
    """
    named = [each.journal.pair_id for each in merges_naming(redirect, others)]
    gone: set[RecordKey] = {*redirect.journal.records, *(() if restored is None else keys_of(restored))}
    writes: dict[str, Write] = {}
    for pair_id, pair in pairs.find_many(owner, named[:MOST_CORRECTED]).items():
        rest = pair.without(gone)
        if rest is None:
            writes[pair_id] = pairs.remove_write(owner, pair_id)
        elif rest != pair:
            writes[pair_id] = pairs.renew_write(owner, pair_id, rest)
    return writes
