"""The import that all simulations watch: it creates, updates, leaves unchanged, skips and fails, over several pages."""

from dataclasses import dataclass, field

from chalicelib.books.job_kinds import CONTACTS
from chalicelib.foundation.outcomes import Outcome
from chalicelib.jobs.counts import Counts
from tests.fakes.account import FakeAccount, Person

KINDS = ("new", "same", "changed", "gone", "empty", "too_large", "twin", "again", "buried")


@dataclass
class Scenario:
    """An account, what the book knew of it before, and what an import of it must count.

    Args:
        before: the people an earlier import found there. now: those the import of today lists.
        expected: what becomes of each of them, in their order.
    gone: who is not listed any more. buried: whom the person deleted from the book in between.
    """

    before: list[Person] = field(default_factory=list)
    now: list[Person] = field(default_factory=list)
    expected: list[Outcome] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)

    def account(self, page_size: int = 4) -> FakeAccount:
        return FakeAccount(list(self.before), page_size=page_size)

    def turn(self, account: FakeAccount) -> None:
        """Today comes."""
        account.people = list(self.now)
        account.changes += [*(person.source_id for person in self.now), *self.gone]

    def counts(self) -> Counts:
        counted = {outcome: self.expected.count(outcome) for outcome in Outcome}
        return Counts.of(CONTACTS, {**counted, Outcome.REMOVED: len(self.gone)})

    def latest_people(self) -> dict[str, Person]:
        """What the source last said of everybody it could be understood about."""
        return {
            person.source_id: person
            for person in (*self.before, *self.now)
            if not person.ill and person.source_id not in self.gone and person.source_id not in self.buried
        }


def scenario(kinds: tuple[str, ...] = KINDS) -> Scenario:
    made = Scenario()
    for number, kind in enumerate(kinds):
        _ADDED[kind](made, f"people/c{number:02d}", f"Person{chr(65 + number)} Of{chr(97 + number)}", number)
    return made


def _new(made: Scenario, source_id: str, name: str, number: int) -> None:
    made.now.append(Person(source_id, name, f"p{number}@example.org"))
    made.expected.append(Outcome.CREATED)


def _same(made: Scenario, source_id: str, name: str, number: int) -> None:
    person = Person(source_id, name, f"p{number}@example.org")
    made.before.append(person)
    made.now.append(person)
    made.expected.append(Outcome.UNCHANGED)


def _changed(made: Scenario, source_id: str, name: str, number: int) -> None:
    made.before.append(Person(source_id, name, f"old{number}@example.org"))
    made.now.append(Person(source_id, name, f"p{number}@example.org"))
    made.expected.append(Outcome.UPDATED)


def _empty(made: Scenario, source_id: str, name: str, number: int) -> None:
    made.now.append(Person(source_id, ill="empty"))
    made.expected.append(Outcome.SKIPPED)


def _too_large(made: Scenario, source_id: str, name: str, number: int) -> None:
    made.now.append(Person(source_id, name, ill="too_large"))
    made.expected.append(Outcome.FAILED)


def _twin(made: Scenario, source_id: str, name: str, number: int) -> None:
    """Another entry of a person listed before: the contact gains a record."""
    known = [person for person in made.now if not person.ill]
    made.now.append(Person(source_id, known[0].name, known[0].email))
    made.expected.append(Outcome.UPDATED)


def _again(made: Scenario, source_id: str, name: str, number: int) -> None:
    """An entry that is listed twice."""
    made.now.append(next(person for person in made.now if not person.ill))
    made.expected.append(Outcome.SKIPPED)


def _gone(made: Scenario, source_id: str, name: str, number: int) -> None:
    made.before.append(Person(source_id, name, f"p{number}@example.org"))
    made.gone.append(source_id)


def _buried(made: Scenario, source_id: str, name: str, number: int) -> None:
    _same(made, source_id, name, number)
    made.expected[-1] = Outcome.SKIPPED
    made.buried.append(source_id)


_ADDED = {
    "gone": _gone,
    "buried": _buried,
    "new": _new,
    "same": _same,
    "changed": _changed,
    "empty": _empty,
    "too_large": _too_large,
    "twin": _twin,
    "again": _again,
}
