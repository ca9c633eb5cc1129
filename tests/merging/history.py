"""What happens to a book of four contacts, with or without merges, and what it has in the end."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from chalicelib.books.intake import Chunk, Intake, Limits
from chalicelib.contacts.contact import Contact
from chalicelib.contacts.removed_names import written
from chalicelib.contacts.source import PERSON
from chalicelib.contacts.source_record import SourceContact
from chalicelib.foundation.errors import NotFound
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, ids_on_every_shelf, person
from tests.merging.merging_room import MergingRoom

PEOPLE = {
    "a": (GOOGLE, "Ada Lovelace"),
    "b": (MICROSOFT, "Bea Byron"),
    "c": (GOOGLE, "Cy Young"),
    "d": ("file:f", "Di Ross"),
}
NAMELESS = {"given": "", "family": "", "display": ""}
JOINING = "file:g"  # another source that has the same people
TITLES = ("", "Countess", "Lady")
NOTES = ("", "met in London", "owes me a book")
#: What a source may say of a person instead of the usual name alone. Some of them have no name of their own.
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "titled": {"title": "Countess"},
    "prefixed": {"prefix": "Dr"},
    "renamed": {"given": "Another", "display": "Another One"},
    "read aloud": {"phonetic_given": "Eida"},
    "family first": {"given": "\u9694", "family": "\u5f35", "display": ""},
    "by parts": {"display": ""},
    "nicknamed": {**NAMELESS, "nickname": "Addie"},
    "employed": {**NAMELESS, "organization": "Acme"},
    "addressed": {**NAMELESS},
    "dated": {"birthday": {"month": 12, "day": 10}, "events": [{"value": "2009-06-20", "label": "anniversary"}]},
    "numbered": {**NAMELESS, "emails": [], "custom_fields": [{"name": "Member", "value": "1815"}]},
}
USUALLY_NAMED = ("", "titled", "prefixed", "read aloud", "by parts", "dated")  #: those that matching takes for the same

Step = tuple[
    str, str, str
]  #: what happens, to which of the people, and a text: a title, notes or another of the people


@dataclass
class History:
    """What happens to a book of four.

    Args:
        ids: the id that each contact had at first.
    """

    room: MergingRoom = field(default_factory=MergingRoom)
    ids: dict[str, str] = field(default_factory=dict)
    _imports: int = 0

    def __post_init__(self) -> None:
        for key, (source, name) in PEOPLE.items():
            self._import(person(name, key, email=f"{key}@x.example"), source=source)
            self.ids[key] = self.room.id_of(name)

    def wait(self) -> None:
        """What another history has happens here not."""
        self.room.clock.advance(seconds=1)

    def take(self, step: Step) -> None:
        what, key, text = step
        self.wait()
        steps: dict[str, Callable[[str, str], None]] = {
            "change": self._change,
            "edit": self._edit,
            "name": self._name,
            "remove": self._remove,
            "join": self._join,
            "leave": self._leave,
            "disconnect": self._disconnect,
            "merge": self._merge,
            "choose": self._choose,
        }
        steps[what](key, text)

    def unmerge(self, key: str) -> bool:
        """Take the merge of a contact back; False if every source has removed all of it."""
        try:
            self.room.unmerge(ANN, self.ids[key], are_different=False)
        except NotFound:
            return False
        return True

    def is_part_of_another(self, key: str) -> bool:
        """Whether the contact was merged and can be unmerged."""
        into = self.room.redirects.resolve(ANN, [self.ids[key]]).get(self.ids[key])
        return into is not None and self.room.contacts.find(ANN, into) is not None

    def _change(self, key: str, change: str) -> None:
        """The source says something else of the contact, or has it again."""
        source, name = PEOPLE[key]
        self._import(person(name, key, email=f"{key}@x.example", **CHANGES[change]), source=source)

    def _join(self, key: str, title: str) -> None:
        """Another source has the same person."""
        self._import(person(PEOPLE[key][1], f"join-{key}", email=f"{key}@x.example", title=title), source=JOINING)

    def _edit(self, key: str, notes: str) -> None:
        """The person writes notes of a contact."""
        with suppress(NotFound):
            self.room.edit(ANN, self.ids[key], {"notes": notes or None})

    def _name(self, key: str, title: str) -> None:
        """The person gives a contact another name and a title."""
        with suppress(NotFound):
            self.room.edit(ANN, self.ids[key], {"given": f"My {key}", "title": title or None})

    def _remove(self, key: str, _: str) -> None:
        """The source no longer has the contact."""
        self._removed(PEOPLE[key][0], key)

    def _leave(self, key: str, _: str) -> None:
        """The other source no longer has the person."""
        self._removed(JOINING, f"join-{key}")

    def _removed(self, source: str, source_id: str) -> None:
        intake = self._intake(source)
        self._commit(intake.plan_removals([source_id], Limits()))

    def _disconnect(self, key: str, _: str) -> None:
        """The person disconnects the source: all of its records go."""
        intake = self._intake(PEOPLE[key][0])
        self._commit(intake.plan_withdrawal(sorted(intake.contact_ids()), Limits()))

    def _merge(self, key: str, others: str) -> None:
        self.room.merge(ANN, self.ids[key], [self.ids[other] for other in others])

    def _choose(self, key: str, others: str) -> None:
        """A merge in which the person chooses the title."""
        title = f"Friend of {self.room.clock.now():%M:%S}"
        self.room.merge(ANN, self.ids[key], [self.ids[other] for other in others], {"title": title})

    # ── imports, without their jobs

    def _import(self, incoming: SourceContact, source: str) -> None:
        self._commit(self._intake(source).plan([incoming], Limits()))

    def _intake(self, source: str) -> Intake:
        self._imports += 1
        intake = Intake(
            self.room.contacts,
            owner=ANN,
            source=source,
            region="DE",
            job=f"job-{self._imports}",
            generation=0,
            now=self.room.clock.now,
            fresh_id=ids_on_every_shelf().__next__,
        )
        intake.reload_book()
        return intake

    def _commit(self, chunk: Chunk) -> None:
        if chunk.writes:
            ids = [each.contact_id for each in chunk.replaced()]
            assert self.room.books.commit_edit(ANN, ids, chunk.writes)

    # ── what is there

    def contents(self) -> list[str]:
        """Each contact without ids of its own, versions and moments, in a settled order."""
        everybody = {contact.contact_id: contact for contact in self.room.everybody()}
        names = {contact_id: key for key, contact_id in self.ids.items()}

        def label(contact_id: str) -> Any:
            if contact_id in names:
                return names[contact_id]
            return _records(everybody[contact_id]) if contact_id in everybody else "gone"

        return sorted(
            repr(
                (
                    _records(contact),
                    None if _is_several_without_sources(contact) else sorted(contact.shown.items()),
                    [label(each) for each in contact.possible_duplicates],
                    [label(each) for each in contact.merged],
                )
            )
            for contact in everybody.values()
        )

    def removed_ids(self) -> set[tuple[str, str]]:
        """The ids of removed records by which a source that has them again finds a contact, with whose that is."""
        keys = {contact_id: key for key, contact_id in self.ids.items()}
        return {
            (keys.get(contact.contact_id, ""), alias)
            for contact in self.room.everybody()
            for each in contact.records
            if each.source == PERSON
            for alias in each.aliases
        }


def _records(contact: Contact) -> list[Any]:
    """The records; of a merged contact without the names noted there, which may be of any part."""
    said = [(each, written(each.fields) if contact.merged else each.fields) for each in contact.records]
    return sorted(
        (
            each.source,
            each.source_id if each.source != PERSON else "",
            repr(sorted(fields.items())),
            each.aliases if each.source != PERSON else (),
        )
        for each, fields in said
        if fields
    )


def _is_several_without_sources(contact: Contact) -> bool:
    """Whether it may be called what any of the contacts in it was called."""
    return bool(contact.merged) and all(each.source == PERSON for each in contact.records)
