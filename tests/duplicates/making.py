"""Contacts for the tests of duplicates, and the pair that two of them make."""

from typing import Any, cast

from chalicelib.contacts.identities import with_e164
from chalicelib.contacts.source_record import ContactFields
from chalicelib.duplicates.commonness import Commonness
from chalicelib.duplicates.find_pairs import FoundPair, find_pairs, judge
from chalicelib.duplicates.profile import Profile, profile_of
from chalicelib.duplicates.weights import FOUND, Reason

MOBILE, OTHER_MOBILE, LANDLINE = "+49 1512 3456789", "+49 160 98765432", "+49 89 1234567"


def contact(name: str = "", **more: Any) -> ContactFields:
    """A contact. "Ada Lovelace" is a given and a family name; a name with a comma or of one word is shown as it is.

    Args:
        more: `email`, `phone`, `address` and `born` ("1980-02-29" or "--02-29"), and other fields as they are.
    """
    fields: dict[str, Any] = {}
    given, _, family = name.partition(" ")
    if family and "," not in name:
        fields |= {"given": given, "family": family, "display": name}
    elif name:
        fields["display"] = name
    if "email" in more:
        fields["emails"] = [{"value": more.pop("email")}]
    if "phone" in more:
        fields["phones"] = [{"raw": more.pop("phone")}]
    if "address" in more:
        street, city = more.pop("address").split(", ")
        fields["addresses"] = [{"street": street, "postal_code": city.split()[0], "city": city.split()[1]}]
    if "born" in more:
        year, month, day = more.pop("born").rsplit("-", 2)
        fields["birthday"] = {"month": int(month), "day": int(day), **({"year": int(year)} if year.strip("-") else {})}
    return with_e164(cast(ContactFields, fields | more), "DE")


def profiles(*contacts: ContactFields) -> list[Profile]:
    return [profile_of(f"contact-{number}", fields) for number, fields in enumerate(contacts)]


def pair(one: ContactFields, other: ContactFields, *others: ContactFields) -> FoundPair:
    """The first two contacts in a book with the others."""
    book = profiles(one, other, *others)
    return judge(book[0], book[1], Commonness(book))


def are_found(one: ContactFields, other: ContactFields, *others: ContactFields) -> bool:
    """Whether a search through a book of these contacts shows the first two as a pair."""
    found = find_pairs(profiles(one, other, *others))
    return any((each.one, each.other) == ("contact-0", "contact-1") for each in found)


def points(found: FoundPair, reason: Reason) -> float:
    return sum(each.points for each in found.evidence if each.reason is reason)


def margin(one: ContactFields, other: ContactFields) -> float:
    """By how many bits the pair is above the threshold."""
    return pair(one, other).score - FOUND
