"""The URLs that a sender may have signed.

A REST API of API Gateway gives the decoded parameters of a query by their names, and not the query itself, so how it
was written is lost. All its usual spellings are candidates. Each has the same parameters, so that a signature of one
proves no less than a signature of another.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, permutations, product
from urllib.parse import unquote

from chalicelib.foundation.http import Request

MOST_SPELLINGS = 500
FEWEST_SPELLINGS = 16
MOST_SIGNED_BYTES = 64 * 1024 * 1024  # of all spellings together with the body that is signed with each
MOST_ORDERED = 4  # parameters that are tried in every order
_BLANKS = ("%20", "+")
_HEX = ("%{:02X}", "%{:02x}")
# What is written as it is, beside letters and digits, from those who encode the most to those who encode the least.
_PLAIN = (
    "-._~",  # RFC 3986
    "*-._",  # forms of a browser
    "-._~!*'()",  # encodeURIComponent of JavaScript
    "-._~!*'():/?@$,;",  # what HubSpot signs, whatever it sends
    "-._~!*'():/?@$,;=[]{}|\\^`<>\"",  # as people write it; what separates parameters cannot be among it
)
_IN_VALUES = "="  # in names it would end them
Pair = tuple[str, str]


def signed_urls(public_url: str, request: Request) -> Iterator[str]:
    """The URLs by which this request may have been sent, each once; the most usual ones come first."""
    path = request.encoded_path
    sent = request.sent_path.rstrip("/")
    url = public_url + (request.sent_path if unquote(sent) == unquote(path) else path)
    most = max(FEWEST_SPELLINGS, min(MOST_SPELLINGS, MOST_SIGNED_BYTES // (len(request.body) + 1)))
    pairs = [(name, value) for name, values in request.query_values.items() for value in values]
    return (f"{url}{query}" for query in islice(_queries(pairs), most))


def _queries(pairs: Sequence[Pair]) -> Iterator[str]:
    if not pairs:
        yield from ("", "?")
        return
    seen = set()
    for order, empty, escape, blank, plain in product(_orders(pairs), ("=", ""), _HEX, _BLANKS, _PLAIN):
        query = "?" + "&".join(_written(name, value, empty, escape, blank, plain) for name, value in order)
        if query not in seen:
            seen.add(query)
            yield query


def _orders(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    """Orders of parameters. Values of one name stay in theirs, which is known."""
    yield pairs
    yield sorted(pairs, key=lambda pair: pair[0])
    if len(pairs) <= MOST_ORDERED:
        names = {name for name, _ in pairs}
        for order in permutations(pairs):
            if all(_of(name, order) == _of(name, pairs) for name in names):
                yield order


def _of(name: str, pairs: Sequence[Pair]) -> Sequence[str]:
    return [value for each, value in pairs if each == name]


def _written(name: str, value: str, empty: str, escape: str, blank: str, plain: str) -> str:
    """One parameter.

    Args:
        empty: what follows the name if there is no value.
        escape: how a byte is escaped.
    """
    named = _escaped(name, escape, blank, plain.replace(_IN_VALUES, ""))
    return f"{named}={_escaped(value, escape, blank, plain)}" if value else f"{named}{empty}"


def _escaped(text: str, escape: str, blank: str, plain: str) -> str:
    def written(letter: str) -> str:
        if letter in plain or (letter.isascii() and letter.isalnum()):
            return letter
        return blank if letter == " " else "".join(map(escape.format, letter.encode()))

    return "".join(map(written, text))
