"""The statuses of enrichment: the latest attempt of each vendor to find out more about a contact. Pure rules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.books.status_kind import StatusKind
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.source import Source, is_enrichment
from chalicelib.foundation.json import JsonObject

MOST_CARRIED = 60  # ids whose statuses one transaction deletes with a contact
MOST_ANSWERED = 20  # digests of one attempt; the oldest are forgotten, and their questions may be asked again


@dataclass(frozen=True, slots=True)
class Attempt:
    """The latest attempt of one vendor about one contact."""

    kind: StatusKind
    #: A code of `vendors/reasons.py`.
    reason: str
    #: Milliseconds since 1970.
    last_attempt_at: int
    #: The same; only of one that failed and is tried again.
    next_attempt_at: int | None = None
    #: The id of the job of the vendor's run.
    run: str = ""
    #: A hash of the details that the attempt depended on. If the contact's are others now, another attempt is due.
    digest: str = ""
    #: The failures in a row, which determine the wait before the next one.
    tries: int = 0
    #: The names of the contact's fields and of the facts that the vendor gave.
    gave: tuple[str, ...] = ()
    #: The vendor's own number for how certainly its answer is about this person.
    likelihood: int | None = None
    #: The vendor's id of the person, for its list of people who opted out.
    record_id: str = ""
    #: Digests of the questions that it answered for good, the newest last; at most `MOST_ANSWERED` are stored.
    answered: tuple[str, ...] = ()
    #: What it was before its run was undone, for the case that this is undone too.
    undone: "Attempt | None" = None


@dataclass(frozen=True, slots=True)
class ContactStatuses:
    """The latest attempts about one contact: what is stored under its id, which stays there if it is merged."""

    contact_id: str
    #: By the vendor's name.
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    #: The version of the stored item; 0 if none is stored.
    rev: int = 0
    #: When the owner of the book said that no vendor is asked about this contact, in milliseconds since 1970.
    opted_out_at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return not self.attempts and self.opted_out_at is None

    def with_attempt(self, vendor: str, attempt: Attempt) -> "ContactStatuses":
        """The same with this attempt in place of the vendor's earlier one."""
        return replace(self, attempts={**self.attempts, vendor: attempt})

    def without(self, vendors: Collection[str]) -> "ContactStatuses":
        """The same without the attempts of these vendors."""
        return replace(self, attempts={name: each for name, each in self.attempts.items() if name not in vendors})


def latest_attempts(statuses: Iterable[ContactStatuses]) -> dict[str, Attempt]:
    """The latest attempt of each vendor, by its name; of two at the same instant the first.

    Args:
        statuses: of a contact itself, and then of those that were merged into it.
    """
    latest: dict[str, Attempt] = {}
    for each in statuses:
        for vendor, attempt in each.attempts.items():
            known = latest.get(vendor)
            if known is None or attempt.last_attempt_at > known.last_attempt_at:
                latest[vendor] = attempt
    return latest


def statuses_together(contact_id: str, statuses: Sequence[ContactStatuses]) -> ContactStatuses:
    """The statuses of a contact that consists of several. What was said of one of them holds for all.

    Args:
        statuses: as `latest_attempts` takes them.
    """
    since = [each.opted_out_at for each in statuses if each.opted_out_at is not None]
    return ContactStatuses(contact_id, latest_attempts(statuses), opted_out_at=min(since, default=None))


def carried_ids(contact_id: str, merged: Sequence[str]) -> Sequence[str]:
    """The ids whose statuses are deleted with a contact, and come back with it: its own and those merged into it.

    What is left of a contact that consists of more than `MOST_CARRIED` stays where it is, so it need not come back.
    """
    return (contact_id, *merged)[:MOST_CARRIED]


def split_statuses(
    stored: Mapping[str, ContactStatuses], rest: Contact, records: Iterable[tuple[str, str]], new_id: str
) -> list[ContactStatuses]:
    """The statuses that change if a contact is split: a vendor's attempt goes with the vendor's record.

    If vendors are not to be asked about the contact, they are not to be asked about either part.

    If both contacts have a record of the vendor, those attempts go that were made under the ids of the moved records.

    Args:
        stored: under the ids of the contact and of those that were merged into it.
        rest: the contact without the moved records.
        records: source and source id of the moved records, as the contact had them.
        new_id: the id of the contact that has them now.
    """
    stays = {each.source for each in rest.records}
    moved: dict[str, dict[str, Attempt]] = {}  # by contact id and vendor
    for source, source_id in records:
        if is_enrichment(source):
            vendor, ids = Source.of(source).id, [source_id] if source in stays else [*stored]
            for each in ids:
                if each in stored and vendor in stored[each].attempts:
                    moved.setdefault(each, {})[vendor] = stored[each].attempts[vendor]
    since = statuses_together(new_id, list(stored.values())).opted_out_at
    if not moved:
        return [] if since is None else [ContactStatuses(new_id, opted_out_at=since)]
    left = [stored[each].without(vendors) for each, vendors in moved.items()]
    going = latest_attempts(ContactStatuses(each, attempts) for each, attempts in moved.items())
    return [*left, ContactStatuses(new_id, going, opted_out_at=since)]


# ── as JSON


def attempts_to_json(attempts: Mapping[str, Attempt]) -> JsonObject:
    """What `attempts_from_json` reads."""
    return {vendor: _to_json(attempt) for vendor, attempt in attempts.items()}


def attempts_from_json(stored: JsonObject) -> dict[str, Attempt]:
    """The attempts, by the vendor's name."""
    return {vendor: _from_json(attempt) for vendor, attempt in stored.items()}


def _to_json(attempt: Attempt) -> JsonObject:
    """The attempt, without what it does not have."""
    stored: JsonObject = {
        "kind": attempt.kind,
        "reason": attempt.reason,
        "last": attempt.last_attempt_at,
        "next": attempt.next_attempt_at,
        "run": attempt.run,
        "digest": attempt.digest,
        "tries": attempt.tries,
        "gave": list(attempt.gave),
        "likelihood": attempt.likelihood,
        "record_id": attempt.record_id,
        "answered": list(attempt.answered[-MOST_ANSWERED:]),
        "undone": None if attempt.undone is None else _to_json(attempt.undone),
    }
    return {name: value for name, value in stored.items() if value not in (None, "", [])}


def _from_json(stored: JsonObject) -> Attempt:
    return Attempt(
        StatusKind(stored["kind"]),
        stored.get("reason", ""),
        stored["last"],
        stored.get("next"),
        stored.get("run", ""),
        stored.get("digest", ""),
        stored.get("tries", 0),
        tuple(stored.get("gave", ())),
        stored.get("likelihood"),
        stored.get("record_id", ""),
        tuple(stored.get("answered", ())),
        _from_json(stored["undone"]) if "undone" in stored else None,
    )
