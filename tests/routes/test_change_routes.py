"""Following an address book over HTTP, as a client that keeps a copy of it does."""

from typing import Any

import pytest

from tests.routes.service import Service

CONTACTS = "/api/v1/contacts"


@pytest.fixture
def book(service: Service) -> Service:
    """Ann's book of four."""
    service.finish_import(service.start_import(), ("Ada", "Bob", "Eve", "Zoe"))
    return service


def get(book: Service, query: str) -> Any:
    return book.get(f"{CONTACTS}{query}", who="ann").json


def walk(book: Service) -> tuple[dict[str, Any], str]:
    """All contacts by id, and the token that the first page gave."""
    first = page = get(book, "?limit=3&follow=true")
    copy = {each["contact_id"]: each for each in page["contacts"]}
    while page["next_cursor"]:
        page = get(book, f"?limit=3&follow=true&cursor={page['next_cursor']}")
        assert page["since"] is None
        copy.update({each["contact_id"]: each for each in page["contacts"]})
    return copy, first["since"]


def follow(book: Service, copy: dict[str, Any], since: str) -> str:
    """Brings a copy up to date, as the documentation says; returns the next token."""
    has_more = True
    while has_more:
        told = get(book, f"/changes?limit=2&since={since}")
        copy.update({each["contact_id"]: each for each in told["changed"]})
        for gone in (*told["deleted"], *(each["contact_id"] for each in told["merged"])):
            copy.pop(gone, None)
        since, has_more = told["since"], told["has_more"]
    assert told["is_current"]
    return since


def test_a_client_that_walks_and_follows_holds_the_same_book(book):
    copy, since = walk(book)
    ada, bob, eve, zoe = copy
    book.ask("PATCH", f"{CONTACTS}/{ada}", who="ann", body={"title": "Countess"})
    book.ask("DELETE", f"{CONTACTS}/{bob}", who="ann")
    merged = book.post(f"{CONTACTS}/{eve}/merge", who="ann", body={"others": [zoe]})
    assert merged.status == 200, merged.text
    since = follow(book, copy, since)
    assert copy == walk(book)[0]

    book.post(f"{CONTACTS}/{bob}/restore", who="ann")
    book.post(f"{CONTACTS}/{zoe}/unmerge", who="ann")
    since = follow(book, copy, since)

    assert copy == walk(book)[0]
    assert set(copy) == {ada, bob, eve, zoe}


def test_what_is_gone_is_told_as_deleted_or_merged(book):
    copy, since = walk(book)
    ada, bob, eve, _ = copy
    book.ask("DELETE", f"{CONTACTS}/{ada}", who="ann")
    book.post(f"{CONTACTS}/{bob}/merge", who="ann", body={"others": [eve]})

    told = get(book, f"/changes?since={since}&fields=display")

    assert (told["deleted"], told["merged"]) == ([ada], [{"contact_id": eve, "merged_into": bob}])
    assert [each.keys() for each in told["changed"]] == [{"contact_id", "display"}]


def test_without_a_token_everything_is_told_and_an_unchanged_book_is_not_sent_again(book):
    copy: dict[str, Any] = {}
    since = follow(book, copy, get(book, "/changes?limit=2")["since"])
    assert len(copy) == 2  # what came with the first answer is not asked for again

    first = book.get(f"{CONTACTS}/changes?since={since}", who="ann")
    again = book.get(f"{CONTACTS}/changes?since={since}", who="ann", If_None_Match=first.headers["etag"])

    assert (first.json["changed"], first.json["since"], again.status) == ([], since, 304)


def test_an_old_token_and_that_of_another_person_are_answered_with_start_over(book):
    _, since = walk(book)
    other = book.get(f"{CONTACTS}/changes?since={since}", who="bob")
    book.clock.advance(days=31)
    late = book.get(f"{CONTACTS}/changes?since={since}", who="ann")

    assert {(each.status, each.json["type"].rpartition("/")[2]) for each in (other, late)} == {(410, "start-over")}
    assert "without `since`" in late.json["detail"]


def test_a_token_that_is_not_whole_is_refused(book):
    _, since = walk(book)

    for part in (since[:-1], since[:-4], since[1:]):
        refused = book.get(f"{CONTACTS}/changes?since={part}", who="ann")
        assert (refused.status, refused.json["field"]) == (422, "since")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/changes?since=abc", "since"),
        ("/changes?since=", "since"),
        ("/changes?limit=0", "limit"),
        ("/changes?fields=name", "fields"),
        ("/changes?cursor=x", "cursor"),
        ("?follow=yes", "follow"),
    ],
)
def test_what_has_no_meaning_is_refused(book, path, field):
    response = book.get(f"{CONTACTS}{path}", who="ann")

    assert (response.status, response.json["field"]) == (422, field)
