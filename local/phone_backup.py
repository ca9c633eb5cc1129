"""The backup of a phone, as a vCard 3.0 file of generated people: some of them are in an account too, most are not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from local.sandbox.people import Human, human

_NOTED = 4  # of so many known people, one has a note that the account does not have
_NOTE = "Met at the conference in Turin."


@dataclass(frozen=True)
class PhoneBackup:
    """What a backup has, and what an import of it has to find.

    Args:
        known: how many of its people are in the account, under the same name and number.
        conflicts: how many have the number of somebody in the account, and another name.
    """

    contacts: int
    known: int
    conflicts: int

    @property
    def new(self) -> int:
        return self.contacts - self.known - self.conflicts

    @property
    def updates(self) -> int:
        """How many of the known people have a note that the account does not have."""
        return -(-self.known // _NOTED)

    def write(self, path: Path, account: Callable[[int], Human], *, first: int, seed: int) -> None:
        """Write the file.

        Args:
            account: the people of the account, by their index.
            first: the index of the first of them that the backup may have.
            seed: of the people that the account does not have.
        """
        in_account = _with_phone(account, first)
        elsewhere = _with_phone(lambda index: human(seed, index), 0)
        cards = [_known_card(person, number) for number, person in enumerate(islice(in_account, self.known))]
        for person, other in islice(zip(in_account, elsewhere, strict=False), self.conflicts):
            cards.append(_card(replace(other, phones=person.phones, emails=())))
        cards += [_card(person) for person in islice(elsewhere, self.new)]
        path.write_text("".join(cards), encoding="utf-8", newline="")


def _with_phone(people: Callable[[int], Human], first: int) -> Iterator[Human]:
    """The people with a whole name and a number, from an index on."""
    return (each for each in map(people, count(first)) if each.phones and each.given and each.family)


def _known_card(person: Human, number: int) -> str:
    only_number = Human(given=person.given, family=person.family, display=person.display, phones=person.phones)
    return _card(replace(only_number, note="" if number % _NOTED else _NOTE))


def _card(person: Human) -> str:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_joined((person.family, person.given, '', '', ''))}"]
    lines.append(f"FN:{_escaped(person.display)}")
    lines += [f"TEL;TYPE={_type(phone.label)}:{phone.e164 or phone.raw}" for phone in person.phones]
    lines += [f"EMAIL;TYPE=INTERNET,{label.upper()}:{_escaped(address)}" for address, label in person.emails]
    if person.company:
        lines.append(f"ORG:{_escaped(person.company)}")
    if person.note:
        lines.append(f"NOTE:{_escaped(person.note)}")
    return "".join(f"{line}\r\n" for line in (*lines, "END:VCARD"))


def _type(label: str) -> str:
    return "CELL" if label == "mobile" else label.upper()


def _joined(parts: Sequence[str]) -> str:
    return ";".join(map(_escaped, parts))


def _escaped(text: str) -> str:
    """The text with the characters escaped that separate values (RFC 2426)."""
    return text.translate({ord("\\"): "\\\\", ord(","): "\\,", ord(";"): "\\;", ord("\n"): "\\n"})
