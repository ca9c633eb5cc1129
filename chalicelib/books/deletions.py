"""Recognizes people whom the person deleted, whatever source they come from, without keeping anything readable of them.

A deletion marker has keyed hashes: one for each email address and phone number of the contact together with each text
of its names (see `contacts.name_forms`). Without the book's key, they can neither be computed nor compared. What would
contradict an equal name, such as a birthday, is hashed beside them. Hashing all texts of a name takes as long as
planning a contact, so a marker also has two bytes of the hash of each identity alone: only contacts that share them
with a deleted person are hashed in full.

An incoming contact is a deleted person where an identity and the name agree as for merging. Like there, a name with
something left out counts only with an address or a number that is personal; a missing name never counts, because it
would leave out someone silently whom nobody deleted.
"""

import base64
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from chalicelib.contacts.name_cards import Card, Kind, card_of
from chalicelib.contacts.name_forms import remembered_forms, sought_forms
from chalicelib.contacts.shared_addresses import is_mobile, is_role_address
from chalicelib.foundation.fast_json import decode_json, encode_json

KEY_BYTES = 32
MOST_IDENTITIES = 100  # of one contact; the rest is not remembered
_HASH_BYTES = 12  # 16 letters
_HINT_BYTES = 2
_FACTS = ("year", "month", "day", "gender")
Facts = Sequence[str]  # the hash of each of `_FACTS`; "" for an unknown one


@dataclass(frozen=True, slots=True)
class DeletedPerson:
    """What a deletion marker keeps of a person, in hashes."""

    contact_id: str
    hints: Sequence[str]  #: two bytes of the hash of each identity
    hashes: Sequence[str]  #: of each identity with each text of the names
    facts: Sequence[Facts] = ()  #: of each name card that has any

    @classmethod
    def read(cls, text: str) -> "DeletedPerson":
        """The person from the stored text."""
        contact_id, hints, hashes, facts = decode_json(text)
        return cls(contact_id, tuple(hints), tuple(hashes), tuple(map(tuple, facts)))

    def text(self) -> str:
        """As it is stored."""
        return encode_json([self.contact_id, self.hints, self.hashes, self.facts])

    def contradicts(self, facts: Facts) -> bool:
        """Whether a fact of another card differs from one of this person."""
        return any(
            mine and theirs and mine != theirs for each in self.facts for mine, theirs in zip(each, facts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class DeletionKey:
    """The secret of one book. It is stored in the book, and nowhere else."""

    secret: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> "DeletionKey":
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> "DeletionKey":
        return cls(base64.b64decode(text))

    def text(self) -> str:
        """As it is stored."""
        return base64.b64encode(self.secret).decode()

    def remember(self, contact_id: str, names: Sequence[str], identities: Sequence[str]) -> DeletedPerson:
        """The hashes of a contact that is deleted.

        Args:
            names: its name cards as text (see `card_text`).
            identities: its email addresses and phone numbers in normal form.
        """
        cards = [card_of(name) for name in names]
        texts = {text: None for card in _named(cards) for forms in remembered_forms(card) for text in forms}
        identities = identities[:MOST_IDENTITIES]
        hashes = {self.hash(*each): None for each in product(identities, texts)}
        facts = dict.fromkeys(map(self.facts_of, cards))
        return DeletedPerson(
            contact_id, tuple(map(self.hint, identities)), tuple(hashes), tuple(each for each in facts if any(each))
        )

    def facts_of(self, card: Card) -> Facts:
        values = (*card.birthday, card.gender)
        return tuple(self.hash(name, str(value)) if value else "" for name, value in zip(_FACTS, values, strict=True))

    def hash(self, one: str, other: str) -> str:
        """The hash of two texts together."""
        return self._hash(f"{one}\x1f{other}", _HASH_BYTES)

    def hint(self, identity: str) -> str:
        """The beginning of the hash of an identity, which many others share."""
        return self._hash(identity, _HINT_BYTES)

    def _hash(self, text: str, size: int) -> str:
        content = text.encode(errors="surrogatepass")
        return base64.b64encode(hmac.digest(self.secret, content, "sha256")[:size]).decode()


class Deletions:
    """The deleted people of one book."""

    def __init__(self) -> None:
        self.key: DeletionKey | None = None  #: None if the book has none yet
        self._hints: set[str] = set()
        self._people: dict[str, tuple[DeletedPerson, ...]] = {}  # by hash

    def __bool__(self) -> bool:
        return bool(self._people)

    def add(self, person: DeletedPerson) -> None:
        self._hints.update(person.hints)
        only = (person,)
        for each in person.hashes:
            known = self._people.get(each)
            self._people[each] = only if known is None else (*known, person)

    def matching(self, name: str, identities: Sequence[str], unused: Sequence[str]) -> Iterator[DeletedPerson]:
        """Those of these people whom a contact is.

        Args:
            name: the name card of the contact, as text.
            identities: its email addresses and phone numbers in normal form.
            unused: those of them that no contact of the book has.
        """
        if self.key is None or self._hints.isdisjoint(map(self.key.hint, identities)):  # as with most contacts
            return
        card = card_of(name)
        forms, facts = sought_forms(card), self.key.facts_of(card)
        yield from (person for _, person in self._agreeing(self.key, product(identities, forms.equal), facts))
        for identity, person in self._agreeing(self.key, product(unused, forms.fitting), facts):
            if _is_personal(identity):
                yield person

    def _agreeing(
        self, key: DeletionKey, pairs: Iterable[tuple[str, str]], facts: Facts
    ) -> Iterator[tuple[str, DeletedPerson]]:
        """The people who have one of these pairs of an identity and a text of the name, and no other facts."""
        for identity, text in pairs:
            for person in self._people.get(key.hash(identity, text), ()):
                if not person.contradicts(facts):
                    yield identity, person


def _named(cards: Sequence[Card]) -> Sequence[Card]:
    """The cards that say who it is: of people, or else of companies; a card without a name if there are none."""
    people = [card for card in cards if card.kind in (Kind.PERSON, Kind.HOUSEHOLD)]
    return people or [card for card in cards if card.kind is Kind.COMPANY] or [Card(Kind.BARE)]


def _is_personal(identity: str) -> bool:
    """Whether an identity belongs to one person by its form."""
    return not is_role_address(identity) if "@" in identity else is_mobile(identity)
