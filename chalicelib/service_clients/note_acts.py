"""Notes in the activity what service clients do for people.

A change is noted before it is made, so that none is made without it. Reading is noted once an hour for each person and
client, as of the beginning of the hour: the processes of one hour write the same item, and each writes it once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chalicelib.foundation.clock import Clock, milliseconds
from chalicelib.foundation.csrf import UNSAFE_METHODS
from chalicelib.foundation.dynamo import Write
from chalicelib.foundation.http import Person
from chalicelib.foundation.ids import fresh_id, id_of
from chalicelib.jobs.activity import ActivityKind, Event

MOST_REMEMBERED = 2_000  # readings; more are noted again
_HOUR = 3_600_000  # milliseconds


@dataclass
class NoteActs:
    """Notes the act that a request is."""

    clock: Clock
    #: the writes that note an event
    writes: Callable[[Event], Sequence[Write]]
    commit: Callable[[Sequence[Write]], None]
    #: the readings of this hour that this process has noted
    _noted: frozenset[tuple[int, str]] = field(default=frozenset(), init=False)

    def __call__(self, person: Person, method: str, summary: str) -> None:
        """Note a request.

        Args:
            person: for whom a client acts.
            summary: what the route does.
        """
        now = milliseconds(self.clock.now())
        if method in UNSAFE_METHODS:
            details = {"client": person.client, "act": summary}
            acted = Event(fresh_id(), now, ActivityKind.CLIENT_ACTED.value, person.sub, details=details)
            self.commit(self.writes(acted))
        else:
            self._note_reading(person, now - now % _HOUR)

    def _note_reading(self, person: Person, hour: int) -> None:
        event_id = id_of("client-read", person.sub, person.client, str(hour))
        if (hour, event_id) in self._noted:
            return
        details = {"client": person.client}
        self.commit(self.writes(Event(event_id, hour, ActivityKind.CLIENT_READ.value, person.sub, details=details)))
        of_this_hour = frozenset(each for each in self._noted if each[0] == hour)
        self._noted = (of_this_hour if len(of_this_hour) < MOST_REMEMBERED else frozenset()) | {(hour, event_id)}
