"""How common the values of a book are: how many contacts have each name, address and number."""

from collections import Counter
from collections.abc import Iterable
from math import log2

from chalicelib.contacts.shared_addresses import is_role_address, is_switchboard
from chalicelib.duplicates.profile import Place, Profile
from chalicelib.duplicates.weights import LEAST_RARITY, MANY_AT_ONE_ADDRESS, MANY_OWNERS, MOST_RARITY, SMOOTHING


class Commonness:
    """Counts over all contacts of one book; the same for any order of them."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._words: Counter[str] = Counter()
        self._owners: Counter[str] = Counter()
        self._organizations: Counter[str] = Counter()
        self._places: Counter[tuple[str, ...]] = Counter()
        total = 0
        for profile in profiles:
            total += 1
            self._words.update(profile.given)
            self._words.update(profile.family)
            self._owners.update(profile.emails)
            self._owners.update(profile.phones)
            self._organizations.update(profile.employers)
            self._places.update({place[:3] for place in profile.places})
        self._total = total + SMOOTHING
        self._rarities: dict[str, float] = {}

    def rarity(self, word: str) -> float:
        """In bits: how much it tells that two contacts have this word in their names."""
        found = self._rarities.get(word)
        if found is None:
            found = self._rarities[word] = self._bits(self._words[word])
        return found

    def rarity_of_organization(self, name: str) -> float:
        return self._bits(self._organizations[name])

    def owners(self, identity: str) -> int:
        """How many contacts have this address or number."""
        return self._owners[identity]

    def is_shared(self, identity: str) -> bool:
        """Whether an address or number belongs to a role, a switchboard or many contacts."""
        if self._owners[identity] > MANY_OWNERS:
            return True
        return is_role_address(identity) if "@" in identity else is_switchboard(identity)

    def is_crowded(self, place: Place) -> bool:
        """Whether many contacts have this address, so that it tells where they work, not who they are."""
        return self._places[place[:3]] > MANY_AT_ONE_ADDRESS

    def _bits(self, count: int) -> float:
        return min(MOST_RARITY, max(LEAST_RARITY, log2(self._total / (count + 1))))
