"""Groups that are cards of their own, as Apple and vCard 4.0 have them, and the contacts that belong to them."""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.files.records import Card
from chalicelib.files.vcard_values import escape

GROUP = "group"  # why a card is left out
_GROUPS = "CATEGORIES"  # the property with the groups of a card
_URN = "urn:uuid:"


def groups_by_member(groups: Iterable[tuple[str, Iterable[str]]]) -> dict[str, list[str]]:
    """The names of the groups of each member.

    Args:
        groups: names of groups, each with the ids of its members.
    """
    names: dict[str, list[str]] = {}
    for name, members in groups:
        for member in members:
            names.setdefault(_plain(member), []).append(name)
    return names


def groups_of(uid: str, groups: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The names of the groups of which the card with this id is a member."""
    return groups.get(_plain(uid), ()) if uid else ()


def with_groups(card: Card, groups: Mapping[str, Sequence[str]]) -> Card:
    """The card, with the groups of which it is a member.

    A report about the card has them as well, since a corrected one is read without the cards of the groups.
    """
    names = () if card.left_out else groups_of(card.uid, groups)
    if not names:
        return card
    known = card.fields.get("groups", [])
    return card._replace(
        fields={**card.fields, "groups": list(dict.fromkeys([*known, *names]))},
        cells=(*card.cells, *((_GROUPS, escape(name)) for name in names)),
    )


def _plain(uid: str) -> str:
    return uid.strip().lower().removeprefix(_URN)
