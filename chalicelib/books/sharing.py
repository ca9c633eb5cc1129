"""Which contacts have an email or a phone number: an index in which most identities belong to one contact."""

from contextlib import suppress

Sharing = dict[str, str | list[str]]  # from an identity to the contact or contacts that have it


def add_sharing(sharing: Sharing, identity: str, contact_id: str) -> None:
    found = sharing.get(identity)
    if found is None:
        sharing[identity] = contact_id
    elif isinstance(found, str):
        sharing[identity] = [found, contact_id]
    else:
        found.append(contact_id)


def remove_sharing(sharing: Sharing, identity: str, contact_id: str) -> None:
    """Remove the contact, if it is there: a stored entry may be read with more identities than it was put with."""
    found = sharing.get(identity)
    if found == contact_id:
        del sharing[identity]
    elif isinstance(found, list):
        with suppress(ValueError):
            found.remove(contact_id)
        if len(found) == 1:
            sharing[identity] = found[0]
