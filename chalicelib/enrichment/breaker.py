"""The breaker of a run: it stops when the vendor fails again and again, or when its answers look wrong. Pure."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from chalicelib.foundation.fast_json import canonical_json
from chalicelib.vendors.answer import Answer, AnswerKind
from chalicelib.vendors.reasons import Reason

MOST_FAULTS = 10  # calls in a row without an answer that are the vendor's fault
LATEST = 40  # answers that are looked at together
FEWEST = 10  # with fewer of them, nothing is concluded
MOST_ALIKE = 0.5  # the share of the latest answers that may be about one and the same person
MOST_UNLIKELY = 0.8  # the share of the latest matches that may be below the vendor's own floor


class Tripped(StrEnum):
    """Why a run was stopped."""

    FAULTS = "vendor_faults"
    SAME_PERSON = "same_person"
    UNLIKELY = "unlikely"

    @property
    def words(self) -> str:
        """One sentence for operators."""
        return _WORDS[self]


_WORDS = {
    Tripped.FAULTS: f"The vendor failed {MOST_FAULTS} times in a row.",
    Tripped.SAME_PERSON: "The vendor gave the same person for different contacts again and again.",
    Tripped.UNLIKELY: "Nearly all of the vendor's matches were too unlikely.",
}


class _Seen(NamedTuple):
    """What the breaker remembers of an answer."""

    is_match: bool
    is_unlikely: bool
    person: str  #: whom it is about; "" if it names nobody

    @classmethod
    def of(cls, answer: Answer) -> "_Seen":
        is_unlikely = answer.reason is Reason.UNLIKELY_MATCH
        return cls(answer.kind is AnswerKind.ENRICHED or is_unlikely, is_unlikely, _person(answer))


@dataclass
class Breaker:
    """Looks at the answers of one run as they come."""

    _faults: int = 0
    _latest: deque[_Seen] = field(default_factory=deque)
    #: The numbers of the latest answers.
    _matches: int = 0
    _unlikely: int = 0
    _people: Counter[str] = field(default_factory=Counter)

    def fault(self) -> Tripped | None:
        """Note a call without an answer that is the vendor's fault."""
        self._faults += 1
        return Tripped.FAULTS if self._faults >= MOST_FAULTS else None

    def answers(self, answers: Iterable[Answer]) -> Tripped | None:
        """Note the answers of one call."""
        for answer in answers:
            self._faults = 0
            if answer.kind is AnswerKind.RETRY:
                continue
            self._note(_Seen.of(answer))
            if (tripped := self._judge()) is not None:
                return tripped
        return None

    def _note(self, seen: _Seen) -> None:
        self._latest.append(seen)
        self._count(seen, 1)
        if len(self._latest) > LATEST:
            self._count(self._latest.popleft(), -1)

    def _count(self, seen: _Seen, by: int) -> None:
        self._matches += by * seen.is_match
        self._unlikely += by * seen.is_unlikely
        if seen.person:
            self._people[seen.person] += by

    def _judge(self) -> Tripped | None:
        if self._matches >= FEWEST and self._unlikely > MOST_UNLIKELY * self._matches:
            return Tripped.UNLIKELY
        self._people += Counter()  # without those of whom there are none left
        people = self._people.total()
        if people >= FEWEST and max(self._people.values()) > MOST_ALIKE * people:
            return Tripped.SAME_PERSON
        return None


def _person(answer: Answer) -> str:
    """Whom an answer is about: the vendor's id, else the name that it gives; "" if it names nobody."""
    if answer.kind is not AnswerKind.ENRICHED or answer.record_id:
        return answer.record_id
    named = {name: text for name in ("given", "family", "display") if (text := answer.fields.get(name))}
    return canonical_json(named) if named else ""
