"""Which pairs are compared at all: those that share a key. Each contact has some keys, however large the book is.

A key that more than `CROWD` contacts share tells too little and is left out, so the cost grows with the book and not
with its square. A pair that such a crowd hides has other keys: two contacts of one switchboard share a name as well.
"""

from array import array
from collections.abc import Container, Iterable, Iterator, Sequence

from chalicelib.duplicates.nicknames import names_of
from chalicelib.duplicates.profile import Profile
from chalicelib.duplicates.romanize import sound
from chalicelib.duplicates.weights import CROWD

_MOST_MISTYPED = 8  # numbers of one contact that are also looked for with an error
_PARTS = 8


def keys_of(profile: Profile, initials: Container[str]) -> Iterator[str]:
    """The keys of one contact, some more than once.

    Args:
        initials: the keys of names with an initial that some contact of the book has.
    """
    yield from (*profile.emails, *profile.phones)
    for email in profile.emails:
        yield f"e {email.partition('@')[0]}"
    yield from _keys_of_name(profile, initials)
    heard = _heard(profile)
    for phone in profile.phones[:_MOST_MISTYPED]:
        for word in heard:
            yield f"t {phone[:-2]} {word[:1]}"
            yield f"t {phone[:-4]}{phone[-2:]} {word[:1]}"
            yield f"t {phone[:5]}{phone[-6:-2]} {word[:1]}"
    year, month, day = profile.birthday
    if day and month:
        if year:
            yield f"b {year} {month} {day}"
        for word in heard:
            yield f"b {month} {day} {word[:2]}"
            if year:
                yield f"y {year} {day} {word[:2]}"
                yield f"z {year} {month} {word[:2]}"
    for employer in profile.employers:
        for word in heard or [""]:
            yield f"o {employer} {word[:2]}"
    yield from _keys_of_places(profile)


def _heard(profile: Profile) -> list[str]:
    """The sounds of the first given and family name, and of the names that the given one is short for."""
    given = [each for word in profile.given[:1] for each in (sound(word), *names_of(word))]
    return [*given, *map(sound, profile.family[:1])]


def _keys_of_name(profile: Profile, initials: Container[str]) -> Iterator[str]:
    for family in profile.family:
        heard_family = sound(family)
        for given in profile.given[:1]:
            heard = sound(given)
            for name in (heard, *names_of(given)):
                yield " ".join(("n", *sorted((name, heard_family))))
            yield f"k {heard} {family[:3]}"
            yield f"l {given[:3]} {family[:3]}"
            yield from (key for key in _keys_of_initials(given, family) if key in initials)


def _keys_of_initials(given: str, family: str) -> tuple[str, str, str]:
    return f"i {given[0]} {family}", f"i {given} {family[0]}", f"i {family[0]} {given}"


def _initials_in(profiles: Iterable[Profile]) -> set[str]:
    """The keys of names of which one part is an initial; only for these, other contacts need such keys."""
    return {
        key
        for profile in profiles
        for given in profile.given[:1]
        for family in profile.family
        if len(given) == 1 or len(family) == 1
        for key in _keys_of_initials(given, family)
    }


def _keys_of_places(profile: Profile) -> Iterator[str]:
    for place in profile.places:
        lines = [line for line in (place.street, place.extended) if line]
        if place.postal_code and place.number:
            yield f"a {place.postal_code} {place.number}"
        for line in lines:
            if place.number:
                yield f"s {place.number} {line[:7]}"
            yield f"u {place.postal_code} {line[:4]}"
        if place.extended:
            yield f"x {place.extended}"
        for word in (*profile.given[:1], *profile.family[:1]):
            for part in (place.postal_code, place.city[:5], *(line[:6] for line in lines)):
                yield f"p {part} {word[:3]}"


def candidate_pairs(profiles: Sequence[Profile]) -> Iterator[tuple[int, int]]:
    """The pairs of places in `profiles` that share a key, each once, the smaller place first."""
    number = len(profiles)
    found: set[int] = set()
    for keys, places in _parts(profiles):
        for block in _blocks(keys, places):
            for at, one in enumerate(block):
                start = one * number
                found.update([start + other for other in block[at + 1 :]])
    for pair in sorted(found):  # neighbors share a contact, whose words are then in the caches
        yield divmod(pair, number)


def _parts(profiles: Sequence[Profile]) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Hashes of keys and the places that have them, in parts, so that one index after the other is in memory."""
    keys = [array("q") for _ in range(_PARTS)]
    places = [array("L") for _ in range(_PARTS)]
    initials = _initials_in(profiles)
    for place, profile in enumerate(profiles):
        for key in {hash(key) for key in keys_of(profile, initials)}:
            keys[key % _PARTS].append(key)
            places[key % _PARTS].append(place)
    return zip(keys, places, strict=True)


def _blocks(keys: Sequence[int], places: Sequence[int]) -> Iterator[list[int]]:
    """The places that share a key, for each key that is shared by some and not by a crowd."""
    first: dict[int, int] = {}
    more: dict[int, list[int]] = {}
    for key, place in zip(keys, places, strict=True):
        if key not in first:
            first[key] = place
        elif key in more:
            more[key].append(place)
        else:
            more[key] = [first[key], place]
    return (block for block in more.values() if len(block) <= CROWD)
