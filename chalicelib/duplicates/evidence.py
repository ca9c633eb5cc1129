"""Weighs what two contacts have in common, and what not: reasons, each with its points, whose sum is the score."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import inf

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from chalicelib.contacts.name_cards import Kind
from chalicelib.contacts.shared_addresses import FREE_MAIL, is_mobile
from chalicelib.duplicates.commonness import Commonness
from chalicelib.duplicates.compare_names import NameLikeness, compare_names
from chalicelib.duplicates.profile import Place, Profile, employer_of
from chalicelib.duplicates.weights import (
    ADDRESS_PARTS,
    LEAST_SUPPORT,
    MOST_RARITY,
    ORGANIZATION,
    POINTS,
    Evidence,
    Reason,
    WordLikeness,
)

_SHORTEST_EMAIL_NAME = 5  # characters before the @ that tell something without the domain
_OTHER_ORGANIZATION = 70  # of a hundred: less alike are two organizations
_PARTS = tuple(ADDRESS_PARTS.values())
_MOST_OF_EMAILS, _MOST_OF_PHONES = POINTS[Reason.MISTYPED_EMAIL], POINTS[Reason.MISTYPED_PHONE]
_MOST_OF_BIRTHDAYS, _MOST_OF_ORGANIZATIONS = POINTS[Reason.BIRTHDAY], MOST_RARITY * max(ORGANIZATION.values())
_MOST_OF_PLACES = sum(same for same, _ in _PARTS)
_OF_NAME = (Reason.NAME, Reason.SWAPPED_NAME)


def weigh(one: Profile, other: Profile, commonness: Commonness, least: float = -inf) -> list[Evidence]:
    """All evidence of a pair; symmetric.

    Args:
        least: if the score is certainly below it, some of the evidence may be left out.
    """
    names = compare_names(one, other, commonness)
    are_two = _are_two(one, other, names)
    is_register = names.given is WordLikeness.DIFFERENT and not (one.is_reachable or other.is_reachable)
    if are_two and not is_register and least > -inf:
        return [_of(Reason.OTHER_PERSON)]
    ways = list(_shared_ways(one, other, commonness))
    if are_two and len(ways) > 1:  # a couple shares several
        ways = [max(ways, key=_points)]
    found = [*ways, *names.evidence()]
    most_of_the_rest = _most_of_the_rest(one, other)
    if not ways and not most_of_the_rest:
        found.append(_of(Reason.NAME_ALONE))
    if score_of(found) + most_of_the_rest < least:
        return found
    found += [
        *_birthdays(one.birthday, other.birthday),
        *_organizations(one, other, commonness),
        *_places(one.places, other.places, commonness),
        *_similar_ways(one, other, commonness),
    ]
    if bool(one.generation) != bool(other.generation):
        found.append(_of(Reason.GENERATION_UNKNOWN))
    if (ways or most_of_the_rest) and not any(map(_supports, found)):
        found.append(_of(Reason.NAME_ALONE))
    if are_two:
        found.append(_of(Reason.OTHER_PERSON_IN_A_REGISTER if is_register else Reason.OTHER_PERSON))
    if score_of(found) >= least:  # the kind of a number takes long to find
        found += _different_mobiles(one.phones, other.phones)
    return found


def _supports(evidence: Evidence) -> bool:
    """Whether it counts as more than a name alone."""
    return evidence.points > LEAST_SUPPORT and evidence.reason not in _OF_NAME


def _most_of_the_rest(one: Profile, other: Profile) -> float:
    """More bits than all evidence but names and shared addresses and numbers can count for this pair."""
    most = _MOST_OF_EMAILS if one.emails and other.emails else 0.0
    most += _MOST_OF_PHONES if one.phones and other.phones else 0.0
    most += _MOST_OF_BIRTHDAYS if any(one.birthday) and any(other.birthday) else 0.0
    most += _MOST_OF_ORGANIZATIONS if one.employers and other.employers else 0.0
    return most + (_MOST_OF_PLACES if one.places and other.places else 0.0)


def score_of(evidence: Sequence[Evidence]) -> float:
    return round(sum(each.points for each in evidence), 2)


def _points(evidence: Evidence) -> float:
    return evidence.points


def _of(reason: Reason) -> Evidence:
    return Evidence(reason, POINTS[reason])


def _are_two(one: Profile, other: Profile, names: NameLikeness) -> bool:
    """Whether something says that these are two, whatever they share: given names, generations, a person's company."""
    if one.kind is not other.kind and Kind.BARE not in (one.kind, other.kind):
        return True
    if one.kind is Kind.COMPANY and other.kind is Kind.COMPANY:
        return one.organization != other.organization
    if one.gender != other.gender and one.gender and other.gender:
        return True
    if one.generation != other.generation and one.generation and other.generation:
        return True
    return names.given is WordLikeness.DIFFERENT


# ── addresses and numbers


def _shared_ways(one: Profile, other: Profile, commonness: Commonness) -> Iterator[Evidence]:
    are_companies = one.kind is Kind.COMPANY and other.kind is Kind.COMPANY
    if emails := set(one.emails).intersection(other.emails):
        yield max((_of_email(email, are_companies, commonness) for email in emails), key=_points)
    if phones := set(one.phones).intersection(other.phones):
        yield max((_of_phone(phone, are_companies, commonness) for phone in phones), key=_points)


def _similar_ways(one: Profile, other: Profile, commonness: Commonness) -> Iterator[Evidence]:
    """What two addresses or numbers say that are not the same."""
    if one.emails and other.emails and set(one.emails).isdisjoint(other.emails):
        reasons = {_reason_of_emails(mine, theirs, commonness) for mine, theirs in product(one.emails, other.emails)}
        for reason in (Reason.MISTYPED_EMAIL, Reason.EMAIL_NAME, Reason.EMAIL_DIFFERS):
            if reason in reasons:
                yield _of(reason)
                break
    if set(one.phones).isdisjoint(other.phones) and _are_mistyped(one.phones, other.phones):
        yield _of(Reason.MISTYPED_PHONE)


def _of_email(email: str, are_companies: bool, commonness: Commonness) -> Evidence:
    is_shared = not are_companies and commonness.is_shared(email)
    return _of(Reason.SHARED_EMAIL if is_shared else Reason.EMAIL)


def _of_phone(phone: str, are_companies: bool, commonness: Commonness) -> Evidence:
    if not are_companies and commonness.is_shared(phone):
        return _of(Reason.SHARED_PHONE)
    return _of(Reason.MOBILE if is_mobile(phone) else Reason.PHONE)


def _reason_of_emails(mine: str, theirs: str, commonness: Commonness) -> Reason | None:
    name, _, domain = mine.partition("@")
    their_name, _, their_domain = theirs.partition("@")
    if name == their_name and len(name) >= _SHORTEST_EMAIL_NAME:
        if commonness.is_shared(mine) or commonness.is_shared(theirs):
            return None
        return Reason.MISTYPED_EMAIL if OSA.distance(domain, their_domain) <= 2 else Reason.EMAIL_NAME
    if (
        domain == their_domain
        and min(len(name), len(their_name)) >= _SHORTEST_EMAIL_NAME
        and _have_one_error(name, their_name)
    ):
        return Reason.EMAIL_NAME
    return Reason.EMAIL_DIFFERS if (domain in FREE_MAIL) == (their_domain in FREE_MAIL) else None


def _are_mistyped(one: Sequence[str], other: Sequence[str]) -> bool:
    return any(len(mine) == len(theirs) and _have_one_error(mine, theirs) for mine, theirs in product(one, other))


def _different_mobiles(one: Sequence[str], other: Sequence[str]) -> Iterator[Evidence]:
    if not one or not other or not set(one).isdisjoint(other) or _are_mistyped(one, other):
        return
    if any(map(is_mobile, one)) and any(map(is_mobile, other)):
        yield _of(Reason.PHONE_DIFFERS)


def _have_one_error(one: str, other: str) -> bool:
    """Whether one sign is different, missing, or in another order."""
    return OSA.distance(one, other, score_cutoff=1) <= 1


# ── the rest


def _birthdays(mine: tuple[int, int, int], theirs: tuple[int, int, int]) -> Iterator[Evidence]:
    if not any(mine) or not any(theirs):
        return
    if mine == theirs and all(mine):
        yield _of(Reason.BIRTHDAY)
    elif mine[1:] == theirs[1:] and mine[1] and 0 in (mine[0], theirs[0]):
        yield _of(Reason.DAY_OF_BIRTH)
    elif _are_similar_days(mine, theirs):
        yield _of(Reason.SIMILAR_BIRTHDAY)
    elif sum(part == their_part for part, their_part in zip(mine, theirs, strict=True)) < 2:
        yield _of(Reason.BIRTHDAY_DIFFERS)


def _are_similar_days(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether they differ in one digit, or in the order of two digits or of month and day."""
    if not (one[0] and other[0]):
        one, other = (0, *one[1:]), (0, *other[1:])
    if one[0] == other[0] and one[1:] == other[:0:-1]:
        return True
    text, their_text = (f"{year:04}{month:02}{day:02}" for year, month, day in (one, other))
    return _have_one_error(text, their_text)


def _organizations(one: Profile, other: Profile, commonness: Commonness) -> Iterator[Evidence]:
    if not one.employers or not other.employers:
        return
    both = one.employers & other.employers
    if not one.organization or one.organization != other.organization:
        # the domain of an address that they share counts already
        both -= {employer_of(email) for email in set(one.emails).intersection(other.emails)}
    if both:
        share = ORGANIZATION[one.kind is Kind.COMPANY and other.kind is Kind.COMPANY]
        yield Evidence(Reason.ORGANIZATION, share * max(map(commonness.rarity_of_organization, both)))
    elif all(ratio(mine, theirs) < _OTHER_ORGANIZATION for mine, theirs in product(one.employers, other.employers)):
        yield _of(Reason.ORGANIZATION_DIFFERS)


def _places(mine: Sequence[Place], theirs: Sequence[Place], commonness: Commonness) -> Iterator[Evidence]:
    if not mine or not theirs:
        return
    points, are_crowded = max(
        (_likeness_of_places(one, other), commonness.is_crowded(one) or commonness.is_crowded(other))
        for one, other in product(mine, theirs)
    )
    if points > POINTS[Reason.SHARED_ADDRESS] and are_crowded:
        yield _of(Reason.SHARED_ADDRESS)
    elif points > 0:
        yield Evidence(Reason.ADDRESS, points)
    elif points < 0:
        yield Evidence(Reason.ADDRESS_DIFFERS, max(points, POINTS[Reason.ADDRESS_DIFFERS]))


def _likeness_of_places(one: Place, other: Place) -> float:
    """In bits; also if one has street and further lines in the other order."""
    points = _likeness_in_order(one, other)
    if one.extended and other.extended and one.street != other.street:
        other = other._replace(street=other.extended, extended=other.street)
        points = max(points, _likeness_in_order(one, other) - 1)
    return points


def _likeness_in_order(one: Place, other: Place) -> float:
    points = 0.0
    for mine, theirs, (same, differs) in zip(one, other, _PARTS, strict=True):
        if mine and theirs:
            points += same if mine == theirs else _of_similar_texts(ratio(mine, theirs), same, differs)
    return points


def _of_similar_texts(alike: float, same: float, differs: float) -> float:
    """The bits of two texts that are not equal.

    Args:
        alike: from 0 to 100.
    """
    if alike >= 86:
        return same * 0.9
    return same * 0.6 if alike >= 76 else differs
