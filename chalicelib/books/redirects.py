"""Redirects: which contact a merged one is part of now, with a journal of what was moved there.

A redirect takes the place of the contact that was merged, so whatever refers to its id need not change: it is resolved
when it is read. Redirects lie outside the shelves of a book, so that reading the book does not read them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from chalicelib.books.contact_rows import is_contact_id
from chalicelib.books.contact_store import ContactStore
from chalicelib.contacts.contact import Contact
from chalicelib.foundation.dynamo import ConditionFailed, Dynamo, Item, Write
from chalicelib.foundation.errors import Conflict
from chalicelib.foundation.fast_json import decode_json, encode_json
from chalicelib.foundation.json import JsonObject
from chalicelib.tables.keys import REDIRECT


@dataclass(frozen=True, slots=True)
class MergeJournal:
    """What a merge moved from a contact, and what is needed to move it back."""

    #: The version that the contact had; the contact gets a later one when it is moved back.
    version: int
    #: Milliseconds since 1970: when the contact was created.
    created_at: int
    #: Source and source id of each of its records.
    records: tuple[tuple[str, str], ...]
    #: The same of the contact that it was merged into.
    into_records: tuple[tuple[str, str], ...] = ()
    #: Source and id of all ids by which its records were known, aliases too.
    known_ids: frozenset[tuple[str, str]] = frozenset()
    #: The same of the contact that it was merged into; none if an older version noted the merge.
    into_known_ids: frozenset[tuple[str, str]] = frozenset()
    #: Its possible duplicates before the merge.
    possible_duplicates: tuple[str, ...] = ()
    #: Those of the contact that it was merged into.
    into_duplicates: tuple[str, ...] = ()
    #: The contacts that had been merged into it before.
    merged: tuple[str, ...] = ()
    #: Its whole name: for a contact that has only the person's own record by the time it is moved back.
    name: Mapping[str, str] = field(default_factory=dict)
    #: The same of the contact that it was merged into.
    into_name: Mapping[str, str] = field(default_factory=dict)
    #: What matching knew it by: its name cards, and its emails and phone numbers in normal form.
    names: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    #: The person's own words of that contact before the choices that were made in merging, and after them.
    own_before: JsonObject = field(default_factory=dict)
    own_after: JsonObject = field(default_factory=dict)
    #: The contacts that were merged at once.
    together: tuple[str, ...] = ()
    #: The remembered pair that says that the two are the same.
    pair_id: str = ""

    @property
    def has_words(self) -> bool:
        """Whether it has anything readable of the two contacts; False once that was forgotten."""
        words = (self.name, self.into_name, self.names, self.identities, self.own_before, self.own_after)
        return any(words)

    def without_words(self) -> "MergeJournal":
        """The journal with ids and versions alone, by which the records can still be moved back."""
        return replace(self, name={}, into_name={}, names=(), identities=(), own_before={}, own_after={})


@dataclass(frozen=True, slots=True)
class Redirect:
    """A contact that was merged into another one."""

    contact_id: str
    #: The contact that it was merged into, which may have been merged since.
    into: str
    #: Identifies the merge, for all contacts that were merged at once.
    merge_id: str
    #: Milliseconds since 1970.
    merged_at: int
    #: Who merged it: a person's id.
    merged_by: str
    journal: MergeJournal


class ContactMerged(Conflict):
    """The contact is part of another one now."""

    slug, title = "contact-merged", "Contact merged"

    def __init__(self, into: str) -> None:
        super().__init__("This contact was merged into another one.", merged_into=into)
        self.into = into


@dataclass(frozen=True)
class RedirectStore:
    """The redirects. Every method that reads may raise `ResponseLost` if DynamoDB does not respond."""

    dynamo: Dynamo
    table: str  #: the contacts table

    # ── reading

    def find(self, owner: str, contact_id: str) -> Redirect | None:
        """The redirect in place of this contact; None if it was not merged."""
        if not is_contact_id(contact_id):
            return None
        item = self.dynamo.get(self.table, _key(owner, contact_id))
        return None if item is None else _to_redirect(item)

    def find_many(self, owner: str, contact_ids: Sequence[str]) -> dict[str, Redirect]:
        """The redirects in place of these contacts, by their ids."""
        keys = [_key(owner, each) for each in dict.fromkeys(contact_ids) if is_contact_id(each)]
        found = [_to_redirect(item) for item in self.dynamo.get_many(self.table, keys)]
        return {redirect.contact_id: redirect for redirect in found}

    def resolve(self, owner: str, contact_ids: Sequence[str]) -> Mapping[str, str]:
        """For each of the ids that was merged, the contact that it is part of now; that one may have been deleted.

        Reads once for each level of merging, however many ids there are.
        """
        into: dict[str, str] = {}
        asked = list(dict.fromkeys(contact_ids))
        while asked:
            found = {each: redirect.into for each, redirect in self.find_many(owner, asked).items()}
            into.update(found)
            asked = [each for each in dict.fromkeys(found.values()) if each not in into]
        return {each: _last(into, each) for each in contact_ids if each in into}

    def all(self, owner: str) -> Iterator[Redirect]:
        """Every redirect of the owner, in the order of the ids."""
        return map(_to_redirect, self._query(owner))

    def leading_to(self, owner: str, contact_id: str) -> list[str]:
        """The ids of all contacts that were merged into this one, or into one of those. Reads every redirect."""
        items = self._query(owner, ProjectionExpression="sk, #into", ExpressionAttributeNames={"#into": "into"})
        into = {item["sk"]["S"]: item["into"]["S"] for item in items}
        return [each for each in into if each != contact_id and _last(into, each) == contact_id]

    # ── writing

    def put_write(self, owner: str, redirect: Redirect) -> Write:
        """The write that puts the redirect in place of a contact; refused if there is one."""
        item = _to_item(owner, redirect)
        return {"Put": {"TableName": self.table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def renew_write(self, owner: str, redirect: Redirect) -> Write:
        """The write that stores another journal of the redirect; refused if it is gone or of another merge."""
        return {"Put": {"TableName": self.table, "Item": _to_item(owner, redirect), **_if_of_merge(redirect)}}

    def remove_write(self, owner: str, redirect: Redirect) -> Write:
        """The write that takes the redirect away; refused if it is gone or of another merge."""
        return {
            "Delete": {
                "TableName": self.table,
                "Key": _key(owner, redirect.contact_id),
                **_if_of_merge(redirect),
            }
        }

    def forget_words(self, owner: str, contact_ids: Sequence[str]) -> None:
        """Take everything readable out of the journals of these merged contacts; their redirects stay.

        A redirect that was taken away or replaced meanwhile is left alone. May be repeated.
        """
        for redirect in self.find_many(owner, contact_ids).values():
            if redirect.journal.has_words:
                self._put_without_words(owner, redirect)

    def _put_without_words(self, owner: str, redirect: Redirect) -> None:
        bare = replace(redirect, journal=redirect.journal.without_words())
        with suppress(ConditionFailed):
            self.dynamo.put(TableName=self.table, Item=_to_item(owner, bare), **_if_of_merge(redirect))

    def erase(self, owner: str) -> None:
        """Delete all redirects of this owner. May be repeated."""
        self.dynamo.delete_many(self.table, list(self._query(owner, ProjectionExpression="pk, sk")))

    def _query(self, owner: str, **more: object) -> Iterator[Item]:
        return self.dynamo.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": REDIRECT.partition(owner=owner)}},
            ConsistentRead=True,
            **more,
        )


def get_current(
    contacts: ContactStore, redirects: RedirectStore, owner: str, contact_ids: Sequence[str]
) -> dict[str, Contact]:
    """The contacts that exist by these ids, each as the one that it is part of now, which may have another id."""
    found = contacts.get_many(owner, contact_ids)
    missing = [each for each in contact_ids if each not in found]
    into = redirects.resolve(owner, missing) if missing else {}
    current = contacts.get_many(owner, list(into.values())) if into else {}
    return found | {each: current[contact_id] for each, contact_id in into.items() if contact_id in current}


def _key(owner: str, contact_id: str) -> Item:
    return REDIRECT.key(owner=owner, contact_id=contact_id).item


def _if_of_merge(redirect: Redirect) -> Item:
    """The condition that the stored redirect is of the same merge."""
    return {
        "ConditionExpression": "merge_id = :merge",
        "ExpressionAttributeValues": {":merge": {"S": redirect.merge_id}},
    }


def _last(into: Mapping[str, str], contact_id: str) -> str:
    """The end of the chain of redirects that begins at this id."""
    passed = {contact_id}
    while (following := into.get(contact_id)) is not None and following not in passed:
        passed.add(following)
        contact_id = following
    return contact_id


def _to_item(owner: str, redirect: Redirect) -> Item:
    return {
        **_key(owner, redirect.contact_id),
        "into": {"S": redirect.into},
        "merge_id": {"S": redirect.merge_id},
        "merged_at": {"N": str(redirect.merged_at)},
        "merged_by": {"S": redirect.merged_by},
        "journal": {"S": encode_json(_journal_json(redirect.journal))},
    }


def _to_redirect(item: Item) -> Redirect:
    journal = decode_json(item["journal"]["S"])
    return Redirect(
        item["sk"]["S"],
        item["into"]["S"],
        item["merge_id"]["S"],
        int(item["merged_at"]["N"]),
        item["merged_by"]["S"],
        MergeJournal(
            journal["version"],
            journal["created_at"],
            _keys(journal["records"]),
            _keys(journal["into_records"]),
            frozenset(_keys(journal["known_ids"])),
            frozenset(_keys(journal.get("into_known_ids", ()))),
            tuple(journal["possible_duplicates"]),
            tuple(journal["into_duplicates"]),
            tuple(journal["merged"]),
            journal["name"],
            journal["into_name"],
            tuple(journal["names"]),
            tuple(journal["identities"]),
            journal["own_before"],
            journal["own_after"],
            tuple(journal["together"]),
            journal["pair_id"],
        ),
    )


def _keys(pairs: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((source, source_id) for source, source_id in pairs)


def _journal_json(journal: MergeJournal) -> JsonObject:
    return {
        "version": journal.version,
        "created_at": journal.created_at,
        "records": journal.records,
        "into_records": journal.into_records,
        "known_ids": sorted(journal.known_ids),
        "into_known_ids": sorted(journal.into_known_ids),
        "possible_duplicates": journal.possible_duplicates,
        "into_duplicates": journal.into_duplicates,
        "merged": journal.merged,
        "name": journal.name,
        "into_name": journal.into_name,
        "names": journal.names,
        "identities": journal.identities,
        "own_before": journal.own_before,
        "own_after": journal.own_after,
        "together": journal.together,
        "pair_id": journal.pair_id,
    }
