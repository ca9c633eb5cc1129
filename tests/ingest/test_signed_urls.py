"""The URLs that a sender may have signed, of a request as API Gateway gives it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.foundation.http import Request
from chalicelib.ingest.signed_urls import FEWEST_SPELLINGS, MOST_SPELLINGS, signed_urls
from local.gateway import HttpRequest, event_of

HOME = "https://contacts.example"
PATH = "/api/v1/ingest/abc"


def received(target: str, body: bytes = b"", *, turned_by: int = 0) -> Request:
    """The request of this target.

    Args:
        turned_by: by how many places the gateway turns the order of the parameters.
    """
    event = event_of(HttpRequest("POST", target, ()), binary_types=())
    values = list((event["multiValueQueryStringParameters"] or {}).items())
    turned = dict([*values[turned_by:], *values[:turned_by]])
    path, params = "/api/v1/ingest/{source}", {"source": "abc"}
    return Request("POST", path, params, {}, {}, body, query_values=turned, sent_path=event["path"])


def urls(target: str, **more: int) -> list[str]:
    return list(signed_urls(HOME, received(target, **more)))


USUAL = [
    "",
    "?",
    "?a=1",
    "?a",
    "?a=",
    "?a=%20x",
    "?a=+x",
    "?a=x+y,z@w:8",
    "?a=x%20y,z@w:8",
    "?a=%C3%B6",
    "?a=%c3%b6",
    "?a=%2f",
    "?a=x/y?z",
    "?a=%2B",
    "?a=%2b",
    "?a=%25",
    "?a=%26b%3D1",
    "?a=%26b=1",
    "?a=YWI==",
    "?a=YWI%3D%3D",
    "?a=~x*(y)!'",
    "?a=%7Ex*",
    "?a[b]=1&a[c]=2",
    "?a%5Bb%5D=1&a%5Bc%5D=2",
    "?b=2&a=1",
    "?b=%3B&d=4&a=1&c=3",
    "?a=1&b=2&a=3",
    "?a=2&a=1",
    "?e=5&d=4&c=3&b=2&a=1",
    "?a=1&b=2&c=3&d=4&e=5&f=%20",
]


class TestSpellings:
    @pytest.mark.parametrize("query", USUAL)
    def test_a_url_is_among_them_as_it_is_usually_written(self, query):
        assert HOME + PATH + query in urls(PATH + query)

    @pytest.mark.parametrize("query", ["?b=2&a=1", "?d=%20&c=3&b&a=1", "?a=1&b=2&c=3&d=4&e=5&f=6"])
    @pytest.mark.parametrize("places", [1, 2])
    def test_so_it_is_if_the_gateway_gives_the_parameters_in_another_order(self, query, places):
        assert HOME + PATH + query in urls(PATH + query, turned_by=places)

    @pytest.mark.parametrize("query", USUAL)
    def test_all_of_them_have_the_parameters_that_were_sent(self, query):
        sent = sorted(parse_qsl(query[1:], keep_blank_values=True))

        found = [parse_qsl(urlsplit(each).query, keep_blank_values=True) for each in urls(PATH + query)]

        assert all(sorted(each) == sent for each in found)
        assert all([v for n, v in each if n == "a"] == [v for n, v in found[0] if n == "a"] for each in found)

    def test_most_urls_have_one(self):
        assert urls(f"{PATH}?key=in_abc.d-e_f") == [f"{HOME}{PATH}?key=in_abc.d-e_f"]

    def test_there_are_so_many_and_fewer_of_a_large_body(self):
        target = f"{PATH}?a=%20*/[&b=%20*/[&c=%20*/[&d="

        assert len(urls(target)) == MOST_SPELLINGS
        assert len(list(signed_urls(HOME, received(target, b" " * 4 * 1024 * 1024)))) == FEWEST_SPELLINGS

    @pytest.mark.parametrize("path", [f"{PATH}/", "/api/v1/ingest/%61bc"])
    def test_the_path_is_as_it_was_sent(self, path):
        assert urls(path)[0] == HOME + path

    def test_a_path_that_a_domain_of_the_gateway_begins_is_left_out(self):
        request = received(PATH)

        assert next(signed_urls(HOME, Request(**{**vars(request), "sent_path": f"/base{PATH}"}))) == HOME + PATH
