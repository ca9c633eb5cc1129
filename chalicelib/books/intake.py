"""Takes what one source says into one book: decides for each source contact, and plans the writes of a chunk."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.books.arrival import Arrival, arrived, as_whole, name_of
from chalicelib.books.book import Entry, Mark, record_of
from chalicelib.books.chunk import Chunk, Cut, Draft, Limits, Result
from chalicelib.books.contact_store import ContactStore
from chalicelib.books.decided import decided, why_impossible
from chalicelib.books.matching import MOST_DUPLICATES, Decision, Leave, Merge, as_wished, meeting, pointing
from chalicelib.books.planning import Planning
from chalicelib.contacts.contact import INNER_ID, PERSON, Contact, Incoming, SourceRecord, Stamp
from chalicelib.contacts.on_existing import OnExisting
from chalicelib.contacts.own_record import remembered
from chalicelib.contacts.source import Source
from chalicelib.foundation.errors import TooLarge
from chalicelib.foundation.outcomes import Outcome

__all__ = ["LARGEST_BOOK", "Chunk", "Intake", "Limits", "Result"]

LARGEST_BOOK = 100_000  # contacts
MOST_ALIASES = 20  # of one record
_NEW = "a new contact"  # among the contacts a chunk is foreseen to write


class Intake(Planning):
    """Args:
    source: or the key of one whose tag is the usual one. region: how phone numbers without a country are read ("DE").
    job, generation: what the records are stamped with.
    on_existing: what happens to a contact that the book has already; None: as `decide` says. The decision that an
        incoming contact brings along comes first.
    """

    def __init__(
        self,
        store: ContactStore,
        *,
        owner: str,
        source: Source | str,
        region: str,
        job: str,
        generation: int,
        now: Callable[[], datetime],
        fresh_id: Callable[[], str],
        largest_book: int = LARGEST_BOOK,
        on_existing: OnExisting | None = None,
    ) -> None:
        source = source if isinstance(source, Source) else Source.of(source)
        super().__init__(store, owner=owner, source=source.key, now=now)
        self._tag = source.own_tag
        self._region, self._job, self._generation = region, job, generation
        self._fresh_id, self._largest_book, self._on_existing = fresh_id, largest_book, on_existing

    # ── planning

    def plan(self, incoming: Sequence[Incoming], limits: Limits) -> Chunk:
        """What becomes of the first of `incoming`, as many as fit; always of one at least."""
        arrivals, needed = self._foreseen(incoming, limits)
        draft = self._draft(limits, needed)
        for arrival in arrivals:
            try:
                result = self._taken(arrival, draft)
            except Cut:
                break
            if result.source_id:
                self._read.add(result.source_id)
            if not draft.settle(result):
                break
        return self._finished(draft)

    def _foreseen(self, incoming: Sequence[Incoming], limits: Limits) -> tuple[list[Arrival], Iterable[str]]:
        """The first incoming, ready to be judged, and the contacts that they will change.

        What a chunk itself decides can change what becomes of the later ones: then one that is needed may not be
        loaded, and the chunk ends before it.
        """
        arrivals: list[Arrival] = []
        needed: dict[str, None] = {}
        written: dict[str, None] = {}
        writes = 0
        for each in incoming[: limits.lines]:
            arrival = arrived(each)
            needed.update(dict.fromkeys(self._plain_entries(arrival)))
            needs = self._needs(arrival)
            if needs is not None and needs not in written:
                writes += 1
                if needs is not _NEW:
                    needed[needs] = written[needs] = None
            arrivals.append(arrival)
            if writes > limits.contacts:
                break
        return arrivals, needed

    def _needs(self, arrival: Arrival) -> str | None:
        """The contact that this one will change, as far as can be told now; None for none."""
        if arrival.reason is not None or (arrival.source_id in self._read and arrival.digest is not None):
            return None
        mark = self._known(arrival)
        if why_impossible(arrival, self._book, mark) is not None:
            return None
        if mark is not None:
            return mark.contact_id if self._is_news(arrival, mark) else None
        if arrival.decision is None and self._on_existing is OnExisting.CREATE:
            return _NEW  # whoever it may resemble
        try:
            decision = self._decision(arrival)
        except MemoryError:
            raise
        except Exception:  # it fails again when its turn comes, and is counted then
            return None
        if isinstance(decision, Leave):
            return None
        return decision.into if isinstance(decision, Merge) else _NEW

    def _plain_entries(self, arrival: Arrival) -> Sequence[str]:
        """Contacts to compare it with whose entries, from an older version, lack details."""
        if not self._book.has_plain_entries or arrival.reason is not None or self._known(arrival) is not None:
            return ()
        try:
            _, emails, phones, _ = arrival.identities(self._region)
        except MemoryError:
            raise
        except Exception:  # it fails again when its turn comes, and is counted then
            return ()
        met = meeting(self._book, (*emails, *phones), "")
        return [contact_id for contact_id in met if self._book.entry(contact_id).is_plain][:MOST_DUPLICATES]

    def _read_plain_entries(self, arrival: Arrival, draft: Draft) -> None:
        for contact_id in self._plain_entries(arrival):
            contact = draft.loaded.get(contact_id)
            if contact is not None:
                version = self._book.entry(contact_id).version
                self._book.put(Entry.of(replace(contact, version=version)))

    def _decision(self, arrival: Arrival) -> Decision:
        wanted = decided(arrival, self._book, self._region)
        if wanted is not None:
            return wanted
        own = self._remembering(arrival)
        if own is not None:
            return Merge(own.contact_id)
        decision = arrival.decide(self._book, self._region)
        return decision if self._on_existing is None else as_wished(decision, self._on_existing)

    def _is_news(self, arrival: Arrival, mark: Mark) -> bool:
        """Whether any of it is new to the book, even if only that another contact was merged into it."""
        return not arrival.says_what(mark) or any(
            alias not in mark.aliases and self._speaks_of_another(alias, mark) for alias in arrival.aliases
        )

    def _speaks_of_another(self, alias: str, mark: Mark) -> bool:
        other = self._book.record(self._source, alias) or self._own_that_remembers(alias)
        return other is not None and other.contact_id != mark.contact_id

    def _remembering(self, arrival: Arrival) -> Mark | None:
        """The person's own record of the contact that had this one before its source removed it."""
        if not self._book.aliases(PERSON):
            return None
        return next(filter(None, map(self._own_that_remembers, (arrival.source_id, *arrival.aliases))), None)

    def _own_that_remembers(self, source_id: str) -> Mark | None:
        return self._book.aliases(PERSON).get(remembered(self._source, source_id))

    def _is_buried(self, arrival: Arrival) -> bool:
        """Whether the person deleted it; False if another contact, not deleted, was merged into it since."""
        if not self._book.is_buried(self._source, (arrival.source_id, *arrival.aliases)):
            return False
        earlier = [alias for alias in arrival.aliases if not alias.startswith(INNER_ID)]
        took_another_in = not all(self._book.is_buried(self._source, [alias]) for alias in earlier)
        return not (took_another_in and self._book.is_buried(self._source, [arrival.source_id]))

    # ── one source contact

    def _taken(self, arrival: Arrival, draft: Draft) -> Result:
        try:
            result = self._judged(arrival, draft)
            return result if result.reason else result._replace(reason=arrival.note)
        except (Cut, MemoryError):
            raise
        except TooLarge:
            return self._failed(arrival, "too_large")
        except Exception:  # one contact that breaks us must not break the page
            return self._failed(arrival, "unreadable")

    def _judged(self, arrival: Arrival, draft: Draft) -> Result:
        if arrival.source_id in self._read:
            return self._told_again(arrival, draft)
        if arrival.reason is not None:
            return self._failed(arrival, arrival.reason)
        mark = self._known(arrival)
        impossible = why_impossible(arrival, self._book, mark)
        if impossible is not None:
            return self._unkept(arrival, Outcome.FAILED, impossible)
        if mark is None:
            return self._newcomer(arrival, draft)
        if (mark.job, mark.generation) == (self._job, self._generation):
            return self._unkept(arrival, Outcome.SKIPPED, "duplicate")
        if arrival.digest is None:
            arrival = arrival.laid_over(record_of(mark, self._whole(mark.contact_id, draft)))
        if not self._is_news(arrival, mark):
            outcome = mark.outcome if mark.job == self._job else Outcome.UNCHANGED
            return Result(arrival.source_id, outcome, mark.contact_id)
        return self._changed(arrival, mark, draft)

    def _told_again(self, arrival: Arrival, draft: Draft) -> Result:
        """A duplicate. But a change may be told in pieces: each counts in the book, and the contact is counted once."""
        mark = self._book.record(self._source, arrival.source_id)
        if mark is not None and arrival.digest is None and arrival.reason is None:
            arrival = arrival.laid_over(record_of(mark, self._whole(mark.contact_id, draft)))
            if not arrival.says_what(mark):
                changed = self._changed(arrival, mark, draft)
                if mark.job != self._job:  # the pieces before said nothing new
                    return changed
        return self._unkept(arrival, Outcome.SKIPPED, "duplicate")

    def _known(self, arrival: Arrival) -> Mark | None:
        """The record of this source contact, be it by another id; never one that was read under its own in this run."""
        mark = self._book.record(self._source, arrival.source_id)
        if mark is not None:
            return mark
        mark = self._book.record_by_alias(self._source, arrival.source_id, arrival.aliases)
        return None if mark is None or mark.source_id in self._read or _parted(arrival, mark) else mark

    def _newcomer(self, arrival: Arrival, draft: Draft) -> Result:
        if arrival.digest is None:
            arrival = as_whole(arrival)
            if arrival.reason is not None:
                return self._failed(arrival, arrival.reason)
        if arrival.decision is None and self._is_buried(arrival):
            return self._unkept(arrival, Outcome.SKIPPED, "deleted_by_person")
        self._read_plain_entries(arrival, draft)
        decision = self._decision(arrival)
        if isinstance(decision, Leave):
            return Result(arrival.source_id, Outcome.SKIPPED, decision.known_as, decision.reason)
        if isinstance(decision, Merge):
            contact = pointing(self._whole(decision.into, draft), decision.possible_duplicates)
            record = self._record(arrival, Outcome.UPDATED, draft.moment)
            self._keep(contact, [*contact.records, record], draft)
            return Result(arrival.source_id, Outcome.UPDATED, decision.into)
        if len(self._book) >= self._largest_book:
            return self._failed(arrival, "book_full")
        record = self._record(arrival, Outcome.CREATED, draft.moment)
        contact = Contact(self._fresh_id(), 0, [record], draft.moment, draft.moment, decision.possible_duplicates)
        self._plan_write(contact, Entry.of_one(contact, *arrival.identities(self._region)), draft)
        return Result(arrival.source_id, Outcome.CREATED, contact.contact_id)

    def _changed(self, arrival: Arrival, mark: Mark, draft: Draft) -> Result:
        contact = self._whole(mark.contact_id, draft)
        old = record_of(mark, contact)
        outcome = mark.outcome if mark.job == self._job else Outcome.UPDATED
        record = self._record(arrival, outcome, draft.moment, old)
        known = set(self._book.entry(mark.contact_id).identities)
        _, emails, phones, _ = arrival.identities(self._region)
        met = meeting(self._book, (each for each in (*emails, *phones) if each not in known), mark.contact_id)
        records = [record if each is old else each for each in contact.records]
        self._keep(pointing(contact, met), records, draft)
        return Result(arrival.source_id, outcome, mark.contact_id)

    # ── contacts as they will be

    def _record(self, arrival: Arrival, outcome: Outcome, moment: int, old: SourceRecord | None = None) -> SourceRecord:
        known = old.aliases if old else ()  # one of them may be a contact of its own again
        earlier = [alias for alias in known if self._book.record(self._source, alias) is None]
        ids = dict.fromkeys((*arrival.aliases, *([old.source_id] if old else []), *earlier))
        ids.pop(arrival.source_id, None)
        return SourceRecord(
            self._source,
            arrival.source_id,
            arrival.in_region(self._region),
            str(arrival.digest),
            Stamp(self._job, self._generation, outcome),
            first_seen=old.first_seen if old else moment,
            last_changed=moment,
            aliases=tuple(ids)[:MOST_ALIASES],
            own_tag=old.own_tag if old else self._tag,
        )

    # ── what cannot be kept

    def _failed(self, arrival: Arrival, reason: str) -> Result:
        return self._unkept(arrival, Outcome.SKIPPED if arrival.left_out else Outcome.FAILED, reason)

    def _unkept(self, arrival: Arrival, outcome: Outcome, reason: str) -> Result:
        mark = self._book.record(self._source, arrival.source_id)
        if mark is not None:  # what it said before stays
            return Result(arrival.source_id, outcome, mark.contact_id, reason)
        return Result(arrival.source_id, outcome, None, reason, arrival.name or name_of(arrival.said))


def _parted(arrival: Arrival, mark: Mark) -> bool:
    """Whether a merged contact was split off again: it has an inner id of its own, and so has the other."""
    if mark.source_id in arrival.aliases:
        return False
    inner, others = ({each for each in ids if each.startswith(INNER_ID)} for ids in (arrival.aliases, mark.aliases))
    return bool(inner and others and not inner & others)
