"""A merge that is taken back leaves what the same history without the two would have left."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.books.intake import Limits
from chalicelib.books.redirects import ContactMerged
from chalicelib.contacts.source import PERSON
from chalicelib.foundation.errors import NotFound
from tests.address_book.room import ANN, GOOGLE, MICROSOFT, person
from tests.merging.merging_room import MergingRoom

PEOPLE = {
    "a": (GOOGLE, "Ada Lovelace"),
    "b": (MICROSOFT, "Bea Byron"),
    "c": (GOOGLE, "Cy Young"),
    "d": ("file:f", "Di Ross"),
}
TITLES = ("", "Countess", "Lady")
NOTES = ("", "met in London", "owes me a book")

Step = tuple[str, str, str]


@dataclass
class History:
    """What happens to a book of four, with or without a merge of the first two and its end.

    Args:
        ids: the id that each contact had at first.
    """

    room: MergingRoom = field(default_factory=MergingRoom)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, (source, name) in PEOPLE.items():
            self.room.import_contacts(person(name, key, email=f"{key}@x.example"), source=source)
            self.ids[key] = self.room.id_of(name)

    def take(self, step: Step) -> None:
        what, key, text = step
        self.room.clock.advance(seconds=1)
        steps: dict[str, Callable[[str, str], None]] = {
            "change": self._change,
            "edit": self._edit,
            "remove": self._remove,
            "join": self._join,
        }
        steps[what](key, text)

    def _change(self, key: str, title: str) -> None:
        """The source has another title, or has the contact again."""
        source, name = PEOPLE[key]
        self.room.import_contacts(person(name, key, email=f"{key}@x.example", title=title), source=source)

    def _join(self, key: str, title: str) -> None:
        """Another source has the same person."""
        self.room.import_contacts(
            person(PEOPLE[key][1], f"join-{key}", email=f"{key}@x.example", title=title), source="file:g"
        )

    def _edit(self, key: str, notes: str) -> None:
        """The person writes notes of a contact that is not merged."""
        with suppress(NotFound):
            self.room.edit(ANN, self.ids[key], {"notes": notes or None})

    def _remove(self, key: str, _: str) -> None:
        """The source no longer has the contact."""
        importing = self.room.start_import(PEOPLE[key][0])
        importing.commit(importing.intake.plan_removals([key], Limits()), ends=True)

    def contents(self) -> dict[str, object]:
        """Each contact, by its name, without versions and moments."""
        return {
            contact.shown["display"]: (
                sorted(
                    (
                        each.source,
                        each.source_id if each.source != PERSON else "",
                        repr(sorted(each.fields.items())),
                        each.aliases,
                    )
                    for each in contact.records
                ),
                contact.shown,
                tuple(contact.possible_duplicates),
                tuple(contact.merged),
            )
            for contact in self.room.everybody()
        }


def steps(keys: str, *whats: str) -> st.SearchStrategy[list[Step]]:
    return st.lists(
        st.one_of(
            *(
                st.tuples(st.just(what), st.sampled_from(keys), st.sampled_from(NOTES if what == "edit" else TITLES))
                for what in whats
            )
        ),
        max_size=4,
    )


class TestAMergeThatIsTakenBack:
    @given(
        before=steps("abcd", "change", "edit", "join"),
        between=steps("abcd", "change", "join", "remove"),
        others=steps("cd", "edit"),
        after=steps("abcd", "change", "edit"),
    )
    @settings(derandomize=True, max_examples=20, deadline=None)
    def test_leaves_what_the_same_history_without_it_leaves(self, before, between, others, after):
        merged, plain = History(), History()
        for history in (merged, plain):
            for step in before:
                history.take(step)
        merged.room.merge(ANN, merged.ids["a"], [merged.ids["b"]])
        for history in (merged, plain):
            for step in (*between, *others):
                history.take(step)
        with suppress(NotFound):  # every source has removed both
            merged.room.unmerge(ANN, merged.ids["b"], are_different=False)
        assert merged.contents() == plain.contents()
        for history in (merged, plain):
            for step in after:
                history.take(step)
        assert merged.contents() == plain.contents()


class TestSeveralMergesThatAreTakenBack:
    """Of contacts that were merged again, too, in any order."""

    @given(
        pairs=st.lists(st.permutations("abcd").map(lambda keys: (keys[0], keys[1])), min_size=1, max_size=3),
        between=st.lists(steps("abcd", "change", "join"), min_size=3, max_size=3),
        shuffle=st.randoms(use_true_random=False),
        afterwards=st.lists(steps("abcd", "change", "join"), min_size=3, max_size=3),
    )
    @settings(derandomize=True, max_examples=15, deadline=None)
    def test_leave_what_the_same_history_without_them_leaves(self, pairs, between, shuffle, afterwards):
        merged, plain = History(), History()
        gone: list[str] = []
        for (into, other), happens in zip(pairs, between, strict=False):
            with suppress(ContactMerged):
                merged.room.merge(ANN, merged.ids[into], [merged.ids[other]])
                gone += [] if other in gone else [other]
            for history in (merged, plain):
                for step in happens:
                    history.take(step)
        shuffle.shuffle(gone)
        for other, happens in zip(gone, afterwards, strict=False):
            merged.room.unmerge(ANN, merged.ids[other], are_different=False)
            for history in (merged, plain):
                for step in happens:
                    history.take(step)
        assert merged.contents() == plain.contents()
        assert list(merged.room.redirects.all(ANN)) == []
