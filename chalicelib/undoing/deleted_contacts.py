"""The contacts that a person deleted and can still bring back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice, takewhile

from chalicelib.books.contact_store import ContactStore
from chalicelib.books.replaced_words import ReplacedWords
from chalicelib.books.replaced_words_store import WordStore
from chalicelib.contacts.fold_records import display_of
from chalicelib.foundation.clock import Clock, instant, milliseconds, rfc3339
from chalicelib.foundation.executor import Executor
from chalicelib.foundation.json import JsonObject
from chalicelib.jobs.activity import ActivityKind, Event

MOST_DELETED = 200  # the latest


@dataclass(frozen=True)
class DeletedContacts:
    """Lists them, the latest first."""

    contacts: ContactStore
    words: WordStore
    #: What happened with a person's data, newest first, with sort keys before the given one.
    happened: Callable[[str], Iterator[Event]]
    executor: Executor
    clock: Clock
    lasts: timedelta  #: for how long a contact can be brought back

    def __call__(self, owner: str) -> list[JsonObject]:
        """The published JSON of each contact: its id, its name, when it was deleted and until when it can come back."""
        events = list(islice(self._deletes(owner), MOST_DELETED))
        latest = {str(each.details["contact_id"]): each for each in reversed(events)}
        gone = self.contacts.deleted_ids(owner, list(latest))
        ids = [each for each in reversed(latest) if each in gone]
        kept = self.executor.all([partial(self.words.read_deleted, owner, each) for each in ids])
        return [self._json(latest[each], words) for each, words in zip(ids, kept, strict=True) if words is not None]

    def _deletes(self, owner: str) -> Iterator[Event]:
        since = milliseconds(self.clock.now() - self.lasts)
        recent = takewhile(lambda event: event.at >= since, self.happened(owner))
        return (event for event in recent if event.kind == ActivityKind.DELETED)

    def _json(self, event: Event, words: ReplacedWords) -> JsonObject:
        return {
            "contact_id": words.contact_id,
            "name": display_of([each.before for each in words.changes if each.before is not None]),
            "deleted_at": rfc3339(instant(event.at)),
            "can_be_restored_until": rfc3339(instant(event.at) + self.lasts),
        }
