"""The breaker of a run: it stops when the vendor fails again and again, or when its answers look wrong. Pure."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass
class Breaker:
    """Looks at the answers of one run as they come."""

    _faults: int = 0
    _latest: deque[Answer] = field(default_factory=lambda: deque(maxlen=LATEST))

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
            self._latest.append(answer)
            if (tripped := self._judge()) is not None:
                return tripped
        return None

    def _judge(self) -> Tripped | None:
        matches = [each for each in self._latest if _is_match(each)]
        unlikely = sum(each.reason is Reason.UNLIKELY_MATCH for each in matches)
        if len(matches) >= FEWEST and unlikely > MOST_UNLIKELY * len(matches):
            return Tripped.UNLIKELY
        people = list(filter(None, map(_person, self._latest)))
        if len(people) >= FEWEST and Counter(people).most_common(1)[0][1] > MOST_ALIKE * len(people):
            return Tripped.SAME_PERSON
        return None


def _is_match(answer: Answer) -> bool:
    return answer.kind is AnswerKind.ENRICHED or answer.reason is Reason.UNLIKELY_MATCH


def _person(answer: Answer) -> str:
    """Whom an answer is about: the vendor's id, else the name that it gives; "" if it names nobody."""
    if answer.kind is not AnswerKind.ENRICHED or answer.record_id:
        return answer.record_id
    named = {name: text for name in ("given", "family", "display") if (text := answer.fields.get(name))}
    return canonical_json(named) if named else ""
