"""Collections: named sets of contacts that several people may look at, and some may change.

A member stays in the book of whoever added it; a collection holds ids alone, so that what is gone from its book is gone
from every collection that instant, and nothing of a contact is kept twice. Nothing here knows contacts: whoever shows
members reads them from their books (a `Member` says whose) and lets `drop` forget those that are gone.

What a room may rely on (`store.CollectionStore`, `collection.Role`):

    for_reader(person, collection_id)   the Collection; raises NotFound: missing, or not shared with them
    for_editor(person, collection_id)   and NotAllowed with FORBIDDEN for somebody who may only look
    for_owner(person, collection_id)    and likewise for everybody but the owner
    role_of(person, collection_id)      their Role, or None; may_edit(person, collection_id): a bool
    check_room(collection_id, more)     raises Conflict: with so many more it would hold too many
    edit_check(person, collection_id)   a Write for a transaction; refused when the permission was withdrawn or the
                                        collection is gone
    members_write(collection_id, adder, contact_ids)
                                        a Write for the same transaction: these contacts of the adder, one at least,
                                        become members, by one action however many they are
    member_ids(collection_id)           ids of what is a member already; adding those again would be stored twice
    forget_contacts(adder, contact_ids) deleted contacts leave all collections; may be repeated
    seen_through(person, contact_ids)   which contacts of others a person sees in collections, each with their Role

Sharing is by invitation: `share` invites, `accept` lets in. A sender's request reads nothing of the person invited, and
nothing counts against them before they accept (`invitation`, `invitation_store.InvitationStore`).

Members are kept in blocks: one item for what was added together, a set of ids. So a chunk of a bulk run carries its
membership in one write beside its contacts, adding and removing are idempotent by themselves, and a collection of ten
thousand is read by one query of about a hundred items.
"""
