"""Collections: named sets of contacts that their owners share with viewers and editors.

A member stays in the book of the person who added it. A collection stores only ids, so a contact that is deleted from
its book disappears from every collection at once, and no contact is stored twice. This package reads no contacts:
rooms read members from their books (`Member.adder` is the owner) and call `drop` for those that no longer exist.

The interface for rooms (`collection_store.CollectionStore`):

    for_reader(person, collection_id)   the Collection; raises NotFound if it is missing or not shared with the person
    for_editor(person, collection_id)   also raises NotAllowed for viewers
    for_owner(person, collection_id)    also raises NotAllowed for everyone but the owner
    role_of(person, collection_id)      their Role, or None; may_edit(person, collection_id): a bool
    check_room(collection_id, more)     raises Conflict if the collection would exceed its limit
    edit_check(person, collection_id)   a condition for a transaction: the person may edit the collection
    members_write(collection_id, adder, contact_ids)
                                        a write for the same transaction that adds the adder's contacts, at least one;
                                        one action for any number of them
    member_ids(collection_id)           the ids of all members; adding them again would store them twice
    forget_contacts(adder, contact_ids) removes deleted contacts from all collections; idempotent
    roles_by_contact(person, contact_ids)
                                        the contacts among these that collections show to the person, with their role

Sharing is by invitation: `share` invites, `accept` joins. A sender's request reads nothing about the invited person,
and nothing counts toward that person's limits before they accept (`invitation`, `invitation_store.InvitationStore`).

Members are stored in blocks: one item, a set of ids, for contacts added together. So a chunk of a bulk create adds its
contacts with one more write, adding and removing are idempotent, and one query of about a hundred items reads a
collection of ten thousand members.
"""
