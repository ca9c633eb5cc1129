"""Merges that are taken back leave what the same history without them would have left.

What the person edits of a merged contact stays where it was edited, so these histories edit no contact that was merged.
"""

from dataclasses import dataclass, field

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chalicelib.books.redirects import ContactMerged
from chalicelib.foundation.errors import NotFound
from tests.examples import examples
from tests.merging.history import CHANGES, NOTES, PEOPLE, TITLES, USUALLY_NAMED, History, Step

Case = tuple[list[Step], str]  #: what happens, and whose merges are then taken back, in this order

EDITS = ("edit", "name")
BEFORE = ("change", "change", "join", "remove", "leave", "disconnect", *EDITS, *EDITS)
SINCE = ("change", "join", "remove", "leave", "disconnect")
MERGES = ("merge", "merge", "choose")
TEXTS = {"edit": NOTES, "change": tuple(CHANGES)}


@dataclass
class Writer:
    """Writes a random history, one in which what arrives is matched with the same contact whether they are merged."""

    draw: st.DrawFn
    steps: list[Step] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)  #: those that were merged into others
    concerned: set[str] = field(default_factory=set)  #: those and the others

    def write(self) -> Case:
        self.steps += [
            ("edit", key, "met in London") for key in self.draw(st.sets(st.sampled_from("abcd"), max_size=3))
        ]
        for _ in range(self.draw(st.integers(0, 4))):
            self._step(BEFORE, "abcd")
        joined = {key for what, key, _ in self.steps if what == "join"}
        for _ in range(self.draw(st.integers(1, 3))):
            self._merge()
            for _ in range(self.draw(st.integers(0, 4))):
                others = [key for key in PEOPLE if key not in self.concerned]
                chance = self.draw(st.integers(0, 5))
                if others and chance == 0:
                    self._step(EDITS, others)
                elif chance == 1:
                    self._fade(joined)
                else:
                    self._step(SINCE, "abcd", joined)
        back = self.draw(st.permutations(self.merged))
        return self.steps, "".join(back[: self.draw(st.integers(min(1, len(back)), len(back)))])

    def _step(self, whats: tuple[str, ...], keys: str | list[str], joined: set[str] | None = None) -> None:
        what, key = self.draw(st.sampled_from(whats)), self.draw(st.sampled_from(keys))
        text = self.draw(st.sampled_from(TEXTS.get(what, TITLES)))
        if joined is not None and what == "leave" and key not in joined:
            return  # nothing tells to whom it belonged
        known = self._known_by_name(key)
        if joined is not None and what == "join" and not all(known):
            return
        if joined is not None and what == "change" and not known[-1]:
            text = "titled"
        self.steps.append((what, key, text))

    def _fade(self, joined: set[str]) -> None:
        """A source changes a merged contact before it removes it."""
        keys = sorted(self.merged)
        self._step(("change",), keys, joined)
        self._step(("remove",), [self.steps[-1][1]], joined)

    def _known_by_name(self, key: str) -> list[bool]:
        """Whether the first source had the person by a name that agrees with the usual one: at first, and so on."""
        source, known = PEOPLE[key][0], [True]
        for what, other, text in self.steps:
            if what == "change" and other == key:
                known.append(text in USUALLY_NAMED)
            elif (what == "remove" and other == key) or (what == "disconnect" and PEOPLE[other][0] == source):
                known.append(False)
        return known

    def _merge(self) -> None:
        free = [key for key in PEOPLE if key not in self.merged]
        if len(free) > 1:
            number = min(len(free), self.draw(st.sampled_from([2, 2, 2, 3])))
            into, *others = self.draw(st.permutations(free))[:number]
            self.steps.append((self.draw(st.sampled_from(MERGES)), into, "".join(others)))
            self.merged += others
            self.concerned |= {into, *others}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Writer(draw).write()


def history_of(steps: list[Step], without: str = "") -> tuple[History, str]:
    """The history, without the merges of these; and whose merges it has. Merges that are refused are not in it."""
    history, merged = History(), ""
    for what, key, text in steps:
        left = "".join(each for each in text if each not in without) if what in MERGES else text
        try:
            if what not in MERGES or left:
                history.take((what, key, left))
                merged += left if what in MERGES else ""
            else:
                history.wait()
        except (NotFound, ContactMerged):
            continue
    return history, merged


def has_same_merges(plain: History, merged: str) -> bool:
    """Whether the contacts are still there that these were merged into."""
    return all(map(plain.is_part_of_another, merged))


class TestMergesThatAreTakenBack:
    @given(cases())
    # two contacts of one name: what the person wrote of one, and another that has come since
    @example(([("edit", "b", "met in London"), ("merge", "a", "b"), ("remove", "b", ""), ("join", "b", "")], "b"))
    # the last source of all removes it: each has its own name
    @example(([("edit", "b", "met in London"), ("merge", "a", "b"), ("remove", "b", ""), ("remove", "a", "")], "b"))
    # a record that was removed before the merge returns to one of the two
    @example(([("edit", "a", "met in London"), ("disconnect", "a", ""), ("merge", "d", "a"), ("change", "a", "")], "a"))
    # a record is removed whose contact is part of a contact that is part of another one
    @example(([("edit", "c", "met in London"), ("merge", "a", "c"), ("merge", "d", "a"), ("remove", "c", "")], "a"))
    # three with notes, in the order of the merges
    @example(
        (
            [
                *(("edit", key, text) for key, text in zip("abc", ("one", "two", "three"), strict=True)),
                ("merge", "a", "b"),
                ("merge", "a", "c"),
            ],
            "bc",
        )
    )
    # a contact with the person's words alone, in the order of the merges
    @example(
        ([("edit", "b", "met in London"), ("remove", "b", ""), ("merge", "b", "c"), ("merge", "b", "d")], "cd"),
    )
    # a source changes a name after the merge, and then removes it
    @example(
        (
            [("edit", "b", "met in London"), ("merge", "a", "b"), ("change", "b", "renamed"), ("remove", "b", "")],
            "b",
        )
    )
    # the words that remember removed records say nothing else once another contact says the same
    @example(
        (
            [
                *(("edit", key, "met in London") for key in "bcd"),
                ("merge", "b", "c"),
                ("remove", "c", ""),
                ("merge", "b", "d"),
                ("remove", "d", ""),
            ],
            "cd",
        )
    )
    # a later merge called the contact, which was part of the other one, the same as a third; its source has it again
    @example(([("merge", "a", "b"), ("merge", "a", "c"), ("remove", "b", "")], "b"))
    @example(([("merge", "a", "b"), ("merge", "d", "a"), ("remove", "b", "")], "b"))
    # choices in a merge of a contact that loses its source
    @example(([("choose", "a", "c"), ("disconnect", "c", "")], "c"))
    @settings(derandomize=True, max_examples=examples(40), deadline=None)
    def test_leave_what_the_same_history_without_them_leaves(self, case):
        steps, order = case
        history, merged = history_of(steps)
        back = [key for key in order if key in merged]
        assume(back)
        were_unmerged = True
        for at, key in enumerate(back, start=1):
            were_unmerged = history.unmerge(key) and were_unmerged
            plain, left = history_of(steps, without="".join(back[:at]))
            assume(sorted(left) == sorted(set(merged).difference(back[:at])) and has_same_merges(plain, left))
            assert history.contents() == plain.contents()
            assert history.removed_ids() >= plain.removed_ids()
        # else the book remembers that two are the same, or one of the two has words that remember more
        assume(were_unmerged and history.removed_ids() == plain.removed_ids())
        for key in PEOPLE:  # each source has everybody again
            history.take(("change", key, "titled"))
            plain.take(("change", key, "titled"))
        assert history.contents() == plain.contents()
