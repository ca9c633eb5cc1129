"""What becomes of the items concerned when leads and their identities change. Each result is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.leads.lead import Lead, LeadIdentity
from chalicelib.leads.store.entry import NOBODY, Entry, Gone
from chalicelib.leads.store.lead_store import EntryChange

Entries = Mapping[str, Entry]  # by key; the items that are concerned, an empty one where there is none


def home_of(identities: Sequence[LeadIdentity], entries: Entries, fresh_key: str) -> str:
    """The id of a new lead with these identities: the key of the first whose item holds no other lead.

    Args:
        fresh_key: the id if all of them hold one, which were created with an identity that they no longer have.
    """
    return next((each.key for each in identities if entries[each.key].lead is None), fresh_key)


def created(lead: Lead, entries: Entries) -> list[EntryChange]:
    """The changes that create a lead and give it all its identities, which are free."""
    home = entries.get(lead.id) or Entry(lead.id)
    changes = [EntryChange(home, Entry(lead.id, lead=lead))]
    return changes + [_given_to(lead, entries[each.key]) for each in lead.identities if each.key != lead.id]


def replaced(lead: Lead, entries: Entries, given: Sequence[LeadIdentity] = ()) -> list[EntryChange]:
    """The changes that replace a stored lead, and give it these identities, which are free."""
    is_home = any(each.key == lead.id for each in given)
    home = entries[lead.id]
    after = Entry(lead.id, lead=lead) if is_home else replace(home, lead=lead)
    return [EntryChange(home, after)] + [_given_to(lead, entries[each.key]) for each in given if each.key != lead.id]


def moved(identity_key: str, origin: Lead, target: Lead, entries: Entries) -> list[EntryChange]:
    """The changes that move an identity from one lead to another; both leads are as they are to become."""
    after = {
        origin.id: replace(entries[origin.id], lead=origin),
        target.id: replace(entries[target.id], lead=target),
    }
    item = after.get(identity_key) or entries[identity_key]
    after[identity_key] = replace(item, moved_to=None if identity_key == target.id else target.id)
    return [EntryChange(entries[key], each) for key, each in after.items()]


def taken_off(identity_key: str, lead: Lead, entries: Entries, gone: Gone | None = None) -> list[EntryChange]:
    """The changes that take an identity off a lead, which is as it is to become."""
    home = replace(entries[lead.id], lead=lead)
    if identity_key == lead.id:
        return [EntryChange(entries[lead.id], _freed(home, gone))]
    item = entries[identity_key]
    return [EntryChange(entries[lead.id], home), EntryChange(item, _freed(item, gone))]


def without_identities(keys: Sequence[str], lead: Lead, entries: Entries) -> list[EntryChange]:
    """The changes that take several identities off a lead, which is as it is to become; they are free then."""
    home = replace(entries[lead.id], lead=lead)
    changes = [EntryChange(entries[lead.id], _freed(home, None) if lead.id in keys else home)]
    return changes + [EntryChange(entries[key], _freed(entries[key], None)) for key in keys if key != lead.id]


def removed(lead: Lead, gone: Gone, entries: Entries) -> list[EntryChange]:
    """The changes that remove a lead and leave at each of its identities when and why it went."""
    keys = dict.fromkeys([lead.id, *(each.key for each in lead.identities)])
    own = {each.key for each in lead.identities}
    return [EntryChange(entries[key], _without_lead(entries[key], lead, gone if key in own else None)) for key in keys]


def _without_lead(entry: Entry, lead: Lead, gone: Gone | None) -> Entry:
    """The item without the lead. It may hold another one, or its identity may belong to another."""
    rest = replace(entry, lead=None) if entry.key == lead.id else entry
    if gone is None:
        return replace(rest, moved_to=None) if rest.moved_to == NOBODY else rest
    return _freed(rest, gone)


def _freed(entry: Entry, gone: Gone | None) -> Entry:
    """The item of an identity that belongs to nobody any more."""
    return replace(entry, moved_to=NOBODY if entry.lead is not None else None, gone=gone)


def _given_to(lead: Lead, entry: Entry) -> EntryChange:
    return EntryChange(entry, replace(entry, moved_to=lead.id, gone=None))
